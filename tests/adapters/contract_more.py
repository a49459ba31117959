"""Stories of connecting and of coupons."""

from datetime import timedelta

import pytest

from sync.errors import Misconfigured, SyncError
from sync.online_store import CouponNews, OnlineStore
from sync.wire import Line as Reach
from sync.wire import Wire
from tests.adapters.world import (
    CouponRefusedError,
    World,
    acts,
    address,
    fresh,
    orders_so_far,
    profile_of,
    read_orders,
    standing_of,
)

RIGHTS = {
    "read_customers", "write_customers", "read_orders", "write_orders", "read_products",
    "write_coupons", "erase_customers", "read_settings",
}  # fmt: skip


class More:
    """The way in, the set-up, coupons."""

    def test_a_shop_that_is_set_up_says_who_it_is(self, world: World, store: OnlineStore):
        info = store.check()
        assert info.title
        assert (info.currency, info.lacks) == (world.currency, ())
        assert store.check() == info

    def test_the_shops_clock_is_read_from_its_answers(self, world: World, store: OnlineStore):
        assert store.store_time is None
        store.check()
        assert store.store_time.utcoffset() is not None
        assert abs(store.store_time - world.now()) < timedelta(minutes=2)

    def test_a_name_is_kept_for_links_and_cursors(self, world: World, store: OnlineStore):
        other = world.connect()
        assert store.name == other.name != ""
        assert store.capabilities == other.capabilities
        other.close()

    def test_every_right_is_there_for_a_key_that_has_them(self, world: World, store):
        before = world.unfinished()
        rights = store.rights()
        assert {right.code for right in rights} <= RIGHTS
        assert {"read_customers", "write_customers", "write_orders"} <= {r.code for r in rights}
        assert [right for right in rights if not right.ok] == []
        assert world.unfinished() == before, "finding out left something behind"

    @acts("weak_key")
    def test_a_right_that_is_missing_is_named(self, world: World):
        weak, missing = world.weak()
        told = {right.code: right for right in weak.rights()}
        assert {code for code, right in told.items() if not right.ok} == missing
        assert all(told[code].problem for code in missing)
        weak.close()

    @acts("wrong_key")
    def test_a_wrong_key_is_a_mistake_to_mend(self, world: World):
        stranger = world.stranger()
        for ask in (stranger.check, lambda: stranger.changes(None)):
            with pytest.raises(Misconfigured):
                ask()
        stranger.close()

    def test_what_must_be_set_up_is_there(self, world: World, store: OnlineStore):
        store.prepare([need.code for need in store.needs() if need.can_make and not need.there])
        needs = store.needs()
        assert [need for need in needs if not need.there] == []
        assert len({need.code for need in needs}) == len(needs)
        store.prepare([])
        store.prepare([need.code for need in needs if need.can_make])
        assert store.needs() == needs

    @acts("bare")
    def test_what_is_missing_is_named_and_made_where_it_can_be(self, world: World):
        bare = world.bare()
        missing = [need for need in bare.needs() if not need.there]
        assert missing
        bare.prepare([need.code for need in missing if need.can_make])
        assert [n.code for n in bare.needs() if not n.there] == [
            n.code for n in missing if not n.can_make
        ]
        bare.close()

    def test_the_kind_of_shop_is_recognised_at_its_address(self, world: World):
        wire = Wire(Reach(connect_timeout=5, patience=20))
        found = world.recognise(wire, world.url)
        wire.close()
        assert found.kind == world.kind
        assert found.url

    def test_a_closed_adapter_asks_for_nothing_more(self, world: World):
        store = world.connect()
        store.check()
        store.close()
        store.close()
        with pytest.raises(SyncError):
            store.check()

    # -- coupons ---------------------------------------------------------------------------------

    def test_a_shop_without_coupons_says_so(self, world: World, store: OnlineStore):
        if not store.capabilities.coupons:
            with pytest.raises(NotImplementedError):
                store.put_coupon(_coupon(world, fresh("CODE")))

    @acts("shoppers", "place_order", "use_coupon")
    def test_a_coupon_is_made_used_once_and_seen(self, world: World, store: OnlineStore):
        if not store.capabilities.coupons:
            return
        email, code = address("shopper"), fresh("WEB")
        shopper = world.new_customer(email)
        store.put_member(profile_of(world, email), shopper)
        news = _coupon(world, code, email=email, customer=shopper)
        made = store.put_coupon(news)
        assert store.put_coupon(news) == made
        start = orders_so_far(world, store)
        goods = {world.goods[0].sku: 2}
        placed = world.place_order(goods, email, (code,))
        assert placed.goods == 2 * world.goods[0].price - 150
        order = read_orders(store, start.cursor).orders[placed.id]
        assert order.coupons == (code.upper(),)
        assert order.goods == placed.goods
        assert sum(line.total for line in order.lines) == placed.goods
        with pytest.raises(CouponRefusedError):
            world.place_order(goods, email, (code,))
        assert store.put_coupon(news) == made, "told once more, and still used up"
        with pytest.raises(CouponRefusedError):
            world.place_order(goods, email, (code,))

    @acts("shoppers", "place_order", "use_coupon")
    def test_a_coupon_of_a_percentage_is_changed_and_ended(self, world: World, store):
        if not store.capabilities.coupons:
            return
        email, code = address("shopper"), fresh("PCT")
        world.new_customer(email)
        made = store.put_coupon(_coupon(world, code, amount=0, percent=1000, uses=5))
        price = world.goods[0].price
        placed = world.place_order({world.goods[0].sku: 10}, email, (code,))
        assert placed.goods == price * 9
        changed = _coupon(world, code, amount=0, percent=5000, uses=5)
        assert store.put_coupon(changed) == made
        assert world.place_order({world.goods[0].sku: 2}, email, (code,)).goods == price
        for _ in range(2):
            assert store.put_coupon(_coupon(world, code, uses=0)) == made
            with pytest.raises(CouponRefusedError):
                world.place_order({world.goods[0].sku: 2}, email, (code,))

    @acts("shoppers", "place_order", "use_coupon")
    def test_a_coupon_is_not_good_before_its_time_after_it_or_below_its_minimum(self, world, store):
        if not store.capabilities.coupons:
            return
        email = address("shopper")
        world.new_customer(email)
        now, day, price = world.now(), timedelta(days=1), world.goods[0].price
        late = _coupon(world, fresh("LATE"), starts=now - 3 * day, ends=now - 2 * day)
        early = _coupon(world, fresh("EARLY"), starts=now + 2 * day, ends=now + 3 * day)
        high = _coupon(world, fresh("HIGH"), minimum=3 * price)
        for news in (late, early, high):
            store.put_coupon(news)
            with pytest.raises(CouponRefusedError):
                world.place_order({world.goods[0].sku: 2}, email, (news.code,))
        assert world.place_order({world.goods[0].sku: 3}, email, (high.code,)).goods == (
            3 * price - 150
        )

    def test_ending_a_coupon_that_was_never_made_is_no_trouble(self, world: World, store):
        if store.capabilities.coupons:
            store.put_coupon(_coupon(world, fresh("NEVER"), uses=0))
            store.put_standing(
                store.put_member(profile_of(world, address()), None), standing_of(world, 1)
            )


def _coupon(world: World, code: str, **changes: object) -> CouponNews:
    given = {"title": "1.50 off", "currency": world.currency, "amount": 150, **changes}
    return CouponNews(code=code, **given)  # type: ignore[arg-type]
