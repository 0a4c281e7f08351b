"""Settings of the running tier, read when called and never at import."""

from pathlib import Path
from typing import Any

<%- slot('settings.imports') %>
<% if (!has.config) { -%>
from .base import Base
<% } -%>


def load(tier: str | None = None) -> dict[str, Any]:
    """Return the settings of a tier; what could not be read is listed in SETTINGS_PROBLEMS."""
<% if (!has.config) { -%>
    name, source = tier or "production", Base
<% } -%>
    <%- slot('settings.choose') %>
    values, problems = environment.resolve(source)
    values["APP_ENV"] = name
    values["SETTINGS_PROBLEMS"] = problems
    values["INSTANCE_PATH"] = values["INSTANCE_PATH"] or checkout_instance()
    return values


def checkout_instance() -> str | None:
    """Keep run-time files beside pyproject.toml in a checkout; else where Flask puts them."""
    root = Path(__file__).resolve().parents[3]
    return str(root / "instance") if (root / "pyproject.toml").is_file() else None
