"""A lost store is answered with 503 at once, not after a queue of waits."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from typing import TypeVar

from flask import Flask
from flask import Response
from werkzeug.exceptions import ServiceUnavailable

from . import Entry
from . import Store

PAUSE = 0.5  # seconds without a question after a failure; then one request probes for all
DEADLINE = 0.8  # seconds for a store that has no bound of its own
WAITING = 16  # questions that may hang in such a store at the same time
# What describes a body or a place that the 503 page does not have.
STALE = (
    *("Accept-Ranges", "Content-Disposition", "Content-Encoding", "Content-Range", "ETag"),
    *("Last-Modified", "Location", "Set-Cookie", "X-Accel-Redirect"),
)
Result = TypeVar("Result")
log = logging.getLogger(__name__)


class StoreDown(ServiceUnavailable):
    """The session store cannot be reached; an HTTP error, so that the 503 page answers."""

    def __init__(self) -> None:
        super().__init__("Sessions are unavailable for a moment.", retry_after=5)


def answer_instead(app: Flask, error: StoreDown, response: Response) -> None:
    """Turn a finished response into the app's 503 page; its headers are those of any page."""
    page = app.make_response(app.handle_user_exception(error))
    for name in STALE:
        response.headers.pop(name, None)
    response.status = page.status
    response.set_data(page.get_data())
    response.headers["Content-Type"] = page.headers["Content-Type"]
    response.headers["Retry-After"] = page.headers.get("Retry-After", "5")
    response.headers["Cache-Control"] = "no-store"


class Guard:
    """A circuit breaker in front of a store; every failure of it becomes StoreDown."""

    bounded = True

    def __init__(self, store: Store) -> None:
        self.store = store
        self.errors: tuple[type[Exception], ...] = (StoreDown,)
        self._asked_again_at: float | None = None  # None: the store answered last time
        self._failures: tuple[type[Exception], ...] = (TimeoutError, *store.errors)
        self._probe = threading.Lock()
        self._threads = ThreadPoolExecutor(WAITING, "session-store")  # starts none before its use

    def read(self, key: str, ttl: int) -> bytes | None:
        """See Store."""
        return self._ask(self.store.read, key, ttl)

    def create(self, entry: Entry) -> None:
        """See Store."""
        self._ask(self.store.create, entry)

    def replace(self, entry: Entry) -> bool:
        """See Store."""
        return self._ask(self.store.replace, entry)

    def delete(self, key: str) -> bool:
        """See Store."""
        return self._ask(self.store.delete, key)

    def delete_owned(self, owner: str) -> int:
        """See Store."""
        return self._ask(self.store.delete_owned, owner)

    def ping(self) -> None:
        """See Store."""
        self._ask(self.store.ping)

    def _ask(self, question: Callable[..., Result], *args: Any) -> Result:
        if self._asked_again_at is None:
            return self._try(question, *args)
        # One probe at a time: a store that hangs must not collect every thread.
        if time.monotonic() < self._asked_again_at or not self._probe.acquire(blocking=False):
            raise StoreDown
        try:
            return self._try(question, *args)
        finally:
            self._probe.release()

    def _try(self, question: Callable[..., Result], *args: Any) -> Result:
        try:
            if self.store.bounded:
                result = question(*args)
            else:
                result = self._threads.submit(question, *args).result(DEADLINE)
        except self._failures as error:
            if self._asked_again_at is None:
                log.error("session store is lost: %s", _reasons(error))
            self._asked_again_at = time.monotonic() + PAUSE
            raise StoreDown from error
        if self._asked_again_at is not None:
            self._asked_again_at = None
            log.warning("session store is back")
        return result


def _reasons(error: BaseException | None) -> str:
    """Return types alone: messages of drivers can hold an address with a password."""
    names = []
    while error is not None:
        names.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    return " from ".join(names)
