"""Calendar arithmetic of a shop: moments are aware UTC, days are those of the shop's time zone.

What is promised for a day holds through that day: it ends at the start of the next one, wherever
the clocks were moved in between. A day of a month that is too short is that month's last.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

LeapDay = Literal["28 February", "1 March"]
"""When those born on 29 February celebrate in the other years."""

Day = TypeVar("Day", date, datetime)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time from ``start`` up to, not including, ``end``; aware UTC."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name. Raises ZoneInfoNotFoundError (a KeyError) or ValueError."""
    return ZoneInfo(name)


def add_months(moment: Day, months: int) -> Day:
    """The same day and time ``months`` later (or earlier), or the last day of a shorter month."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return moment.replace(
        year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1])
    )


# -- days ------------------------------------------------------------------------------------------


def local_day(moment: datetime, where: tzinfo) -> date:
    """The day on the shop's calendar at this moment."""
    return moment.astimezone(where).date()


def start_of_day(day: date, where: tzinfo) -> datetime:
    """The first moment of a day, in UTC; where midnight is skipped, the moment of skipping."""
    return datetime(day.year, day.month, day.day, tzinfo=where).astimezone(UTC)


def end_of(day: date, where: tzinfo) -> datetime:
    """The moment when this day is over: the start of the next one, in UTC."""
    return start_of_day(day + _DAY, where)


def end_of_day(moment: datetime, where: tzinfo) -> datetime:
    """When the local day that holds ``moment`` is over."""
    return end_of(local_day(moment, where), where)


def day_window(moment: datetime, where: tzinfo) -> Window:
    """The local day that holds ``moment``."""
    day = local_day(moment, where)
    return Window(start_of_day(day, where), end_of(day, where))


# -- lapses ----------------------------------------------------------------------------------------


def after_days(moment: datetime, days: int, where: tzinfo) -> datetime:
    """The end of the local day ``days`` later."""
    return end_of(local_day(moment, where) + timedelta(days=days), where)


def after_months(moment: datetime, months: int, where: tzinfo) -> datetime:
    """The end of the local day ``months`` later."""
    return end_of(add_months(local_day(moment, where), months), where)


def end_of_month(moment: datetime, where: tzinfo, months: int = 0) -> datetime:
    """The end of the local month that ``months`` later falls into."""
    first = add_months(local_day(moment, where).replace(day=1), months + 1)
    return start_of_day(first, where)


def end_of_year(moment: datetime, where: tzinfo, months: int = 0) -> datetime:
    """The end of the local year that ``months`` later falls into."""
    year = add_months(local_day(moment, where), months).year
    return start_of_day(date(year + 1, 1, 1), where)


def next_of(days: Sequence[str], moment: datetime, where: tzinfo, months: int = 0) -> datetime:
    """The end of the next of some fixed days ("MM-DD") that is at least ``months`` away.

    A day that is today is the next one: its end is still to come. 29 February is the 28th in other
    years. Raises ValueError on an empty list and on days that no year has.
    """
    since = add_months(local_day(moment, where), months)
    found = (in_year(day, year) for day in days for year in (since.year, since.year + 1))
    return end_of(min(day for day in found if day >= since), where)


# -- days that come every year ---------------------------------------------------------------------


def in_year(day: str, year: int, leap_day: LeapDay = "28 February") -> date:
    """A day of the year ("MM-DD", or "YYYY-MM-DD" of a birth) in one year.

    Raises ValueError on a day that no year has.
    """
    month, number = (int(part) for part in day.split("-")[-2:])
    if (month, number) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28) if leap_day == "28 February" else date(year, 3, 1)
    return date(year, month, number)


def is_around(
    day: str, moment: datetime, where: tzinfo, before: int = 0, after: int = 0,
    leap_day: LeapDay = "28 February",
) -> bool:  # fmt: skip
    """Whether a yearly day is near: from ``before`` days before it to ``after`` days after it."""
    return occasion(day, moment, where, before, after, leap_day) is not None


def occasion(
    day: str, moment: datetime, where: tzinfo, before: int = 0, after: int = 0,
    leap_day: LeapDay = "28 February",
) -> date | None:  # fmt: skip
    """The very day that is near, as ``is_around``: its year tells one birthday from the next."""
    today = local_day(moment, where)
    for year in (today.year - 1, today.year, today.year + 1):
        celebrated = in_year(day, year, leap_day)
        if -before <= (today - celebrated).days <= after:
            return celebrated
    return None


# -- windows ---------------------------------------------------------------------------------------


def rolling(moment: datetime, where: tzinfo, months: int) -> Window:
    """The last ``months``, whole local days: up to the end of today."""
    since = add_months(local_day(moment, where), -months)
    return Window(start_of_day(since, where), end_of_day(moment, where))


def calendar_window(moment: datetime, where: tzinfo, months: int = 12) -> Window:
    """The local year, or the half, quarter, … or single month of it that holds ``moment``.

    ``months`` divides twelve, or is a number of whole years counted from year 0.
    """
    today = local_day(moment, where)
    index = today.year * 12 + today.month - 1
    return _months(index - index % months, months, where)


def anniversary(joined: datetime, moment: datetime, where: tzinfo, months: int = 12) -> Window:
    """The year of membership (or other number of months) that holds ``moment``."""
    first, today = local_day(joined, where), local_day(moment, where)
    past = ((today.year - first.year) * 12 + today.month - first.month) // months
    if add_months(first, past * months) > today:
        past -= 1
    return Window(
        start_of_day(add_months(first, past * months), where),
        start_of_day(add_months(first, (past + 1) * months), where),
    )


def week_window(moment: datetime, where: tzinfo) -> Window:
    """The local week, from Monday on, that holds ``moment``."""
    today = local_day(moment, where)
    monday = today - timedelta(days=today.weekday())
    return Window(start_of_day(monday, where), start_of_day(monday + 7 * _DAY, where))


def _months(index: int, count: int, where: tzinfo) -> Window:
    ends = [date(n // 12, n % 12 + 1, 1) for n in (index, index + count)]
    return Window(start_of_day(ends[0], where), start_of_day(ends[1], where))
