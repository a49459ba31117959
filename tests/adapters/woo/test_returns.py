"""Returns and coupons in a WooCommerce shop."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from sync.errors import Refused, Retryable
from sync.online_store import CouponNews, SaleNews
from tests.adapters.woo import money
from tests.adapters.woo.money import refund
from tests.adapters.woo.rules import Asked, Told, WooError, invalid
from tests.adapters.woo.world import WooWorld
from tests.adapters.world import address, back_of, insist, line_of, sale_of


def refunds_of(world: WooWorld) -> list[dict]:
    return [one for row in world.shop.orders.rows.values() for one in row["refunds"]]


def test_the_shops_own_way_to_pay_back_would_fail(world: WooWorld):
    """What the adapter must not do: for cash there is none."""
    placed = world.place_order({"COF-250": 1}, address())
    with pytest.raises(WooError) as error:
        refund(world.shop, world.shop.orders.one(placed.id), {"amount": "1.00"})
    assert (error.value.status, error.value.body["data"]) == (500, 500)


def test_goods_that_come_back_are_in_stock_again(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    order = store.put_sale(SaleNews(sale, None))
    assert world.shop.goods.by_sku("COF-250")["stock"] == 98
    store.put_return(back_of(world, sale), order)
    assert world.shop.goods.by_sku("COF-250")["stock"] == 100
    assert world.shop.orders.rows[int(order.id)]["status"] == "refunded"
    store.close()


def test_the_same_refund_again_would_be_a_second_one_so_it_is_looked_for(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    order = store.put_sale(SaleNews(sale, None))
    part = back_of(world, sale, 420)
    kept = {"COF-250": 2, "TEA-100": 0}
    for _ in range(3):
        store.put_return(part, order, kept)
    [told] = refunds_of(world)
    assert (told["amount"], told["reason"]) == ("4.20", f"Return {part.ref}")
    assert told["meta"][0]["value"] == part.id
    store.close()


def test_two_returns_of_one_amount_are_two(world: WooWorld):
    store = world.adapter()
    sale = sale_of(world, line_of(world.goods[1], 2))
    order = store.put_sale(SaleNews(sale, None))
    store.put_return(back_of(world, sale, 420), order, {"TEA-100": 1})
    store.put_return(back_of(world, sale, 420), order, {"TEA-100": 0})
    assert [one["amount"] for one in refunds_of(world)] == ["4.20", "4.20"]
    store.close()


def test_an_answer_that_was_lost_is_waited_out_before_another_refund(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    order, back = store.put_sale(SaleNews(sale, None)), back_of(world, sale)
    answer = world.server.answer

    def slow(method: str, target: str, *rest: object, **more: object) -> object:
        told = answer(method, target, *rest, **more)
        if method == "POST":
            world.late = world.shop.orders.rows[int(order.id)]["refunds"]
            world.shop.orders.rows[int(order.id)]["refunds"] = []  # not written yet
            told.status, told.body = 504, "<html></html>"
        return told

    world.server.answer = slow
    with pytest.raises(Retryable):
        store.put_return(back, order)
    world.server.answer = answer
    with pytest.raises(Retryable) as wait:
        store.put_return(back, order)
    assert wait.value.problem == "in_progress"
    world.shop.orders.rows[int(order.id)]["refunds"] = world.late
    insist(world, lambda: store.put_return(back, order))
    assert len(refunds_of(world)) == 1
    store.close()


def test_lines_that_the_shop_left_out_undo_the_refund(world: WooWorld):
    """A wrong line is accepted: the money goes back, the goods do not."""
    store, sale = world.adapter(), sale_of(world)
    order = store.put_sale(SaleNews(sale, None))
    kept = money._refund_line
    money._refund_line = lambda *_: None
    try:
        with pytest.raises(Refused) as refusal:
            store.put_return(back_of(world, sale), order)
    finally:
        money._refund_line = kept
    assert (refusal.value.problem, refusal.value.where) == ("refund_refused", "line_items")
    assert refunds_of(world) == []
    store.close()


def test_more_than_there_is_left_is_never_asked_for(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    order = store.put_sale(SaleNews(sale, None))
    store.put_return(replace(back_of(world, sale), money_back=sale.paid + 5000), order)
    assert sum(Decimal(one["amount"]) for one in refunds_of(world)) == Decimal(sale.paid) / 100
    store.close()


def test_a_refund_that_the_shop_refuses_is_for_a_person(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    order = store.put_sale(SaleNews(sale, None))
    world.shop.orders.rows[int(order.id)]["total"] = Decimal("20.01")
    world.shop.orders.show = lambda row, show=world.shop.orders.show: {
        **show(row), "total": "99.00"}  # fmt: skip
    with pytest.raises(Refused) as refusal:
        store.put_return(replace(back_of(world, sale), money_back=9000), order)
    assert refusal.value.problem == "refund_refused"
    store.close()


def test_tax_goes_back_with_the_goods(taxed: WooWorld):
    store = taxed.adapter()
    sale = sale_of(taxed, line_of(taxed.goods[0], 3, 107), line_of(taxed.goods[1]))
    order = store.put_sale(SaleNews(sale, None))
    store.put_return(back_of(taxed, sale, 754), order, {"COF-250": 2, "TEA-100": 1})
    [told] = refunds_of(taxed)
    [line] = told["lines"]
    assert line["quantity"] == -1
    assert Decimal(line["total"]) + Decimal(line["total_tax"]) == Decimal("-7.54")
    assert Decimal(line["total_tax"]) < -1
    store.close()


def test_a_shop_that_wants_a_taxs_number_as_text_is_given_it(taxed: WooWorld):
    routes = taxed.shop._refund

    def strict(asked: Asked, order: str) -> Told:
        taxes = [tax for line in asked.body["line_items"] for tax in line["refund_tax"]]
        if any(not isinstance(tax["id"], str) for tax in taxes):
            raise invalid("line_items", "[id] is not of type string.", "rest_invalid_type")
        return routes(asked, order)

    taxed.shop._refund = strict
    store, sale = taxed.adapter(), sale_of(taxed)
    order = store.put_sale(SaleNews(sale, None))
    store.put_return(back_of(taxed, sale), order)
    assert len(refunds_of(taxed)) == 1
    store.close()


def test_an_order_over_nothing_is_called_off(world: WooWorld):
    product = world.goods[0]
    store, sale = world.adapter(), sale_of(world, line_of(product, 1, product.price))
    order = store.put_sale(SaleNews(sale, None))
    for _ in range(2):
        store.put_return(back_of(world, sale, 0), order)
    assert world.shop.orders.rows[int(order.id)]["status"] == "cancelled"
    assert world.shop.goods.by_sku("COF-250")["stock"] == 100
    store.close()


# -- coupons ---------------------------------------------------------------------------------------


def coupon(world: WooWorld, **changes: object) -> CouponNews:
    return CouponNews(**{"code": "LOYAL-AB12", "title": "5 off", "currency": "EUR", "amount": 500,
        **changes})  # fmt: skip


def test_a_coupon_has_its_code_in_lower_case_and_is_found_by_either(world: WooWorld):
    store = world.adapter()
    made = store.put_coupon(coupon(world, email="a@sample.example"))
    row = world.shop.goods.coupons[int(made)]
    assert (row["code"], row["amount"], row["usage_limit"]) == ("loyal-ab12", "5.00", 1)
    assert row["email_restrictions"] == ["a@sample.example"]
    assert store.put_coupon(coupon(world, code="Loyal-ab12")) == made
    store.close()


def test_a_coupon_made_in_between_is_the_one(world: WooWorld):
    store = world.adapter()
    answer = world.server.answer

    def race(method: str, target: str, *rest: object, **more: object) -> object:
        if method == "POST":
            world.server.answer = answer
            world.shop.goods.make_coupon({"code": "LOYAL-AB12", "amount": "1.00"})
        return answer(method, target, *rest, **more)

    world.server.answer = race
    made = store.put_coupon(coupon(world))
    assert [row["amount"] for row in world.shop.goods.coupons.values()] == ["5.00"]
    assert made in {str(one) for one in world.shop.goods.coupons}
    store.close()


def test_a_coupon_that_is_not_good_yet_is_a_draft(world: WooWorld):
    store = world.adapter()
    later = world.now() + timedelta(days=2)
    made = store.put_coupon(coupon(world, starts=later, ends=later + timedelta(days=9)))
    assert world.shop.goods.coupons[int(made)]["status"] == "draft"
    world.wait(3 * 24 * 3600)
    store.check()
    assert store.put_coupon(coupon(world, starts=later)) == made
    assert world.shop.goods.coupons[int(made)]["status"] == "publish"
    assert world.shop.goods.coupons[int(made)]["expires"] is None
    store.close()


def test_a_coupon_told_twice_before_its_time_is_one_draft_and_is_ended_there(world: WooWorld):
    """A shop finds no drafts by their code, and makes any number of the same."""
    store = world.adapter()
    later = world.now() + timedelta(days=2)
    news = coupon(world, starts=later, ends=later + timedelta(days=9))
    made = store.put_coupon(news)
    assert store.put_coupon(news) == made
    assert len(world.shop.goods.coupons) == 1
    assert store.put_coupon(coupon(world, uses=0)) == made
    assert world.shop.goods.coupons[int(made)]["expires"] < world.now()
    store.close()


def test_a_coupon_runs_out_at_the_moment_told_whatever_the_shops_hours_are(world: WooWorld):
    """``date_expires_gmt`` is not read there: a coupon told by it was good for ever."""
    assert world.shop.offset, "a shop by Greenwich's hours would show nothing"
    store = world.adapter()
    ends = world.now() + timedelta(days=9)
    made = store.put_coupon(coupon(world, ends=ends))
    assert world.shop.goods.coupons[int(made)]["expires"] == ends
    store.put_coupon(coupon(world, ends=None))
    assert world.shop.goods.coupons[int(made)]["expires"] is None
    store.put_coupon(coupon(world, uses=0))
    assert world.shop.goods.coupons[int(made)]["expires"] < world.now()
    store.close()


def test_an_end_that_the_shop_did_not_take_is_not_left_in_force(world: WooWorld):
    setter = world.shop.goods._set_coupon
    later = world.now() + timedelta(days=900)

    def misread(row: dict, given: dict) -> None:
        setter(row, given)
        if "date_expires" in given and row["expires"] > world.now():
            row["expires"] = later

    world.shop.goods._set_coupon = misread
    store = world.adapter()
    with pytest.raises(Refused) as refusal:
        store.put_coupon(coupon(world, ends=world.now() + timedelta(days=9)))
    assert (refusal.value.problem, refusal.value.where) == ("total_differs", "date_expires")
    [row] = world.shop.goods.coupons.values()
    assert row["expires"] < world.now()
    store.close()


def test_an_amount_that_the_shop_read_otherwise_is_not_left_in_force(world: WooWorld):
    setter = world.shop.goods._set_coupon

    def misread(row: dict, given: dict) -> None:
        setter(row, {**given, "amount": "500.00"} if "amount" in given else given)

    world.shop.goods._set_coupon = misread
    store = world.adapter()
    with pytest.raises(Refused) as refusal:
        store.put_coupon(coupon(world))
    assert refusal.value.problem == "total_differs"
    [row] = world.shop.goods.coupons.values()
    assert row["expires"] < world.now()
    store.close()


def test_a_coupon_of_another_currency_is_refused(world: WooWorld):
    store = world.adapter()
    with pytest.raises(Refused) as refusal:
        store.put_coupon(coupon(world, currency="USD"))
    assert refusal.value.problem == "other_currency"
    assert world.shop.goods.coupons == {}
    store.close()
