"""The start-up gate: production serves nothing while its configuration is unsafe.

It refuses to serve, not to be imported, so that commands, tests and tools still run.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from typing import Any

from flask import Flask

from . import settings
<%- slot('startup.imports') %>

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Iterator

# Each names what production must not run with, and the variable to set.
CHECKS: list[Callable[[Flask], Iterator[str]]] = [
    <%- slot('startup.checks') %>
]
# What code can still switch on while the app serves.
WATCHED = ("DEBUG", "TESTING", "PROPAGATE_EXCEPTIONS", "TRAP_HTTP_EXCEPTIONS")
RELAXED = {"development", "testing"}
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Put the gate in front of the app."""
    app.wsgi_app = Gate(app, app.wsgi_app).answer  # type: ignore[method-assign]


def problems(app: Flask) -> list[str]:
    """Return why this app must not serve; each reason names the variable to set."""
    found = list(app.config["SETTINGS_PROBLEMS"])
    return found + [problem for check in CHECKS for problem in check(app)]


def relaxed(app: Flask, environ: dict[str, Any]) -> bool:
    """Tell whether this is development or a test; a server that was not told so is neither."""
    served = "SERVER_SOFTWARE" in environ  # absent where a test client asks
    return app.config["APP_ENV"] in RELAXED if served else settings.tier(app) in RELAXED


class Gate:
    """Checks at the first request of a process, and again when a debugging aid is switched on."""

    def __init__(self, app: Flask, inner: Any) -> None:
        self.app = app
        self.inner = inner
        self.state: tuple[Any, ...] = ()
        self.refused = False

    def answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass the request on, or refuse it."""
        if relaxed(self.app, environ):
            return self.inner(environ, start_response)  # type: ignore[no-any-return]
        state = (self.app.wsgi_app, *map(self.app.config.get, WATCHED))
        if state != self.state:
            self.refused, self.state = report(self.app), state
        return unavailable(start_response) if self.refused else self.inner(environ, start_response)


def report(app: Flask) -> bool:
    """Log the problems of an app; true when there are any."""
    found = problems(app)
    for problem in found:
        log.critical("refusing to serve: %s", problem)
    if found:
        log.critical("none of this is needed on a developer's machine: set APP_ENV=development there")
    return bool(found)


def unavailable(start_response: Any) -> list[bytes]:
    """Answer 503 without saying why: the reasons are for the log."""
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
    start_response("503 Service Unavailable", [*headers, ("X-Content-Type-Options", "nosniff")])
    return [b"Service unavailable\n"]
