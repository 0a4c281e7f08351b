"""APP_ENV chooses the tier. Unset is production: forgetting it must never weaken the app."""

import os
from collections.abc import Iterator

from flask import Flask

from .base import Base
from .development import Development
from .production import Production
from .testing import Testing

TIERS: dict[str, type[Base]] = {
    "development": Development,
    "testing": Testing,
    "production": Production,
}


def choose(tier: str | None) -> tuple[str, type[Base]]:
    """Return name and settings of a tier; an unknown name is held to production's rules."""
    name = tier or os.environ.get("APP_ENV", "").strip() or "production"
    return (name, TIERS[name]) if name in TIERS else ("production", Production)


def problems(app: Flask) -> Iterator[str]:
    """Name what production would run with by mistake."""
    named = {os.environ.get("APP_ENV", "").strip() or "production", app.config["APP_ENV"]}
    for name in sorted(named - TIERS.keys()):
        yield f"APP_ENV: {name!r} is no tier; set one of {', '.join(TIERS)}"
