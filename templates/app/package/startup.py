"""The start-up gate: production serves nothing while its configuration is unsafe.

It refuses to serve, not to be imported, so that commands, tests and tools still run.
"""

import logging
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

from flask import Flask

<%- slot('startup.imports') %>

Check = Callable[[Flask], Iterator[str]]

CHECKS: list[Check] = [
    <%- slot('startup.checks') %>
]

# Werkzeug's debugger leaves this key in the environment of each request that it passes on.
DEBUGGER = "werkzeug.debug.preserve_context"

# What code can still switch on while the app serves.
WATCHED = (
    "DEBUG", "TESTING", "PROPAGATE_EXCEPTIONS", "TRAP_HTTP_EXCEPTIONS", "TRAP_BAD_REQUEST_ERRORS",
)  # fmt: skip

# Every other tier is held to production's rules, also one that is misspelt.
RELAXED = {"development", "testing"}

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Put the gate in front of the app."""
    app.wsgi_app = Gate(app, app.wsgi_app).answer  # type: ignore[method-assign]


def problems(app: Flask) -> list[str]:
    """Return why this app must not serve; each reason names the variable to set."""
    if app.config["APP_ENV"] in RELAXED:
        return []
    found = list(app.config["SETTINGS_PROBLEMS"])
    return found + [problem for check in CHECKS for problem in check(app)]


class Gate:
    """Checks at the first request of a process, and again when a debugging aid is switched on."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self.app = app
        self.inner = inner
        self.state: tuple[Any, ...] = ()
        self.refused = False

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on, or refuse it."""
        settings = map(self.app.config.get, WATCHED)
        state = (DEBUGGER in environ, self.app.wsgi_app, *settings)
        if state != self.state:
            self.refused = report(self.app)
            self.state = state
        return unavailable(start_response) if self.refused else self.inner(environ, start_response)


def report(app: Flask) -> bool:
    """Log the problems of an app; true when there are any."""
    found = problems(app)
    for problem in found:
        log.critical("refusing to serve: %s", problem)
    return bool(found)


def unavailable(start_response: StartResponse) -> list[bytes]:
    """Answer 503 without saying why: the reasons are for the log."""
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
    headers.append(("X-Content-Type-Options", "nosniff"))
    start_response("503 Service Unavailable", headers)
    return [b"Service unavailable\n"]
