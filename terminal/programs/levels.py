"""Which level figures reach, and how levels go up and down over a member's days.

Pure: a member's purchases come as totals of local days. A level reached counts at once; one that
is no longer earned goes at the start of a local day, after the grace the programme gives.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from terminal.programs.calendar import add_months, local_day
from terminal.programs.policies import Tier, Tiering

_DAY = timedelta(days=1)
_ALL = 10_000


@dataclass(frozen=True, slots=True)
class Counted:
    """A purchase (or, with negative figures, what came back) as levels see it.

    ``money`` in minor units, ``points`` those that qualify, ``visit_day`` the local day if the
    purchase was a visit.
    """

    at: datetime
    money: int = 0
    points: int = 0
    visit_day: date | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """What counts within a window: minor units, qualifying points, days with a purchase."""

    money: int = 0
    points: int = 0
    visits: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.money + other.money, self.points + other.points, self.visits + other.visits
        )

    def __sub__(self, other: "Totals") -> "Totals":
        return Totals(
            self.money - other.money, self.points - other.points, self.visits - other.visits
        )


NOTHING = Totals()
Days = Mapping[date, Totals]


def by_day(history: Iterable[Counted], where: ZoneInfo, until: datetime) -> dict[date, Totals]:
    """Totals of local days, oldest first; what is later than ``until`` is not known yet."""
    sums: dict[date, tuple[int, int]] = {}
    visits: set[date] = set()
    for counted in history:
        if counted.at > until:
            continue
        day = local_day(counted.at, where)
        money, points = sums.get(day, (0, 0))
        sums[day] = (money + counted.money, points + counted.points)
        if counted.visit_day is not None:
            visits.add(counted.visit_day)
    days = {day: Totals(money, points) for day, (money, points) in sums.items()}
    for day in visits:
        days[day] = days.get(day, NOTHING) + Totals(visits=1)
    return dict(sorted(days.items()))


def total(days: Iterable[Totals]) -> Totals:
    """The sum of some days."""
    kept = list(days)
    return Totals(
        sum(day.money for day in kept),
        sum(day.points for day in kept),
        sum(day.visits for day in kept),
    )


# -- one moment ------------------------------------------------------------------------------------


def needs(tier: Tier) -> list[tuple[str, int]]:
    """What a level asks for: ("money" | "points" | "visits", how much)."""
    asked = [
        ("money", tier.from_spend if tier.by_spend else None),
        ("points", tier.points),
        ("visits", tier.visits),
    ]
    return [(what, amount) for what, amount in asked if amount is not None]


def reaches(tier: Tier, totals: Totals, share: int = _ALL) -> bool:
    """Whether totals are enough for a level, or for a share (hundredths of a percent) of it."""
    asked = needs(tier)
    met = sum(max(getattr(totals, what), 0) * _ALL >= amount * share for what, amount in asked)
    return bool(asked) and met >= (min(2, len(asked)) if tier.need == "two" else 1)


def level(tiers: tuple[Tier, ...], totals: Totals) -> int:
    """The highest level reached, counted from 0; the first is everybody's."""
    return max((n for n, tier in enumerate(tiers) if reaches(tier, totals)), default=0)


# -- over time -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """A level on one day: until which day it lasts if nothing more is bought (None: without end),
    whether the figures of the window alone reach it, and these figures."""

    level: int
    until: date | None
    reached: bool
    totals: Totals


def leaves(day: date, months: int) -> date:
    """The first day on which a purchase of ``day`` is older than ``months``."""
    gone = add_months(day, months) + _DAY
    while add_months(gone, -months) <= day:
        gone += _DAY
    return gone


def rolling_now(tiers: tuple[Tier, ...], tiering: Tiering, days: Days, today: date) -> Held:
    """By the last months alone, where a level goes as soon as they no longer reach it."""
    since = add_months(today, -tiering.months)
    inside = {day: totals for day, totals in days.items() if day >= since}
    left = sums = total(inside.values())
    now = level(tiers, sums)
    for day, totals in inside.items():
        left -= totals
        if level(tiers, left) < now:
            return Held(now, leaves(day, tiering.months), True, sums)
    return Held(now, None, True, sums)


class _Rolling:
    """Levels by rolling months that are not lost at once: day by day, as it happened."""

    def __init__(self, tiers: tuple[Tier, ...], tiering: Tiering) -> None:
        self._tiers, self._tiering = tiers, tiering
        self.level = 0
        self.due: date | None = None
        """When the level goes, unless more is bought."""
        self._held_until = date.min

    def look(self, day: date, totals: Totals) -> None:
        """What the window's totals on a day make of the level."""
        reached = level(self._tiers, totals)
        if reached >= self.level or self._lands_softly(totals):
            self.level, self.due = max(reached, self.level), None
            return
        if self.due is None:
            self.due = max(day + timedelta(days=self._tiering.grace_days), self._held_until)
        if day >= self.due:
            self._go_down(day, reached, totals)

    def _go_down(self, day: date, reached: int, totals: Totals) -> None:
        self.due = None
        if self._tiering.downgrade == "full":
            self.level = reached
            return
        self.level -= 1
        self._held_until = add_months(day, self._tiering.months)
        if reached < self.level and not self._lands_softly(totals):
            self.due = self._held_until

    def _lands_softly(self, totals: Totals) -> bool:
        share = self._tiering.soft_landing
        return share is not None and reaches(self._tiers[self.level], totals, share)


def rolling_kept(tiers: tuple[Tier, ...], tiering: Tiering, days: Days, today: date) -> Held:
    """By rolling months with grace, steps down or a soft landing: needs the whole history."""
    state, sums, now = _Rolling(tiers, tiering), NOTHING, None
    for day, change in _changes(days, tiering.months, lambda: state.due):
        if day > today and now is None:
            now = (state.level, sums)
        sums += change
        state.look(day, sums)
        if now is not None and state.level < now[0]:
            return Held(now[0], day, level(tiers, now[1]) >= now[0], now[1])
    held, totals = now or (state.level, sums)
    return Held(held, None, level(tiers, totals) >= held, totals)


def _changes(
    days: Days, months: int, due: Callable[[], date | None]
) -> Iterator[tuple[date, Totals]]:
    """What comes and goes, in order, and an empty change on each day when a level is to go.

    What goes on a day goes at its start, before anything is bought on it.
    """
    moves = [(day, 1, totals) for day, totals in days.items()]
    moves += [(leaves(day, months), 0, NOTHING - totals) for day, totals in days.items()]
    for day, _, change in sorted(moves, key=lambda move: move[:2]):
        while (ends := due()) is not None and ends < day:
            yield ends, NOTHING
        yield day, change
    while (ends := due()) is not None:
        yield ends, NOTHING


def by_periods(
    tiers: tuple[Tier, ...], tiering: Tiering, days: Days, today: date, first: date
) -> Held:
    """By years that begin on the day and month of ``first``: what is reached in one is kept
    through the next."""
    state = _Years(tiers, tiering)
    years = _years(first, min(days, default=today))
    starts, ends = next(years)
    while ends <= today:
        state.close(_between(days, starts, ends), ends)
        starts, ends = next(years)
    sums = open_sums = _between(days, starts, ends)
    reached = level(tiers, sums)
    now = max(state.held(sums), state.in_grace(today))
    while level(tiers, NOTHING) < now:
        if state.held(open_sums) < now:
            last = state.grace_of(now)
            if last < ends:
                return Held(now, last, reached >= now, sums)
        state.close(open_sums, ends)
        open_sums = NOTHING
        starts, ends = next(years)
    return Held(now, None, reached >= now, sums)


class _Years:
    """Levels by years: what the last one left, and what those before still give for a while."""

    def __init__(self, tiers: tuple[Tier, ...], tiering: Tiering) -> None:
        self._tiers, self._tiering = tiers, tiering
        self._kept = 0
        self._graces: list[tuple[int, date]] = []

    def held(self, sums: Totals) -> int:
        """The level in a year in which so much was bought."""
        return max(self._kept, level(self._tiers, sums))

    def in_grace(self, today: date) -> int:
        """The level of a year that is over, on a day on which it still lasts."""
        return max((held for held, until in self._graces if until > today), default=0)

    def grace_of(self, held: int) -> date:
        """How long such a level lasts in years that no longer have it by themselves."""
        return max(until for one, until in self._graces if one >= held)

    def close(self, sums: Totals, ends: date) -> None:
        """A year is over."""
        reached = level(self._tiers, sums)
        self._graces.append((self.held(sums), ends + timedelta(days=self._tiering.grace_days)))
        share = self._tiering.soft_landing
        if reached < self._kept:
            if share is not None and reaches(self._tiers[self._kept], sums, share):
                return
            if self._tiering.downgrade == "step":
                reached = max(reached, self._kept - 1)
        self._kept = reached


def _between(days: Days, starts: date, ends: date) -> Totals:
    return total(totals for day, totals in days.items() if starts <= day < ends)


def _years(first: date, day: date) -> Iterator[tuple[date, date]]:
    """Years from the one that holds ``day`` on; all begin on the day and month of ``first``."""
    number = day.year - first.year
    if add_months(first, 12 * number) > day:
        number -= 1
    while True:
        yield add_months(first, 12 * number), add_months(first, 12 * (number + 1))
        number += 1
