"""A few schedules at a real PostgreSQL hub and a real Vendure store; dozens are lived by hand
(``python -m tests.convergence --real 30``).
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.convergence.plan import plan_of
from tests.convergence.real import Servers
from tests.convergence.world import Template
from tests.hub.conftest import shared_hubs  # noqa: F401 (a fixture)
from tests.hub.pg import SharedHubs
from tests.stores import VendureStore

STEPS = 24


@pytest.fixture
def real(
    shared_hubs: SharedHubs,  # noqa: F811 (a fixture)
    vendure_pg: VendureStore,
) -> Servers:
    return Servers(shared_hubs, vendure_pg, timedelta(seconds=0.3))


@pytest.mark.parametrize("seed", [8, 21])
def test_all_sides_end_with_the_same_at_real_servers(
    seed: int, real: Servers, prepared: Template
) -> None:
    outcome = real.live(plan_of(seed, STEPS), prepared)
    assert not outcome.violation, "\n".join([outcome.violation, *outcome.story])


def test_a_sale_that_is_told_under_a_new_name_each_time_is_found_twice(
    real: Servers, prepared: Template
) -> None:
    outcome = real.live(plan_of(37, 34, "idempotency"), prepared)
    assert outcome.kind in ("sale twice", "refund twice"), outcome.violation
