"""What the defences need to be set, by tier; everything else stays where the app has it.

APP_ENV names the tier: development, testing or production. Unset is production, so that forgetting
it never weakens the app.
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask

from . import environment as env


class Base:
    """What holds in every tier."""

    <%- slot('settings.base') %>


class Development(Base):
    """What work on one's own machine relaxes, over plain HTTP."""

    <%- slot('settings.development') %>


class Testing(Base):
    """What the app's own tests need."""

    <%- slot('settings.testing') %>


class Production(Base):
    """What production insists on."""

    <%- slot('settings.production') %>


TIERS: dict[str, type[Base]] = {
    "development": Development,
    "testing": Testing,
    "production": Production,
}


def init_app(app: Flask) -> None:
    """Set what the app leaves to Flask; what it sets itself stays."""
    app.config.update(chosen(app))


def chosen(app: Flask) -> dict[str, Any]:
    """Return the settings of the tier that the app runs in, but for those it has of its own."""
    name = tier(app)
    values, problems = env.resolve(TIERS[name])
    nothing = app.default_config
    own = {key for key, value in app.config.items() if value not in (nothing.get(key), "")}
    values = {key: value for key, value in values.items() if key not in own}
    return {**values, "APP_ENV": name, "SETTINGS_PROBLEMS": [*misspelt(), *problems]}


def tier(app: Flask) -> str:
    """Return the tier: a test that says so is one, whatever the environment says."""
    name = "testing" if app.testing else os.environ.get("APP_ENV", "")
    return name if name in TIERS else "production"


def misspelt() -> list[str]:
    """Name an APP_ENV that is none: it is held to production's rules."""
    name = os.environ.get("APP_ENV", "")
    if not name or name in TIERS:
        return []
    return [f"APP_ENV is {name!r}: set it to one of {', '.join(TIERS)}"]
