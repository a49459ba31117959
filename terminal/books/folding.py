"""From a stream of entries to the figures that books are made of.

Entries come in the ledger's order, all members together, and are forgotten at once: what is kept
are sums and, for each member, the lots that are still open. Memory grows with members and their
open lots, never with entries. Which lot pays for what is decided by ``terminal.ledger`` alone; here
it is only looked at before and after.

Points belong to the year (the shop's own) in which they were issued. A credit that absorbs a debt
was redeemed before it was given: it counts as issued and redeemed at once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from terminal.ids import EntryId, MemberId
from terminal.ledger import Account, EntryKind, LedgerEntry, Lot, advance

NEVER = "never"
DEBT = "debt"
"""The bucket of what members overdrew: negative points."""

REDEEMED, GIVEN_BACK, DONATED = "redeemed", "given_back", "donated"
CLAWED_BACK, ADJUSTED = "clawed_back", "adjusted"
_BROUGHT = "import:"
"""How the source of points brought along from another system begins."""
_INSTANT = timedelta(microseconds=1)

_Sent = tuple[int, int, datetime | None]
"""Points taken out of a lot: their year of issue, how many, and when they lapse."""


@dataclass(frozen=True, slots=True)
class Vintage:
    """The points of one year of issue, from the beginning to one moment.

    ``price``: minor units of the sales that came with ``sold`` points; ``given`` came without a
    sale, ``brought`` from another system. ``clawed`` were taken back by returns, ``adjusted`` by
    corrections. ``used``: points redeemed, by cause, signed.
    """

    price: int = 0
    sold: int = 0
    given: int = 0
    brought: int = 0
    clawed: int = 0
    adjusted: int = 0
    used: Mapping[str, int] = field(default_factory=dict)

    @property
    def issued(self) -> int:
        """Points ever issued, those taken back included."""
        return self.sold + self.given + self.brought

    @property
    def standing(self) -> int:
        """Points issued and not taken back."""
        return self.issued - self.clawed - self.adjusted

    @property
    def redeemed(self) -> int:
        """Points redeemed to date, less those given back."""
        return sum(self.used.values())


EMPTY = Vintage()


@dataclass(frozen=True, slots=True)
class Position:
    """How all points stand at a moment. What was decided at that very moment is not in it.

    ``moves``: signed points since the beginning, by kind of entry and bucket; ``usable``: points in
    open lots whose time is not over, by year of issue and bucket. ``lapsed``: points whose time is
    over but that no entry has booked out yet. ``debtors``: members who overdrew.
    """

    at: datetime
    vintages: Mapping[int, Vintage]
    moves: Mapping[str, Mapping[str, int]]
    usable: Mapping[int, Mapping[str, int]]
    lapsed: int
    debtors: int

    def outstanding(self) -> dict[str, int]:
        """Points owed by bucket; the debt bucket is negative."""
        totals: Counter[str] = Counter()
        for buckets in self.moves.values():
            totals.update(buckets)
        return _without_zeros(totals)

    def usable_of(self, year: int) -> int:
        """Points of one year of issue that can still be redeemed."""
        return sum(self.usable.get(year, {}).values())


@dataclass(slots=True)
class _Sums:
    """A vintage in the making."""

    price: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)

    def frozen(self) -> Vintage:
        return Vintage(price=self.price, **self.counts, used=dict(self.used))


@dataclass(slots=True)
class _Member:
    """One member's account, and the years that its open lots and redeemed points are of."""

    account: Account = field(default_factory=Account)
    years: dict[EntryId, int] = field(default_factory=dict)
    used: Counter[int] = field(default_factory=Counter)
    priced: tuple[str, datetime | None, int] = ("", None, 0)
    """The last sale that gave points, its time, and how much of its price was counted."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What one entry did: lots that grew or shrank by how much, and the debt."""

    grown: list[tuple[Lot, int]]
    shrunk: list[tuple[Lot, int]]
    buckets: Counter[str]
    debt: int


class Fold:
    """Takes entries, tells positions. ``zone`` is the shop's, ``currency`` that of its prices."""

    def __init__(self, zone: tzinfo, currency: str) -> None:
        self._zone = zone
        self._currency = currency
        self._members: defaultdict[MemberId, _Member] = defaultdict(_Member)
        self._sums: defaultdict[int, _Sums] = defaultdict(_Sums)
        self._moves: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._transit: defaultdict[str, list[_Sent]] = defaultdict(list)

    def take(self, entry: LedgerEntry) -> None:
        """One more entry, not earlier than the one before."""
        member = self._members[entry.member_id]
        before = member.account
        member.account, _taken = advance(before, entry)
        change = self._change(before, member.account)
        self._moves[entry.kind.value].update(change.buckets)
        self._book(member, entry, change)

    def position(self, at: datetime) -> Position:
        """How it stands at ``at``, which is not before the last entry."""
        usable: defaultdict[int, Counter[str]] = defaultdict(Counter)
        lapsed = debtors = 0
        for member in self._members.values():
            debtors += member.account.debt > 0
            for lot in member.account.lots:
                if lot.lapses_at is not None and lot.lapses_at <= at:
                    lapsed += lot.remaining
                else:
                    usable[member.years[lot.entry_id]][self._bucket(lot)] += lot.remaining
        return Position(
            at=at,
            vintages={year: sums.frozen() for year, sums in sorted(self._sums.items())},
            moves={kind: _without_zeros(buckets) for kind, buckets in self._moves.items()},
            usable={year: dict(buckets) for year, buckets in usable.items()},
            lapsed=lapsed,
            debtors=debtors,
        )

    # -- what changed ------------------------------------------------------------------------

    def _change(self, before: Account, after: Account) -> _Change:
        old = {lot.entry_id: lot for lot in before.lots}
        change = _Change([], [], Counter(), after.debt - before.debt)
        for lot in after.lots:
            was = old.pop(lot.entry_id, None)
            if was is not lot:
                self._lot_changed(change, was, lot)
        for lot in old.values():
            change.shrunk.append((lot, lot.remaining))
            change.buckets[self._bucket(lot)] -= lot.remaining
        change.buckets[DEBT] -= change.debt
        return change

    def _lot_changed(self, change: _Change, was: Lot | None, lot: Lot) -> None:
        had = was.remaining if was else 0
        if was:
            change.buckets[self._bucket(was)] -= had
        change.buckets[self._bucket(lot)] += lot.remaining
        if lot.remaining > had:
            change.grown.append((lot, lot.remaining - had))
        elif lot.remaining < had:
            change.shrunk.append((lot, had - lot.remaining))

    def _bucket(self, lot: Lot) -> str:
        """The quarter of the last day on which the lot can be spent, as "2027-Q1"."""
        if lot.lapses_at is None:
            return NEVER
        last = (lot.lapses_at - _INSTANT).astimezone(self._zone)
        return f"{last.year}-Q{(last.month + 2) // 3}"

    # -- what it means -----------------------------------------------------------------------

    def _book(self, member: _Member, entry: LedgerEntry, change: _Change) -> None:
        kind = entry.kind
        taken = list(_of_years(member, change))
        if kind is EntryKind.ROLLBACK:
            self._give_back(member, entry, change)
        elif kind is EntryKind.TRANSFER and entry.source_id in self._transit:
            self._arrive(member, entry, change)
        elif entry.points > 0:
            self._issue(member, entry, change)
        elif kind in (EntryKind.REDEEM, EntryKind.DONATE):
            cause = REDEEMED if kind is EntryKind.REDEEM else DONATED
            for year, points, _lapse in taken:
                self._use(member, year, points, cause)
        elif kind in (EntryKind.CLAWBACK, EntryKind.ADJUST):
            self._take_back(member, taken, change.debt, kind)
        elif kind is EntryKind.TRANSFER and taken:
            self._transit[entry.source_id] += taken

    def _issue(self, member: _Member, entry: LedgerEntry, change: _Change) -> None:
        year = entry.decided_at.astimezone(self._zone).year
        sums, price = self._sums[year], self._price(member, entry)
        gift = "brought" if entry.source_id.startswith(_BROUGHT) else "given"
        sums.counts[gift if price is None else "sold"] += entry.points
        sums.price += price or 0
        self._own(member, change, year)
        self._absorb(member, change, year)

    def _price(self, member: _Member, entry: LedgerEntry) -> int | None:
        """What of the sale's price was not counted yet; None where no sale of ours paid for it."""
        ours = entry.currency in ("", self._currency)
        if entry.kind is not EntryKind.EARN or not entry.basis or not ours:
            return None
        sale, at, counted = member.priced
        if not sale or (sale, at) != (entry.source_id, entry.decided_at):
            counted = 0
        member.priced = (entry.source_id, entry.decided_at, max(counted, entry.basis))
        return max(entry.basis - counted, 0)

    def _give_back(self, member: _Member, entry: LedgerEntry, change: _Change) -> None:
        """Points go back to the years they were redeemed from, the youngest first."""
        for lot, points in change.grown:
            year = member.years.get(lot.entry_id) or _last_used(member, points)
            back = min(points, member.used[year]) if year else 0
            year = year or entry.decided_at.astimezone(self._zone).year
            self._use(member, year, -back, GIVEN_BACK)
            self._sums[year].counts["given"] += points - back
            member.years[lot.entry_id] = year

    def _arrive(self, member: _Member, entry: LedgerEntry, change: _Change) -> None:
        """Points from another member keep their year; more than were sent are a gift."""
        sent = self._transit[entry.source_id]
        same = (part for part in sent if part[1:] == (entry.points, entry.lapses_at))
        year, there, lapse = part = next(same, sent[0])
        sent.remove(part)
        if there > entry.points:
            sent.insert(0, (year, there - entry.points, lapse))
        if not sent:
            del self._transit[entry.source_id]
        self._sums[year].counts["given"] += max(entry.points - there, 0)
        self._own(member, change, year)
        self._absorb(member, change, year)

    def _take_back(self, member: _Member, taken: list[_Sent], debt: int, kind: EntryKind) -> None:
        """Taken from lots, and beyond them from what was redeemed: that is a debt again."""
        returned = kind is EntryKind.CLAWBACK
        counted, cause = ("clawed", CLAWED_BACK) if returned else (ADJUSTED, ADJUSTED)
        for year, points, _lapse in taken:
            self._sums[year].counts[counted] += points
        for year in sorted(member.used, reverse=True):
            points = min(debt, member.used[year])
            self._sums[year].counts[counted] += points
            self._use(member, year, -points, cause)
            debt -= points

    def _own(self, member: _Member, change: _Change, year: int) -> None:
        for lot, _points in change.grown:
            member.years[lot.entry_id] = year

    def _absorb(self, member: _Member, change: _Change, year: int) -> None:
        self._use(member, year, -change.debt, REDEEMED)

    def _use(self, member: _Member, year: int, points: int, cause: str) -> None:
        if points:
            member.used[year] += points
            self._sums[year].used[cause] += points


def _of_years(member: _Member, change: _Change) -> Iterator[_Sent]:
    """What was taken by year of issue; lots that are empty now are forgotten."""
    still = {lot.entry_id for lot in member.account.lots}
    for lot, points in change.shrunk:
        year = member.years[lot.entry_id]
        if lot.entry_id not in still:
            del member.years[lot.entry_id]
        yield year, points, lot.lapses_at


def _last_used(member: _Member, points: int) -> int | None:
    """The youngest year that so many points were redeemed from, or else any were."""
    used = sorted((year for year, count in member.used.items() if count > 0), reverse=True)
    enough = [year for year in used if member.used[year] >= points]
    return next(iter(enough + used), None)


def _without_zeros(buckets: Counter[str]) -> dict[str, int]:
    return {bucket: points for bucket, points in sorted(buckets.items()) if points}
