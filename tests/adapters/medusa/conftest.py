"""An imitated Medusa shop, made anew for each story."""

from collections.abc import Iterator

import pytest

from tests.adapters.medusa.imitation import Imitation
from tests.adapters.medusa.world import MedusaWorld, imitated


@pytest.fixture
def shop() -> Imitation:
    return Imitation()


@pytest.fixture
def world(shop: Imitation) -> Iterator[MedusaWorld]:
    with imitated(shop) as world:
        yield world
