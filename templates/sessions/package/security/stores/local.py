"""Sessions in one SQLite file: for development, and for production on a single host."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import Entry

SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions
    (key TEXT PRIMARY KEY, value BLOB NOT NULL, expires INTEGER NOT NULL, owner TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sessions_expires ON sessions (expires);
CREATE INDEX IF NOT EXISTS sessions_owner ON sessions (owner);
"""
# A read moves the end of life only when this part of it or less is left: few writes.
SLACK = 0.9


class LocalStore:
    """SQLite does the locking between processes: https://www.sqlite.org/wal.html."""

    errors: tuple[type[Exception], ...] = (sqlite3.Error, OSError)
    bounded = True

    def __init__(self, directory: str) -> None:
        self.path = Path(directory) / "sessions.sqlite3"
        self._ready = False

    def read(self, key: str, ttl: int) -> bytes | None:
        """Return a living value and let it live `ttl` seconds from now."""
        now = int(time.time())
        with self._connect() as database:
            query = "SELECT value, expires FROM sessions WHERE key = ? AND expires > ?"
            row = database.execute(query, (key, now)).fetchone()
            if row and row[1] < now + ttl * SLACK:
                move = "UPDATE sessions SET expires = ? WHERE key = ?"
                database.execute(move, (now + ttl, key))
        return bytes(row[0]) if row else None

    def create(self, entry: Entry) -> None:
        """Write a session under a new key; sweep out the dead ones."""
        now = int(time.time())
        with self._connect() as database:
            database.execute("DELETE FROM sessions WHERE expires <= ?", (now,))
            row = (entry.key, entry.value, now + entry.ttl, entry.owner)
            database.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", row)

    def replace(self, entry: Entry) -> bool:
        """Write only if the key still exists."""
        now = int(time.time())
        change = "UPDATE sessions SET value = ?, expires = ? WHERE key = ? AND expires > ?"
        with self._connect() as database:
            row = (entry.value, now + entry.ttl, entry.key, now)
            return database.execute(change, row).rowcount > 0

    def delete(self, key: str) -> bool:
        """Remove a session."""
        with self._connect() as database:
            return database.execute("DELETE FROM sessions WHERE key = ?", (key,)).rowcount > 0

    def delete_owned(self, owner: str) -> int:
        """Remove every session of an owner."""
        with self._connect() as database:
            return database.execute("DELETE FROM sessions WHERE owner = ?", (owner,)).rowcount

    def ping(self) -> None:
        """Fail if the file cannot be opened."""
        with self._connect() as database:
            database.execute("SELECT 1 FROM sessions LIMIT 1")

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        # A connection per call is cheap here, and safe across threads and forks.
        if not self._ready:
            self._prepare()
        database = sqlite3.connect(self.path, timeout=1, isolation_level=None)
        try:
            yield database
        finally:
            database.close()

    def _prepare(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite would create the file readable for everyone.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        self._ready = True
        with self._connect() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(SCHEMA)
