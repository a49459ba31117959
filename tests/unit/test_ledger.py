"""The ledger: whatever happens and in whatever order it is heard of, nothing is lost or made up."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.ledger import Account, EntryKind, Part, advance, is_late, lapsed_lots, replay
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


def test_parts_say_why():
    told = entry(1, 57, parts=(Part("accrual", 38), Part("tier:gold", 19)))
    assert sum(part.points for part in told.parts) == told.points


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
