"""The example of a JSON endpoint."""

<%- slot('api.imports') %>

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from .conftest import origin


def greet(client: FlaskClient, body: Any) -> TestResponse:
    """Call the endpoint as the page's script does."""
    headers = {"Referer": origin(client)}
    <%- slot('tests.greet') %>
    return client.post("/api/greeting", json=body, headers=headers)


def test_the_page_loads_its_script(client: FlaskClient) -> None:
    page = client.get("/api/").text
    assert '<script src="/static/js/api.js"' in page
    assert 'data-url="/api/greeting"' in page


def test_a_name_is_greeted(client: FlaskClient) -> None:
    answer = greet(client, {"name": " Ada "})
    assert answer.json == {"greeting": "Hello, Ada!"}


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": 7}, {"name": "x" * 81}, []])
def test_anything_else_is_refused(client: FlaskClient, body: Any) -> None:
    assert greet(client, body).status_code == 422
