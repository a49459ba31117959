"""Writing slips: what was booked, in the member's language and by the country's rules."""

from collections.abc import Mapping, Sequence

from terminal.cards import last_four
from terminal.countries import COUNTRIES
from terminal.explain import part_label, tier_name
from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.ledger import EntryKind, LedgerEntry
from terminal.offers_told import card_kind, coupon_name, last_day, offer_name, spent_name
from terminal.programs import Program
from terminal.returns import Return
from terminal.sales import Sale, Tender, TenderKind
from terminal.services.models import MemberView, Till
from terminal.slips import Block, Slip
from terminal.vouchers import Voucher, VoucherKind

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
    left: Mapping[str, int] | None = None,
    program: Program | None = None,
) -> Slip:
    """The slip of a sale: who, what was paid (where the country allows it), points and why, and
    the coupons and gift cards that came of it. ``left`` is what each card that paid still holds;
    ``program`` gives the names where the ``view`` of a member does not."""
    program = view.program if view else program
    blocks = [*_head(till), *_who(view, words)]
    if COUNTRIES[till.country].amounts:
        blocks += _amounts(sale, program, left or {}, words)
    if view is not None:
        blocks += _points(till, sale, entries, view, words)
    else:
        blocks += [_centre(words.t("No card yet? Ask for one: it is free."))]
    blocks += voucher_blocks(till, sale, vouchers, program, words)
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
    *,
    cards: Sequence[Tender] = (),
    shortfall: int = 0,
) -> Slip:
    """The slip of a return: which sale, what came back, the money, and what went back to and from
    the member. ``cards`` is what gift cards and store credit got back; ``shortfall`` are points
    that were spent and are let go."""
    blocks = [*_head(till), _centre(words.t("RETURN"), bold=True, size=2), *_who(view, words)]
    blocks += [_pair(words.t("Sale"), sale.ref), *_came_back(till, sale, back, words)]
    if COUNTRIES[till.country].amounts:
        blocks += [
            _pair(_card_label(card, words), _money(card.amount, back, words)) for card in cards
        ]
        blocks.append(_pair(words.t("Paid back"), _money(back.money_back, back, words), bold=True))
    blocks.append(RULE)
    taken = sum(e.points for e in entries if e.kind is EntryKind.CLAWBACK)
    given = sum(e.points for e in entries if e.kind is EntryKind.ROLLBACK)
    if taken:
        blocks.append(_pair(words.t("Points taken back"), words.signed(taken)))
    if given:
        blocks.append(_pair(words.t("Points given back"), words.signed(given)))
    if shortfall:
        blocks.append(_pair(words.t("Points let go"), words.number(shortfall)))
    if view is not None:
        blocks += [*_balance(view, words), RULE]
    blocks += _foot(till, back.ref, back, words)
    return Slip(slip_id, words.language, words.rtl, tuple(blocks))


def _came_back(till: Till, sale: Sale, back: Return, words: Words) -> list[Block]:
    """The pieces that came back; nothing where it was the whole sale."""
    if not COUNTRIES[till.country].amounts:
        return []
    came = [(sale.lines[line.place], line.quantity) for line in back.lines]
    return [Block("text", f"{_times(n, words)} {line.name}") for line, n in came]


def _card_label(card: Tender, words: Words) -> str:
    kind = (
        VoucherKind.STORE_CREDIT if card.kind is TenderKind.STORE_CREDIT else VoucherKind.GIFT_CARD
    )
    return f"{card_kind(kind, words)} {words.isolate('···' + card.code[-4:])}"


def _money(minor: int, back: Return, words: Words) -> str:
    return words.money(minor, back.currency)


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


def _amounts(
    sale: Sale, program: Program | None, left: Mapping[str, int], words: Words
) -> list[Block]:
    def money(minor: int) -> str:
        return words.money(minor, sale.currency)

    blocks = [_pair(words.t("Total"), money(sale.goods))]
    for offer in sale.offers:
        if offer.kind == "points":
            label = words.n("{n} point used", "{n} points used", offer.points)
            blocks.append(_pair(label, money(-offer.amount)))
        elif offer.amount:
            blocks.append(_pair(offer_name(offer, program, words), money(-offer.amount)))
    blocks += [
        Block("text", words.t("Free: {goods}", goods=f"{_times(line.free, words)} {line.name}"))
        for line in sale.lines
        if line.free
    ]
    if sale.rounding:
        blocks.append(_pair(words.t("Rounding"), money(sale.rounding)))
    cards: list[Block] = []
    for card in _by_card(sale):
        cards.append(_pair(_card_label(card, words), money(card.amount)))
        cards.append(_pair(words.t("Left on it"), money(left.get(card.code, 0))))
    return [*blocks, _pair(words.t("Paid"), money(sale.paid), bold=True), *cards, RULE]


def _by_card(sale: Sale) -> list[Tender]:
    """What gift cards and store credit paid."""
    kinds = (TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT)
    return [tender for tender in sale.tenders if tender.kind in kinds and tender.amount]


def _points(
    till: Till, sale: Sale, entries: Sequence[LedgerEntry], view: MemberView, words: Words
) -> list[Block]:
    return [
        *_spent(till, sale, entries, view, words),
        *_earned(till, entries, view, words),
        *_balance(view, words),
        RULE,
        _centre(words.t("Thank you for shopping with us!")),
    ]


def _spent(
    till: Till, sale: Sale, entries: Sequence[LedgerEntry], view: MemberView, words: Words
) -> list[Block]:
    """Each reward by its name with what it cost; points that paid as money in one line.

    Where no amounts may be printed it is one sum: "€5 off" is an amount too.
    """
    if not COUNTRIES[till.country].amounts:
        used = sale.points_redeemed
        return [_pair(words.t("Points used"), words.signed(-used))] if used else []
    as_money = 0
    blocks = []
    for offer in sale.offers:
        if offer.kind == "points":
            as_money += offer.points
        elif offer.points:
            name = offer_name(offer, view.program, words)
            blocks.append(_pair(name, words.signed(-offer.points)))
    for entry in entries:
        blocks += [
            _pair(spent_name(part, view.program, words), words.signed(part.points))
            for part in entry.parts
            if part.rule.startswith("threshold:")
        ]
    if as_money:
        blocks.insert(0, _pair(words.t("Points used"), words.signed(-as_money)))
    return blocks


def _earned(
    till: Till, entries: Sequence[LedgerEntry], view: MemberView, words: Words
) -> list[Block]:
    """Each reason with its points; one sum where not even a rate in money may be printed."""
    earned = [entry for entry in entries if entry.kind in (EntryKind.EARN, EntryKind.BONUS)]
    if COUNTRIES[till.country].amounts:
        blocks = [
            _pair(
                part_label(part, entry.rate, entry.currency, words, view.program),
                words.signed(part.points),
            )
            for entry in earned
            for part in entry.parts
        ]
    else:
        points = sum(entry.points for entry in earned)
        blocks = [_pair(words.t("Points earned"), words.signed(points))] if points else []
    return [*blocks, *_pending(view, words)]


def _pending(view: MemberView, words: Words) -> list[Block]:
    """What is kept until it can be used."""
    pending = view.account.pending(view.as_of)
    return [_pair(words.t("Not usable yet"), words.number(pending))] if pending else []


# -- coupons and gift cards ------------------------------------------------------------------------


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
            blocks.append(_centre(words.t("For your next purchase")))
            blocks.append(_centre(coupon_name(voucher.coupon, program, words), bold=True))
        else:
            blocks.append(_centre(card_kind(voucher.kind, words), bold=True))
            blocks += _worth(till, next(amounts, 0), sale.currency, words)
        if voucher.ends is not None:
            date = last_day(voucher.ends, words)
            blocks.append(_centre(words.t("Good until {date}", date=date)))
        blocks += [Block("barcode", voucher.code, align="center"), _centre(spaced(voucher.code))]
    return [*blocks, RULE] if blocks else []


def _worth(till: Till, amount: int, currency: str, words: Words) -> list[Block]:
    if not COUNTRIES[till.country].amounts:
        return []
    return [_centre(words.money(amount, currency), bold=True, size=2)]


def card_amounts(sale: Sale) -> list[int]:
    """What the gift cards of a sale are worth, in the order in which they are made."""
    return [
        line.unit_price
        for line in sale.lines
        if line.goods.kind == "gift_card"
        for _ in range(line.quantity)
    ]


def spaced(code: str) -> str:
    """A code in groups that can be read out and typed; separators do not count."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def _balance(view: MemberView, words: Words) -> list[Block]:
    blocks = [_pair(words.t("Points now"), words.number(view.account.balance), bold=True)]
    for moment, points in view.account.lapsing()[:2]:
        label = words.t("Expire {date}", date=last_day(moment, words))
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


def _times(quantity: int, words: Words) -> str:
    """A quantity before its goods: "2 ×", in Hebrew "×2"."""
    return words.isolate(f"×{quantity}") if words.rtl else f"{words.number(quantity)} ×"


def _centre(text: str, *, bold: bool = False, size: int = 1) -> Block:
    return Block("text", text, align="center", bold=bold, size=size)


def _pair(label: str, value: str, *, bold: bool = False) -> Block:
    return Block("pair", label, value, bold=bold)
