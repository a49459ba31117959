"""Writing slips: what was booked, in the member's language and by the country's rules."""

from collections.abc import Sequence

from terminal.cards import last_four
from terminal.countries import COUNTRIES
from terminal.explain import part_label, tier_name
from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.ledger import EntryKind, LedgerEntry
from terminal.returns import Return
from terminal.sales import Sale
from terminal.services.models import MemberView, Till
from terminal.slips import Block, Slip
from terminal.vouchers import Voucher

RULE = Block("rule")


def sale_slip(
    slip_id: SlipId,
    till: Till,
    sale: Sale,
    entries: Sequence[LedgerEntry],
    view: MemberView | None,
    words: Words,
    *,
    vouchers: Sequence[Voucher] = (),
) -> Slip:
    """The slip of a sale: who, what was paid (where the country allows it), points and why, and
    the coupons and gift cards that came of it."""
    blocks = [*_head(till), *_who(view, words)]
    if COUNTRIES[till.country].amounts:
        blocks += _amounts(sale, words)
    if view is not None:
        blocks += _points(till, sale, entries, view, words)
    else:
        blocks += [_centre(words.t("No card yet? Ask for one: it is free."))]
    blocks += _foot(till, sale.ref, sale, words)
    return Slip(slip_id, words.language, words.rtl, tuple(blocks))


def return_slip(
    slip_id: SlipId,
    till: Till,
    sale: Sale,
    back: Return,
    entries: Sequence[LedgerEntry],
    view: MemberView | None,
    words: Words,
) -> Slip:
    """The slip of a return: which sale, the money, what went back to and from the member."""
    blocks = [*_head(till), _centre(words.t("RETURN"), bold=True, size=2), *_who(view, words)]
    blocks.append(_pair(words.t("Sale"), sale.ref))
    if COUNTRIES[till.country].amounts:
        money = words.money(back.money_back, back.currency)
        blocks.append(_pair(words.t("Paid back"), money, bold=True))
    blocks.append(RULE)
    taken = sum(e.points for e in entries if e.kind is EntryKind.CLAWBACK)
    given = sum(e.points for e in entries if e.kind is EntryKind.ROLLBACK)
    if taken:
        blocks.append(_pair(words.t("Points taken back"), words.signed(taken)))
    if given:
        blocks.append(_pair(words.t("Points given back"), words.signed(given)))
    if view is not None:
        blocks += [*_balance(view, words), RULE]
    blocks += _foot(till, back.ref, back, words)
    return Slip(slip_id, words.language, words.rtl, tuple(blocks))


def _head(till: Till) -> list[Block]:
    rules = COUNTRIES[till.country]
    address = [_centre(till.address)] if till.address else []
    name = _centre(till.shop, bold=True, size=2)
    return [name, *address, Block("feed"), _centre(rules.non_fiscal), RULE]


def _who(view: MemberView | None, words: Words) -> list[Block]:
    if view is None:
        return []
    card = view.card_number
    number = [_pair(words.t("Card number"), f"···· {last_four(card)}")] if card else []
    name = _pair(view.member.called, tier_name(view.tier.code, words))
    return [name, *number, RULE]


def _amounts(sale: Sale, words: Words) -> list[Block]:
    def money(minor: int) -> str:
        return words.money(minor, sale.currency)

    blocks = [_pair(words.t("Total"), money(sale.goods))]
    if sale.points_redeemed:
        label = words.n("{n} point used", "{n} points used", sale.points_redeemed)
        blocks.append(_pair(label, money(-sale.redeemed_value)))
    if sale.rounding:
        blocks.append(_pair(words.t("Rounding"), money(sale.rounding)))
    return [*blocks, _pair(words.t("Paid"), money(sale.paid), bold=True), RULE]


def _points(
    till: Till, sale: Sale, entries: Sequence[LedgerEntry], view: MemberView, words: Words
) -> list[Block]:
    used = sale.points_redeemed
    blocks = [_pair(words.t("Points used"), words.signed(-used))] if used else []
    return [
        *blocks,
        *_earned(till, entries, words),
        *_balance(view, words),
        RULE,
        _centre(words.t("Thank you for shopping with us!")),
    ]


def _earned(till: Till, entries: Sequence[LedgerEntry], words: Words) -> list[Block]:
    """Each reason with its points; one sum where not even a rate in money may be printed."""
    if COUNTRIES[till.country].amounts:
        return [
            _pair(part_label(part, entry.rate, entry.currency, words), words.signed(part.points))
            for entry in entries
            for part in entry.parts
        ]
    points = sum(part.points for entry in entries for part in entry.parts)
    return [_pair(words.t("Points earned"), words.signed(points))] if points else []


def _balance(view: MemberView, words: Words) -> list[Block]:
    blocks = [_pair(words.t("Points now"), words.number(view.account.balance), bold=True)]
    for moment, points in view.account.lapsing()[:2]:
        label = words.t("Expire {date}", date=words.day(moment))
        blocks.append(_pair(label, words.number(points)))
    return blocks


def _foot(till: Till, ref: str, made: Sale | Return, words: Words) -> list[Block]:
    moment = made.sold_at if isinstance(made, Sale) else made.returned_at
    stamp = f"{ref}  {words.day(moment)} {words.time(moment)}"
    rules = COUNTRIES[till.country]
    own = words.language == rules.language
    courtesy = words.t("Information about points only. Your receipt comes from the cash register.")
    return [
        Block("qr", ref, align="center"),
        _centre(stamp),
        _centre(till.name),
        _centre(rules.non_fiscal),
        *([] if own else [_centre(courtesy)]),
    ]


def _centre(text: str, *, bold: bool = False, size: int = 1) -> Block:
    return Block("text", text, align="center", bold=bold, size=size)


def _pair(label: str, value: str, *, bold: bool = False) -> Block:
    return Block("pair", label, value, bold=bold)
