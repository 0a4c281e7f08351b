"""Settings from the environment."""

from pathlib import Path

import pytest

from <%= project.package %> import settings
from <%= project.package %>.settings import environment as env
from <%= project.package %>.settings import secret_files


class Sample:
    """Settings of each kind."""

    COUNT = env.number("SAMPLE_COUNT", 3, minimum=1)
    SWITCH = env.flag("SAMPLE_SWITCH")
    HOSTS = env.items("SAMPLE_HOSTS")
    TOKEN = env.secret("SAMPLE_TOKEN")
    PLACE = env.folder("SAMPLE_PLACE")
    LEVEL = env.choice("SAMPLE_LEVEL", ("low", "high"), "low")


def test_what_is_not_set_has_its_default() -> None:
    values, problems = env.resolve(Sample)
    assert problems == []
    assert values == {
        "COUNT": 3,
        "SWITCH": False,
        "HOSTS": [],
        "TOKEN": None,
        "PLACE": None,
        "LEVEL": "low",
    }


@pytest.mark.parametrize(
    ("name", "raw", "key", "value"),
    [
        ("SAMPLE_COUNT", "12", "COUNT", 12),
        ("SAMPLE_SWITCH", "yes", "SWITCH", True),
        ("SAMPLE_SWITCH", "0", "SWITCH", False),
        ("SAMPLE_HOSTS", "a.example, b.example", "HOSTS", ["a.example", "b.example"]),
        ("SAMPLE_TOKEN", "12345678", "TOKEN", "12345678"),
        ("SAMPLE_LEVEL", "high", "LEVEL", "high"),
    ],
)
def test_values_have_their_type(
    monkeypatch: pytest.MonkeyPatch, name: str, raw: str, key: str, value: object
) -> None:
    monkeypatch.setenv(name, raw)
    assert env.resolve(Sample)[0][key] == value


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("SAMPLE_COUNT", "many"),
        ("SAMPLE_COUNT", "0"),
        ("SAMPLE_SWITCH", "maybe"),
        ("SAMPLE_PLACE", "here"),
        ("SAMPLE_LEVEL", "middle"),
        ("SAMPLE_TOKEN_FILE", "/nowhere/at-all"),
    ],
)
def test_a_bad_value_is_named_and_not_used(
    monkeypatch: pytest.MonkeyPatch, name: str, raw: str
) -> None:
    monkeypatch.setenv(name, raw)
    values, problems = env.resolve(Sample)
    assert values == env.resolve(type("Fresh", (Sample,), {}))[0]
    assert [problem.split(":")[0] for problem in problems] == [name.removesuffix("_FILE")]


def test_a_list_is_never_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    env.resolve(Sample)[0]["HOSTS"].append("evil.example")
    assert env.resolve(Sample)[0]["HOSTS"] == []


def test_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv("SAMPLE_TOKEN_FILE", str(tmp_path / "token"))
    assert env.resolve(Sample)[0]["TOKEN"] == "from the file"
    monkeypatch.setenv("SAMPLE_TOKEN", "from the environment")
    assert "not both" in env.resolve(Sample)[1][0]


@pytest.mark.parametrize("by_systemd", [True, False])
def test_a_secret_may_be_mounted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, by_systemd: bool
) -> None:
    (tmp_path / "sample_token").write_text("mounted\n", encoding="utf-8")
    if by_systemd:
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    else:
        monkeypatch.setattr(secret_files, "MOUNTED", tmp_path)
    assert env.resolve(Sample)[0]["TOKEN"] == "mounted"


def test_settings_are_read_when_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_CONTENT_LENGTH", "4096")
    assert settings.load()["MAX_CONTENT_LENGTH"] == 4096
    monkeypatch.setenv("MAX_CONTENT_LENGTH", "8192")
    assert settings.load()["MAX_CONTENT_LENGTH"] == 8192


def test_unnamed_variables_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = settings.load()
    monkeypatch.setenv("FLASK_PROPAGATE_EXCEPTIONS", "true")
    monkeypatch.setenv("ACME_PORTAL_DEBUG", "true")
    assert settings.load() == before
