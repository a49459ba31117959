"""The contract of adapters, on the imitated Medusa shop."""

from collections.abc import Iterator

import pytest

from tests.adapters.contract import Contract
from tests.adapters.medusa.imitation import Imitation
from tests.adapters.medusa.world import imitated
from tests.adapters.world import World


class TestMedusa(Contract):
    """All of it."""

    @pytest.fixture
    def world(self) -> Iterator[World]:
        with imitated(Imitation()) as world:
            yield world
