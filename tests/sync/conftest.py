"""A shop with one till, on a database of each kind, and the scripted online store."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.engine import SyncEngine
from sync.wire import Line, Wire
from terminal.db.engine import open_database
from terminal.members import Member
from terminal.ports import Database
from tests.fakes import MemoryDatabase
from tests.sync.coupons import FIVE_OFF, KIND
from tests.sync.fake_store import FakeStore
from tests.sync.people import ANNA, Sides
from tests.sync.rough_server import authority
from tests.sync.shop import Clock, Shop, program


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
    return shop.engine(store)


@pytest.fixture
def sides(shop: Shop, store: FakeStore) -> Sides:
    """The shop and the store kept the same, members by their addresses."""
    return Sides(shop, store)


@pytest.fixture
def anna(sides: Sides) -> tuple[Member, str]:
    """A member both sides know, and their customer in the store."""
    return sides.linked(ANNA)


@pytest.fixture
def with_coupons(shop: Shop) -> Shop:
    """A shop whose programme has the coupon ``five``."""
    with shop.writing() as uow:
        uow.programs.put(program(version=2, promotions=(FIVE_OFF,), coupons=(KIND,)))
    return shop


@pytest.fixture(scope="session")
def shop_ca(tmp_path_factory: pytest.TempPathFactory):
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def wires() -> Iterator[Callable[..., Wire]]:
    made: list[Wire] = []

    def make(resolve=None, **line: object) -> Wire:
        given = {"connect_timeout": 30.0, "patience": 30.0, **line}
        made.append(Wire(Line(**given), **({"resolve": resolve} if resolve else {})))
        return made[-1]

    yield make
    for wire in made:
        wire.close()
