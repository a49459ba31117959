"""Giving points away: to a good cause, or to somebody of one's household.

Works in the caller's unit of work. The key of a decision makes it repeatable: what was booked under
it is answered, and something else under it is refused. The hub knows a decision by the source of
what is booked (``donation_of``, ``transfer_of``); ``unasked``: points that it did not grant, which
the programme bounds.
"""

from datetime import datetime

from terminal.entries import EntryKind, LedgerEntry, Part
from terminal.errors import (
    DecisionChanged,
    NotEnoughPoints,
    NotOneHousehold,
    TooMuchHandedOver,
    UnknownCause,
    UnknownMember,
)
from terminal.ids import EntryId, MemberId, SaleId, derived_id
from terminal.ledger import Lot, Taken, replay
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.programs.calendar import local_day
from terminal.programs.model import Cause
from terminal.services.campaigning import Scene
from terminal.services.facts import zone_of
from terminal.services.granting import keep_within

_TRANSFER = "transfer:"
_RULE = "household"
"""What is counted of points that were handed over, under the name of a rule."""


def donation_of(key: str) -> SaleId:
    """What points that are given to a cause are asked for and booked under."""
    return SaleId(f"donation:{key}")


def transfer_of(key: str) -> SaleId:
    """What points that are handed over are asked for and booked under."""
    return SaleId(_TRANSFER + key)


def may_donate(
    uow: UnitOfWork, program: Program, member_id: MemberId, cause_code: str, points: int,
    now: datetime,
) -> None:  # fmt: skip
    """Raises what ``donate`` would, before anybody is asked."""
    _cause(program, cause_code, points)
    _require_available(uow, member_id, points, now)


def donate(
    scene: Scene, member_id: MemberId, cause_code: str, points: int, key: str, unasked: int = 0
) -> tuple[LedgerEntry, int]:
    """Points for a good cause; answers the entry and what the shop gives, in minor units.

    Raises UnknownCause, TooMuchHandedOver (whole blocks only), NotEnoughPoints, DecisionChanged,
    OfflineCapReached.
    """
    cause = _cause(scene.program, cause_code, points)
    value = points // cause.block * cause.value
    given = scene.entry(
        key, member_id, EntryKind.DONATE, -points, parts=(Part(f"cause:{cause.code}", -points),),
        basis=value, currency=scene.program.currency, rate=f"{cause.block}/{cause.value}",
        source_id=donation_of(key),
    )  # fmt: skip
    known = _known(scene, given)
    if known is not None:
        return known, known.basis or 0
    _require_available(scene.uow, member_id, points, scene.now)
    _bounded(scene, member_id, unasked)
    scene.uow.ledger.append([given])
    return given, value


def may_hand_over(
    uow: UnitOfWork, program: Program, giver_id: MemberId, taker_id: MemberId, points: int,
    now: datetime,
) -> None:  # fmt: skip
    """Raises what ``hand_over`` would, before anybody is asked."""
    _require_one_household(uow, program, giver_id, taker_id)
    _require_left_today(uow, program, giver_id, points, now)
    _require_available(uow, giver_id, points, now)


def hand_over(
    scene: Scene, giver_id: MemberId, taker_id: MemberId, points: int, key: str, unasked: int = 0
) -> list[LedgerEntry]:
    """Points from one member of a household to another, with the lapses they have.

    Raises NotOneHousehold, TooMuchHandedOver, NotEnoughPoints, UnknownMember, DecisionChanged,
    OfflineCapReached.
    """
    uow, program, now = scene.uow, scene.program, scene.now
    _require_one_household(uow, program, giver_id, taker_id)
    out = scene.entry(key, giver_id, EntryKind.TRANSFER, -points, source_id=transfer_of(key))
    if _known(scene, out) is not None:
        return uow.ledger.of_source(out.source_id)
    _require_left_today(uow, program, giver_id, points, now)
    _require_available(uow, giver_id, points, now)
    _bounded(scene, giver_id, unasked)
    moved = [out, *_arriving(scene, out, taker_id)]
    uow.ledger.append(moved)
    count_hand_over(uow, program, out)
    return moved


def count_hand_over(uow: UnitOfWork, program: Program, entry: LedgerEntry, sign: int = 1) -> None:
    """Points that were handed over count for what a household may on that day; told by the entry
    alone, so that every till counts the same."""
    if entry.points < 0 and entry.source_id.startswith(_TRANSFER):
        day = local_day(entry.decided_at, zone_of(program)).isoformat()
        uow.uses.add(_RULE, entry.member_id, day, sign, -sign * entry.points, 0)


def _cause(program: Program, code: str, points: int) -> Cause:
    """The cause that so many points may be given to."""
    causes = (cause for cause in program.causes if cause.active)
    cause = next((cause for cause in causes if cause.code == code), None)
    if cause is None:
        raise UnknownCause(cause=code)
    if points < cause.block or points % cause.block:
        raise TooMuchHandedOver(asked=points, least=cause.block, most=None)
    return cause


def _require_one_household(
    uow: UnitOfWork, program: Program, giver_id: MemberId, taker_id: MemberId
) -> None:
    giver, taker = uow.members.get(giver_id), uow.members.get(taker_id)
    if giver is None or taker is None:
        raise UnknownMember(member_id=giver_id if giver is None else taker_id)
    together = giver.household and giver.household == taker.household and giver_id != taker_id
    if not program.household.allowed or not together:
        raise NotOneHousehold


def _require_left_today(
    uow: UnitOfWork, program: Program, giver_id: MemberId, points: int, now: datetime
) -> None:
    rule = program.household
    today = local_day(now, zone_of(program)).isoformat()
    rows = uow.uses.of_member(giver_id, today)
    before = sum(row.points for row in rows if row.rule == _RULE)
    most = None if rule.day_max is None else rule.day_max - before
    if points < rule.minimum or (most is not None and points > most):
        raise TooMuchHandedOver(asked=points, least=rule.minimum, most=most)


def _arriving(scene: Scene, out: LedgerEntry, taker_id: MemberId) -> list[LedgerEntry]:
    """The credits of whoever gets the points: one for each lot that they are taken from.

    By a replay, for a till's clock may stand before the giver's last entry; what is taken then from
    lots of later is told as paid for by them.
    """
    told = replay([*scene.uow.ledger.entries(out.member_id), out])
    taken = [*told.taken.get(out.id, ()), *told.absorbed.get(out.id, ())]
    return [_arrived(scene, out, taker_id, part, number) for number, part in enumerate(taken)]


def _arrived(
    scene: Scene, out: LedgerEntry, taker_id: MemberId, part: Taken, number: int
) -> LedgerEntry:
    return scene.entry(
        derived_id("transfer", out.id, str(number)), taker_id, EntryKind.TRANSFER, part.points,
        lapses_at=part.lot.lapses_at, keeps_until=_kept(part.lot), source_id=out.source_id,
    )  # fmt: skip


def _kept(lot: Lot) -> datetime | None:
    return lot.lapses_at if lot.kept else None


def _known(scene: Scene, wanted: LedgerEntry) -> LedgerEntry | None:
    """What was booked under this key. Raises DecisionChanged where that was something else."""
    known = scene.uow.ledger.get(EntryId(wanted.id))
    if known is None:
        return None
    same = (known.member_id, known.kind, known.points) == (
        wanted.member_id, wanted.kind, wanted.points
    )  # fmt: skip
    if not same:
        raise DecisionChanged(ref=wanted.id)
    return known


def _require_available(uow: UnitOfWork, member_id: MemberId, points: int, now: datetime) -> None:
    available = uow.ledger.account(member_id).available(now)
    if points > available:
        raise NotEnoughPoints(asked=points, available=available)


def _bounded(scene: Scene, member_id: MemberId, unasked: int) -> None:
    if unasked:
        keep_within(scene.uow, scene.program, member_id, unasked, scene.till, scene.now)
