"""The slip of a sale: who, what was paid (where that may be told), points and why, what comes next,
and the coupons and gift cards that came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from terminal.explain import part_label
from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.ledger import EntryKind, LedgerEntry
from terminal.offers_told import card_kind, offer_name, spent_name
from terminal.programs import Program
from terminal.sales import Applied, Sale, Tender, TenderKind
from terminal.services.models import MemberView, Till
from terminal.slips import Block, Slip
from terminal.slips_written.coming import next_reward
from terminal.slips_written.greeting import greeting
from terminal.slips_written.links import codes
from terminal.slips_written.parts import (
    RULE,
    card_label,
    centre,
    pair,
    points_now,
    rules_of,
    sealed,
    stamp,
    times,
    who,
)
from terminal.slips_written.vouchers import voucher_blocks
from terminal.vouchers import Voucher, VoucherKind


@dataclass(frozen=True, slots=True)
class Around:
    """What was around a sale: whether it was the ``first`` on this card, the level before it, and
    the points that wait for whoever claims a guest's sale."""

    first: bool = False
    tier_before: str = ""
    claimable: int = 0


NOTHING_SPECIAL = Around()


def sale_slip(
    slip_id: SlipId,
    till: Till,
    sale: Sale,
    entries: Sequence[LedgerEntry],
    view: MemberView | None,
    words: Words,
    *,
    vouchers: Sequence[Voucher] = (),
    left: Mapping[str, int] | None = None,
    program: Program | None = None,
    around: Around = NOTHING_SPECIAL,
) -> Slip:
    """``left`` is what each card that paid still holds; ``program`` gives the names where the
    ``view`` of a member does not."""
    program = view.program if view else program
    blocks = who(view, words)
    if rules_of(till).amounts:
        blocks += _amounts(sale, program, left or {}, words)
    if view is None:
        blocks += _guest(till, around.claimable, words)
    else:
        blocks += _points(till, sale, entries, view, words)
        blocks += [RULE, centre(_wish(view, sale, entries, around, words))]
    blocks += voucher_blocks(till, sale, vouchers, program, words)
    claim = view is None and bool(around.claimable)
    blocks += codes(till, sale.ref, words, claim=claim, guest=view is None)
    blocks += stamp(till, sale.sold_at, words, sale.ref)
    return sealed("sale", slip_id, till, blocks, words)


def _wish(
    view: MemberView, sale: Sale, entries: Sequence[LedgerEntry], around: Around, words: Words
) -> str:
    return greeting(
        view, sale.sold_at, entries, words, first=around.first, tier_before=around.tier_before
    )


def _guest(till: Till, claimable: int, words: Words) -> list[Block]:
    """What this purchase would have been worth to a member, and how to get it yet."""
    if not claimable:
        return [centre(words.t("No card yet? Ask for one: it is free.")), RULE]
    days = till.links.claim_days
    return [
        centre(words.t("This purchase is worth")),
        centre(words.n("{n} point", "{n} points", claimable), bold=True, size=2),
        centre(
            words.n("Scan within {n} day to collect.", "Scan within {n} days to collect.", days)
        ),
        RULE,
    ]


# -- money -----------------------------------------------------------------------------------------


def _amounts(
    sale: Sale, program: Program | None, left: Mapping[str, int], words: Words
) -> list[Block]:
    def money(minor: int) -> str:
        return words.money(minor, sale.currency)

    blocks = [_taken_off(offer, sale, program, words) for offer in sale.offers if offer.amount]
    blocks += [
        Block("text", words.t("Free: {goods}", goods=f"{times(line.free, words)} {line.name}"))
        for line in sale.lines
        if line.free
    ]
    if sale.rounding:
        blocks.append(pair(words.t("Rounding"), money(sale.rounding)))
    if blocks:  # nothing stands between the total and the same sum once more
        blocks.insert(0, pair(words.t("Total"), money(sale.goods)))
    blocks.append(pair(words.t("Paid"), money(sale.paid), bold=True))
    for card in by_card(sale):
        blocks.append(pair(label_of(card, words), money(card.amount)))
        blocks.append(pair(words.t("Left on it"), money(left.get(card.code, 0))))
    return [*blocks, RULE]


def _taken_off(offer: Applied, sale: Sale, program: Program | None, words: Words) -> Block:
    label = offer_name(offer, program, words)
    return pair(label, words.money(-offer.amount, sale.currency))


def by_card(sale: Sale) -> list[Tender]:
    """What gift cards and store credit paid."""
    kinds = (TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT)
    return [tender for tender in sale.tenders if tender.kind in kinds and tender.amount]


def label_of(card: Tender, words: Words) -> str:
    """What stands before the amount of a card of money."""
    credit = card.kind is TenderKind.STORE_CREDIT
    kind = VoucherKind.STORE_CREDIT if credit else VoucherKind.GIFT_CARD
    return card_label(card.code, card_kind(kind, words), words)


# -- points ----------------------------------------------------------------------------------------


def _points(
    till: Till, sale: Sale, entries: Sequence[LedgerEntry], view: MemberView, words: Words
) -> list[Block]:
    coming = next_reward(view)
    blocks = [*_spent(till, sale, entries, view, words), *earned(till, entries, view, words)]
    blocks += points_now(view, words)
    if coming is not None:
        missing = words.number(coming.missing)
        blocks += [RULE, pair(words.t("To the next reward"), missing)]
    return blocks


def _spent(
    till: Till, sale: Sale, entries: Sequence[LedgerEntry], view: MemberView, words: Words
) -> list[Block]:
    """Each reward by its name with what it cost; points that paid as money in one line.

    Where no amounts may be printed it is one sum: "€5 off" is an amount too.
    """
    if not rules_of(till).amounts:
        used = sale.points_redeemed
        return [pair(words.t("Points used"), words.signed(-used))] if used else []
    as_money = 0
    blocks = []
    for offer in sale.offers:
        if offer.kind == "points":
            as_money += offer.points
        elif offer.points:
            name = offer_name(offer, view.program, words)
            blocks.append(pair(name, words.signed(-offer.points)))
    for entry in entries:
        blocks += [
            pair(spent_name(part, view.program, words), words.signed(part.points))
            for part in entry.parts
            if part.rule.startswith("threshold:")
        ]
    if as_money:
        blocks.insert(0, pair(words.t("Points used"), words.signed(-as_money)))
    return blocks


def earned(
    till: Till, entries: Sequence[LedgerEntry], view: MemberView, words: Words
) -> list[Block]:
    """Each reason with its points; one sum where not even a rate in money may be printed."""
    gave = [entry for entry in entries if entry.kind in (EntryKind.EARN, EntryKind.BONUS)]
    if rules_of(till).amounts:
        return [
            pair(
                part_label(part, entry.rate, entry.currency, words, view.program),
                words.signed(part.points),
            )
            for entry in gave
            for part in entry.parts
        ]
    points = sum(entry.points for entry in gave)
    return [pair(words.t("Points earned"), words.signed(points))] if points else []
