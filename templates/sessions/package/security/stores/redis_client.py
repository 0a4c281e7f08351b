"""The client that REDIS_URL asks for; https://redis.readthedocs.io/en/stable/connections.html."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from typing import cast

import redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.cluster import RedisCluster
from redis.retry import Retry
from redis.sentinel import Sentinel
from redis.sentinel import SentinelManagedConnection
from redis.sentinel import SentinelManagedSSLConnection

from .redis_address import PROTOCOL
from .redis_address import Address
from .redis_address import parse

TIMEOUT = 0.8  # seconds; redis-py would wait five, and a page is better refused than late
BRIEF = 0.4  # a sentinel that is gone must leave time to ask the next one
# redis-py has no types for these.
_node: Callable[..., ClusterNode] = ClusterNode
_sentinels: Callable[..., Any] = Sentinel


def connect(url: str) -> redis.Redis:
    """Return a client; a cluster's connects now, the others at their first command."""
    address = parse(url)
    if address.kind == "sentinel":
        return _master(address)
    if address.kind == "cluster":
        cluster = RedisCluster.from_url(
            address.server,
            startup_nodes=[_node(*host) for host in address.hosts],
            dynamic_startup_nodes=False,  # names from outside stay true when addresses change
            retry=_once_more(),
            **_common(TIMEOUT),
        )
        return cast("redis.Redis", cluster)  # each command here has one key: the same methods
    return redis.Redis.from_url(address.server, retry=_once_more(), **_common(TIMEOUT))


def _master(address: Address) -> redis.Redis:
    """Ask the sentinels for the master at every new connection, so also after a failover."""
    options, tls = dict(address.options), address.tls
    login = {
        name: options.pop(f"sentinel_{name}", None)  # a user of the sentinels, not of the servers
        for name in ("username", "password")
    }
    certificates = {name: options[name] for name in options if name.startswith("ssl_")}
    asked = {**login, **certificates, "ssl": tls, **_common(BRIEF)}
    sentinels = _sentinels(address.hosts, sentinel_kwargs=asked)
    kind = SentinelManagedSSLConnection if tls else SentinelManagedConnection
    # After a timeout too: redis-py would go on with this connection, to a master that hangs, and
    # could take a late answer for that to the next question.
    retry = _once_more(redis.ConnectionError, redis.TimeoutError)
    own = {**options, **_common(TIMEOUT), "connection_class": kind, "retry": retry}
    return cast("redis.Redis", sentinels.master_for(address.service, **own))


def _common(seconds: float) -> dict[str, Any]:
    return {**PROTOCOL, "socket_timeout": seconds, "socket_connect_timeout": seconds}


def _once_more(*errors: type[Exception]) -> Retry:
    # For a connection that a restarted server has closed; after a timeout it would be too late.
    return Retry(NoBackoff(), 1, supported_errors=errors or (redis.ConnectionError,))
