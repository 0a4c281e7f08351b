"""A limit on the requests of each client, through Flask-Limiter.

https://flask-limiter.readthedocs.io/en/stable/
"""

from flask import Flask
from flask_limiter import Limiter

from .. import rate_limits


def init_app(app: Flask) -> None:
    """Count each request; RATELIMIT_DEFAULT says how many a client may send."""
    # Each process counts for itself, so that a lost Redis stops nobody.
    app.config.setdefault("RATELIMIT_STORAGE_URI", "memory://")
    limiter = Limiter(key_func=rate_limits.client)
    limiter.init_app(app)
