"""The three steps of a rotation, each safe to roll out host by host.

accept: every process learns the new key but still signs with the old one; promote: the new key
signs, the old one is still accepted; drop: the old one is forgotten, once every session and form
it signed has expired. Between two steps every process must have been reloaded.
"""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from pathlib import Path

from .secret_key import UTC
from .secret_key import made

UNDATED = datetime.min.replace(tzinfo=UTC)


class RotationError(Exception):
    """A step that does not fit the keys at hand."""


def accept(keys: list[str], new: str) -> list[str]:
    """Add a key that is accepted but does not sign yet."""
    if not keys:
        raise RotationError("there is no key yet: make one with flask secret-key new")
    if pending(keys):
        raise RotationError("a new key already waits: promote it, or drop it")
    return [*keys, new]


def promote(keys: list[str]) -> list[str]:
    """Let the newest key sign; the others stay accepted."""
    if not pending(keys):
        raise RotationError("no new key waits: accept one first, on every host")
    return [keys[-1], *keys[:-1]]


def drop(keys: list[str]) -> list[str]:
    """Forget every key but the one that signs."""
    if len(keys) < 2:
        raise RotationError("there is only one key")
    return keys[:1]


def pending(keys: list[str]) -> bool:
    """Tell whether the last key is younger than the one that signs."""
    return len(keys) > 1 and (made(keys[-1]) or UNDATED) > (made(keys[0]) or UNDATED)


def save(path: Path, keys: list[str]) -> None:
    """Replace a key file in one step: a reader sees the old keys or the new ones."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("".join(f"{key}\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            _keep_owner(path, name)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _keep_owner(path: Path, name: str) -> None:
    """The service's account must be able to read the file after root has rotated it."""
    status = path.stat()
    os.chmod(name, status.st_mode & 0o640)
    if hasattr(os, "chown") and os.geteuid() == 0:
        os.chown(name, status.st_uid, status.st_gid)
