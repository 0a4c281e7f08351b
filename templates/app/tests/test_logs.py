"""Logs and the request id: what a line holds, what it never holds, and what it cannot do."""

import json
import logging
import sys
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask import abort
from flask.testing import FlaskClient

from <%= project.package %> import log_format
from <%= project.package %> import logs

from .conftest import Make

FORGED = 'hello\n{"level": "CRITICAL"}'
KEY = "signing-key-signing-key-signing-key"
CONFIG = {
    "SECRET_KEY": KEY,
    "SECRET_KEY_FALLBACKS": ["former-key-former-key"],
    "REDIS_URL": "rediss://user:p%40ssword-of-redis@redis.example:6379/0",
}
SECRETS = (KEY, "former-key-former-key", "p%40ssword-of-redis", "p@ssword-of-redis")


def write(message: str, kind: type[logging.Formatter] | None = None, **extra: object) -> str:
    """Return what a formatter makes of a message."""
    record = logging.makeLogRecord({"msg": message, "levelname": "INFO", "name": "test"} | extra)
    make: Any = kind or log_format.JsonFormatter
    text: str = make(CONFIG, logs.request_id).format(record)
    return text


def line(message: str, **extra: object) -> dict[str, object]:
    """Return what the formatter for JSON makes of a message."""
    text = write(message, None, **extra)
    assert text.isascii()
    assert text.isprintable()
    entry: dict[str, object] = json.loads(text)
    return entry


def raised(error: Exception) -> Any:
    """Return what a log record keeps of an exception."""
    try:
        raise error
    except type(error):
        return sys.exc_info()


def test_a_line_is_json_in_utc() -> None:
    entry = line("hello", event={"length": 3})
    assert (entry["message"], entry["level"], entry["length"]) == ("hello", "INFO", 3)
    assert datetime.fromisoformat(str(entry["time"])).utcoffset() == timedelta(0)


def test_input_cannot_forge_a_line() -> None:
    assert line(FORGED)["message"] == 'hello\\n{"level": "CRITICAL"}'
    assert line("x", event={"level": "CRITICAL"})["level"] == "INFO"
    plain = write(FORGED, log_format.PlainFormatter, exc_info=raised(ValueError("a\nERROR b: c")))
    first, *rest = plain.split("\n")
    assert first.startswith("INFO test: hello\\n")
    assert all(each.startswith("    ") for each in rest)


TRICKS = ["\x1b]0;title\x07", "\x1b[2J", "\r", "\x08", "\x00", "\x9b31m", "\u2028", "\u202e"]


@pytest.mark.parametrize("trick", [*TRICKS, "\u2066", "\u200b", "\ufeff", "\ud800", "\x7f"])
def test_input_cannot_command_a_terminal(trick: str) -> None:
    given = {"exc_info": raised(ValueError(trick)), "event": {"name": trick, "list": [trick]}}
    entry = line(f"a{trick}b", **given)
    for key in ("message", "name", "list", "exception"):
        value = entry[key]
        assert isinstance(value, str)
        assert value.replace("\n", "").isprintable(), key
        assert "\\" in value
    assert write(f"a{trick}b", log_format.PlainFormatter).isprintable()


def test_the_colours_of_the_development_server_are_left_out() -> None:
    assert line('\x1b[31m\x1b[1m"GET / HTTP/1.1" 500\x1b[0m')["message"] == '"GET / HTTP/1.1" 500'


@pytest.mark.parametrize("kind", [log_format.JsonFormatter, log_format.PlainFormatter])
@pytest.mark.parametrize("secret", SECRETS)
def test_keys_and_passwords_are_left_out(kind: type[logging.Formatter], secret: str) -> None:
    given = {"exc_info": raised(ValueError(f"not {secret}")), "event": {"url": f"x://{secret}@"}}
    text = write(f"about {secret}", kind, **given)
    assert "[secret]" in text
    assert secret not in text


def test_the_cookies_of_a_request_are_left_out(app: Flask) -> None:
    cookie = "0123456789abcdef0123456789abcdef"
    with app.test_request_context("/", headers={"Cookie": f"session={cookie}; theme=dark"}):
        entry = line(f"dark {cookie}", exc_info=raised(ValueError(cookie)))
    assert entry["message"] == "dark [secret]"
    assert cookie not in str(entry)


def test_a_line_knows_its_request(app: Flask) -> None:
    about = {"headers": {"X-Request-ID": "a" * 32}, "environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    with app.test_request_context("/some/page?token=abc", **about):
        entry = line("hello")
    assert (entry["request_id"], entry["path"]) == ("a" * 32, "/some/page")
    assert entry["source_ip"] == "203.0.113.9"
    assert "abc" not in str(entry)


def test_a_security_event_has_its_name(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.test_request_context("/"):
        logs.security_event("authz_fail", 7, "a,b", message="no", details={"tries": 3})
        record = caplog.records[-1]
        entry = line(record.getMessage(), event=record.__dict__["event"])
    assert (entry["event"], entry["message"], entry["tries"]) == ("authz_fail:7,a b", "no", 3)
    assert record.levelname == "WARNING"


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


def test_a_whole_request_leaves_no_secret_in_the_log(
    production: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    app = production(LOG_JSON=True, LOG_LEVEL="DEBUG", PROPAGATE_EXCEPTIONS=False)
    key = app.config["SECRET_KEY"]

    @app.get("/crash")
    def crash() -> str:
        raise RuntimeError(f"{key} \x1b[2J\nINFO forged")

    @app.get("/no")
    def no() -> str:
        abort(503, key)

    client = app.test_client()
    for path in ("/crash?token=abcdef", "/no", "/none?token=abcdef"):
        client.get(path, base_url="https://localhost", headers={"Authorization": "Bearer abcdef"})
    written = capsys.readouterr().err
    assert "RuntimeError" in written
    for entry in map(json.loads, written.splitlines()):
        assert str(entry).isprintable()
    assert key not in written
    assert "abcdef" not in written
