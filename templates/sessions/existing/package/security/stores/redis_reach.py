"""Which Redis may be asked without TLS."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from urllib.parse import urlsplit

from . import redis_address

WAY_OUT = ", or name it in REDIS_PRIVATE_HOSTS if nobody else is on the network to it"


def problems(url: str | None, private: Iterable[str]) -> Iterator[str]:
    """Name what production must not run with; a private host counts as this one."""
    for problem in redis_address.problems(_nearby(url, set(private))):
        yield problem + (WAY_OUT if "plain text" in problem else "")


def _nearby(url: str | None, private: set[str]) -> str | None:
    parts = urlsplit(url or "")
    login, at, place = parts.netloc.rpartition("@")
    name, colon, port = place.partition(":")
    if name not in private:
        return url
    return parts._replace(netloc=f"{login}{at}127.0.0.1{colon}{port}").geturl()
