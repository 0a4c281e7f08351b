"""Tiers and their settings."""

import pytest

from <%= project.package %> import create_app
from <%= project.package %> import settings
from <%= project.package %> import startup

from ..conftest import Make


def test_unset_is_production() -> None:
    assert settings.load()["APP_ENV"] == "production"
    assert create_app().config["APP_ENV"] == "production"


@pytest.mark.parametrize("tier", ["development", "testing", "production"])
def test_the_environment_names_the_tier(monkeypatch: pytest.MonkeyPatch, tier: str) -> None:
    monkeypatch.setenv("APP_ENV", tier)
    values = settings.load()
    assert values["APP_ENV"] == tier
    assert values.get("TESTING", False) == (tier == "testing")


def test_no_variable_is_read_by_a_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_MAX_FORM_PARTS", "123456")
    assert create_app().config["MAX_FORM_PARTS"] != 123456


def test_the_tiers_are_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.load("development")["TEMPLATES_AUTO_RELOAD"]
    assert "TEMPLATES_AUTO_RELOAD" not in settings.load("production")
    assert settings.load("production")["PREFERRED_URL_SCHEME"] == "https"
    assert "PREFERRED_URL_SCHEME" not in settings.load("development")


@pytest.mark.parametrize("name", ["staging", "Production", "dev"])
def test_an_unknown_tier_is_held_to_production_and_refused(
    monkeypatch: pytest.MonkeyPatch, production: Make, name: str
) -> None:
    monkeypatch.setenv("APP_ENV", name)
    assert settings.load()["APP_ENV"] == "production"
    assert [problem for problem in startup.problems(production()) if name in problem]


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAX_CONTENT_LENGTH", "0"), ("LOG_LEVEL", "LOUD"), ("INSTANCE_PATH", "instance")],
)
def test_production_refuses_a_value_that_makes_no_sense(
    monkeypatch: pytest.MonkeyPatch, production: Make, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    app = production()
    assert [problem for problem in startup.problems(app) if problem.startswith(f"{name}:")]
    assert app.test_client().get("/healthz").status_code == 503


def test_a_tier_that_is_misspelt_in_code_is_refused_too() -> None:
    """Only development and testing relax the rules, by their exact names."""
    found = startup.problems(create_app({"APP_ENV": "prod", "SECRET_KEY": "weak"}))
    assert any("'prod' is no tier" in problem for problem in found)
