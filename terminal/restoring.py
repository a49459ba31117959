"""Restoring: what a return does to points, move by move, worked out from the member's entries.

What a sale earned is taken back first, from its own lots while they hold anything; then what it
spent goes back to the lots it came from, with the life they would have had. What was spent beyond
all lots goes back to the credits that paid for it later, and then before anything is taken.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from msgspec.structs import replace as changed

from terminal.entries import EntryKind, LedgerEntry
from terminal.ids import EntryId
from terminal.ledger import Replay, replay
from terminal.lots import Lot
from terminal.money import spread
from terminal.programs.calendar import after_days, zone
from terminal.sales import Sale
from terminal.shares import earned_by, points_so_far, redeemed_by

_GIVEN = (EntryKind.EARN, EntryKind.BONUS)
_Reversals = dict[EntryId, list[LedgerEntry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPolicy:
    """What a shop decided about points of returned goods.

    ``clawback``: points spent elsewhere become a "debt", or only what is there is taken ("clamp").
    ``expired``: redeemed points whose lot lapsed meanwhile "lapse" again, or live until the end of
    the local day ``grace_days`` after the return. ``zone`` is the shop's (IANA).
    """

    clawback: Literal["debt", "clamp"] = "debt"
    expired: Literal["lapse", "grace"] = "lapse"
    grace_days: int = 0
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One entry to be booked: ``points`` signed. ``of`` is what it reverses; ``lot`` what a
    rollback refills, as it is to be; None: it pays a debt that is still open."""

    kind: EntryKind
    of: LedgerEntry
    points: int
    qualifying: int = 0
    basis: int | None = None
    lot: Lot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A sale of which ``before`` pieces of each line had come back, and ``after`` now have."""

    sale: Sale
    before: Sequence[int]
    after: Sequence[int]
    at: datetime


def moves_back(
    coming: Coming, history: Sequence[LedgerEntry], policy: ReturnPolicy
) -> tuple[list[Move], int]:
    """What to book, in its order, and how many points could not be taken (only by "clamp")."""
    mine = [entry for entry in history if entry.source_id == coming.sale.id]
    if not mine:
        return [], 0
    told, reversals = replay(history), _reversals(history)
    claws = [_clawback(e, coming, reversals, policy) for e in mine if e.kind in _GIVEN]
    claws = [claw for claw in claws if claw.points or claw.qualifying]
    rolls: list[Move] = []
    overdrawn = False
    for entry in mine:
        if entry.kind is EntryKind.REDEEM:
            rolls += _rollbacks(entry, coming, told, reversals, policy, history)
            overdrawn |= -entry.points > sum(part.points for part in told.taken.get(entry.id, ()))
    shortfall = 0
    if policy.clawback == "clamp":
        there = told.account.living(coming.at) - told.account.debt + _living(rolls, coming.at)
        claws, shortfall = _clamped(claws, max(there, 0))
    return (rolls + claws if overdrawn else claws + rolls), shortfall


def _reversals(history: Iterable[LedgerEntry]) -> _Reversals:
    """Entries by what they reverse; an expiry by the credit whose lot it emptied."""
    refills = {
        entry.id: entry.lot
        for entry in history
        if entry.kind is EntryKind.ROLLBACK and entry.lot is not None
    }
    found: _Reversals = defaultdict(list)
    for entry in history:
        if entry.reverses is not None:
            found[refills.get(entry.reverses, entry.reverses)].append(entry)
    return found


def _reversed(reversals: _Reversals, of: LedgerEntry, kind: EntryKind) -> list[LedgerEntry]:
    return [entry for entry in reversals.get(of.id, ()) if entry.kind is kind]


# -- what was earned -------------------------------------------------------------------------------


def _clawback(
    earn: LedgerEntry, coming: Coming, reversals: _Reversals, policy: ReturnPolicy
) -> Move:
    """What lapsed was taken from the member then, and is not taken twice."""
    lines = coming.sale.lines
    usual = earned_by(lines)
    before = points_so_far(earn, lines, coming.before, usual)
    after = points_so_far(earn, lines, coming.after, usual)
    undone = _reversed(reversals, earn, EntryKind.CLAWBACK)
    lapsed = -sum(entry.points for entry in _reversed(reversals, earn, EntryKind.EXPIRE))
    taken = -sum(entry.points for entry in undone)
    if policy.clawback == "clamp":  # what could not be taken then was let go
        taken = max(taken, before)
    qualified = earn.qualifying * after // earn.points
    lost = -sum(entry.qualifying for entry in undone)
    return Move(
        kind=EntryKind.CLAWBACK,
        of=earn,
        points=-max(min(after, earn.points - lapsed) - taken, 0),
        qualifying=-max(qualified - lost, 0),
        basis=_basis(earn, before, after),
    )


def _clamped(claws: Sequence[Move], there: int) -> tuple[list[Move], int]:
    kept, shortfall = [], 0
    for claw in claws:
        points = min(-claw.points, there)
        there -= points
        shortfall += -claw.points - points
        if points or claw.qualifying:
            kept.append(replace(claw, points=-points))
    return kept, shortfall


def _basis(entry: LedgerEntry, before: int, after: int) -> int | None:
    """The part of an entry's basis that comes back with these of its points."""
    if entry.basis is None:
        return None
    whole = abs(entry.points)
    return entry.basis * after // whole - entry.basis * before // whole


# -- what was spent --------------------------------------------------------------------------------


def _rollbacks(
    redeem: LedgerEntry,
    coming: Coming,
    told: Replay,
    reversals: _Reversals,
    policy: ReturnPolicy,
    history: Sequence[LedgerEntry],
) -> list[Move]:
    """To open debt first, then to lots: the last one first, so that they stand as they stood."""
    lines = coming.sale.lines
    usual = redeemed_by(lines)
    before = points_so_far(redeem, lines, coming.before, usual)
    after = points_so_far(redeem, lines, coming.after, usual)
    undone = _reversed(reversals, redeem, EntryKind.ROLLBACK)
    due = max(after - sum(entry.points for entry in undone), 0)
    slots = _open_slots(redeem, told, undone)
    shares = spread(due, [points for _lot, points in slots])
    basis = _basis(redeem, before, after)
    moves = []
    for (lot, _open), points in reversed(list(zip(slots, shares, strict=True))):
        if points:
            back = _as_it_would_be(lot, redeem, history, coming.at, policy) if lot else None
            moves.append(
                Move(kind=EntryKind.ROLLBACK, of=redeem, points=points, basis=basis, lot=back)
            )
            basis = 0 if basis is not None else None
    return moves


def _open_slots(
    redeem: LedgerEntry, told: Replay, undone: Iterable[LedgerEntry]
) -> list[tuple[Lot | None, int]]:
    """Which lots still lack how many points of a redemption; the debt still open comes last."""
    parts = (*told.taken.get(redeem.id, ()), *told.absorbed.get(redeem.id, ()))
    slots: list[tuple[Lot | None, int]] = [(part.lot, part.points) for part in parts]
    slots.append((None, -redeem.points - sum(part.points for part in parts)))
    for entry in undone:
        left = entry.points
        # Its own lot's slot; then, for what was heard of late or booked by an older version, any.
        for own in (True, False):
            for index, (lot, points) in enumerate(slots):
                if own and entry.lot != (lot.entry_id if lot else None):
                    continue
                filled = min(points, left)
                slots[index], left = (lot, points - filled), left - filled
    return slots


def _as_it_would_be(
    lot: Lot,
    redeem: LedgerEntry,
    history: Iterable[LedgerEntry],
    at: datetime,
    policy: ReturnPolicy,
) -> Lot:
    """The lot as it would stand by now had nobody spent of it, its end by policy where past."""
    end, held = lot.end, lot.held
    for entry in history:
        if entry.order <= redeem.order:
            continue
        until = entry.keeps_until
        if lot.kept and until and entry.decided_at < end and entry.kind is not EntryKind.ROLLBACK:
            end = max(end, until)
        if entry.kind is EntryKind.RELEASE and entry.reverses == lot.entry_id:
            held = False
    if end <= at and policy.expired == "grace":
        grace = after_days(at, policy.grace_days, zone(policy.zone))
        return changed(lot, lapses_at=grace, held=held, kept=False)
    return changed(lot, lapses_at=end if lot.lapses_at else None, held=held)


def _living(rolls: Iterable[Move], at: datetime) -> int:
    """What of these is there to be taken back again: all but what lapses at once."""
    return sum(roll.points for roll in rolls if roll.lot is None or roll.lot.end > at)
