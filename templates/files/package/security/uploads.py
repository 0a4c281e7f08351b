"""Uploads: the content must be what the name says, and the name on disk is ours.

Nothing here unpacks or decodes a file: what swells when it is expanded stays as small as it came.
https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from flask import current_app
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound

from . import files

# How each type begins (offset, bytes); plain text is checked as a whole instead.
SIGNATURES: dict[str, tuple[tuple[int, bytes], ...]] = {
    "gif": ((0, b"GIF8"),),
    "jpeg": ((0, b"\xff\xd8\xff"),),
    "jpg": ((0, b"\xff\xd8\xff"),),
    "pdf": ((0, b"%PDF-"),),
    "png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "webp": ((0, b"RIFF"), (8, b"WEBP")),
}
CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r"))


class RefusedUploadError(ValueError):
    """A file that is not taken; the message is for the person who sent it."""


def store(upload: FileStorage) -> str:
    """Keep a file under a name made here, and return that name."""
    ending = files.extension(upload.filename or "")
    if ending is None:
        raise RefusedUploadError(f"Only these types are taken: {', '.join(files.TYPES)}.")
    # The sender's name never reaches the disk: it may be empty, reserved, endless or a path.
    name = f"{secrets.token_hex(16)}.{ending}"
    # The dot hides the file from downloads until it has been checked.
    part = files.folder() / f".{name}.part"
    try:
        _write(upload, part)
        _check(part, ending)
        part.rename(files.folder() / name)
    finally:
        part.unlink(missing_ok=True)
    return name


def remove(name: str) -> None:
    """Delete a stored file. Whether the person may, is for the caller to know."""
    with suppress(NotFound):
        files.find(name).unlink(missing_ok=True)


def sweep(age: timedelta) -> int:
    """Delete what is older, and what broken-off uploads have left; return how many files went."""
    oldest = time.time() - age.total_seconds()
    old = [path for path, stat in _entries(files.folder()) if stat.st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _entries(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Give each file; another process may rename or delete one meanwhile."""
    for entry in os.scandir(folder):
        with suppress(FileNotFoundError):
            if entry.is_file(follow_symlinks=False):
                yield Path(entry), entry.stat(follow_symlinks=False)


def _write(upload: FileStorage, path: Path) -> None:
    # Never over an existing file; the group may read, for Nginx.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with os.fdopen(descriptor, "wb") as target:
        upload.save(target)


def _check(path: Path, ending: str) -> None:
    size = path.stat().st_size
    if size == 0:
        raise RefusedUploadError("The file is empty.")
    if size > current_app.config["UPLOAD_MAX_BYTES"]:
        raise RefusedUploadError("The file is too large.")
    if used(path.parent) > current_app.config["UPLOAD_QUOTA_BYTES"]:
        raise RefusedUploadError("There is no room for more files.")
    if not matches(path.read_bytes(), ending):
        raise RefusedUploadError(f"The content of the file is not {files.TYPES[ending]}.")


def used(folder: Path) -> int:
    """Return how many bytes the folder holds."""
    return sum(stat.st_size for _, stat in _entries(folder))


def matches(content: bytes, ending: str) -> bool:
    """Tell whether content is of the type that the extension claims."""
    if ending in SIGNATURES:
        return all(content[at : at + len(sign)] == sign for at, sign in SIGNATURES[ending])
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return content.translate(None, CONTROLS) == content
