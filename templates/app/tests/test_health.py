"""Liveness and readiness."""

import pytest
from flask import Flask

from <%= project.package %> import health


def test_liveness_needs_nothing(app: Flask) -> None:
    health.register(app, "part", lambda: "failed")
    response = app.test_client().get("/healthz")
    assert response.json == {"status": "ok"}
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_check_touches_no_session(app: Flask, path: str) -> None:
    response = app.test_client().get(path, headers={"Cookie": f"session={'x' * 43}"})
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize(("status", "code"), [("ok", 200), ("warning", 200), ("failed", 503)])
def test_readiness_asks_its_checks(app: Flask, status: health.Status, code: int) -> None:
    health.register(app, "part", lambda: status)
    response = app.test_client().get("/readyz")
    assert response.status_code == code
    assert response.json is not None
    assert response.json["checks"]["part"] == status


def test_readiness_is_not_for_visitors(app: Flask) -> None:
    answer = app.test_client().get("/readyz", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 404
