"""Vouchers: coupons, gift cards and store credit – what a shop owes besides points.

A coupon is a right to an offer of the programme; a gift card and store credit are money kept for
later, and so tenders: they never lower what is earned or taxed. The value of a card is the fold of
its entries, as a balance of points is; nothing is ever updated or deleted but the count of uses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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

    def unused(self, ended: datetime, limit: int) -> list[Voucher]:
        """Coupons that rewards became (``terminal.web_coupons``), that were good until then at the
        latest, and are neither used nor blocked; those first that ended first."""

    def of_source(self, source_id: str) -> list[Voucher]:
        """Those that a sale, return, play or reward issued, oldest first."""

    def used(self, code: VoucherCode, member_id: MemberId | None, sale_id: str) -> bool:
        """Record one use of a coupon in a sale and take it off ``uses_left``; False where this sale
        used it already, or nothing was left."""

    def given_back(self, code: VoucherCode, sale_id: str) -> bool:
        """Undo the use by that sale."""

    def uses_by(self, code: VoucherCode, member_id: MemberId) -> int:
        """How often a member has used a code that everybody may use."""

    def uses(self, code: VoucherCode) -> list[str]:
        """The sales in which a coupon was used, or the sources of online orders."""

    def append(self, entries: Sequence[ValueEntry]) -> list[str]:
        """Record movements once; answers the ids that were new."""

    def entries(self, code: VoucherCode) -> list[ValueEntry]:
        """All of a card's, in the order (decided_at, seq, id)."""

    def value(self, code: VoucherCode) -> int:
        """The sum of a card's entries, in minor units."""

    def lapsing(self, now: datetime, limit: int) -> Iterable[VoucherCode]:
        """Cards and credits with an entry whose ``lapses_at`` is over and that still hold value."""


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"  # 31 signs, a prime: no I, L, O, U, Z to be misread
_LOOKALIKES = str.maketrans("ILOZ", "1102", " -_.")
_BODY = 11
BADGE = "B"
"""First letter of the codes on staff badges, which are made like those of vouchers."""
_NEVER = datetime.max.replace(tzinfo=UTC)


def voucher_code(first: str, chance: int) -> VoucherCode:
    """A code to print and to type: a letter for its kind, eleven signs of chance, a check sign.

    ``chance`` is at least 55 random bits. One mistyped sign, or two swapped neighbours, never make
    another code: the check is the sum of the signs' places times 1 … 12, modulo 31.
    """
    body = first
    for _ in range(_BODY):
        chance, place = divmod(chance, len(_ALPHABET))
        body += _ALPHABET[place]
    return VoucherCode(body + _check_sign(body))


def clean_code(text: str) -> str:
    """As scanned or typed: capitals, no separators; behind the first O is 0, I and L 1, Z 2."""
    code = text.strip().upper()
    return code[:1] + code[1:].translate(_LOOKALIKES)


def is_voucher_code(text: str) -> bool:
    """Whether this has the shape and the check sign of a code of ours."""
    return _is_code(text, "CGS")


def is_badge_code(text: str) -> bool:
    """Whether this has the shape and the check sign of a badge of ours."""
    return _is_code(text, BADGE)


def _is_code(text: str, letters: str) -> bool:
    return (
        len(text) == _BODY + 2
        and text[0] in letters
        and all(sign in _ALPHABET for sign in text[1:])
        and _check_sign(text[:-1]) == text[-1]
    )


def _check_sign(body: str) -> str:
    total = sum(
        weight * (ord(body[0]) if weight == 1 else _ALPHABET.index(sign))
        for weight, sign in enumerate(body, start=1)
    )
    return _ALPHABET[total % len(_ALPHABET)]


@dataclass(frozen=True, slots=True)
class ValueLot:
    """What is left of one issue; ``lapses_at`` None: it stays."""

    entry_id: str
    remaining: int
    lapses_at: datetime | None


def value_lots(entries: Iterable[ValueEntry]) -> tuple[ValueLot, ...]:
    """What is left of each issue, spent soonest lapse first, in minor units.

    A payment beyond everything is kept as a debt of the card and absorbed by its next credit (two
    tills without a network may have spent the same money). An expiry or undo takes from the issue
    it names first.
    """
    lots: list[ValueLot] = []
    debt = 0
    for entry in sorted(entries, key=lambda e: (e.decided_at, e.seq, e.id)):
        if entry.amount > 0:
            kept = entry.amount - min(entry.amount, debt)
            debt -= entry.amount - kept
            if kept:
                lots.append(ValueLot(entry.id, kept, entry.lapses_at))
        else:
            lots, missing = _spend(lots, -entry.amount, entry)
            debt += missing
    return tuple(lots)


def _spend(lots: Sequence[ValueLot], amount: int, entry: ValueEntry) -> tuple[list[ValueLot], int]:
    left = amount
    rest: dict[str, int] = {}
    for lot in sorted(lots, key=lambda lot: _turn(lot, entry)):
        if lot.entry_id != entry.reverses and is_over(lot, entry.decided_at):
            continue
        taken = min(lot.remaining, left)
        rest[lot.entry_id] = lot.remaining - taken
        left -= taken
    kept = [
        ValueLot(lot.entry_id, remaining, lot.lapses_at)
        for lot in lots
        if (remaining := rest.get(lot.entry_id, lot.remaining))
    ]
    return kept, left


def _turn(lot: ValueLot, entry: ValueEntry) -> tuple[bool, datetime]:
    """The issue that is undone, then what lapses soonest, then what never does."""
    return lot.entry_id != entry.reverses, lot.lapses_at or _NEVER


def is_over(lot: ValueLot, now: datetime) -> bool:
    """Whether its time is over."""
    return lot.lapses_at is not None and lot.lapses_at <= now


def spendable(entries: Iterable[ValueEntry], now: datetime) -> int:
    """What a gift card or store credit can pay at ``now``, in minor units."""
    return sum(lot.remaining for lot in value_lots(entries) if not is_over(lot, now))
