"""Orders of ours that the shop's people put in the bin: found, left there, and never made again."""

from datetime import timedelta

import pytest

from sync.engine import SyncEngine
from sync.errors import Refused
from sync.online_store import SaleNews
from terminal.desk_tasks import TaskKind
from terminal.outbox import MessageState
from terminal.sales import Sale, SaleLine
from tests.adapters.woo.rules import WooError
from tests.adapters.woo.world import WooWorld
from tests.adapters.world import address, back_of, fresh, profile_of, sale_of
from tests.fakes import MemoryDatabase
from tests.sync.shop import Clock, Shop


def orders_of(world: WooWorld, sale: Sale) -> list[tuple[int, str]]:
    rows = world.shop.orders.rows.values()
    return [(r["id"], r["status"]) for r in rows if r["created_via"] == f"pos:{sale.id}"]


def changes(world: WooWorld) -> list[str]:
    return [f"{method} {target}" for method, target in world.server.seen
            if method not in ("GET", "OPTIONS")]  # fmt: skip


def bin_it(world: WooWorld, order: str) -> None:
    world.shop.orders.drop(order, {})


# -- what a shop does --------------------------------------------------------------------------


def test_any_status_is_every_status_but_the_bin(world: WooWorld):
    """As a real shop was asked: only by its own name, never beside ``any``."""
    store, sale = world.adapter(), sale_of(world)
    order = store.put_sale(SaleNews(sale, None))
    bin_it(world, order.id)
    via = f"pos:{sale.id}"

    def seen(**asked: str) -> int:
        return len(store._api.get("/orders", list[dict], created_via=via, **asked))

    assert (seen(), seen(status="any"), seen(status="any,trash")) == (0, 0, 0)
    assert (seen(status="trash"), seen(status="completed,trash")) == (1, 1)
    store.close()


# -- told again --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["world", "legacy", "closed"])
def test_an_order_in_the_bin_is_not_made_a_second_time(request, kind: str):
    """``closed``: a server that answers OPTIONS itself, so that nobody knows the statuses."""
    there = request.getfixturevalue("world" if kind == "closed" else kind)
    if kind == "closed":
        there.shop._options = _no_options
    sale = sale_of(there)
    store = there.adapter()
    order = store.put_sale(SaleNews(sale, None))
    store.close()
    bin_it(there, order.id)
    stock = there.shop.goods.by_sku("COF-250")["stock"]
    there.server.seen.clear()
    later = there.adapter()
    for _ in range(2):
        assert later.put_sale(SaleNews(sale, None, fresh=True)) == order
    assert orders_of(there, sale) == [(int(order.id), "trash")], "it stays where it was put"
    assert changes(there) == []
    assert there.shop.goods.by_sku("COF-250")["stock"] == stock
    later.close()


def _no_options() -> object:
    raise WooError(404, "rest_no_route", "No route was found matching the URL.")


def test_of_a_batch_only_what_is_nowhere_is_made(world: WooWorld):
    store = world.adapter()
    news = [SaleNews(sale_of(world), None) for _ in range(3)]
    known = store.put_sale(news[1])
    bin_it(world, known.id)
    told = store.put_sales(news)
    assert told[1] == known
    assert [status for one in news for _, status in orders_of(world, one.sale)] == [
        "completed", "trash", "completed",
    ]  # fmt: skip
    store.close()


def test_of_two_orders_the_one_that_was_not_thrown_away_holds(world: WooWorld):
    """Somebody made away with the first of two by hand: the second is the sale's now."""
    store, sale = world.adapter(), sale_of(world)
    first = store.put_sale(SaleNews(sale, None))
    bin_it(world, first.id)
    row = world.shop.orders.rows[int(first.id)]
    again = world.shop.orders.make({
        "created_via": row["created_via"], "status": "completed",
        "line_items": [dict(line["given"]) for line in row["lines"]],
        "meta_data": [{"key": "pos_sale_id", "value": sale.id}],
    })  # fmt: skip
    assert store.put_sale(SaleNews(sale, None)).id == str(again["id"])
    assert orders_of(world, sale) == [(int(first.id), "trash"), (again["id"], "completed")]
    store.close()


# -- taken back --------------------------------------------------------------------------------


def test_nothing_is_given_back_of_an_order_in_the_bin(world: WooWorld):
    """The shop would do it: part of it against nothing, all of it by taking the order out."""
    store, sale = world.adapter(), sale_of(world)
    order, back = store.put_sale(SaleNews(sale, None)), back_of(world, sale)
    bin_it(world, order.id)
    with pytest.raises(Refused) as refusal:
        store.put_return(back, order)
    assert refusal.value.problem == "in_bin"
    assert orders_of(world, sale) == [(int(order.id), "trash")]
    world.shop.orders.move(world.shop.orders.one(order.id), "completed")  # taken out of the bin
    store.put_return(back, order)
    assert orders_of(world, sale) == [(int(order.id), "refunded")]
    assert world.shop.goods.by_sku("COF-250")["stock"] == 100
    store.close()


def test_a_return_that_was_booked_before_is_done_wherever_the_order_is(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    order, back = store.put_sale(SaleNews(sale, None)), back_of(world, sale, 420)
    kept = {"COF-250": 2, "TEA-100": 0}
    store.put_return(back, order, kept)
    bin_it(world, order.id)
    store.put_return(back, order, kept)
    [row] = world.shop.orders.rows.values()
    assert len(row["refunds"]) == 1
    store.close()


# -- the whole way -----------------------------------------------------------------------------


def test_an_order_in_the_bin_is_among_a_persons_orders_called_off(world: WooWorld):
    store, email = world.adapter(), address()
    member = store.put_member(profile_of(world, email), None)
    order = store.put_sale(SaleNews(sale_of(world), member))
    bin_it(world, order.id)
    [told] = store.orders_of(member)
    assert (told.remote_id, told.cancelled) == (order.id, True)
    store.close()


def test_a_sale_thrown_away_there_asks_a_person_and_is_told_no_more(world: WooWorld):
    """A cashier's sale became an order; the owner bins it; by night both sides are compared."""
    clock = Clock()
    till = Shop(MemoryDatabase(), clock)
    store = world.adapter()
    engine = SyncEngine(till.database, store, clock=clock, new_id=till.new_id, jitter=lambda: 0.5)
    member = till.enrol(address(), fresh("CARD"))
    sale = till.sell(member, SaleLine("COF-250", "Coffee", 790, 2))
    assert engine.push().failure is None
    assert engine.pull().failure is None
    [(order, _)] = orders_of(world, sale)
    bin_it(world, str(order))
    for hours in (1, 24, 24):
        world.wait(hours * 3600)
        clock.advance(hours=hours)
        assert engine.pull().failure is None
        figures = engine.reconciler().reconcile().figures
        assert dict(figures.counts).get("sale missing told") is None
        assert engine.push().failure is None
    assert orders_of(world, sale) == [(order, "trash")]
    with till.database.read() as uow:
        told = uow.outbox.of_subject("sale", sale.id)
        tasks = [task for task in uow.tasks.open(10) if task.subject_id == sale.id]
    assert [message.state for message in told] == [MessageState.SENT]
    assert [task.kind for task in tasks] == [TaskKind.REFUND_UNCLEAR], "what of the money?"
    world.shop.orders.drop(str(order), {"force": "true"})  # the bin empties itself after a month
    clock.advance(days=30)
    assert dict(engine.reconciler().reconcile().figures.counts).get("sale missing told") is None
    assert engine.push().failure is None
    assert orders_of(world, sale) == []
    store.close()


def test_who_lost_the_answer_and_finds_it_in_the_bin_counts_it_as_told(world: WooWorld):
    """The till was off; meanwhile somebody wondered about that order and threw it away."""
    clock = Clock()
    till = Shop(MemoryDatabase(), clock)
    store = world.adapter()
    engine = SyncEngine(till.database, store, clock=clock, new_id=till.new_id, jitter=lambda: 0.5)
    sale = till.sell(None, SaleLine("COF-250", "Coffee", 790, 2))
    answer = world.server.answer

    def lost(method: str, *rest: object, **more: object) -> object:
        told = answer(method, *rest, **more)
        if method == "POST":
            told.status, told.body = 504, "<html></html>"
        return told

    world.server.answer = lost
    engine.push()
    world.server.answer = answer
    [(order, _)] = orders_of(world, sale)
    bin_it(world, str(order))
    world.wait(timedelta(hours=1).total_seconds())
    clock.advance(hours=1)
    assert engine.push().failure is None
    assert till.open_messages() == []
    assert orders_of(world, sale) == [(order, "trash")]
    store.close()
