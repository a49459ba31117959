"""The implementations of storage that the contract suite runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.db.engine import open_database
from terminal.ports import Database
from tests.fakes import MemoryDatabase


@pytest.fixture(params=["memory", "sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "memory":
        yield MemoryDatabase()
        return
    # A file: an in-memory SQLite hides locking and WAL.
    sqlite = open_database(tmp_path / "till.sqlite")
    yield sqlite
    sqlite.close()
