"""Stories of returns: money back once, goods back once."""

import pytest

from sync.errors import Refused
from sync.online_store import OnlineStore, RemoteOrder, SaleNews
from tests.adapters.world import (
    Placed,
    World,
    acts,
    back_of,
    line_of,
    orders_so_far,
    read_orders,
    sale_of,
)


class Returns:
    """Till returns there."""

    def test_a_whole_return_gives_everything_back_once(self, world: World, store: OnlineStore):
        sale = sale_of(world)
        order = store.put_sale(SaleNews(sale, None))
        back = back_of(world, sale)
        if store.capabilities.returns == "none":
            with pytest.raises(NotImplementedError):
                store.put_return(back, order)
            return
        for _ in range(3):
            store.put_return(back, order)
            [there] = world.sold(sale)
            assert there.refunded == sale.paid
            if store.capabilities.returns == "lines":
                assert not any(there.pieces.values())
        other = world.connect()
        other.put_return(back, order)
        other.close()
        assert world.sold(sale)[0].refunded == sale.paid

    def test_parts_come_back_one_after_the_other(self, world: World, store: OnlineStore):
        if store.capabilities.returns == "none":
            return
        first, second = world.goods[:2]
        sale = sale_of(world, line_of(first, 3, 107), line_of(second, 2))
        order = store.put_sale(SaleNews(sale, None))
        part = back_of(world, sale, 900)
        kept = {first.sku: 2, second.sku: 2}
        for _ in range(2):
            store.put_return(part, order, kept)
        self._holds(world, store, sale, 900, kept)
        more = back_of(world, sale, second.price)
        store.put_return(more, order, {first.sku: 2, second.sku: 1})
        store.put_return(part, order, kept)  # heard of once more, late
        self._holds(world, store, sale, 900 + second.price, {first.sku: 2, second.sku: 1})
        rest = back_of(world, sale, sale.paid - 900 - second.price)
        for _ in range(2):
            store.put_return(rest, order)
        self._holds(world, store, sale, sale.paid, {})

    def _holds(self, world, store, sale, refunded, pieces):
        [there] = world.sold(sale)
        assert there.refunded == refunded
        if store.capabilities.returns == "lines":
            assert {sku: n for sku, n in there.pieces.items() if n} == pieces

    def test_a_return_of_what_points_paid_gives_no_money_back(self, world, store):
        if store.capabilities.returns == "none":
            return
        product = world.goods[0]
        sale = sale_of(world, line_of(product, 1, product.price), points=500)
        order = store.put_sale(SaleNews(sale, None))
        for _ in range(2):
            store.put_return(back_of(world, sale, 0), order)
        [there] = world.sold(sale)
        assert there.refunded == 0

    def test_an_order_that_is_not_there_needs_a_person(self, world: World, store: OnlineStore):
        if store.capabilities.returns == "none":
            return
        sale = sale_of(world)
        order = store.put_sale(SaleNews(sale, None))
        digits = len(order.id) - len(order.id.rstrip("0123456789"))
        nowhere = order.id[: len(order.id) - digits] + "9" * 9 if digits else order.id[::-1]
        with pytest.raises(Refused) as refusal:
            store.put_return(back_of(world, sale), RemoteOrder(nowhere, "NONE"))
        assert refusal.value.problem == "sale_missing"

    @acts("refund")
    def test_what_the_shop_gave_back_by_hand_is_not_given_back_again(self, world, store):
        if store.capabilities.returns == "none":
            return
        start = orders_so_far(world, store)
        sale = sale_of(world)
        order = store.put_sale(SaleNews(sale, None))
        seen = read_orders(store, start.cursor).orders[order.id]
        world.refund(Placed(seen.remote_id, seen.code, seen.goods, seen.total), 500)
        store.put_return(back_of(world, sale), order)
        assert world.sold(sale)[0].refunded == sale.paid
