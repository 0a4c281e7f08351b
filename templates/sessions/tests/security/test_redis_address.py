"""What REDIS_URL may say, and what production does not take."""

from pathlib import Path

import pytest

from <%= project.package %> import startup
from <%= project.package %>.security.stores import redis_address

from ..conftest import Make


def refused(make: Make, url: str | None) -> list[str]:
    """Return why production does not serve with an address."""
    app = make()
    app.config.update(SESSION_STORE="redis", REDIS_URL=url)
    return [problem for problem in startup.problems(app) if "REDIS_URL" in problem]


@pytest.mark.parametrize(
    ("url", "word"),
    [
        (None, "missing"),
        ("redis://redis.example.com:6379/0", "plain text"),
        ("redis://10.0.0.7", "plain text"),
        ("redis+sentinel://127.0.0.1/main", "plain text"),
        ("redis+cluster://127.0.0.1", "plain text"),
        ("rediss://redis.example.com?ssl_cert_reqs=none", "certificate"),
        ("rediss://redis.example.com?ssl_cert_reqs=optional", "certificate"),
        ("rediss://redis.example.com?ssl_check_hostname=false", "certificate"),
        ("rediss+cluster://redis.example.com?ssl_check_hostname=no", "certificate"),
        ("rediss://redis.example.com?ssl_ca_certs=/nowhere/ca.pem", "cannot be read"),
        ("rediss://redis.example.com?ssl_ca_cert=/nowhere/ca.pem", "does not take"),
        ("rediss://redis.example.com?ssl_cert_reqs=perhaps", "does not take"),
        ("rediss://redis.example.com?socket_timeout=long", "does not take"),
        ("redis://127.0.0.1?sentinel_password=x", "does not take"),
        ("http://127.0.0.1", "must begin"),
        ("unix+cluster:///run/redis.sock", "must begin"),
        ("rediss:///0", "no host"),
        ("rediss://redis.example.com:port", "no number"),
        ("rediss://user:se/cret@redis.example.com", "no number"),
        ("rediss://redis.example.com/first", "no number"),
        ("rediss+cluster://a.example.com,b.example.com/1", "always 0"),
        ("rediss+cluster://a.example.com,,b.example.com", "no host"),
        ("rediss+sentinel://a.example.com:26379", "no service"),
    ],
)
def test_production_refuses_a_bad_address(production: Make, url: str | None, word: str) -> None:
    (problem,) = refused(production, url)
    assert word in problem
    assert "se/cret" not in problem


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1/0",
        "redis://localhost",
        "redis://[::1]:6380/1",
        "unix:///run/redis/redis.sock",
        "unix://app:word@/run/redis/redis.sock?db=1",
        "rediss://app:w%2Frd@redis.example.com:6380/0",
        "rediss+sentinel://app:word@a.example.com,b.example.com:26380/main?sentinel_password=x",
        "rediss+cluster://app:word@a.example.com:7000,[2001:db8::7]:7000/0",
    ],
)
def test_production_takes_a_good_address(production: Make, url: str) -> None:
    assert refused(production, url) == []


def test_a_private_authority_is_a_file(production: Make, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    url = f"rediss://redis.example.com?ssl_ca_certs={tmp_path}/ca.pem"
    assert refused(production, url) == []


def test_sentinels_and_clusters_are_lists() -> None:
    found = redis_address.parse("rediss+sentinel://u:p@[::1],b:1/main/3?sentinel_username=s")
    assert (found.kind, found.service, found.tls) == ("sentinel", "main", True)
    assert found.hosts == [("::1", 26379), ("b", 1)]
    expected = {"username": "u", "password": "p", "db": 3, "sentinel_username": "s"}
    assert expected.items() <= found.options.items()
    assert redis_address.parse("rediss+cluster://a,b:1").hosts == [("a", 6379), ("b", 1)]
