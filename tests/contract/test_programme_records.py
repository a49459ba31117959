"""Uses of rules, levels given by hand, badges, friends, waiting returns, programme versions."""

from dataclasses import replace

import msgspec
import pytest

from terminal.errors import ProgramInForce, UnknownMember
from terminal.ids import MemberId, ReturnId, StaffId
from terminal.ports import Database
from terminal.programs import welcome
from terminal.programs.facts import Uses
from terminal.records import HeldBadge, Referral, ReferralState, RuleUse, TierGrant
from terminal.returns import PendingReturn
from terminal.shares import ReturnLine
from tests.contract.samples import (
    ANNA,
    BELA,
    CASHIER,
    T0,
    TILL,
    after,
    member,
    program,
    with_members,
)

NOBODY = MemberId("m-nobody")


def test_uses_are_counted_by_day_for_a_member_and_in_sum_for_everybody(
    database: Database,
) -> None:
    with database.write() as uow:
        uow.uses.add("double", ANNA, "2026-03-01", 1, 100, 0)
        uow.uses.add("double", ANNA, "2026-03-01", 1, 50, 0)
        uow.uses.add("ten-off", ANNA, "2026-03-01", 1, 0, 250)
        uow.uses.add("double", ANNA, "2026-03-02", 1, 7, 0)
        uow.uses.add("double", BELA, "2026-03-02", 1, 9, 0)
        uow.uses.add("ten-off", None, "2026-03-02", 1, 0, 300)
        uow.commit()
    with database.read() as uow:
        assert uow.uses.of_member(ANNA, "2026-03-01") == [
            RuleUse("double", "2026-03-01", 2, 150, 0),
            RuleUse("ten-off", "2026-03-01", 1, 0, 250),
            RuleUse("double", "2026-03-02", 1, 7, 0),
        ]
        assert uow.uses.of_member(ANNA, "2026-03-02") == [RuleUse("double", "2026-03-02", 1, 7, 0)]
        assert uow.uses.of_member(NOBODY, "2026-01-01") == []
        totals = uow.uses.totals(["double", "ten-off", "never"])
        assert totals == {"double": Uses(4, 166, 0), "ten-off": Uses(2, 0, 550)}
        assert uow.uses.totals(("ten-off",)) == {"ten-off": Uses(2, 0, 550)}
        assert uow.uses.totals([]) == {}


def test_a_return_takes_back_from_a_budget_what_its_sale_used(database: Database) -> None:
    with database.write() as uow:
        uow.uses.add("double", ANNA, "2026-03-01", 1, 100, 0)
        uow.uses.add("double", ANNA, "2026-03-01", -1, -100, 0)
        uow.uses.add("double", ANNA, "2026-03-05", 0, -5, 0)
        assert uow.uses.totals({"double"}) == {"double": Uses(0, -5, 0)}
        assert [use.points for use in uow.uses.of_member(ANNA, "2026-03-01")] == [0, -5]


def test_a_level_given_by_hand_has_its_time_and_its_reason(database: Database) -> None:
    with_members(database)
    first = TierGrant(
        id="g-1", member_id=ANNA, tier="gold", starts=T0, ends=after(days=90), reason="a sorry",
        cashier_id=CASHIER, at=T0,
    )  # fmt: skip
    later = TierGrant(id="g-2", member_id=ANNA, tier="silver", starts=T0, at=after(days=1))
    with database.write() as uow:
        uow.tiers.put(later)
        uow.tiers.put(first)
        uow.commit()
    with database.write() as uow:
        assert uow.tiers.of_member(ANNA) == [first, later]
        ended = replace(later, ends=after(days=2), cashier_id=StaffId("c-2"))
        uow.tiers.put(ended)
        assert uow.tiers.of_member(ANNA) == [first, ended]
        assert uow.tiers.of_member(BELA) == []
        with pytest.raises(UnknownMember):
            uow.tiers.put(replace(first, id="g-3", member_id=NOBODY))


def test_a_badge_is_won_once(database: Database) -> None:
    with_members(database, member(), member(BELA))
    won = HeldBadge(member_id=ANNA, badge="explorer", at=after(days=2), source="s-1")
    with database.write() as uow:
        assert uow.badges.put_once(won) is True
        assert uow.badges.put_once(replace(won, at=after(days=3))) is False
        other = HeldBadge(member_id=ANNA, badge="early-bird", at=after(days=1))
        assert uow.badges.put_once(other) is True
        assert uow.badges.put_once(replace(won, member_id=BELA)) is True
        uow.commit()
    with database.write() as uow:
        assert uow.badges.of_member(ANNA) == [other, won]
        with pytest.raises(UnknownMember):
            uow.badges.put_once(replace(won, member_id=NOBODY))


def test_a_friend_has_been_brought_by_one_member(database: Database) -> None:
    third = MemberId("m-c")
    with_members(database, member(), member(BELA), member(third))
    bela = Referral(friend_id=BELA, referrer_id=ANNA, at=after(days=1))
    other = Referral(friend_id=third, referrer_id=ANNA, at=T0)
    with database.write() as uow:
        for each in (bela, other):
            uow.referrals.put(each)
        uow.commit()
    with database.write() as uow:
        assert uow.referrals.of_friend(BELA) == bela
        assert uow.referrals.of_friend(ANNA) is None
        assert uow.referrals.by_referrer(ANNA) == [other, bela]
        assert uow.referrals.by_referrer(BELA) == []
        assert uow.referrals.open(5) == [other, bela]
        assert uow.referrals.open(1) == [other]
        granted = replace(
            other, state=ReferralState.GRANTED, first_sale_id="s-1", settled_at=after(days=20)
        )
        uow.referrals.put(granted)
        assert uow.referrals.open(5) == [bela]
        assert uow.referrals.of_friend(third) == granted
        with pytest.raises(UnknownMember):
            uow.referrals.put(replace(bela, friend_id=NOBODY))
        with pytest.raises(UnknownMember):
            uow.referrals.put(replace(bela, referrer_id=NOBODY))


def _waiting(number: int, sale_ref: str) -> PendingReturn:
    return PendingReturn(
        id=ReturnId(f"r-{number}"), ref=f"T1-{number:06d}", sale_ref=sale_ref, till=TILL,
        seq=number, cashier_id=CASHIER, reason="broken", money_back=500, currency="EUR",
        returned_at=after(days=number), lines=(ReturnLine(0, 2),),
    )  # fmt: skip


def test_a_return_waits_for_its_sale(database: Database) -> None:
    late, first, other = _waiting(2, "T9-000001"), _waiting(1, "T9-000001"), _waiting(3, "T9-7")
    with database.write() as uow:
        for each in (late, first, other):
            uow.pending_returns.put(each)
        uow.commit()
    with database.write() as uow:
        assert uow.pending_returns.of_sale("T9-000001") == [first, late]
        assert uow.pending_returns.all() == [first, late, other]
        changed = replace(first, lines=())
        uow.pending_returns.put(changed)
        uow.pending_returns.drop(late.id)
        uow.pending_returns.drop(ReturnId("r-unknown"))
        assert uow.pending_returns.all() == [changed, other]
        assert uow.pending_returns.of_sale("T9-2") == []


def test_a_programme_is_found_by_version_and_in_order_of_time(database: Database) -> None:
    second, first = program(2, after(days=10)), program(1, T0)
    third = program(3, after(days=10))
    with database.write() as uow:
        for each in (second, third, first):
            uow.programs.put(each)
        uow.commit()
    with database.read() as uow:
        assert uow.programs.all() == [first, second, third]
        assert uow.programs.version("house", 2) == second
        assert uow.programs.version("house", 4) is None
        assert uow.programs.next_after(T0) == third
        assert uow.programs.next_after(after(microseconds=-1)) == first
        assert uow.programs.next_after(after(days=10)) is None


def test_the_same_version_is_the_same_object_each_time(database: Database) -> None:
    """What was computed from a programme is kept by its identity."""
    with database.write() as uow:
        uow.programs.put(program(1, T0))
        uow.commit()
    with database.read() as uow:
        found = uow.programs.at(T0)
    with database.read() as uow:
        assert uow.programs.at(after(days=3)) is found
        assert uow.programs.version("house", 1) is found
        assert uow.programs.all()[0] is found


def test_a_version_in_force_is_never_replaced(database: Database) -> None:
    first, to_come = program(1, T0), program(2, after(days=10))
    changed = msgspec.structs.replace(first, rules=(welcome(9),))
    corrected = msgspec.structs.replace(to_come, rules=(welcome(9),))
    with database.write() as uow:
        uow.programs.put(first)
        uow.programs.put(to_come)
        uow.programs.put(program(1, T0), after(days=1))
        for now in (None, T0, after(days=1)):
            with pytest.raises(ProgramInForce):
                uow.programs.put(changed, now)
        uow.programs.put(corrected, after(days=9))
        assert uow.programs.all() == [first, corrected]
        with pytest.raises(ProgramInForce) as refusal:
            uow.programs.put(to_come)
        assert refusal.value.details == {"code": "house", "version": 2}
