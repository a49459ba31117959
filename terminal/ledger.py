"""The points ledger: an account is the fold of its entries in the order they were decided.

Nothing is ever updated or deleted, and every till that knows the same entries gets the same lots,
whatever it heard of first; an entry heard of twice counts once. A debit takes the lot it names,
then usable lots, soonest to lapse first, then pending ones; what has lapsed only by name; what
nobody has is debt, which the next credit absorbs. Integers only.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from terminal.entries import Channel, EntryKind, LedgerEntry, Order, Part, earned
from terminal.ids import EntryId
from terminal.lots import NEVER, Account, Lot, Taken, lapsed_lots

__all__ = [
    "Account", "Channel", "EntryKind", "LedgerEntry", "Lot", "Order", "Part", "Replay", "Taken",
    "advance", "earned", "fold", "is_late", "lapsed_lots", "replay",
]  # fmt: skip

_EARNED = (EntryKind.EARN, EntryKind.BONUS, EntryKind.CLAWBACK)
_RECENT = (EntryKind.CLAWBACK, EntryKind.RELEASE)
"""Entries that name a young lot: it is looked for from the end."""
_EVER = datetime.min.replace(tzinfo=UTC)
_RELEASE, _ROLLBACK = EntryKind.RELEASE, EntryKind.ROLLBACK


@dataclass(frozen=True, slots=True)
class Replay:
    """An account together with how it came about.

    ``taken``: what each debit took from which lot. ``absorbed``: which later credits paid for what
    a debit found no lot for. ``balances``: the balance after each entry.
    """

    account: Account
    taken: dict[EntryId, tuple[Taken, ...]] = field(default_factory=dict)
    balances: dict[EntryId, int] = field(default_factory=dict)
    absorbed: dict[EntryId, tuple[Taken, ...]] = field(default_factory=dict)


def advance(account: Account, entry: LedgerEntry) -> tuple[Account, tuple[Taken, ...]]:
    """The account after one more entry. Raises ValueError on a late one: that needs a replay."""
    book = _Fold(account, told=True)
    if not book.run((entry,)):
        raise ValueError("the entry was decided before one already folded")
    return book.account(), book.taken.get(entry.id, ())


def fold(entries: Iterable[LedgerEntry]) -> Account:
    """The account that entries, in whatever order they come, amount to."""
    return _folded(entries, told=False).account()


def replay(entries: Iterable[LedgerEntry]) -> Replay:
    """``fold`` together with what each entry did."""
    book = _folded(entries, told=True)
    absorbed = {entry_id: tuple(parts) for entry_id, parts in book.absorbed.items()}
    return Replay(book.account(), book.taken, book.balances, absorbed)


def is_late(account: Account, entry: LedgerEntry) -> bool:
    """Whether the entry was decided before one already folded, so that only a replay is right."""
    return account.last is not None and entry.order < account.last


def _folded(entries: Iterable[LedgerEntry], *, told: bool) -> "_Fold":
    history = entries if isinstance(entries, list | tuple) else list(entries)
    book = _Fold(Account(), told=told)
    if not book.run(history):
        book = _Fold(Account(), told=told)
        book.run(sorted(history, key=lambda entry: entry.order))
    return book


class _Fold:
    """An account being moved by entries, in place.

    ``plain`` are lots with a fixed end, ``kept`` those that live on with activity, each in
    spending order. An activity moves the ends of many kept lots at once; so these stand apart, in
    ``ends``, or in ``common`` where all are the same, and a lot is told of its own when it is taken
    or shown. Of lots that end together, kept ones are spent first. ``named``: the end of each lot
    as it was put here, to find it by; None where a single entry follows a long account.
    """

    __slots__ = (
        "absorbed", "balance", "balances", "common", "count", "debt", "ends", "kept", "last",
        "lifetime", "named", "owed", "plain", "taken", "told",
    )  # fmt: skip

    def __init__(self, account: Account, *, told: bool) -> None:
        self.balance, self.lifetime = account.balance, account.lifetime_earned
        self.debt, self.count, self.last = account.debt, account.entries, account.last
        self.plain = [lot for lot in account.lots if not lot.kept]
        self.kept = [lot for lot in account.lots if lot.kept]
        self.ends = [lot.end for lot in self.kept]
        self.common: datetime | None = None
        self.named: dict[EntryId, datetime] | None = None if account.lots else {}
        self.told = told
        self.taken: dict[EntryId, tuple[Taken, ...]] = {}
        self.balances: dict[EntryId, int] = {}
        self.absorbed: dict[EntryId, list[Taken]] = {}
        self.owed: dict[EntryId, int] = {}

    def account(self) -> Account:
        """The account as it stands."""
        lots = self.plain
        if self.kept:
            ends = self._apart()
            moved = [_ending(lot, end) for lot, end in zip(self.kept, ends, strict=True)]
            lots = sorted(moved + lots, key=_end) if lots else moved
        return Account(self.balance, self.lifetime, self.debt, tuple(lots), self.count, self.last)

    def run(self, entries: Iterable[LedgerEntry]) -> bool:
        """Move by entries; False, and of no further use, where one comes before another."""
        told, balances, plain, kept = self.told, self.balances, self.plain, self.kept
        named = self.named
        balance, lifetime, count = self.balance, self.lifetime, self.count
        at_last, seq_last, id_last = self.last or (_EVER, 0, "")
        entry = None
        for entry in entries:
            at = entry.decided_at
            if at <= at_last:
                place, last = (entry.seq, entry.id), (seq_last, id_last)
                if at < at_last or place < last:
                    return False
                if place == last:
                    continue
            at_last, seq_last, id_last = at, entry.seq, entry.id
            points, kind, until = entry.points, entry.kind, entry.keeps_until
            if until is not None and kept and kind is not _ROLLBACK:
                self._keep(at, until)
            if points < 0:
                self._debit(entry, at, -points)
            elif not points:
                if kind is _RELEASE:
                    self._release(entry)
            elif self.debt or kind is _ROLLBACK:
                self._refill(entry, at, points)
            else:  # written out: nine entries of ten come here
                lapse = entry.lapses_at
                keeps = until is not None and lapse is not None
                lot = Lot(id_last, points, entry.usable_at, lapse, entry.held, keeps)
                if keeps:
                    self._put(lot)
                elif not plain or not lapse or ((end := plain[-1].lapses_at) and end <= lapse):
                    plain.append(lot)
                    if named is not None:
                        self._name(lot)
                else:
                    self._put(lot)
            balance += points
            if kind in _EARNED:
                lifetime += points
            count += 1
            if told:
                balances[id_last] = balance
        self.balance, self.lifetime, self.count = balance, lifetime, count
        if entry is not None:
            self.last = entry.order
        return True

    # -- credits -----------------------------------------------------------------------------

    def _refill(self, entry: LedgerEntry, at: datetime, points: int) -> None:
        """A credit that pays a debt first, or goes back to the lot it came from."""
        left = points - self._absorb(entry, points)
        if not left:
            return
        lot = _lot_of(entry, left)
        rolls = entry.kind is _ROLLBACK
        if rolls and entry.lot is not None:
            where, index = self._find(entry.lot, young=False)
            if where is not None:
                there = where[index]
                end = self._end_of(index) if there.kept else there.end
                if end == lot.end or (there.kept and end > at):
                    where[index] = _holding(there, there.remaining + left)
                    return
                lot = Lot(entry.id, left, lot.usable_at, lot.lapses_at, lot.held, lot.kept)
        self._put(lot, first=rolls)

    def _put(self, lot: Lot, *, first: bool = False) -> None:
        """A lot that is refilled stands first among those that end with it: it was spent first."""
        seek, end = bisect_left if first else bisect_right, _end(lot)
        self._name(lot)
        if lot.kept and end == self.common:
            self.kept.insert(0 if first else len(self.kept), lot)
        elif lot.kept:
            index = seek(self._apart(), end)
            self.kept.insert(index, lot)
            self.ends.insert(index, end)
        else:
            self.plain.insert(seek(self.plain, end, key=_end), lot)

    def _name(self, lot: Lot) -> None:
        """Two lots of one name: what came back stands before the credit that it was spent from, as
        clocks had it. Then they are looked for one by one, as in an account that is gone on with.
        """
        if self.named is not None:
            if lot.entry_id in self.named:
                self.named = None
            else:
                self.named[lot.entry_id] = lot.end

    def _absorb(self, entry: LedgerEntry, points: int) -> int:
        """Pay what is owed, oldest debt first; how many points that took.

        A rollback without a lot settles what its own redemption owes: there it was never paid.
        """
        left = paid = min(points, self.debt)
        self.debt -= paid
        own = entry.reverses if entry.kind is _ROLLBACK and entry.lot is None else None
        for debtor in [debtor for debtor in self.owed if debtor == own] + list(self.owed):
            part = min(self.owed.get(debtor, 0), left)
            if part:
                left -= part
                self.owed[debtor] -= part
                if debtor != own:
                    self.absorbed.setdefault(debtor, []).append(Taken(_lot_of(entry, part), part))
        self.owed = {debtor: owed for debtor, owed in self.owed.items() if owed}
        return paid

    def _keep(self, at: datetime, until: datetime) -> None:
        """Kept lots that live at ``at`` live at least ``until``."""
        ends = self.ends
        if self.common is not None:
            if self.common > at:
                self.common = max(self.common, until)
        elif ends[0] > at and ends[-1] <= until:
            self.common = until
            ends.clear()
        else:
            first = bisect_right(ends, at)
            beyond = bisect_left(ends, until, first)
            ends[first:beyond] = [until] * (beyond - first)

    def _apart(self) -> list[datetime]:
        """The ends of kept lots, one by one."""
        if self.common is not None:
            self.ends[:] = [self.common] * len(self.kept)
            self.common = None
        return self.ends

    def _end_of(self, index: int) -> datetime:
        return self.common or self.ends[index]

    def _release(self, entry: LedgerEntry) -> None:
        where, index = self._find(entry.reverses, young=True)
        if where is not None:
            lot = where[index]
            where[index] = Lot(
                lot.entry_id, lot.remaining, lot.usable_at, lot.lapses_at, False, lot.kept
            )

    # -- debits ------------------------------------------------------------------------------

    def _debit(self, entry: LedgerEntry, at: datetime, points: int) -> None:
        taken: list[Taken] = []
        left = points
        if entry.reverses is not None:
            where, index = self._find(entry.reverses, young=entry.kind in _RECENT)
            if where is not None:
                left = self._take(where, index, left, taken)
        if left:
            left = self._take_open(at, left, taken, usable=True)
        if left:
            left = self._take_open(at, left, taken, usable=False)
        if left:
            self.debt += left
            if self.told:
                self.owed[entry.id] = left
        if taken and self.told:
            self.taken[entry.id] = tuple(taken)

    def _take_open(self, at: datetime, left: int, taken: list[Taken], *, usable: bool) -> int:
        """Take of the lots that have not lapsed and are, or are not, usable; what is missing."""
        plain, kept = self.plain, self.kept
        in_plain = bisect_right(plain, at, key=_end) if plain and _end(plain[0]) <= at else 0
        all_live = self.common is not None and self.common > at
        in_kept = 0 if all_live else bisect_right(self._apart(), at)
        while left:
            if in_kept < len(kept) and (
                in_plain == len(plain) or self._end_of(in_kept) <= _end(plain[in_plain])
            ):
                lot, where, index = kept[in_kept], kept, in_kept
            elif in_plain < len(plain):
                lot, where, index = plain[in_plain], plain, in_plain
            else:
                break
            since = lot.usable_at
            if (lot.held or (since is not None and since > at)) is not usable:
                left = self._take(where, index, left, taken)
            elif where is kept:
                in_kept += 1
            else:
                in_plain += 1
        return left

    def _take(self, where: list[Lot], index: int, left: int, taken: list[Taken]) -> int:
        """Take of one lot; what is missing still."""
        lot = where[index]
        if lot.kept:
            lot = _ending(lot, self._end_of(index))
        rest = lot.remaining - left
        if rest > 0:
            where[index] = _holding(lot, rest)
            taken.append(Taken(lot, left))
            return 0
        del where[index]
        if self.named is not None:
            del self.named[lot.entry_id]
        if lot.kept and self.common is None:
            del self.ends[index]
        taken.append(Taken(lot, lot.remaining))
        return -rest

    # -- looking for -------------------------------------------------------------------------

    def _find(self, entry_id: EntryId | None, *, young: bool) -> tuple[list[Lot] | None, int]:
        """Where the lot of a credit stands; (None, 0) where nothing is left of it."""
        named = self.named
        end = None if named is None or entry_id is None else named.get(entry_id)
        if named is not None and end is None:
            return None, 0
        for where in (self.plain, self.kept):
            first, beyond = 0, len(where)
            if end is not None and where is self.plain:
                first = bisect_left(where, end, key=_end)
                beyond = bisect_right(where, end, key=_end)
            places = range(beyond - 1, first - 1, -1) if young else range(first, beyond)
            for index in places:
                if where[index].entry_id == entry_id:
                    return where, index
        return None, 0


def _end(lot: Lot) -> datetime:
    return lot.lapses_at or NEVER


def _ending(lot: Lot, end: datetime) -> Lot:
    return Lot(lot.entry_id, lot.remaining, lot.usable_at, end, lot.held, lot.kept)


def _holding(lot: Lot, points: int) -> Lot:
    return Lot(lot.entry_id, points, lot.usable_at, lot.lapses_at, lot.held, lot.kept)


def _lot_of(entry: LedgerEntry, points: int) -> Lot:
    """The lot that a credit makes, or refills."""
    keeps = entry.keeps_until is not None and entry.lapses_at is not None
    lot_id = entry.lot or entry.id
    return Lot(lot_id, points, entry.usable_at, entry.lapses_at, entry.held, keeps)
