"""The secret key."""

import secrets
import stat
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from <%= project.package %> import create_app
from <%= project.package %> import startup
from <%= project.package %>.security import key_strength
from <%= project.package %>.security import secret_key

from ..conftest import Make

HEX = secrets.token_hex(16)


@pytest.mark.parametrize(
    "key",
    [
        "Zk3vT8qLw1",
        "Zk3vT8qLw1xN5rJ7bYd2Hc9Pm4Gs6Qf",
        "a" * 64,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "0123456789abcdef" * 4,
        "x9Kf" * 16,
        "change-me-to-something-random-1234567890",
        "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
        "correct horse battery staple and so on",
        "correct-horse-battery-staple-and-so-on",
        "9A4z4z9A9z4A4A9z9z4A9A4z4A9z9A9z",
        "dev" + HEX[:20],
        "a b c",
        f"{HEX} {HEX}",
        f"{HEX}\t{HEX}",
        HEX + "\udcff\udcfe",
    ],
)
def test_a_key_that_could_be_guessed_is_refused(production: Make, key: str) -> None:
    app = production(SECRET_KEY=key)
    problems = [problem for problem in startup.problems(app) if "SECRET_KEY" in problem]
    assert problems
    assert key not in problems[0]
    assert app.test_client().get("/healthz").status_code == 503


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_hex(16), lambda: secrets.token_urlsafe(32), secret_key.generate]
)
def test_random_keys_are_good(make: Callable[[], str]) -> None:
    assert not [key for key in (make() for _ in range(200)) if key_strength.weakness(key)]


def test_a_random_key_may_have_runs() -> None:
    assert key_strength.weakness("bdc78bcdedeba21ed62222101023965c") is None


def test_a_missing_key_is_refused(production: Make) -> None:
    assert "SECRET_KEY is missing" in startup.problems(production(SECRET_KEY=None))[0]


@pytest.mark.parametrize("key", ["a b c", f"{HEX} {HEX[::-1]}", HEX.encode() + b"\xff\xfe"])
def test_blanks_and_bytes_that_are_no_text_are_named(production: Make, key: str | bytes) -> None:
    (problem,) = startup.problems(production(SECRET_KEY=key))
    assert problem.startswith("SECRET_KEY contains a blank or bytes that are no text")


def test_a_key_file_that_is_no_text_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "keys").write_bytes(HEX.encode() + b"\xff")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "keys"))
    problems = startup.problems(create_app())
    assert f"SECRET_KEY: {tmp_path}/keys is no text in UTF-8" in problems
    assert "0xff" not in str(problems)


def test_bytes_are_a_key_like_any_other(production: Make) -> None:
    assert production(SECRET_KEY=HEX.encode()).config["SECRET_KEY"] == HEX


def test_a_weak_fallback_is_refused_as_well(production: Make) -> None:
    assert startup.problems(production(SECRET_KEY_FALLBACKS=["old"]))


def test_fallbacks_are_a_list_even_if_given_as_a_string(production: Make) -> None:
    app = production(SECRET_KEY_FALLBACKS=f"{HEX},{HEX}")
    assert app.config["SECRET_KEY_FALLBACKS"] == [HEX]


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", HEX)
    assert create_app().config["SECRET_KEY"] == HEX


def test_a_key_file_may_hold_older_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("new\nold\n", encoding="utf-8")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "keys"))
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", "oldest")
    config = create_app().config
    assert config["SECRET_KEY"] == "new"
    assert config["SECRET_KEY_FALLBACKS"] == ["old", "oldest"]


def test_development_keeps_a_key_of_its_own(tmp_path: Path) -> None:
    made = [
        create_app({"APP_ENV": "development", "INSTANCE_PATH": str(tmp_path)}) for _ in range(2)
    ]
    keys = {app.config["SECRET_KEY"] for app in made}
    assert len(keys) == 1
    assert key_strength.weakness(keys.pop()) is None
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_an_old_key_shows_in_readiness(production: Make) -> None:
    def state(app: Flask) -> object:
        answer = app.test_client().get("/readyz").json
        assert answer is not None
        return answer["checks"]["secret-key"]

    before = datetime.now(UTC) - timedelta(days=181)
    old = f"{before:{secret_key.STAMP}}-{secrets.token_urlsafe(32)}"
    assert state(production(SECRET_KEY=secret_key.generate())) == "ok"
    assert state(production(SECRET_KEY=old)) == "warning"
    assert startup.problems(production(SECRET_KEY=old)) == []
