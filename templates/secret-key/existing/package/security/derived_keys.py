"""Other keys of the app: each from its own variable, else made from SECRET_KEY."""

from __future__ import annotations

import hashlib
import hmac

from flask import Flask


def init_app(app: Flask) -> None:
    """Give a key of its own to each setting of SECRET_KEY_DERIVES that has none."""
    for name in app.config["SECRET_KEY_DERIVES"]:
        if not app.config.get(name) and app.config["SECRET_KEY"]:
            app.config[name] = derived(app.config["SECRET_KEY"], name)


def derived(key: str | bytes, name: str) -> str:
    """Return a key that tells nothing of the other: a token of one is worth nothing as another."""
    secret = key if isinstance(key, bytes) else key.encode()
    return hmac.new(secret, name.encode(), hashlib.sha256).hexdigest()
