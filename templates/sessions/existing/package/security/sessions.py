"""Session data stays on the server; the cookie carries 256 random bits and nothing else.

https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any
from typing import cast

from flask import Flask
from flask import Request
from flask import Response
from flask import current_app
from flask import session
from flask.sessions import SessionInterface

<%- slot('sessions.imports') %>

LIFETIMES = ("SESSION_IDLE_MINUTES", "SESSION_ABSOLUTE_MINUTES", "SESSION_ANONYMOUS_MINUTES")


class ByTier(SessionInterface):
    """The store's sessions where the app serves; its own while it is tested."""

    def __init__(self, own: SessionInterface, app: Flask) -> None:
        self.own = own
        self.app = app

    @functools.cached_property
    def stored(self) -> LazySessionInterface:
        """Return the store's interface, made when it is asked for: the app is complete then."""
        <%- slot('sessions.address') %>
        return LazySessionInterface(self.app, Guard(open_store(self.app)))

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
    app.session_interface = ByTier(app.session_interface, app)


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
    <%- slot('sessions.problems') %>


def _stored() -> LazySessionInterface:
    interface = current_app.session_interface
    if not isinstance(interface, ByTier):
        raise TypeError("sessions.init_app() was not called, or the interface was replaced")
    return interface.stored
