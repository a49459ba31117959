"""Small records beside members and sales, and where they are kept.

How often rules gave, levels given by hand, badges, friends that were brought, returns that wait for
their sale; and what a member's past says to rules that look back. Pure data: who counts what as
what is decided in ``terminal.programs``. Amounts are minor units, times aware UTC, ``day`` a local
day of the shop (``YYYY-MM-DD``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from terminal.ids import MemberId, ReturnId, StaffId
from terminal.programs.facts import Uses
from terminal.returns import PendingReturn, Return
from terminal.sales import Sale
from terminal.shares import pieces


@dataclass(frozen=True, slots=True)
class Bought:
    """Goods of one line that a member bought and kept: what came back is not in ``quantity`` and
    ``paid``, and what came on top for nothing is left out.

    ``category``, ``brand`` and ``tags`` as when sold; of an online order as the product has them
    now, empty where the till does not know it.
    """

    at: datetime
    sku: str
    category: str
    brand: str
    tags: tuple[str, ...]
    quantity: int
    paid: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A purchase as levels see it: when, and how many minor units of it count."""

    at: datetime
    counted: int


class Purchases(NamedTuple):
    """How many purchases on both channels, and when the last one was (None: there was none)."""

    number: int = 0
    last_at: datetime | None = None


def counted_back(sale: Sale, returns: Sequence[Return]) -> int:
    """Minor units of a sale that no longer count for levels because of these returns.

    Each line's share of what counted is rounded down from the sale's beginning, so that all of it
    is back when all pieces are, however they were cut.
    """
    back = pieces(sale.lines, [each.lines for each in returns])
    return sum(
        (line.paid + line.points_paid) * n // line.quantity
        for line, n in zip(sale.lines, back, strict=True)
    )


@dataclass(frozen=True, slots=True)
class RuleUse:
    """What a rule gave one member on one day."""

    rule: str
    day: str
    times: int
    points: int
    money: int


class UsageRecords(Protocol):
    """How often rules gave: by member and day for limits, in sum for budgets."""

    def add(
        self, rule: str, member_id: MemberId | None, day: str, times: int, points: int, money: int
    ) -> None:
        """Count on; negative for what a return takes back. None: a guest, for budgets alone."""

    def of_member(self, member_id: MemberId, since_day: str) -> list[RuleUse]:
        """From that day on (included), by day, then rule."""

    def totals(self, rules: Collection[str]) -> dict[str, Uses]:
        """What these rules gave to everybody so far; a rule that never gave is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierGrant:
    """A level given by hand, from ``starts`` until before ``ends`` (None: without end).

    A level is taken away by putting the grant again with an earlier end.
    """

    id: str
    member_id: MemberId
    tier: str
    starts: datetime
    ends: datetime | None = None
    reason: str = ""
    cashier_id: StaffId | None = None
    at: datetime


class TierRecords(Protocol):
    """Levels given by hand."""

    def put(self, grant: TierGrant) -> None:
        """Insert or replace by id. Raises UnknownMember."""

    def of_member(self, member_id: MemberId) -> list[TierGrant]:
        """Also those that are over, in the order in which they were given (``at``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBadge:
    """A badge (or a milestone passed) that a member has; ``source`` says what it was for."""

    member_id: MemberId
    badge: str
    at: datetime
    source: str = ""


class BadgeRecords(Protocol):
    """Badges of members: had once, they stay."""

    def put_once(self, badge: HeldBadge) -> bool:
        """False, and nothing changed, where the member has it already. Raises UnknownMember."""

    def of_member(self, member_id: MemberId) -> list[HeldBadge]:
        """Oldest first, then by name."""


class ReferralState(StrEnum):
    """How far a referral has come."""

    OPEN = "open"
    """Waits for the friend's first purchase, or for the time in which that can come back."""
    GRANTED = "granted"
    REFUSED = "refused"
    """Nothing was given: over a limit, or the purchase came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """A friend who was brought by a member; one for each friend."""

    friend_id: MemberId
    referrer_id: MemberId
    at: datetime
    state: ReferralState = ReferralState.OPEN
    first_sale_id: str | None = None
    """The purchase that counts: a sale's id, or an online order's source."""
    settled_at: datetime | None = None


class ReferralRecords(Protocol):
    """Friends that were brought."""

    def put(self, referral: Referral) -> None:
        """Insert or replace by friend. Raises UnknownMember."""

    def of_friend(self, friend_id: MemberId) -> Referral | None: ...
    def by_referrer(self, referrer_id: MemberId) -> list[Referral]:
        """Oldest first."""

    def open(self, limit: int) -> list[Referral]:
        """Those in state OPEN, oldest first."""


class PendingReturnRecords(Protocol):
    """Returns that wait for their sale."""

    def put(self, pending: PendingReturn) -> None:
        """Insert or replace by id."""

    def of_sale(self, sale_ref: str) -> list[PendingReturn]:
        """Oldest first."""

    def all(self) -> list[PendingReturn]:
        """Oldest first."""

    def drop(self, return_id: ReturnId) -> None:
        """It was booked (or given up): it waits no longer."""
