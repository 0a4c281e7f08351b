"""One client may not take the time of all."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from <%= project.package %> import create_app

from ..conftest import OVERRIDES


@pytest.fixture
def limited(tmp_path: Path) -> FlaskClient:
    """Return a client of an app that takes two requests a minute of each."""
    limits = {"RATELIMIT_ENABLED": True, "RATELIMIT_DEFAULT": "2 per minute"}
    return create_app(OVERRIDES | {"INSTANCE_PATH": str(tmp_path)} | limits).test_client()


def test_a_client_is_refused_when_its_requests_are_used_up(limited: FlaskClient) -> None:
    assert [limited.get("/healthz").status_code for _ in range(3)] == [200, 200, 429]


def test_another_client_is_not(limited: FlaskClient) -> None:
    for _ in range(3):
        limited.get("/healthz")
    other = limited.get("/healthz", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200
