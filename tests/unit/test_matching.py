"""Which goods, when and for whom: the words that rules, promotions and rewards share."""

from datetime import UTC, date, datetime, timedelta

import pytest

from terminal.programs.conditions import ALL_GOODS, EVERYONE, NOTHING, Needs, Selector, When, Who
from terminal.programs.facts import Facts, Occasion
from terminal.programs.matching import (
    Standing,
    age_on,
    is_day,
    is_for,
    is_time,
    means,
    means_line,
    names,
    near_birthday,
    unmet,
)
from terminal.sales import Goods
from tests.unit.basket_making import ATHENS, NOON

OIL = Goods("oil", "Elia", ("bio", "local"))
CARD = Goods("cards", kind="gift_card")


@pytest.mark.parametrize(
    ("only", "meant"),
    [
        (ALL_GOODS, True),
        (Selector(), True),
        (Selector(skus=("OIL",)), True),
        (Selector(skus=("SOAP",)), False),
        (Selector(categories=("oil", "soap"), brands=("Elia",)), True),
        (Selector(categories=("oil",), brands=("Other",)), False),
        (Selector(categories=("soap",), brands=("Elia",)), False),
        (Selector(tags=("local", "new")), True),
        (Selector(tags=("new",)), False),
        (Selector(not_tags=("new",)), True),
        (Selector(not_tags=("bio",)), False),
        (Selector(categories=("oil",), not_skus=("OIL",)), False),
        (Selector(not_categories=("oil",)), False),
        (Selector(not_brands=("Elia",)), False),
        (Selector(not_brands=("Other",)), True),
    ],
)
def test_goods_are_in_every_list_given_and_in_none_of_the_others(only, meant):
    assert means(only, "OIL", OIL) is meant
    assert means_line(only, "OIL", OIL) is meant


def test_gift_cards_are_meant_only_where_they_are_named():
    assert means(ALL_GOODS, "CARD", CARD)
    assert not means_line(ALL_GOODS, "CARD", CARD)
    assert not means_line(Selector(not_skus=("SOAP",)), "CARD", CARD)
    assert means_line(Selector(categories=("cards",)), "CARD", CARD)
    assert means_line(Selector(skus=("CARD",)), "CARD", CARD)
    assert not names(Selector(not_tags=("x",)))
    assert names(Selector(tags=("x",)))
    assert names(Selector(brands=("x",)))


# -- time ------------------------------------------------------------------------------------------


def local(day, clock="12:00"):
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ATHENS)


@pytest.mark.parametrize(
    ("when", "moment", "holds"),
    [
        (When(), local("2026-06-03"), True),
        (When(starts="2026-06-03", ends="2026-06-03"), local("2026-06-03", "00:00"), True),
        (When(starts="2026-06-03", ends="2026-06-03"), local("2026-06-03", "23:59"), True),
        (When(ends="2026-06-02"), local("2026-06-03"), False),
        (When(starts="2026-06-04"), local("2026-06-03"), False),
        (When(weekdays=("wed", "sat")), local("2026-06-03"), True),
        (When(weekdays=("thu",)), local("2026-06-03"), False),
        (When(month_days=(1, 3)), local("2026-06-03"), True),
        (When(month_days=(31,)), local("2026-06-03"), False),
        (When(hours=("10:00", "12:00")), local("2026-06-03", "10:00"), True),
        (When(hours=("10:00", "12:00")), local("2026-06-03", "11:59"), True),
        (When(hours=("10:00", "12:00")), local("2026-06-03", "12:00"), False),
        (When(hours=("10:00", "12:00")), local("2026-06-03", "09:59"), False),
        (When(hours=("22:00", "02:00")), local("2026-06-03", "23:00"), True),
        (When(hours=("22:00", "02:00")), local("2026-06-03", "01:59"), True),
        (When(hours=("22:00", "02:00")), local("2026-06-03", "02:00"), False),
        (When(hours=("22:00", "02:00")), local("2026-06-03", "21:59"), False),
    ],
)
def test_a_time_is_told_by_the_clock_of_the_shop(when, moment, holds):
    assert is_time(when, moment) is holds


def test_a_friday_night_lasts_until_saturday_morning():
    night = When(weekdays=("fri",), hours=("22:00", "02:00"), ends="2026-06-05")
    assert is_time(night, local("2026-06-05", "22:00"))
    assert is_time(night, local("2026-06-06", "01:00"))
    assert not is_time(night, local("2026-06-05", "01:00"))
    assert not is_time(night, local("2026-06-06", "22:00"))


def test_a_day_is_asked_without_its_hours():
    assert is_day(When(weekdays=("wed",), hours=("22:00", "23:00")), date(2026, 6, 3))


# -- people ----------------------------------------------------------------------------------------


def at(day, clock="09:00"):
    """A moment of the shop, as an occasion."""
    return Occasion(local(day, clock).astimezone(UTC), ATHENS)


@pytest.mark.parametrize(
    ("who", "facts", "meant"),
    [
        (Who(tiers=("gold",)), {"tier": "gold"}, True),
        (Who(tiers=("gold",)), {"tier": "silver"}, False),
        (Who(segments=("vip", "new")), {"segments": frozenset({"new"})}, True),
        (Who(segments=("vip",)), {}, False),
        (Who(not_segments=("staff",)), {"segments": frozenset({"staff"})}, False),
        (Who(not_segments=("staff",)), {}, True),
        (Who(languages=("el",)), {"language": "el"}, True),
        (Who(languages=("el",)), {}, False),
        (Who(towns=("Volos",)), {"town": "Volos"}, True),
        (Who(towns=("Volos",)), {}, False),
        (Who(order_numbers=(1, 2)), {"orders": 1}, True),
        (Who(order_numbers=(1, 2)), {"orders": 2}, False),
        (Who(consents=("email",)), {"consents": frozenset({"email", "profiling"})}, True),
        (Who(consents=("email", "profiling")), {"consents": frozenset({"email"})}, False),
        (Who(badges=("b",)), {"badges": frozenset({"b"})}, True),
        (Who(badges=("b",)), {}, False),
        (Who(fan_of=("oil",), fan_times=2), {"bought_days": {"oil": (1, 90)}}, True),
        (Who(fan_of=("oil",), fan_times=2), {"bought_days": {"oil": (1, 91)}}, False),
        (Who(fan_of=("oil", "soap"), fan_times=2), {"bought_days": {"oil": (1,), "soap": (2,)}}, 1),
        (Who(fan_of=("oil", "soap"), fan_times=2), {"bought_days": {"oil": (1,), "soap": (1,)}}, 0),
        (Who(ages=(18, 25)), {"birthday": "2008-06-03"}, True),
        (Who(ages=(18, 25)), {"birthday": "2008-06-04"}, False),
        (Who(ages=(18, 25)), {"birthday": "2000-06-03"}, False),
        (Who(ages=(18, 25)), {"birthday": "06-03"}, False),
        (Who(ages=(18, 25)), {}, False),
        (Who(birthday=(3, 3)), {"birthday": "06-06"}, True),
        (Who(birthday=(3, 3)), {"birthday": "1990-05-31"}, True),
        (Who(birthday=(3, 3)), {"birthday": "06-07"}, False),
        (Who(birthday=(3, 3)), {"birthday": "05-30"}, False),
        (Who(birthday=(3, 3)), {}, False),
    ],
)
def test_everything_asked_of_a_member_must_hold(who, facts, meant):
    assert is_for(who, Facts(**facts), at("2026-06-03")) is bool(meant)


def test_everybody_is_meant_where_nothing_is_asked():
    assert is_for(EVERYONE, Facts(), NOON)
    assert is_for(Who(), Facts(), NOON)


@pytest.mark.parametrize(
    ("birthday", "today", "near"),
    [
        ("02-29", date(2026, 2, 28), True),
        ("02-29", date(2026, 3, 1), False),
        ("02-29", date(2028, 2, 28), False),
        ("02-29", date(2028, 2, 29), True),
        ("2000-02-29", date(2027, 2, 28), True),
        ("", date(2027, 2, 28), False),
    ],
)
def test_the_29th_of_february_is_kept_on_the_28th(birthday, today, near):
    assert near_birthday(birthday, today, (0, 0)) is near


def test_a_birthday_week_may_lie_over_new_year():
    assert near_birthday("01-02", date(2026, 12, 30), (3, 3))
    assert near_birthday("12-30", date(2027, 1, 2), (3, 3))


def test_an_age_of_the_29th_of_february_grows_on_the_28th():
    assert age_on("2008-02-29", date(2026, 2, 27)) == 17
    assert age_on("2008-02-29", date(2026, 2, 28)) == 18


@pytest.mark.parametrize(
    ("joined", "today", "near"),
    [
        ("2025-06-03", "2026-06-03", True),
        ("2025-06-05", "2026-06-03", True),
        ("2025-06-06", "2026-06-03", False),
        ("2026-06-03", "2026-06-03", False),  # the day of joining is not an anniversary
        ("2024-12-31", "2027-01-01", True),
        ("2024-02-29", "2026-02-28", True),
    ],
)
def test_the_day_of_joining_comes_back_every_year(joined, today, near):
    facts = Facts(joined_at=local(joined).astimezone(UTC))
    assert is_for(Who(anniversary=(2, 2)), facts, at(today)) is near


def test_nobody_knows_the_anniversary_of_who_never_joined():
    assert not is_for(Who(anniversary=(2, 2)), Facts(), NOON)


@pytest.mark.parametrize(
    ("facts", "away"),
    [
        ({"last_order": local("2026-05-04", "23:59")}, True),
        ({"last_order": local("2026-05-05", "00:01")}, False),
        ({"joined_at": local("2026-01-01")}, True),
        ({"joined_at": local("2026-01-01"), "last_order": local("2026-06-02")}, False),
        ({}, False),
    ],
)
def test_we_miss_you_counts_days_of_the_calendar(facts, away):
    assert is_for(Who(away_days=30), Facts(**facts), at("2026-06-03", "00:30")) is away


def test_days_are_the_shops_and_not_the_worlds():
    """Half past ten in the evening of UTC is the next day in Athens."""
    late = Occasion(datetime(2026, 6, 2, 22, 30, tzinfo=UTC), ATHENS)
    assert is_for(Who(birthday=(0, 0)), Facts(birthday="06-03"), late)
    assert late.local - late.at == timedelta(0)


# -- baskets ---------------------------------------------------------------------------------------

SHOP = Occasion(NOON.at, ATHENS, "shop", frozenset({"cash"}))


@pytest.mark.parametrize(
    ("needs", "why"),
    [
        (NOTHING, ""),
        (Needs(minimum=1_240), ""),
        (Needs(minimum=1_241), "below_minimum"),
        (Needs(minimum=1_000, minimum_tax="excluded"), ""),
        (Needs(minimum=1_001, minimum_tax="excluded"), "below_minimum"),
        (Needs(maximum=1_240), ""),
        (Needs(maximum=1_239), "above_maximum"),
        (Needs(quantity=3), ""),
        (Needs(quantity=4), "too_few"),
        (Needs(coupon="k"), ""),
        (Needs(coupon="other"), "no_coupon"),
        (Needs(tenders=("cash", "card")), ""),
        (Needs(tenders=("card",)), "other_tender"),
        (Needs(channels=("shop",)), ""),
        (Needs(channels=("online",)), "other_channel"),
    ],
)
def test_what_a_basket_must_have(needs, why):
    assert unmet(needs, Standing(1_240, 1_000, 3, {"k"}), SHOP) == why
