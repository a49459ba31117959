"""A database in a file of the test's own, and a plain look into it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlDatabase


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "till.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[SqlDatabase]:
    opened = open_database(path)
    yield opened
    opened.close()


@pytest.fixture
def plain(database: SqlDatabase) -> Iterator[sqlite3.Connection]:
    """A connection of somebody who goes round the program."""
    with closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
        yield connection
