"""The contract on a real Vendure store, on each of its databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.adapters.contract import Contract
from tests.adapters.vendure_world import VendureWorld
from tests.stores import VendureStore


class TestOnPostgreSQL(Contract):
    """Microseconds where the API shows milliseconds."""

    @pytest.fixture
    def world(self, vendure_pg: VendureStore) -> Iterator[VendureWorld]:
        world = VendureWorld(vendure_pg, overlap=timedelta(seconds=0.3))
        yield world
        world.close()


class TestOnSqlJs(Contract):
    """Whole seconds."""

    @pytest.fixture
    def world(self, vendure: VendureStore) -> Iterator[VendureWorld]:
        world = VendureWorld(vendure, overlap=timedelta(seconds=1.1))
        yield world
        world.close()
