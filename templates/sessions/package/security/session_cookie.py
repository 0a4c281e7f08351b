"""The cookie of a session: sent and deleted with the same attributes."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask import Response
from flask.sessions import SessionInterface

from .session_state import LazySession


def send(app: Flask, session: LazySession, response: Response) -> None:
    """Give the browser the id."""
    interface = app.session_interface
    name, expires = interface.get_cookie_name(app), interface.get_expiration_time(app, session)
    response.set_cookie(name, session.sid, expires=expires, **_attributes(app, interface))
    vary(response)


def remove(app: Flask, response: Response) -> None:
    """Take the id away; a browser ignores this for a __Host- cookie if an attribute is missing."""
    interface = app.session_interface
    response.delete_cookie(interface.get_cookie_name(app), **_attributes(app, interface))
    vary(response)


def vary(response: Response) -> None:
    """Say that the answer depends on the cookie: no cache may give it to somebody else."""
    if "Vary" in response.headers:
        response.vary.add("Cookie")
    else:  # the usual case, without the work of taking an old value apart
        response.headers["Vary"] = "Cookie"


def _attributes(app: Flask, interface: SessionInterface) -> dict[str, Any]:
    partitioned = getattr(interface, "get_cookie_partitioned", None)  # Flask 3.1 and newer
    return {
        "domain": interface.get_cookie_domain(app),
        "path": interface.get_cookie_path(app),
        "secure": interface.get_cookie_secure(app),
        "httponly": interface.get_cookie_httponly(app),
        "samesite": interface.get_cookie_samesite(app),
        **({"partitioned": partitioned(app)} if partitioned else {}),
    }
