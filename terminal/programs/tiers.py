"""Tiers: a member's level, why, until when, and how far it is to the next.

By what was spent, by points that qualify, by days with a purchase, or by two of these, within a
window on the shop's calendar. Spending points never lowers a level. Where levels are lost as soon
as a rolling window no longer reaches them, the sums of the window alone are enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from terminal.programs.calendar import (
    anniversary,
    calendar_window,
    local_day,
    rolling,
    start_of_day,
    zone,
)
from terminal.programs.levels import (
    Counted,
    Days,
    Held,
    Totals,
    by_day,
    by_periods,
    level,
    needs,
    rolling_kept,
    rolling_now,
)
from terminal.programs.model import Program
from terminal.programs.policies import Tier

__all__ = [
    "Counted", "Grant", "NextTier", "Standing", "Totals", "next_tier", "standing", "tier_for",
    "window_start",
]  # fmt: skip


class Grant(Protocol):
    """A level given by hand, from ``starts`` until before ``ends`` (None: without end)."""

    @property
    def tier(self) -> str: ...
    @property
    def starts(self) -> datetime: ...
    @property
    def ends(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class NextTier:
    """How far it is to the next level: minor units, points and visits missing, of each that the
    level asks for; ``percent`` of the way done."""

    tier: Tier
    missing: int
    percent: int
    points: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A level and why. ``totals`` are those of the present window.

    ``until``: when the level ends if nothing more is bought; None: it does not. ``reason``:
    everybody's "first" level, "reached" by the window's totals, "kept" though they no longer
    reach it, or "granted" by hand.
    """

    tier: Tier
    next: NextTier | None
    until: datetime | None
    reason: Literal["first", "reached", "kept", "granted"]
    totals: Totals


def window_start(program: Program, now: datetime, joined_at: datetime | None = None) -> datetime:
    """The first moment whose purchases count towards the tier at ``now``.

    Whole local days. Without a day of joining a year of membership is the calendar's.
    """
    rule, where = program.tiering, zone(program.zone)
    if rule.window == "rolling":
        return rolling(now, where, rule.months).start
    if rule.window == "anniversary" and joined_at is not None:
        return anniversary(joined_at, now, where).start
    return calendar_window(now, where).start


def tier_for(program: Program, spent: int, points: int = 0, visits: int = 0) -> Tier:
    """The level reached by these sums of the window."""
    return program.tiers[level(program.tiers, Totals(spent, points, visits))]


def next_tier(program: Program, spent: int, points: int = 0, visits: int = 0) -> NextTier | None:
    """The level above the one reached, or None at the top."""
    totals = Totals(spent, points, visits)
    return _next(program, level(program.tiers, totals), totals)


def standing(
    program: Program,
    history: Iterable[Counted],
    moment: datetime,
    grants: Iterable[Grant] = (),
    *,
    joined_at: datetime | None = None,
) -> Standing:
    """A member's level at ``moment``. ``history`` in any order; what is later is not looked at."""
    where = zone(program.zone)
    days, today = by_day(history, where, moment), local_day(moment, where)
    held = _held(program, days, today, None if joined_at is None else local_day(joined_at, where))
    until = None if held.until is None else start_of_day(held.until, where)
    reason: Literal["first", "reached", "kept", "granted"] = "reached" if held.reached else "kept"
    index = held.level
    for grant in grants:
        granted = _granted(program, grant, moment)
        if granted > index:
            index, until, reason = granted, grant.ends, "granted"
        elif granted == index and until is not None:
            until = None if grant.ends is None else max(until, grant.ends)
    return Standing(
        tier=program.tiers[index],
        next=_next(program, index, held.totals),
        until=until if index else None,
        reason=reason if index else "first",
        totals=held.totals,
    )


def _held(program: Program, days: Days, today: date, joined: date | None) -> Held:
    rule = program.tiering
    if rule.window == "rolling":
        plain = not rule.grace_days and rule.downgrade == "full" and rule.soft_landing is None
        follow = rolling_now if plain else rolling_kept
        return follow(program.tiers, rule, days, today)
    new_year = date(today.year, 1, 1)
    first = joined if rule.window == "anniversary" and joined is not None else new_year
    return by_periods(program.tiers, rule, days, today, first)


def _granted(program: Program, grant: Grant, moment: datetime) -> int:
    """The level that a grant gives at a moment; below the first where it gives none."""
    if not grant.starts <= moment or (grant.ends is not None and grant.ends <= moment):
        return -1
    codes = [tier.code for tier in program.tiers]
    return codes.index(grant.tier) if grant.tier in codes else -1


def _next(program: Program, index: int, totals: Totals) -> NextTier | None:
    if index + 1 >= len(program.tiers):
        return None
    current, above = program.tiers[index], program.tiers[index + 1]
    missing = {"money": 0, "points": 0, "visits": 0}
    percents = []
    for what, amount in needs(above):
        there = max(getattr(totals, what), 0)
        begins = current.from_spend if what == "money" else 0
        missing[what] = max(amount - there, 0)
        percents.append(_percent(there - begins, amount - begins))
    percents.sort(reverse=True)
    count = 2 if above.need == "two" else 1
    return NextTier(
        above, missing["money"], min(percents[:count], default=0), missing["points"],
        missing["visits"],
    )  # fmt: skip


def _percent(done: int, span: int) -> int:
    return min(max(done, 0) * 100 // span, 100) if span > 0 else 100
