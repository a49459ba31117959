"""What a coupon is worth at a WooCommerce checkout: what it says, whatever the prices are like."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sync.errors import Refused
from sync.online_store import CouponNews, SaleNews
from tests.adapters.woo.rules import WooError
from tests.adapters.woo.world import WooWorld
from tests.adapters.world import CouponRefusedError, address, fresh, sale_of


def coupon(world: WooWorld, **changes: object) -> CouponNews:
    news = CouponNews(code=fresh("WEB"), title="5.00 off", currency=world.currency, amount=500)
    return replace(news, **changes)


def bought(world: WooWorld, code: str = "", sku: str = "COF-250", pieces: int = 3) -> int:
    """What somebody pays for goods at the checkout."""
    email = address("shopper")
    world.new_customer(email)
    return world.place_order({sku: pieces}, email, (code,) if code else ()).goods


def told_of(world: WooWorld, made: str) -> tuple[str, str]:
    row = world.shop.goods.coupons[int(made)]
    return row["amount"], row["minimum_amount"]


# -- amounts ---------------------------------------------------------------------------------------


def test_an_amount_told_as_it_is_would_take_off_more_where_prices_are_without_tax(on_top: WooWorld):
    """What the adapter must not do: 5.00 off the net saves the tax on it besides."""
    on_top.shop.goods.make_coupon({"code": "plain", "amount": "5.00"})
    assert bought(on_top) - bought(on_top, "plain") == 625


@pytest.mark.parametrize("kind", ["world", "taxed", "on_top"])
def test_five_are_worth_five_at_the_checkout(request, kind: str):
    there = request.getfixturevalue(kind)
    store = there.adapter()
    news = coupon(there)
    made = store.put_coupon(news)
    assert bought(there) - bought(there, news.code) == 500
    assert told_of(there, made)[0] == ("4.00" if kind == "on_top" else "5.00")
    store.close()


@pytest.mark.parametrize("rate", ["0.255", "0.21", "0.2", "0.14", "0.07", "0.055"])
def test_no_coupon_is_worth_less_than_it_says_and_none_more_than_a_cent(on_top: WooWorld, rate):
    """A net amount in whole cents can't come to every amount with its tax."""
    on_top.shop.rate = Decimal(rate)
    store, factor = on_top.adapter(), 1 + Decimal(rate)
    for amount in range(1, 700, 13):
        made = store.put_coupon(coupon(on_top, amount=amount))
        worth = Decimal(told_of(on_top, made)[0]) * 100 * factor
        assert amount - Decimal("0.5") <= worth < amount + factor
    store.close()


def test_a_percentage_is_one_whatever_the_tax(on_top: WooWorld):
    store, news = on_top.adapter(), coupon(on_top, amount=0, percent=1000)
    store.put_coupon(news)
    assert bought(on_top, news.code, pieces=10) == 9 * on_top.goods[0].price
    store.close()


# -- several rates ---------------------------------------------------------------------------------


def test_with_goods_of_several_rates_it_is_worth_no_less_on_any_and_that_is_said(on_top: WooWorld):
    on_top.shop.rates = {"reduced-rate": Decimal("0.1"), "zero-rate": Decimal(0)}
    on_top.shop.goods.make({"sku": "BOOK", "name": "Book", "regular_price": "10.00",
        "tax_class": "reduced-rate"})  # fmt: skip
    store, news = on_top.adapter(), coupon(on_top, uses=9)
    store.put_coupon(news)
    off_book = bought(on_top, sku="BOOK") - bought(on_top, news.code, sku="BOOK")
    off_coffee = bought(on_top) - bought(on_top, news.code)
    assert (off_book, off_coffee) == (500, 569)
    assert store.check().lacks == ("coupon_tax",)
    [need] = [one for one in store.needs() if not one.there]
    assert (need.code, need.can_make) == ("coupon_tax", False)
    assert "Prices entered with tax" in need.where
    store.close()


def test_rates_that_no_goods_have_change_nothing(on_top: WooWorld):
    """Shops come with classes for a lower rate and for none; the table names them, no goods do."""
    on_top.shop.rates = {"reduced-rate": Decimal("0.1"), "zero-rate": Decimal(0)}
    store, news = on_top.adapter(), coupon(on_top)
    store.put_coupon(news)
    assert bought(on_top) - bought(on_top, news.code) == 500
    assert store.check().lacks == ()
    store.close()


def test_a_rate_that_an_order_taught_counts_for_coupons_too(on_top: WooWorld):
    on_top.shop.shows_taxes = False
    store, news = on_top.adapter(), coupon(on_top)
    store.put_sale(SaleNews(sale_of(on_top), None))
    store.put_coupon(news)
    assert bought(on_top) - bought(on_top, news.code) == 500
    store.close()


def test_where_nothing_tells_of_taxes_no_amount_is_made_up(on_top: WooWorld):
    """A key that may not read the settings, before any order: percentages are the same anywhere."""
    on_top.shop._setting = _closed
    store = on_top.adapter()
    with pytest.raises(Refused) as refusal:
        store.put_coupon(coupon(on_top))
    assert refusal.value.problem == "forbidden"
    assert on_top.shop.goods.coupons == {}
    news = coupon(on_top, amount=0, percent=5000)
    store.put_coupon(news)
    assert bought(on_top, news.code, pieces=2) == on_top.goods[0].price
    store.close()


def _closed(*_: object) -> object:
    raise WooError(403, "woocommerce_rest_cannot_view", "Sorry, you cannot view this resource.")


# -- the least basket ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["taxed", "on_top"])
@pytest.mark.parametrize("shows_tax", [True, False])
def test_whoever_reaches_the_least_basket_is_not_sent_away(request, kind: str, shows_tax: bool):
    """It is held against what the cart shows: without tax even where the prices are with it."""
    there = request.getfixturevalue(kind)
    there.shop.cart_shows_tax = shows_tax
    store, price = there.adapter(), there.goods[0].price
    news = coupon(there, minimum=3 * price, uses=9)
    store.put_coupon(news)
    assert bought(there, news.code) == 3 * price - 500
    with pytest.raises(CouponRefusedError):
        bought(there, news.code, pieces=2)
    store.close()
