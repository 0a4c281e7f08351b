"""What should not happen to a session is logged under its name in OWASP's vocabulary.

https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html
"""

from __future__ import annotations

import logging

from flask import request

from .session_format import Record
from .session_format import decode

log = logging.getLogger(__name__)


def opened(sid: str, value: bytes | None) -> Record | None:
    """Return what a store holds for an id that a browser sent."""
    record = decode(value) if value else None
    if value and record is None:
        note("session_unreadable", "the store holds a session that this app did not write")
    # A visitor's ends every half an hour; a user's that is asked for again may be a stolen one.
    elif record is None and sid.startswith("u"):
        note("session_use_after_expire", "a user's session is used that has ended")
    return record


def overtaken() -> None:
    """A session was ended while this request, which would have written to it, still ran."""
    note("session_use_after_expire", "a session is written to that has ended meanwhile")


def note(event: str, message: str) -> None:
    """Log an event with the address of the client, and nothing of the session."""
    log.warning(message, extra={"event": {"event": f"{event}:{request.remote_addr}"}})
