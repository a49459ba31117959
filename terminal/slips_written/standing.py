"""Slips about a member's points: how many there are, and those of a purchase that was claimed."""

from collections.abc import Sequence

from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.ledger import LedgerEntry
from terminal.offers_told import reward_name
from terminal.sales import Sale
from terminal.services.models import MemberView, Till
from terminal.slips import Block, Slip
from terminal.slips_written.coming import next_reward
from terminal.slips_written.parts import (
    RULE,
    centre,
    money_of,
    pair,
    points_now,
    sealed,
    stamp,
    who,
)
from terminal.slips_written.sale import earned
from terminal.slips_written.vouchers import voucher_blocks
from terminal.vouchers import Voucher

MOST_EXPIRIES = 4


def balance_slip(slip_id: SlipId, till: Till, view: MemberView, words: Words) -> Slip:
    """How many points a member has, what they are worth, when they lapse, what is next."""
    blocks = [*who(view, words), *points_now(view, words, MOST_EXPIRIES)]
    if view.worth:
        blocks += money_of(till, words.t("Worth"), view.worth, view.program.currency, words)
    blocks += [RULE, *_next(view, words), *stamp(till, view.as_of, words)]
    return sealed("balance", slip_id, till, blocks, words)


def _next(view: MemberView, words: Words) -> list[Block]:
    """The next reward by name, what it costs and what is missing."""
    coming = next_reward(view)
    if coming is None:
        return []
    name = reward_name(coming.reward, view.program, words)
    return [
        centre(words.t("Next reward")),
        pair(name, words.number(coming.cost)),
        pair(words.t("Still missing"), words.number(coming.missing), bold=True),
        RULE,
    ]


def claim_slip(
    slip_id: SlipId,
    till: Till,
    sale: Sale,
    entries: Sequence[LedgerEntry],
    view: MemberView,
    words: Words,
    *,
    vouchers: Sequence[Voucher] = (),
) -> Slip:
    """The points of a guest's purchase that is the member's now."""
    blocks = [*who(view, words), pair(words.t("Purchase"), sale.ref)]
    blocks += [*earned(till, entries, view, words), *points_now(view, words), RULE]
    blocks += voucher_blocks(till, sale, vouchers, view.program, words)
    blocks += stamp(till, view.as_of, words)
    return sealed("balance", slip_id, till, blocks, words)
