"""Security headers: each of them once, on every response."""

import re

import pytest
from flask import Flask
from flask import Response
from flask import render_template_string
from flask import session
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from <%= project.package %>.security import headers
from <%= project.package %>.security import sri

from ..conftest import Make

EXPECTED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Reporting-Endpoints": 'reports="/browser-reports"',
    "Strict-Transport-Security": "max-age=31536000",
}


@pytest.fixture
def client(production: Make) -> FlaskClient:
    """Return a client of a production app with views that test the headers."""
    app = production(PROPAGATE_EXCEPTIONS=False)

    @app.get("/crash")
    def crash() -> str:
        raise RuntimeError("on purpose")

    @app.get("/nonce")
    def nonce() -> str:
        return render_template_string("{{ csp_nonce() }} {{ csp_nonce() }}")

    @app.get("/private")
    def private() -> str:
        return str(session.get("name"))

    @app.get("/strict")
    def strict() -> Response:
        return Response("x", headers={"Content-Security-Policy": "sandbox"})

    return browser(app)


def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def policy(response: TestResponse) -> dict[str, str]:
    (value,) = response.headers.getlist("Content-Security-Policy")
    return dict(part.partition(" ")[::2] for part in value.split("; "))


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 200),
        ("/healthz", "GET", 200),
        ("/static/css/app.css", "GET", 200),
        ("/nowhere", "GET", 404),
        ("/healthz", "DELETE", 405),
        ("/crash", "GET", 500),
    ],
)
def test_every_response_has_each_header_once(
    client: FlaskClient, path: str, method: str, status: int
) -> None:
    response = client.open(path, method=method)
    response.close()  # a static file is open as long as its response
    assert response.status_code == status
    for name, value in EXPECTED.items():
        assert response.headers.getlist(name) == [value]
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert policy(response)["default-src"] == "'none'"


def test_the_policy_allows_nothing_unsafe(client: FlaskClient) -> None:
    found = policy(client.get("/"))
    assert "unsafe" not in str(found)
    assert "http:" not in str(found)
    assert "*" not in str(found)
    for name in ("object-src", "base-uri", "frame-ancestors", "trusted-types"):
        assert found[name] == "'none'"
    assert found["form-action"] == "'self'"
    assert (found["report-to"], found["report-uri"]) == ("reports", "/browser-reports")
    assert found["require-trusted-types-for"] == "'script'"


def test_the_nonce_is_new_for_each_response_and_one_within_it(client: FlaskClient) -> None:
    first, second = client.get("/nonce"), client.get("/nonce")
    nonce, again = first.text.split()
    assert nonce == again != second.text.split()[0]
    assert len(nonce) >= 22
    assert policy(first)["script-src"] == f"'nonce-{nonce}'"


def test_a_response_without_script_allows_none(client: FlaskClient) -> None:
    assert policy(client.get("/healthz"))["script-src"] == "'none'"


def test_every_script_of_a_page_has_nonce_and_integrity(client: FlaskClient) -> None:
    pages = 0
    for rule in client.application.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()):
            continue
        response = client.get(rule.rule)
        tags = re.findall(r"<script[^>]*>", response.text)
        for tag in tags:
            nonce = policy(response)["script-src"][len("'nonce-") : -1]
            assert f'nonce="{nonce}"' in tag, rule.rule
            assert re.search(r'integrity="sha384-[A-Za-z0-9+/]{64}"', tag), rule.rule
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", response.text), rule.rule
        pages += bool(tags)
    assert pages >= 2


def test_integrity_is_that_of_the_file_and_stays_in_the_folder(client: FlaskClient) -> None:
    with client.application.app_context():
        assert sri.integrity("js/app.js").startswith("sha384-")
        assert sri.integrity("js/app.js") != sri.integrity("css/app.css")
        with pytest.raises(ValueError, match="not in the static folder"):
            sri.integrity("../__init__.py")


def test_a_page_that_used_the_session_stays_out_of_caches(client: FlaskClient) -> None:
    assert client.get("/private").headers["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in client.get("/healthz").headers


def test_a_view_can_be_stricter(client: FlaskClient) -> None:
    response = client.get("/strict")
    assert response.headers.getlist("Content-Security-Policy") == ["sandbox"]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_a_view_can_have_options_of_its_own(production: Make) -> None:
    app = production()

    talisman: headers.PreparedTalisman = app.extensions["talisman"]

    @app.get("/framed")
    @talisman(
        frame_options="SAMEORIGIN",
        content_security_policy="default-src 'self'; script-src 'self'; upgrade-insecure-requests",
    )
    def framed() -> str:
        return render_template_string("{{ csp_nonce() }}")

    response = browser(app).get("/framed")
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert response.headers["Content-Security-Policy"] == (
        f"default-src 'self'; script-src 'self' 'nonce-{response.text}'; upgrade-insecure-requests"
    )


def test_plain_http_is_redirected_in_production_only(app: Flask, production: Make) -> None:
    answer = production(PROXY_HOPS=0).test_client().get("/sent?a=b", base_url="http://localhost")
    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://localhost/sent?a=b"
    assert "Strict-Transport-Security" not in answer.headers
    assert app.test_client().get("/sent").status_code == 200


def test_a_client_cannot_claim_https_by_itself(production: Make) -> None:
    client = production(PROXY_HOPS=0).test_client()
    answer = client.get("/", headers={"X-Forwarded-Proto": "https"}, base_url="http://localhost")
    assert answer.status_code == 308


@pytest.mark.parametrize(
    ("scope", "value"),
    [
        ("host", "max-age=31536000"),
        ("subdomains", "max-age=31536000; includeSubDomains"),
        ("preload", "max-age=31536000; includeSubDomains; preload"),
    ],
)
def test_https_is_for_this_host_alone_unless_asked(
    production: Make, scope: str, value: str
) -> None:
    answer = browser(production(HSTS_SCOPE=scope)).get("/healthz")
    assert answer.headers.getlist("Strict-Transport-Security") == [value]


def test_another_app_needs_one_call() -> None:
    app = Flask(__name__)
    app.testing = True
    app.config["SECRET_KEY"] = "for this test only"
    headers.init_app(app)
    assert app.test_client().get("/").headers["X-Frame-Options"] == "DENY"
    assert app.config["SESSION_COOKIE_SAMESITE"] is None
