"""Server-side sessions: what holds with every store."""

import hashlib
import pickle
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask import Response
from flask import render_template_string
from flask import session
from flask.testing import FlaskClient
from markupsafe import Markup

from <%= project.package %> import startup
from <%= project.package %>.security import sessions
from <%= project.package %>.security.session_format import encode
from <%= project.package %>.security.stores import Entry
from <%= project.package %>.security.stores import guard
from <%= project.package %>.security.stores import open_store
from <%= project.package %>.security.stores.local import LocalStore

from ..conftest import Make
from .store_contract import Bomb

SID = "v" + "A" * 43  # well-formed, and no id that the app made


class Spy(LocalStore):
    """A store that notes what it is asked, and that can be lost."""

    def __init__(self, directory: str) -> None:
        super().__init__(directory)
        self.asked: list[str] = []
        self.lives: list[int] = []
        self.lost = False
        self.hangs = 0.0

    def _note(self, question: str) -> None:
        self.asked.append(question)
        time.sleep(self.hangs)
        if self.lost:
            raise OSError("lost")

    def read(self, key: str, ttl: int) -> bytes | None:
        self._note("read")
        self.lives.append(ttl)
        return super().read(key, ttl)

    def create(self, entry: Entry) -> None:
        self._note("create")
        self.lives.append(entry.ttl)
        super().create(entry)

    def replace(self, entry: Entry) -> bool:
        self._note("replace")
        return super().replace(entry)

    def delete(self, key: str) -> bool:
        self._note("delete")
        return super().delete(key)

    def ping(self) -> None:
        self._note("ping")


@pytest.fixture
def spy(tmp_path: Path) -> Spy:
    return Spy(str(tmp_path))


@pytest.fixture
def client(production: Make, spy: Spy) -> FlaskClient:
    """Return a client of a production app with a few views around the session."""
    app = production(SESSION_STORE=spy, SERVER_NAME="localhost")
    add_views(app)
    return browser(app)


def browser(app: Flask) -> FlaskClient:
    """Return a client with cookies of its own."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def add_views(app: Flask) -> None:
    @app.get("/untouched")
    def untouched() -> str:
        return "untouched"

    @app.get("/read")
    def read() -> dict[str, Any]:
        return dict(session)

    @app.get("/write/<value>")
    def write(value: str) -> str:
        session["value"] = value
        return "written"

    @app.get("/user/<name>")
    def user(name: str) -> str:
        session["user_id"] = name
        return "signed in"

    @app.get("/renew")
    def renew() -> str:
        session.clear()
        sessions.regenerate()
        session["renewed"] = True
        return "renewed"

    @app.get("/leave")
    def leave() -> str:
        session.clear()
        return "left"


def cookie(client: FlaskClient) -> str:
    """Return the id that the browser holds; empty if it holds none."""
    name = client.application.config["SESSION_COOKIE_NAME"]
    found = client.get_cookie(name)
    return found.value if found else ""


def set_cookie(client: FlaskClient, value: str) -> None:
    name = client.application.config["SESSION_COOKIE_NAME"]
    client.set_cookie(name, value, secure=True)


def key(sid: str) -> str:
    return hashlib.sha256(sid.encode()).hexdigest()


def test_the_cookie_carries_an_id_and_the_store_its_hash(client: FlaskClient, spy: Spy) -> None:
    client.get("/write/secret")
    sid = cookie(client)
    assert re.fullmatch(r"v[A-Za-z0-9_-]{43}", sid)
    assert b"secret" in (spy.read(key(sid), 60) or b"")
    assert sid.encode() not in spy.path.read_bytes()
    assert client.get("/read").json == {"value": "secret"}


@pytest.mark.parametrize("sid", [SID, "short", SID + "A", "v../" + "A" * 40, "\N{SNOWMAN}"])
def test_an_id_that_the_app_did_not_make_is_not_adopted(
    client: FlaskClient, spy: Spy, sid: str
) -> None:
    set_cookie(client, sid)
    client.get("/write/mine")
    assert cookie(client) != sid
    assert spy.read(key(sid), 60) is None


def test_a_request_that_leaves_the_session_alone_asks_nothing(
    client: FlaskClient, spy: Spy
) -> None:
    client.get("/write/x")
    spy.asked.clear()
    for path, status in (("/untouched", 200), ("/static/css/app.css", 200), ("/nowhere", 404)):
        with client.get(path) as answer:
            assert answer.status_code == status
    assert spy.asked == []
    client.get("/read")
    assert spy.asked == ["read"]


def test_a_visitor_without_cookie_costs_nothing_and_gets_none(
    client: FlaskClient, spy: Spy
) -> None:
    assert client.get("/read").json == {}
    assert spy.asked == []
    assert not cookie(client)


def test_a_planted_pickle_runs_nothing(client: FlaskClient, spy: Spy, tmp_path: Path) -> None:
    spy.create(Entry(key(SID), pickle.dumps(Bomb(tmp_path / "run")), 60))
    set_cookie(client, SID)
    assert client.get("/read").json == {}
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff\xff",
        b"\x91" * 5000,
        msgspec.msgpack.encode(["a", "list"]),
        msgspec.msgpack.encode({"created": "now", "data": {}}),
        msgspec.msgpack.encode({"created": 9999999999, "data": [1]}),
        b'{"user_id": "1"}',
    ],
)
def test_data_that_the_app_did_not_write_is_an_empty_session(
    client: FlaskClient, spy: Spy, value: bytes
) -> None:
    spy.create(Entry(key(SID), value, 60))
    set_cookie(client, SID)
    assert client.get("/read").json == {}


def test_no_module_of_the_app_knows_pickle() -> None:
    package = Path(str(sessions.__file__)).parent
    sources = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    assert not [s for s in sources if re.search(r"^\s*(import|from)\s+(pickle|cachelib)", s, re.M)]


@pytest.mark.parametrize("path", ["/user/ada", "/renew"])
def test_the_id_is_new_where_rights_change(client: FlaskClient, spy: Spy, path: str) -> None:
    client.get("/write/before")
    before = cookie(client)
    client.get(path)
    assert cookie(client) not in {"", before}
    assert spy.read(key(before), 60) is None


def test_an_id_planted_before_sign_in_is_worth_nothing_after_it(client: FlaskClient) -> None:
    client.get("/write/planted")
    thief = browser(client.application)
    set_cookie(thief, cookie(client))
    client.get("/user/ada")
    assert client.get("/read").json == {"user_id": "ada", "value": "planted"}
    assert thief.get("/read").json == {}


@pytest.mark.parametrize("begin", ["/user/ada", "/write/visitor"])
def test_after_sign_out_the_id_is_dead_and_the_cookie_gone(
    client: FlaskClient, spy: Spy, begin: str
) -> None:
    # A plain response class: the session's own module must repeat the attributes.
    client.application.response_class = Response
    client.application.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
    given = client.get(begin).headers["Set-Cookie"].split("; ")[1:]
    sid = cookie(client)
    taken = client.get("/leave").headers["Set-Cookie"].split("; ")[1:]
    assert spy.read(key(sid), 60) is None
    assert not cookie(client)
    # Browsers refuse to delete a __Host- cookie when an attribute is missing.
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} == set(given) <= set(taken)


@pytest.mark.parametrize("leave", ["/leave", "/user/eve"])
def test_a_request_that_ends_after_sign_out_does_not_bring_the_session_back(
    client: FlaskClient, spy: Spy, leave: str
) -> None:
    @client.application.get("/slow/<way>")
    def slow(way: str) -> str:
        session["value"] = "late"
        if way == "renewing":
            sessions.regenerate()
        other = browser(client.application)
        set_cookie(other, cookie(client))
        other.get(leave)
        return "late"

    for way in ("writing", "renewing"):
        client.get("/user/ada")
        sid = cookie(client)
        answer = client.get(f"/slow/{way}")
        assert "Set-Cookie" not in answer.headers
        assert spy.read(key(sid), 60) is None
        assert client.get("/read").json == {}


def test_what_should_not_happen_to_a_session_is_logged_without_its_id(
    client: FlaskClient, spy: Spy, caplog: pytest.LogCaptureFixture
) -> None:
    def events() -> list[str]:
        found = [record.event["event"] for record in caplog.records if hasattr(record, "event")]
        assert sid not in caplog.text
        caplog.clear()
        return found

    @client.application.get("/late")
    def late() -> str:
        session["value"] = "late"
        spy.delete(key(cookie(client)))
        return "late"

    client.get("/user/ada")
    sid = cookie(client)
    client.get("/late")
    assert events() == ["session_use_after_expire:127.0.0.1"]
    client.get("/read")
    assert events() == ["session_use_after_expire:127.0.0.1"]
    spy.create(Entry(key(sid), b"not ours", 60))
    client.get("/read")
    assert events() == ["session_unreadable:127.0.0.1"]
    set_cookie(client, SID)  # of a visitor: those end all the time
    client.get("/read")
    assert events() == []


def test_a_session_ends_after_its_absolute_lifetime(client: FlaskClient) -> None:
    client.get("/user/ada")
    client.application.config["SESSION_ABSOLUTE_MINUTES"] = 0
    assert client.get("/read").json == {}


def test_signing_in_starts_the_absolute_lifetime_anew(client: FlaskClient, spy: Spy) -> None:
    client.get("/write/x")
    began = int(time.time()) - 12 * 60 * 60 + 10 * 60
    spy.replace(Entry(key(cookie(client)), encode({"created": began, "data": {}}), 60))
    client.get("/user/ada")
    assert spy.lives[-1] == 60 * 60


def test_lifetimes_idle_anonymous_and_capped(client: FlaskClient, spy: Spy) -> None:
    client.get("/write/x")
    client.get("/read")
    client.get("/user/ada")
    client.get("/read")
    visitor, user = 30 * 60, 60 * 60
    # A visitor's session is read before it becomes ada's.
    assert spy.lives == [visitor, visitor, visitor, user, user]
    client.application.config["SESSION_ABSOLUTE_MINUTES"] = 5
    client.get("/user/eve")
    assert spy.lives[-1] <= 5 * 60


def test_lifetimes_are_settings(production: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION_IDLE_MINUTES", "7")
    assert production().config["SESSION_IDLE_MINUTES"] == 7
    for name in sessions.LIFETIMES:
        for minutes, expected in ((0, [f"{name} must be at least 1"]), (1, [])):
            problems = startup.problems(production(**{name: minutes}))
            assert [problem for problem in problems if name in problem] == expected


def test_sign_out_everywhere_ends_the_sessions_of_one_user(client: FlaskClient) -> None:
    app = client.application
    laptop, phone, other = browser(app), browser(app), browser(app)
    for device, name in ((laptop, "ada"), (phone, "ada"), (other, "eve")):
        device.get(f"/user/{name}")
    with app.app_context():
        assert sessions.sign_out_everywhere("ada") == 2
    assert [d.get("/read").json for d in (laptop, phone)] == [{}, {}]
    assert other.get("/read").json == {"user_id": "eve"}


def test_a_lost_store_is_a_503_page_and_other_pages_stay(client: FlaskClient, spy: Spy) -> None:
    client.get("/write/x")
    spy.lost = True
    assert client.get("/untouched").status_code == 200
    for path in ("/read", "/write/y", "/leave"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "Set-Cookie" not in answer.headers
    assert browser(client.application).get("/write/new").status_code == 503


def test_an_error_page_that_touches_the_session_is_no_second_error(
    client: FlaskClient, spy: Spy
) -> None:
    def page(error: Exception) -> tuple[str, int]:
        return render_template_string("{{ session.get('value', 'nobody') }}"), 503

    client.application.register_error_handler(503, page)
    client.get("/write/x")
    spy.lost = True
    answer = client.get("/read")
    assert (answer.status_code, answer.text) == (503, "nobody")


def guarded(store: Spy, monkeypatch: pytest.MonkeyPatch, pause: float) -> guard.Guard:
    monkeypatch.setattr(guard, "PAUSE", pause)
    return guard.Guard(store)


def test_a_lost_store_is_asked_once_and_again_after_a_pause(
    spy: Spy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = guarded(spy, monkeypatch, 0.2)
    spy.lost = True
    for _ in range(5):
        with pytest.raises(guard.StoreDown):
            store.ping()
    assert spy.asked == ["ping"]
    time.sleep(0.2)
    with pytest.raises(guard.StoreDown):
        store.ping()
    spy.lost = False
    time.sleep(0.2)
    store.ping()
    store.ping()
    assert spy.asked == ["ping"] * 4
    said = [record.message for record in caplog.records]
    assert said == ["session store is lost: OSError", "session store is back"]


def test_one_request_at_a_time_probes_a_store_that_hangs(
    spy: Spy, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = guarded(spy, monkeypatch, 0)
    spy.lost = True
    with pytest.raises(guard.StoreDown):
        store.ping()
    spy.hangs = 0.5
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(store.ping) for _ in range(8)]
        assert all(isinstance(each.exception(), guard.StoreDown) for each in asked)
    assert spy.asked == ["ping"] * 2


def test_a_store_without_a_bound_of_its_own_gets_one(
    spy: Spy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "DEADLINE", 0.1)
    monkeypatch.setattr(Spy, "bounded", False)
    store = guarded(spy, monkeypatch, 0)
    store.ping()
    spy.hangs = 2
    began = time.monotonic()
    with pytest.raises(guard.StoreDown):
        store.ping()
    assert time.monotonic() - began < 1.5


def test_a_download_that_cannot_save_the_session_sends_the_page_only(
    client: FlaskClient, spy: Spy
) -> None:
    @client.application.get("/download")
    def download() -> Response:
        session["last"] = "file"
        return Response("", headers=dict.fromkeys(guard.STALE, "x"))

    spy.lost = True
    answer = client.get("/download")
    assert answer.status_code == 503
    assert not set(guard.STALE) & set(answer.headers.keys())
    assert answer.content_type.startswith("text/html")
    assert "no-store" in answer.headers["Cache-Control"]


def test_readiness_says_whether_the_store_answers(client: FlaskClient, spy: Spy) -> None:
    assert client.get("/readyz").json["checks"]["sessions"] == "ok"  # type: ignore[index]
    spy.lost = True
    assert client.get("/readyz").status_code == 503


def test_a_session_takes_data_and_text_but_no_objects() -> None:
    text = encode({"created": 1, "data": {"flash": Markup("<b>bold</b>")}})
    assert msgspec.msgpack.decode(text)["data"]["flash"] == "<b>bold</b>"
    with pytest.raises(TypeError, match="store an id instead"):
        encode({"created": 1, "data": {"user": object()}})


def test_the_test_client_sees_and_changes_the_session(client: FlaskClient) -> None:
    client.get("/write/x")
    with client.session_transaction(base_url="https://localhost") as opened:
        assert "value" in opened
        assert opened.pop("value") == "x"
        opened["other"] = 1
    assert client.get("/read").json == {"other": 1}


def test_production_refuses_the_embedded_store(production: Make) -> None:
    problems = startup.problems(production(SESSION_STORE="embedded"))
    assert any("SESSION_STORE" in problem for problem in problems)
    assert not [p for p in startup.problems(production()) if "SESSION" in p]


def test_an_unknown_store_is_named(production: Make) -> None:
    with pytest.raises(ValueError, match="SESSION_STORE: 'memcached'"):
        production(SESSION_STORE="memcached")


def test_the_file_of_the_embedded_store_is_private(app: Flask) -> None:
    store = open_store(app)
    store.create(Entry("key", b"value", 60))
    path = Path(app.instance_path) / "sessions.sqlite3"
    assert path.stat().st_mode & 0o077 == 0
