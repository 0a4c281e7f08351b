"""How long sessions live: by what the settings SESSION_..._MINUTES say."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any


def idle(config: Mapping[str, Any], sid: str) -> timedelta:
    """Return how long a session lives without a request; its id says whether anyone signed in."""
    kind = "IDLE" if sid.startswith("u") else "ANONYMOUS"
    return timedelta(minutes=config[f"SESSION_{kind}_MINUTES"])


def oldest(config: Mapping[str, Any]) -> float:
    """Return when a session began that ends now, however busy it is."""
    return float(time.time() - config["SESSION_ABSOLUTE_MINUTES"] * 60)


def lifetime(config: Mapping[str, Any], created: int, sid: str) -> timedelta:
    """Return how long the store keeps a session that nobody reads."""
    left = timedelta(seconds=created - oldest(config))
    return max(timedelta(seconds=1), min(left, idle(config, sid)))
