"""Whether a condition holds: which goods, when, for whom, and what a basket must have.

Pure answers to the conditions of ``terminal.programs.conditions``; earning and redeeming ask the
same functions, so that a rule and a promotion with the same words mean the same goods and people.
Days are those of the shop's calendar; months and hours never come from this machine's zone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from terminal.programs.calendar import in_year, local_day
from terminal.programs.conditions import (
    ALL_GOODS,
    ALWAYS,
    EVERYONE,
    NOTHING,
    Needs,
    Selector,
    When,
    Who,
)
from terminal.programs.facts import Facts, Occasion
from terminal.sales import Goods

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


# -- goods -----------------------------------------------------------------------------------------


def means(only: Selector, sku: str, goods: Goods) -> bool:
    """Whether a selector means these goods: in every list given, in none of the others.

    Of several tags one is enough.
    """
    if only is ALL_GOODS:
        return True
    return _in(sku, only.skus, only.not_skus) and (
        _in(goods.category, only.categories, only.not_categories)
        and _in(goods.brand, only.brands, only.not_brands)
        and not (only.tags and not any(tag in only.tags for tag in goods.tags))
        and not any(tag in only.not_tags for tag in goods.tags)
    )


def names(only: Selector) -> bool:
    """Whether a selector says what it means, and not only what it does not.

    Gift cards and delivery are meant only where they are named.
    """
    return bool(only.skus or only.categories or only.tags or only.brands)


def means_line(only: Selector, sku: str, goods: Goods) -> bool:
    """As ``means``, but gift cards and delivery must be named: 10 % off everything is not off
    money kept for later."""
    return (goods.kind == "goods" or names(only)) and means(only, sku, goods)


def _in(value: str, wanted: Collection[str], unwanted: Collection[str]) -> bool:
    return (not wanted or value in wanted) and value not in unwanted


# -- time ------------------------------------------------------------------------------------------


def is_time(when: When, local: datetime) -> bool:
    """Whether ``local``, a moment on the shop's clock, is within ``when``.

    A night from 22:00 to 02:00 belongs to the day on which it began: what starts on a Friday
    lasts until two on Saturday.
    """
    if when is ALWAYS:
        return True
    day = local.date()
    if when.hours is not None:
        begins, ends = when.hours
        clock = local.isoformat()[11:16]  # as text it sorts like the time itself
        if begins < ends:
            if not begins <= clock < ends:
                return False
        elif clock < ends:
            day -= timedelta(days=1)
        elif clock < begins:
            return False
    return is_day(when, day)


def is_day(when: When, day: date) -> bool:
    """Whether a day of the shop's calendar is one of ``when``, at some hour."""
    text = day.isoformat()
    return (
        (when.starts is None or when.starts <= text)
        and (when.ends is None or text <= when.ends)
        and (not when.weekdays or WEEKDAYS[day.weekday()] in when.weekdays)
        and (not when.month_days or day.day in when.month_days)
    )


# -- people ----------------------------------------------------------------------------------------


def is_for(who: Who, facts: Facts, occasion: Occasion) -> bool:
    """Whether a member is among those meant, on the day of the occasion."""
    if who is EVERYONE:
        return True
    if not _belongs(who, facts):
        return False
    today = occasion.local.date()
    return (
        _is_near_birthday(who, facts, today)
        and _is_near_anniversary(who, facts, occasion, today)
        and _was_away(who, facts, occasion, today)
        and _has_age(who, facts, today)
    )


def _belongs(who: Who, facts: Facts) -> bool:
    return (
        (not who.tiers or facts.tier in who.tiers)
        and (not who.segments or not facts.segments.isdisjoint(who.segments))
        and facts.segments.isdisjoint(who.not_segments)
        and (not who.languages or facts.language in who.languages)
        and (not who.towns or facts.town in who.towns)
        and (not who.order_numbers or facts.orders + 1 in who.order_numbers)
        and facts.consents.issuperset(who.consents)
        and facts.badges.issuperset(who.badges)
        and (not who.fan_of or _is_fan(who, facts))
    )


def _is_fan(who: Who, facts: Facts) -> bool:
    """A day on which two of the categories were bought counts once."""
    days = {day for category in who.fan_of for day in facts.bought_days.get(category, ())}
    return sum(day <= who.fan_days for day in days) >= who.fan_times


def _is_near_birthday(who: Who, facts: Facts, today: date) -> bool:
    return who.birthday is None or near_birthday(facts.birthday, today, who.birthday)


def _is_near_anniversary(who: Who, facts: Facts, occasion: Occasion, today: date) -> bool:
    if who.anniversary is None:
        return True
    if facts.joined_at is None:
        return False
    joined = local_day(facts.joined_at, occasion.zone)
    days = (in_year(joined.isoformat(), today.year + step) for step in (-1, 0, 1))
    return _near((day for day in days if day.year > joined.year), today, who.anniversary)


def _was_away(who: Who, facts: Facts, occasion: Occasion, today: date) -> bool:
    if who.away_days is None:
        return True
    seen = facts.last_order or facts.joined_at
    if seen is None:
        return False
    return (today - local_day(seen, occasion.zone)).days >= who.away_days


def _has_age(who: Who, facts: Facts, today: date) -> bool:
    if who.ages is None:
        return True
    years = age_on(facts.birthday, today)
    return years is not None and who.ages[0] <= years <= who.ages[1]


def near_birthday(birthday: str, today: date, around: tuple[int, int]) -> bool:
    """Whether ``today`` is at most so many days before or after a birthday (``MM-DD`` or
    ``YYYY-MM-DD``; empty: unknown, never)."""
    if not birthday:
        return False
    years = range(today.year - 1, today.year + 2)
    return _near((in_year(birthday, year) for year in years), today, around)


def age_on(birthday: str, today: date) -> int | None:
    """Whole years, or None where only the day is known, or nothing."""
    year, *day = birthday.split("-")
    if len(day) != 2:
        return None
    return today.year - int(year) - (today < in_year(birthday, today.year))


def _near(days: Iterable[date], today: date, around: tuple[int, int]) -> bool:
    before, after = around
    return any(-before <= (today - day).days <= after for day in days)


# -- baskets ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What a basket holds of the goods that a rule means, at that point. Minor units.

    ``amount`` is what is still to pay for them, tax included; ``untaxed`` the same without tax.
    ``coupons`` are the kinds presented. ``tenders`` empty: not known yet.
    """

    amount: int
    untaxed: int
    quantity: int
    coupons: Collection[str] = ()


def unmet(needs: Needs, standing: Standing, occasion: Occasion) -> str:
    """Why a basket does not have what a rule needs; empty: it has it.

    One of below_minimum, above_maximum, too_few, no_coupon, other_tender, other_channel.
    """
    if needs is NOTHING:
        return ""
    if needs.channels and occasion.channel not in needs.channels:
        return "other_channel"
    if needs.coupon is not None and needs.coupon not in standing.coupons:
        return "no_coupon"
    if needs.tenders and occasion.tenders.isdisjoint(needs.tenders):
        return "other_tender"
    amount = standing.amount if needs.minimum_tax == "included" else standing.untaxed
    if amount < needs.minimum:
        return "below_minimum"
    if needs.maximum is not None and amount > needs.maximum:
        return "above_maximum"
    return "too_few" if standing.quantity < needs.quantity else ""
