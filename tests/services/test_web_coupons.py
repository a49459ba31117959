"""Rewards as coupons for the web shop: paid with points, used there or here."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from terminal.entries import EntryKind
from terminal.errors import (
    EmailNeeded,
    NotEnoughPoints,
    NotYourVoucher,
    NoWebShop,
    OfflineCapReached,
    PointsJustSpent,
    RewardNotForWeb,
    VoucherUsed,
)
from terminal.granting import Granted, Refused
from terminal.outbox import MessageKind
from terminal.programs.conditions import Cap, Limits, Needs, When, Who
from terminal.programs.effects import MoneyOff, PercentOff
from terminal.programs.model import Reward, WebCoupons
from terminal.programs.policies import Offline
from terminal.vouchers import VoucherCode
from terminal.web_coupons import WebCouponState
from tests.services.web_desk import (
    MANAGER,
    REWARD,
    eleni,
    fresh,
    listed,
    made,
    order,
    queued,
    rewards,
    rich,
    shared,
    told,
    voucher,
)

__all__ = ["eleni", "rewards"]  # fixtures


def test_points_become_a_coupon_for_the_web_in_one_go(shop, eleni):
    before, slips = shop.balance(eleni), len(queued(shop))
    done = made(shop, eleni)
    assert shop.balance(eleni) == before - 500 == done.view.account.balance
    assert (done.voucher.owner, done.voucher.uses_left) == (eleni.member.id, 1)
    assert done.voucher.ends - shop.clock() > timedelta(days=89)
    assert told(shop, MessageKind.COUPON) == [done.voucher.code]
    assert eleni.member.id in told(shop, MessageKind.STANDING)
    assert len(queued(shop)) == slips + 1
    assert any(event.__class__.__name__ == "MemberChanged" for event in shop.heard)


def test_what_is_shown_before_is_what_is_printed_and_nothing_is_booked_yet(shop, eleni):
    web, before = shop.services.web_coupons, shop.balance(eleni)
    plan = web.plan(eleni.member.id, "five-off")
    assert (shop.balance(eleni), told(shop, MessageKind.COUPON)) == (before, [])
    assert (plan.cost, plan.after) == (500, before - 500)
    code = " ".join(block.text for block in plan.slip.blocks).replace(" ", "")
    assert plan.code in code
    done = web.make(plan, "cashier")
    assert (done.voucher.code, done.voucher.ends) == (plan.code, plan.ends)


def test_asking_twice_makes_one(shop, eleni):
    web = shop.services.web_coupons
    plan = web.plan(eleni.member.id, "five-off")
    first, before = web.make(plan, "cashier"), shop.balance(eleni)
    again = web.make(plan, "cashier")
    assert (again.voucher, again.slip_id) == (first.voucher, first.slip_id)
    assert shop.balance(eleni) == before


def test_it_is_for_members_with_an_address_points_and_a_web_shop(shop, eleni):
    web = shop.services.web_coupons
    nobody = rich(shop, shop.enrol("Example"))
    with pytest.raises(EmailNeeded):
        made(shop, nobody)
    poor = shop.enrol("Sample", email="sample@example.com")
    with pytest.raises(NotEnoughPoints):
        made(shop, poor)
    for reward in ("coffee", "basket", "no-such"):
        with pytest.raises(RewardNotForWeb):
            made(shop, eleni, reward)
    assert web.choices(fresh(shop, eleni)) == ("five-off", "twelve-off")
    assert web.choices(fresh(shop, nobody)) == web.choices(fresh(shop, poor)) == ()
    web._till = replace(shop.till, couponless_stores=("vendure",))
    assert (web.stores, web.choices(fresh(shop, eleni))) == ((), ())
    with pytest.raises(NoWebShop):
        made(shop, eleni)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"when": When(ends="2020-01-01")}, "not_now"),
        ({"who": Who(tiers=("gold",))}, "not_for_you"),
        ({"limits": Limits(caps=(Cap(per="month", times=1),))}, ""),
        ({"limits": Limits(budget_points=50)}, "budget_spent"),
        ({"limits": Limits(caps=(Cap(per="month", money=500),))}, "not_for_web"),
        ({"limits": Limits(order_max=300)}, "not_for_web"),
        ({"needs": Needs(channels=("shop",))}, "not_for_web"),
        ({"cost": 0}, "not_for_web"),
        ({"gives": PercentOff(1000, cap=500)}, "not_for_web"),
        ({"gives": PercentOff(1000)}, ""),
        ({"active": False}, "not_for_web"),
    ],
)
def test_which_rewards_can_be_one(shop, eleni, changes, why):
    shop.run(rewards=(msgspec.structs.replace(REWARD, **changes),))
    if not why:
        assert made(shop, eleni, "r").voucher
        return
    with pytest.raises(RewardNotForWeb) as refused:
        made(shop, eleni, "r")
    assert refused.value.details["why"] == why


def test_a_limit_counts_the_coupon_and_is_free_again_when_the_points_go_back(shop, eleni):
    once = Limits(caps=(Cap(per="month", times=1),))
    shop.run(rewards=(msgspec.structs.replace(REWARD, limits=once),))
    code = made(shop, eleni, "r").voucher.code
    with pytest.raises(RewardNotForWeb) as refused:
        made(shop, eleni, "r")
    assert refused.value.details["why"] == "used_up"
    shop.services.web_coupons.take_back(code, "changed their mind", MANAGER)
    made(shop, eleni, "r")


def test_a_shop_may_want_none(shop, eleni):
    shop.run(web=WebCoupons(allowed=False))
    with pytest.raises(RewardNotForWeb):
        made(shop, eleni)
    assert shop.services.web_coupons.choices(fresh(shop, eleni)) == ()


def test_the_hub_is_asked_first_and_hears_of_what_it_granted(shop, eleni):
    web, hub = shared(shop, Granted())
    plan = web.plan(eleni.member.id, "five-off")
    web.make(plan, "cashier")
    assert hub.asked == [(plan.id, eleni.member.id, 500)]
    with shop.database.read() as uow:
        [spent] = uow.ledger.of_source(plan.id)
    assert (spent.kind, spent.points) == (EntryKind.REDEEM, -500)
    web.make(plan, "cashier")
    assert len(hub.asked) == 1, "it is made already"


def test_points_spent_at_another_till_make_no_coupon(shop, eleni):
    shop.services.web_coupons._untold = lambda member_id: 0
    shared(shop, Refused(0))
    before = shop.balance(eleni)
    with pytest.raises(PointsJustSpent):
        made(shop, eleni)
    assert (shop.balance(eleni), listed(shop, eleni)) == (before, [])


def test_while_the_hub_is_away_the_programme_s_bounds_hold(shop, eleni):
    shop.run(offline=Offline(per_member=600))
    _web, hub = shared(shop, None)
    made(shop, eleni)
    with pytest.raises(OfflineCapReached):
        made(shop, eleni)
    assert len(hub.released) == 1
    assert shop.services.web_coupons._untold(eleni.member.id) > 0


def test_it_takes_money_off_at_the_till_as_well_and_is_over_online_then(shop, eleni):
    code = made(shop, eleni).voucher.code
    done = shop.sell(eleni, shop.basket("OIL-500"), codes=(code,))
    [offer] = [o for o in done.sale.offers if o.coupon]
    assert (offer.code, offer.amount, offer.points) == ("web:five-off", 500, 0)
    assert told(shop, MessageKind.COUPON) == [code, code]
    [coupon] = listed(shop, eleni)
    assert (coupon.state, coupon.ref, coupon.points) == (WebCouponState.USED, done.sale.ref, 500)
    with pytest.raises(VoucherUsed):
        shop.sell(eleni, shop.basket("OIL-500"), codes=(code,))


def test_nobody_else_can_use_it(shop, eleni):
    code = made(shop, eleni).voucher.code
    with pytest.raises(NotYourVoucher):
        shop.sell(None, shop.basket("OIL-500"), codes=(code,))


def test_it_does_what_was_paid_for_whatever_the_programme_says_now(shop, eleni):
    code = made(shop, eleni).voucher.code
    shop.later(days=1)
    shop.run(rewards=(Reward(code="five-off", cost=500, gives=MoneyOff(100)),))
    done = shop.sell(eleni, shop.basket("OIL-500"), codes=(code,))
    assert [o.amount for o in done.sale.offers if o.coupon] == [500]


def test_a_sale_that_comes_back_gives_the_coupon_back(shop, eleni):
    code = made(shop, eleni).voucher.code
    done = shop.sell(eleni, shop.basket("OIL-500"), codes=(code,))
    shop.services.counter.take_back(done.sale.ref, "broken", "cashier")
    assert voucher(shop, code).uses_left == 1
    assert listed(shop, eleni)[0].state is WebCouponState.GOOD


def test_one_that_is_used_online_is_used_up_here(shop, eleni):
    code = made(shop, eleni).voucher.code
    shop.services.orders.take([order(shop, code.lower())])
    [coupon] = listed(shop, eleni)
    assert (coupon.state, coupon.ref) == (WebCouponState.USED, "WEB7")
    shop.services.orders.take([order(shop, code, cancelled=True)])
    assert listed(shop, eleni)[0].state is WebCouponState.GOOD


def test_a_name_for_an_order_that_is_not_in_the_books(shop, eleni):
    code = made(shop, eleni).voucher.code
    with shop.database.write() as uow:
        uow.vouchers.used(VoucherCode(code), None, "vendure:lost")
        uow.commit()
    assert listed(shop, eleni)[0].ref == ""
