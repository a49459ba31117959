"""Coupons and cards of money on paper: in the slip of the sale that they came of, or alone."""

from collections.abc import Sequence
from datetime import datetime

from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.ledger import LedgerEntry
from terminal.offers_told import card_kind, coupon_name, last_day, spent_name
from terminal.programs import Program
from terminal.sales import Sale
from terminal.services.models import MemberView, Till
from terminal.slips import Block, Slip
from terminal.slips_written.parts import (
    RULE,
    centre,
    pair,
    points_now,
    rules_of,
    sealed,
    spaced,
    stamp,
    who,
)
from terminal.vouchers import Voucher, VoucherKind


def voucher_blocks(
    till: Till,
    sale: Sale,
    vouchers: Sequence[Voucher],
    program: Program | None,
    words: Words,
) -> list[Block]:
    """Coupons for the next time and gift cards sold: what each is good for, until when, its code to
    scan and to type."""
    amounts = iter(card_amounts(sale))
    blocks: list[Block] = []
    for voucher in vouchers:
        blocks.append(RULE)
        if voucher.kind is VoucherKind.COUPON:
            blocks += _coupon(voucher, program, words)
        else:
            blocks += _card(till, voucher, next(amounts, 0), sale.currency, words)
    return [*blocks, RULE] if blocks else []


def voucher_slip(
    slip_id: SlipId,
    till: Till,
    vouchers: Sequence[Voucher],
    view: MemberView,
    words: Words,
    *,
    spent: Sequence[LedgerEntry] = (),
) -> Slip:
    """Coupons without a sale: what points were spent for (``spent``), and the coupons."""
    blocks, program = who(view, words), view.program
    for entry in spent:
        blocks += [
            pair(spent_name(part, program, words), words.signed(part.points))
            for part in entry.parts
        ]
    blocks += [*points_now(view, words), RULE]
    for voucher in vouchers:
        blocks += [*_coupon(voucher, program, words), RULE]
    return sealed("voucher", slip_id, till, [*blocks, *stamp(till, view.as_of, words)], words)


def gift_card_slip(
    slip_id: SlipId, till: Till, voucher: Voucher, left: int, at: datetime, words: Words
) -> Slip:
    """A gift card or store credit alone, to give away or to keep: what is left on it now."""
    blocks = [*_card(till, voucher, left, voucher.currency, words), RULE, *stamp(till, at, words)]
    return sealed("gift_card", slip_id, till, blocks, words)


def _coupon(voucher: Voucher, program: Program | None, words: Words) -> list[Block]:
    name = coupon_name(voucher.coupon, program, words)
    head = [centre(words.t("For your next purchase")), centre(name, bold=True)]
    return [*head, *_good_until(voucher, words), *_code(voucher)]


def _card(till: Till, voucher: Voucher, left: int, currency: str, words: Words) -> list[Block]:
    worth = [centre(words.money(left, currency), bold=True, size=2)]
    return [
        centre(card_kind(voucher.kind, words), bold=True),
        *(worth if rules_of(till).amounts else []),
        *_good_until(voucher, words),
        *_code(voucher),
    ]


def _good_until(voucher: Voucher, words: Words) -> list[Block]:
    if voucher.ends is None:
        return []
    return [centre(words.t("Good until {date}", date=last_day(voucher.ends, words)))]


def _code(voucher: Voucher) -> list[Block]:
    """To scan and to type."""
    return [Block("barcode", voucher.code, align="center"), centre(spaced(voucher.code))]


def card_amounts(sale: Sale) -> list[int]:
    """What the gift cards of a sale are worth, in the order in which they are made."""
    return [
        line.unit_price
        for line in sale.lines
        if line.goods.kind == "gift_card"
        for _ in range(line.quantity)
    ]
