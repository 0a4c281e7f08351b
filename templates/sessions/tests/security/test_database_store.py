"""Sessions in a database table."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from <%= project.package %> import startup
from <%= project.package %>.security.stores.database import DatabaseStore

from ..conftest import Make
from .store_contract import StoreContract


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DatabaseStore]:
    store = DatabaseStore(f"sqlite:///{tmp_path}/sessions.db")
    yield store
    store.engine.dispose()


class TestDatabaseStore(StoreContract):
    """The common contract."""


def test_a_database_that_is_not_there_is_an_error_of_the_store(tmp_path: Path) -> None:
    store = DatabaseStore(f"sqlite:///{tmp_path}/nowhere/sessions.db")
    with pytest.raises(store.errors):
        store.ping()
    store.engine.dispose()


def test_production_needs_the_address_of_the_database(production: Make) -> None:
    app = production(SESSION_STORE="database", SESSION_DATABASE_URL=None)
    assert [p for p in startup.problems(app) if "SESSION_DATABASE_URL" in p]
