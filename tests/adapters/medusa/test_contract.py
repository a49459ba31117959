"""The contract of adapters, on the imitated Medusa shop."""

from collections.abc import Iterator

import pytest

from tests.adapters.contract import Contract
from tests.adapters.medusa.imitation import Imitation
from tests.adapters.medusa.server import MedusaServer
from tests.adapters.medusa.world import Furnished, MedusaWorld, Owner
from tests.adapters.world import World


class TestMedusa(Contract):
    """All of it."""

    @pytest.fixture
    def world(self) -> Iterator[World]:
        shop = Imitation()
        with MedusaServer(shop) as server:
            owner = Owner(server.url, "admin@example.com", "supersecret")
            world = MedusaWorld(Furnished(owner), now=shop.now, wait=shop.wait)
            yield world
            world.close()
            owner.close()
