"""Returns: goods come back, and the points go back exactly as they came.

This first version takes a sale back as a whole. What was earned is clawed back by the entry's own
amount, never by today's rule; what was redeemed returns to the lots it came from, with their old
expiry; the points-paid share never comes back as money.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from terminal.ids import EntryId, ReturnId, SaleId, StaffId, TillCode
from terminal.ledger import EntryKind, LedgerEntry, Lot, replay
from terminal.sales import Sale


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A sale that came back. ``money_back`` is minor units of the sale's currency."""

    id: ReturnId
    ref: str
    sale_id: SaleId
    till: TillCode
    seq: int
    cashier_id: StaffId
    reason: str
    money_back: int
    currency: str
    returned_at: datetime


@dataclass(frozen=True, slots=True)
class PointsBack:
    """What a return does to points: ``taken`` back from and ``given`` back to the member."""

    taken: int
    given: int


def points_back(sale: Sale, history: Sequence[LedgerEntry]) -> PointsBack:
    """What a whole return of this sale would do, shown before it is booked."""
    mine = [entry for entry in history if entry.source_id == sale.id]
    return PointsBack(
        taken=sum(_not_lapsed(e, history) for e in mine if e.kind is EntryKind.EARN),
        given=-sum(e.points for e in mine if e.kind is EntryKind.REDEEM),
    )


def reversing_entries(
    sale: Sale,
    back: Return,
    history: Sequence[LedgerEntry],
    *,
    new_id: Callable[[], str],
    next_seq: Callable[[], int],
) -> list[LedgerEntry]:
    """Entries that undo the sale's own.

    What was earned goes first, then what was overdrawn, then the lots that were spent: in this
    order no restored lot is eaten by a debt of the same sale, and each keeps its old expiry.
    """
    taken = replay(history).taken
    entries: list[LedgerEntry] = []

    def book(kind: EntryKind, of: LedgerEntry, points: int, lot: Lot | None = None) -> None:
        entries.append(
            LedgerEntry(
                id=EntryId(new_id()), member_id=of.member_id, kind=kind, points=points,
                decided_at=back.returned_at, till=back.till, seq=next_seq(),
                cashier_id=back.cashier_id, lapses_at=lot.lapses_at if lot else None,
                program=of.program, program_version=of.program_version, basis=of.basis,
                currency=of.currency, rate=of.rate, source_id=back.id, reverses=of.id,
                reason=back.reason,
            )
        )  # fmt: skip

    mine = [entry for entry in history if entry.source_id == sale.id]
    for entry in mine:
        if entry.kind is EntryKind.EARN and (points := _not_lapsed(entry, history)):
            book(EntryKind.CLAWBACK, entry, -points)
    for entry in mine:
        if entry.kind is not EntryKind.REDEEM:
            continue
        parts = taken.get(entry.id, ())
        overdrawn = -entry.points - sum(part.points for part in parts)
        if overdrawn:
            book(EntryKind.ROLLBACK, entry, overdrawn)
        for part in parts:
            book(EntryKind.ROLLBACK, entry, part.points, part.lot)
    return entries


def _not_lapsed(earn: LedgerEntry, history: Sequence[LedgerEntry]) -> int:
    """What a return may take back of an earn: points that lapsed were taken from the member then.

    Nothing below zero, whatever a late entry moved between lots since.
    """
    lapsed = (e for e in history if e.kind is EntryKind.EXPIRE and e.reverses == earn.id)
    return max(earn.points + sum(entry.points for entry in lapsed), 0)
