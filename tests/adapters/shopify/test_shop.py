"""A Shopify shop as it is: taxes, people and their phones, coupons, and the door."""

import logging

import pytest

from sync.errors import Gone, Misconfigured, Refused, Retryable
from sync.online_store import CouponNews, SaleNews
from sync.stores.shopify import Access, recognise
from sync.stores.shopify_http import endpoint
from sync.wire import Line, Wire
from terminal.sales import Goods, SaleLine
from tests.adapters.shopify.world import ShopifyWorld
from tests.adapters.world import (
    address,
    fresh,
    profile_of,
    read_customers,
    read_orders,
    sale_of,
    standing_of,
)

# -- taxes -----------------------------------------------------------------------------------------


def test_taxes_are_told_as_amounts_within_the_price(world, store):
    oil = SaleLine("OIL-500", "Oil", 980, 3, 107, goods=Goods(tax=2400))
    honey = SaleLine("HON-450", "Honey", 1190, 1, goods=Goods(tax=600))
    told = store.put_sale(SaleNews(sale_of(world, oil, honey), None))
    lines = world.shop.orders[told.id].lines
    assert sum(line.tax for line in lines[:2]) == pytest.approx((2940 - 107) * 24 / 124, abs=1)
    assert lines[2].tax == 67  # 1190 x 6 / 106


def test_a_shop_whose_prices_are_without_tax_tells_orders_but_no_prices():
    with ShopifyWorld(taxes_included=False) as world:
        store, email = world.connect(), address("shopper")
        world.new_customer(email)
        placed = world.place_order({"OIL-500": 2}, email)
        world.shop.orders[placed.id].lines[0].tax = 380
        assert read_orders(store).orders[placed.id].goods == placed.goods
        assert "tax_included" in store.check().lacks
        assert store.products(None).products == ()
        store.close()


# -- people ----------------------------------------------------------------------------------------


def test_a_phone_that_somebody_else_has_does_not_hold_back_the_rest(world, store):
    phone = "+302105550199"
    store.put_member(profile_of(world, address(), phone=phone), None)
    second = store.put_member(profile_of(world, address(), points=8, phone=phone), None)
    third = store.put_member(profile_of(world, address(), points=9, phone="210 555"), None)
    assert (store.customer(second).phone, store.customer(second).standing.points) == ("", 8)
    assert (store.customer(third).phone, store.customer(third).standing.points) == ("", 9)


def test_a_birthday_is_told_where_it_is_a_whole_date(world, store):
    whole = store.put_member(profile_of(world, address(), birthday="1980-02-29"), None)
    part = store.put_member(profile_of(world, address(), birthday="02-29"), None)
    assert store.customer(whole).birthday == "1980-02-29"
    assert store.customer(part).birthday == ""


def test_a_card_that_somebody_else_has_needs_a_person(world, store):
    card = fresh("CARD")
    store.put_member(profile_of(world, address(), card), None)
    with pytest.raises(Refused) as refusal:
        store.put_member(profile_of(world, address(), card), None)
    assert refusal.value.problem == "card_taken"


def test_somebody_with_orders_is_made_nameless_when_forgotten(world, store):
    email, card = address(), fresh("CARD")
    made = store.put_member(profile_of(world, email, card, birthday="1980-02-29"), None)
    store.put_sale(SaleNews(sale_of(world), made))
    store.erase(made)
    buyer = world.shop.buyers[made]
    assert (buyer.email, buyer.first, buyer.last) == (None, None, "-")
    assert set(buyer.fields) == {("loyalty", "erased")}
    assert read_customers(store).customers[made].deleted
    with pytest.raises(Gone):
        store.put_standing(made, standing_of(world, 1))
    again = store.put_member(profile_of(world, email, card), None)
    assert again != made


def test_a_coupon_for_somebody_who_is_not_there_needs_them_first(world, store):
    coupon = CouponNews(code="WEB1", title="1 off", currency="EUR", amount=100, email=address())
    with pytest.raises(Gone):
        store.put_coupon(coupon)


# -- the door --------------------------------------------------------------------------------------


def test_a_version_that_ran_out_is_said_once(world, store, caplog):
    store.check()
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []
    world.server.version = "2027-10"
    with caplog.at_level(logging.WARNING):
        assert store.check().version == "2027-10"
        store.check()
    assert len([one for one in caplog.records if one.levelno >= logging.WARNING]) == 1


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (401, "wrong_key"),
        (402, "forbidden"),
        (404, "wrong_address"),
        (430, "busy"),
        (503, "server_error"),
    ],
)
def test_a_shut_door_says_what_it_is(world, connect, status, problem):
    store = connect(network=True)
    world.network().status(status)
    with pytest.raises((Misconfigured, Retryable)) as failure:
        store.check()
    assert failure.value.problem == problem


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("example.myshopify.com", "https://example.myshopify.com"),
        ("https://example.myshopify.com/", "https://example.myshopify.com"),
        (" https://example.myshopify.com/admin/products?x=1 ", "https://example.myshopify.com"),
        ("http://127.0.0.1:9/admin/api/2020-01/graphql.json", "http://127.0.0.1:9"),
    ],
)
def test_an_address_is_understood_however_it_was_typed(typed, meant):
    assert endpoint(typed) == f"{meant}/admin/api/2026-10/graphql.json"


def test_a_key_is_never_shown(world):
    assert "shpat" not in repr(Access(url=world.url, token="shpat_secret"))  # noqa: S106


def test_something_else_is_no_shopify(world):
    wire = Wire(Line())
    with ShopifyWorld() as other:
        other.server.tokens.clear()
        assert recognise(wire, other.url).kind == "shopify"
    assert recognise(wire, "http://127.0.0.1:9") is None
    assert recognise(wire, "") is None
    wire.close()
