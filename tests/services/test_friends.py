"""Friends who were brought: both sides, once, when the purchase stands."""

from datetime import timedelta

import pytest
from msgspec.structs import replace as changed_in

from terminal.entries import LedgerEntry
from terminal.errors import (
    OwnReferral,
    UnknownMember,
)
from terminal.programs.conditions import Cap
from terminal.programs.model import (
    CouponKind,
    Referral,
    Threshold,
)
from terminal.programs.policies import Returning
from terminal.records import ReferralState
from terminal.services import happenings
from terminal.services.campaigning import Scene, friends_due, settle_friends
from terminal.services.models import MemberView
from tests.services.test_happenings import bare, changed, entries
from tests.shop import Shop

# -- friends ---------------------------------------------------------------------------------------

BRING = Referral(points=100, friend_points=50, minimum=1_000)


def brought(shop: Shop, **more: object) -> tuple[MemberView, MemberView]:
    bare(shop, referral=changed_in(BRING, **more), returning=Returning(days=14))
    eleni, nikos = shop.enrol(), shop.enrol("Nikos")
    shop.services.happenings.bring(eleni.member.id, nikos.member.id)
    return eleni, nikos


def state(shop: Shop, friend: MemberView) -> ReferralState:
    with shop.database.read() as uow:
        return uow.referrals.of_friend(friend.member.id).state


def test_both_get_their_points_when_the_first_purchase_can_come_back_no_more(shop):
    eleni, nikos = brought(shop)
    settle = shop.services.happenings.settle_friends
    shop.later(hours=1)
    shop.sell(nikos, shop.open_price(999))
    shop.later(days=20)
    assert settle() == 0, "too small to count"
    shop.sell(nikos, shop.open_price(2_000))
    shop.later(days=13)
    assert settle() == 0
    shop.later(days=1)
    assert settle() == 150
    assert (shop.balance(eleni), shop.balance(nikos)) == (100, 9 + 20 + 50)
    assert settle() == 0
    assert state(shop, nikos) is ReferralState.GRANTED


def test_without_points_for_the_friend_only_one_side_gets_some(shop):
    eleni, nikos = brought(shop, friend_points=0)
    shop.later(hours=1)
    shop.sell(nikos, shop.open_price(2_000))
    shop.later(days=14)
    assert shop.services.happenings.settle_friends() == 100
    assert (shop.balance(eleni), shop.balance(nikos)) == (100, 20)


def test_a_purchase_that_came_back_is_none(shop):
    eleni, nikos = brought(shop)
    shop.later(hours=1)
    done = shop.sell(nikos, shop.open_price(2_000))
    shop.later(days=5)
    shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    shop.later(days=10)
    assert shop.services.happenings.settle_friends() == 0
    assert (shop.balance(eleni), state(shop, nikos)) == (0, ReferralState.OPEN)


def test_nobody_brings_themselves_or_who_was_here_before(shop):
    bare(shop, referral=BRING)
    service = shop.services.happenings
    eleni = shop.enrol(phone="6900004417", email="eleni@sample.example")
    nikos, maria, old = shop.enrol("Nikos"), shop.enrol("Maria"), shop.enrol("Old")
    changed(shop, nikos, phone=eleni.member.phone)
    changed(shop, maria, email=eleni.member.email)
    shop.sell(old, shop.open_price(100))
    shop.later(hours=1)
    for friend in (eleni, nikos, maria, old):
        with pytest.raises(OwnReferral):
            service.bring(eleni.member.id, friend.member.id)
    for pair in ((eleni.member.id, "nobody"), ("nobody", eleni.member.id)):
        with pytest.raises(UnknownMember):
            service.bring(*pair)


def test_a_friend_is_brought_once_and_brings_nobody_back(shop):
    eleni, nikos = brought(shop)
    maria, service = shop.enrol("Maria"), shop.services.happenings
    service.bring(eleni.member.id, nikos.member.id)
    with pytest.raises(OwnReferral):
        service.bring(maria.member.id, nikos.member.id)
    with pytest.raises(OwnReferral):
        service.bring(nikos.member.id, eleni.member.id)
    service.bring(nikos.member.id, maria.member.id)


@pytest.mark.parametrize("cap", [Cap(per="year", times=1), Cap(per="year", points=150)])
def test_a_year_has_room_for_so_many_friends(shop, cap):
    eleni, nikos = brought(shop, caps=(cap,))
    maria, ellie = shop.enrol("Maria"), shop.enrol("Ellie")
    service = shop.services.happenings
    for friend in (maria, ellie):
        shop.later(minutes=1)
        service.bring(eleni.member.id, friend.member.id)
    shop.later(hours=1)
    for friend in (nikos, maria):
        shop.sell(friend, shop.open_price(2_000))
    shop.later(days=14)
    assert service.settle_friends() == 150
    assert state(shop, maria) is ReferralState.REFUSED
    shop.later(days=40)  # the next year has room again
    shop.sell(ellie, shop.open_price(2_000))
    shop.later(days=14)
    assert service.settle_friends() == 150
    assert shop.balance(eleni) == 200


def test_friends_who_never_buy_keep_nobody_waiting(shop, monkeypatch):
    monkeypatch.setattr(happenings, "CHUNK", 1)
    eleni, _never = brought(shop)
    buys = [shop.enrol("Maria"), shop.enrol("Ellie")]
    for friend in buys:
        shop.services.happenings.bring(eleni.member.id, friend.member.id)
    shop.later(hours=1)
    for friend in buys:
        shop.sell(friend, shop.open_price(2_000))
    shop.later(days=14)
    assert shop.services.happenings.settle_friends() == 300


def test_a_shop_that_gives_nothing_for_friends_settles_none(shop):
    _eleni, nikos = brought(shop)
    shop.later(hours=1)
    shop.sell(nikos, shop.open_price(2_000))
    shop.later(days=14)
    for referral in (None, changed_in(BRING, active=False)):
        bare(shop, referral=referral)
        assert shop.services.happenings.settle_friends() == 0
    shop.later(seconds=1)
    bare(shop, referral=BRING)
    assert shop.services.happenings.settle_friends() == 150


def test_what_changed_since_somebody_looked_is_seen_under_the_lock(shop):
    """Two tills settle the same friends; goods come back between the look and the booking."""
    _eleni, nikos = brought(shop)
    shop.later(hours=1)
    done = shop.sell(nikos, shop.open_price(2_000))
    shop.later(days=14)
    with shop.database.read() as uow:
        due = friends_due(uow, uow.programs.at(shop.moment), shop.moment)
    assert due == [nikos.member.id]
    shop.services.counter.take_back(done.sale.ref, "late", "cashier")

    def settle(**more: object) -> list[LedgerEntry]:
        with shop.database.write() as uow:
            program = changed_in(uow.programs.at(shop.moment), **more)
            scene = Scene(uow=uow, program=program, till="T1", now=shop.moment, chance=lambda: 0)
            given = settle_friends(scene, due)
            uow.commit()
        return given

    assert settle() == []
    assert settle(referral=None) == []
    due = ["nobody was brought"]
    assert settle() == []
    due = [nikos.member.id]
    shop.sell(nikos, shop.open_price(2_000))
    shop.later(days=14)
    assert len(settle()) == 2
    assert settle() == []


def test_a_referral_fills_the_referrers_card(shop):
    bare(
        shop, referral=BRING, thresholds=(Threshold(code="card", points=100, coupon="free"),),
        coupons=(CouponKind(code="free"),),
    )  # fmt: skip
    eleni, nikos = shop.enrol(), shop.enrol("Nikos")
    shop.services.happenings.bring(eleni.member.id, nikos.member.id)
    shop.later(hours=1)
    shop.sell(nikos, shop.open_price(2_000))
    shop.later(days=14)
    assert shop.services.happenings.settle_friends() == 150
    assert (shop.balance(eleni), shop.balance(nikos)) == (0, 70)
    assert [e.points for e in entries(shop, eleni)] == [100, -100]
    assert timedelta(0) < entries(shop, eleni)[0].lapses_at - shop.moment
