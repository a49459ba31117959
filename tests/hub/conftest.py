"""Hubs for tests: ``pg_world`` and ``own_hub`` on the tests' shared server, ``hub_server`` as a
chain would have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.pg import SharedHubs
from tests.hub.servers import HubServer
from tests.hub.world import PostgresWorld


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
