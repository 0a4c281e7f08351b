"""What the store holds of a session: data, never code.

It is written as Flask writes it into a cookie, so that whatever this app keeps in its session fits
and comes back the same: dates, tuples, bytes, UUIDs, markup.
"""

from __future__ import annotations

from typing import Any
from typing import TypedDict

import msgspec
from flask.sessions import session_json_serializer

UNREADABLE = (msgspec.MsgspecError, ValueError, TypeError, KeyError, RecursionError)


class Record(TypedDict):
    """When the session began (seconds since the epoch), and its data."""

    created: int
    data: dict[str, Any]


def encode(record: Record) -> bytes:
    """Return a record as bytes."""
    return msgspec.msgpack.encode(
        [record["created"], session_json_serializer.dumps(record["data"])]
    )


def decode(value: bytes) -> Record | None:
    """Return a record, or None for anything that this module did not write."""
    try:
        created, text = msgspec.msgpack.decode(value)
        return {"created": int(created), "data": dict(session_json_serializer.loads(text))}
    except UNREADABLE:
        return None
