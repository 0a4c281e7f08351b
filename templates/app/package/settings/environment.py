"""Environment variables by name: typed, checked, read when the settings are loaded.

Every variable the app listens to is named in this package. Nothing is read by prefix: a prefix
would let any variable of the host change a setting, and would guess its type.
https://12factor.net/config
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .secret_files import content


@dataclass(frozen=True)
class Variable:
    """A setting that comes from the environment; `parse` raises ValueError for a bad value."""

    name: str
    parse: Callable[[str], Any]
    default: Any
    secret: bool = False

    def read(self) -> Any:
        """Return the value; an empty variable counts as unset."""
        raw = os.environ.get(self.name, "").strip()
        if self.secret:
            raw = content(self.name, raw)
        return self.parse(raw) if raw else self.default


def text(name: str, default: str | None = None) -> Variable:
    """A string."""
    return Variable(name, str, default)


def secret(name: str) -> Variable:
    """A string that may lie in a file instead: see secret_files.py."""
    return Variable(name, str, None, secret=True)


def number(name: str, default: int, minimum: int = 0) -> Variable:
    """A whole number."""

    def parse(raw: str) -> int:
        if not raw.isdecimal() or int(raw) < minimum:
            raise ValueError(f"must be a whole number, at least {minimum}")
        return int(raw)

    return Variable(name, parse, default)


def flag(name: str, default: bool = False) -> Variable:
    """true/false in the usual spellings; anything else is a problem, not a silent False."""
    spellings = {
        **dict.fromkeys(("1", "true", "yes", "on"), True),
        **dict.fromkeys(("0", "false", "no", "off"), False),
    }

    def parse(raw: str) -> bool:
        if raw.lower() not in spellings:
            raise ValueError("must be true or false")
        return spellings[raw.lower()]

    return Variable(name, parse, default)


def choice(name: str, allowed: tuple[str, ...], default: str) -> Variable:
    """One of the allowed words."""

    def parse(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return raw

    return Variable(name, parse, default)


def items(name: str, default: tuple[str, ...] = ()) -> Variable:
    """A list, separated by commas. Always a list: Flask would walk a string letter by letter."""

    def parse(raw: str) -> list[str]:
        return [item.strip() for item in raw.split(",") if item.strip()]

    return Variable(name, parse, list(default))


def folder(name: str, default: str | None = None) -> Variable:
    """An absolute path, so that it does not depend on where the process was started."""

    def parse(raw: str) -> str:
        if not Path(raw).is_absolute():
            raise ValueError("must be an absolute path")
        return raw

    return Variable(name, parse, default)


def resolve(source: type) -> tuple[dict[str, Any], list[str]]:
    """Return the upper-case attributes of a settings class, variables read, and the problems."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for key in filter(str.isupper, dir(source)):
        value = getattr(source, key)
        if isinstance(value, Variable):
            try:
                value = value.read()
            except (ValueError, OSError) as error:
                problems.append(f"{value.name}: {error}")
                value = value.default
        values[key] = list(value) if isinstance(value, list) else value
    return values, problems
