"""Error answers."""

from typing import Any

import pytest
from flask import Flask
from flask import Request
from flask import abort
from flask.sessions import SecureCookieSession
from flask.sessions import SecureCookieSessionInterface
from jinja2 import DictLoader

from ..conftest import Make

CODES = [400, 403, 404, 405, 413, 429, 500, 503]
SECRET = "do-not-tell-anyone"


class LostStore(SecureCookieSessionInterface):
    """A session store that cannot be reached."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        raise ConnectionError(SECRET)


@pytest.fixture
def live(production: Make) -> Flask:
    """Return a production app that fails on demand."""
    app = production()

    def fail(code: int) -> str:
        abort(code)

    def crash() -> str:
        raise RuntimeError(SECRET)

    app.add_url_rule("/fail/<int:code>", view_func=fail)
    app.add_url_rule("/crash", view_func=crash)
    return app


@pytest.mark.parametrize("code", CODES)
def test_a_person_gets_a_page(live: Flask, code: int) -> None:
    response = live.test_client().get(f"/fail/{code}")
    assert response.status_code == code
    assert response.mimetype == "text/html"
    assert f'<p class="code">{code}</p>' in response.text
    assert response.headers["X-Request-ID"] in response.text


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("accept", ["application/json", "application/problem+json"])
def test_a_program_gets_a_problem(live: Flask, code: int, accept: str) -> None:
    response = live.test_client().get(f"/fail/{code}", headers={"Accept": accept})
    assert response.status_code == code
    assert response.content_type == "application/problem+json"
    assert response.json is not None
    assert response.json["status"] == code
    assert response.json["request_id"] == response.headers["X-Request-ID"]


@pytest.mark.parametrize("code", [500, 503])
def test_the_reason_of_a_fault_of_ours_is_not_told(live: Flask, code: int) -> None:
    def refuse() -> str:
        abort(code, SECRET)

    live.add_url_rule("/refuse", view_func=refuse)
    assert SECRET not in live.test_client().get("/refuse").text


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*", "image/png", ""])
def test_a_crash_tells_nothing(live: Flask, accept: str) -> None:
    response = live.test_client().get("/crash", headers={"Accept": accept})
    assert response.status_code == 500
    assert response.headers["X-Request-ID"] in response.text
    for word in (SECRET, "Traceback", "RuntimeError"):
        assert word not in response.text


def test_a_crash_is_logged_with_its_reason(live: Flask, caplog: pytest.LogCaptureFixture) -> None:
    live.test_client().get("/crash")
    assert SECRET in caplog.text


def test_a_lost_session_store_gives_the_page_too(live: Flask) -> None:
    live.session_interface = LostStore()
    response = live.test_client().get("/")
    assert response.status_code == 500
    assert response.headers["X-Request-ID"] in response.text
    assert SECRET not in response.text


def test_a_host_that_is_not_trusted_gives_the_page_too(live: Flask) -> None:
    live.config["TRUSTED_HOSTS"] = ["www.example.com"]
    response = live.test_client().get("/", base_url="https://evil.example")
    assert response.status_code == 400
    assert response.headers["X-Request-ID"] in response.text


def test_a_broken_context_processor_does_not_matter(live: Flask) -> None:
    @live.context_processor
    def values() -> dict[str, Any]:
        raise RuntimeError(SECRET)

    assert '<p class="code">404</p>' in live.test_client().get("/nothing-here").text


def test_a_broken_error_page_leaves_plain_text(live: Flask) -> None:
    live.jinja_env.loader = DictLoader({"errors/page.html": "{{ code.nothing.here }}"})
    response = live.test_client().get("/nothing-here")
    assert (response.status_code, response.mimetype) == (404, "text/plain")


def test_the_protocol_headers_stay(live: Flask) -> None:
    response = live.test_client().options("/healthz")
    assert "GET" in response.headers["Allow"]
    refused = live.test_client().trace("/healthz")  # a method that CSRF lets through
    assert refused.status_code == 405
    assert "GET" in refused.headers["Allow"]


def test_an_error_is_not_kept_by_caches(live: Flask) -> None:
    response = live.test_client().get("/crash")
    assert response.headers["Cache-Control"] == "no-store"
    assert "Accept" in response.headers["Vary"]


def test_the_words_of_a_view_are_shown_as_text(live: Flask) -> None:
    def refuse() -> str:
        abort(403, "<b>Members only</b>")

    live.add_url_rule("/members", view_func=refuse)
    assert "&lt;b&gt;Members only" in live.test_client().get("/members").text


def test_a_body_that_is_too_large_gets_413(live: Flask) -> None:
    live.config["MAX_CONTENT_LENGTH"] = 10
    response = live.test_client().post("/", data={"message": "x" * 100})
    assert response.status_code == 413
