"""What this app's own Flask-Session leaves out: a new id at each sign-in, and no pickle.

https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO
from typing import Any

from flask import Flask
from flask import Response
from flask import current_app
from flask import g
from flask import session
from flask.sessions import SessionInterface
from flask.sessions import session_json_serializer
from flask_session.base import ServerSideSessionInterface

from .session_format import UNREADABLE
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


class CacheSerializer:
    """The same for what cachelib keeps in files and servers: it writes and reads pickle."""

    def dump(self, value: Any, file: IO[bytes], *_: Any) -> None:
        """Write a value into a file."""
        file.write(self.dumps(value))

    def load(self, file: IO[bytes], *_: Any) -> Any:
        """Read a value from a file."""
        return self.loads(file.read())

    def dumps(self, value: Any, *_: Any) -> bytes:
        """Return a value as bytes."""
        return session_json_serializer.dumps(value).encode()

    def loads(self, value: bytes | None, *_: Any) -> Any:
        """Return a value, or None for anything that was not written here."""
        try:
            return None if value is None else session_json_serializer.loads(value.decode())
        except UNREADABLE:
            return None


def init_app(app: Flask) -> None:
    """Watch each request for a sign-in or a sign-out."""
    inner = app.wsgi_app

    def without_pickle(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        keep_data_only(app.session_interface)  # which the app may set after this
        return inner(environ, start_response)

    app.wsgi_app = without_pickle  # type: ignore[method-assign]
    app.before_request(remember)
    app.after_request(renew)


def keep_data_only(interface: SessionInterface) -> None:
    """Let Flask-Session write and read data, and no code."""
    if not isinstance(interface, ServerSideSessionInterface):
        return
    if not isinstance(interface.serializer, Serializer):
        interface.serializer = Serializer()
    cache = getattr(interface, "cache", None)
    if cache is not None and not isinstance(cache.serializer, CacheSerializer):
        cache.serializer = CacheSerializer()


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
