"""What is Medusa's own: capitals, filters that are no filters, two payments, a time that stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sync.errors import Gone, Misconfigured, Refused, Retryable
from sync.online_store import SaleNews, Standing
from sync.stores.medusa import Access, FeedSettings, MedusaOnlineStore, recognise
from sync.stores.medusa_http import root
from sync.stores.medusa_rounds import Mark, Rounds
from sync.stores.medusa_wire import Dated
from sync.wire import Line, Wire
from tests.adapters.medusa.world import GOODS
from tests.adapters.world import (
    address,
    back_of,
    fresh,
    line_of,
    profile_of,
    read_customers,
    read_orders,
    read_products,
    sale_of,
)

# -- capitals --------------------------------------------------------------------------------------


def test_a_sale_lands_on_its_customer_though_their_email_had_capitals(world, store, shop):
    """Told as it is, the order would be somebody else's, made on the spot."""
    email = address("Mixed.Case")
    mixed = shop.make_person({"email": email}, has_account=False)["id"]
    customer = store.put_member(profile_of(world, email), None)
    assert customer == mixed
    sale = sale_of(world)
    store.put_sale(SaleNews(sale, customer))
    assert world.sold(sale)[0].customer == mixed
    assert world.customers_with(email) == [mixed]


def test_of_two_customers_with_one_email_the_registered_one_is_meant(world, store, shop):
    email = address()
    shop.make_person({"email": email}, has_account=False)
    registered = world.new_customer(email)
    assert store.find_customer(email=email).id == registered
    assert store.put_member(profile_of(world, email, points=5), None) == registered


def test_an_email_that_only_looks_alike_is_another(world, store):
    stem = fresh("a_b")
    store.put_member(profile_of(world, f"x{stem}@sample.example"), None)
    assert store.find_customer(email=f"{stem}@sample.example") is None
    assert store.find_customer(email="%") is None


# -- once, though nothing is unique ----------------------------------------------------------------


def test_a_filter_that_the_shop_does_not_know_finds_everything(world, store):
    """Why a sale is not looked for by its metadata."""
    sale = sale_of(world)
    store.put_sale(SaleNews(sale, None))
    told = world.shop.owner.get("/admin/orders", **{"metadata[posSaleId]": "nonsense"})
    assert told["count"] == 1
    other = sale_of(world)
    assert store.put_sale(SaleNews(other, None)) != store.put_sale(SaleNews(sale, None))


def test_a_sale_whose_id_begins_like_anothers_is_not_taken_for_it(world, store):
    sale = sale_of(world)
    longer = sale_of(world, id=sale.id + "0")
    first = store.put_sale(SaleNews(longer, None))
    assert store.put_sale(SaleNews(sale, None)) != first
    assert len(world.sold(sale)) == 1


def test_a_shop_would_take_a_second_payment_and_never_gets_one(world, store, shop):
    sale = sale_of(world)
    told = store.put_sale(SaleNews(sale, None))
    order = shop.orders[told.id]
    order["status"] = "pending"  # paid, and then the line broke
    shop.collect({"order_id": told.id, "amount": 1})
    assert store.put_sale(SaleNews(sale, None)) == told
    [payment] = shop.payments(order)
    assert payment["amount"] * 100 == sale.paid
    assert order["status"] == "completed"


def test_a_collection_that_nobody_heard_of_is_the_one_that_is_paid(world, connect, shop):
    sale, store = sale_of(world), connect(network=True)
    world.network().lose_answer(when=lambda seen: seen.path.endswith("/payment-collections"))
    with pytest.raises(Retryable):
        store.put_sale(SaleNews(sale, None))
    told = store.put_sale(SaleNews(sale, None))
    assert len(shop.orders[told.id]["payment_collections"]) == 1


def test_drafts_that_were_left_over_are_thrown_away(world, store):
    sale = sale_of(world)
    draft = {
        "region_id": world.shop.region, "metadata": {"posSaleId": sale.id},
        "billing_address": {"company": sale.id},
        "items": [{"title": "Goods", "quantity": 1, "unit_price": sale.paid / 100}],
    }  # fmt: skip
    for _ in range(2):
        world.shop.owner.post("/admin/draft-orders", draft)
    told = store.put_sale(SaleNews(sale, None))
    assert [one.id for one in world.sold(sale)] == [told.id]
    world.shop.owner.post("/admin/draft-orders", draft)
    assert store.put_sale(SaleNews(sale, None)) == told
    assert world.unfinished() == 0


def test_goods_that_the_shop_counts_and_does_not_have_are_told_by_name(world, store, shop):
    [product] = [one for one in shop.products.values() if one["title"] == GOODS[0].name]
    product["variants"][0]["manage_inventory"] = True
    sale = sale_of(world, line_of(GOODS[0], 2))
    told = store.put_sale(SaleNews(sale, None))
    [item] = shop.orders[told.id]["items"]
    assert (item["variant_id"], item["metadata"]) == (None, {"sku": GOODS[0].sku})
    assert world.sold(sale)[0].total == sale.paid


def test_a_total_that_the_shop_makes_otherwise_is_refused_and_nothing_stays(world, store, shop):
    made = shop.make_draft

    def taxed(given: dict[str, object]) -> dict[str, object]:
        draft = made(given)
        draft["items"][0]["total"] += 1
        return draft

    shop.make_draft = taxed  # type: ignore[method-assign]
    with pytest.raises(Refused) as refusal:
        store.put_sale(SaleNews(sale_of(world), None))
    assert refusal.value.problem == "total_differs"
    assert world.unfinished() == 0


def test_a_draft_that_was_converted_unheard_is_gone_on_with(world, connect):
    sale, store = sale_of(world), connect(network=True)
    world.network().lose_answer(when=lambda seen: seen.path.endswith("/convert-to-order"))
    with pytest.raises(Retryable):
        store.put_sale(SaleNews(sale, None))
    told = store.put_sale(SaleNews(sale, None))
    assert [one.id for one in world.sold(sale)] == [told.id]


def test_a_cancelled_order_is_not_the_sales_order_any_more(world, store):
    sale = sale_of(world)
    told = store.put_sale(SaleNews(sale, None))
    world.shop.owner.post(f"/admin/orders/{told.id}/cancel")
    assert store.put_sale(SaleNews(sale, None)) != told


# -- what changed ----------------------------------------------------------------------------------


def test_a_payment_does_not_move_an_orders_time_and_is_seen_all_the_same(
    world, store, shop, shopper
):
    order = world.open_order({GOODS[0].sku: 1}, shopper)
    read = read_orders(store)
    assert order.id not in read.orders
    before = shop.orders[order.id]["updated_at"]
    world.wait(30 * 86_400)
    world.pay_order(order)
    assert shop.orders[order.id]["updated_at"] == before
    assert order.id in read_orders(store, read.cursor).orders


def test_a_refund_after_goods_came_back_moves_no_time_and_is_seen(world, store, shop, shopper):
    placed = world.place_order({GOODS[0].sku: 2}, shopper)
    order = shop.orders[placed.id]
    shown = shop.shown

    def owed(one: dict[str, object]) -> dict[str, object]:
        """Goods came back: the shop owes money, until it pays."""
        told = shown(one)
        paid_back = any(payment["refunds"] for payment in shop.payments(one))
        if one is order and not paid_back:
            told["summary"] = {"pending_difference": -9.8}
        return told

    shop.shown = owed  # type: ignore[method-assign]
    order["updated_at"] = shop.stamp()
    read = read_orders(store)
    world.wait(86_400)
    moved = order["updated_at"]
    world.refund(placed, 980)
    order["updated_at"] = moved
    seen = read_orders(store, read.cursor).orders[placed.id]
    assert [one.goods for one in seen.refunds] == [980]
    assert read_orders(store, read.cursor).orders.keys() == {placed.id}


def test_more_rows_of_one_moment_than_a_page_holds_are_all_read(connect, shop):
    at = shop.stamp()
    for n in range(25):
        person = shop.make_person({"email": f"{fresh('m')}{n}@sample.example"}, has_account=False)
        person["updated_at"] = at
    assert len(read_customers(connect(page_size=4)).customers) == 25


def test_what_was_saved_later_than_its_time_is_read_by_the_next_round():
    """A time is given when a row is written; others see it once the transaction is through."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    early, late, newest = (
        Dated(id=f"prod_{n}", updated_at=at + timedelta(seconds=second))
        for n, second in enumerate((0, 2, 30))
    )
    there = [early, newest]

    def ask(begin: datetime | None, size: int) -> list[Dated]:
        rows = sorted(there, key=lambda row: row.updated_at)
        return [row for row in rows if begin is None or row.updated_at >= begin][:size]

    rounds = Rounds(ask, size=100, overlap=FeedSettings().overlap)
    rows, mark, _more = rounds.step(Mark())
    assert rows == [early, newest]
    there.append(late)
    rows, mark, _more = rounds.step(mark)
    assert rows == [late], "and nothing that came before comes again"
    assert rounds.step(mark)[0] == []


def test_rows_that_move_while_they_are_read_push_nobody_out_of_sight(connect, shop):
    people = [
        shop.make_person({"email": f"{fresh('m')}@sample.example"}, has_account=False)
        for _ in range(9)
    ]
    store, cursor, seen = connect(page_size=3), None, set()
    for n in range(20):
        page = store.customer_changes(cursor)
        seen |= {one.id for one in page.customers}
        cursor = page.cursor
        if n < 4:
            people[n]["updated_at"] = shop.stamp()
        if not page.more:
            break
    assert seen == {one["id"] for one in people}


def test_prices_without_tax_are_not_taken_over(store, shop):
    shop.preferences.clear()
    assert store.check().lacks == ("tax_included",)
    assert store.products(None).products == ()


def test_a_price_for_many_pieces_or_for_some_people_is_not_the_price(world, store, shop):
    world.make_product("JAR-1", "Jar", 700)
    [product] = [one for one in shop.products.values() if one["title"] == "Jar"]
    product["variants"][0]["prices"] += [
        {"currency_code": "eur", "amount": 5, "min_quantity": 10},
        {"currency_code": "eur", "amount": 4, "rules": {"customer_group_id": "x"}},
        {"currency_code": "usd", "amount": 1},
    ]
    assert read_products(store).products["JAR-1"].price == 700


# -- people and the door ---------------------------------------------------------------------------


def test_a_session_that_ran_out_is_begun_again(connect, shop):
    store = connect(by_key=False)
    store.check()
    shop.tokens.clear()
    store.check()
    shop.tokens.clear()
    shop.logins["admin@example.com"] = "another"
    with pytest.raises(Misconfigured) as problem:
        store.check()
    assert problem.value.problem == "wrong_password"


def test_a_key_that_was_revoked_is_said_to_be_wrong(world, store, shop):
    store.check()
    shop.keys.clear()
    with pytest.raises(Misconfigured) as problem:
        store.changes(None)
    assert problem.value.problem == "wrong_key"


def test_a_shop_without_a_region_is_not_set_up(world, store, shop):
    shop.regions.clear()
    assert store.check().lacks == ("region",)
    assert [need.there for need in store.needs()] == [False]
    with pytest.raises(Misconfigured):
        store.put_sale(SaleNews(sale_of(world), None))


def test_the_region_is_the_one_that_was_chosen(world):
    owner = world.shop.owner
    owner.post("/admin/regions", {"name": "Cyprus", "currency_code": "eur"})
    [chosen] = [x for x in owner.get("/admin/regions")["regions"] if x["name"] == "Cyprus"]
    access = Access(url=world.url, secret=world.shop.key["token"])
    store = MedusaOnlineStore(access, region="Cyprus")
    told = store.put_sale(SaleNews(sale_of(world), None))
    found = owner.get(f"/admin/orders/{told.id}", fields="id,region_id")["order"]
    assert found["region_id"] == chosen["id"]
    store.close()


def test_what_stands_in_our_keys_and_makes_no_sense_is_no_standing(world, store, shop):
    person = shop.make_person({"email": address()}, has_account=False)
    for points, at in ((5, "yesterday"), ("5", "2026-01-01T00:00:00+00:00"), (5, "2026-01-01")):
        person["metadata"] = {"loyaltyPoints": points, "loyaltyUpdatedAt": at}
        assert store.customer(person["id"]).standing is None


def test_a_person_who_is_forgotten_leaves_nothing_in_the_shops_database(world, store, shop):
    """Deleting alone would keep every word there."""
    email = address()
    told = profile_of(world, email, fresh("CARD"), points=4, phone="+302105550111")
    made = store.put_member(told, None)
    store.erase(made)
    left = shop.people[made]
    assert email not in str(left)
    assert (left["first_name"], left["phone"], left["metadata"]) == ("", "", {})
    with pytest.raises(Gone):
        store.put_standing(made, Standing(1, "bronze", world.now()))


def test_money_that_staff_gave_back_is_not_given_back_twice(world, store):
    sale = sale_of(world)
    told = store.put_sale(SaleNews(sale, None))
    back = back_of(world, sale, 900)
    for _ in range(2):
        store.put_return(back, told)
    assert world.sold(sale)[0].refunded == 900


def test_orders_of_a_customer_are_theirs_alone(world, store):
    one, other = address("shopper"), address("shopper")
    mine, theirs = world.new_customer(one), world.new_customer(other)
    placed = world.place_order({GOODS[0].sku: 1}, one)
    world.place_order({GOODS[1].sku: 1}, other)
    assert [order.remote_id for order in store.orders_of(mine)] == [placed.id]
    assert len(store.orders_of(theirs)) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shop.example", "https://shop.example"),
        ("https://shop.example/app/orders", "https://shop.example"),
        (" http://127.0.0.1:9000/ ", "http://127.0.0.1:9000"),
    ],
)
def test_an_address_is_understood_however_it_was_typed(typed, meant):
    assert root(typed) == meant


def test_something_else_is_no_medusa(world):
    wire = Wire(Line())
    assert recognise(wire, world.url).warns == ("not_https",)
    assert recognise(wire, "http://127.0.0.1:9") is None
    assert recognise(wire, "") is None
    wire.close()


def test_a_key_is_never_shown(world):
    assert "sk_" not in repr(Access(url=world.url, secret="sk_secret"))  # noqa: S106
