"""The application factory."""

from flask import Flask

from <%= project.package %> import create_app

from .conftest import OVERRIDES


def test_two_apps_do_not_share_their_configuration(app: Flask) -> None:
    other = create_app(OVERRIDES | {"MAX_CONTENT_LENGTH": 1})
    assert other.config["MAX_CONTENT_LENGTH"] == 1
    assert app.config["MAX_CONTENT_LENGTH"] != 1


def test_overrides_win(app: Flask) -> None:
    assert app.testing
