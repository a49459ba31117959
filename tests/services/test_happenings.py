"""Points without a sale: events, friends, quizzes, causes, households, and what waits."""

import threading
from dataclasses import replace

import pytest
from msgspec.structs import replace as changed_in

from terminal.entries import EntryKind, LedgerEntry
from terminal.errors import (
    DecisionChanged,
    NotEnoughPoints,
    NothingGiven,
    NotOneHousehold,
    TooMuchHandedOver,
    UnknownCause,
    UnknownMember,
    WrongAnswers,
)
from terminal.events import MemberChanged
from terminal.outbox import MessageKind
from terminal.programs.conditions import Cap, Limits, When
from terminal.programs.effects import PerOrder
from terminal.programs.model import (
    Badge,
    Cause,
    CouponKind,
    Household,
    Milestone,
    Question,
    Quiz,
    Rule,
    Threshold,
    per_money,
)
from terminal.programs.policies import Expiry, Pending, Tier
from terminal.services.models import MemberView
from tests.shop import Shop

REVIEW = Rule(code="review", gives=PerOrder(20), on="review")
HOME = Household(allowed=True, minimum=10, day_max=100)


def bare(shop: Shop, *rules: Rule, **more: object) -> None:
    empty = dict.fromkeys(
        ("promotions", "rewards", "coupons", "challenges", "badges", "thresholds"), ()
    )
    plain = {**empty, "rules": rules or (per_money(1, 100),), "tiers": (Tier("bronze"),)}
    shop.run(**{**plain, **more})


def changed(shop: Shop, member: MemberView, **more: object) -> None:
    with shop.database.write() as uow:
        uow.members.put(replace(uow.members.get(member.member.id), **more))
        uow.commit()


def household(shop: Shop) -> tuple[MemberView, MemberView]:
    """Two of one household; the first has 100 points that lapse in a year."""
    eleni, nikos = shop.enrol(), shop.enrol("Nikos")
    for member in (eleni, nikos):
        changed(shop, member, household="h1")
    shop.sell(eleni, shop.open_price(10_000))
    return eleni, nikos


def give(shop: Shop, member: MemberView, points: int) -> None:
    """Points out of nowhere, and nothing that follows from them."""
    with shop.database.write() as uow:
        uow.ledger.append(
            [
                LedgerEntry(
                    id=shop.new_id(), member_id=member.member.id, kind=EntryKind.BONUS,
                    points=points, decided_at=shop.moment, till="T1", seq=uow.next_seq("T1"),
                )
            ]
        )  # fmt: skip
        uow.commit()
    shop.later(seconds=1)


def entries(shop: Shop, member: MemberView) -> list[LedgerEntry]:
    with shop.database.read() as uow:
        return uow.ledger.entries(member.member.id)


def standings(shop: Shop, member: MemberView) -> int:
    """How often the online store is to be told of a member's points."""
    with shop.database.read() as uow:
        messages = uow.outbox.open(1_000)
    return sum(m.kind is MessageKind.STANDING and m.member_id == member.member.id for m in messages)


# -- events ----------------------------------------------------------------------------------------


def test_an_event_gives_once_for_each_source(shop):
    """A33, A21: asked twice, given once; the store and the screens hear of it."""
    bare(shop, REVIEW)
    eleni = shop.enrol()
    told, service = standings(shop, eleni), shop.services.happenings
    assert service.award(eleni.member.id, "review", "r1").account.balance == 20
    assert standings(shop, eleni) == told + 1
    assert shop.heard[-1] == MemberChanged(eleni.member.id)
    with pytest.raises(NothingGiven):
        service.award(eleni.member.id, "review", "r1")
    assert service.award(eleni.member.id, "review", "r2", "cashier").account.balance == 40
    with pytest.raises(NothingGiven):
        service.award(eleni.member.id, "survey", "s1")
    with pytest.raises(UnknownMember):
        service.award("nobody", "review", "r3")


def test_a_limit_for_events_holds(shop):
    once = Limits(caps=(Cap(per="month", times=1),))
    bare(shop, changed_in(REVIEW, limits=once))
    eleni = shop.enrol()
    shop.services.happenings.award(eleni.member.id, "review", "r1")
    with pytest.raises(NothingGiven):
        shop.services.happenings.award(eleni.member.id, "review", "r2")


def test_events_fill_stamp_cards_and_pass_milestones(shop):
    """C31: granted 120, two coupons and 20 left."""
    bare(
        shop, changed_in(REVIEW, gives=PerOrder(120)),
        thresholds=(Threshold(code="card", points=50, coupon="free"),),
        coupons=(CouponKind(code="free"),), badges=(Badge(code="star"),),
        milestones=(Milestone(code="m", points=100, badge="star"),),
    )  # fmt: skip
    eleni = shop.enrol()
    after = shop.services.happenings.award(eleni.member.id, "review", "r1")
    assert after.account.balance == 20
    with shop.database.read() as uow:
        held = {badge.badge for badge in uow.badges.of_member(eleni.member.id)}
        stamps = [e for e in uow.ledger.entries(eleni.member.id) if e.kind is EntryKind.REDEEM]
        coupons = [c for e in stamps for c in uow.vouchers.of_source(e.id)]
        [job] = uow.slips.unsettled()
    assert held == {"milestone:m", "star"}
    assert len(coupons) == 2
    assert job.slip.kind == "voucher"
    assert {b.text for b in job.slip.blocks if b.kind == "barcode"} == {c.code for c in coupons}


def test_only_what_is_held_and_ones_own_is_released(shop):
    bare(shop, REVIEW, pending=Pending(until="release"))
    eleni, nikos = shop.enrol(), shop.enrol("Nikos")
    service = shop.services.happenings
    service.award(eleni.member.id, "review", "r1")
    (entry,) = entries(shop, eleni)
    for member, entry_id in ((nikos, entry.id), (eleni, "no such entry")):
        with pytest.raises(NothingGiven):
            service.release(member.member.id, entry_id, "cashier")
    assert service.release(eleni.member.id, entry.id, "cashier").available == 20
    bare(shop, changed_in(REVIEW, code="plain"), pending=Pending())
    service.award(eleni.member.id, "review", "r2")
    with pytest.raises(NothingGiven):
        service.release(eleni.member.id, entries(shop, eleni)[-1].id, "cashier")


# -- quizzes ---------------------------------------------------------------------------------------

ASKED = Question(text="?", answers=("a", "b"), right=1)
QUIZ = Quiz(code="q", questions=(ASKED, ASKED), points=5)


def test_a_quiz_gives_for_what_is_right_and_once(shop):
    bare(shop, quizzes=(QUIZ,))
    eleni, nikos = shop.enrol(), shop.enrol("Nikos")
    service = shop.services.happenings
    with pytest.raises(WrongAnswers):
        service.quiz(eleni.member.id, "q", (1,), "cashier")
    assert service.quiz(eleni.member.id, "q", (1, 0), "cashier").account.balance == 5
    with pytest.raises(NothingGiven):
        service.quiz(eleni.member.id, "q", (1, 1), "cashier")
    assert service.quiz(nikos.member.id, "q", (0, 0), "cashier").account.balance == 0
    with pytest.raises(NothingGiven):
        service.quiz(nikos.member.id, "q", (1, 1), "cashier")


def test_a_quiz_has_its_days(shop):
    off = changed_in(QUIZ, code="off", active=False)
    bare(shop, quizzes=(changed_in(QUIZ, when=When(starts="2027-01-01")), off))
    eleni = shop.enrol()
    for code in ("q", "off", "unknown"):
        with pytest.raises(NothingGiven):
            shop.services.happenings.quiz(eleni.member.id, code, (1, 1), "cashier")


# -- causes ----------------------------------------------------------------------------------------


def test_a_donation_is_whole_blocks_and_booked_once_for_a_decision(shop):
    bare(shop, causes=(Cause(code="c", block=50, value=40), Cause(code="off", active=False)))
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(11_000))
    service, who = shop.services.happenings, eleni.member.id
    for _ in range(2):
        assert service.donate(who, "c", 100, "cashier", "k1").account.balance == 10
    (given,) = [e for e in entries(shop, eleni) if e.kind is EntryKind.DONATE]
    assert (given.points, given.basis, given.rate) == (-100, 80, "50/40")
    for points in (0, 49, 51):
        with pytest.raises(TooMuchHandedOver):
            service.donate(who, "c", points, "cashier")
    with pytest.raises(NotEnoughPoints):
        service.donate(who, "c", 50, "cashier")
    with pytest.raises(UnknownCause):
        service.donate(who, "off", 100, "cashier")
    with pytest.raises(DecisionChanged):
        service.donate(who, "c", 50, "cashier", "k1")


def test_a_decision_sent_again_fills_no_card_again(shop):
    """Points that came meanwhile wait for the next purchase or deed."""
    bare(
        shop, causes=(Cause(code="c", block=50),), coupons=(CouponKind(code="free"),),
        thresholds=(Threshold(code="card", points=50, coupon="free"),),
    )  # fmt: skip
    eleni, service = shop.enrol(), shop.services.happenings
    give(shop, eleni, 110)
    assert service.donate(eleni.member.id, "c", 50, "cashier", "k").account.balance == 10
    give(shop, eleni, 50)
    assert service.donate(eleni.member.id, "c", 50, "cashier", "k").account.balance == 60


# -- households ------------------------------------------------------------------------------------


def test_points_handed_over_keep_the_lapses_they_have(shop):
    bare(shop, household=HOME)
    eleni, nikos = household(shop)
    shop.later(days=40)
    shop.sell(eleni, shop.open_price(2_000))
    lapses = [lot.lapses_at for lot in shop.services.counter.member(eleni.member.id).account.lots]
    bare(shop, household=changed_in(HOME, day_max=None))
    told = standings(shop, nikos)
    shop.services.happenings.hand_over(eleni.member.id, nikos.member.id, 110, "cashier")
    assert standings(shop, nikos) == told + 1
    got = shop.services.counter.member(nikos.member.id).account.lots
    assert [(lot.remaining, lot.lapses_at) for lot in got] == [(100, lapses[0]), (10, lapses[1])]
    assert shop.balance(eleni) == 10
    shop.later(days=330)
    assert shop.services.counter.member(nikos.member.id).available == 10


def test_points_that_live_by_activity_go_on_doing_so(shop):
    bare(shop, household=HOME, expiry=Expiry(kind="idle", months=6))
    eleni, nikos = household(shop)
    shop.services.happenings.hand_over(eleni.member.id, nikos.member.id, 50, "cashier")
    shop.later(days=150)
    shop.sell(nikos, shop.open_price(1_000))
    shop.later(days=100)
    assert shop.services.counter.member(nikos.member.id).available == 60
    assert shop.services.counter.member(eleni.member.id).available == 0


def test_a_hand_over_has_a_least_a_most_for_the_day_and_one_household(shop):
    bare(shop, household=HOME)
    eleni, nikos = household(shop)
    stranger, service = shop.enrol("Ellie"), shop.services.happenings
    giver, taker = eleni.member.id, nikos.member.id
    for _ in range(2):
        view = service.hand_over(giver, taker, 60, "cashier", "k1")
        assert view.account.balance == 40
    for points in (5, 41):
        with pytest.raises(TooMuchHandedOver) as refused:
            service.hand_over(giver, taker, points, "cashier")
        assert refused.value.details["most"] == 40
    with pytest.raises(DecisionChanged):
        service.hand_over(giver, taker, 61, "cashier", "k1")
    service.hand_over(giver, taker, 40, "cashier")
    shop.later(days=1)
    with pytest.raises(NotEnoughPoints):
        service.hand_over(giver, taker, 10, "cashier")
    service.hand_over(taker, giver, 10, "cashier")
    for other in (stranger.member.id, giver):
        with pytest.raises(NotOneHousehold):
            service.hand_over(giver, other, 10, "cashier")
    for pair in ((giver, "nobody"), ("nobody", giver)):
        with pytest.raises(UnknownMember):
            service.hand_over(*pair, 10, "cashier")
    bare(shop, household=Household())
    with pytest.raises(NotOneHousehold):
        service.hand_over(giver, taker, 10, "cashier")


def test_a_clock_that_stands_behind_loses_no_points_on_the_way(shop):
    """What another till booked later by the clock pays for it, point by point."""
    bare(shop, household=HOME)
    shop.later(days=1)
    eleni, nikos = household(shop)
    shop.later(hours=-2)
    shop.services.happenings.hand_over(eleni.member.id, nikos.member.id, 60, "cashier")
    assert (shop.balance(eleni), shop.balance(nikos)) == (40, 60)
    with shop.database.read() as uow:
        assert uow.ledger.account(eleni.member.id).debt == 0


def test_two_hand_overs_at_once_never_give_the_same_points_twice(shop):
    bare(shop, household=changed_in(HOME, day_max=None))
    eleni, nikos = household(shop)
    start, outcomes = threading.Barrier(2), []

    def hand_over() -> None:
        start.wait()
        try:
            shop.services.happenings.hand_over(eleni.member.id, nikos.member.id, 70, "cashier")
            outcomes.append("done")
        except NotEnoughPoints:
            outcomes.append("refused")

    threads = [threading.Thread(target=hand_over) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert (shop.balance(eleni), shop.balance(nikos)) == (30, 70)
