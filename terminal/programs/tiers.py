"""Tiers: a level by what was spent in a rolling window. Spending points never lowers it."""

from dataclasses import dataclass
from datetime import datetime

from terminal.programs.calendar import add_months
from terminal.programs.model import Program
from terminal.programs.policies import Tier


@dataclass(frozen=True, slots=True)
class NextTier:
    """How far it is to the next level: minor units missing and percent of the way done."""

    tier: Tier
    missing: int
    percent: int


def window_start(program: Program, now: datetime) -> datetime:
    """The first moment whose purchases count towards the tier at ``now``."""
    return add_months(now, -program.tiering.months)


def tier_for(program: Program, spent: int) -> Tier:
    """The level reached by ``spent`` minor units within the window."""
    return [tier for tier in program.tiers if tier.from_spend <= max(spent, 0)][-1]


def next_tier(program: Program, spent: int) -> NextTier | None:
    """The level above, or None at the top."""
    current = tier_for(program, spent)
    above = [tier for tier in program.tiers if tier.from_spend > current.from_spend]
    if not above:
        return None
    span = above[0].from_spend - current.from_spend
    done = max(spent, 0) - current.from_spend
    return NextTier(above[0], above[0].from_spend - max(spent, 0), done * 100 // span)
