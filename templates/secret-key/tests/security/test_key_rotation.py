"""Rotation of the secret key by commands."""

import stat
from pathlib import Path

import pytest
from flask import Flask
from flask import session

from <%= project.package %> import create_app
from <%= project.package %>.security import key_rotation
from <%= project.package %>.security import key_strength

FIRST = "20250101T000000Z-Zk3vT8qLw1xN5rJ7bYd2Hc9Pm4Gs6Qf0AeUiOtBnVh"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the key file of a service that has run for a while."""
    path = tmp_path / "keys"
    path.write_text(f"{FIRST}\n", encoding="utf-8")
    path.chmod(0o640)
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))
    return path


def run(*args: str, fails: bool = False) -> str:
    """Run a command of `flask secret-key` in a process started now."""
    result = create_app().test_cli_runner().invoke(args=["secret-key", *args])
    assert (result.exit_code != 0) is fails, result.output
    return result.stdout


def keys(path: Path) -> list[str]:
    """Return the keys in the file."""
    return path.read_text(encoding="utf-8").split()


def test_the_three_steps(path: Path) -> None:
    run("accept")
    old, new = keys(path)
    assert old == FIRST
    assert key_strength.weakness(new) is None
    run("promote")
    assert keys(path) == [new, FIRST]
    run("drop")
    assert keys(path) == [new]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_steps_out_of_order_are_refused(path: Path) -> None:
    run("promote", fails=True)
    run("drop", fails=True)
    run("accept")
    run("accept", fails=True)
    run("promote")
    run("promote", fails=True)
    assert len(keys(path)) == 2


def test_keys_in_the_environment_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", FIRST)
    key, fallbacks = run("accept").splitlines()
    assert key == f"SECRET_KEY={FIRST}"
    new = fallbacks.removeprefix("SECRET_KEY_FALLBACKS=")
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", new)
    assert run("promote").splitlines() == [f"SECRET_KEY={new}", f"SECRET_KEY_FALLBACKS={FIRST}"]


def test_keys_in_a_secret_store_are_printed_as_the_store_must_hold_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Mounted read-only, the lines of the file; the steps go on from what the store then holds."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "secret_key").write_text(f"{FIRST}\n", encoding="utf-8")
    old, new = run("accept").splitlines()
    assert old == FIRST
    (tmp_path / "secret_key").write_text(f"{old}\n{new}\n", encoding="utf-8")
    assert run("promote").splitlines() == [new, FIRST]


def test_a_key_that_the_environment_holds_besides_is_not_forgotten(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", FIRST[::-1])
    result = create_app().test_cli_runner().invoke(args=["secret-key", "accept"])
    assert "Unset SECRET_KEY_FALLBACKS" in result.stderr
    assert keys(path)[:2] == [FIRST, FIRST[::-1]]


def test_a_new_key_is_printed_or_written(tmp_path: Path) -> None:
    assert key_strength.weakness(run("new").strip()) is None
    target = tmp_path / "fresh"
    run("new", "--file", str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    run("new", "--file", str(target), fails=True)


def test_status_tells_ages_and_no_key(path: Path) -> None:
    run("accept")
    output = run("status")
    assert "2025-01-01" in output
    assert "due for rotation" in output
    assert not [key for key in keys(path) if key in output]


def test_a_failed_write_leaves_the_old_keys(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        key_rotation.save(path, ["x"])
    assert keys(path) == [FIRST]
    assert list(path.parent.iterdir()) == [path]


def serving(tmp_path: Path) -> Flask:
    """Return an app, with the keys as they are now, that remembers a visitor."""
    app = create_app({"APP_ENV": "testing", "TESTING": True, "INSTANCE_PATH": str(tmp_path)})
    # Flask's own session: signed, so that only the keys decide.
    app.session_interface = Flask.session_interface

    @app.get("/visit")
    def visit() -> str:
        session["visits"] = session.get("visits", 0) + 1
        return str(session["visits"])

    return app


def test_sessions_live_through_every_step_on_every_host(path: Path, tmp_path: Path) -> None:
    """Two hosts, one a step behind the other: a visitor may meet either at any time."""
    hosts = [serving(tmp_path), serving(tmp_path)]
    visits, cookie = 0, ""
    for step in ("accept", "promote", "drop"):
        run(step)
        for place in range(len(hosts)):
            hosts[place] = serving(tmp_path)  # what a reload does
            for host in hosts:
                client = host.test_client(use_cookies=False)
                response = client.get("/visit", headers={"Cookie": cookie})
                visits += 1
                assert response.text == str(visits), step
                cookie = response.headers["Set-Cookie"].split(";")[0]
