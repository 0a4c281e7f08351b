"""The session of one request: loaded when it is first touched."""

from __future__ import annotations

import functools
import hashlib
import re
import secrets
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

from flask_session.base import ServerSideSession

from .session_format import Record

SESSION_ID = re.compile(r"[uv][A-Za-z0-9_-]{43}")  # what new_id makes
LONGEST_NAME = 255  # what a column of a database takes


def new_id(owner: str) -> str:
    """Return a session id: 256 random bits, led by the kind of session, a user's or a visitor's.

    A read thereby knows how long to keep it alive before it has seen it.
    """
    return ("u" if owner else "v") + secrets.token_urlsafe(32)


def store_key(sid: str) -> str:
    """Return what the store knows an id by: who reads the store cannot become a user."""
    return hashlib.sha256(sid.encode()).hexdigest()


class LazySession(ServerSideSession):
    """A dict that asks the store at the first touch, so that most requests never do."""

    fetch: Callable[[Any], None] | None = None  # takes this session

    def __init__(self, fetch: Callable[[Any], None] | None = None) -> None:
        super().__init__(sid="")
        self.fetch = fetch
        self.created = 0  # when it began; 0: now
        self.owner = ""  # whose session this was when it was loaded
        self.stored = ""  # its key in the store; empty: not stored
        self.retired: list[str] = []  # keys it had before the id was renewed
        self.lost = False  # the store failed: nothing of this session is kept

    def load(self) -> None:
        """Ask the store, once."""
        fetch, self.fetch = self.fetch, None
        if fetch is not None:
            fetch(self)

    def fill(self, record: Record, sid: str) -> None:
        """Take over what the store held; this is no modification."""
        dict.update(self, record["data"])
        self.created = record["created"]
        self.sid = sid
        self.stored = store_key(sid)


def owner_of(config: Mapping[str, Any], session: LazySession) -> str:
    """Return whose session this is; empty for a visitor's."""
    for key in config["SESSION_OWNER_KEYS"]:
        value = session.get(key)
        if value is not None and value is not False:
            return name_of(value)
    return ""


def name_of(owner: object) -> str:
    """Return what a store knows an owner by; what a session holds of one may be long."""
    name = str(owner)
    return name if len(name) <= LONGEST_NAME else hashlib.sha256(name.encode()).hexdigest()


def _loaded_first(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(self: LazySession, *args: Any, **kwargs: Any) -> Any:
        self.load()
        return method(self, *args, **kwargs)

    return call


for _name in (
    *("__contains__", "__delitem__", "__eq__", "__getitem__", "__ior__", "__iter__", "__len__"),
    *("__ne__", "__or__", "__repr__", "__reversed__", "__ror__", "__setitem__", "clear", "copy"),
    *("get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"),
):
    <%- slot('sessions.methods') %>
    setattr(LazySession, _name, _loaded_first(getattr(ServerSideSession, _name)))
