"""Earning: from an amount paid to points, exactly and with its reasons."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from terminal.ledger import Part
from terminal.programs.calendar import add_months
from terminal.programs.effects import PerMoney
from terminal.programs.model import Program
from terminal.programs.policies import Tier


@dataclass(frozen=True, slots=True)
class Accrual:
    """Points for one order and why. ``parts`` add up to ``points``; ``basis`` is minor units."""

    points: int
    parts: tuple[Part, ...]
    basis: int
    rate: str


def accrue(program: Program, paid: int, tier: Tier) -> Accrual:
    """Points for ``paid`` minor units (what was paid for goods, without the points-paid part).

    Only full steps count, once per order: 10 points per 2.00 are 30 for 7.00. A tier's extra is
    taken from the whole points and rounded down too, so that both lines on the slip can be checked
    by hand.
    """
    rule = next(rule.gives for rule in program.rules if isinstance(rule.gives, PerMoney))
    base = max(paid, 0) // rule.per * rule.points
    extra = base * (tier.percent - 100) // 100
    parts = [Part("accrual", base)] if base else []
    if extra:
        parts.append(Part(f"tier:{tier.code}", extra))
    return Accrual(base + extra, tuple(parts), paid, f"{rule.points}/{rule.per} {tier.percent}%")


def usable_from(program: Program, decided_at: datetime) -> datetime | None:
    """When points decided now can be spent; None: at once."""
    days = program.pending.days
    return decided_at + timedelta(days=days) if days else None


def lapse_of(program: Program, decided_at: datetime) -> datetime | None:
    """When points decided now lapse; None: never."""
    if program.expiry.kind == "never":
        return None
    return add_months(decided_at, program.expiry.months)
