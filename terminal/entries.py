"""Entries: the facts that the ledger is made of. They are never updated or deleted.

Points are money owed to a member. A mistake is corrected by a later entry; whatever is told of an
account follows from its entries (``terminal.ledger``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from terminal.ids import EntryId, MemberId, StaffId, TillCode

Order = tuple[datetime, int, str]
"""A place in the ledger: time decided (UTC), then the till's own sequence, then id."""


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

    ``points`` are signed; zero in a release, or where only ``qualifying`` ones (those that count
    for tiers, signed too) move. Times are aware UTC. ``basis`` is the amount in minor units that
    the points were computed from and ``rate`` the rule's arithmetic in words of numbers
    ("1/100 150%"). ``source_id`` names the sale, return or online order behind it. ``reverses``
    names the earn, redeem or lot that this entry undoes or releases. A ``held`` credit is pending
    until a release names it. ``keeps_until``: by this activity every living lot that came with one
    lives that long; in a rollback it is but its lot's own. ``lot`` is the credit whose lot a
    rollback refills; None (and in old rows): a lot of its own.
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
        if self.kind is EntryKind.RELEASE:
            if self.points:
                raise ValueError("a release moves no points")
        elif not (self.points or self.qualifying):
            raise ValueError("an entry moves at least one point")
        for moment in (self.decided_at, self.usable_at, self.lapses_at, self.keeps_until):
            if moment is not None and moment.utcoffset() is None:
                raise ValueError("times in the ledger are timezone-aware")

    @property
    def order(self) -> Order:
        """Its place in the ledger: time decided, then the till's own sequence, then id."""
        return (self.decided_at.astimezone(UTC), self.seq, self.id)


def earned(entries: Sequence[LedgerEntry], source_id: str) -> int:
    """The points that a sale or an online order gave, whatever was taken back later."""
    gave = (e for e in entries if e.source_id == source_id and e.kind is EntryKind.EARN)
    return sum(entry.points for entry in gave)
