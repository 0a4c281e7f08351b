"""Rate limits: who is counted as one, and what happens when that is too much."""

import logging
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.errors import StorageError
from limits.storage import MemoryStorage

from <%= project.package %> import rate_limits
from <%= project.package %>.counters import PAUSE
from <%= project.package %>.counters import Counters

from .conftest import Make

SMALL = {"SIGN_IN_PER_ADDRESS": "3 per minute", "SIGN_IN_PER_ACCOUNT": "3 per minute"}


@pytest.fixture
def client(production: Make) -> FlaskClient:
    """Return a client of a production app with a view for each limit."""
    return limited(production(**SMALL))


def limited(app: Flask) -> FlaskClient:
    @app.get("/address")
    def address() -> str:
        rate_limits.check("SIGN_IN_PER_ADDRESS", rate_limits.client())
        return rate_limits.client()

    @app.get("/account/<name>")
    def account(name: str) -> str:
        rate_limits.check("SIGN_IN_PER_ACCOUNT", name)
        return name

    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def statuses(client: FlaskClient, path: str, count: int = 4, **given: Any) -> list[int]:
    return [client.get(path, **given).status_code for _ in range(count)]


def from_address(address: str) -> dict[str, Any]:
    return {"environ_overrides": {"REMOTE_ADDR": address}}


def test_one_too_many_is_told_when_to_come_back(client: FlaskClient) -> None:
    assert statuses(client, "/address") == [200, 200, 200, 429]
    answer = client.get("/address")
    assert 50 < int(answer.headers["Retry-After"]) <= 60


def test_nobody_is_locked_out_for_good(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert statuses(client, "/account/ada", 20)[-1] == 429
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 61)
    assert statuses(client, "/account/ada") == [200, 200, 200, 429]


def test_each_address_has_a_count_of_its_own(client: FlaskClient) -> None:
    assert statuses(client, "/address", **from_address("203.0.113.1"))[-1] == 429
    assert statuses(client, "/address", 1, **from_address("203.0.113.2")) == [200]


def test_what_a_client_claims_about_its_address_changes_nothing(client: FlaskClient) -> None:
    answers = []
    for number in range(4):
        claims = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7", "X-Real-IP": f"{number}"}
        answers.append(client.get("/address", headers=claims | {"Forwarded": f"for={number}"}))
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


def test_all_addresses_of_one_network_are_one_client(client: FlaskClient) -> None:
    for number in range(3):
        assert statuses(client, "/address", 1, **from_address(f"2001:db8::{number}")) == [200]
    assert statuses(client, "/address", 1, **from_address("2001:db8::ffff:1")) == [429]
    assert statuses(client, "/address", 1, **from_address("2001:db8:0:1::1")) == [200]
    answer = client.get("/address", **from_address("::ffff:203.0.113.5"))
    assert answer.text == "203.0.113.5"


def test_without_an_address_not_everybody_is_one_client(client: FlaskClient) -> None:
    assert statuses(client, "/address", **from_address("")) == [200] * 4


def test_an_account_is_the_same_however_it_is_written(client: FlaskClient) -> None:
    for name in ("ada", "ADA", " Ada "):
        assert statuses(client, f"/account/{name}", 1) == [200]
    assert statuses(client, "/account/aDa", 1) == [429]
    assert statuses(client, "/account/grace", 1) == [200]


def test_many_refusals_are_one_line_in_the_log_without_the_name(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    statuses(client, "/account/correct-horse", 9)
    said = [record for record in caplog.records if hasattr(record, "event")]
    assert [record.event["event"] for record in said] == ["excess_rate_limit_exceeded:127.0.0.1,3"]
    assert "correct-horse" not in caplog.text
    counters: Counters = client.application.extensions["rate_limits"]
    storage = counters.here.storage
    assert isinstance(storage, MemoryStorage)
    assert "correct-horse" not in str(storage.events)


def test_a_limit_that_cannot_be_read_fails_at_the_start(production: Make) -> None:
    with pytest.raises(ValueError, match="couldn't parse"):
        production(REPORTS_PER_ADDRESS="many")


class Lost(MemoryStorage):
    """A shared storage that comes and goes."""

    asked = 0
    there = False

    def acquire_entry(self, *args: Any, **given: Any) -> bool:
        self.asked += 1
        if not self.there:
            raise StorageError(OSError("redis://user:password@redis.example"))
        return super().acquire_entry(*args, **given)


def test_a_lost_storage_is_neither_an_error_nor_an_open_door(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Lost()
    client.application.extensions["rate_limits"] = Counters(lambda: lost, (StorageError,))
    assert statuses(client, "/address") == [200, 200, 200, 429]
    assert lost.asked == 1
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == [
        "each process counts its rate limits alone: StorageError"
    ]
    lost.there = True
    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: now() + PAUSE + 1)
    assert statuses(client, "/address") == [200, 200, 200, 429]
    assert lost.asked == 5
<% if (has.sessions && answers.store === 'redis') { -%>


def test_production_counts_in_the_redis_of_the_sessions(production: Make) -> None:
    app = production(SESSION_STORE="redis", REDIS_URL="unix:///nonexistent/redis.sock")
    assert app.extensions["rate_limits"].open_shared is not None
    assert statuses(limited(app), "/address", 1) == [200]
<% } -%>
