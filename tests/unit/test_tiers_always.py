"""What must hold of levels, whatever was bought when."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.programs.levels import leaves
from terminal.programs.policies import Tiering
from terminal.programs.tiers import (
    Counted,
    next_tier,
    tier_for,
    window_start,
)
from tests.unit.accruing import ATHENS, program
from tests.unit.levelling import THREE, at, shop, told

# -- what must hold --------------------------------------------------------------------------------

days = st.integers(0, 1_500)
purchases = st.lists(
    st.builds(
        lambda day, money: Counted(at(2023) + timedelta(days=day), money, money // 100),
        days,
        st.integers(-20_000, 120_000),
    ),
    max_size=12,
)


@given(purchases, days)
def test_plain_rolling_levels_follow_from_the_sums_of_the_window(history, day):
    """What services ask of the database in one sum."""
    of, moment = shop(), at(2023) + timedelta(days=day)
    since = window_start(of, moment)
    inside = [each for each in history if since <= each.at <= moment]
    sums = sum(each.money for each in inside), sum(each.points for each in inside)
    now = told(of, history, moment)
    assert now.tier == tier_for(of, *sums)
    assert now.next == next_tier(of, *sums)


@given(
    purchases,
    days,
    st.builds(
        Tiering,
        window=st.sampled_from(("rolling", "calendar", "anniversary")),
        months=st.integers(1, 24),
        grace_days=st.sampled_from((0, 0, 20, 400)),
        downgrade=st.sampled_from(("full", "step")),
        soft_landing=st.none() | st.integers(1, 10_000),
    ),
)
def test_a_level_lasts_until_it_is_said_to_and_then_falls(history, day, tiering):
    of = program(tiers=THREE, tiering=tiering)
    moment, joined = at(2023) + timedelta(days=day), at(2022, 2, 28)
    known = [each for each in history if each.at <= moment]
    now = told(of, known, moment, joined=joined)
    order = [tier.code for tier in THREE]
    assert (now.until is None) == (now.tier.code == "bronze")
    if now.until is not None:
        just_before = told(of, known, now.until - timedelta(seconds=1), joined=joined)
        then = told(of, known, now.until, joined=joined)
        assert just_before.tier == now.tier
        assert order.index(then.tier.code) < order.index(now.tier.code)
    reached = tier_for(of, now.totals.money, now.totals.points)
    assert order.index(now.tier.code) >= order.index(reached.code)
    assert now.reason == ("first" if now.tier.code == "bronze" else now.reason)


@given(purchases, days)
def test_a_rolling_grace_of_no_days_is_none(history, day):
    """Keeping the whole course comes to the same as the window's sums, where nothing is kept."""
    plain = shop()
    kept = shop(soft_landing=10_000)
    moment = at(2023) + timedelta(days=day)
    one, other = told(plain, history, moment), told(kept, history, moment)
    assert (one.tier, one.until, one.totals) == (other.tier, other.until, other.totals)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 30))
def test_the_first_day_on_which_a_purchase_is_too_old(day, months):
    of, gone = shop(months=months), leaves(day, months)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ATHENS)
    last = datetime(gone.year, gone.month, gone.day, tzinfo=ATHENS)
    assert window_start(of, last) > noon
    assert window_start(of, last - timedelta(seconds=1)) <= noon


@pytest.mark.parametrize("window", ["rolling", "calendar"])
def test_ten_thousand_purchases_are_quick_enough(window):
    of = shop(window=window, grace_days=10)
    history = [Counted(at(2023) + timedelta(hours=n), 500, 5) for n in range(10_000)]
    assert told(of, history, at(2024, 3)).tier.code == "gold"
