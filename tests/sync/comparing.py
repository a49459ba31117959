"""Both sides compared: what a walk finds, and what a store lists of our sales."""

from dataclasses import replace
from typing import Any

from sync.reconcile import Reconciler
from terminal.members import Member
from terminal.sales import Sale
from tests.sync.people import Sides


def reconciler(sides: Sides, **more: Any) -> Reconciler:
    return Reconciler(
        sides.shop.database, sides.store, sides.puller.members, sides.puller.orders,
        clock=sides.shop.clock, new_id=sides.shop.new_id, listener=sides.told.append, **more,
    )  # fmt: skip


def found(sides: Sides, **more: Any) -> list[str]:
    """What a walk finds, as short words."""
    ended = reconciler(sides, **more).reconcile()
    assert ended.whole
    return [name for name, count in ended.figures.counts for _ in range(count)]


def orders_told(sides: Sides, *sales: Sale) -> None:
    """The orders that sales of ours became, as the store lists them."""
    for sale in sales:
        known = sides.store.orders[sale.id].order
        who = sides.store.orders[sale.id].news.customer or ""
        sides.store.orders_online(who, 980, sale_id=sale.id)
        sides.store.feed[-1] = replace(sides.store.feed[-1], remote_id=known.id, code=known.code)


def sell(sides: Sides, member: Member) -> Sale:
    """A sale that the store was told of."""
    sale = sides.shop.sell(member)
    sides.round()
    return sale
