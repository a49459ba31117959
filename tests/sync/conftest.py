"""A shop with one till, on a database of each kind, and the scripted online store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.engine import SyncEngine
from terminal.db.engine import open_database
from terminal.ports import Database
from tests.fakes import MemoryDatabase
from tests.sync.fake_store import FakeStore
from tests.sync.shop import Clock, Shop


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "memory":
        yield MemoryDatabase()
        return
    opened = open_database(tmp_path / "till.db")
    yield opened
    opened.close()


@pytest.fixture
def shop(database: Database, clock: Clock) -> Shop:
    return Shop(database, clock)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def engine(shop: Shop, store: FakeStore) -> SyncEngine:
    return SyncEngine(
        shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.5
    )
