"""A reward as a coupon for the web shop, on paper: what it is worth, until when, its code to type
and to scan."""

from collections.abc import Sequence

from terminal.clauses import share_text
from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.ledger import LedgerEntry
from terminal.offers_told import coupon_name, last_day, spent_name
from terminal.services.models import MemberView, Till
from terminal.slips import Block, Slip
from terminal.slips_written.parts import (
    RULE,
    centre,
    pair,
    points_now,
    qr,
    rules_of,
    sealed,
    spaced,
    stamp,
    who,
)
from terminal.vouchers import Voucher
from terminal.web_coupons import reward_of, reward_offer


def web_coupon_slip(
    slip_id: SlipId,
    till: Till,
    voucher: Voucher,
    view: MemberView,
    words: Words,
    *,
    spent: Sequence[LedgerEntry] = (),
) -> Slip:
    """What points were spent for, and the coupon."""
    program = view.program
    blocks = [
        *who(view, words),
        *(
            pair(spent_name(part, program, words), words.signed(part.points))
            for entry in spent
            for part in entry.parts
        ),
        *points_now(view, words), RULE,
        centre(words.t("Coupon for our web shop"), bold=True),
        *_worth(till, voucher, view, words),
        Block("feed"), centre(spaced(voucher.code), bold=True, size=2),
        qr(till.links.to_coupon(voucher.code)),
        centre(words.t("Type the code when you pay online. It works in the shop as well.")),
    ]  # fmt: skip
    if voucher.ends is not None:
        blocks.append(centre(words.t("Good until {date}", date=last_day(voucher.ends, words))))
    blocks += [RULE, *stamp(till, view.as_of, words)]
    return sealed("voucher", slip_id, till, blocks, words)


def _worth(till: Till, voucher: Voucher, view: MemberView, words: Words) -> list[Block]:
    """Its name if it has one, how much comes off, and from how much on, where amounts may be
    told."""
    program = view.program
    reward = next((r for r in program.rewards if r.code == reward_of(voucher.coupon)), None)
    offer = reward_offer(reward) if reward else None
    named = [centre(coupon_name(voucher.coupon, program, words))]
    if reward is None or offer is None or not rules_of(till).amounts:
        return named
    money, share = words.round_money(offer.amount, program.currency), offer.percent
    off = share_text(share, words) if share else money
    blocks = named if reward.name else []
    blocks.append(centre(words.t("{amount} off", amount=off), bold=True, size=2))
    if offer.minimum:
        least = words.money(offer.minimum, program.currency)
        blocks.append(centre(words.t("from {amount} on", amount=least)))
    return blocks
