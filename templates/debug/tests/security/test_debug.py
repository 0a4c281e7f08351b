"""No debugger in production."""

from collections.abc import Callable

import pytest
from flask import Blueprint
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.debug import DebuggedApplication
from werkzeug.test import Client

from <%= project.package %> import startup

from ..conftest import Make


def wrap(app: Flask) -> None:
    """Put Werkzeug's debugger around the app."""
    app.wsgi_app = DebuggedApplication(app.wsgi_app)  # type: ignore[method-assign]


PATTERNS: dict[str, Callable[[Flask], object]] = {
    "app.debug = True": lambda app: setattr(app, "debug", True),
    "config DEBUG": lambda app: app.config.update(DEBUG=True),
    "config from a mapping": lambda app: app.config.from_mapping(DEBUG=True),
    "app.testing = True": lambda app: setattr(app, "testing", True),
    "PROPAGATE_EXCEPTIONS": lambda app: app.config.update(PROPAGATE_EXCEPTIONS=True),
    "TRAP_HTTP_EXCEPTIONS": lambda app: app.config.update(TRAP_HTTP_EXCEPTIONS=True),
    "TRAP_BAD_REQUEST_ERRORS": lambda app: app.config.update(TRAP_BAD_REQUEST_ERRORS=True),
    "DebuggedApplication": wrap,
    "toolbar": lambda app: app.register_blueprint(Blueprint("debugtoolbar", __name__)),
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_production_refuses_to_serve(production: Make, pattern: str) -> None:
    app = production()
    PATTERNS[pattern](app)
    assert app.test_client().get("/healthz").status_code == 503


@pytest.mark.parametrize("pattern", ["app.debug = True", "app.testing = True"])
def test_what_is_switched_on_later_is_seen(production: Make, pattern: str) -> None:
    client = production().test_client()
    assert client.get("/healthz").status_code == 200
    PATTERNS[pattern](client.application)
    assert client.get("/healthz").status_code == 503


def test_a_debugger_around_the_whole_app_is_seen(production: Make) -> None:
    client = Client(DebuggedApplication(production(), evalex=True))
    assert client.get("/healthz", base_url="https://localhost").status_code == 503


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
    assert app.test_client().get("/healthz").status_code == 503
