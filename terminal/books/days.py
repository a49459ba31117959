"""What was issued and redeemed on each local day, by till and cashier, as on a Z report."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from terminal.ledger import EntryKind, LedgerEntry

Place = tuple[date, str, str]
"""A local day, a till's code, a cashier's id ("" where nobody stood there: online, by itself)."""

_ISSUED = (EntryKind.EARN, EntryKind.BONUS)


@dataclass(frozen=True, slots=True)
class TillDay:
    """One cashier at one till on one day. ``points`` are signed, by kind of entry."""

    day: date
    till: str
    cashier: str
    points: Mapping[str, int]
    entries: int

    @property
    def issued(self) -> int:
        """Points earned and given."""
        return sum(self.points.get(kind.value, 0) for kind in _ISSUED)

    @property
    def redeemed(self) -> int:
        """Points spent, as a positive number, before any given back."""
        return -self.points.get(EntryKind.REDEEM.value, 0)

    @property
    def other(self) -> int:
        """All else, signed: taken and given back, lapsed, corrected, donated, transferred."""
        return self.net - self.issued + self.redeemed

    @property
    def net(self) -> int:
        """What the day did to the points owed."""
        return sum(self.points.values())


@dataclass(frozen=True, slots=True)
class Days:
    """All rows in order, their sum, and who is overdrawn at the end: members and points."""

    rows: tuple[TillDay, ...]
    total: Mapping[str, int]
    entries: int
    debtors: int
    debt: int


def by_till(entries: Iterable[LedgerEntry], zone: tzinfo) -> list[TillDay]:
    """Rows by day, till and cashier; entries may come in any order and are not kept."""
    points: defaultdict[Place, Counter[str]] = defaultdict(Counter)
    counts: Counter[Place] = Counter()
    for entry in entries:
        day = entry.decided_at.astimezone(zone).date()
        place = (day, entry.till, entry.cashier_id or "")
        points[place][entry.kind.value] += entry.points
        counts[place] += 1
    return [TillDay(*place, dict(points[place]), counts[place]) for place in sorted(points)]


def sum_of(rows: Iterable[TillDay]) -> dict[str, int]:
    """Points by kind of entry over all rows."""
    totals: Counter[str] = Counter()
    for row in rows:
        totals.update(row.points)
    return dict(totals)
