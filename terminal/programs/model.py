"""A programme as data: versioned, effective from a moment, nothing computed in it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AccrualRule:
    """``points`` for each full ``per`` minor units, rounded down once per order."""

    points: int
    per: int

    def __post_init__(self) -> None:
        """A rule that gives nothing or divides by nothing is a mistake."""
        if self.points < 1 or self.per < 1:
            raise ValueError("an accrual rule gives at least one point for at least one minor unit")


@dataclass(frozen=True, slots=True)
class Tier:
    """A level, reached by spending ``from_spend`` minor units within the programme's window.

    ``percent`` multiplies the points earned by the accrual rule: 150 means half as much again.
    """

    code: str
    from_spend: int
    percent: int = 100

    def __post_init__(self) -> None:
        """Nobody is fined for a level."""
        if self.percent < 0:
            raise ValueError("a tier multiplies points by at least nothing")


@dataclass(frozen=True, slots=True)
class Redemption:
    """Points as money off: ``block`` points are worth ``value`` minor units.

    At least ``minimum`` points at once, at most ``cap_percent`` of what the goods cost, and
    ``cap_points`` where set.
    """

    block: int
    value: int
    minimum: int
    cap_percent: int = 100
    cap_points: int | None = None

    def __post_init__(self) -> None:
        """Blocks must be worth something and the caps must be possible."""
        if self.block < 1 or self.value < 1 or self.minimum < 1 or not 1 <= self.cap_percent <= 100:
            raise ValueError("block, value and minimum are positive and the cap 1 to 100 percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One version of a shop's programme. A change is a new version, never an edit.

    ``tiers`` rise by ``from_spend`` and the first starts at zero. Lots lapse ``expiry_months``
    after they were earned (None: never) and are usable ``pending_days`` after.
    """

    code: str
    version: int
    effective_from: datetime
    currency: str
    accrual: AccrualRule
    redemption: Redemption
    tiers: tuple[Tier, ...]
    tier_months: int = 12
    expiry_months: int | None = 12
    pending_days: int = 0
    welcome_points: int = 0

    def __post_init__(self) -> None:
        """Refuse tiers that nobody or two levels at once could be in."""
        spends = [tier.from_spend for tier in self.tiers]
        if not spends or spends[0] != 0 or sorted(set(spends)) != spends:
            raise ValueError("tiers rise by spend and the first one starts at zero")
        if self.tier_months < 1 or (self.expiry_months is not None and self.expiry_months < 1):
            raise ValueError("the tiers' window and the time to lapse are at least one month")
        if self.pending_days < 0 or self.welcome_points < 0:
            raise ValueError("points are not usable before they are earned nor owed for joining")
