"""What the store holds of a session: data, never code."""

from __future__ import annotations

from typing import Any
from typing import TypedDict

import msgspec


class Record(TypedDict):
    """What the store holds: when the session began (seconds since the epoch), and its data."""

    created: int
    data: dict[str, Any]


def _encode_other(value: Any) -> str:
    # Strings that are more than strings (Markup, lazy translations) lose that: escaped when shown.
    if isinstance(value, str) or hasattr(value, "__html__"):
        return str(value)
    raise TypeError(f"a session cannot hold {type(value).__name__}: store an id instead")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_encode_other)
_DECODER = msgspec.msgpack.Decoder(Record)
_UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)


def encode(record: Record) -> bytes:
    """Return a record as MessagePack, which carries data and never code."""
    return _ENCODER.encode(record)


def decode(value: bytes) -> Record | None:
    """Return a record, or None for anything that this module did not write."""
    try:
        return _DECODER.decode(value)
    except _UNREADABLE:
        return None
