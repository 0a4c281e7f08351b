"""Cross-site request forgery: no unsafe request without a token, none from elsewhere."""

import io
import logging
import re
import secrets
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask import render_template_string
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFError
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule
from werkzeug.test import TestResponse
from wtforms import Form
from wtforms import PasswordField

from <%= project.package %> import extensions
from <%= project.package %>.security import csrf

from ..conftest import Make

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
ORIGIN = "https://localhost"
AGAIN = "Please send this again"


@pytest.fixture
def client(production: Make) -> FlaskClient:
    """Return a client of a production app, with one page and one view for each method."""
    return browser(production())


def browser(app: Flask) -> FlaskClient:
    @app.get("/form")
    def form() -> str:
        return render_template_string("{{ csrf_meta_tag() }}")

    @app.route("/act", methods=UNSAFE)
    def act() -> str:
        return "done"

    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def token(client: FlaskClient) -> str:
    found = re.search(r'<meta name="csrf-token" content="([^"]+)">', client.get("/form").text)
    assert found
    return unescape(found[1])


def unsafe_requests(app: Flask) -> list[tuple[str, str, str]]:
    """Return endpoint, method and path of everything that can change something."""
    adapter = app.test_request_context(base_url=ORIGIN)

    def path(rule: Rule) -> str:
        values = dict.fromkeys(rule.arguments, "1") | dict(rule.defaults or {})
        with adapter:
            return str(app.url_for(rule.endpoint, **values, _external=False))

    return [
        (rule.endpoint, method, path(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & set(UNSAFE))
    ]


def refusals(app: Flask) -> list[CSRFError]:
    """Return a list that the app's refusals for want of a token are added to."""
    seen: list[CSRFError] = []

    def note(error: CSRFError) -> tuple[str, int]:
        seen.append(error)
        return "refused", 400

    app.register_error_handler(CSRFError, note)
    return seen


def test_every_unsafe_route_refuses_a_request_without_token(client: FlaskClient) -> None:
    found = unsafe_requests(client.application)
    assert len(found) >= len(UNSAFE)
    seen = refusals(client.application)
    client.get("/form")
    for endpoint, method, path in found:
        client.open(path, method=method, headers={"Origin": ORIGIN})
        assert bool(seen) is (endpoint not in csrf.EXEMPTIONS), f"{method} {path}"
        seen.clear()


def test_what_is_exempt_stands_in_the_list_with_its_reason(client: FlaskClient) -> None:
    assert not extensions.csrf._exempt_views
    assert not extensions.csrf._exempt_blueprints
    assert set(csrf.EXEMPTIONS) <= client.application.view_functions.keys()
    assert all(len(reason.split()) > 3 for reason in csrf.EXEMPTIONS.values())


def test_a_listed_view_takes_requests_from_anywhere_and_no_other_does(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwrapped(name: str) -> Any:
        # Without functools.wraps: both views get the name "inner".
        def inner() -> str:
            return name

        return inner

    client.application.add_url_rule("/a", "a", unwrapped("a"), methods=["POST"])
    client.application.add_url_rule("/b", "b", unwrapped("b"), methods=["POST"])
    monkeypatch.setitem(csrf.EXEMPTIONS, "a", "it is the one of this test")
    for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/a", headers=headers).status_code == 200
        assert client.post("/b", headers=headers).status_code == 400


@pytest.mark.parametrize("method", UNSAFE)
def test_a_token_opens_every_method(client: FlaskClient, method: str) -> None:
    headers = {"X-CSRFToken": token(client), "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    assert client.open("/act", method=method, headers=headers).status_code == 200


def test_a_token_in_a_form_field_counts_also_without_origin_and_referer(
    client: FlaskClient,
) -> None:
    assert client.post("/act", data={"csrf_token": token(client)}).status_code == 200


@pytest.mark.parametrize("value", ["", "x", "IjEi.x.y"])
def test_a_wrong_token_is_refused(client: FlaskClient, value: str) -> None:
    token(client)
    assert client.post("/act", data={"csrf_token": value}).status_code == 400


def test_the_token_of_another_visitor_is_refused(client: FlaskClient) -> None:
    other = client.application.test_client()
    other.environ_base["wsgi.url_scheme"] = "https"
    token(client)
    assert client.post("/act", data={"csrf_token": token(other)}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost:8443"},
        {"Origin": "https://localhost.evil.example"},
        {"Origin": "https://localhost.evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost:8443", "Sec-Fetch-Site": "same-origin"},
        {"Referer": "https://evil.example/page"},
        {"Referer": "https://[evil.example"},
        {"Referer": "https://localhost@evil.example/"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_request_from_elsewhere_is_refused_even_with_a_token(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    data = {"csrf_token": token(client)}
    assert client.post("/act", data=data, headers=headers).status_code == 400


def test_another_port_is_taken_when_the_site_runs_there(client: FlaskClient) -> None:
    there = "https://localhost:8443"
    found = re.search(r'content="([^"]+)"', client.get("/form", base_url=there).text)
    assert found
    data = {"csrf_token": found[1]}
    answer = client.post("/act", data=data, base_url=there, headers={"Origin": there})
    assert answer.status_code == 200


def test_a_port_that_is_mapped_on_the_way_is_taken_from_the_browser(client: FlaskClient) -> None:
    headers = {"Origin": "https://localhost:8443", "Sec-Fetch-Site": "same-origin"}
    data = {"csrf_token": token(client)}
    assert client.post("/act", data=data, headers=headers).status_code == 200


def test_an_origin_of_our_own_can_be_trusted(production: Make) -> None:
    client = browser(production(CSRF_TRUSTED_ORIGINS=["https://www.example.com"]))
    headers = {"Origin": "https://www.example.com", "Sec-Fetch-Site": "cross-site"}
    data = {"csrf_token": token(client)}
    assert client.post("/act", data=data, headers=headers).status_code == 200


def test_an_open_form_outlives_a_key_rotation(production: Make) -> None:
    old, new = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    before = browser(production(SECRET_KEY=old, SECRET_KEY_FALLBACKS=[]))
    data = {"csrf_token": token(before)}
    after = browser(production(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old]))
    late = browser(production(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[]))
    for client, status in ((after, 200), (late, 400)):
        # As a browser does: the cookies go on to the restarted app.
        client._cookies = before._cookies
        assert client.post("/act", data=data).status_code == status


def test_a_page_with_a_token_stays_out_of_caches(client: FlaskClient) -> None:
    answer = client.get("/form")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_a_safe_request_needs_nothing(client: FlaskClient) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = client.open("/form", method=method, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 200


def test_an_app_without_the_extensions_module_is_protected_too() -> None:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "for this test only"
    csrf.init_app(app)
    client = browser(app)
    assert client.post("/act").status_code == 400
    assert client.get("/form").headers["Cache-Control"] == "private, no-store"


HERE = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def late(client: FlaskClient, data: dict[str, Any], **changes: Any) -> TestResponse:
    """Send a form whose session has ended since it was opened."""
    filled = data | {"csrf_token": token(client)}
    client._cookies = {}
    return client.post("/act", **{"data": filled, "headers": HERE} | changes)


def test_an_expired_form_comes_back_with_what_was_typed_and_can_be_sent(
    client: FlaskClient,
) -> None:
    typed = {"name": "Ann <b>", "text": '\nfirst "line"\n</textarea><script>'}
    answer = late(client, typed)
    assert answer.status_code == 400
    assert AGAIN in answer.text
    assert "its session has ended" in answer.text
    assert "<b>" not in answer.text
    assert "<script>" not in answer.text.partition("<main")[2]
    assert answer.headers["Cache-Control"] == "private, no-store"
    inputs = dict(re.findall(r'type="[a-z]+" name="([^"]*)" value="([^"]*)"', answer.text))
    inputs |= dict(re.findall(r'<textarea[^>]* name="(.*?)">\n(.*?)</textarea>', answer.text, re.S))
    fields = {name: unescape(value) for name, value in inputs.items()}
    assert {name: fields[name] for name in typed} == typed
    assert client.post("/act", data=fields, headers=HERE).text == "done"


class SignUp(Form):
    """Has a name for its password that no list of words would know."""

    losung = PasswordField("Losung")


@pytest.mark.parametrize("name", ["password", "new-Password", "losung", "x-losung", "otp", "pin"])
def test_an_expired_form_comes_back_without_passwords(client: FlaskClient, name: str) -> None:
    answer = late(client, {name: "correct horse", "town": "Rome"})
    assert "Rome" in answer.text
    assert "correct horse" not in answer.text
    assert f'type="password" name="{name}" value=""' in answer.text
    assert "enter them anew" in answer.text


def test_an_expired_form_comes_back_without_files(client: FlaskClient) -> None:
    answer = late(client, {"town": "Rome", "scan": (io.BytesIO(b"my passport"), "passport.txt")})
    assert "Rome" in answer.text
    assert "passport" not in answer.text
    assert 'type="file" name="scan" value=""' in answer.text
    assert 'enctype="multipart/form-data"' in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {},
        {"Sec-Fetch-Site": "none"},
        HERE | {"Accept": "application/json"},
    ],
)
def test_only_a_page_of_ours_gets_its_form_back(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = late(client, {"town": "Rome"}, headers={"Accept": "text/html"} | headers)
    assert answer.status_code == 400
    assert "Rome" not in answer.text
    assert AGAIN not in answer.text


def test_every_other_failure_stays_a_plain_refusal(client: FlaskClient) -> None:
    foreign = URLSafeTimedSerializer(secrets.token_urlsafe(32), salt="wtf-csrf-token").dumps("a")
    many = {str(number): "x" for number in range(200)}
    for data in ({}, {"csrf_token": "x"}, {"csrf_token": foreign}):
        answer = client.post("/act", data=data | {"town": "Rome"}, headers=HERE)
        assert (answer.status_code, "Rome" in answer.text) == (400, False)
    assert AGAIN not in late(client, many).text
    by_script = HERE | {"X-CSRFToken": token(client)}
    client._cookies = {}
    assert AGAIN not in client.post("/act", json={"town": "Rome"}, headers=by_script).text


def test_an_expired_form_of_a_retired_key_stays_a_plain_refusal(production: Make) -> None:
    before = browser(production(SECRET_KEY=secrets.token_urlsafe(32), SECRET_KEY_FALLBACKS=[]))
    after = browser(production(SECRET_KEY=secrets.token_urlsafe(32), SECRET_KEY_FALLBACKS=[]))
    data = {"csrf_token": token(before), "town": "Rome"}
    answer = after.post("/act", data=data, headers=HERE)
    assert (answer.status_code, AGAIN in answer.text) == (400, False)


def test_a_refusal_is_logged_once_and_by_its_name(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    def events() -> list[str]:
        found = [getattr(record, "event", {}).get("event") for record in caplog.records]
        caplog.clear()
        return [event for event in found if event]

    caplog.set_level(logging.INFO)
    client.post("/act", headers={"Origin": "https://evil.example"})
    assert events() == ["malicious_csrf:127.0.0.1"]
    client.post("/act", data={"csrf_token": "x"})
    assert events() == ["malicious_csrf:127.0.0.1"]
    late(client, {"town": "Rome"})
    assert events() == ["session_expired:127.0.0.1,form"]
