"""Returns: what was spent goes back to where it came from."""

from datetime import timedelta

import pytest

from terminal.entries import EntryKind, Part
from terminal.ledger import replay
from terminal.returns import ReturnPolicy
from tests.unit.making import START, entry
from tests.unit.taking_back import LATER, REDEEM, ROLLBACK, Counter, line, sale, spent

# -- points that were spent ------------------------------------------------------------------------


def test_spent_points_go_back_in_proportion_each_to_its_lot():
    history = [entry(1, 30, expires=20), entry(2, 60, expires=40), spent(3, 90)]
    shop = Counter(sale(line(1_000, 3, off=90, points_paid=90)), history)
    shop.take((0, 1))
    assert [(e.lot, e.points) for e in shop.history[3:]] == [("e002", 20), ("e001", 10)]
    shop.take()
    assert replay(shop.history).account.lapsing() == [
        (START + timedelta(days=20), 30),
        (START + timedelta(days=40), 60),
    ]


def test_points_paid_go_by_the_lines_they_paid_and_a_rewards_cost_by_its_own():
    """40 as money on the first line; a reward of 60 for the second, whatever sign its part has."""
    sold = sale(line(100, off=40, points_paid=40), line(100, off=100))
    for sign in (1, -1):
        parts = (Part("points", sign * 40, weights=(40, 0)), Part("x", sign * 60, weights=(0, 1)))
        shop = Counter(sold, [entry(0, 100), spent(1, 100, *parts)])
        assert shop.take((0, 1)).points.given == 40
    assert Counter(sold, [entry(0, 100), spent(1, 100)]).take((0, 1)).points.given == 100
    older = sale(line(100, off=25), line(100, off=75))
    assert Counter(older, [entry(0, 100), spent(1, 100)]).take((0, 1)).points.given == 25


@pytest.mark.parametrize(
    ("policy", "ends"),
    [
        (ReturnPolicy(), START + timedelta(days=2)),
        # The local day after two more days in Athens: an hour before midnight UTC, and one more.
        (
            ReturnPolicy(expired="grace", grace_days=2, zone="Europe/Athens"),
            START.replace(hour=22) + timedelta(days=5),
        ),
    ],
    ids=["lapse", "grace"],
)
def test_points_whose_time_is_over_lapse_again_or_have_some_days_of_grace(policy, ends):
    history = [entry(0, 100, expires=2), spent(1, 100)]
    shop = Counter(sale(line(100)), history, policy)
    shop.take()
    assert shop.account.lapsing() == [(ends, 100)]


def test_points_kept_alive_meanwhile_go_back_to_a_lot_that_lives():
    def idle(n, points, days, **more):
        until = START + timedelta(days=days)
        ends = {"expires": days} if points > 0 else {}
        return entry(n, points, keeps_until=until, **ends, **more)

    visit = idle(40, 5, 60)
    old = [idle(1, 100, 2), idle(2, -100, 2, kind=REDEEM, source_id="s1")]
    shop = Counter(sale(line(100)), [*old, visit])
    shop.take(at=START + timedelta(days=9))
    assert {lot.entry_id: lot.remaining for lot in shop.account.lots} == {"e001": 100, "e040": 5}
    assert shop.account.lapsing() == [(START + timedelta(days=60), 105)]


def test_points_released_meanwhile_are_usable_when_they_go_back():
    history = [
        entry(0, 100, held=True),
        spent(1, 100),
        entry(2, 0, kind=EntryKind.RELEASE, reverses="e000"),
    ]
    shop = Counter(sale(line(100)), history)
    shop.take()
    assert shop.account.available(LATER) == 100


def test_points_spent_beyond_all_lots_go_back_to_who_paid_for_them():
    """60 were there, 100 spent: a later credit of 30 paid, ten are still owed."""
    history = [entry(0, 60, expires=40), spent(1, 100), entry(2, 30, expires=90)]
    shop = Counter(sale(line(100, 2)), history)
    shop.take((0, 1))
    assert [(e.lot, e.points) for e in shop.history[3:]] == [(None, 10), ("e002", 30), ("e000", 10)]
    shop.take()
    assert (shop.account.balance, shop.account.debt) == (90, 0)
    assert shop.account.lapsing() == [
        (START + timedelta(days=40), 60),
        (START + timedelta(days=90), 30),
    ]


def test_a_lot_that_paid_at_once_and_later_is_refilled_by_one_entry():
    """Lot e000 was refilled by another sale's return, and so paid what this one still owed."""
    other = {"kind": REDEEM, "source_id": "s2"}
    history = [
        entry(0, 10),
        entry(1, -4, **other),
        spent(2, 10),
        entry(3, 4, kind=ROLLBACK, lot="e000", reverses="e001", source_id="r9"),
    ]
    shop = Counter(sale(line(100)), history)
    shop.take()
    assert [(e.lot, e.points) for e in shop.history[4:]] == [("e000", 10)]


def test_an_older_return_that_named_no_lot_counts_all_the_same():
    older = entry(4, 30, kind=ROLLBACK, reverses="e001", source_id="r0")
    shop = Counter(sale(line(100, 2)), [entry(0, 60), spent(1, 60), older])
    assert shop.take((0, 1)).points.given == 0
    assert shop.take((0, 1)).points.given == 30
