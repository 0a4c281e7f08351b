"""Which database keeps the sessions."""

from __future__ import annotations

import os
import re

from flask import Flask

# Other libraries look for a relative file in another folder; one in memory is gone with the process.
NOWHERE = re.compile(r"sqlite(\+\w+)?:(//)?($|/(?!/)(?![A-Za-z]:))")


def address(app: Flask) -> str | None:
    """Return the address for sessions alone, or that of the app's own database."""
    own = app.config["SESSION_DATABASE_URL"] or app.config.get("SQLALCHEMY_DATABASE_URI")
    if hasattr(own, "render_as_string"):
        own = own.render_as_string(hide_password=False)
    if own and NOWHERE.match(own):
        os.makedirs(app.instance_path, exist_ok=True)
        return f"sqlite:///{app.instance_path}/sessions.sqlite3"
    return own
