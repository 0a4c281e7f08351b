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
    assert events(caplog)[-1].startswith("authn_login_fail:")
    assert client.get("/account/").status_code == 303


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.event["event"] for record in caplog.records if hasattr(record, "event")]


def test_what_happens_to_an_account_is_logged_by_its_id(
    client: FlaskClient, submit: Submit, ada: users.User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        submit(client, "/account/sign-in", ADA | {"password": "not hers"})
        submit(client, "/account/sign-in", {"name": PASSWORD, "password": "x"})
        sign_in(client, submit)
        submit(client, "/account/", {}, "/account/sign-out")
    assert events(caplog) == [
        f"authn_login_fail:{ada.id}",
        "authn_login_fail:unknown",
        f"authn_login_success:{ada.id}",
        f"session_logout:{ada.id}",
    ]
    assert PASSWORD not in caplog.text


def test_one_host_cannot_try_many_accounts(app: Flask, submit: Submit) -> None:
    app.config["SIGN_IN_PER_ADDRESS"] = "3 per minute"
    client = app.test_client()
    names = ("a", "b", "c", "Ada")
    answers = [submit(client, "/account/sign-in", ADA | {"name": name}) for name in names]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_many_hosts_cannot_try_one_account(app: Flask, submit: Submit) -> None:
    app.config["SIGN_IN_PER_ACCOUNT"] = "3 per minute"
    answers = []
    for number, name in enumerate(("Ada", "ada", " ADA", "Ada", "Grace")):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        form = {"name": name, "password": "wrong"}
        answers.append(submit(client, "/account/sign-in", form).status_code)
    assert answers == [422, 422, 422, 429, 422]


def test_looking_at_the_form_counts_nothing(app: Flask) -> None:
    app.config["SIGN_IN_PER_ADDRESS"] = "1 per minute"
    client = app.test_client()
    assert [client.get("/account/sign-in").status_code for _ in range(3)] == [200] * 3


def test_sign_out_ends_the_session(client: FlaskClient, submit: Submit) -> None:
    sign_in(client, submit)
    answer = submit(client, "/account/", {}, "/account/sign-out")
    # Without "cookies": a cookie that was not deleted must be seen.
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
    for odd in ("", " ", " Alan", "Al\nan", "Al\u200ban", "x" * 81):
        assert run(odd, "a password that is long") == 1
    form = {"name": "Grace", "password": "a password that is long"}
    assert submit(client, "/account/sign-in", form).status_code == 303


def test_passwords_are_hashed_and_the_file_is_private(app: Flask) -> None:
    path = Path(app.instance_path) / "users.sqlite3"
    content = path.read_bytes()
    assert PASSWORD.encode() not in content
    assert b"$argon2id$" in content
    assert path.stat().st_mode & 0o077 == 0
