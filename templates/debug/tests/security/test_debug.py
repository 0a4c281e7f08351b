"""No debugger in production."""

import os
from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
from flask import Blueprint
from flask import Flask
from flask.testing import FlaskClient
from werkzeug import serving
from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from <%= project.package %> import startup

from ..conftest import Make

PRODUCTION = not os.environ.get("NEVER_SET")


class Wrong:
    """A class of settings."""

    DEBUG = True


def wrap(app: Flask) -> None:
    """Put Werkzeug's debugger around the app."""
    app.wsgi_app = DebuggedApplication(app.wsgi_app)  # type: ignore[method-assign]


def wrap_further_in(app: Flask) -> None:
    """Put it there, and something around that."""
    wrap(app)
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]


# While the app is built, before its first request, and while it serves: each switches something on.
ALWAYS: dict[str, Callable[[Flask], object]] = {
    "attribute": lambda app: setattr(app, "debug", True),
    "item": lambda app: app.config.__setitem__("DEBUG", True),
    "update": lambda app: app.config.update(DEBUG=True),
    "update with pairs": lambda app: app.config.update([("DEBUG", True)]),
    "mapping": lambda app: app.config.from_mapping(DEBUG=True),
    "class": lambda app: app.config.from_object(Wrong),
    "expression": lambda app: setattr(app, "debug", PRODUCTION),
    "testing": lambda app: setattr(app, "testing", True),
    "PROPAGATE_EXCEPTIONS": lambda app: app.config.update(PROPAGATE_EXCEPTIONS=True),
    "TRAP_HTTP_EXCEPTIONS": lambda app: app.config.update(TRAP_HTTP_EXCEPTIONS=True),
    "TRAP_BAD_REQUEST_ERRORS": lambda app: app.config.update(TRAP_BAD_REQUEST_ERRORS=True),
    "DebuggedApplication": wrap,
    "DebuggedApplication further in": wrap_further_in,
}
# Flask allows the one, and reads the other, before the first request only.
EARLY: dict[str, Callable[[Flask], object]] = ALWAYS | {
    "toolbar": lambda app: app.register_blueprint(Blueprint("debugtoolbar", __name__)),
    "environment": lambda app: os.environ.update(FLASK_DEBUG="1"),
}
# The development server, and what it is started with.
SERVERS: dict[str, Callable[[Flask], object]] = {
    "run": lambda app: app.run(debug=True),
    "run with a dict": lambda app: app.run(**{"debug": True}),  # type: ignore[arg-type]
    "run with the debugger": lambda app: app.run(use_debugger=True),
    "run_simple": lambda app: serving.run_simple("localhost", 0, app, use_debugger=True),
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take back what a test sets."""
    monkeypatch.setattr(os, "environ", os.environ.copy())


def status(app: Flask) -> int:
    """Ask for a page that needs nothing."""
    return app.test_client().get("/healthz").status_code


@pytest.mark.parametrize("pattern", EARLY)
def test_production_refuses_to_serve(production: Make, pattern: str) -> None:
    app = production()
    EARLY[pattern](app)
    assert status(app) == 503


@pytest.mark.parametrize("pattern", EARLY)
def test_what_is_switched_on_while_the_app_is_built_is_seen(
    production: Make, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = startup.init_app
    monkeypatch.setattr(startup, "init_app", lambda app: [EARLY[pattern](app), gate(app)])
    assert status(production()) == 503


@pytest.mark.parametrize("pattern", ALWAYS)
def test_what_is_switched_on_later_is_seen(production: Make, pattern: str) -> None:
    app = production()
    assert status(app) == 200
    ALWAYS[pattern](app)
    assert status(app) == 503


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("pattern", SERVERS)
def test_the_development_server_serves_nothing_with_a_debugger(
    production: Make, monkeypatch: pytest.MonkeyPatch, pattern: str, first: bool
) -> None:
    served: list[WSGIApplication] = []

    def run_simple(host: str, port: int, app: WSGIApplication, **options: Any) -> None:
        """Do what Werkzeug does before it listens."""
        served.append(DebuggedApplication(app, True) if options.get("use_debugger") else app)

    monkeypatch.setattr(serving, "run_simple", run_simple)
    app = production()
    assert not first or status(app) == 200
    SERVERS[pattern](app)
    answer = Client(served[0]).get("/healthz", base_url="https://localhost")
    assert answer.status_code == 503


def test_a_client_that_keeps_its_context_is_no_debugger(production: Make) -> None:
    client: FlaskClient
    with production().test_client() as client:
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("name", "value"), [("FLASK_DEBUG", "1"), ("FLASK_DEBUG", "true"), ("FLASK_ENV", "development")]
)
def test_debug_variables_are_refused(
    production: Make, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    app = production()
    assert not app.debug
    assert [problem for problem in startup.problems(app) if f"unset {name}" in problem]
    assert status(app) == 503
