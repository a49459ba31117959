"""The contract on a real Vendure store, on each of its databases."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.adapters.contract import Contract, Stage
from tests.adapters.contract_feeds import Feeds
from tests.adapters.contract_people import People
from tests.adapters.vendure_world import VendureWorld
from tests.stores import VendureStore


class TestOnPostgreSQL(Contract):
    """Microseconds where the API shows milliseconds."""

    @pytest.fixture
    def world(self, vendure_pg: VendureStore) -> Iterator[VendureWorld]:
        world = VendureWorld(vendure_pg, overlap=timedelta(seconds=0.3))
        yield world
        world.close()


class OnSqlJs:
    """Whole seconds."""

    @pytest.fixture
    def world(self, vendure: VendureStore) -> Iterator[VendureWorld]:
        world = VendureWorld(vendure, overlap=timedelta(seconds=1.1))
        yield world
        world.close()


if os.environ.get("LONG"):

    class TestOnSqlJs(OnSqlJs, Contract):
        """All of it."""
else:

    class TestOnSqlJs(OnSqlJs, Stage, Feeds, People):
        """Where databases differ: times in lists, and what they say of a card that is taken."""
