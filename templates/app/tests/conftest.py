"""Fixtures for every test: an app of the testing tier, and one as production runs it."""

import re
import secrets
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

<%- slot('conftest.imports') %>

Make = Callable[..., Flask]
Submit = Callable[..., TestResponse]


class Testing:
    """What tests change in the settings."""

    APP_ENV = "testing"
    TESTING = True
    SECRET_KEY = secrets.token_urlsafe(32)
<% if (!has.config) { -%>
    <%- slot('settings.testing') %>
<% } -%>


OVERRIDES = {key: value for key, value in vars(Testing).items() if key.isupper()}

# What production cannot start without.
PRODUCTION: dict[str, Any] = {
    "APP_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(32),
    <%- slot('tests.production') %>
}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of the machine that runs the tests out of them."""
    named = [value.name for value in vars(Base).values() if isinstance(value, Variable)]
    files = [f"{name}_FILE" for name in named]
    for name in ("APP_ENV", "CREDENTIALS_DIRECTORY", "FLASK_DEBUG", "FLASK_ENV", *named, *files):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(secret_files, "MOUNTED", None)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """Return an app of the testing tier with an instance folder of its own."""
    return create_app(OVERRIDES | {"INSTANCE_PATH": str(tmp_path)})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the app; it speaks to http://localhost."""
    return app.test_client()


@pytest.fixture
def production(tmp_path: Path) -> Make:
    """Return a maker of production apps: production(KEY=value) changes one setting."""

    def make(**changes: Any) -> Flask:
        given = PRODUCTION | {"INSTANCE_PATH": str(tmp_path)}
        <%- slot('tests.make') %>
        return create_app(given | changes)

    return make


@pytest.fixture
def submit() -> Submit:
    """Return a function that fills in a form as a browser does, hidden fields included."""

    def fill(client: FlaskClient, page: str, data: dict[str, str], to: str = "") -> TestResponse:
        text = client.get(page).text
        fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
        hidden = {name: unescape(value) for name, value in fields}
        return client.post(to or page, data=hidden | data, headers={"Referer": origin(client)})

    return fill


def origin(client: FlaskClient) -> str:
    """Return where the client's requests come from, as its Referer says."""
    return f"{client.application.config['PREFERRED_URL_SCHEME']}://localhost/"
