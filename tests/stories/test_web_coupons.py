"""A reward becomes a coupon of the real online store, is used there or not, and nothing is lost or
given twice, whatever the network does in between."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.engine import SyncEngine
from sync.stores.vendure import VendureOnlineStore
from terminal.db.verify import verify
from terminal.desk_tasks import TaskKind
from terminal.programs.effects import MoneyOff
from terminal.programs.model import Reward
from terminal.services.models import MemberView, SignedIn
from terminal.services.web_coupons import WebCouponDone
from terminal.staff import Role
from terminal.web_coupons import WebCoupon, WebCouponState
from tests.faults import FaultProxy
from tests.shop import Shop, open_shop
from tests.stores import Admin, Shopper, VendureStore
from tests.sync.online import connect, hear_of_the_past

MANAGER = SignedIn("manager", "Anna", Role.MANAGER)
_cards = itertools.count(71_001)
"""No two stories of this store share a card."""
APPLY = (
    "mutation($c: String!) { applyCouponCode(couponCode: $c) { __typename"
    " ... on Order { couponCodes discounts { amountWithTax } }"
    " ... on ErrorResult { errorCode message } } }"
)


class Sides:
    """A till, the network, the store; somebody who is a member here and a customer there."""

    def __init__(
        self, shop: Shop, store: VendureOnlineStore, person: Shopper, server: VendureStore
    ) -> None:
        self.shop, self.store, self.person = shop, store, person
        self.engine = SyncEngine(
            shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.0
        )
        hear_of_the_past(self.engine, shop.database, server)
        self.member: MemberView = shop.enrol("Example", family_name="Sample", email=person.email)
        shop.services.office.adjust(self.member.member.id, 2000, "a story begins", MANAGER)
        self.sync()

    def sync(self) -> None:
        """Rounds until nothing is left to tell; each failure waits out its time."""
        for _ in range(12):
            self.engine.push()
            pulled = self.engine.pull()
            self.shop.later(minutes=10)
            if not pulled.failure and not self.shop.services.online.counts().waiting:
                return
        pytest.fail("never quiet")

    def makes(self) -> WebCouponDone:
        web = self.shop.services.web_coupons
        return web.make(web.plan(self.member.member.id, "five-off"), "cashier")

    def coupon(self) -> WebCoupon:
        [coupon] = self.shop.services.web_coupons.of_member(self.member.member.id)
        return coupon

    def buys(self, code: str) -> str:
        """Two bottles with the coupon, paid; the order's code."""
        self.person.open_cart({"OIL-500": 2})
        self.person.ask(APPLY, c=code)
        found = self.person.ask("{ activeOrder { discounts { amountWithTax } } }")
        assert [d["amountWithTax"] for d in found["activeOrder"]["discounts"]] == [-500]
        return self.person.pay().code

    def there(self, admin: Admin, code: str) -> list[bool]:
        """Whether each promotion of that code is on."""
        asked = admin.ask(
            "query($c: String!) { promotions(options: {filter: {couponCode: {eq: $c}}}) {"
            " items { enabled } } }",
            c=code,
        )
        return [one["enabled"] for one in asked["promotions"]["items"]]

    def shown(self, admin: Admin) -> int:
        found = admin.customer(self.person.email)
        assert found is not None
        return int(found["customFields"]["loyaltyPoints"])

    @property
    def balance(self) -> int:
        return self.shop.balance(self.member)


@pytest.fixture
def sides(
    tmp_path: Path, network: FaultProxy, vendure: VendureStore, shopper: Shopper
) -> Iterator[Sides]:
    shop = open_shop(tmp_path / "till.db", online_stores=("online",))
    shop._serial = _cards
    shop.moment = datetime.now(UTC)
    shop.run(rewards=(Reward(code="five-off", cost=500, gives=MoneyOff(500)),))
    store = connect(network.url)
    yield Sides(shop, store, shopper, vendure)
    store.close()
    report = verify(shop.database)
    shop.database.close()
    assert report.ok, str(report)


def test_a_reward_is_used_in_the_web_shop_and_booked_used_here(sides: Sides, admin: Admin) -> None:
    code = sides.makes().voucher.code
    sides.sync()
    assert sides.there(admin, code) == [True]
    assert sides.shown(admin) == sides.balance
    order = sides.buys(code)
    sides.sync()
    coupon = sides.coupon()
    assert (coupon.state, coupon.ref) == (WebCouponState.USED, order)
    assert sides.shown(admin) == sides.balance
    assert sides.there(admin, code) == [False], "used up, and over"


def test_one_that_is_used_at_the_till_is_over_in_the_web_shop(sides: Sides, admin: Admin) -> None:
    code = sides.makes().voucher.code
    sides.sync()
    sides.shop.sell(sides.member, sides.shop.basket("OIL-500"), codes=(code,))
    sides.sync()
    assert sides.there(admin, code) == [False]
    assert sides.coupon().state is WebCouponState.USED


def test_nobody_used_it_and_its_points_are_back_on_both_sides(sides: Sides, admin: Admin) -> None:
    before = sides.balance
    code = sides.makes().voucher.code
    sides.sync()
    assert sides.shown(admin) == sides.balance == before - 500
    sides.shop.later(days=93)
    sides.sync()
    assert sides.coupon().state is WebCouponState.BACK
    assert sides.shown(admin) == sides.balance == before
    assert sides.there(admin, code) == [False]
    sides.sync()
    assert sides.balance == before, "once"


def test_an_order_of_the_last_minute_is_in_the_books_before_points_go_back(
    sides: Sides, admin: Admin, network: FaultProxy
) -> None:
    before = sides.balance
    code = sides.makes().voucher.code
    sides.sync()
    network.down()
    sides.buys(code)
    sides.shop.later(days=93)
    for _ in range(3):
        sides.engine.pull()
        assert sides.shop.services.web_coupons.settle() == 0, "the store could not be asked"
    assert sides.coupon().state is WebCouponState.OVER
    network.up()
    sides.sync()
    assert sides.coupon().state is WebCouponState.USED
    assert sides.balance >= before - 500
    with sides.shop.database.read() as uow:
        assert uow.ledger.of_source(f"coupon:{code}") == []


def test_lost_answers_make_one_coupon_and_give_points_back_once(
    sides: Sides, admin: Admin, network: FaultProxy
) -> None:
    before = sides.balance
    code = sides.makes().voucher.code
    network.lose_answer(lambda seen: seen.mentions("createPromotion"))
    network.status(500)
    sides.sync()
    assert sides.there(admin, code) == [True]
    sides.shop.later(days=93)
    network.lose_answer(lambda seen: seen.mentions("updatePromotion"))
    network.cut_answer(lambda seen: seen.mentions("orders"))
    sides.sync()
    assert sides.there(admin, code) == [False]
    assert sides.shown(admin) == sides.balance == before


def test_an_order_after_the_points_went_back_is_for_a_person(sides: Sides, admin: Admin) -> None:
    code = sides.makes().voucher.code
    sides.sync()
    sides.shop.services.web_coupons.take_back(code, "changed their mind", MANAGER)
    order = sides.buys(code)  # a moment before the store is told
    sides.sync()
    with sides.shop.database.read() as uow:
        [task] = uow.tasks.open(10)
    assert (task.kind, task.details["why"], task.details["order"]) == (
        TaskKind.COUPON_STUCK, "points_back", order,
    )  # fmt: skip
    assert sides.there(admin, code) == [False]
    assert sides.coupon().state is WebCouponState.BACK


def test_a_cancelled_order_gives_the_coupon_back_and_then_its_points(
    sides: Sides, admin: Admin
) -> None:
    before = sides.balance
    code = sides.makes().voucher.code
    sides.sync()
    order = sides.buys(code)
    sides.sync()
    admin.cancel(order)
    sides.sync()
    assert sides.coupon().state is WebCouponState.GOOD
    sides.shop.later(days=93)
    sides.sync()
    assert sides.coupon().state is WebCouponState.BACK
    assert sides.balance == before
