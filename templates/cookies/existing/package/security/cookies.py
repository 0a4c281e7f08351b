"""Every cookie leaves with the attributes of the session cookie, unless its call says otherwise.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Any

from flask import Flask
from flask import Response
from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Iterator


def init_app(app: Flask) -> None:
    """Make the safe attributes the default of every response of Flask's own class."""
    if app.response_class is Response:
        app.response_class = SafeCookieResponse


def problems(app: Flask) -> Iterator[str]:
    """Name what would let the session cookie leak."""
    if not app.config["SESSION_COOKIE_SECURE"]:
        yield "SESSION_COOKIE_SECURE must be True: the session goes over plain HTTP too"
    if not app.config["SESSION_COOKIE_HTTPONLY"]:
        yield "SESSION_COOKIE_HTTPONLY must be True: scripts of the page can read the session"


class SafeCookieResponse(Response):
    """Secure cannot be forgotten; HttpOnly and SameSite are there unless a call says otherwise."""

    def set_cookie(self, key: str, value: str = "", *args: Any, **attributes: Any) -> None:
        """Set a cookie; one that a script must read says httponly=False."""
        config = current_app.config
        given = dict(zip(("max_age", "expires", "path", "domain", "secure", "httponly"), args))
        attributes = {**given, **attributes}
        attributes["secure"] = attributes.get("secure") or config["SESSION_COOKIE_SECURE"]
        attributes.setdefault("httponly", True)
        if not attributes.get("samesite"):
            attributes["samesite"] = config["SESSION_COOKIE_SAMESITE"] or "Lax"
        super().set_cookie(key, value, **attributes)

    def delete_cookie(self, key: str, *args: Any, **attributes: Any) -> None:
        """Delete a cookie with the attributes it was set with, or the browser keeps it."""
        attributes.setdefault("httponly", True)
        super().delete_cookie(key, *args, **attributes)
