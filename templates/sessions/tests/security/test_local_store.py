"""Sessions in an SQLite file."""

from pathlib import Path

import pytest

from <%= project.package %>.security.stores.local import LocalStore

from .store_contract import StoreContract


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(str(tmp_path / "new"))


class TestLocalStore(StoreContract):
    """The common contract."""


def test_a_folder_that_cannot_be_used_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = LocalStore(str(tmp_path / "file"))
    with pytest.raises(store.errors):
        store.ping()
