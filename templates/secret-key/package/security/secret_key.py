"""The secret key: where it comes from, whether it is good enough, how old it is.

A file may hold several keys, one a line: the first signs, the others are still accepted. Flask
tries them all, so that sessions outlive a rotation.
https://flask.palletsprojects.com/config/#SECRET_KEY_FALLBACKS
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from pathlib import Path

from flask import Flask

from . import key_strength

STAMP = "%Y%m%dT%H%M%SZ"
UTC = timezone(timedelta(0))


def init_app(app: Flask) -> None:
    """Set SECRET_KEY and SECRET_KEY_FALLBACKS from wherever the keys lie."""
    tier = app.config["APP_ENV"]
    if not app.config["SECRET_KEY"] and tier == "development":
        app.config["SECRET_KEY"] = development_key(Path(app.instance_path, "secret_key"))
    if not app.config["SECRET_KEY"] and tier == "testing":
        app.config["SECRET_KEY"] = generate()
    keys = ring(app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"])
    if tier != "testing" or not isinstance(app.config["SECRET_KEY"], bytes):  # a test's are any
        app.config["SECRET_KEY"] = keys[0] if keys else None
    app.config["SECRET_KEY_FALLBACKS"] = keys[1:]
    age = app.extensions.setdefault("readiness", {})
    age["secret-key"] = lambda: "warning" if too_old(app) else "ok"


def ring(key: str | bytes | None, fallbacks: list[str]) -> list[str]:
    """Return all keys, the signing one first, none twice."""
    # Bytes that are no text stay in, for problems() to refuse.
    text = key.decode(errors="surrogateescape") if isinstance(key, bytes) else str(key or "")
    # A string here would be walked letter by letter: each letter a valid key.
    others = fallbacks.split(",") if isinstance(fallbacks, str) else fallbacks
    words = (word.strip() for word in [*text.split("\n"), *others])
    return list(dict.fromkeys(word for word in words if word))


def generate(after: str = "") -> str:
    """Return a new key: 256 random bits, led by the time of its making, later than AFTER's."""
    older = made(after)
    now = datetime.now(UTC)
    time = now if older is None else max(now, older + timedelta(seconds=1))
    return f"{time:{STAMP}}-{secrets.token_urlsafe(32)}"


def made(key: str) -> datetime | None:
    """Return when a key was made; None for a key that does not say."""
    try:
        return datetime.strptime(key.partition("-")[0], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def too_old(app: Flask) -> bool:
    """Tell whether the signing key is due for rotation."""
    since = made(app.config["SECRET_KEY"] or "")
    limit = timedelta(days=app.config["SECRET_KEY_MAX_AGE_DAYS"])
    return since is not None and datetime.now(UTC) - since > limit


def problems(app: Flask) -> Iterator[str]:
    """Name each key that is missing or could be guessed."""
    way_out = "make one with `flask secret-key new`, set SECRET_KEY or SECRET_KEY_FILE"
    if not app.config["SECRET_KEY"]:
        yield f"SECRET_KEY is missing: {way_out}"
        return
    keys = [app.config["SECRET_KEY"], *app.config["SECRET_KEY_FALLBACKS"]]
    for place, key in enumerate(keys):
        if reason := key_strength.weakness(key):
            name = f"SECRET_KEY_FALLBACKS, entry {place}," if place else "SECRET_KEY"
            yield f"{name} {reason}: {way_out}"


def development_key(path: Path) -> str:
    """Return the key of this checkout; made once, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # Linked into place complete: a second process never reads half a key.
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".key") as file:
            file.write(generate() + "\n")
            file.flush()
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)  # with the mode 600 of every temporary file
    return path.read_text(encoding="utf-8")
