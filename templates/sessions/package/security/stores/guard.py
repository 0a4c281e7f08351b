"""A lost store is answered with 503 at once, not after a queue of waits."""

import logging
import time
from collections.abc import Callable
from typing import Any
from typing import TypeVar

from flask import Flask
from flask import Response
from werkzeug.exceptions import ServiceUnavailable

from . import Entry
from . import Store

PAUSE = 1.0  # seconds without a question after a failure; then one request probes for all
Result = TypeVar("Result")
log = logging.getLogger(__name__)


class StoreDown(ServiceUnavailable):
    """The session store cannot be reached; an HTTP error, so that the 503 page answers."""

    def __init__(self) -> None:
        super().__init__("Sessions are unavailable for a moment.", retry_after=5)


def answer_instead(app: Flask, error: StoreDown, response: Response) -> None:
    """Turn a finished response into the app's 503 page; its headers are those of any page."""
    page = app.make_response(app.handle_user_exception(error))
    for name in ("Location", "Set-Cookie", "ETag", "Content-Disposition", "Content-Encoding"):
        response.headers.pop(name, None)
    response.status = page.status
    response.set_data(page.get_data())
    response.headers["Content-Type"] = page.headers["Content-Type"]
    response.headers["Retry-After"] = page.headers.get("Retry-After", "5")
    response.headers["Cache-Control"] = "no-store"


class Guard:
    """A circuit breaker in front of a store; every failure of it becomes StoreDown."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.errors: tuple[type[Exception], ...] = (StoreDown,)
        self._asked_again_at: float | None = None  # None: the store answered last time

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
        if self._asked_again_at is not None:
            if time.monotonic() < self._asked_again_at:
                raise StoreDown
            self._asked_again_at = time.monotonic() + PAUSE
        try:
            result = question(*args)
        except self.store.errors as error:
            self._asked_again_at = time.monotonic() + PAUSE
            # The type alone: messages of drivers can hold an address with a password.
            log.error("session store failed: %s", type(error).__name__)
            raise StoreDown from error
        self._asked_again_at = None
        return result
