"""Where sessions live: one small protocol, one module a store, opaque bytes and never pickle."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from typing import Protocol

from flask import Flask


class Entry(NamedTuple):
    """One stored session: its hashed id, its content, its life in seconds, whose it is."""

    key: str
    value: bytes
    ttl: int
    owner: str = ""


class Store(Protocol):
    """What a store can do; each call is atomic and fails with one of `errors`."""

    errors: tuple[type[Exception], ...]

    @property
    def bounded(self) -> bool:
        """Whether each call ends within about a second by itself, also when nothing answers."""

    def read(self, key: str, ttl: int) -> bytes | None:
        """Return a living value and let it live `ttl` seconds from now."""

    def create(self, entry: Entry) -> None:
        """Write a session under a new key and remember its owner."""

    def replace(self, entry: Entry) -> bool:
        """Write only if the key still exists: a session that was ended stays ended."""

    def delete(self, key: str) -> bool:
        """Remove a session; false if it was gone already."""

    def delete_owned(self, owner: str) -> int:
        """Remove every session of an owner and say how many there were."""

    def ping(self) -> None:
        """Fail if the store cannot be reached."""


def open_store(app: Flask) -> Store:
    """Return the store that SESSION_STORE names, or is; nothing is connected yet."""
    kind: str | Store = app.config["SESSION_STORE"]
    if not isinstance(kind, str):
        return kind
    if kind not in OPENERS:
        raise ValueError(f"SESSION_STORE: {kind!r} is none of {', '.join(OPENERS)}")
    return OPENERS[kind](app)


def _embedded(app: Flask) -> Store:
    from .local import LocalStore

    return LocalStore(app.instance_path)


<% if (answers.store === 'filesystem') { -%>
def _filesystem(app: Flask) -> Store:
    from .local import LocalStore

    return LocalStore(app.config["SESSION_DIRECTORY"] or app.instance_path)


<% } -%>
<% if (answers.store === 'redis') { -%>
def _redis(app: Flask) -> Store:
    from .redis import RedisStore

    index_ttl: int = app.config["SESSION_ABSOLUTE_MINUTES"] * 60
    <%- slot('stores.redis') %>


<% } -%>
<% if (answers.store === 'database') { -%>
def _database(app: Flask) -> Store:
    from .database import DatabaseStore

    return DatabaseStore(app.config["SESSION_DATABASE_URL"])


<% } -%>
OPENERS: dict[str, Callable[[Flask], Store]] = {
    "embedded": _embedded,  # for development; production refuses it
<% if (answers.store === 'filesystem') { -%>
    "filesystem": _filesystem,
<% } -%>
<% if (answers.store === 'redis') { -%>
    "redis": _redis,
<% } -%>
<% if (answers.store === 'database') { -%>
    "database": _database,
<% } -%>
}
