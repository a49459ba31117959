"""What offers do to the sale under way, in words: line by line, beside the lines, in the sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from terminal.clauses import JOIN
from terminal.i18n import Words
from terminal.offers_told import card_kind, offer_name, reward_name
from terminal.programs import Program
from terminal.quoting import Quote
from terminal.sales import Applied, Tender
from terminal.vouchers import VoucherKind
from ui.offer_words import why_not
from ui.viewmodels.notices import Tone
from ui.viewmodels.offer_names import coupon_title
from ui.viewmodels.pricing import PricedState

ExtraKind = Literal["points", "reward", "gift", "coupon", "card"]
MOST_ROWS = 4
_BY_LINE = ("promotion", "tier")


@dataclass(frozen=True, slots=True)
class Extra:
    """Something in the sale that is no line of goods; ``removable`` by ``kind`` and ``code``."""

    kind: ExtraKind
    code: str
    title: str
    detail: str
    price: str
    icon: str
    tone: Tone = "positive"
    removable: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the sum: a word and an amount."""

    label: str
    amount: str
    taken_off: bool = False


def line_gain(quote: Quote, number: int, program: Program | None, words: Words) -> str:
    """What is taken off one line and why, and the free pieces that came with it.

    What was asked for (points, rewards, coupons) has a line of its own below the goods.
    """
    parts = []
    for applied in quote.applied:
        off = applied.lines[number] if number < len(applied.lines) else 0
        if off and applied.kind in _BY_LINE and not applied.coupon:
            name = words.isolate(offer_name(applied, program, words))
            amount = words.money(off, quote.currency)
            parts.append(words.t("{offer}, saves {amount}", offer=name, amount=amount))
    if quote.priced is not None and quote.priced.lines[number].free:
        free = quote.priced.lines[number].free
        parts.append(words.n("{n} more for free", "{n} more for free", free))
    return JOIN.join(parts)


def extras(
    made: PricedState, program: Program | None, words: Words, names: dict[str, str]
) -> list[Extra]:
    """Rewards, points, what is handed over, coupons and cards that pay, in this order.

    ``names`` are those of products by code, for what is handed over and was not scanned.
    """
    quote = made.quote
    bought = [a for a in quote.applied if a.kind == "reward"]
    paid = [a for a in quote.applied if a.kind == "points"]
    return [
        *(_reward(applied, quote, program, words) for applied in bought),
        *(_points(applied, quote, words) for applied in paid),
        *_handed_over(quote, words, names),
        *_coupons(made, program, words),
        *(_card(tender, quote, words) for tender in made.payment.cards),
    ]


def _reward(applied: Applied, quote: Quote, program: Program | None, words: Words) -> Extra:
    name = words.isolate(reward_name(applied.code, program, words))
    cost = words.n("{n} point", "{n} points", applied.points)
    price = words.money(-applied.amount, quote.currency) if applied.amount else ""
    code = applied.code.removeprefix("gift:")
    return Extra("reward", code, name, cost, price, "gift", removable=True)


def _points(applied: Applied, quote: Quote, words: Words) -> Extra:
    off = words.round_money(applied.amount, quote.currency)
    price = words.money(-applied.amount, quote.currency)
    points = words.n("{n} point", "{n} points", applied.points)
    title = words.t("Reward: {amount} off", amount=off)
    return Extra("points", "", title, points, price, "gift")


def _handed_over(quote: Quote, words: Words, names: dict[str, str]) -> list[Extra]:
    if quote.priced is None:
        return []
    free = words.t("Hand it over: it is free")
    pieces = [
        Extra("gift", line.sku, _pieces(line.free, names.get(line.sku, line.name), words), free,
              "", "gift")
        for line in quote.priced.lines
        if line.free and not line.quantity
    ]  # fmt: skip
    return [
        *pieces,
        *(
            Extra("gift", gift, words.isolate(gift), free, "", "gift")
            for gift in quote.priced.gifts
        ),
    ]


def _pieces(count: int, name: str, words: Words) -> str:
    return words.t("{n} × {goods}", n=words.number(count), goods=name)


def _coupons(made: PricedState, program: Program | None, words: Words) -> list[Extra]:
    waiting = {refused.code: refused for refused in made.waiting}
    found = []
    for shown in made.state.coupons:
        title, refused = coupon_title(shown, program, words), waiting.get(shown.code)
        if refused is not None:
            currency = made.quote.currency
            reason = why_not(refused.why, refused.details, words, currency)
            detail = words.t("Does nothing yet: {reason}", reason=reason)
            found.append(
                Extra("coupon", shown.code, title, detail, "", "ticket", "warning", removable=True)
            )
        else:
            off = sum(a.amount for a in made.quote.applied if a.coupon == shown.code)
            price = words.money(-off, made.quote.currency) if off else ""
            detail = words.t("Coupon")
            found.append(
                Extra("coupon", shown.code, title, detail, price, "ticket", removable=True)
            )
    return found


def card_title(tender: Tender, words: Words) -> str:
    """ "Gift card ···4F2K"."""
    name = card_kind(VoucherKind(tender.kind.value), words)
    return f"{name} {words.isolate('···' + tender.code[-4:])}"


def _card(tender: Tender, quote: Quote, words: Words) -> Extra:
    price = words.money(tender.amount, quote.currency)
    pays = words.t("Pays {amount}", amount=price)
    title = card_title(tender, words)
    return Extra("card", tender.code, title, pays, "", "wallet", "accent", removable=True)


def total_rows(
    made: PricedState, program: Program | None, words: Words, most: int = MOST_ROWS
) -> list[Row]:
    """From the goods to what is to pay: a row for each offer, the smaller ones together where there
    are many. Nothing where nothing is taken off and nothing but one way pays."""
    quote, currency = made.quote, made.quote.currency
    offs = [
        Row(_off_label(applied, program, words), words.money(-applied.amount, currency), True)
        for applied in quote.applied
        if applied.amount
    ]
    if len(offs) > most:
        first, rest = offs[: most - 1], _rest(quote, most - 1)
        label = words.n("{n} more offer", "{n} more offers", len(offs) - len(first))
        offs = [*first, Row(label, words.money(-rest, currency), True)]
    cards = [
        Row(card_title(card, words), words.money(-card.amount, currency))
        for card in made.payment.cards
    ]
    if not offs and not cards:
        return []
    return [Row(words.t("Subtotal"), words.money(quote.goods, currency)), *offs, *cards]


def _rest(quote: Quote, shown: int) -> int:
    """What the offers after the first ``shown`` take off together."""
    return sum([applied.amount for applied in quote.applied if applied.amount][shown:])


def _off_label(applied: Applied, program: Program | None, words: Words) -> str:
    if applied.kind == "points":
        return words.n("{n} point redeemed", "{n} points redeemed", applied.points)
    return words.isolate(offer_name(applied, program, words))


def to_pay_label(cards: Sequence[Tender], words: Words) -> str:
    """What the largest figure is: all of it, or what cards leave."""
    return words.t("To pay") if cards else words.t("Total")
