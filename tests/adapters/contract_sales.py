"""Stories of sales: each one order, paid, to the last minor unit."""

import random
from datetime import timedelta

import pytest

from sync.errors import Gone, Refused, SyncError
from sync.online_store import OnlineStore, RemoteOrder, SaleNews
from terminal.sales import Sale, SaleLine, Tender, TenderKind
from tests.adapters.world import (
    World,
    address,
    fresh,
    insist,
    line_of,
    orders_so_far,
    profile_of,
    read_orders,
    sale_of,
)

ODD_SKUS = ("NO/SUCH 1", "ΛΑΔΙ-5", "q\"u'o&te<s>", "%20+,;", "x" * 60, "0", "")


def assert_told(world: World, sale: Sale) -> None:
    """There is one order of this sale, paid, worth what was paid."""
    [order] = world.sold(sale)
    assert (order.total, order.paid) == (sale.paid, True)
    assert order.refunded == 0


class Sales:
    """Till sales there."""

    def test_a_members_sale_is_one_paid_order(self, world: World, store: OnlineStore):
        customer = store.put_member(profile_of(world, address()), None)
        sale = sale_of(world)
        told = store.put_sale(SaleNews(sale, customer, earned=31, fresh=True))
        assert_told(world, sale)
        [order] = world.sold(sale)
        assert (order.id, order.customer) == (told.id, customer)
        assert told.code
        assert order.pieces == {world.goods[0].sku: 2, world.goods[1].sku: 1}

    def test_a_guests_sale_is_nobodys_order(self, world: World, store: OnlineStore):
        customer = store.put_member(profile_of(world, address()), None)
        sale = sale_of(world)
        store.put_sale(SaleNews(sale, None, fresh=True))
        assert_told(world, sale)
        assert world.sold(sale)[0].customer != customer

    def test_points_take_their_part_off(self, world: World, store: OnlineStore):
        customer = store.put_member(profile_of(world, address()), None)
        sale = sale_of(world, line_of(world.goods[0], 3, 107), points=107)
        store.put_sale(SaleNews(sale, customer, earned=28))
        assert_told(world, sale)

    def test_what_points_paid_in_full_is_an_order_over_nothing(self, world, store):
        product = world.goods[0]
        sale = sale_of(world, line_of(product, 2, 2 * product.price), points=999)
        assert sale.paid == 0
        for _ in range(2):
            store.put_sale(SaleNews(sale, None))
        assert_told(world, sale)

    def test_a_sale_paid_by_gift_card_is_paid(self, world: World, store: OnlineStore):
        sale = sale_of(world)
        tenders = (
            Tender(TenderKind.GIFT_CARD, 300, fresh("GC")), Tender(TenderKind.STORE_CREDIT, 50),
            Tender(TenderKind.CARD, 100), Tender(TenderKind.CASH, sale.paid - 450),
        )  # fmt: skip
        mixed = sale_of(world, tenders=tenders)
        store.put_sale(SaleNews(mixed, None))
        assert_told(world, mixed)

    def test_goods_of_an_open_price_are_told(self, world: World, store: OnlineStore):
        sale = sale_of(world, SaleLine("", "Gift wrapping", 250, 1), line_of(world.goods[0]))
        store.put_sale(SaleNews(sale, None))
        assert_told(world, sale)

    def test_goods_that_the_shop_does_not_list_are_told_by_their_money(self, world, store):
        lines = tuple(SaleLine(sku, f"Goods {n}", 333, 3) for n, sku in enumerate(ODD_SKUS))
        sale = sale_of(world, *lines)
        store.put_sale(SaleNews(sale, None))
        assert_told(world, sale)

    def test_names_of_goods_are_told_in_any_script(self, world: World, store: OnlineStore):
        names = ("Λάδι & ελιές", "חלב 1%", "<b>Tea</b>", "Кафе 'Elia' \"250\"", "n" * 300)
        lines = tuple(SaleLine(fresh("NONE"), name, 110, 1) for name in names)
        sale = sale_of(world, *lines)
        store.put_sale(SaleNews(sale, None))
        assert_told(world, sale)

    @pytest.mark.parametrize("rounding", [2, -4])
    def test_cash_rounding_is_in_what_was_paid(self, world, store, rounding):
        sale = sale_of(world, rounding=rounding)
        store.put_sale(SaleNews(sale, None))
        assert_told(world, sale)

    def test_no_cent_is_lost_whatever_the_basket(self, world: World, store: OnlineStore):
        chance = random.Random(20261122)
        for _ in range(6):
            lines = tuple(_some_line(world, chance) for _ in range(chance.randint(1, 5)))
            sale = sale_of(world, *lines, rounding=chance.choice((0, 0, 1, -1)))
            store.put_sale(SaleNews(sale, None))
            assert_told(world, sale)

    def test_the_same_sale_again_is_the_same_order(self, world: World, store: OnlineStore):
        sale = sale_of(world)
        first = store.put_sale(SaleNews(sale, None, fresh=True))
        assert store.put_sale(SaleNews(sale, None)) == first
        forgetful = world.connect()
        assert insist(world, lambda: forgetful.put_sale(SaleNews(sale, None, fresh=True))) == first
        forgetful.close()
        assert_told(world, sale)

    def test_another_currency_is_refused_before_anything_is_made(self, world, store):
        sale = sale_of(world, currency="ISK" if world.currency != "ISK" else "EUR")
        with pytest.raises(Refused) as refusal:
            store.put_sale(SaleNews(sale, None))
        assert refusal.value.problem == "other_currency"
        assert world.sold(sale) == []

    def test_sales_told_together_are_one_order_each(self, world: World, store: OnlineStore):
        customer = store.put_member(profile_of(world, address()), None)
        sales = [sale_of(world) for _ in range(_together(store))]
        news = [
            SaleNews(sale, customer if n % 2 else None, fresh=True) for n, sale in enumerate(sales)
        ]
        first = store.put_sales(news)
        assert all(isinstance(told, RemoteOrder) for told in first)
        assert store.put_sales(news) == first
        assert [store.put_sale(SaleNews(each.sale, each.customer)) for each in news] == first
        for sale, told in zip(sales, first, strict=True):
            assert_told(world, sale)
            assert world.sold(sale)[0].id == told.id
        assert store.put_sales([]) == []

    def test_one_bad_sale_does_not_hold_back_those_beside_it(self, world, store):
        sales = [sale_of(world), sale_of(world), sale_of(world)]
        known = [None, None, None]
        if "delete_customer" in world.can:
            known[1] = store.put_member(profile_of(world, address()), None)
            world.delete_customer(known[1])
        else:
            sales[1] = sale_of(world, currency="ISK")
        news = [SaleNews(sale, known[n]) for n, sale in enumerate(sales)]
        size = max(store.capabilities.sale_batch, 1)
        told: list[RemoteOrder | SyncError] = []
        for start in range(0, len(news), size):
            told += store.put_sales(news[start : start + size])
        assert isinstance(told[0], RemoteOrder)
        assert isinstance(told[2], RemoteOrder)
        assert isinstance(told[1], Gone if known[1] else Refused)
        assert_told(world, sales[0])
        assert_told(world, sales[2])
        assert world.sold(sales[1]) == []

    def test_a_sale_that_comes_back_is_known_as_ours(self, world: World, store: OnlineStore):
        start = orders_so_far(world, store)
        customer = store.put_member(profile_of(world, address()), None)
        sale = sale_of(world)
        told = store.put_sale(SaleNews(sale, customer, earned=12))
        order = read_orders(store, start.cursor).orders[told.id]
        assert (order.sale_id, order.code) == (sale.id, told.code)
        assert (order.customer_id, order.total, order.goods) == (customer, sale.paid, sale.paid)
        assert order.store == store.name

    def test_a_sale_told_late_keeps_its_own_time_where_the_shop_can(self, world, store):
        if not store.capabilities.keeps_sale_time:
            return
        start = orders_so_far(world, store)
        sale = sale_of(world, sold_at=world.now().replace(microsecond=0) - timedelta(hours=30))
        told = store.put_sale(SaleNews(sale, None))
        order = read_orders(store, start.cursor).orders[told.id]
        assert order.placed_at == sale.sold_at


def _together(store: OnlineStore) -> int:
    """Few enough for one request where several fit, else a few one after the other."""
    return min(store.capabilities.sale_batch, 6) if store.capabilities.sale_batch > 1 else 3


def _some_line(world: World, chance: random.Random) -> SaleLine:
    if chance.random() < 0.3:
        sku, price = fresh("NONE"), chance.randint(1, 99_999)
    else:
        product = chance.choice(world.goods)
        sku, price = product.sku, product.price
    pieces = chance.randint(1, 9)
    return SaleLine(sku, "Goods", price, pieces, chance.randint(0, price * pieces // 2))
