"""Sessions in a database table, through SQLAlchemy Core."""

from __future__ import annotations

import functools
import re
import time
from contextlib import AbstractContextManager

import sqlalchemy as sa

from . import Entry

METADATA = sa.MetaData()
SESSIONS = sa.Table(
    "http_sessions",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False, index=True),
    sa.Column("owner", sa.String(255), nullable=False, index=True),
)
# A read moves the end of life only when this part of it or less is left: few writes.
SLACK = 0.9


class DatabaseStore:
    """One statement a call; https://docs.sqlalchemy.org/en/20/core/connections.html."""

    errors: tuple[type[Exception], ...] = (sa.exc.SQLAlchemyError,)

    def __init__(self, url: str | None) -> None:
        # Addresses of Heroku and the like, which SQLAlchemy has dropped.
        self.url = re.sub("^postgres://", "postgresql://", url or "")
        self.bounded = self.url.startswith("sqlite")  # drivers of servers may wait for minutes
        self._ready = False

    @functools.cached_property
    def engine(self) -> sa.Engine:
        """Return the pool, made at the first use; pre_ping replaces connections that were cut."""
        pool = {} if self.bounded else {"pool_timeout": 1}  # SQLite waits for no connection
        return sa.create_engine(self.url, pool_pre_ping=True, **pool)

    def read(self, key: str, ttl: int) -> bytes | None:
        """Return a living value and let it live `ttl` seconds from now."""
        now = int(time.time())
        same = SESSIONS.c.key == key
        living = sa.select(SESSIONS.c.value, SESSIONS.c.expires).where(same)
        with self._begin() as connection:
            row = connection.execute(living.where(SESSIONS.c.expires > now)).first()
            if row and row.expires < now + ttl * SLACK:
                connection.execute(SESSIONS.update().where(same).values(expires=now + ttl))
        return bytes(row.value) if row else None

    def create(self, entry: Entry) -> None:
        """Write a session under a new key; sweep out the dead ones."""
        now = int(time.time())
        row = {"key": entry.key, "value": entry.value, "owner": entry.owner}
        with self._begin() as connection:
            connection.execute(SESSIONS.delete().where(SESSIONS.c.expires <= now))
            connection.execute(SESSIONS.insert().values(expires=now + entry.ttl, **row))

    def replace(self, entry: Entry) -> bool:
        """Write only if the key still exists."""
        now = int(time.time())
        living = SESSIONS.update().where(SESSIONS.c.key == entry.key, SESSIONS.c.expires > now)
        with self._begin() as connection:
            change = living.values(value=entry.value, expires=now + entry.ttl)
            return bool(connection.execute(change).rowcount)

    def delete(self, key: str) -> bool:
        """Remove a session."""
        with self._begin() as connection:
            return bool(connection.execute(SESSIONS.delete().where(SESSIONS.c.key == key)).rowcount)

    def delete_owned(self, owner: str) -> int:
        """Remove every session of an owner."""
        with self._begin() as connection:
            owned = SESSIONS.delete().where(SESSIONS.c.owner == owner)
            return int(connection.execute(owned).rowcount)

    def ping(self) -> None:
        """Fail if the database cannot be reached."""
        with self._begin() as connection:
            connection.execute(sa.text("SELECT 1"))

    def _begin(self) -> AbstractContextManager[sa.Connection]:
        if not self._ready:
            METADATA.create_all(self.engine, checkfirst=True)
            self._ready = True
        return self.engine.begin()
