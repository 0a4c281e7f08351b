"""Example: a small user table in the instance folder. Replace it by your own; keep the hashing."""

import functools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError
from argon2.exceptions import VerifyMismatchError
from flask import current_app

SCHEMA = """CREATE TABLE IF NOT EXISTS users
    (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, hash TEXT NOT NULL)"""
# Argon2id with the parameters of RFC 9106: https://argon2-cffi.readthedocs.io/en/stable/parameters.html
HASHER = PasswordHasher()
MISMATCH = (VerifyMismatchError, InvalidHashError)


@dataclass(frozen=True)
class User:
    """Somebody who can sign in."""

    id: int
    name: str


class NameTakenError(ValueError):
    """Another user has this name."""


def add(name: str, password: str) -> User:
    """Store a new user."""
    with _table() as table:
        try:
            row = (name, HASHER.hash(password))
            done = table.execute("INSERT INTO users (name, hash) VALUES (?, ?)", row)
        except sqlite3.IntegrityError as error:
            raise NameTakenError(name) from error
        return User(int(done.lastrowid or 0), name)


def find(user_id: object) -> User | None:
    """Return a user by id."""
    with _table() as table:
        row = table.execute("SELECT id, name FROM users WHERE id = ?", (user_id,)).fetchone()
    return User(*row) if row else None


def id_of(name: str) -> int | None:
    """Return the id of the user with this name."""
    with _table() as table:
        row = table.execute("SELECT id FROM users WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else None


def verify(name: str, password: str) -> User | None:
    """Return the user with this name and password; it takes as long when there is no such name."""
    with _table() as table:
        query = "SELECT id, name, hash FROM users WHERE name = ?"
        row = table.execute(query, (name,)).fetchone()
        known = row[2] if row else _unknown()
        try:
            HASHER.verify(known, password)
        except MISMATCH:
            return None
        if not row:
            return None
        if HASHER.check_needs_rehash(known):
            change = (HASHER.hash(password), row[0])
            table.execute("UPDATE users SET hash = ? WHERE id = ?", change)
    return User(row[0], row[1])


@functools.cache
def _unknown() -> str:
    return HASHER.hash(os.urandom(16))


@contextmanager
def _table() -> Iterator[sqlite3.Connection]:
    path = Path(current_app.instance_path, "users.sqlite3")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite would create the file readable for everyone.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    table = sqlite3.connect(path, timeout=1, isolation_level=None)
    try:
        table.execute(SCHEMA)
        yield table
    finally:
        table.close()
