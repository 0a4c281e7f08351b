"""Cookie attributes."""

from typing import Any

import pytest
from flask import Flask
from flask import Response
from flask import make_response
from flask import redirect
from flask import session
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response as BaseResponse

from <%= project.package %> import startup
from <%= project.package %>.security import cookies

from ..conftest import Make

ATTRIBUTES = {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}


def attributes(response: BaseResponse, name: str) -> set[str]:
    """Return the attributes of one cookie of a response."""
    lines = [line.split("; ") for line in response.headers.getlist("Set-Cookie")]
    found = [set(parts[1:]) for parts in lines if parts[0].startswith(f"{name}=")]
    assert len(found) == 1, lines
    return found[0]


@pytest.fixture
def live(production: Make) -> Flask:
    """Return a production app that sets cookies in every way."""
    app = production()
    app.session_interface = SecureCookieSessionInterface()  # needs no store; same settings

    @app.get("/start")
    def start() -> str:
        session["a"] = "b"
        return "started"

    @app.get("/plain")
    def plain() -> Response:
        response = make_response("plain")
        response.set_cookie("theme", "dark", secure=False)
        return response

    @app.get("/redirect")
    def moved() -> BaseResponse:
        response = redirect("/")
        response.set_cookie(cookies.name("theme"), "dark", httponly=False, samesite="Strict")
        return response

    @app.get("/delete")
    def delete() -> Response:
        response = make_response("gone")
        response.delete_cookie("theme")
        return response

    return app


def test_the_session_cookie_is_tied_to_host_and_https(live: Flask) -> None:
    found = attributes(live.test_client().get("/start"), "__Host-session")
    assert found >= ATTRIBUTES
    assert not [word for word in found if word.startswith("Domain")]


def test_another_cookie_gets_the_same(live: Flask) -> None:
    assert attributes(live.test_client().get("/plain"), "theme") == ATTRIBUTES


def test_a_redirect_sets_safe_cookies_too(live: Flask) -> None:
    found = attributes(live.test_client().get("/redirect"), "__Host-theme")
    assert found == {"Secure", "SameSite=Strict", "Path=/"}


def test_a_cookie_is_deleted_with_its_attributes(live: Flask) -> None:
    assert attributes(live.test_client().get("/delete"), "theme") >= ATTRIBUTES | {"Max-Age=0"}


def test_a_cookie_set_by_a_foreign_response_class_is_still_safe(live: Flask) -> None:
    live.add_url_rule("/foreign", view_func=lambda: BaseResponse("foreign"))

    @live.after_request
    def mark(response: Response) -> Response:
        response.set_cookie("seen", "1")
        return response

    assert attributes(live.test_client().get("/foreign"), "seen") == ATTRIBUTES


@pytest.mark.parametrize(
    "change",
    [
        {"SESSION_COOKIE_SECURE": False},
        {"SESSION_COOKIE_HTTPONLY": False},
        {"SESSION_COOKIE_SAMESITE": None},
        {"SESSION_COOKIE_SAMESITE": "None"},
        {"SESSION_COOKIE_NAME": "session"},
        {"SESSION_COOKIE_DOMAIN": ".example.com"},
        {"SESSION_COOKIE_PATH": "/app"},
    ],
)
def test_production_refuses_a_weaker_session_cookie(
    production: Make, change: dict[str, Any]
) -> None:
    app = production()
    app.config.update(change)
    assert [problem for problem in startup.problems(app) if "SESSION_COOKIE" in problem]
