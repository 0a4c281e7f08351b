"""The start-up gate."""

import logging

import pytest
from flask import Flask

from <%= project.package %> import startup

from .conftest import Make


def broken(app: Flask) -> Flask:
    """Return the app with a setting that could not be read."""
    app.config["SETTINGS_PROBLEMS"] = ["MAX_CONTENT_LENGTH: must be a whole number"]
    return app


def test_a_good_configuration_is_served(production: Make) -> None:
    assert startup.problems(production()) == []
    assert production().test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing-here"])
def test_a_bad_configuration_answers_503_everywhere(production: Make, path: str) -> None:
    response = broken(production()).test_client().get(path)
    assert response.status_code == 503
    assert "MAX_CONTENT_LENGTH" not in response.text


def test_the_log_says_what_to_set(production: Make, caplog: pytest.LogCaptureFixture) -> None:
    broken(production()).test_client().get("/")
    critical = [r.getMessage() for r in caplog.records if r.levelno == logging.CRITICAL]
    assert critical == ["refusing to serve: MAX_CONTENT_LENGTH: must be a whole number"]


def test_an_app_can_be_built_and_used_without_serving(production: Make) -> None:
    app = broken(production())
    assert app.test_cli_runner().invoke(args=["--help"]).exit_code == 0


def test_the_check_command_names_the_problems(production: Make) -> None:
    assert production().test_cli_runner().invoke(args=["check"]).exit_code == 0
    refused = broken(production()).test_cli_runner().invoke(args=["check"])
    assert refused.exit_code == 1
    assert "MAX_CONTENT_LENGTH" in refused.output


def test_other_tiers_are_not_held_up(app: Flask) -> None:
    assert broken(app).test_client().get("/healthz").status_code == 200
