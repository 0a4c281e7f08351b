"""The example of an account: sign in, sign out, sign out everywhere."""

import logging
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from <%= project.package %>.examples import users

from .conftest import Submit

PASSWORD = "correct horse battery staple"
ADA = {"name": "Ada", "password": PASSWORD}


@pytest.fixture(autouse=True)
def ada(app: Flask) -> users.User:
    with app.app_context():
        return users.add("Ada", PASSWORD)


def sign_in(client: FlaskClient, submit: Submit) -> FlaskClient:
    answer = submit(client, "/account/sign-in", ADA)
    assert (answer.status_code, answer.location) == (303, "/account/")
    return client


def test_the_account_page_is_for_those_who_signed_in(client: FlaskClient, submit: Submit) -> None:
    assert client.get("/account/").location == "/account/sign-in"
    assert "signed in as Ada" in sign_in(client, submit).get("/account/").text


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong"}, {"name": "Eve"}, {"name": ""}, {"password": "x" * 129}]
)
def test_a_failure_says_no_more_than_that(
    client: FlaskClient, submit: Submit, wrong: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = submit(client, "/account/sign-in", ADA | wrong)
    assert answer.status_code == 422
    assert "Name or password is wrong." in answer.text
    assert PASSWORD not in answer.text
    assert "Ada" not in caplog.text
    assert client.get("/account/").status_code == 303


def test_sign_out_ends_the_session(client: FlaskClient, submit: Submit) -> None:
    sign_in(client, submit)
    answer = submit(client, "/account/", {}, "/account/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/account/").status_code == 303


def test_sign_out_is_never_a_link(client: FlaskClient, submit: Submit) -> None:
    sign_in(client, submit)
    assert client.get("/account/sign-out").status_code == 405
    assert client.get("/account/").status_code == 200


<%- slot('tests.account') %>
def test_a_user_who_is_gone_is_signed_out(app: Flask, client: FlaskClient, submit: Submit) -> None:
    sign_in(client, submit)
    with sqlite3.connect(Path(app.instance_path) / "users.sqlite3") as table:
        table.execute("DELETE FROM users")
    table.close()
    assert client.get("/account/").status_code == 303


def test_the_command_adds_a_user(app: Flask, client: FlaskClient, submit: Submit) -> None:
    def run(name: str, password: str) -> int:
        answers = f"{password}\n{password}\n"
        return app.test_cli_runner().invoke(args=["users", "add", name], input=answers).exit_code

    assert run("Grace", "a password that is long") == 0
    assert run("grace", "a password that is long") == 1
    assert run("Alan", "short") == 1
    form = {"name": "Grace", "password": "a password that is long"}
    assert submit(client, "/account/sign-in", form).status_code == 303


def test_passwords_are_hashed_and_the_file_is_private(app: Flask) -> None:
    path = Path(app.instance_path) / "users.sqlite3"
    content = path.read_bytes()
    assert PASSWORD.encode() not in content
    assert b"$argon2id$" in content
    assert path.stat().st_mode & 0o077 == 0
