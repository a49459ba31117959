"""Hubs for tests: ``pg_world`` and ``own_hub`` on the tests' shared server, ``hub_server`` as a
chain would have it, ``chain`` in memory with the tills of most stories.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.deeds import ProgramVersions
from tests.hub.pg import SharedHubs
from tests.hub.servers import HubServer
from tests.hub.till_stand import Chain, Two, chains
from tests.hub.world import PostgresWorld


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    """A hub in memory; tills join it with ``add``."""
    yield from chains(tmp_path)


@pytest.fixture
def two(chain: Chain) -> Two:
    """Two tills that know the same."""
    one, other = chain.add(), chain.add()
    chain.settle()
    return one, other


@pytest.fixture
def busy(two: Two) -> Two:
    """Two tills that sold something each since, and told nothing yet."""
    for number, till in enumerate(two, start=1):
        till.shop._serial = iter(range(50 * number, 99_999))
        member = till.shop.enrol("Example", email=f"t{number}@example.com")
        till.shop.later(seconds=5)
        till.shop.sell(member, till.shop.basket("OIL-500"))
    return two


@pytest.fixture
def settled(chain: Chain, busy: Two) -> Two:
    """Two tills that sold something each, and told and heard all of it."""
    chain.settle()
    return busy


@pytest.fixture
def versions(monkeypatch: pytest.MonkeyPatch) -> ProgramVersions:
    return ProgramVersions(monkeypatch)


@pytest.fixture
def pg_world(shared_hubs: SharedHubs, tmp_path: Path) -> Iterator[PostgresWorld]:
    world = shared_hubs.shared(tmp_path / "till")
    yield world
    world.close()


@pytest.fixture
def own_hub(shared_hubs: SharedHubs, tmp_path: Path) -> Iterator[PostgresWorld]:
    """For who changes how a hub works."""
    world = shared_hubs.make(tmp_path / "till")
    yield world
    world.close()


@pytest.fixture(scope="session")
def hub_server() -> Iterator[HubServer]:
    """TLS, passwords, and a server that can be stopped."""
    with HubServer() as server:
        yield server
