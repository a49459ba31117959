"""The contract of adapters on a real Medusa shop, where there is one; see docs/medusa-run.md."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.adapters.contract import Contract
from tests.adapters.medusa.world import Furnished, MedusaWorld, Owner
from tests.adapters.world import World

URL = os.environ.get("MEDUSA_URL", "")
EMAIL = os.environ.get("MEDUSA_EMAIL", "admin@example.com")
PASSWORD = os.environ.get("MEDUSA_PASSWORD", "supersecret")

if not URL:
    pytest.skip("no real Medusa shop: MEDUSA_URL is not set", allow_module_level=True)


@pytest.fixture(scope="session")
def shop() -> Iterator[Furnished]:
    owner = Owner(URL, EMAIL, PASSWORD)
    yield Furnished(owner)
    owner.close()


class TestRealMedusa(Contract):
    """All of it."""

    @pytest.fixture
    def world(self, shop: Furnished) -> Iterator[World]:
        world = MedusaWorld(shop, now=lambda: datetime.now(UTC), wait=time.sleep)
        yield world
        world.close()
