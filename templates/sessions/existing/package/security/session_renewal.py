"""What this app's own Flask-Session leaves out: a new id at each sign-in, and no pickle.

https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask import Response
from flask import current_app
from flask import g
from flask import session

from .session_format import decode
from .session_format import encode


class Serializer:
    """Flask-Session's own one reads pickle where it finds no MessagePack, and pickle runs code."""

    def encode(self, data: Any) -> bytes:
        """Return the data of a session as bytes."""
        return encode({"created": 0, "data": dict(data)})

    def decode(self, value: bytes) -> dict[str, Any] | None:
        """Return the data, or None for anything that was not written here."""
        record = decode(value)
        return record and record["data"]


def init_app(app: Flask) -> None:
    """Watch each request for a sign-in or a sign-out."""
    if getattr(app.session_interface, "serializer", None):
        app.session_interface.serializer = Serializer()  # type: ignore[attr-defined]
    app.before_request(remember)
    app.after_request(renew)


def owner() -> list[Any]:
    """Return what the session says of who is signed in."""
    return [session.get(key) for key in current_app.config["SESSION_OWNER_KEYS"]]


def remember() -> None:
    """Keep who is signed in when the request comes."""
    g.session_owner = owner()


def renew(response: Response) -> Response:
    """Give the session a new id where that has changed: the old one is worth nothing then."""
    regenerate = getattr(current_app.session_interface, "regenerate", None)
    if regenerate and session and g.get("session_owner", owner()) != owner():
        regenerate(session)
    return response
