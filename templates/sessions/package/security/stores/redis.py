"""Sessions in Redis.

Its user needs no more rights than deploy/redis/users.acl gives.
https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
"""

from __future__ import annotations

import functools
import hashlib
import time
from typing import cast
from urllib.parse import urlsplit

import redis
from redis.exceptions import RedisClusterException

from . import Entry
from .redis_client import connect

PREFIX = "session:"


class RedisStore:
    """Redis expires the sessions; a sorted set per owner, scored by end of life, finds them."""

    errors: tuple[type[Exception], ...] = (redis.RedisError, RedisClusterException)

    def __init__(self, url: str, index_ttl: int, prefix: str = PREFIX) -> None:
        self.url = url
        self.prefix = prefix
        self.index_ttl = index_ttl
        # Several servers, one after the other, take longer than the time that one has to answer.
        self.bounded = "+" not in urlsplit(url).scheme

    @functools.cached_property
    def client(self) -> redis.Redis:
        """Return the client and its connections, made at the first use."""
        return connect(self.url)

    def read(self, key: str, ttl: int) -> bytes | None:
        """Return a living value and let it live `ttl` seconds from now: one command."""
        return cast("bytes | None", self.client.getex(self.prefix + key, ex=ttl))

    def create(self, entry: Entry) -> None:
        """Write a session under a new key; its owner's index first, so that none is missed."""
        if entry.owner:
            now, index = int(time.time()), self._index(entry.owner)
            with self.client.pipeline(transaction=False) as batch:
                batch.zremrangebyscore(index, 0, now)
                batch.zadd(index, {entry.key: now + self.index_ttl})
                batch.expire(index, self.index_ttl)
                batch.execute()
        # Not in the batch: in a cluster this key lies on another server, which could be faster.
        self.client.set(self.prefix + entry.key, entry.value, ex=entry.ttl)

    def replace(self, entry: Entry) -> bool:
        """Write only if the key still exists (XX)."""
        return bool(self.client.set(self.prefix + entry.key, entry.value, ex=entry.ttl, xx=True))

    def delete(self, key: str) -> bool:
        """Remove a session; the index forgets it when its time is over."""
        return bool(self.client.delete(self.prefix + key))

    def delete_owned(self, owner: str) -> int:
        """Remove every session of an owner; one that begins meanwhile stays in the index."""
        index = self._index(owner)
        keys = [key.decode() for key in cast("list[bytes]", self.client.zrange(index, 0, -1))]
        with self.client.pipeline(transaction=False) as batch:
            for key in keys:
                batch.delete(self.prefix + key)
            for key in keys:
                batch.zrem(index, key)
            return sum(batch.execute()[: len(keys)])

    def ping(self) -> None:
        """Fail if Redis cannot be reached."""
        self.client.ping()

    def _index(self, owner: str) -> str:
        return f"{self.prefix}owner:" + hashlib.sha256(owner.encode()).hexdigest()
