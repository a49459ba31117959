"""A few schedules at a real PostgreSQL hub and a real Vendure store; dozens are lived by hand
(``python -m tests.convergence --real 30``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from sync.errors import Retryable
from sync.online_store import SaleNews
from tests.adapters.vendure_world import VendureWorld
from tests.adapters.world import insist, sale_of
from tests.convergence.plan import plan_of
from tests.convergence.real import Servers
from tests.convergence.world import Template
from tests.hub.pg import SharedHubs
from tests.stores import VendureStore

STEPS = 24


@pytest.fixture
def real(
    shared_hubs: SharedHubs,
    vendure_pg: VendureStore,
) -> Servers:
    return Servers(shared_hubs, vendure_pg, timedelta(seconds=0.3))


@pytest.mark.parametrize("seed", [8, 21])
def test_all_sides_end_with_the_same_at_real_servers(
    seed: int, real: Servers, prepared: Template
) -> None:
    outcome = real.live(plan_of(seed, STEPS, at_vendure=True), prepared)
    assert not outcome.violation, "\n".join([outcome.violation, *outcome.story])


def test_a_sale_that_is_told_under_a_new_name_each_time_is_found_twice(
    real: Servers, prepared: Template
) -> None:
    outcome = real.live(plan_of(37, 34, "idempotency", at_vendure=True), prepared)
    assert outcome.kind in ("sale twice", "refund twice"), outcome.violation


class Holding:
    """A wire on which one request stays on its way until it is let in."""

    def __init__(self, inner: Any, number: int) -> None:
        self._inner = inner
        self._left = number
        self.held: Callable[[], object] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def ask(self, *args: Any, **more: Any) -> Any:
        self._left -= 1
        if self._left == 0:
            self.held = lambda: self._inner.ask(*args, **more)
            raise Retryable("timeout")
        return self._inner.ask(*args, **more)


@pytest.fixture
def shop(vendure_pg: VendureStore) -> Iterator[VendureWorld]:
    world = VendureWorld(vendure_pg, overlap=timedelta(seconds=0.3))
    yield world
    world.close()


def test_a_step_of_a_sale_that_arrives_late_makes_no_second_order(shop: VendureWorld) -> None:
    store = shop.connect()
    store.put_sale(SaleNews(sale_of(shop), None))  # from here on all it must know once is known
    for step in range(1, 20):
        sale = sale_of(shop)
        wire = store._api.wire = Holding(store._api.wire, step)  # type: ignore[attr-defined]
        try:
            store.put_sale(SaleNews(sale, None))
        except Retryable:
            insist(shop, partial(store.put_sale, SaleNews(sale, None)))
        if wire.held is None:
            break
        wire.held()
        [order] = shop.sold(sale)
        assert (order.total, order.paid) == (sale.paid, True), f"step {step}"
        store._api.wire = wire._inner  # type: ignore[attr-defined]
    store.close()
    assert step > 4  # looked for, begun, filled, paid
