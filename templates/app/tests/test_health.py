"""Liveness and readiness."""

import pytest
from flask import Flask

from <%= project.package %> import health


def test_liveness_needs_nothing(app: Flask) -> None:
    health.register(app, "part", lambda: "failed")
    response = app.test_client().get("/healthz")
    assert response.json == {"status": "ok"}
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(("status", "code"), [("ok", 200), ("warning", 200), ("failed", 503)])
def test_readiness_asks_its_checks(app: Flask, status: health.Status, code: int) -> None:
    health.register(app, "part", lambda: status)
    response = app.test_client().get("/readyz")
    assert response.status_code == code
    assert response.json is not None
    assert response.json["checks"]["part"] == status
