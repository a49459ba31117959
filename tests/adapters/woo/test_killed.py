"""A till that is killed in a batch, and started again while the shop is still at it."""

from datetime import timedelta

import pytest

from sync.engine import SyncEngine
from tests.adapters.woo.world import WooWorld
from tests.fakes import MemoryDatabase
from tests.sync.shop import Clock, Shop


class PowerCutError(BaseException):
    """The till is gone."""


@pytest.fixture
def till(world: WooWorld) -> Shop:
    clock = Clock(world.now())
    return Shop(MemoryDatabase(), clock)


def passes(world: WooWorld, till: Shop, seconds: float, *, shop_goes_on: bool = True) -> None:
    till.clock.advance(seconds=seconds)
    world.time.pass_by(seconds)
    if shop_goes_on:
        world.shop.go_on()


def started(world: WooWorld, till: Shop) -> SyncEngine:
    """A till that is started (again): nothing is in its memory."""
    return SyncEngine(
        till.database, world.adapter(), clock=till.clock, new_id=till.new_id, jitter=lambda: 0.5
    )


def killed(engine: SyncEngine) -> None:
    """The batch has left; the line and then the till are gone before anything comes back."""

    def cut(*_: object, **__: object) -> None:
        raise PowerCutError

    engine._pushing._is_away = cut  # type: ignore[method-assign]
    engine._pushing._each_alone = cut  # type: ignore[method-assign]
    with pytest.raises(PowerCutError):
        engine.push(lambda: True)


def test_a_batch_that_the_shop_is_still_at_is_not_sent_again_by_a_till_that_was_restarted(
    world: WooWorld, till: Shop
):
    sales = [till.sell() for _ in range(8)]
    world.shop.breaks_after = 3
    killed(started(world, till))
    assert len(world.shop.orders.rows) == 3
    passes(world, till, 5, shop_goes_on=False)
    again = started(world, till)
    again.push()
    assert len(world.shop.orders.rows) == 3, "asked again while the shop was still at it"
    passes(world, till, 45)
    again.push()
    made = sorted(row["created_via"] for row in world.shop.orders.rows.values())
    assert made == sorted(f"pos:{sale.id}" for sale in sales)
    assert till.open_messages() == []
    again.close()


def test_a_till_that_forgot_would_make_them_twice(world: WooWorld, till: Shop):
    """What the story is about, and that it can fail."""
    sales = [till.sell() for _ in range(8)]
    world.shop.breaks_after = 3
    killed(started(world, till))
    with till.database.write() as uow:
        uow.sync.put_cursor("online", "under_way", "")
        uow.commit()
    again = started(world, till)
    again.push()
    passes(world, till, 45)
    assert len(world.shop.orders.rows) > len(sales)
    again.close()


def test_a_coupon_that_starts_later_is_published_when_it_does(world: WooWorld, till: Shop):
    assert world.adapter().capabilities.settles == timedelta(seconds=45)
    assert not world.adapter().capabilities.starts_coupons
