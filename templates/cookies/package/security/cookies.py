"""Every cookie leaves with the attributes of the session cookie.

A cookie set by hand is otherwise readable by scripts, sent over plain HTTP and, deleted without
its attributes, refused by the browser: a `__Host-` cookie then survives the sign-out.
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie
"""

from collections.abc import Iterator
from datetime import datetime
from datetime import timedelta
from typing import Any

from flask import Flask
from flask import Response
from flask import current_app

HOST_PREFIX = "__Host-"


def init_app(app: Flask) -> None:
    """Make the safe attributes the default of every response."""
    app.response_class = SafeCookieResponse


def name(word: str) -> str:
    """Return the name for a cookie of your own: with the `__Host-` prefix where it is Secure.

    Browsers take such a cookie only from this very host over HTTPS, so that a sibling domain
    cannot plant one.
    """
    return HOST_PREFIX + word if current_app.config["SESSION_COOKIE_SECURE"] else word


def problems(app: Flask) -> Iterator[str]:
    """Name what would let the session cookie leak."""
    config = app.config
    if not config["SESSION_COOKIE_SECURE"] or not config["SESSION_COOKIE_HTTPONLY"]:
        yield "SESSION_COOKIE_SECURE and SESSION_COOKIE_HTTPONLY must stay True"
    if config["SESSION_COOKIE_SAMESITE"] not in {"Lax", "Strict"}:
        yield "SESSION_COOKIE_SAMESITE must be Lax or Strict"
    if not config["SESSION_COOKIE_NAME"].startswith(HOST_PREFIX):
        yield f"SESSION_COOKIE_NAME must start with {HOST_PREFIX}"
    if config["SESSION_COOKIE_DOMAIN"] or (config["SESSION_COOKIE_PATH"] or "/") != "/":
        yield "SESSION_COOKIE_DOMAIN must be unset and SESSION_COOKIE_PATH be /"


class SafeCookieResponse(Response):
    """Secure cannot be forgotten; HttpOnly and SameSite are there unless a call says otherwise."""

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: timedelta | int | None = None,
        expires: str | datetime | int | float | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = True,
        samesite: str | None = None,
        partitioned: bool = False,
    ) -> None:
        """Set a cookie; a theme that a script must read says httponly=False."""
        config = current_app.config
        super().set_cookie(
            key,
            value,
            max_age=max_age,
            expires=expires,
            path=path,
            domain=domain,
            secure=secure or config["SESSION_COOKIE_SECURE"],
            httponly=httponly,
            samesite=samesite or config["SESSION_COOKIE_SAMESITE"],
            partitioned=partitioned,
        )

    def delete_cookie(self, key: str, *args: Any, **attributes: Any) -> None:
        """Delete a cookie with the attributes it was set with, or the browser keeps it."""
        attributes.setdefault("httponly", True)
        super().delete_cookie(key, *args, **attributes)
