"""Vouchers: coupons, gift cards and store credit – what a shop owes besides points.

A coupon is a right to an offer of the programme; a gift card and store credit are money kept for
later, and so tenders: they never lower what is earned or taxed. The value of a card is the fold of
its entries, as a balance of points is; nothing is ever updated or deleted but the count of uses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from terminal.ids import MemberId, StaffId, TillCode

VoucherCode = NewType("VoucherCode", str)
"""What is scanned or typed: capital letters and digits, without separators."""


class VoucherKind(StrEnum):
    """What a voucher is."""

    COUPON = "coupon"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """One coupon, gift card or a member's store credit.

    ``coupon`` names the kind in the programme (empty for money). ``owner`` None: whoever shows it.
    ``starts`` and ``ends`` are aware UTC; ``ends`` is the first moment at which it is no longer
    good. ``uses_left`` None: as often as one likes. ``source_id`` is the sale, return, play or
    reward that issued it. ``blocked``: reported lost, or taken back with a return.
    """

    code: VoucherCode
    kind: VoucherKind
    issued_at: datetime
    currency: str = ""
    coupon: str = ""
    owner: MemberId | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    uses_left: int | None = 1
    source_id: str = ""
    blocked: bool = False


class ValueKind(StrEnum):
    """Why the value of a gift card or store credit moved."""

    ISSUE = "issue"
    """Sold, topped up, or given for goods that came back."""
    PAY = "pay"
    UNDO = "undo"
    """Reverses a payment or an issue: goods or the card itself came back."""
    EXPIRE = "expire"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueEntry:
    """One movement of money on a gift card or store credit: signed minor units, never zero.

    ``lapses_at`` of an issue: its own lot, spent soonest first. ``reverses`` names the entry that
    an undo takes back.
    """

    id: str
    code: VoucherCode
    kind: ValueKind
    amount: int
    currency: str
    decided_at: datetime
    till: TillCode
    seq: int
    cashier_id: StaffId | None = None
    lapses_at: datetime | None = None
    source_id: str = ""
    reverses: str | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse what would poison every later value."""
        if self.amount == 0:
            raise ValueError("an entry moves at least one minor unit")


class VoucherRecords(Protocol):
    """Vouchers and the movements of money on them."""

    def put(self, voucher: Voucher) -> None:
        """Insert or replace by code."""

    def get(self, code: VoucherCode) -> Voucher | None: ...
    def of_member(self, member_id: MemberId) -> list[Voucher]:
        """Those that a member owns, oldest first, used up and lapsed ones included."""

    def of_source(self, source_id: str) -> list[Voucher]:
        """Those that a sale, return, play or reward issued, oldest first."""

    def used(self, code: VoucherCode, member_id: MemberId | None, sale_id: str) -> bool:
        """Record one use of a coupon in a sale and take it off ``uses_left``; False where this sale
        used it already, or nothing was left."""

    def given_back(self, code: VoucherCode, sale_id: str) -> bool:
        """Undo the use by that sale."""

    def uses_by(self, code: VoucherCode, member_id: MemberId) -> int:
        """How often a member has used a code that everybody may use."""

    def append(self, entries: Sequence[ValueEntry]) -> list[str]:
        """Record movements once; answers the ids that were new."""

    def entries(self, code: VoucherCode) -> list[ValueEntry]:
        """All of a card's, in the order (decided_at, seq, id)."""

    def value(self, code: VoucherCode) -> int:
        """The sum of a card's entries, in minor units."""

    def lapsing(self, now: datetime, limit: int) -> Iterable[VoucherCode]:
        """Cards and credits with an entry whose ``lapses_at`` is over and that still hold value."""
