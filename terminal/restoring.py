"""Restoring: what a return does to points, move by move, worked out from the member's entries.

What a sale earned is taken back first, from its own lots while they hold anything; then what it
spent goes back: first what was spent beyond all lots, to the debt or to the credits that paid it
since, then to the lots it came from, in proportion, each with the life it would have had.
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
    if not any(entry.source_id == coming.sale.id for entry in history):
        return [], 0
    history = sorted(history, key=lambda entry: entry.order)
    mine = [entry for entry in history if entry.source_id == coming.sale.id]
    told, reversals = replay(history), _reversals(history)
    claws = [_clawback(e, coming, reversals, policy) for e in mine if e.kind in _GIVEN]
    claws = [claw for claw in claws if claw.points or claw.qualifying]
    rolls: list[Move] = []
    for entry in mine:
        if entry.kind is EntryKind.REDEEM:
            rolls += _rollbacks(entry, coming, told, reversals, policy, history)
    shortfall = 0
    if policy.clawback == "clamp":
        there = told.account.living(coming.at) - told.account.debt + _living(rolls, coming.at)
        claws, shortfall = _clamped(claws, max(there, 0))
    return claws + rolls, shortfall


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
    lines = coming.sale.lines
    usual = redeemed_by(lines)
    before = points_so_far(redeem, lines, coming.before, usual)
    after = points_so_far(redeem, lines, coming.after, usual)
    undone = _reversed(reversals, redeem, EntryKind.ROLLBACK)
    due = max(after - sum(entry.points for entry in undone), 0)
    basis = _basis(redeem, before, after)
    moves = []
    for lot, points in _refilled(_slots(redeem, told, undone), due):
        back = _as_it_would_be(lot, redeem, history, coming.at, policy) if lot else None
        moves.append(Move(kind=EntryKind.ROLLBACK, of=redeem, points=points, basis=basis, lot=back))
        basis = 0 if basis is not None else None
    return moves


@dataclass(slots=True)
class _Slot:
    """What a redemption took of a lot and has not been given back: ``missing`` points.

    ``beyond``: it was spent beyond all lots; this lot's credit paid for it since, or, where there
    is none, nobody has.
    """

    lot: Lot | None
    missing: int
    beyond: bool = False

    def fill(self, points: int) -> int:
        """Give back up to so many; how many were."""
        filled = min(self.missing, points)
        self.missing -= filled
        return filled


def _slots(redeem: LedgerEntry, told: Replay, undone: Iterable[LedgerEntry]) -> list[_Slot]:
    """As they stand after what was given back before."""
    taken = [_Slot(part.lot, part.points) for part in told.taken.get(redeem.id, ())]
    paid = [_Slot(part.lot, part.points, beyond=True) for part in told.absorbed.get(redeem.id, ())]
    owed = -redeem.points - sum(slot.missing for slot in taken + paid)
    slots = [_Slot(None, owed, beyond=True), *paid, *taken]
    for entry in undone:
        left = entry.points
        own = [s for s in slots if (s.lot.entry_id if s.lot else None) == entry.lot]
        # After its own, any: a late entry, or an older version of the till, saw other lots.
        for slot in own + slots:
            left -= slot.fill(left)
    return slots


def _refilled(slots: Sequence[_Slot], due: int) -> list[tuple[Lot | None, int]]:
    """Which lot gets how much: the open debt first, and of what was taken the last lot first, so
    that they stand as they stood."""
    moves: list[tuple[Lot | None, int]] = []
    left = due
    for slot in slots:
        if slot.beyond:
            moves.append((slot.lot, slot.fill(left)))
            left -= moves[-1][1]
    lots = [slot for slot in slots if not slot.beyond]
    shares = spread(left, [slot.missing for slot in lots])
    moves += [(slot.lot, n) for slot, n in zip(lots[::-1], shares[::-1], strict=True)]
    # A lot may have paid twice, at once and later; it is refilled by one entry.
    whole: dict[str, tuple[Lot | None, int]] = {}
    for lot, points in moves:
        key = lot.entry_id if lot else ""
        first, before = whole.get(key, (lot, 0))
        whole[key] = (first, before + points)
    return [(lot, points) for lot, points in whole.values() if points]


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
