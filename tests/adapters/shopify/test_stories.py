"""What is Shopify's own: requests are paid with points, compare and set, keys, a late index."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from sync.deadline import Deadline
from sync.errors import Misconfigured, Retryable
from sync.online_store import SaleNews, Standing
from sync.stores.shopify import Access, ShopifyOnlineStore
from tests.adapters.shopify.server import ALL_SCOPES, ShopServer
from tests.adapters.shopify.world import GOODS, TOKEN, ShopifyWorld
from tests.adapters.world import (
    address,
    back_of,
    fresh,
    line_of,
    profile_of,
    read_customers,
    read_orders,
    sale_of,
    standing_of,
)

# -- points ----------------------------------------------------------------------------------------


def test_a_long_queue_waits_for_its_points_and_is_never_turned_away(world, store):
    world.server.at_hand = world.server.most = 400.0
    world.server.rate = 5.0
    customer = store.put_member(profile_of(world, address()), None)
    before = world.shop.ahead
    for _ in range(25):
        store.put_sale(SaleNews(sale_of(world), customer))
    assert world.server.turned_away == 0
    assert world.shop.ahead > before, "nobody had to wait"


def test_a_bucket_that_others_emptied_says_how_long_to_wait(world, store):
    store.changes(None)
    world.server.at_hand = -100.0
    with pytest.raises(Retryable) as failure:
        store.changes(None)
    assert failure.value.problem == "busy"
    assert failure.value.away
    world.wait(failure.value.retry_after)
    store.changes(None)
    assert world.server.turned_away == 1


def test_a_bucket_that_fills_for_long_ends_the_round(world, store):
    store.changes(None)
    world.server.at_hand = -9_000.0
    with pytest.raises(Retryable):
        store.changes(None)
    asked = len(world.server.costs)
    with pytest.raises(Retryable) as failure:
        store.changes(None)
    assert failure.value.retry_after > 30
    assert len(world.server.costs) == asked


def test_who_has_a_deadline_does_not_wait_for_the_bucket_beyond_it(world, connect):
    """A look at a member at the till: the points would be there in a few seconds."""
    within = Deadline(world.shop.clock)
    store = connect(within=within)
    customer = store.put_member(profile_of(world, address()), None)
    store.orders_of(customer)
    world.server.at_hand = -200.0
    world.server.rate = 50.0
    with pytest.raises(Retryable):
        store.orders_of(customer)
    asked, before = len(world.server.costs), world.shop.ahead
    within.begin(1.5)
    with pytest.raises(Retryable, match="busy"):
        store.orders_of(customer)
    assert (len(world.server.costs), world.shop.ahead) == (asked, before)
    within.begin(60)
    assert store.orders_of(customer) == ()


def test_a_page_that_is_too_dear_is_asked_for_in_halves(world, connect, shopper):
    placed = {world.place_order({"OIL-500": 1}, shopper).id for _ in range(30)}
    assert placed <= read_orders(connect(page_size=40)).orders.keys()


# -- compare and set -------------------------------------------------------------------------------


def test_of_two_writers_the_newer_standing_stays(world, store, other):
    at = world.now().replace(microsecond=0)
    customer = store.put_member(profile_of(world, address()), None)
    other.put_standing(customer, Standing(1, "bronze", at))  # both know what stands there
    store.put_standing(customer, Standing(2, "bronze", at))
    newer = Standing(300, "gold", at + timedelta(seconds=5))
    older = Standing(250, "bronze", at + timedelta(seconds=3))
    store.put_standing(customer, newer)
    other.put_standing(customer, older)  # written without having seen the newer one
    assert store.customer(customer).standing == newer
    latest = Standing(310, "gold", at + timedelta(seconds=9))
    other.put_standing(customer, latest)
    assert store.customer(customer).standing == latest


def test_writers_at_once_end_with_the_newest_whoever_comes_last(world, connect):
    stores = [connect() for _ in range(4)]
    at = world.now().replace(microsecond=0)
    customer = stores[0].put_member(profile_of(world, address()), None)
    for store in stores:
        store.put_standing(customer, Standing(0, "bronze", at))

    def write(n: int) -> None:
        for k in range(8):
            moment = 4 * k + n
            news = Standing(moment, "bronze", at + timedelta(seconds=moment + 1))
            try:
                stores[n].put_standing(customer, news)
            except Retryable as failure:  # too much of a crowd: the engine asks again
                assert failure.problem == "in_progress"  # noqa: PT017

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(write, range(4)))
    final = Standing(500, "gold", at + timedelta(seconds=100))
    stores[2].put_standing(customer, final)
    assert stores[0].customer(customer).standing == final


def test_a_clock_that_was_wrong_does_not_hold_a_standing_for_ever(world, store):
    customer = store.put_member(profile_of(world, address()), None)
    now = world.now().replace(microsecond=0)
    store.put_standing(customer, Standing(9, "bronze", now + timedelta(days=300)))
    store.put_standing(customer, Standing(4, "bronze", now))
    assert store.customer(customer).standing.points == 4


def test_a_card_is_told_even_when_its_standing_lost_a_race(world, store, other):
    email, at = address(), world.now().replace(microsecond=0)
    customer = store.put_member(profile_of(world, email), None)
    newer = Standing(70, "gold", at + timedelta(hours=1))
    other.customer(customer)
    world.meanwhile("metafieldsSet", lambda: other.put_standing(customer, newer))
    card = fresh("CARD")
    store.put_member(profile_of(world, email, card, points=5), customer)
    told = other.customer(customer)
    assert (told.card, told.standing) == (card, newer)


def test_what_a_stranger_wrote_into_our_field_is_written_over(world, store):
    customer = store.put_member(profile_of(world, address()), None)
    buyer = world.shop.buyers[customer]
    world.shop.set_field(buyer, "loyalty", "standing", "not ours", "json")
    assert store.customer(customer).standing is None
    store.put_standing(customer, standing_of(world, 6))
    assert store.customer(customer).standing.points == 6


def test_ten_standings_are_two_requests(world, store, connect):
    people = [store.put_member(profile_of(world, address()), None) for _ in range(10)]
    newcomer = connect(network=True)
    said = newcomer.put_standings([(one, standing_of(world, 1)) for one in people])
    assert said == [None] * 10
    assert len(world.network().seen) == 2


# -- once ------------------------------------------------------------------------------------------


def test_a_repeated_refund_is_one_refund_even_before_it_can_be_seen(world, store, other):
    """The second request leaves before the first has been carried out: only its key tells."""
    sale = sale_of(world)
    order = store.put_sale(SaleNews(sale, None))
    back = back_of(world, sale)
    world.meanwhile("refundCreate", lambda: other.put_return(back, order))
    store.put_return(back, order)
    there = world.shop.orders[order.id]
    assert len(there.refunds) == 1
    assert there.given_back == sale.paid


def test_a_sale_told_twice_at_once_is_one_order(world, store, other):
    sale, told = sale_of(world), []
    world.meanwhile("orderCreate", lambda: told.append(other.put_sale(SaleNews(sale, None))))
    told.append(store.put_sale(SaleNews(sale, None, fresh=True)))
    assert told[0] == told[1]
    assert len(world.sold(sale)) == 1


def test_an_order_told_before_there_was_a_field_for_it_is_found_by_searching(world, store):
    sale = sale_of(world)
    told = store.put_sale(SaleNews(sale, None))
    del world.shop.orders[told.id].fields["loyalty", "sale_id"]
    longer = sale_of(world, id=sale.id + "0")  # what a search finds is not always what was meant
    other = store.put_sale(SaleNews(longer, None))
    assert other != told
    assert store.put_sale(SaleNews(sale, None)) == told


def test_no_sale_goes_out_before_the_shop_keeps_its_id_unique(world):
    bare = world.bare()
    with pytest.raises(Misconfigured) as problem:
        bare.put_sale(SaleNews(sale_of(world), None))
    assert (problem.value.problem, problem.value.where) == ("schema", "order_fields")
    assert bare.check().lacks == ("customer_fields", "order_fields")
    bare.prepare(["order_fields"])
    bare.put_sale(SaleNews(sale_of(world), None))
    bare.close()


# -- what changed ----------------------------------------------------------------------------------


def test_an_index_that_is_minutes_behind_leaves_nothing_out():
    with ShopifyWorld(lag=timedelta(minutes=3)) as world:
        store, email = world.connect(), address("shopper")
        shopper = world.new_customer(email)
        placed, orders, people = set(), {}, {}
        at, there = None, None
        for _ in range(30):
            placed.add(world.place_order({"OIL-500": 1}, email).id)
            read, seen = read_orders(store, at), read_customers(store, there)
            at, there = read.cursor, seen.cursor
            orders |= read.orders
            people |= seen.customers
            world.wait(20)
        world.wait(180)
        orders |= read_orders(store, at).orders
        people |= read_customers(store, there).customers
        assert placed == orders.keys()
        assert shopper in people
        store.close()


def test_a_shorter_step_back_than_the_index_would_lose_orders():
    """The story above can fail: with a step of a second it does."""
    with ShopifyWorld(lag=timedelta(minutes=3)) as world:
        email = address("shopper")
        world.new_customer(email)
        hasty = world.connect(overlap=timedelta(seconds=1))
        first = world.place_order({"OIL-500": 1}, email)
        late = world.place_order({"OIL-500": 1}, email)
        world.wait(240)
        changed = world.shop.orders[first.id]
        world.shop.touch(changed)  # listed by the index at its old time, told with its new one
        cursor = read_orders(hasty).cursor
        lost = world.shop.orders[late.id]
        lost.changed.append(changed.updated_at - timedelta(minutes=2))
        lost.notes["changed"] = "yes"
        world.wait(600)
        assert late.id not in read_orders(hasty, cursor).orders
        hasty.close()


def test_an_order_with_many_lines_and_many_refunds_is_told_whole(world, store, shopper):
    for n in range(23):
        world.make_product(f"MANY-{n}", f"Goods {n}", 100 + n)
    placed = world.place_order({f"MANY-{n}": 2 for n in range(23)}, shopper)
    for _ in range(14):
        world.refund(placed, 10)
    order = read_orders(store).orders[placed.id]
    assert len(order.lines) == 23
    assert order.goods == placed.goods
    assert len(order.refunds) == 14
    assert sum(one.goods for one in order.refunds) == 140


def test_goods_that_came_back_are_told_by_pieces(world, store):
    sale = sale_of(world, line_of(GOODS[0], 3), line_of(GOODS[1]))
    told = store.put_sale(SaleNews(sale, None))
    store.put_return(back_of(world, sale, 980), told, {"OIL-500": 2, "HON-450": 1})
    [refund] = read_orders(store).orders[told.id].refunds
    assert (refund.goods, refund.pieces) == (980, (("OIL-500", 1),))


def test_orders_that_are_no_trade_are_left_out(world, store, shopper):
    tried = world.place_order({"OIL-500": 1}, shopper)
    world.shop.orders[tried.id].test = True
    open_ = world.open_order({"OIL-500": 1}, shopper)
    seen = read_orders(store).orders
    assert tried.id not in seen
    assert open_.id not in seen


def test_a_row_that_comes_again_as_it_was_is_not_told_again(world, store, shopper):
    world.place_order({"OIL-500": 1}, shopper)
    first = read_orders(store)
    assert read_orders(store, first.cursor).orders == {}
    assert read_customers(store, read_customers(store).cursor).customers == {}


def test_a_key_that_sees_two_months_of_orders_is_told_so(world):
    """Older ones are in no list, and no error says so: a first import would leave them out."""
    recent = ALL_SCOPES - {"read_all_orders"}
    with ShopServer(world.shop, {TOKEN: recent}) as server:
        store = ShopifyOnlineStore(Access(url=server.url, token=TOKEN))
        told = {right.code: right for right in store.rights()}
        store.close()
    seen = told["read_orders"]
    assert (seen.ok, seen.needed, seen.where) == (False, False, "read_all_orders")
    assert all(right.ok for right in told.values() if right is not seen)
