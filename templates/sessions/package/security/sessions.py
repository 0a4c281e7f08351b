"""Session data stays on the server; the cookie carries 256 random bits and nothing else.

https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from typing import cast

from flask import Flask
from flask import current_app
from flask import session

from .session_interface import LazySessionInterface
from .session_state import LazySession
from .session_state import name_of
from .stores import open_store
<% if (answers.store === 'redis') { -%>
from .stores import redis_address
<% } -%>
from .stores.guard import Guard
from .stores.guard import StoreDown

# The keys whose value says whose session it is; the second is Flask-Login's.
OWNER_KEYS = ("user_id", "_user_id")
LIFETIMES = ("SESSION_IDLE_MINUTES", "SESSION_ABSOLUTE_MINUTES", "SESSION_ANONYMOUS_MINUTES")


def init_app(app: Flask) -> None:
    """Keep the sessions of the app in its store."""
    app.config.setdefault("SESSION_OWNER_KEYS", OWNER_KEYS)
    app.session_interface = LazySessionInterface(app, Guard(open_store(app)))
    app.extensions.setdefault("readiness", {})["sessions"] = check


def regenerate() -> None:
    """Renew the id of this request's session: call it wherever rights change (ASVS 7.2.4)."""
    _interface().regenerate(cast(LazySession, session))


def sign_out_everywhere(owner: object) -> int:
    """End every session of a user, as after a changed password; say how many there were."""
    return _interface().store.delete_owned(name_of(owner))


def check() -> Literal["ok", "failed"]:
    """Say whether the store answers, for the readiness page."""
    try:
        _interface().store.ping()
    except StoreDown:
        return "failed"
    return "ok"


def problems(app: Flask) -> Iterator[str]:
    """Name what production must not run with."""
    if app.config["SESSION_STORE"] == "embedded":
        yield "SESSION_STORE is embedded, which is for development: set it for production"
    for name in LIFETIMES:
        if app.config[name] < 1:
            yield f"{name} must be at least 1"
<% if (answers.store === 'redis') { -%>
    if app.config["SESSION_STORE"] == "redis":
        yield from redis_address.problems(app.config["REDIS_URL"])
<% } -%>
<% if (answers.store === 'database') { -%>
    if app.config["SESSION_STORE"] == "database" and not app.config["SESSION_DATABASE_URL"]:
        yield "SESSION_DATABASE_URL is missing: set it to the address of the database"
<% } -%>


def _interface() -> LazySessionInterface:
    interface = current_app.session_interface
    if not isinstance(interface, LazySessionInterface):
        raise TypeError("sessions.init_app() was not called, or the interface was replaced")
    return interface
