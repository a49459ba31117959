"""A member's level, why, until when, and how far it is to the next."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from terminal.programs.policies import Tier
from terminal.programs.tiers import (
    Counted,
    Totals,
    next_tier,
    tier_for,
    window_start,
)
from tests.unit.levelling import at, course, shop, spent, told

# -- sums ------------------------------------------------------------------------------------------


def test_a_tier_is_reached_by_what_was_spent_and_the_next_one_is_named():
    of = shop()
    assert tier_for(of, 30_000).code == "silver"
    assert tier_for(of, -500).code == "bronze"
    ahead = next_tier(of, 47_500)
    assert (ahead.tier.code, ahead.missing, ahead.percent) == ("gold", 52_500, 25)
    assert next_tier(of, 100_000) is None
    assert next_tier(of, -500).percent == 0


def test_levels_by_points_or_visits_or_any_two():
    points = Tier("points", by_spend=False, points=500)
    visits = Tier("visits", by_spend=False, visits=10)
    either = Tier("either", 50_000, points=500)
    two = Tier("two", 50_000, points=500, visits=10, need="two")
    lone = Tier("lone", 50_000, need="two")
    never = Tier("never", by_spend=False)

    def reached(tier, *sums):
        return tier_for(shop(Tier("first"), tier), *sums).code == tier.code

    assert [reached(points, 99_999, n, 99) for n in (499, 500)] == [False, True]
    assert [reached(visits, 99_999, 999, n) for n in (9, 10)] == [False, True]
    assert [reached(either, *sums) for sums in ((50_000, 0), (0, 500), (1, 1))] == [1, 1, 0]
    pairs = ((50_000, 500, 0), (0, 500, 10), (50_000, 0, 10), (50_000, 499, 9), (0, 0, 99))
    assert [reached(two, *sums) for sums in pairs] == [1, 1, 1, 0, 0]
    assert reached(lone, 50_000)
    assert not reached(never, 99_999, 99, 99)


def test_how_far_it_is_says_each_figure():
    two = Tier("two", 50_000, points=500, visits=10, need="two")
    ahead = next_tier(shop(Tier("first"), two), 40_000, 250, 1)
    assert (ahead.missing, ahead.points, ahead.visits) == (10_000, 250, 9)
    assert ahead.percent == 50, "money is at 80, points at 50: two are needed"
    one = Tier("one", 50_000, points=500)
    assert next_tier(shop(Tier("first"), one), 40_000, 250).percent == 80
    assert next_tier(shop(Tier("first"), Tier("never", by_spend=False)), 1).percent == 0
    kept = next_tier(shop(Tier("a"), Tier("b", 5, by_spend=False, points=9), Tier("c", 5)), 0, 9)
    assert (kept.tier.code, kept.missing, kept.percent) == ("c", 5, 100)


def test_windows_begin_with_a_local_day():
    rolling = shop()
    assert window_start(rolling, at(2028, 2, 29)) == at(2027, 2, 28, 0)
    assert window_start(shop(months=1), at(2026, 3, 31)) == at(2026, 2, 28, 0)
    calendar = shop(window="calendar")
    assert window_start(calendar, datetime(2026, 12, 31, 22, 30, tzinfo=UTC)) == at(2027, 1, 1, 0)
    years = shop(window="anniversary")
    assert window_start(years, at(2026, 3, 1), at(2024, 3, 2)) == at(2025, 3, 2, 0)
    assert window_start(years, at(2026, 3, 1)) == at(2026, 1, 1, 0), "nobody knows the day"


# -- rolling ---------------------------------------------------------------------------------------


def test_a_level_lasts_until_its_purchases_are_too_old():
    of, history = shop(), [spent(20_000, 2026, 1, 10), spent(15_000, 2026, 5, 1)]
    now = told(of, history, at(2026, 6, 1))
    assert (now.tier.code, now.reason, now.until) == ("silver", "reached", at(2027, 1, 11, 0))
    assert now.totals == Totals(35_000, 350)
    assert (now.next.tier.code, now.next.missing) == ("gold", 65_000)
    assert told(of, history, at(2027, 1, 10, 23)).tier.code == "silver"
    after = told(of, history, at(2027, 1, 11, 0))
    assert (after.tier.code, after.reason, after.until) == ("bronze", "first", None)


def test_what_is_later_and_what_came_back_do_not_count():
    history = [spent(40_000, 2026, 1, 10), spent(99_000, 2026, 7, 1), spent(-15_000, 2026, 2, 1)]
    assert told(shop(), history, at(2026, 1, 20)).tier.code == "silver"
    assert told(shop(), history, at(2026, 3, 1)).tier.code == "bronze"


def test_a_day_counts_as_one_visit():
    of = shop(Tier("first"), Tier("regular", by_spend=False, visits=2))
    same_day = [spent(1, 2026, 1, 10, 9, visit=True), spent(1, 2026, 1, 10, 18, visit=True)]
    assert told(of, same_day, at(2026, 2, 1)).totals.visits == 1
    online = [*same_day, spent(1, 2026, 1, 11)]
    assert told(of, online, at(2026, 2, 1)).tier.code == "first"
    assert told(of, [*online, spent(1, 2026, 1, 12, visit=True)], at(2026, 2, 1)).tier.code == (
        "regular"
    )
    lone = Counted(at(2026, 1, 20), visit_day=date(2026, 1, 21))
    assert told(of, [*same_day, lone], at(2026, 2, 1)).tier.code == "regular"


def test_a_level_that_everybody_reaches_never_ends():
    of = shop(Tier("first"), Tier("second", 0))
    assert told(of, [], at(2026)).until is None
    assert told(of, [], at(2026)).tier.code == "second"
    assert course(shop(Tier("first"), Tier("second", 0), window="calendar"), [], at(2026)) == [
        "second reached"
    ]


def test_a_level_is_lost_only_after_the_grace():
    of, history = shop(grace_days=30), [spent(30_000, 2025, 1, 10)]
    moments = (at(2026, 1, 10), at(2026, 1, 11), at(2026, 2, 9, 23), at(2026, 2, 10, 0))
    assert course(of, history, *moments) == [
        "silver reached",
        "silver kept",
        "silver kept",
        "bronze first",
    ]
    assert told(of, history, at(2025, 6, 1)).until == at(2026, 2, 10, 0)
    assert told(of, history, at(2026, 1, 20)).until == at(2026, 2, 10, 0)
    again = [*history, spent(30_000, 2026, 1, 20)]
    assert course(of, again, at(2026, 3, 1)) == ["silver reached"]
    later = [*history, spent(30_000, 2026, 6, 1)]
    assert course(of, later, at(2026, 3, 1), at(2026, 6, 2)) == ["bronze first", "silver reached"]


def test_one_level_a_window():
    of, history = shop(downgrade="step"), [spent(100_000, 2024, 1, 10)]
    assert course(of, history, at(2025, 1, 10), at(2025, 1, 11), at(2026, 1, 10, 23)) == [
        "gold reached",
        "silver kept",
        "silver kept",
    ]
    assert course(of, history, at(2026, 1, 11, 0)) == ["bronze first"]
    assert told(of, history, at(2025, 6, 1)).until == at(2026, 1, 11, 0)
    some = [*history, spent(30_000, 2025, 3, 1)]
    assert course(of, some, at(2025, 6, 1), at(2026, 3, 1), at(2026, 3, 2)) == [
        "silver reached",
        "silver reached",
        "bronze first",
    ]


def test_steps_and_grace_together():
    of, history = shop(downgrade="step", grace_days=10), [spent(100_000, 2024, 1, 10)]
    moments = (at(2025, 1, 20), at(2025, 1, 21, 0), at(2026, 1, 20, 23), at(2026, 1, 21, 0))
    assert course(of, history, *moments) == [
        "gold kept",
        "silver kept",
        "silver kept",
        "bronze first",
    ]


def test_a_soft_landing_keeps_a_level_for_part_of_what_it_needs():
    of = shop(soft_landing=7_000)
    history = [spent(30_000, 2025, 1, 10), spent(21_000, 2025, 6, 1)]
    assert course(of, history, at(2026, 1, 11), at(2026, 6, 1), at(2026, 6, 2)) == [
        "silver kept",
        "silver kept",
        "bronze first",
    ]
    less = [spent(30_000, 2025, 1, 10), spent(20_999, 2025, 6, 1)]
    assert course(of, less, at(2026, 1, 11)) == ["bronze first"]
    step = shop(soft_landing=7_000, downgrade="step")
    fall = [spent(100_000, 2024, 1, 10), spent(21_000, 2025, 1, 5)]
    assert course(step, fall, at(2025, 1, 11), at(2026, 1, 4), at(2026, 1, 11)) == [
        "silver kept",
        "silver kept",
        "bronze first",
    ]


def test_a_purchase_on_the_last_day_saves_the_level():
    of = shop(grace_days=30)
    history = [spent(30_000, 2025, 1, 10), spent(30_000, 2026, 2, 10, 9)]
    assert course(of, history, at(2026, 2, 9), at(2026, 2, 10, 10)) == [
        "silver kept",
        "silver reached",
    ]


# -- years -----------------------------------------------------------------------------------------


def test_a_level_is_kept_through_the_next_calendar_year():
    of, history = shop(window="calendar"), [spent(100_000, 2024, 11, 5), spent(30_000, 2025, 3, 1)]
    moments = (at(2024, 11, 4), at(2024, 12, 1), at(2025, 2, 1), at(2025, 12, 31, 23))
    assert course(of, history, *moments) == [
        "bronze first",
        "gold reached",
        "gold kept",
        "gold kept",
    ]
    assert course(of, history, at(2026, 1, 1, 0), at(2026, 12, 31), at(2027)) == [
        "silver kept",
        "silver kept",
        "bronze first",
    ]
    assert told(of, history, at(2024, 12, 1)).until == at(2026, 1, 1, 0)
    assert told(of, history, at(2026, 5, 1)).until == at(2027, 1, 1, 0)


def test_years_of_membership_begin_on_the_day_of_joining():
    of, joined = shop(window="anniversary"), at(2024, 2, 29)
    history = [spent(30_000, 2025, 2, 27), spent(10_000, 2025, 3, 1)]
    moments = (at(2025, 2, 27), at(2026, 2, 27), at(2026, 2, 28, 0))
    assert course(of, history, *moments, joined=joined) == [
        "silver reached",
        "silver kept",
        "bronze first",
    ]
    early = [spent(30_000, 2023, 6, 1)]
    assert course(of, early, at(2024, 3, 1), at(2025, 3, 1), joined=joined) == [
        "silver kept",
        "bronze first",
    ]
    assert course(of, history, at(2025, 12, 31), at(2027)) == ["silver reached", "bronze first"]


def test_a_year_ends_with_a_grace():
    of, history = shop(window="calendar", grace_days=31), [spent(30_000, 2024, 6, 1)]
    assert course(of, history, at(2026, 1, 31, 23), at(2026, 2, 1, 0)) == [
        "silver kept",
        "bronze first",
    ]
    assert told(of, history, at(2026, 1, 5)).until == at(2026, 2, 1, 0)
    assert told(of, history, at(2024, 7, 1)).until == at(2026, 2, 1, 0)
    again = [*history, spent(30_000, 2026, 1, 20)]
    assert course(of, again, at(2026, 2, 1)) == ["silver reached"]


def test_a_grace_may_be_longer_than_a_year():
    of, history = shop(window="calendar", grace_days=400), [spent(30_000, 2024, 6, 1)]
    assert told(of, history, at(2024, 7, 1)).until == at(2027, 2, 5, 0)
    assert course(of, history, at(2027, 2, 4), at(2027, 2, 5, 0)) == [
        "silver kept",
        "bronze first",
    ]


def test_years_with_steps_and_soft_landings():
    step = shop(window="calendar", downgrade="step")
    history = [spent(100_000, 2023, 6, 1)]
    assert course(step, history, at(2024, 5), at(2025, 5), at(2026, 5)) == [
        "gold kept",
        "silver kept",
        "bronze first",
    ]
    assert told(step, history, at(2025, 5)).until == at(2026, 1, 1, 0)
    soft = shop(window="calendar", soft_landing=5_000)
    history = [spent(100_000, 2023, 6, 1), spent(50_000, 2024, 6, 1), spent(49_999, 2025, 6, 1)]
    assert course(soft, history, at(2025, 5), at(2026, 5)) == ["gold kept", "silver kept"]
    assert told(soft, history, at(2024, 7)).until == at(2026, 1, 1, 0)


# -- by hand ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """A level given by hand."""

    tier: str
    starts: datetime
    ends: datetime | None = None


def test_a_level_given_by_hand_ends_when_it_is_said_to():
    of, until = shop(), at(2026, 7)
    granted = Given("gold", at(2026, 1), until)
    now = told(of, [], at(2026, 3), granted)
    assert (now.tier.code, now.reason, now.until, now.next) == ("gold", "granted", until, None)
    for moment in (at(2025, 12, 31), until):
        assert told(of, [], moment, granted).tier.code == "bronze"
    assert told(of, [], at(2030), Given("gold", at(2026))).until is None
    assert told(of, [], at(2026, 3), Given("gone", at(2026))).reason == "first"


def test_what_was_earned_counts_where_it_is_higher_or_lasts_longer():
    of, history = shop(), [spent(30_000, 2026, 1, 10)]
    moment, ends = at(2026, 3), at(2027, 1, 11, 0)
    assert told(of, history, moment, Given("bronze", at(2026))).reason == "reached"
    same = told(of, history, moment, Given("silver", at(2026), at(2026, 5)))
    assert (same.reason, same.until) == ("reached", ends)
    longer = told(of, history, moment, Given("silver", at(2026), at(2028)))
    assert (longer.reason, longer.until) == ("reached", at(2028))
    assert told(of, history, moment, Given("silver", at(2026))).until is None
    higher = told(of, history, moment, Given("silver", at(2026)), Given("gold", at(2026)))
    assert (higher.tier.code, higher.totals.money) == ("gold", 30_000)
