"""Giving points away: to a good cause, or to somebody of one's household.

Works in the caller's unit of work. The key of a decision makes it repeatable: what was booked under
it is answered, and something else under it is refused.
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
from terminal.ids import EntryId, MemberId, derived_id
from terminal.ledger import Lot, Taken, replay
from terminal.programs.calendar import local_day
from terminal.services.campaigning import Scene
from terminal.services.facts import zone_of


def donate(
    scene: Scene, member_id: MemberId, cause_code: str, points: int, key: str
) -> tuple[LedgerEntry, int]:
    """Points for a good cause; answers the entry and what the shop gives, in minor units.

    Raises UnknownCause, TooMuchHandedOver (whole blocks only), NotEnoughPoints, DecisionChanged.
    """
    causes = (cause for cause in scene.program.causes if cause.active)
    cause = next((cause for cause in causes if cause.code == cause_code), None)
    if cause is None:
        raise UnknownCause(cause=cause_code)
    if points < cause.block or points % cause.block:
        raise TooMuchHandedOver(asked=points, least=cause.block, most=None)
    value = points // cause.block * cause.value
    given = scene.entry(
        key, member_id, EntryKind.DONATE, -points, parts=(Part(f"cause:{cause.code}", -points),),
        basis=value, currency=scene.program.currency, rate=f"{cause.block}/{cause.value}",
    )  # fmt: skip
    known = _known(scene, given)
    if known is not None:
        return known, known.basis or 0
    _require_available(scene, member_id, points)
    scene.uow.ledger.append([given])
    return given, value


def hand_over(
    scene: Scene, giver_id: MemberId, taker_id: MemberId, points: int, key: str
) -> list[LedgerEntry]:
    """Points from one member of a household to another, with the lapses they have.

    Raises NotOneHousehold, TooMuchHandedOver, NotEnoughPoints, UnknownMember, DecisionChanged.
    """
    uow, rule = scene.uow, scene.program.household
    giver, taker = uow.members.get(giver_id), uow.members.get(taker_id)
    if giver is None or taker is None:
        raise UnknownMember(member_id=giver_id if giver is None else taker_id)
    together = giver.household and giver.household == taker.household and giver_id != taker_id
    if not rule.allowed or not together:
        raise NotOneHousehold
    out = scene.entry(key, giver_id, EntryKind.TRANSFER, -points, source_id=f"transfer:{key}")
    if _known(scene, out) is not None:
        return uow.ledger.of_source(out.source_id)
    today = local_day(scene.now, zone_of(scene.program)).isoformat()
    rows = uow.uses.of_member(giver_id, today)
    before = sum(row.points for row in rows if row.rule == "household")
    most = None if rule.day_max is None else rule.day_max - before
    if points < rule.minimum or (most is not None and points > most):
        raise TooMuchHandedOver(asked=points, least=rule.minimum, most=most)
    _require_available(scene, giver_id, points)
    moved = [out, *_arriving(scene, out, taker_id)]
    uow.ledger.append(moved)
    uow.uses.add("household", giver_id, today, 1, points, 0)
    return moved


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


def _require_available(scene: Scene, member_id: MemberId, points: int) -> None:
    available = scene.uow.ledger.account(member_id).available(scene.now)
    if points > available:
        raise NotEnoughPoints(asked=points, available=available)
