"""No debugger in production: a traceback tells secrets, its console runs code.

https://flask.palletsprojects.com/debugging/
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator

from flask import Flask

# Each of these sends an error past the error pages, to the server or the client.
<%- slot('debug.leaking') %>
DEBUGGER = "werkzeug.debug"
ON = {"1", "true", "yes", "on"}


def problems(app: Flask) -> Iterator[str]:
    """Name everything that would let production show a traceback or a console."""
    if app.debug:
        yield "DEBUG is on: unset FLASK_DEBUG, run without --debug, set no debug in code"
    if app.testing:
        yield "TESTING is on: it belongs to APP_ENV=testing"
    if os.environ.get("FLASK_DEBUG", "").strip().lower() in ON:
        yield "FLASK_DEBUG is set: unset FLASK_DEBUG"
    if os.environ.get("FLASK_ENV", "").strip().lower() == "development":
        yield "FLASK_ENV is development: unset FLASK_ENV and set APP_ENV"
    for key in LEAKING:
        if app.config[key]:
            yield f"{key} is on: errors would leave without an error page; unset {key}"
    if "debugtoolbar" in app.blueprints:
        yield "Flask-DebugToolbar is registered: keep it to APP_ENV=development"
    if under_debugger() or any(map(is_debugger, layers(app))):
        yield "Werkzeug's debugger is wrapped around the app: remove DebuggedApplication"


def under_debugger() -> bool:
    """Tell whether the interactive debugger is calling us, however it was put there."""
    return any(
        frame.f_globals.get("__name__") == DEBUGGER for frame, _line in traceback.walk_stack(None)
    )


def is_debugger(layer: object) -> bool:
    """Tell whether a layer is Werkzeug's debugger, without importing that."""
    return type(layer).__module__ == DEBUGGER


def layers(app: Flask) -> Iterator[object]:
    """Yield what is around the app, from outside: a debugger may be further in than the gate."""
    layer: object = app.wsgi_app
    while layer is not None:
        owner = getattr(layer, "__self__", layer)  # a bound method belongs to an object
        yield owner
        layer = getattr(owner, "inner", None) or getattr(owner, "app", None)
