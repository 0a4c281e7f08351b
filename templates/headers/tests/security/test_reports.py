"""What browsers report: bounded, counted and logged without being believed."""

import json
import logging
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from <%= project.package %>.security import reports
from <%= project.package %>.security.header_values import REPORTS_PATH

from ..conftest import Make

VIOLATION = {
    "effectiveDirective": "script-src-elem",
    "blockedURL": "https://user:pw@evil.example/x.js?token=abc#frag",
    "documentURL": "https://localhost/reset?token=abc",
    "sourceFile": "https://localhost/a.js?v=1",
    "lineNumber": 7,
    "disposition": "enforce",
    "sample": "document.cookie",
}
BATCH = [{"type": "csp-violation", "body": VIOLATION, "url": "x", "age": 1, "user_agent": "x"}]
OLDER = {
    "csp-report": {
        "violated-directive": "img-src",
        "blocked-uri": "https://evil.example/pixel?token=abc",
        "document-uri": "https://localhost/",
    }
}


@pytest.fixture
def client(production: Make) -> FlaskClient:
    """Return a client of a production app, as a browser that reports."""
    client = production().test_client()
    client.environ_base |= {"wsgi.url_scheme": "https", "HTTP_USER_AGENT": "Firefox/1, x"}
    return client


def send(client: FlaskClient, content: Any, kind: str = reports.BATCH) -> TestResponse:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    return client.post(REPORTS_PATH, data=data, content_type=kind, headers=headers)


def events(caplog: pytest.LogCaptureFixture) -> list[dict[str, str]]:
    return [record.event for record in caplog.records if hasattr(record, "event")]


def test_a_report_is_one_line_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = send(client, BATCH)
    assert (answer.status_code, answer.data) == (204, b"")
    assert events(caplog) == [
        {
            "event": "malicious_csp_violation:127.0.0.1,script-src-elem,"
            "https://evil.example/x.js,Firefox/1  x",
            "directive": "script-src-elem",
            "blocked": "https://evil.example/x.js",
            "page": "https://localhost/reset",
            "source": "https://localhost/a.js",
            "line": "7",
            "disposition": "enforce",
        }
    ]


def test_the_older_form_is_read_too(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    assert send(client, OLDER, "application/csp-report; charset=utf-8").status_code == 204
    (event,) = events(caplog)
    assert (event["directive"], event["blocked"]) == ("img-src", "https://evil.example/pixel")


def test_other_reports_are_no_violation(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    send(client, [{"type": "deprecation", "body": {"id": "x"}}])
    assert [event["event"][:15] for event in events(caplog)] == ["browser_report:"]


def test_what_is_logged_is_bounded(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    long = {"type": "x" * 900, "body": VIOLATION | {"blockedURL": "b" * 900, "x": "y" * 900}}
    assert send(client, [long]).status_code == 204
    assert len(caplog.records[-1].getMessage()) < 300
    assert len(str(events(caplog)[-1])) < 1500
    caplog.clear()
    assert send(client, [{"type": "a", "body": {}}] * 500).status_code == 204
    assert len(events(caplog)) == reports.MAX_REPORTS


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data", ""])
def test_other_types_are_refused(client: FlaskClient, kind: str) -> None:
    assert send(client, BATCH, kind).status_code == 415


@pytest.mark.parametrize("size", [reports.MAX_BYTES + 1, 200_000])
def test_a_large_report_is_not_read(client: FlaskClient, size: int) -> None:
    assert send(client, b" " * size).status_code == 413
    assert send(client, b" " * (reports.MAX_BYTES - 2) + b"[]").status_code == 204


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"\xff", b"null", b"7", b"{}", b'"text"', b"[7]", b"[{}]", b"[null]"),
        *(b'[{"type": "x", "body": 7}]', b'[{"type": "x"}]', b"[" * 20_000, b"9" * 9_000),
    ],
)
@pytest.mark.parametrize("kind", [reports.BATCH, reports.SINGLE])
def test_what_is_no_report_is_refused_and_not_logged(
    client: FlaskClient, content: bytes, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert send(client, content, kind).status_code == 400
    assert events(caplog) == []


def test_odd_values_are_left_out(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    deep = json.loads("[" * 500 + "]" * 500)
    odd = {"type": {"a": 1}, "body": VIOLATION | {"blockedURL": deep, "lineNumber": None}}
    assert send(client, [odd]).status_code == 204
    assert (events(caplog)[0]["blocked"], events(caplog)[0]["line"]) == ("", "")


def test_only_post_and_no_session(client: FlaskClient) -> None:
    assert client.get(REPORTS_PATH).status_code == 405
    answer = send(client, BATCH)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_who_reports_too_often_has_to_wait(
    production: Make, caplog: pytest.LogCaptureFixture
) -> None:
    client = production(REPORTS_PER_ADDRESS="3 per minute").test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    caplog.set_level(logging.INFO)
    answers = [send(client, BATCH) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [204, 204, 204, 429, 429, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    names = [event["event"].partition(":")[0] for event in events(caplog)]
    assert names == ["malicious_csp_violation"] * 3 + ["excess_rate_limit_exceeded"]
