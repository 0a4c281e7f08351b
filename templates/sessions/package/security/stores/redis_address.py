"""What REDIS_URL may say.

unix:///run/redis/redis.sock                                    a socket file
redis://127.0.0.1:6379/0                                        this host, without TLS
rediss://USER:PASSWORD@HOST:6379/0                              another host, over TLS
rediss+sentinel://USER:PASSWORD@HOST:26379,HOST:26379/SERVICE   the master that sentinels name
rediss+cluster://USER:PASSWORD@HOST:6379,HOST:6379              a cluster that these belong to

A query holds options of redis-py: ssl_ca_certs=FILE names an authority of your own, ssl_certfile
and ssl_keyfile a certificate to show; sentinel_username and sentinel_password are for sentinels.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from typing import NamedTuple
from urllib.parse import urlsplit

import redis

SERVERS = ("unix", "redis", "rediss")
KINDS = {"": SERVERS, "sentinel": SERVERS[1:], "cluster": SERVERS[1:]}
# RESP 3 would begin each connection with questions that the least rights do not cover; redis-py
# speaks it from version 5 on.
PROTOCOL = {"protocol": 2} if int(redis.__version__.partition(".")[0]) >= 5 else {}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")


class Address(NamedTuple):
    """REDIS_URL, taken apart."""

    kind: str  # "sentinel", "cluster", or empty for one server
    hosts: list[tuple[str, int]]
    service: str  # what the sentinels call the master
    server: str  # the URL of one server, as redis-py takes it
    options: dict[str, Any]  # what redis-py reads from that

    @property
    def tls(self) -> bool:
        """Whether everything goes over TLS."""
        return self.server.startswith("rediss:")


def parse(url: str) -> Address:
    """Take a URL apart; a ValueError says what is wrong, without the secrets that a URL holds."""
    parts = urlsplit(url)
    scheme, _, kind = parts.scheme.partition("+")
    if scheme not in KINDS.get(kind, ()):
        raise ValueError("must begin with rediss://, unix:// or redis://")
    if scheme == "unix":
        return Address("", [], "", url, _options(url))
    login, at, places = parts.netloc.rpartition("@")
    hosts = _hosts(places, 26379 if kind == "sentinel" else 6379)
    service, database = "", parts.path.strip("/")
    if kind == "sentinel":
        service, _, database = database.partition("/")
        if not service:
            raise ValueError("names no service: rediss+sentinel://HOST:26379/SERVICE")
    if not (database or "0").isdecimal() or (kind == "cluster" and database.strip("0")):
        raise ValueError("has a database that is no number, or a cluster's, which is always 0")
    first = places.split(",")[0]
    server = f"{scheme}://{login}{at}{first}/{database}?{parts.query}"
    return Address(kind, hosts, service, server, _options(server, kind))


def _hosts(places: str, port: int) -> list[tuple[str, int]]:
    try:
        found = [urlsplit(f"//{place}") for place in places.split(",")]
        hosts = [(place.hostname or "", place.port or port) for place in found]
    except ValueError:  # its text could be a part of a password
        hosts = []
    if not all(name for name, _ in hosts or [("", 0)]):
        raise ValueError("has no host, or a port that is no number; a password needs %-escapes")
    return hosts


def _options(server: str, kind: str = "") -> dict[str, Any]:
    try:
        pool = redis.ConnectionPool.from_url(server, **PROTOCOL)
        options: dict[str, Any] = pool.connection_kwargs
        if kind == "sentinel":
            options = {name: options[name] for name in options if not name.startswith("sentinel_")}
        pool.connection_class(**options)  # not opened; made to hear what it does not take
    except (TypeError, ValueError, redis.RedisError) as error:
        raise ValueError(f"has an option that redis-py does not take: {error}") from error
    return pool.connection_kwargs


def problems(url: str | None) -> Iterator[str]:
    """Name what production must not run with."""
    if not url:
        yield "REDIS_URL is missing: set it to rediss://..., unix://... or redis://127.0.0.1"
        return
    try:
        address = parse(url)
    except ValueError as error:
        yield f"REDIS_URL {error}"
        return
    # Sentinels and clusters name further servers, which are anywhere.
    near = not address.kind and LOOPBACK.issuperset(name for name, _ in address.hosts)
    if not address.tls and not near:
        yield "REDIS_URL sends sessions in plain text to another host: use rediss:// or unix://"
    options: dict[str, Any] = {"ssl_cert_reqs": "required", "ssl_check_hostname": True}
    options.update(address.options)
    if options["ssl_cert_reqs"] != "required" or not options["ssl_check_hostname"]:
        yield "REDIS_URL does not check the certificate: remove ssl_cert_reqs, ssl_check_hostname"
    for name in FILES:
        path = options.get(name)
        if path and not os.access(path, os.R_OK):
            yield f"REDIS_URL: {name} is {path}, which cannot be read"
