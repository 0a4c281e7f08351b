"""Sessions in Redis.

The Redis user needs no more than `~session:* +getex +set +del +zadd +zrange +zrem
+zremrangebyscore +expire +ping`: https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
"""

import hashlib
import time
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any
from typing import cast
from urllib.parse import parse_qsl
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from . import Entry

PREFIX = "session:"
INDEX = "session:owner:"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
TIMEOUT = 1  # seconds; redis-py would wait five, and a page is better refused than late


def connect(config: Mapping[str, Any]) -> redis.Redis:
    """Return a client; it connects at the first command.

    A ready client in SESSION_REDIS (Sentinel, Cluster) is taken as it is.
    """
    if config.get("SESSION_REDIS") is not None:
        return cast("redis.Redis", config["SESSION_REDIS"])
    return redis.Redis.from_url(
        config["REDIS_URL"] or "redis://127.0.0.1:6379/0",
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        # Once more for a connection that a restarted server has closed, never after a timeout.
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )


def problems(config: Mapping[str, Any]) -> Iterator[str]:
    """Name what production must not run with."""
    url = config["REDIS_URL"]
    if config.get("SESSION_REDIS") is not None:
        return
    if not url:
        yield "REDIS_URL is missing: set it to rediss://..., unix://... or redis://127.0.0.1"
        return
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        yield "REDIS_URL must begin with rediss://, unix:// or redis://"
    if parts.scheme == "redis" and parts.hostname not in LOOPBACK:
        yield "REDIS_URL sends sessions in plain text to another host: use rediss:// or unix://"
    query = dict(parse_qsl(parts.query.lower()))
    if query.get("ssl_cert_reqs") == "none" or query.get("ssl_check_hostname") == "false":
        yield "REDIS_URL does not check the certificate: remove ssl_cert_reqs, ssl_check_hostname"


class RedisStore:
    """Redis expires the sessions; a sorted set per owner, scored by end of life, finds them."""

    errors: tuple[type[Exception], ...] = (redis.RedisError,)

    def __init__(self, client: redis.Redis, index_ttl: int) -> None:
        self.client = client
        self.index_ttl = index_ttl

    def read(self, key: str, ttl: int) -> bytes | None:
        """Return a living value and let it live `ttl` seconds from now: one command."""
        return cast("bytes | None", self.client.getex(PREFIX + key, ex=ttl))

    def create(self, entry: Entry) -> None:
        """Write a session under a new key; its owner's index first, so that none is missed."""
        if not entry.owner:
            self.client.set(PREFIX + entry.key, entry.value, ex=entry.ttl)
            return
        now, index = int(time.time()), _index(entry.owner)
        with self.client.pipeline(transaction=False) as batch:
            batch.zremrangebyscore(index, 0, now)
            batch.zadd(index, {entry.key: now + self.index_ttl})
            batch.expire(index, self.index_ttl)
            batch.set(PREFIX + entry.key, entry.value, ex=entry.ttl)
            batch.execute()

    def replace(self, entry: Entry) -> bool:
        """Write only if the key still exists (XX)."""
        return bool(self.client.set(PREFIX + entry.key, entry.value, ex=entry.ttl, xx=True))

    def delete(self, key: str) -> bool:
        """Remove a session; the index forgets it when its time is over."""
        return bool(self.client.delete(PREFIX + key))

    def delete_owned(self, owner: str) -> int:
        """Remove every session of an owner; one that begins meanwhile stays in the index."""
        index = _index(owner)
        keys = [key.decode() for key in cast("list[bytes]", self.client.zrange(index, 0, -1))]
        with self.client.pipeline(transaction=False) as batch:
            for key in keys:
                batch.delete(PREFIX + key)
            for key in keys:
                batch.zrem(index, key)
            return sum(batch.execute()[: len(keys)])

    def ping(self) -> None:
        """Fail if Redis cannot be reached."""
        self.client.ping()


def _index(owner: str) -> str:
    return INDEX + hashlib.sha256(owner.encode()).hexdigest()
