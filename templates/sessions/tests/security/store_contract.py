"""What every session store must do; each store's test file inherits it."""

import os
import pickle
import time
from pathlib import Path
from typing import Any

from flask import session

from <%= project.package %>.security.session_state import store_key
from <%= project.package %>.security.stores import Entry
from <%= project.package %>.security.stores import Store

from ..conftest import Make


class Bomb:
    """Unpickling it would make a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


class StoreContract:
    """Tests that need a fixture `store`."""

    def test_what_is_written_is_read(self, store: Store) -> None:
        store.create(Entry("key", b"\x00value", 60))
        assert store.read("key", 60) == b"\x00value"
        assert store.read("other", 60) is None

    def test_a_value_is_replaced_only_where_there_is_one(self, store: Store) -> None:
        store.create(Entry("key", b"old", 60))
        assert store.replace(Entry("key", b"new", 60)) is True
        assert store.read("key", 60) == b"new"
        assert store.replace(Entry("gone", b"back", 60)) is False
        assert store.read("gone", 60) is None

    def test_a_deleted_session_cannot_be_replaced(self, store: Store) -> None:
        store.create(Entry("key", b"value", 60))
        assert store.delete("key") is True
        assert store.delete("key") is False
        assert store.replace(Entry("key", b"back", 60)) is False
        assert store.read("key", 60) is None

    def test_the_sessions_of_one_owner_go_together(self, store: Store) -> None:
        for key, owner in (("a", "ada"), ("b", "ada"), ("c", "eve"), ("d", "")):
            store.create(Entry(key, b"value", 60, owner))
        assert store.delete_owned("ada") == 2
        assert store.delete_owned("ada") == 0
        assert [store.read(key, 60) for key in "abcd"] == [None, None, b"value", b"value"]

    def test_reading_keeps_a_session_alive_and_silence_ends_it(self, store: Store) -> None:
        store.create(Entry("read", b"value", 3))
        store.create(Entry("silent", b"value", 1))
        assert store.read("read", 60) == b"value"
        time.sleep(3.1)
        assert store.read("read", 60) == b"value"
        assert store.read("silent", 60) is None
        assert store.replace(Entry("silent", b"back", 60)) is False

    def test_the_store_says_that_it_is_there(self, store: Store) -> None:
        store.ping()

    def test_a_planted_pickle_runs_nothing(
        self, store: Store, production: Make, tmp_path: Path
    ) -> None:
        sid = "u" + "A" * 43
        store.create(Entry(store_key(sid), pickle.dumps(Bomb(tmp_path / "run")), 60))
        app = production(SESSION_STORE=store)
        cookie = f"{app.config['SESSION_COOKIE_NAME']}={sid}"
        with app.test_request_context(headers={"Cookie": cookie}):
            assert dict(session) == {}
        assert not (tmp_path / "run").exists()
        assert store.read(store_key(sid), 60) is not None
