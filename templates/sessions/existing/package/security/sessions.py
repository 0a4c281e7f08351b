"""Session data stays on the server; the cookie carries 256 random bits and nothing else.

https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from typing import cast

from flask import Flask
from flask import Request
from flask import Response
from flask import current_app
from flask import session
from flask.sessions import SessionInterface

from . import settings
from .session_interface import LazySessionInterface
from .session_state import LazySession
from .session_state import name_of
from .stores import open_store
<% if (answers.store === 'redis') { -%>
from .stores import redis_address
<% } -%>
from .stores.guard import Guard

LIFETIMES = ("SESSION_IDLE_MINUTES", "SESSION_ABSOLUTE_MINUTES", "SESSION_ANONYMOUS_MINUTES")


class ByTier(SessionInterface):
    """The store's sessions where the app serves; its own while it is tested."""

    def __init__(self, own: SessionInterface, stored: LazySessionInterface) -> None:
        self.own = own
        self.stored = stored

    def open_session(self, app: Flask, request: Request) -> Any:
        """Open a session where the tier keeps them."""
        testing = settings.tier(app) == "testing"
        return (self.own if testing else self.stored).open_session(app, request)

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Save a session where it was opened."""
        interface = self.stored if isinstance(session, LazySession) else self.own
        interface.save_session(app, session, response)

    def __getattr__(self, name: str) -> Any:
        """Tests may ask for what only the app's own interface has, such as its serializer."""
        return getattr(self.__dict__["own"], name)


def init_app(app: Flask) -> None:
    """Keep the sessions of the app in its store."""
<% if (answers.store === 'redis') { -%>
    app.config["SESSION_REDIS_URL"] = app.config["SESSION_REDIS_URL"] or app.config.get("REDIS_URL")
<% } -%>
<% if (answers.store === 'database') { -%>
    own = app.config.get("SQLALCHEMY_DATABASE_URI")
    app.config["SESSION_DATABASE_URL"] = app.config["SESSION_DATABASE_URL"] or own
<% } -%>
    stored = LazySessionInterface(app, Guard(open_store(app)))
    app.session_interface = ByTier(app.session_interface, stored)


def regenerate() -> None:
    """Renew the id of this request's session.

    A sign-in does so by itself, see SESSION_OWNER_KEYS; call it where rights change otherwise.
    """
    if isinstance(session._get_current_object(), LazySession):  # type: ignore[attr-defined]
        _stored().regenerate(cast(LazySession, session))


def sign_out_everywhere(owner: object) -> int:
    """End every session of a user, as after a changed password; say how many there were."""
    return _stored().store.delete_owned(name_of(owner))


def problems(app: Flask) -> Iterator[str]:
    """Name what production must not run with."""
    if app.config["SESSION_STORE"] == "embedded":
        yield "SESSION_STORE is embedded, which is for development: set it for production"
    for name in LIFETIMES:
        if app.config[name] < 1:
            yield f"{name} must be at least 1"
<% if (answers.store === 'redis') { -%>
    if app.config["SESSION_STORE"] == "redis":
        yield from redis_address.problems(app.config["SESSION_REDIS_URL"])
<% } -%>
<% if (answers.store === 'database') { -%>
    if app.config["SESSION_STORE"] == "database" and not app.config["SESSION_DATABASE_URL"]:
        yield "SESSION_DATABASE_URL is missing: set it to the address of the database"
<% } -%>


def _stored() -> LazySessionInterface:
    interface = current_app.session_interface
    if not isinstance(interface, ByTier):
        raise TypeError("sessions.init_app() was not called, or the interface was replaced")
    return interface.stored
