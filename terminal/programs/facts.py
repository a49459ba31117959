"""Facts: all that rules may know of a member at one moment, gathered before anything is computed.

The engine reads no storage and no clock: the same facts, basket, programme and moment give the same
numbers on every till, online, and a month later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from terminal.programs.conditions import NOTHING, Needs
from terminal.programs.effects import MoneyOff, PercentOff


@dataclass(frozen=True, slots=True)
class Uses:
    """How often a rule has given within a period, and how much (points; minor units)."""

    times: int = 0
    points: int = 0
    money: int = 0


NOT_USED = Uses()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A member as rules see one. ``available`` are points that can be spent now.

    ``orders`` counts purchases before this one, on both channels; ``last_order`` is the last of
    them. ``uses`` are this member's by (rule, period) for the period that holds the moment,
    ``budgets`` everybody's by rule. ``earned_today``: points by sales in this local day.
    ``bought_days``: for each category, how many days ago each of its purchase days was.
    ``birthday`` is ``MM-DD`` or ``YYYY-MM-DD``.
    """

    tier: str = ""
    available: int = 0
    language: str = "en"
    birthday: str = ""
    town: str = ""
    joined_at: datetime | None = None
    orders: int = 0
    last_order: datetime | None = None
    segments: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    badges: frozenset[str] = frozenset()
    earned_today: int = 0
    uses: Mapping[tuple[str, str], Uses] = field(default_factory=dict)
    budgets: Mapping[str, Uses] = field(default_factory=dict)
    bought_days: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and where: ``at`` aware UTC, ``zone`` the shop's, ``channel`` "shop" or "online"."""

    at: datetime
    zone: ZoneInfo
    channel: str = "shop"
    tenders: frozenset[str] = frozenset()

    @property
    def local(self) -> datetime:
        """The moment on the shop's clock."""
        return self.at.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Presented:
    """A coupon that a person shows: its own ``code``, its ``kind`` in the programme.

    Whether it is still good (owner, uses, dates) was looked up before. ``gives``: what it does by
    itself, off all goods, where it is a reward that points were paid for; ``needs`` what the basket
    must have then. None: what it does is the programme's to say.
    """

    code: str
    kind: str
    gives: MoneyOff | PercentOff | None = None
    needs: Needs = NOTHING


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the member wants of this sale, in the order asked for."""

    points: int = 0
    rewards: tuple[str, ...] = ()
    coupons: tuple[Presented, ...] = ()


NOTHING_CHOSEN = Chosen()
