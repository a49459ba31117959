"""Points that are given away, to a cause or within a household, are spent once like any others:
the hub grants them, and while it is away they are bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from terminal.desk_tasks import TaskKind
from terminal.errors import (
    DecisionChanged,
    NotEnoughPoints,
    NotOneHousehold,
    OfflineCapReached,
    PointsJustSpent,
    TooMuchHandedOver,
    UnknownCause,
    UnknownMember,
)
from terminal.programs.model import Cause
from terminal.programs.policies import Household, Offline
from terminal.services.models import MemberView
from tests.hub.deeds import kinds
from tests.hub.test_till_points import asking, redeem, rich
from tests.hub.till_stand import Chain, TillAt

Gives = Callable[[TillAt, MemberView, int, str], object]


def donates(till: TillAt, member: MemberView, points: int, key: str = "") -> object:
    return till.shop.services.happenings.donate(member.member.id, "trees", points, "cashier", key)


def hands_over(till: TillAt, member: MemberView, points: int, key: str = "") -> object:
    return till.shop.services.happenings.hand_over(
        member.member.id, taker(till, member), points, "cashier", key
    )


def taker(till: TillAt, member: MemberView) -> str:
    with till.database.read() as uow:
        (other,) = (m.id for m in uow.members.of_household("home") if m.id != member.member.id)
    return str(other)


@pytest.fixture(params=[donates, hands_over], ids=["to a cause", "in a household"])
def gives(request: pytest.FixtureRequest) -> Gives:
    made: Gives = request.param
    return made


def generous(
    chain: Chain, points: int = 600, **offline: int | None
) -> tuple[TillAt, TillAt, MemberView]:
    """As ``rich``, with a cause and a household of two."""
    one, other, member = rich(chain, points, **offline)
    one.shop.run(
        offline=Offline(**offline), causes=(Cause(code="trees", block=100, value=100),),
        household=Household(allowed=True),
    )  # fmt: skip
    second = one.shop.enrol("Sample")
    with one.database.write() as uow:
        for each in (member, second):
            known = uow.members.get(each.member.id)
            assert known is not None
            uow.members.put(replace(known, household="home"))
        uow.commit()
    chain.settle()
    chain.later(minutes=1)
    chain.settle()
    return one, other, member


def test_points_that_are_given_away_here_can_not_be_given_away_there(
    chain: Chain, gives: Gives
) -> None:
    one, other, member = generous(chain)
    gives(one, member, 400, "")  # booked, and not told yet
    with pytest.raises(PointsJustSpent) as refused:
        gives(other, member, 400, "")
    assert refused.value.details == {"asked": 400, "available": 200}
    with pytest.raises(PointsJustSpent):
        redeem(other, member)
    gives(other, member, 200, "")
    chain.settle()
    chain.agree()
    assert one.shop.balance(member) == 0
    assert chain.hub.reserved == {}, "what was booked uses up what was promised"
    assert chain.hub.balances[member.member.id] == 0
    assert kinds(one) == []


def test_while_the_hub_is_away_gifts_and_purchases_share_one_bound(
    chain: Chain, gives: Gives
) -> None:
    one, _other, member = generous(chain, 1000, per_member=400)
    chain.hub.away = True
    gives(one, member, 200, "")
    with pytest.raises(OfflineCapReached) as refused:
        gives(one, member, 300, "")
    assert refused.value.details == {"of": "member", "asked": 300, "left": 200}
    with pytest.raises(OfflineCapReached):
        redeem(one, member, 300)
    redeem(one, member, 200)
    chain.hub.away = False
    chain.later(minutes=1)
    chain.settle()
    chain.later(minutes=1)
    chain.hub.away = True
    gives(one, member, 400, "")


def test_two_tills_without_a_hub_give_away_within_the_bound_and_ask_once(
    chain: Chain, gives: Gives
) -> None:
    one, other, member = generous(chain, per_member=400)
    chain.hub.away = True
    gives(one, member, 400, "")
    chain.later(minutes=1)
    gives(other, member, 400, "")
    chain.hub.away = False
    chain.settle()
    chain.agree()
    assert one.shop.balance(member) == other.shop.balance(member) == -200
    for till in (one, other):
        assert [kind for kind, _details in till.tasks()] == [TaskKind.OVERDRAW]


def test_what_somebody_was_given_leaves_their_own_bound_alone(chain: Chain) -> None:
    """Points that came from a relative are no redemption taken back."""
    one, _other, member = generous(chain, 1000, per_member=400)
    chain.hub.away = True
    hands_over(one, member, 400)
    given = one.shop.services.counter.member(taker(one, member))
    redeem(one, given, 200)
    with pytest.raises(OfflineCapReached) as refused:
        redeem(one, given, 300)
    assert refused.value.details["left"] == 200


def test_what_a_household_may_hand_over_in_a_day_is_counted_at_all_tills(chain: Chain) -> None:
    one, other, member = generous(chain)
    hands_over(one, member, 200)
    chain.later(minutes=1)
    hands_over(other, member, 100)
    chain.settle()
    chain.agree()
    for till in (one, other):
        with till.database.read() as uow:
            (row,) = uow.uses.of_member(member.member.id, "2026-11-21")
        assert (row.rule, row.times, row.points) == ("household", 2, 300)


def test_the_same_decision_again_asks_nobody(chain: Chain, gives: Gives) -> None:
    one, _other, member = generous(chain)
    gives(one, member, 400, "k")
    chain.hub.balances[member.member.id] = 0
    gives(one, member, 400, "k")
    with pytest.raises(DecisionChanged):
        gives(one, member, 100, "k")
    assert one.shop.balance(member) == 200
    chain.hub.balances[member.member.id] = 600


def test_what_makes_no_sense_is_said_before_anybody_is_asked(chain: Chain) -> None:
    one, _other, member = generous(chain)
    service, who = one.shop.services.happenings, member.member.id
    wrong = (
        (NotEnoughPoints, lambda: donates(one, member, 700)),
        (TooMuchHandedOver, lambda: donates(one, member, 150)),
        (UnknownCause, lambda: service.donate(who, "rain", 100, "cashier")),
        (UnknownMember, lambda: service.donate("nobody", "trees", 100, "cashier")),
        (NotEnoughPoints, lambda: hands_over(one, member, 700)),
        (TooMuchHandedOver, lambda: hands_over(one, member, 0)),
        (NotOneHousehold, lambda: service.hand_over(who, who, 100, "cashier")),
        (UnknownMember, lambda: service.hand_over(who, "nobody", 100, "cashier")),
    )
    for error, tries in wrong:
        with pytest.raises(error):
            tries()
    assert chain.hub.reserved == {}


def test_what_breaks_while_booking_gives_the_points_back(
    chain: Chain, gives: Gives, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _other, member = generous(chain)
    asks = asking(chain, one)

    def broken(*_args: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(one.shop.services.happenings, "_change", broken)
    with pytest.raises(OSError, match="full"):
        gives(one, member, 400, "k")
    assert len(asks.released) == 1
