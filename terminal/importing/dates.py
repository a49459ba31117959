"""Days and moments as people write them: 2026-03-01, 1.3.2026, 01/03/2026, 2026. 03. 01., 1 March.

Dots always mean day before month. What could be read in two ways (03/04/1980) is refused unless
the mapping says the order; so is a year of two digits.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal

from terminal.folding import fold
from terminal.importing.problems import BadValue

Order = Literal["", "dmy", "mdy", "ymd"]

_TIME = re.compile(
    r"^(?P<day>.+?)[T ]+(?P<h>\d{1,2}):(?P<m>\d{2})(:(?P<s>\d{2})([.,]\d+)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})\.?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4})\.?(?:\s*г\.?)?")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{2}")
_NO_YEAR = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\.?")
_NO_YEAR_ISO = re.compile(r"--(\d{2})-?(\d{2})")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[.,]?\s+)?(\D+?)(?:\s+(\d{1,2}))?(?:,?\s+(\d{4}))?"
)
_NAMED_HU = re.compile(r"(\d{4})\.?\s+(\D+?)\s+(\d{1,2})\.?")

_LEAP = 2000
"""A year in which every day of the calendar is there."""


@dataclass(frozen=True, slots=True)
class Read:
    """A day as it stood in the file. ``year`` None: not told."""

    year: int | None
    month: int
    day: int


def read_day(text: str, order: Order = "") -> date:
    """A day with its year. Raises BadValue."""
    read = _read(text.strip(), order)
    if read.year is None:
        raise BadValue("no_year")
    return _date(read)


def read_birthday(text: str, today: date, order: Order = "") -> str:
    """``YYYY-MM-DD``, or ``MM-DD`` where no year is told. Raises BadValue."""
    found = _TIME.match(text.strip())
    read = _read(found["day"].strip() if found else text.strip(), order)
    day = _date(read)
    if read.year is None:
        return f"{day:%m-%d}"
    if day > today:
        raise BadValue("in_the_future")
    if day.year < 1900:
        raise BadValue("long_ago")
    return day.isoformat()


def read_moment(text: str, zone: tzinfo, order: Order = "") -> datetime:
    """A moment as aware UTC; a day alone is its start on the shop's clock. Raises BadValue."""
    found = _TIME.match(text.strip())
    day = read_day(found["day"] if found else text, order)
    if found is None:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    try:
        clock = time(int(found["h"]), int(found["m"]), int(found["s"] or 0))
    except ValueError as error:
        raise BadValue("not_a_date") from error
    where = _offset(found["zone"]) if found["zone"] else zone
    return datetime.combine(day, clock, where).astimezone(UTC)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The start of the next local day: points that lapse on ``day`` can be spent all that day."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def _offset(text: str) -> tzinfo:
    zone = datetime.fromisoformat(f"2000-01-01T00:00:00{text}").tzinfo
    return zone or UTC


def _date(read: Read) -> date:
    try:
        return date(read.year or _LEAP, read.month, read.day)
    except ValueError as error:
        raise BadValue("not_a_date") from error


def _read(text: str, order: Order) -> Read:
    for pattern in (_YEAR_FIRST, _PACKED):
        if found := pattern.fullmatch(text):
            return Read(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.fullmatch(text):
        return _ordered(int(found[1]), int(found[3]), found[2], order, int(found[4]))
    if _SHORT_YEAR.fullmatch(text):
        raise BadValue("short_year")
    if found := _NO_YEAR_ISO.fullmatch(text):
        return Read(None, int(found[1]), int(found[2]))
    if found := _NO_YEAR.fullmatch(text):
        return _ordered(int(found[1]), int(found[3]), found[2], order, None)
    return _named(text)


def _ordered(first: int, second: int, mark: str, order: Order, year: int | None) -> Read:
    """Day and month in the order the mapping says, or in the only one that is possible."""
    if mark == "." or order == "dmy":
        return Read(year, second, first)
    if order == "mdy" or (order == "ymd" and year is None):
        return Read(year, first, second)
    if first == second or second > 12:
        return Read(year, first, second)
    if first > 12:
        return Read(year, second, first)
    raise BadValue("ambiguous_date")


def _named(text: str) -> Read:
    if found := _NAMED_HU.fullmatch(text):
        return Read(int(found[1]), _month(found[2]), int(found[3]))
    found = _NAMED.fullmatch(text)
    day = (found[1] or found[3]) if found else None
    if not found or not day:
        raise BadValue("not_a_date")
    return Read(int(found[4]) if found[4] else None, _month(found[2]), int(day))


def _month(name: str) -> int:
    folded = fold(name).removeprefix("ב")  # Hebrew says "in March"
    number = _months().get(folded) or _months().get(folded[:3])
    if number is None:
        raise BadValue("not_a_date")
    return number


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Every month's folded names in our languages."""
    from babel.dates import get_month_names

    return {
        fold(name): number
        for locale in ("he", "pl", "hu", "bg", "el", "en")
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, context, locale).items()
    }
