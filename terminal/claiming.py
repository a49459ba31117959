"""Claiming: a guest's sale becomes a member's, with the points that it would have given.

Pure. Ids, times and points follow from the sale, so that any two tills that hear of it derive the
same entries and it earns once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.entries import EntryKind, LedgerEntry
from terminal.errors import AlreadyReturned, ClaimRefused
from terminal.ids import EntryId, MemberId, StaffId, TillCode, derived_id
from terminal.programs import Program, tier_for
from terminal.programs.accrual import credits
from terminal.programs.calendar import after_days, zone
from terminal.programs.facts import Facts, Occasion
from terminal.quoting import accrual_of
from terminal.returns import Return, still_there
from terminal.sales import Sale


def occasion_of_sale(sale: Sale, program: Program) -> Occasion:
    """When, where and how it was sold."""
    ways = frozenset(tender.kind.value for tender in sale.tenders)
    return Occasion(sale.sold_at, zone(program.zone), "shop", ways)


def claimable_until(sale: Sale, program: Program, days: int) -> datetime:
    """The first moment at which it is too late: the end of the last local day."""
    return after_days(sale.sold_at, days, zone(program.zone))


def require_claimable(
    sale: Sale, program: Program, returns: Sequence[Return], days: int, now: datetime
) -> None:
    """Raises ClaimRefused ("closed", "taken", "currency", "over") and AlreadyReturned."""
    if sale.member_id is not None:
        raise ClaimRefused(ref=sale.ref, why="taken")
    if not days:
        raise ClaimRefused(ref=sale.ref, why="closed")
    if sale.currency != program.currency:
        raise ClaimRefused(ref=sale.ref, why="currency")
    until = claimable_until(sale, program, days)
    if now >= until:
        raise ClaimRefused(ref=sale.ref, why="over", until=until)
    if returns and not any(still_there(sale, returns)):
        raise AlreadyReturned(ref=sale.ref, returned_at=returns[-1].returned_at)


def usual_points(sale: Sale, program: Program) -> int:
    """What it would give somebody of whom nothing is known: what a guest is told."""
    nobody = Facts(tier=tier_for(program, 0).code, joined_at=sale.sold_at)
    return accrual_of(program, sale, nobody, occasion_of_sale(sale, program)).points


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives the points of a sale away, and where: that can be looked up."""

    till: TillCode
    cashier_id: StaffId | None
    next_seq: Callable[[], int]


def derive_claim(
    sale: Sale, member_id: MemberId, program: Program, facts: Facts, giver: Giver
) -> list[LedgerEntry]:
    """The entries by which it earns; empty if it gives nothing.

    ``program`` was in force when it was sold, ``facts`` were the member's then.
    """
    occasion = occasion_of_sale(sale, program)
    accrual = accrual_of(program, sale, facts, occasion)
    return [
        LedgerEntry(
            id=EntryId(derived_id("claim", sale.id, str(number))), member_id=member_id,
            kind=EntryKind.EARN, points=credit.points, decided_at=sale.sold_at, till=giver.till,
            seq=giver.next_seq(), cashier_id=giver.cashier_id, usable_at=credit.usable_at,
            lapses_at=credit.lapses_at, held=credit.held, keeps_until=credit.keeps_until,
            qualifying=credit.qualifying, program=program.code, program_version=program.version,
            parts=credit.parts, basis=accrual.basis, currency=sale.currency, rate=accrual.rate,
            source_id=sale.id,
        )
        for number, credit in enumerate(credits(accrual, program, occasion))
    ]  # fmt: skip


def claimed(sale: Sale, member_id: MemberId) -> Sale:
    """The sale as it is the member's."""
    return replace(sale, member_id=member_id)
