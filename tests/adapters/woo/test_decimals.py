"""Shops in another currency than the till's, or set to other decimals than their money has."""

from decimal import Decimal

import pytest

from sync.errors import Misconfigured, Refused
from sync.online_store import CouponNews, SaleNews
from tests.adapters.contract_sales import assert_told
from tests.adapters.woo.rules import WooError
from tests.adapters.woo.world import WooWorld
from tests.adapters.world import address, back_of, fresh, line_of, read_orders, sale_of

FOREIGN = [("JPY", 0), ("JPY", 2), ("KWD", 3), ("KWD", 2), ("SEK", 2)]


def orders(world: WooWorld) -> list[dict]:
    return list(world.shop.orders.rows.values())


# -- another currency ------------------------------------------------------------------------------


@pytest.mark.parametrize(("currency", "places"), FOREIGN)
def test_a_shop_in_another_currency_gets_nothing_told(world: WooWorld, currency, places):
    """The shop itself would take orders in any money."""
    world.shop.currency, world.shop.places = currency, places
    store = world.adapter()
    assert store.check().currency == currency, "connecting compares it with the till's"
    with pytest.raises(Refused) as refusal:
        store.put_sale(SaleNews(sale_of(world), None))
    assert refusal.value.problem == "other_currency"
    with pytest.raises(Refused) as refusal:
        store.put_coupon(CouponNews(code=fresh("C"), title="5", currency="EUR", amount=500))
    assert refusal.value.problem == "other_currency"
    assert (orders(world), world.shop.goods.coupons) == ([], {})
    store.close()


@pytest.mark.parametrize(
    ("currency", "places", "price", "minor"),
    [("JPY", 0, "1500", 1500), ("JPY", 2, "1500", 1500), ("KWD", 3, "1.250", 1250),
     ("KWD", 2, "1.25", 1250), ("SEK", 2, "12.50", 1250)],
)  # fmt: skip
def test_its_own_orders_are_read_by_the_minor_units_of_its_money(
    world: WooWorld, currency: str, places: int, price: str, minor: int
):
    world.shop.currency, world.shop.places = currency, places
    world.shop.goods.make({"sku": "ABROAD", "name": "Abroad", "regular_price": price})
    email = address("shopper")
    world.new_customer(email)
    placed = world.place_order({"ABROAD": 2}, email)
    store = world.adapter()
    order = read_orders(store).orders[placed.id]
    assert (order.currency, order.goods) == (currency, 2 * minor)
    store.close()


def test_a_shop_whose_money_nobody_may_know_is_not_connected(world: WooWorld):
    """A key that may not look, and no order to see it by."""

    def closed(*_: object) -> object:
        raise WooError(403, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")

    world.shop._status = world.shop._setting = closed
    store = world.adapter()
    for ask in (store.check, lambda: store.put_sale(SaleNews(sale_of(world), None))):
        with pytest.raises(Misconfigured) as refusal:
            ask()
        assert refusal.value.problem == "forbidden"
    world.place_order({"COF-250": 1}, address())
    assert store.check().currency == "EUR", "an order tells"
    store.close()


def test_a_shop_that_changes_its_currency_is_noticed_within_the_hour(world: WooWorld):
    store = world.adapter()
    store.put_sale(SaleNews(sale_of(world), None))
    world.shop.currency = "USD"
    world.wait(3600)
    with pytest.raises(Refused) as refusal:
        store.put_sale(SaleNews(sale_of(world), None))
    assert refusal.value.problem == "other_currency"
    assert len(orders(world)) == 1
    store.close()


def test_a_shop_that_changes_to_yen_is_noticed_by_its_answer(world: WooWorld):
    """What a total is written like says that more has changed than the till knew."""
    store = world.adapter()
    store.put_sale(SaleNews(sale_of(world), None))
    world.shop.currency, world.shop.places = "JPY", 0
    with pytest.raises(Refused) as refusal:
        store.put_sale(SaleNews(sale_of(world), None))
    assert refusal.value.problem == "other_currency"
    assert len(orders(world)) == 1, "the order in the wrong money was taken away again"
    store.close()


def test_a_look_that_fails_leaves_what_was_known(world: WooWorld):
    store = world.adapter()
    store.put_sale(SaleNews(sale_of(world), None))
    world.wait(3600)
    asked = []

    def down() -> object:
        asked.append("system_status")
        raise WooError(500, "internal_server_error", "There has been a critical error.")

    world.shop._status = down
    for _ in range(3):
        sale = sale_of(world)
        store.put_sale(SaleNews(sale, None))
        assert_told(world, sale)
    assert len(asked) == 1, "and is not asked with every sale"
    store.close()


# -- other decimals --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["world", "taxed", "on_top"])
@pytest.mark.parametrize("places", [3, 4])
def test_more_decimals_than_the_money_has_change_no_amount(request, kind: str, places: int):
    there = request.getfixturevalue(kind)
    there.shop.places = places
    store = there.adapter()
    for off in range(1, 30, 4):
        sale = sale_of(there, line_of(there.goods[0], 3, off), line_of(there.goods[1], 1))
        told = store.put_sale(SaleNews(sale, None))
        assert_told(there, sale)
        store.put_return(back_of(there, sale), told)
        [row] = [one for one in orders(there) if str(one["id"]) == told.id]
        assert (row["status"], row["total"]) == ("refunded", Decimal(sale.paid) / 100)
    assert store.check().lacks == ()
    store.close()


@pytest.mark.parametrize(("currency", "places", "lacks"), [
    ("EUR", 0, ("decimals",)), ("EUR", 1, ("decimals",)), ("EUR", 2, ()), ("EUR", 3, ()),
    ("HUF", 0, ()), ("HUF", 2, ()), ("ILS", 1, ()), ("ILS", 0, ("decimals",)),
])  # fmt: skip
def test_fewer_decimals_than_coins_have_are_said_and_where_to_set_them(
    world: WooWorld, currency: str, places: int, lacks: tuple[str, ...]
):
    """Nobody pays with fillér: a shop in whole forints lacks nothing."""
    world.shop.currency, world.shop.places = currency, places
    store = world.adapter()
    assert store.check().lacks == lacks
    missing = [need for need in store.needs() if not need.there]
    assert [need.code for need in missing] == list(lacks)
    assert all("Number of decimals: 2" in need.where and not need.can_make for need in missing)
    store.close()


def test_decimals_that_were_taken_away_meanwhile_are_noticed_by_the_answer(world: WooWorld):
    store = world.adapter()
    store.put_sale(SaleNews(sale_of(world), None))
    world.shop.places = 0
    sale = sale_of(world, line_of(world.goods[0], 3, 11))
    told = store.put_sale(SaleNews(sale, None))
    [row] = [one for one in orders(world) if str(one["id"]) == told.id]
    assert (sale.paid, row["total"]) == (2359, Decimal(24))
    store.close()


def test_a_coupon_in_a_shop_without_cents_is_worth_no_less_than_it_says(world: WooWorld):
    world.shop.places = 0
    store = world.adapter()
    for amount, told in ((250, "3.00"), (300, "3.00")):
        news = CouponNews(code=fresh("C"), title="Off", currency="EUR", amount=amount)
        made = store.put_coupon(news)
        assert store.put_coupon(news) == made
        assert world.shop.goods.coupons[int(made)]["amount"] == told
    store.close()
