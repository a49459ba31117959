"""Stories that befell other tills in the field, told of this one (see docs/failure-stories.md)."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from sync.engine import SyncEngine
from sync.errors import Refused, Retryable
from terminal.db.engine import open_database
from terminal.outbox import BlockReason, MessageKind
from tests.sync.fake_store import FakeStore
from tests.sync.shop import Clock, Shop


def engine_over(shop, store, database):
    return SyncEngine(database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.5)


def test_two_tills_with_one_queue_that_both_tell_it_make_one_order_and_one_earn(tmp_path):
    """Two tabs, or two machines with a copy of one disk, offline, and both upload (F06)."""
    clock, store = Clock(), FakeStore()
    first = open_database(tmp_path / "till.db")
    shop = Shop(first, clock)
    anna = shop.enrol("a@sample.example")
    sales = [shop.sell(anna) for _ in range(3)]
    first.close()
    shutil.copy(tmp_path / "till.db", tmp_path / "copy.db")
    both = [open_database(tmp_path / name) for name in ("till.db", "copy.db")]
    engines = [engine_over(shop, store, each) for each in both]
    for number, sale in enumerate(sales):  # turn by turn
        engines[number % 2].push(lambda sale=sale: sale.id not in store.orders)
    for engine, database in zip(engines, both, strict=True):
        engine.push()
        for sale in sales:
            order = store.orders[sale.id].order
            own = store.orders_online("", 980, sale_id=sale.id)
            store.feed[-1] = replace(own, remote_id=order.id, code=order.code)
        engine.pull()
        shop.database = database
        assert shop.balance(anna) == 27
    assert len(store.orders) == len(sales)
    assert len(store.customers) == 1
    assert store.of("a@sample.example").standing.points == 27
    for database in both:
        database.close()


def test_a_return_that_is_refused_after_the_cash_was_paid_out_stays_booked(
    shop, store, engine, caplog
):
    """The drawer is short by what was handed out, and something is recorded for it (E26)."""
    anna = shop.enrol("a@sample.example")
    sale = shop.sell(anna)
    engine.push()
    back = shop.take_back(sale)
    entries = shop.entries(anna)
    store.rule = lambda what, subject: Refused("refund_refused") if what == "return" else None
    engine.push()
    shop.clock.advance(days=2)
    engine.push()
    with shop.database.read() as uow:
        assert uow.sales.get_return(back.id) == back
    assert shop.entries(anna) == entries
    [message] = shop.open_messages()
    assert (message.kind, message.blocked, message.problem) == (
        MessageKind.RETURN, BlockReason.REFUSED, "refund_refused",
    )  # fmt: skip
    assert store.of("a@sample.example").standing.points == shop.balance(anna) == 0
    store.rule = lambda what, subject: None
    with shop.writing() as uow:
        uow.outbox.release(message.key, shop.clock())
    engine.push()
    assert (store.orders[sale.id].returns, shop.open_messages()) == (1, [])


@pytest.mark.parametrize("problem", ["server_error", "in_progress"])
def test_a_balance_waits_for_no_sale_and_its_order_follows(shop, store, engine, problem):
    """Points that were spent at the till must not show, and be spent again, in the web shop, only
    because the order of that sale is late."""
    anna = shop.enrol("a@sample.example")
    shop.give(anna, 300)
    engine.push()
    sale = shop.sell(anna, points=200)
    store.rule = lambda what, subject: Retryable(problem) if what == "sale" else None
    engine.push()
    assert sale.id not in store.orders
    assert store.of("a@sample.example").standing.points == shop.balance(anna) < 300
    store.rule = lambda what, subject: None
    shop.clock.advance(hours=2)
    engine.push()
    assert sale.id in store.orders
    assert store.of("a@sample.example").standing.points == shop.balance(anna)


def test_in_a_quiet_round_the_order_is_there_before_its_points_show(shop, store, engine):
    anna = shop.enrol("a@sample.example")
    engine.push()
    store.calls.clear()
    shop.sell(anna)
    engine.push()
    assert [call for call in store.calls if call in ("sale", "standing")] == ["sale", "standing"]


def test_a_balance_waits_for_the_person_it_is_of(shop, store, engine):
    """Until they are told of there is nobody to show it to; who is to be forgotten comes first."""
    anna = shop.enrol("a@sample.example")
    store.rule = lambda what, subject: Retryable("server_error") if what == "member" else None
    shop.sell(anna)
    engine.push()
    assert store.calls.count("standing") == 0
    store.rule = lambda what, subject: None
    shop.clock.advance(hours=2)
    engine.push()
    assert store.of("a@sample.example").standing.points == shop.balance(anna)


def test_a_till_whose_clock_was_days_ahead_does_not_hold_its_messages_back(shop, store, engine):
    """Put with a due time in the future, found when the clock is right again."""
    shop.clock.advance(days=40)
    sale = shop.sell()
    shop.clock.now -= timedelta(days=40)
    engine.back_again()
    engine.push()
    assert sale.id in store.orders
