"""Logs and the request id."""

import json
import logging
from datetime import datetime
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from <%= project.package %> import logs

FORGED = 'hello\n{"level": "CRITICAL"}'


def line(message: str, **extra: object) -> dict[str, object]:
    """Return what the formatter makes of a message."""
    record = logging.makeLogRecord({"msg": message, "levelname": "INFO", "name": "test"} | extra)
    text = logs.JsonFormatter().format(record)
    assert "\n" not in text
    entry: dict[str, object] = json.loads(text)
    return entry


def test_a_line_is_json_in_utc() -> None:
    entry = line("hello", event={"length": 3})
    assert (entry["message"], entry["level"], entry["length"]) == ("hello", "INFO", 3)
    assert datetime.fromisoformat(str(entry["time"])).utcoffset() == timedelta(0)


def test_input_cannot_forge_a_line() -> None:
    assert line(FORGED)["message"] == FORGED
    assert line("x", event={"level": "CRITICAL"})["level"] == "INFO"


def test_a_line_knows_its_request(app: Flask) -> None:
    with app.test_request_context("/some/page", headers={"X-Request-ID": "a" * 32}):
        entry = line("hello")
    assert (entry["request_id"], entry["path"]) == ("a" * 32, "/some/page")


def test_every_response_has_its_own_id(client: FlaskClient) -> None:
    first, second = (client.get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert len(first) == 32
    assert first != second


@pytest.mark.parametrize("given", ["short", "x" * 65, "has blank in it, so no", "<script>" * 4])
def test_an_odd_id_is_replaced(client: FlaskClient, given: str) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] != given


def test_the_id_of_the_proxy_is_kept(client: FlaskClient) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": "f" * 32})
    assert response.headers["X-Request-ID"] == "f" * 32
