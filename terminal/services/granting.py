"""Asking for points before a sale is booked or they are given away, and keeping within bounds when
nobody answers.

``ask`` runs before the sale's own transaction and holds no lock meanwhile; ``keep_within`` runs
inside it, so that two sales of this till never use up one cap twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from terminal.entries import EntryKind, LedgerEntry
from terminal.errors import OfflineCapReached, PointsJustSpent
from terminal.granting import Granted, GrantsPoints, Refused
from terminal.ids import MemberId, SaleId, TillCode
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.programs.calendar import local_day
from terminal.services.facts import zone_of

SETTLED = "settled"
"""In the journal's state: until when all that was redeemed here has been told."""
OFFLINE_DAY = "offline day"
"""In the journal's state: the local day, and how much was redeemed unasked on it."""
_SPENT = (EntryKind.REDEEM, EntryKind.DONATE, EntryKind.TRANSFER)


@contextmanager
def granted(
    grants: GrantsPoints,
    sale_id: SaleId,
    member_id: MemberId,
    points: int,
    untold: Callable[[], int],
) -> Iterator[bool]:
    """The points are held while the sale is booked; whether they were granted, or nobody
    answered. Raises PointsJustSpent. What fails lets go of them.

    ``untold`` says what this till gave and may not have told yet: where the hub would grant the
    points if it knew, it is as if it had not answered.
    """
    answer = grants.ask(sale_id, member_id, points)
    if isinstance(answer, Refused) and answer.available + untold() < points:
        raise PointsJustSpent(asked=points, available=max(answer.available, 0))
    try:
        yield isinstance(answer, Granted)
    except BaseException:
        grants.release(sale_id)
        raise


def keep_within(
    uow: UnitOfWork,
    program: Program,
    member_id: MemberId,
    points: int,
    till: TillCode,
    now: datetime,
) -> None:
    """Count points that are redeemed unasked. Raises OfflineCapReached, before anything is
    written."""
    limit = program.offline
    if limit.per_member is not None:
        mine = _since_told(uow, member_id, till)
        spent = -sum(min(entry.points, 0) for entry in mine if entry.kind in _SPENT)
        left = max(limit.per_member - spent, 0)
        if points > left:
            raise OfflineCapReached(of="member", asked=points, left=left)
    today = local_day(now, zone_of(program)).isoformat()
    used = _used_on(uow, today)
    if limit.per_day is not None and points > limit.per_day - used:
        raise OfflineCapReached(of="day", asked=points, left=max(limit.per_day - used, 0))
    uow.journal.put_state(OFFLINE_DAY, f"{today} {used + points}")


def untold(uow: UnitOfWork, member_id: MemberId, till: TillCode) -> int:
    """What this till gave a member since it last told everything. What it took the hub holds."""
    return sum(max(entry.points, 0) for entry in _since_told(uow, member_id, till))


def _since_told(uow: UnitOfWork, member_id: MemberId, till: TillCode) -> list[LedgerEntry]:
    settled = uow.journal.state(SETTLED)
    since = datetime.fromisoformat(settled) if settled else None
    return [
        entry
        for entry in uow.ledger.entries(member_id)
        if entry.till == till and (since is None or entry.decided_at >= since)
    ]


def _used_on(uow: UnitOfWork, day: str) -> int:
    last, _, used = uow.journal.state(OFFLINE_DAY).partition(" ")
    return int(used) if last == day else 0
