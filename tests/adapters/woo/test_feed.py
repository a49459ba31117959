"""What a WooCommerce shop tells: none left out, whatever its clock, pages and storage do."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from sync.errors import Retryable
from sync.online_store import SaleNews
from sync.stores.woocommerce_sweep import AGAIN, Mark, advance
from terminal.ids import TillCode
from tests.adapters.woo.rules import Asked
from tests.adapters.woo.world import WooWorld
from tests.adapters.world import (
    address,
    read_orders,
    sale_of,
)

COFFEE = {"COF-250": 1}


def asked_for(world: WooWorld, path: str) -> list[str]:
    return [t for m, t in world.server.seen if m == "GET" and t.startswith(f"/wp-json/wc/v3{path}")]


# -- the cursor ------------------------------------------------------------------------------------


def test_a_zone_in_the_question_would_leave_rows_out_without_a_word(world: WooWorld):
    """What the adapter must not do: the shop is two hours east of Greenwich."""
    world.place_order(COFFEE, address())
    at = (world.now() - timedelta(seconds=1)).replace(tzinfo=None).isoformat()
    told = {
        zone: len(world.shop.orders.listed(Asked("GET", "/orders", {
            "modified_after": at + zone, "dates_are_gmt": "true"})).body)
        for zone in ("", "Z", "+00:00")
    }  # fmt: skip
    assert told == {"": 1, "Z": 0, "+00:00": 0}


@pytest.mark.parametrize("offset", [-5, 0, 2, 13])
def test_changes_are_found_wherever_the_shop_stands(world: WooWorld, offset: int):
    world.shop.offset = offset
    store = world.adapter()
    start = read_orders(store)
    world.outlast()
    placed = world.place_order(COFFEE, address())
    assert read_orders(store, start.cursor).orders.keys() == {placed.id}
    [asked] = {t.partition("modified_after=")[2][:25] for t in asked_for(world, "/orders?")
               if "modified_after" in t}  # fmt: skip
    assert "Z" not in asked
    store.close()


def test_rows_are_asked_for_by_id_and_never_by_the_time_they_changed(world: WooWorld):
    store = world.adapter()
    read_orders(store, read_orders(store).cursor)
    asked = asked_for(world, "/orders?")
    assert all("orderby=id" in one and "order=asc" in one for one in asked)
    assert all("_fields=" in one and "status=" in one for one in asked)
    assert not any("status=any" in one for one in asked)
    store.close()


def test_orders_by_time_of_one_second_come_in_any_order(world: WooWorld):
    """Why: with nothing changing, pages sorted by ``modified`` leave rows out."""
    for _ in range(40):
        world.place_order(COFFEE, address())
    seen = set()
    for page in range(1, 7):
        query = {"orderby": "modified", "order": "asc", "per_page": "7", "page": str(page)}
        seen |= {row["id"] for row in world.shop.orders.listed(Asked("GET", "/", query)).body}
    assert len(seen) < 40


def test_two_changes_within_one_second_are_both_told(world: WooWorld):
    """Its seconds are whole, and its question is for what is later."""
    store = world.adapter()
    start = read_orders(store)
    first = world.place_order(COFFEE, address())
    read = read_orders(store, start.cursor)
    world.refund(first, 100)
    second = world.place_order(COFFEE, address())
    again = read_orders(store, read.cursor).orders
    assert again[first.id].goods_back == 100
    assert second.id in again
    store.close()


def test_the_cursor_is_the_shops_time_not_ours(world: WooWorld):
    store = world.adapter(seconds=lambda: 0.0)
    start = read_orders(store)
    since = (world.now() - timedelta(minutes=5)).replace(tzinfo=None).isoformat()
    assert since in start.cursor
    store.close()


def test_what_was_handed_over_is_not_told_again_in_the_overlap(world: WooWorld):
    store = world.adapter()
    start = read_orders(store)
    placed = world.place_order(COFFEE, address())
    world.wait(30)
    first = read_orders(store, start.cursor)
    assert placed.id in first.orders
    assert read_orders(store, first.cursor).orders == {}
    assert placed.id in read_orders(store, start.cursor).orders, "an older cursor: not kept"
    store.close()


def test_who_never_came_back_with_a_cursor_is_told_everything_again(world: WooWorld):
    """The till was killed before it kept what it was told."""
    store = world.adapter()
    start = read_orders(store)
    world.place_order(COFFEE, address())
    world.wait(30)
    once = store.changes(start.cursor)
    assert store.changes(start.cursor).orders == once.orders != ()
    store.close()


# -- what is in which list -------------------------------------------------------------------------


def test_drafts_of_the_checkout_are_no_orders(world: WooWorld):
    store = world.adapter()
    email = address()
    world.new_customer(email)
    with pytest.raises(Exception, match="invalid_coupon"):
        world.place_order(COFFEE, email, ("NOSUCH",))
    assert world.unfinished() == 1, "a refused coupon leaves one"
    assert read_orders(store).orders == {}
    store.close()


def test_orders_in_the_bin_are_asked_for_by_themselves(world: WooWorld):
    store = world.adapter()
    placed = world.place_order(COFFEE, address())
    start = read_orders(store)
    world.outlast()
    world.shop.orders.drop(placed.id, {})
    told = read_orders(store, start.cursor).orders[placed.id]
    assert (told.cancelled, told.goods_back) == (True, placed.goods)
    store.close()


def test_an_order_deleted_for_good_leaves_no_trace_and_no_trouble(world: WooWorld):
    store = world.adapter()
    placed = [world.place_order(COFFEE, address()) for _ in range(3)]
    start = read_orders(store)
    world.shop.orders.drop(placed[1].id, {"force": "true"})
    assert placed[1].id not in read_orders(store, start.cursor).orders
    store.close()


def test_a_status_of_the_shops_own_counts_as_paid(world: WooWorld):
    world.shop.extra_statuses = ("shipped",)
    store = world.adapter()
    placed = world.place_order(COFFEE, address())
    world.shop.orders.rows[int(placed.id)]["status"] = "shipped"
    assert placed.id in read_orders(store).orders
    store.close()


def test_a_refund_is_seen_where_orders_are_among_posts(legacy: WooWorld):
    """There it may not move the order at all."""
    store = legacy.adapter()
    placed = legacy.place_order({"COF-250": 2}, address())
    legacy.outlast()
    read = read_orders(store, read_orders(store).cursor)
    moved = legacy.shop.orders.rows[int(placed.id)]["modified"]
    legacy.refund(placed, 300)
    assert legacy.shop.orders.rows[int(placed.id)]["modified"] == moved
    assert read_orders(store, read.cursor).orders[placed.id].goods_back == 300
    store.close()


def test_meta_alone_moves_an_order_with_tables_of_its_own_only(world: WooWorld, legacy: WooWorld):
    for there, moves in ((world, True), (legacy, False)):
        placed = there.place_order(COFFEE, address())
        there.outlast()
        there.shop.orders.change(placed.id, {"meta_data": [{"key": "note", "value": "1"}]})
        row = there.shop.orders.rows[int(placed.id)]
        assert (row["modified"] == there.now()) is moves


def test_money_back_for_shipping_is_not_goods(world: WooWorld):
    store = world.adapter()
    placed = world.place_order(COFFEE, address())
    world.refund(placed, placed.total)
    order = read_orders(store).orders[placed.id]
    assert (order.goods_back, order.total) == (placed.goods, placed.goods + 350)
    store.close()


def test_our_own_sale_is_known_whatever_became_of_its_fields(world: WooWorld):
    store, sale = world.adapter(), sale_of(world)
    told = store.put_sale(SaleNews(sale, None))
    world.shop.orders.rows[int(told.id)]["meta"] = []
    assert read_orders(store).orders[told.id].sale_id == sale.id
    assert sale.till == TillCode("T1")
    store.close()


# -- sweeping --------------------------------------------------------------------------------------


class _List:
    """Rows that come and go between pages."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.ids = list(ids)
        self.asked: list[int] = []
        self.between: list[object] = []

    def __call__(self, offset: int, size: int) -> tuple[list[int], int]:
        if self.asked and self.between:
            self.between.pop(0)(self.ids)
        self.asked.append(offset)
        return sorted(self.ids)[offset : offset + size], len(self.ids)

    def sweep(self, size: int) -> tuple[list[int], Mark]:
        mark, seen = Mark(), []
        for _ in range(200):
            rows, mark = advance(mark, self, lambda row: row, size)
            seen += rows
            if mark.done:
                return seen, mark
        raise AssertionError("never ends")


@pytest.mark.parametrize("size", [2, 3, 7, 100])
def test_a_sweep_sees_every_row_once(size: int):
    rows = _List(range(1, 51))
    seen, mark = rows.sweep(size)
    assert seen == list(range(1, 51))
    assert not mark.short


@pytest.mark.parametrize("size", [2, 5])
@pytest.mark.parametrize("gone", [[1], [1, 2, 3], [1, 2, 3, 4, 5, 6], [4, 5]])
def test_rows_that_go_between_pages_take_no_other_with_them(size: int, gone: list[int]):
    rows = _List(range(1, 31))
    rows.between = [lambda ids: None, lambda ids: [ids.remove(n) for n in gone]]
    seen, _ = rows.sweep(size)
    assert set(range(1, 31)) - set(gone) <= set(seen)


def test_rows_that_come_between_pages_are_no_trouble():
    rows = _List(range(10, 40))
    rows.between = [lambda ids: ids.extend([1, 2, 50]), lambda ids: ids.append(3)]
    seen, _ = rows.sweep(5)
    assert {*range(10, 40), 50} <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_sweep_that_came_out_short_is_made_again():
    """The shop said 30, and page after page left some out: ties, a cache, a plugin."""
    rows = _List(range(1, 31))
    tries = []

    def lossy(offset: int, size: int) -> tuple[list[int], int]:
        told, total = rows(offset, size)
        if offset == 0:
            tries.append(total)
        return ([n for n in told if n != 7] if len(tries) < 3 else told), total

    mark, seen = Mark(), set()
    while not mark.done:
        found, mark = advance(mark, lossy, lambda row: row, 100)
        seen |= set(found)
    assert seen == set(range(1, 31))
    assert (len(tries), mark.again) == (3, AGAIN)


def test_a_shop_that_never_tells_all_ends_the_round_all_the_same():
    mark = Mark()
    for _ in range(10):
        _, mark = advance(mark, lambda offset, size: ([1, 2], 5), lambda row: row, 100)
        if mark.done:
            break
    assert mark.done
    assert mark.short


def test_a_list_without_its_count_is_not_believed(world: WooWorld):
    answer = world.server.answer

    def uncounted(*rest: object, **more: object) -> object:
        told = answer(*rest, **more)
        told.headers.pop("X-WP-Total", None)
        return told

    world.server.answer = uncounted
    store = world.adapter()
    with pytest.raises(Retryable) as failure:
        store.changes(None)
    assert failure.value.where == "X-WP-Total"
    store.close()


def test_times_are_aware(world: WooWorld):
    store = world.adapter()
    placed = world.place_order(COFFEE, address())
    order = read_orders(store).orders[placed.id]
    assert order.placed_at == datetime.fromtimestamp(world.time.seconds(), UTC)
    store.close()
