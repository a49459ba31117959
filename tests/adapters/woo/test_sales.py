"""Sales in a WooCommerce shop: once each, to the cent, and nothing wrong left behind."""

from decimal import Decimal

import pytest

from sync.errors import Refused, Retryable
from sync.online_store import RemoteOrder, SaleNews
from sync.stores.woocommerce import SalesSettings
from terminal.sales import SaleLine
from tests.adapters.contract_sales import assert_told
from tests.adapters.woo import orders
from tests.adapters.woo.rules import cents
from tests.adapters.woo.shop import Shop
from tests.adapters.woo.world import WooWorld
from tests.adapters.world import address, back_of, insist, line_of, profile_of, sale_of


def news_of(world: WooWorld, count: int) -> list[SaleNews]:
    return [SaleNews(sale_of(world), None, fresh=True) for _ in range(count)]


def posts(world: WooWorld, path: str) -> int:
    return sum(1 for method, target in world.server.seen if method == "POST" and path in target)


# -- once each -------------------------------------------------------------------------------------


def test_an_order_says_whose_it_is_and_is_looked_up_first(world: WooWorld):
    store = world.adapter()
    sale = sale_of(world)
    first = store.put_sale(SaleNews(sale, None, fresh=True))
    [row] = world.shop.orders.rows.values()
    assert row["created_via"] == f"pos:{sale.id}"
    assert store.put_sale(SaleNews(sale, None, fresh=True)) == first
    assert posts(world, "/orders") == 1
    store.close()


def test_a_batch_is_one_question_and_one_request(world: WooWorld):
    store = world.adapter()
    store.check()
    store.put_sale(SaleNews(sale_of(world), None))
    before = len(world.server.seen)
    assert all(isinstance(one, RemoteOrder) for one in store.put_sales(news_of(world, 10)))
    assert len(world.server.seen) - before == 2
    store.close()


def test_a_shop_is_told_as_much_at_once_as_it_does_within_seconds(world: WooWorld):
    """Measured: an order takes 0.14 to 0.28 s, more with slow mail, and usual hosts end a request
    after 30 s; the fields of a customer take 0.016 s at most, and writing them mails nobody."""
    store = world.adapter()
    assert 10 <= store.capabilities.sale_batch <= 20
    assert store.capabilities.standing_batch * 0.016 < 1
    store.close()


def test_a_batch_that_breaks_off_is_left_alone_until_it_has_settled(world: WooWorld):
    """The shop goes on by itself, one order after the other, though nobody listens any more."""
    store = world.adapter(sales=SalesSettings(batch=10))
    news = news_of(world, 10)
    world.shop.breaks_after = 4
    with pytest.raises(Retryable) as lost:
        store.put_sales(news)
    assert lost.value.problem == "broken_off"
    told = store.put_sales(news)
    assert [type(one) for one in told] == [RemoteOrder] * 4 + [Retryable] * 6
    waits = [one.retry_after for one in told[4:]]
    assert all(one.problem == "in_progress" and 0 < one.retry_after <= 45 for one in told[4:])
    world.wait(max(waits))  # meanwhile the shop finished
    again = store.put_sales(news)
    assert len(set(again)) == 10
    assert len(world.shop.orders.rows) == 10
    assert again[:4] == told[:4]
    store.close()


def test_a_batch_that_died_is_sent_again_entry_by_entry(world: WooWorld):
    """The time limit of the server: 4 are there for good, nobody says which, 6 never come."""
    store = world.adapter()
    news = news_of(world, 10)
    world.shop.breaks_after = 4
    with pytest.raises(Retryable):
        store.put_sales(news)
    world.shop.going_on.clear()
    world.wait(60)
    assert all(isinstance(one, RemoteOrder) for one in store.put_sales(news))
    for each in news:
        assert_told(world, each.sale)
    store.close()


def test_a_gateway_that_gave_up_waiting_is_no_reason_to_send_again(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    store.check()
    answer = world.server.answer

    def late(method: str, *rest: object, **more: object) -> object:
        told = answer(method, *rest, **more)
        if method == "POST":
            told.status, told.body = 504, "<html><title>504 Gateway Time-out</title></html>"
        return told

    world.server.answer = late
    with pytest.raises(Retryable) as failure:
        store.put_sale(SaleNews(sale, None))
    assert failure.value.problem == "server_error"
    world.server.answer = answer
    insist(world, lambda: store.put_sale(SaleNews(sale, None)))
    assert_told(world, sale)
    store.close()


def test_200_means_nothing_each_entry_is_looked_at(world: WooWorld):
    store = world.adapter()
    gone = store.put_member(profile_of(world, address()), None)
    world.delete_customer(gone)
    good, bad = sale_of(world), sale_of(world)
    told = store.put_sales([SaleNews(good, None), SaleNews(bad, gone)])
    assert isinstance(told[0], RemoteOrder)
    assert told[1].problem == "customer_gone"
    store.close()


def test_two_orders_of_one_sale_become_one(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    first = store.put_sale(SaleNews(sale, None))
    [row] = list(world.shop.orders.rows.values())
    again = world.shop.orders.make({"created_via": row["created_via"], "status": "completed",
        "line_items": [{"sku": "COF-250", "quantity": 2}]})  # fmt: skip
    assert again["id"] in world.shop.orders.rows
    assert store.put_sale(SaleNews(sale, None)) == first
    assert_told(world, sale)
    assert world.shop.goods.by_sku("COF-250")["stock"] == 98
    store.close()


def test_an_order_left_half_made_is_finished(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    told = store.put_sale(SaleNews(sale, None))
    world.shop.orders.rows[int(told.id)] |= {"status": "pending", "paid_at": None}
    with pytest.raises(Retryable) as young:
        store.put_sale(SaleNews(sale, None))
    assert young.value.problem == "in_progress"
    world.wait(60)
    assert store.put_sale(SaleNews(sale, None)) == told
    assert_told(world, sale)
    store.close()


@pytest.mark.parametrize("version", ["9.8.0", "10.0.2"])
def test_an_old_shop_that_ignores_the_question_makes_no_second_order(legacy, version: str):
    """``?created_via=`` is ignored before 9.9: the whole list comes back. There the receipt is
    searched for, which works with orders among posts too; ``transaction_id`` would not."""
    legacy.shop.version = version
    store = legacy.adapter()
    for _ in range(15):
        store.put_sale(SaleNews(sale_of(legacy), None))
    sale = sale_of(legacy)
    told = store.put_sale(SaleNews(sale, None))
    other = legacy.adapter()
    assert other.put_sale(SaleNews(sale, None)) == told
    row = legacy.shop.orders.rows[int(told.id)]
    assert (sale.ref in row["lines"][0]["name"]) == (version == "9.8.0")
    other.close()
    store.close()


def test_a_shop_that_lies_about_its_filter_is_found_out(legacy: WooWorld):
    legacy.shop._options = lambda: {"endpoints": [
        {"methods": ["GET"], "args": {"created_via": {"type": "array"}}}]}  # fmt: skip
    store = legacy.adapter()
    store.put_sale(SaleNews(sale_of(legacy), None))
    sale = sale_of(legacy)
    told = store.put_sale(SaleNews(sale, None))
    assert store.put_sale(SaleNews(sale, None)) == told
    assert_told(legacy, sale)
    store.close()


# -- to the cent -----------------------------------------------------------------------------------


def test_amounts_are_told_net_and_come_to_what_was_paid(taxed: WooWorld):
    store = taxed.adapter()
    for off in range(1, 60):
        sale = sale_of(taxed, line_of(taxed.goods[0], 3, off), line_of(taxed.goods[1], 1))
        store.put_sale(SaleNews(sale, None))
        [row] = [r for r in taxed.shop.orders.rows.values() if sale.id in r["created_via"]]
        assert row["total"] == Decimal(sale.paid) / 100
        assert row["tax"] > 0
        assert not any(target.startswith("/wp-json/wc/v3/orders/") for _, target in
                       taxed.server.seen)  # fmt: skip
    store.close()


def test_a_line_gross_as_net_would_be_taxed_on_top(taxed: WooWorld):
    """What the adapter must not do."""
    row = taxed.shop.orders.make({"line_items": [
        {"sku": "COF-250", "quantity": 1, "total": "7.90"}]})  # fmt: skip
    assert row["total"] == Decimal("9.91")


def test_no_fee_is_ever_negative_and_none_is_taxed(taxed: WooWorld):
    store = taxed.adapter()
    sale = sale_of(taxed, line_of(taxed.goods[0]), SaleLine("", "Wrapping", 250, 1), rounding=-4)
    store.put_sale(SaleNews(sale, None))
    [row] = taxed.shop.orders.rows.values()
    assert [fee["total"] for fee in row["fees"]] == [Decimal("2.50")]
    assert [fee["status"] for fee in row["fees"]] == ["none"]
    assert_told(taxed, sale)
    store.close()


def test_rates_that_cannot_be_read_are_learnt_from_the_first_order(taxed: WooWorld):
    taxed.shop.shows_taxes = False
    store, sale = taxed.adapter(), sale_of(taxed)
    store.put_sale(SaleNews(sale, None))
    assert_told(taxed, sale)
    puts = [target for method, target in taxed.server.seen if method == "PUT"]
    assert len(puts) == 1, "put right once"
    store.put_sale(SaleNews(sale_of(taxed), None))
    assert len([m for m, _ in taxed.server.seen if m == "PUT"]) == 1, "and known from then on"
    store.close()


def test_a_shop_that_rounds_each_line_comes_to_the_cent_all_the_same(taxed: WooWorld, monkeypatch):
    """Its nets have two decimals only, so that many a gross amount can't be told in a line."""
    made = orders.line_of

    def coarse(shop: Shop, given: dict, id_: int | None = None) -> dict:
        line = made(shop, given, id_)
        line["total"], line["subtotal"] = cents(line["total"]), cents(line["subtotal"])
        return line

    monkeypatch.setattr(orders, "line_of", coarse)
    store = taxed.adapter()
    for off in range(1, 40):
        sale = sale_of(taxed, line_of(taxed.goods[0], 3, off), line_of(taxed.goods[1], 1))
        told = store.put_sale(SaleNews(sale, None))
        assert_told(taxed, sale)
        assert store.put_sale(SaleNews(sale, None)) == told
    fees = [fee["total"] for row in taxed.shop.orders.rows.values() for fee in row["fees"]]
    assert fees
    assert all(Decimal(0) < fee < Decimal("0.20") for fee in fees)
    store.close()


@pytest.mark.parametrize("kind", ["world", "taxed"])
def test_a_shop_that_reckons_without_cents_has_the_nearest_whole_amount(request, kind):
    """Forints, say, set to no decimals: what it can't hold is no reason to keep a sale from it."""
    there = request.getfixturevalue(kind)
    there.shop.places = 0
    store = there.adapter()
    for off in range(1, 30, 4):
        sale = sale_of(there, line_of(there.goods[0], 3, off), line_of(there.goods[1], 1))
        told = store.put_sale(SaleNews(sale, None))
        assert store.put_sale(SaleNews(sale, None)) == told
        [order] = there.sold(sale)
        whole = (sale.paid + 50) // 100 * 100
        assert (order.total, order.paid) == (whole, True)
        store.put_return(back_of(there, sale, 790), told, {"COF-250": 2, "TEA-100": 1})
        store.put_return(back_of(there, sale, sale.paid - 790), told)
        assert there.sold(sale)[0].refunded == whole
    store.close()


def test_goods_of_a_lower_rate_and_untaxed_ones_come_to_the_cent(taxed: WooWorld):
    taxed.shop.rates = {"reduced-rate": Decimal("0.14")}
    for sku, more in (("BREAD", {"tax_class": "reduced-rate"}), ("STAMP", {"tax_status": "none"})):
        taxed.shop.goods.make({"sku": sku, "name": sku, "regular_price": "3.33", **more})
    store = taxed.adapter()
    sale = sale_of(taxed, SaleLine("BREAD", "Bread", 333, 3, 100), SaleLine("STAMP", "S", 333, 1),
        line_of(taxed.goods[0]))  # fmt: skip
    store.put_sale(SaleNews(sale, None))
    assert_told(taxed, sale)
    [row] = taxed.shop.orders.rows.values()
    assert [line["rate"] for line in row["lines"]] == [Decimal("0.14"), 0, Decimal("0.255")]
    store.close()


def test_a_total_that_stays_wrong_is_refused_and_the_order_taken_away(world: WooWorld):
    """A plugin that charges for something in every order."""
    fill = world.shop.orders._fill

    def dearer(row: dict, given: dict) -> None:
        fill(row, given)
        row["shipping_lines"] = [{"id": 1, "title": "Post", "gross": "1.00"}]

    world.shop.orders._fill = dearer
    store, sale = world.adapter(), sale_of(world)
    with pytest.raises(Refused) as refusal:
        store.put_sale(SaleNews(sale, None))
    assert (refusal.value.problem, refusal.value.where) == ("total_differs", "total")
    assert world.shop.orders.rows == {}
    assert world.shop.goods.by_sku("COF-250")["stock"] == 100, "and the goods are in stock again"
    store.close()


def test_a_wrong_order_that_was_not_quite_taken_away_goes_the_next_time(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    told = store.put_sale(SaleNews(sale, None))
    world.shop.orders.change(told.id, {"status": "cancelled",
        "meta_data": [{"key": "pos_discarded", "value": "1"}]})  # fmt: skip
    again = store.put_sale(SaleNews(sale, None))
    assert again != told
    assert_told(world, sale)
    store.close()


def test_an_unknown_sku_would_be_an_empty_line_so_it_is_looked_up_first(world: WooWorld):
    store = world.adapter()
    sale = sale_of(world, SaleLine("NOPE", "Not listed", 790, 2), line_of(world.goods[0]))
    store.put_sale(SaleNews(sale, None))
    [row] = world.shop.orders.rows.values()
    assert [line["product_id"] for line in row["lines"]] == [1]
    assert [fee["name"] for fee in row["fees"]] == ["Not listed"]
    store.close()


def test_a_product_that_went_meanwhile_leaves_no_empty_line(world: WooWorld):
    store = world.adapter()
    store.put_sale(SaleNews(sale_of(world), None))
    world.shop.goods.drop(world.shop.goods.by_sku("COF-250")["id"], {"force": "true"})
    sale = sale_of(world)
    insist(world, lambda: store.put_sale(SaleNews(sale, None)))
    assert_told(world, sale)
    [row] = [r for r in world.shop.orders.rows.values() if sale.id in r["created_via"]]
    assert all(line["product_id"] for line in row["lines"])
    store.close()


def test_a_variation_is_sold_as_one_of_its_product(world: WooWorld):
    parent = world.shop.goods.make({"name": "Cup", "type": "variable"})
    world.shop.goods.make({"sku": "CUP-RED", "name": "Red", "regular_price": "5.00",
        "type": "variation", "parent_id": parent["id"]})  # fmt: skip
    store, sale = world.adapter(), sale_of(world, SaleLine("CUP-RED", "Cup, red", 500, 2))
    store.put_sale(SaleNews(sale, None))
    [row] = world.shop.orders.rows.values()
    assert (row["lines"][0]["product_id"], row["lines"][0]["variation_id"]) == (
        parent["id"], parent["id"] + 1,
    )  # fmt: skip
    store.close()


def test_pieces_that_cost_nothing_leave_the_stock_too(world: WooWorld):
    line = SaleLine("COF-250", "Coffee", 790, 2, free=1)
    store, sale = world.adapter(), sale_of(world, line)
    order = store.put_sale(SaleNews(sale, None))
    assert_told(world, sale)
    assert world.shop.goods.by_sku("COF-250")["stock"] == 97
    assert order.code
    store.close()


def test_an_order_whose_fields_were_lost_is_not_left(world: WooWorld):
    world.shop.orders._meta = lambda row, given: None
    store = world.adapter()
    with pytest.raises(Refused) as refusal:
        store.put_sale(SaleNews(sale_of(world), None))
    assert refusal.value.where == "meta_data"
    assert world.shop.orders.rows == {}
    store.close()


def test_the_true_time_of_a_sale_stands_in_a_field(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    store.put_sale(SaleNews(sale, None, earned=7))
    [row] = world.shop.orders.rows.values()
    told = {one["key"]: one["value"] for one in row["meta"]}
    assert told["pos_sold_at"] == sale.sold_at.isoformat()
    assert told["loyalty_points_earned"] == "7"
    assert all(isinstance(value, str) and len(value) < 65_536 for value in told.values())
    assert not store.capabilities.keeps_sale_time
    store.close()


def test_nobody_is_mailed_about_a_guests_sale(world: WooWorld):
    """A member's e-mail is put into the order by the shop itself, and that is mailed to."""
    store = world.adapter()
    email = address()
    member = store.put_member(profile_of(world, email), None)
    store.put_sale(SaleNews(sale_of(world), None))
    store.put_sale(SaleNews(sale_of(world), member))
    assert [to for to, _ in world.shop.orders.mails] == ["", email]
    assert {"customer", "order", "refund", "profile"} == store.capabilities.mails
    store.close()
