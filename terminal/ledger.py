"""The points ledger: an append-only list of signed entries.

Points are money owed to a member, so nothing here is ever updated or deleted. A mistake is
corrected by a later entry, and every balance is derived: an account is the fold of its entries in
the order in which they were decided. At every moment ``sum(lots) - debt == balance``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from terminal.ids import EntryId, MemberId, StaffId, TillCode


class EntryKind(StrEnum):
    """Why points moved: one kind per cause."""

    EARN = "earn"
    REDEEM = "redeem"
    CLAWBACK = "clawback"
    """Reverses an earn: goods came back."""
    ROLLBACK = "rollback"
    """Reverses a redeem: the points go back to the lots they came from."""
    EXPIRE = "expire"
    ADJUST = "adjust"
    BONUS = "bonus"
    RELEASE = "release"
    """Lets a held lot be spent; moves no points: it names the credit by ``reverses``."""
    DONATE = "donate"
    """Points given to a cause."""
    TRANSFER = "transfer"
    """Points between two members: a debit of one, credits of the other that keep their lapse."""


class Channel(StrEnum):
    """Where it happened."""

    SHOP = "shop"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Part:
    """One reason for points, as shown to people: ``rule`` is a stable code such as ``accrual``.

    ``basis`` is what this reason was computed from and ``rate`` its arithmetic. ``weights`` say how
    the points stand on the sale's lines, in their order (minor units or pieces); empty: by what
    each line paid. Partial returns go by them.
    """

    rule: str
    points: int
    basis: int = 0
    rate: str = ""
    weights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One movement of points, with everything needed to explain it years later.

    ``points`` are signed and never zero, but in a release; times are aware UTC. ``basis`` is the
    amount in minor units that the points were computed from and ``rate`` the rule's arithmetic in
    words of numbers ("1/100 150%"). ``source_id`` names the sale, return or online order behind it.
    ``reverses`` names the earn, redeem or lot that this entry undoes or releases. ``qualifying``
    are the points that count for tiers, signed. A ``held`` credit is pending until a release names
    it. ``keeps_until``: by this activity every living lot that came with one lives that long.
    ``lot`` is the credit whose lot a rollback refills; None (and in old rows): a lot of its own.
    """

    id: EntryId
    member_id: MemberId
    kind: EntryKind
    points: int
    decided_at: datetime
    till: TillCode
    seq: int
    channel: Channel = Channel.SHOP
    cashier_id: StaffId | None = None
    usable_at: datetime | None = None
    lapses_at: datetime | None = None
    program: str = ""
    program_version: int = 0
    parts: tuple[Part, ...] = ()
    basis: int | None = None
    currency: str = ""
    rate: str = ""
    source_id: str = ""
    reverses: EntryId | None = None
    reason: str = ""
    qualifying: int = 0
    held: bool = False
    keeps_until: datetime | None = None
    lot: EntryId | None = None

    def __post_init__(self) -> None:
        """Refuse what would poison every later balance."""
        if (self.points == 0) is not (self.kind is EntryKind.RELEASE):
            raise ValueError("an entry moves at least one point, and a release none")
        for moment in (self.decided_at, self.usable_at, self.lapses_at, self.keeps_until):
            if moment is not None and moment.utcoffset() is None:
                raise ValueError("times in the ledger are timezone-aware")

    @property
    def order(self) -> "Order":
        """Its place in the ledger: time decided, then the till's own sequence, then id."""
        return (self.decided_at.astimezone(UTC), self.seq, self.id)


def earned(entries: Sequence[LedgerEntry], source_id: str) -> int:
    """The points that a sale or an online order gave, whatever was taken back later."""
    gave = (e for e in entries if e.source_id == source_id and e.kind is EntryKind.EARN)
    return sum(entry.points for entry in gave)


Order = tuple[datetime, int, str]
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one credit. ``lapses_at`` None: never."""

    entry_id: EntryId
    remaining: int
    usable_at: datetime | None
    lapses_at: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """How many points of which lot a debit took."""

    lot: Lot
    points: int


@dataclass(frozen=True, slots=True)
class Account:
    """A member's points as they stand after some entries.

    ``lots`` stand in the order in which they will be spent: soonest to lapse first, never-lapsing
    ones last, then oldest first. ``debt`` is what was spent beyond all lots; the next credit
    absorbs it. ``lifetime_earned`` counts credits that were earned or given, less clawbacks.
    """

    balance: int = 0
    lifetime_earned: int = 0
    debt: int = 0
    lots: tuple[Lot, ...] = ()
    entries: int = 0
    last: Order | None = None

    def available(self, now: datetime) -> int:
        """Points that can be redeemed at ``now``: usable, not lapsed, after debt."""
        usable = sum(lot.remaining for lot in self.lots if _is_usable(lot, now))
        return max(usable - self.debt, 0)

    def pending(self, now: datetime) -> int:
        """Points that are not usable yet."""
        return sum(lot.remaining for lot in self.lots if lot.usable_at and lot.usable_at > now)

    @property
    def next_lapse(self) -> datetime | None:
        """When the next lot lapses."""
        return self.lots[0].lapses_at if self.lots else None

    def lapsing(self) -> list[tuple[datetime, int]]:
        """What lapses when: (moment, points), soonest first."""
        totals: dict[datetime, int] = {}
        for lot in self.lots:
            if lot.lapses_at is not None:
                totals[lot.lapses_at] = totals.get(lot.lapses_at, 0) + lot.remaining
        return sorted(totals.items())


@dataclass(frozen=True, slots=True)
class Replay:
    """An account together with what each debit took from which lot."""

    account: Account
    taken: dict[EntryId, tuple[Taken, ...]] = field(default_factory=dict)
    balances: dict[EntryId, int] = field(default_factory=dict)
    """The balance after each entry."""


def advance(account: Account, entry: LedgerEntry) -> tuple[Account, tuple[Taken, ...]]:
    """The account after one more entry, which must not be earlier than the last one folded."""
    taken: tuple[Taken, ...] = ()
    if entry.points > 0:
        lots, debt = _credit(account, entry)
    else:
        lots, debt, taken = _debit(account, entry)
    earned = account.lifetime_earned
    if entry.kind in (EntryKind.EARN, EntryKind.BONUS, EntryKind.CLAWBACK):
        earned += entry.points
    moved = Account(
        balance=account.balance + entry.points,
        lifetime_earned=earned,
        debt=debt,
        lots=lots,
        entries=account.entries + 1,
        last=entry.order,
    )
    return moved, taken


def replay(entries: Iterable[LedgerEntry]) -> Replay:
    """Fold entries, in whatever order they come, in the order in which they were decided."""
    result = Replay(Account())
    account = result.account
    for entry in sorted(entries, key=lambda e: e.order):
        account, taken = advance(account, entry)
        result.balances[entry.id] = account.balance
        if taken:
            result.taken[entry.id] = taken
    return replace(result, account=account)


def is_late(account: Account, entry: LedgerEntry) -> bool:
    """Whether the entry was decided before one already folded, so that only a replay is right."""
    return account.last is not None and entry.order < account.last


def lapsed_lots(account: Account, now: datetime) -> Sequence[Lot]:
    """Lots whose time is over but that still hold points."""
    return [lot for lot in account.lots if lot.lapses_at is not None and lot.lapses_at <= now]


def _credit(account: Account, entry: LedgerEntry) -> tuple[tuple[Lot, ...], int]:
    absorbed = min(entry.points, account.debt)
    left = entry.points - absorbed
    if left == 0:
        return account.lots, account.debt - absorbed
    lot = Lot(entry.id, left, entry.usable_at, entry.lapses_at)
    # The sort is stable: lots that lapse together keep the order in which they were earned.
    return tuple(sorted((*account.lots, lot), key=_lapse)), account.debt - absorbed


def _debit(account: Account, entry: LedgerEntry) -> tuple[tuple[Lot, ...], int, tuple[Taken, ...]]:
    left = -entry.points
    taken: dict[EntryId, Taken] = {}
    for lot in _spending_order(account.lots, entry):
        points = min(lot.remaining, left)
        if points == 0:
            break
        taken[lot.entry_id] = Taken(lot, points)
        left -= points
    lots = tuple(
        replace(lot, remaining=rest)
        for lot in account.lots
        if (rest := lot.remaining - (taken[lot.entry_id].points if lot.entry_id in taken else 0))
    )
    return lots, account.debt + left, tuple(taken.values())


def _spending_order(lots: Sequence[Lot], entry: LedgerEntry) -> list[Lot]:
    """The lot that is reversed first, then usable, then pending; lapsed ones only by name."""

    def rank(lot: Lot) -> int:
        if lot.entry_id == entry.reverses:
            return 0
        return 1 if _is_usable(lot, entry.decided_at) else 2

    named = entry.reverses
    open_lots = [lot for lot in lots if lot.entry_id == named or _lapse(lot) > entry.decided_at]
    return sorted(open_lots, key=rank)


def _is_usable(lot: Lot, now: datetime) -> bool:
    return _lapse(lot) > now and (lot.usable_at is None or lot.usable_at <= now)


def _lapse(lot: Lot) -> datetime:
    return lot.lapses_at or _NEVER
