"""Cross-site request forgery: no unsafe request without a token, none from elsewhere."""

import re
import secrets
from html import unescape

import pytest
from flask import Flask
from flask import render_template_string
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from <%= project.package %> import extensions
from <%= project.package %>.security import csrf

from ..conftest import Make

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
ORIGIN = "https://localhost"


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


def unsafe_requests(app: Flask) -> list[tuple[str, str]]:
    """Return method and path of everything that can change something."""
    adapter = app.test_request_context(base_url=ORIGIN)

    def path(rule: Rule) -> str:
        values = dict.fromkeys(rule.arguments, "1") | dict(rule.defaults or {})
        with adapter:
            return str(app.url_for(rule.endpoint, **values, _external=False))

    return [
        (method, path(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & set(UNSAFE))
    ]


def test_every_unsafe_route_refuses_a_request_without_token(client: FlaskClient) -> None:
    found = unsafe_requests(client.application)
    assert len(found) >= len(UNSAFE)
    client.get("/form")
    for method, path in found:
        answer = client.open(path, method=method, headers={"Origin": ORIGIN})
        assert answer.status_code == 400, f"{method} {path} works without a token"


def test_the_exemptions_are_listed_with_a_reason_and_name_one_view_each(
    client: FlaskClient,
) -> None:
    assert extensions.csrf._exempt_views == set(csrf.EXEMPTIONS)
    assert not extensions.csrf._exempt_blueprints
    assert all(reason for reason in csrf.EXEMPTIONS.values())
    views = client.application.view_functions.values()
    # A decorator without functools.wraps gives many views one name, and exempts them all.
    names = [f"{view.__module__}.{view.__name__}" for view in set(views)]
    assert all(names.count(name) == 1 for name in csrf.EXEMPTIONS)


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
        {"Referer": "https://evil.example/page"},
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
