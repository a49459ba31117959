"""Carrying points over from a member who was merged into another one.

The ledger is append-only: what was booked for the absorbed member stays where it is, and whatever
they hold or owe goes to the survivor by TRANSFER, lot by lot with the lapses they have; again each
time that something still comes up for the absorbed one (a return of an old sale, a late order).
"""

from datetime import datetime, timedelta

from terminal.entries import EntryKind, LedgerEntry
from terminal.ids import EntryId, MemberId, TillCode, derived_id
from terminal.ledger import Taken, replay
from terminal.online import ONLINE_TILL
from terminal.ports import UnitOfWork

_QUALIFIES = timedelta(days=366)
"""How far back points for levels are carried along."""


def carry_over(
    uow: UnitOfWork,
    absorbed: MemberId,
    survivor: MemberId,
    now: datetime,
    till: TillCode = ONLINE_TILL,
) -> list[LedgerEntry]:
    """Leave nothing with the absorbed one: points, debt, and what counts for levels."""
    account = uow.ledger.account(absorbed)
    if account.last is None:
        return []
    qualifying = max(uow.ledger.qualifying(absorbed, now - _QUALIFIES, now), 0)
    if not account.balance and not qualifying:
        return []
    key = derived_id("carry over", absorbed, survivor, account.last[2])
    now = max(now, account.last[0])  # a till's clock may stand before the last entry
    out = _entry(uow, key, absorbed, -account.balance, -qualifying, now, till, key)
    taken = _taken(uow, out) if account.balance > 0 else ()
    arrived = [
        _arrived(uow, out, survivor, part, qualifying if number == 0 else 0, number)
        for number, part in enumerate(taken)
    ]
    if not arrived:
        other = derived_id("carried", key, "0")
        arrived = [_entry(uow, other, survivor, account.balance, qualifying, now, till, key)]
    moved = [out, *arrived]
    uow.ledger.append(moved)
    return moved


def _taken(uow: UnitOfWork, out: LedgerEntry) -> tuple[Taken, ...]:
    told = replay([*uow.ledger.entries(out.member_id), out])
    return told.taken.get(out.id, ())


def _arrived(
    uow: UnitOfWork, out: LedgerEntry, survivor: MemberId, part: Taken, qualifying: int, number: int
) -> LedgerEntry:
    lot = part.lot
    return LedgerEntry(
        id=EntryId(derived_id("carried", out.id, str(number))), member_id=survivor,
        kind=EntryKind.TRANSFER, points=part.points, qualifying=qualifying,
        decided_at=out.decided_at, till=out.till, seq=uow.next_seq(out.till),
        source_id=out.source_id, usable_at=lot.usable_at, lapses_at=lot.lapses_at,
        keeps_until=lot.lapses_at if lot.kept else None,
    )  # fmt: skip


def _entry(
    uow: UnitOfWork,
    entry_id: str,
    member_id: MemberId,
    points: int,
    qualifying: int,
    at: datetime,
    till: TillCode,
    key: str,
) -> LedgerEntry:
    return LedgerEntry(
        id=EntryId(entry_id), member_id=member_id, kind=EntryKind.TRANSFER, points=points,
        qualifying=qualifying, decided_at=at, till=till, seq=uow.next_seq(till),
        source_id=f"carry:{key}",
    )  # fmt: skip
