"""The ledger: whatever happens and in whatever order it is heard of, nothing is lost or made up."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.ledger import (
    Account,
    EntryKind,
    Part,
    advance,
    earned,
    fold,
    is_late,
    lapsed_lots,
    replay,
)
from tests.unit.making import START, entry


def remaining(account: Account) -> dict[str, int]:
    return {lot.entry_id: lot.remaining for lot in account.lots}


def test_a_redemption_eats_the_lot_that_lapses_first():
    later, sooner, never = entry(1, 50, expires=90), entry(2, 50, expires=30), entry(3, 50)
    spent = entry(4, -60, kind=EntryKind.REDEEM)

    result = replay([later, sooner, never, spent])

    assert remaining(result.account) == {"e001": 40, "e003": 50}
    assert [(t.lot.entry_id, t.points) for t in result.taken["e004"]] == [
        ("e002", 50),
        ("e001", 10),
    ]


def test_lots_that_lapse_together_are_spent_oldest_first():
    account = replay([entry(2, 10, expires=30), entry(1, 10, expires=30), entry(3, -5)]).account
    assert remaining(account) == {"e001": 5, "e002": 10}


def test_a_debt_is_absorbed_by_the_next_credits():
    account = replay([entry(1, -30), entry(2, 20), entry(3, 10), entry(4, 7)]).account
    assert (account.balance, account.debt, remaining(account)) == (7, 0, {"e004": 7})


def test_a_clawback_takes_from_its_own_lot_first():
    old, bought = entry(1, 50, expires=30), entry(2, 20, kind=EntryKind.EARN, expires=365)
    back = entry(3, -20, kind=EntryKind.CLAWBACK, reverses=bought.id)
    assert remaining(replay([old, bought, back]).account) == {"e001": 50}


def test_a_clawback_of_spent_points_takes_what_else_there_is_and_the_rest_is_debt():
    bought = entry(1, 20, kind=EntryKind.EARN)
    other = entry(2, 5, expires=10)
    spent = entry(3, -20, kind=EntryKind.REDEEM)
    back = entry(4, -20, kind=EntryKind.CLAWBACK, reverses=bought.id)
    account = replay([bought, other, spent, back]).account
    assert (account.balance, account.debt, account.lots) == (-15, 15, ())


def test_points_whose_time_is_over_cannot_be_spent_though_not_yet_booked_out():
    account = replay([entry(1, 50, expires=10), entry(2, 30)]).account
    after = START + timedelta(days=11)
    assert account.available(after) == 30
    assert [lot.entry_id for lot in lapsed_lots(account, after)] == ["e001"]
    late = entry(3, -40, kind=EntryKind.REDEEM, at=after)
    spent, taken = advance(account, late)
    assert [(t.lot.entry_id, t.points) for t in taken] == [("e002", 30)]
    assert (spent.debt, remaining(spent)) == (10, {"e001": 50})
    assert spent.available(after) == 0


def test_expiry_empties_just_its_lot():
    lapse = entry(3, -50, kind=EntryKind.EXPIRE, reverses="e001", at=START + timedelta(days=11))
    account = replay([entry(1, 50, expires=10), entry(2, 30, expires=5000), lapse]).account
    assert (account.balance, remaining(account)) == (30, {"e002": 30})
    assert account.next_lapse == START + timedelta(days=5000)


def test_pending_points_are_seen_but_not_spent():
    account = replay([entry(1, 50, usable=14), entry(2, 30)]).account
    now = START + timedelta(days=1)
    assert (account.available(now), account.pending(now)) == (30, 50)
    assert account.available(START + timedelta(days=14)) == 80
    # A debit that was booked all the same takes usable points first, then pending ones.
    account, taken = advance(account, entry(3, -60))
    assert [(t.lot.entry_id, t.points) for t in taken] == [("e002", 30), ("e001", 30)]


def test_what_lapses_when_is_told_per_day():
    account = replay([entry(1, 5, expires=9), entry(2, 6, expires=9), entry(3, 7)]).account
    assert account.lapsing() == [(START + timedelta(days=9), 11)]
    assert Account().next_lapse is None


def test_lifetime_earned_counts_what_was_given_not_what_was_spent():
    account = replay(
        [
            entry(1, 100, kind=EntryKind.BONUS),
            entry(2, 50, kind=EntryKind.EARN),
            entry(3, -120, kind=EntryKind.REDEEM),
            entry(4, -50, kind=EntryKind.CLAWBACK, reverses="e002"),
            entry(5, 9, kind=EntryKind.ADJUST),
        ]
    ).account
    assert (account.lifetime_earned, account.balance, account.entries) == (100, -11, 5)


def test_an_entry_that_comes_late_is_known_to_be_late():
    account = replay([entry(5, 10)]).account
    assert is_late(account, entry(4, 10))
    assert not is_late(account, entry(6, 10))
    assert not is_late(Account(), entry(4, 10))


def test_the_balance_after_each_entry_is_told():
    assert replay([entry(2, -3), entry(1, 10)]).balances == {"e001": 10, "e002": 7}


@pytest.mark.parametrize("field", ["at", "lapses_at"])
def test_a_naive_time_is_refused(field):
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="timezone-aware"):
        entry(1, 5, **{field: naive}) if field == "at" else _with_lapse(naive)


def _with_lapse(moment):
    from dataclasses import replace

    return replace(entry(1, 5), lapses_at=moment)


def test_an_entry_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one point"):
        entry(1, 0)


def test_a_release_moves_no_points_and_qualifying_points_may_move_alone():
    with pytest.raises(ValueError, match="no points"):
        entry(1, 5, kind=EntryKind.RELEASE)
    assert entry(1, 0, kind=EntryKind.CLAWBACK, qualifying=-20).points == 0


def test_parts_say_why():
    told = entry(1, 57, parts=(Part("accrual", 38), Part("tier:gold", 19)))
    assert sum(part.points for part in told.parts) == told.points


# -- held, kept and refilled -----------------------------------------------------------------------


def test_held_points_wait_for_their_release():
    """D16: pending until an action."""
    held = entry(1, 300, held=True)
    account = replay([held, entry(2, 40)]).account
    assert (account.available(START), account.pending(START)) == (40, 300)
    # Somebody booked more than there was to spend: what is held pays last.
    spent, taken = advance(account, entry(3, -50))
    assert [(t.lot.entry_id, t.points) for t in taken] == [("e002", 40), ("e001", 10)]
    released, _ = advance(spent, entry(4, 0, kind=EntryKind.RELEASE, reverses="e001"))
    assert (released.available(START), released.pending(START), released.balance) == (290, 0, 290)


def test_a_release_of_what_is_gone_changes_nothing():
    history = [entry(1, 30, held=True), entry(2, -30)]
    account = replay(history).account
    after, taken = advance(account, entry(3, 0, kind=EntryKind.RELEASE, reverses="e001"))
    assert (after.lots, after.balance, taken) == ((), 0, ())


def test_qualifying_points_that_move_alone_leave_lots_alone():
    account = replay([entry(1, 30, held=True)]).account
    moved = entry(2, 0, kind=EntryKind.CLAWBACK, reverses="e001", qualifying=-30)
    assert advance(account, moved)[0].lots == account.lots


def idle(n: int, points: int, days: int, **more):
    """An entry that keeps points alive for so many days from the start."""
    until = START + timedelta(days=days)
    ends = {"expires": days} if points > 0 else {}
    return entry(n, points, keeps_until=until, **ends, **more)


def ends(account: Account) -> dict[str, int | None]:
    return {lot.entry_id: lot.lapses_at and (lot.lapses_at - START).days for lot in account.lots}


def test_a_visit_keeps_all_points_alive_that_came_with_one():
    history = [idle(1, 10, 30), entry(2, 20, expires=31), idle(3, -5, 60), idle(4, 7, 60)]
    account = replay(history).account
    assert ends(account) == {"e002": 31, "e001": 60, "e004": 60}
    # By then they lapse later than the others, which therefore pay.
    assert remaining(account) == {"e002": 15, "e001": 10, "e004": 7}


def test_a_shorter_promise_takes_nothing_away():
    """The programme's months became fewer: what was promised before stands."""
    account = replay([idle(1, 10, 90), idle(2, 10, 40), idle(3, -1, 50)]).account
    assert ends(account) == {"e002": 50, "e001": 90}


def test_what_lapsed_before_the_visit_stays_lapsed():
    visit = idle(3, 5, 90, at=START + timedelta(days=40))
    account = replay([idle(1, 20, 60), idle(2, 10, 30), visit]).account
    assert ends(account) == {"e002": 30, "e001": 90, "e003": 90}
    # All of them lapsed before the next one: none comes back.
    late = idle(4, -1, 120, at=START + timedelta(days=100))
    assert ends(advance(account, late)[0]) == {"e002": 30, "e001": 90, "e003": 90}


def test_when_all_lapsed_at_once_a_visit_revives_none():
    history = [idle(1, 10, 30), idle(2, 5, 30), idle(3, -1, 40)]
    gone = idle(4, -4, 90, at=START + timedelta(days=50))
    account = replay([*history, gone]).account
    assert (ends(account), account.debt) == ({"e001": 40, "e002": 40}, 4)


def test_points_that_never_lapse_need_no_visit():
    never = entry(1, 10, keeps_until=START + timedelta(days=30))
    assert ends(replay([never, idle(2, 3, 60)]).account) == {"e002": 60, "e001": None}


def test_kept_points_with_the_same_end_are_spent_before_others():
    account = replay([entry(1, 10, expires=30), idle(2, 10, 30), entry(3, -12)]).account
    assert remaining(account) == {"e001": 8}


def rollback(n: int, points: int, lot: str | None, **more):
    return entry(n, points, kind=EntryKind.ROLLBACK, lot=lot, reverses="e003", **more)


def test_kept_points_that_are_not_usable_yet_pay_last():
    soon = idle(1, 10, 30, usable=20)
    account = replay([soon, entry(2, 10, expires=40), entry(3, -15)]).account
    assert remaining(account) == {"e001": 5}
    assert fold([soon, entry(3, -15)]).debt == 5


def test_points_go_back_to_the_lot_they_came_from():
    """D13: no new lot."""
    history = [entry(1, 50, expires=30), entry(2, 50, expires=30), entry(3, -60)]
    part = replay([*history, rollback(4, 5, "e002", expires=30)]).account
    assert remaining(part) == {"e002": 45}
    whole = advance(part, rollback(5, 50, "e001", expires=30))[0]
    assert list(remaining(whole).items()) == [("e001", 50), ("e002", 45)]


def test_a_lot_with_another_end_by_now_is_not_given_the_rest_of_it():
    """What goes back by grace stands apart from what is left of its lot."""
    history = [entry(1, 50, expires=2), entry(3, -10), rollback(4, 10, "e001", expires=40)]
    assert ends(replay(history).account) == {"e001": 2, "e004": 40}


def test_a_kept_lot_that_lives_takes_its_points_back_whatever_end_they_name():
    history = [idle(1, 50, 30), entry(3, -10), idle(4, -5, 90)]
    back = rollback(5, 10, "e001", expires=30, keeps_until=START + timedelta(days=30))
    account = replay([*history, back]).account
    assert (remaining(account), ends(account)) == ({"e001": 45}, {"e001": 90})
    # Nothing was left of it: it is there again, and a rollback is no visit.
    gone = replay([idle(1, 50, 30), idle(2, 9, 20), entry(3, -59)]).account
    again = advance(gone, back)[0]
    assert (remaining(again), again.lots[0].kept) == ({"e001": 10}, True)


def test_a_lot_refilled_among_kept_ones_stands_first_of_those_that_end_with_it():
    history = [idle(1, 5, 30), idle(2, 5, 30), entry(3, -5), idle(4, -1, 60)]
    until = START + timedelta(days=60)
    back = rollback(5, 5, "e001", expires=60, keeps_until=until)
    assert list(remaining(replay([*history, back]).account)) == ["e001", "e002"]


def test_an_older_rollback_without_a_lot_makes_one_of_its_own():
    account = replay([entry(1, 5), entry(3, -5), rollback(4, 5, None, expires=9)]).account
    assert (remaining(account), ends(account)) == ({"e004": 5}, {"e004": 9})


def test_who_paid_a_debt_is_told():
    told = replay([entry(1, -30), entry(2, -5), entry(3, 32, expires=9), entry(4, 9)])
    paid = {
        debit: [(t.lot.entry_id, t.points) for t in told.absorbed[debit]] for debit in told.absorbed
    }
    assert paid == {"e001": [("e003", 30)], "e002": [("e003", 2), ("e004", 3)]}


def test_a_rollback_without_a_lot_settles_its_own_debt():
    history = [entry(1, -4), entry(3, -10), rollback(4, 7, None)]
    told = replay([*history, entry(5, 7)])
    assert told.account.balance == 0
    paid = {debit: [t.points for t in parts] for debit, parts in told.absorbed.items()}
    assert paid == {"e001": [4], "e003": [3]}


def test_what_comes_late_is_refused_by_advance():
    account = replay([entry(5, 10)]).account
    with pytest.raises(ValueError, match="decided before"):
        advance(account, entry(4, 10))


def test_what_is_heard_of_twice_counts_once():
    once = [entry(1, 10, expires=5), entry(2, -3)]
    assert replay([*once, *once]) == replay(once)
    account = fold(once)
    assert advance(account, once[1]) == (account, ())
    assert fold([]) == Account()
    assert fold(iter(once)) == account


def test_what_a_sale_earned_is_told_whatever_came_back_since():
    history = [
        entry(1, 40, kind=EntryKind.EARN, source_id="s1"),
        entry(2, 9, kind=EntryKind.EARN, source_id="s2"),
        entry(3, -20, kind=EntryKind.CLAWBACK, source_id="r1", reverses="e001"),
    ]
    assert earned(history, "s1") == 40


# -- what is told of an account --------------------------------------------------------------------


def test_what_will_have_lapsed_by_when():
    """D05: 100 by March, 300 by July."""
    march, july = START + timedelta(days=59), START + timedelta(days=181)
    account = replay([entry(1, 100, expires=59), entry(2, 200, expires=181), entry(3, 1)]).account
    assert account.lapsing_by() == [(march, 100), (july, 300)]


def test_what_is_to_lapse_soon_is_warned_of_and_what_has_lapsed_is_not():
    account = replay([entry(n, n, expires=n * 10) for n in (1, 2, 3, 4)]).account
    now = START + timedelta(days=10)
    assert account.lapsing_within(now, 20) == [
        (START + timedelta(days=20), 2),
        (START + timedelta(days=30), 3),
    ]


def test_a_debit_that_another_till_overtook_takes_what_is_there():
    """C19: 1000 quoted, 600 spent between; 400 are taken and 600 reported."""
    account = replay([entry(1, 1000), entry(2, -600)]).account
    assert account.cover(1000, START) == (400, 600)
    assert account.cover(300, START) == (300, 0)


def test_a_lot_clawed_down_below_what_was_taken_of_it_makes_no_points():
    """C34: the lot was spent, then its sale came back in part."""
    history = [
        entry(1, 100, kind=EntryKind.EARN),
        entry(2, -90, kind=EntryKind.REDEEM),
        entry(3, -50, kind=EntryKind.CLAWBACK, reverses="e001"),
        entry(4, -10, kind=EntryKind.REDEEM),
    ]
    account = replay(history).account
    assert (account.balance, account.debt, account.lots) == (-50, 50, ())


moves = st.tuples(
    st.integers(-200, 200).filter(bool),
    st.none() | st.integers(1, 60),
    st.none() | st.integers(0, 40),
)
histories = st.lists(moves, max_size=30).map(
    lambda raw: [entry(n, p, expires=e, usable=u) for n, (p, e, u) in enumerate(raw)]
)


@given(histories)
def test_lots_less_debt_are_the_balance_at_every_moment(history):
    account = Account()
    for one in history:
        account, taken = advance(account, one)
        assert sum(lot.remaining for lot in account.lots) - account.debt == account.balance
        assert all(lot.remaining > 0 for lot in account.lots)
        assert sum(t.points for t in taken) <= max(-one.points, 0)
    assert account.balance == sum(one.points for one in history)


@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_hearing_does_not_matter(history, chance):
    shuffled = history[:]
    chance.shuffle(shuffled)
    assert replay(shuffled) == replay(history)


@given(histories, st.integers(0, 90))
def test_nobody_can_spend_more_than_the_open_lots_hold(history, day):
    account = replay(history).account
    available = account.available(START + timedelta(days=day))
    assert 0 <= available <= sum(lot.remaining for lot in account.lots)
