"""The contract of a hub, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hub.contract import HubContract
from tests.hub.world import PostgresWorld


class TestPostgres(HubContract):
    @pytest.fixture
    def world(self, pg_world: PostgresWorld) -> Iterator[PostgresWorld]:
        return pg_world
