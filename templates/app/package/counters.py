"""Where rate limits are counted: in this process, or in a storage that all servers share.

https://limits.readthedocs.io/en/stable/strategies.html#moving-window
"""

import functools
import logging
import math
import time
from collections.abc import Callable
<% if (has.sessions && answers.store === 'redis') { -%>
from typing import Any
<% } -%>

from flask import Flask
from limits import RateLimitItem
from limits.storage import MemoryStorage
<% if (has.sessions && answers.store === 'redis') { -%>
from limits.storage import RedisStorage
<% } -%>
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter

PAUSE = 5.0  # seconds without a question after the shared storage failed
log = logging.getLogger(__name__)


class Counters:
    """Counts in the shared storage and, while that is lost, in this process."""

    def __init__(
        self,
        open_shared: Callable[[], Storage] | None = None,
        errors: tuple[type[Exception], ...] = (),
    ) -> None:
        self.here = MovingWindowRateLimiter(MemoryStorage())
        self.open_shared = open_shared
        self.errors = errors
        self._lost_until = 0.0

    @functools.cached_property
    def shared(self) -> MovingWindowRateLimiter:
        """Return the shared storage, opened at the first use."""
        return MovingWindowRateLimiter(self.open_shared()) if self.open_shared else self.here

    def take(self, item: RateLimitItem, *key: str) -> int:
        """Count one use; return the seconds to wait when it is one too many, else 0."""
        if time.monotonic() < self._lost_until:
            return _take(self.here, item, *key)
        if self._lost_until:  # one request asks whether it is back, the others go on
            self._lost_until = time.monotonic() + PAUSE
        try:
            wait = _take(self.shared, item, *key)
        except self.errors as error:
            self._lost_until = time.monotonic() + PAUSE
            # The type alone: messages of drivers can hold an address with a password.
            log.error("each process counts its rate limits alone: %s", type(error).__name__)
            return _take(self.here, item, *key)
        self._lost_until = 0.0
        return wait

    def is_first(self, item: RateLimitItem, *key: str) -> bool:
        """Tell whether this process has not counted that before."""
        return self.here.hit(item, *key)


def _take(limiter: MovingWindowRateLimiter, item: RateLimitItem, *key: str) -> int:
    if limiter.hit(item, *key):
        return 0
    return max(1, math.ceil(limiter.get_window_stats(item, *key).reset_time - time.time()))


def open_counters(app: Flask) -> Counters:
    """Count in the Redis of the sessions, if they have one, and else in each process alone."""
<% if (has.sessions && answers.store === 'redis') { -%>
    if app.config["SESSION_STORE"] == "redis":
        from .security.stores.redis import RedisStore

        store = RedisStore(app.config["REDIS_URL"] or "redis://127.0.0.1:6379/0", index_ttl=0)
        return Counters(lambda: RedisCounters(store.client), RedisStore.errors)
<% } -%>
    return Counters()
<% if (has.sessions && answers.store === 'redis') { -%>


class RedisCounters(RedisStorage):
    """Counts with a client that is there already: one server, sentinels or a cluster.

    Its user needs `~limit:* +evalsha +script|load +lindex +lpush +ltrim +expire`.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        super().__init__("redis://", key_prefix="limit")  # the address is never used

    def get_connection(self, readonly: bool = False) -> Any:
        """Return the client."""
        return self.client
<% } -%>
