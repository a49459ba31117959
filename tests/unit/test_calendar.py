"""The shop's calendar: a day on paper is a whole day there, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.programs import calendar as cal

ATHENS, BEIRUT, UTC_ZONE = ZoneInfo("Europe/Athens"), ZoneInfo("Asia/Beirut"), ZoneInfo("UTC")
NOON = datetime(2026, 1, 22, 10, tzinfo=UTC)

_FROM, _TO = datetime(1990, 1, 1), datetime(2050, 1, 1)  # noqa: DTZ001 - Hypothesis adds the zone
moments = st.datetimes(_FROM, _TO, timezones=st.just(UTC))
zones = st.sampled_from(["Europe/Athens", "Europe/Warsaw", "Asia/Jerusalem", "America/Sao_Paulo"])


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_month_later_is_the_same_day_or_the_last():
    assert cal.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert cal.add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert cal.add_months(utc(2026, 3, 31, 8), -1) == utc(2026, 2, 28, 8)
    assert cal.add_months(date(2026, 11, 30), 14) == date(2028, 1, 30)


def test_a_day_ends_when_the_next_one_starts_there():
    late = utc(2026, 6, 30, 22)  # one in the morning of the 1st in Athens
    assert cal.local_day(late, ATHENS) == date(2026, 7, 1)
    assert cal.end_of_day(late, ATHENS) == utc(2026, 7, 1, 21)
    assert late in cal.day_window(late, ATHENS)
    assert cal.end_of_day(late, ATHENS) not in cal.day_window(late, ATHENS)


def test_days_of_moved_clocks_are_shorter_or_longer():
    def hours(day: date) -> float:
        window = cal.day_window(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), ATHENS)
        return (window.end - window.start) / timedelta(hours=1)

    assert [hours(date(2026, 3, 29)), hours(date(2026, 10, 25))] == [23, 25]


def test_where_midnight_is_skipped_the_day_starts_with_the_skip():
    """Beirut jumps from 24:00 to 01:00."""
    start = cal.start_of_day(date(2026, 3, 29), BEIRUT)
    assert start == utc(2026, 3, 28, 22)
    assert start.astimezone(BEIRUT).hour == 1


@given(moments, zones, st.integers(0, 400))
def test_a_promise_in_days_holds_through_its_last_day(moment, name, days):
    where = cal.zone(name)
    end = cal.after_days(moment, days, where)
    last = end - timedelta(microseconds=1)
    assert cal.local_day(last, where) == cal.local_day(moment, where) + timedelta(days=days)
    assert cal.local_day(end, where) == cal.local_day(last, where) + timedelta(days=1)


def test_points_of_a_year_are_good_on_the_same_day_of_the_next():
    assert cal.after_months(utc(2026, 2, 28, 12), 12, ATHENS) == utc(2027, 2, 28, 22)
    assert cal.after_months(utc(2023, 2, 28, 12), 12, ATHENS) == utc(2024, 2, 28, 22)


def test_points_that_end_with_the_month_or_the_year():
    """D20: earned on 22 January; in 2018."""
    assert cal.end_of_month(NOON, UTC_ZONE) == utc(2026, 2, 1)
    assert cal.end_of_month(utc(2026, 1, 31, 10), UTC_ZONE, months=1) == utc(2026, 3, 1)
    assert cal.end_of_year(utc(2018, 5, 5), UTC_ZONE) == utc(2019, 1, 1)
    assert cal.end_of_year(utc(2018, 5, 5), UTC_ZONE, months=12) == utc(2020, 1, 1)


def test_points_that_end_on_fixed_dates():
    days = ("03-31", "02-29", "10-31")
    assert cal.next_of(days, NOON, UTC_ZONE) == utc(2026, 3, 1)
    assert cal.next_of(("01-22",), NOON, UTC_ZONE) == utc(2026, 1, 23)
    assert cal.next_of(("01-21",), NOON, UTC_ZONE) == utc(2027, 1, 22)
    assert cal.next_of(days, NOON, UTC_ZONE, months=3) == utc(2026, 11, 1)
    assert cal.next_of(days, NOON, UTC_ZONE, months=24) == utc(2028, 3, 1)
    with pytest.raises(ValueError, match="empty"):
        cal.next_of((), NOON, UTC_ZONE)


@pytest.mark.parametrize(
    ("leap_day", "expected"),
    [("28 February", date(2026, 2, 28)), ("1 March", date(2026, 3, 1))],
)
def test_who_was_born_on_a_leap_day_celebrates_every_year(leap_day, expected):
    assert cal.in_year("2000-02-29", 2026, leap_day) == expected
    assert cal.in_year("02-29", 2028, leap_day) == date(2028, 2, 29)
    on = datetime(expected.year, expected.month, expected.day, 9, tzinfo=UTC)
    assert cal.is_around("02-29", on, ATHENS, leap_day=leap_day)
    other = date(2026, 3, 1) if expected.month == 2 else date(2026, 2, 28)
    beside = datetime(other.year, other.month, other.day, 9, tzinfo=UTC)
    assert not cal.is_around("02-29", beside, ATHENS, leap_day=leap_day)


def test_a_day_that_no_year_has_is_refused():
    with pytest.raises(ValueError, match="day"):
        cal.in_year("02-30", 2026)


def test_a_birthday_week_reaches_over_the_new_year():
    assert cal.occasion("12-31", utc(2026, 1, 2), UTC_ZONE, after=3) == date(2025, 12, 31)
    assert cal.occasion("01-02", utc(2025, 12, 30), UTC_ZONE, before=3) == date(2026, 1, 2)
    assert cal.occasion("06-01", utc(2026, 1, 2), UTC_ZONE, before=3, after=3) is None


def test_windows_by_which_levels_are_told():
    rolling = cal.rolling(NOON, UTC_ZONE, 12)
    assert (rolling.start, rolling.end) == (utc(2025, 1, 22), utc(2026, 1, 23))
    year = cal.calendar_window(NOON, ATHENS)
    assert (year.start, year.end) == (utc(2025, 12, 31, 22), utc(2026, 12, 31, 22))
    quarter = cal.calendar_window(utc(2026, 5, 5), UTC_ZONE, 3)
    assert (quarter.start, quarter.end) == (utc(2026, 4, 1), utc(2026, 7, 1))
    week = cal.week_window(NOON, UTC_ZONE)  # a Thursday
    assert (week.start, week.end) == (utc(2026, 1, 19), utc(2026, 1, 26))


@pytest.mark.parametrize(
    ("joined", "now", "start", "end"),
    [
        ((2024, 6, 15), (2026, 1, 22), (2025, 6, 15), (2026, 6, 15)),
        ((2024, 6, 15), (2026, 6, 15), (2026, 6, 15), (2027, 6, 15)),
        ((2024, 2, 29), (2026, 2, 27), (2025, 2, 28), (2026, 2, 28)),
        ((2026, 1, 22), (2026, 1, 22), (2026, 1, 22), (2027, 1, 22)),
    ],
)
def test_a_year_of_membership_starts_on_its_day(joined, now, start, end):
    window = cal.anniversary(utc(*joined), utc(*now, 10), UTC_ZONE)
    assert (window.start, window.end) == (utc(*start), utc(*end))


@given(moments, moments, zones, st.sampled_from([1, 3, 6, 12, 24]))
def test_every_moment_is_in_its_windows(joined, moment, name, months):
    where = cal.zone(name)
    windows = [cal.anniversary(joined, moment, where, months), cal.week_window(moment, where)]
    windows += [cal.calendar_window(moment, where, months), cal.rolling(moment, where, months)]
    assert all(moment in window for window in windows)
