"""The public pages."""

import re

from flask.testing import FlaskClient

from .conftest import Submit

MESSAGE = {"name": "Ada", "email": "ada@example.com", "message": "Hello, is anyone there?"}


def test_the_start_page_shows_the_form(client: FlaskClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert '<form class="card" method="post" action="/">' in response.text


def test_each_page_is_marked_in_the_navigation(client: FlaskClient) -> None:
    navigation = client.get("/").text.partition("<nav")[2].partition("</nav>")[0]
    for link in re.findall(r'<a href="([^"]+)"', navigation):
        page = client.get(link, follow_redirects=True).text
        assert re.findall(r'<a href="([^"]+)" aria-current="page">', page) == [link]


def test_a_message_is_taken_and_confirmed(client: FlaskClient, submit: Submit) -> None:
    response = submit(client, "/", MESSAGE)
    assert response.status_code == 303
    assert client.get(response.location).status_code == 200


def test_a_wrong_field_is_named_and_the_rest_is_kept(client: FlaskClient, submit: Submit) -> None:
    response = submit(client, "/", MESSAGE | {"email": "nobody"})
    assert response.status_code == 422
    assert "Enter an email address." in response.text
    assert "Hello, is anyone there?" in response.text


def test_what_people_write_is_shown_as_text(client: FlaskClient, submit: Submit) -> None:
    response = submit(client, "/", MESSAGE | {"name": "<script>alert(1)</script>", "email": "x"})
    assert "<script>alert(1)" not in response.text
    assert "&lt;script&gt;alert(1)" in response.text
