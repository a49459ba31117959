"""A quote and a booked sale in words."""

from dataclasses import dataclass

from terminal.explain import part_label, redeem_text
from terminal.i18n import Words
from terminal.offers_told import card_kind, coupon_name, last_day, spent_name
from terminal.programs import Program
from terminal.quoting import Quote
from terminal.sales import BasketLine, Sale, TenderKind
from terminal.services.models import MemberView, SaleDone
from terminal.slip_writer import card_amounts, spaced
from terminal.vouchers import VoucherKind

MOST_REASONS = 5
"""Behind a tap there are all of them."""

_MONEY_CARDS = {TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT}


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for points; ``strong`` for a balance."""

    text: str
    points: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Gain:
    """What a sale gives: caption, figure, and reasons that add up to it."""

    caption: str
    figure: str
    reasons: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A coupon for the next time or a gift card sold: what it is, until when, its code."""

    icon: str
    title: str
    detail: str
    end: str


@dataclass(frozen=True, slots=True)
class DoneTexts:
    """The last screen of a sale."""

    headline: str
    detail: str
    say: str
    gain: Gain
    points_now: str
    pairs: tuple[tuple[str, str], ...]
    given: tuple[Given, ...] = ()


def gain(quote: Quote, view: MemberView | None, words: Words) -> Gain:
    """What the sale under way would give."""
    if quote.accrual is None or view is None:
        return Gain(words.t("No card on this sale"), "")
    accrual = quote.accrual
    reasons = [
        Why(
            part_label(part, accrual.rate, quote.currency, words, view.program),
            words.signed(part.points),
        )
        for part in accrual.parts
    ]
    if len(reasons) > MOST_REASONS:
        kept = MOST_REASONS - 1
        rest = sum(part.points for part in accrual.parts[kept:])
        more = words.n("{n} more reason", "{n} more reasons", len(reasons) - kept)
        reasons = [*reasons[:kept], Why(more, words.signed(rest))]
    after = Why(words.t("Balance after"), words.number(quote.balance_after or 0), strong=True)
    figure = words.signed(accrual.points) if accrual.points else words.number(0)
    return Gain(words.t("This sale gives"), figure, (*reasons, after))


def line_detail(line: BasketLine, currency: str, words: Words) -> str:
    """The second line of a basket line: its detail and the price of one."""
    each = ""
    if line.quantity > 1:
        each = words.t("{amount} each", amount=words.money(line.unit_price, currency))
    return " · ".join(part for part in (words.isolate(line.detail), each) if part)


def paid_how(sale: Sale, words: Words) -> str:
    """ "€18.90 by card"."""
    amount = words.money(sale.paid, sale.currency)
    kinds = {tender.kind for tender in sale.tenders if tender.amount}
    if not kinds:
        return words.t("Paid with points") if sale.points_redeemed else words.t("Nothing to pay")
    if kinds <= _MONEY_CARDS:
        return words.t("{amount} by gift card", amount=amount)
    if kinds & _MONEY_CARDS:
        return words.t("{amount}, part of it by gift card", amount=amount)
    if kinds == {TenderKind.CASH}:
        return words.t("{amount} in cash", amount=amount)
    if kinds == {TenderKind.CARD}:
        return words.t("{amount} by card", amount=amount)
    return words.t("{amount} in cash and by card", amount=amount)


def done_texts(done: SaleDone, words: Words, program: Program | None = None) -> DoneTexts:
    """The last screen: money first, then points and why."""
    sale = done.sale
    headline = words.t("Paid")
    if sale.change:
        change = words.money(sale.change, sale.currency)
        headline = words.t("Change {amount}", amount=change)
    return DoneTexts(
        headline,
        _detail(sale, words),
        _say(done.view, words),
        _gave(done, words),
        words.number(done.view.account.balance) if done.view else "",
        tuple(_pairs(done, words)),
        tuple(_given(done, _program(done) or program, words)),
    )


def _detail(sale: Sale, words: Words) -> str:
    text = paid_how(sale, words)
    if not sale.change:
        return text
    given = sum(tender.amount for tender in sale.tenders if tender.kind is TenderKind.CASH)
    more = words.t("{amount} given", amount=words.money(given, sale.currency))
    return f"{text}, {more}"


def _say(view: MemberView | None, words: Words) -> str:
    if view is None:
        return ""
    name = view.member.called
    points = words.number(view.account.balance)
    if not view.worth:
        return words.t("Thank you, {name}. You have {points} points now.", name=name, points=points)
    worth = words.money(view.worth, view.program.currency)
    return words.t(
        "Thank you, {name}. You have {points} points, worth {worth}.",
        name=name,
        points=points,
        worth=worth,
    )


def _gave(done: SaleDone, words: Words) -> Gain:
    if done.view is None:
        return Gain(words.t("No card on this sale"), "")
    earned = [entry for entry in done.entries if entry.points > 0]
    program = done.view.program
    reasons = tuple(
        Why(
            part_label(part, entry.rate, entry.currency, words, program),
            words.signed(part.points),
        )
        for entry in earned
        for part in entry.parts
    )
    points = sum(entry.points for entry in earned)
    return Gain(words.t("This sale gave"), words.signed(points), reasons)


def _given(done: SaleDone, program: Program | None, words: Words) -> list[Given]:
    """Coupons given and gift cards sold, each with its code."""
    amounts = iter(card_amounts(done.sale))
    given = []
    for voucher in done.vouchers:
        until = ""
        if voucher.ends is not None:
            until = words.t("Good until {date}", date=last_day(voucher.ends, words))
        if voucher.kind is VoucherKind.COUPON:
            name, icon, end = coupon_name(voucher.coupon, program, words), "ticket", ""
        else:
            name, icon = card_kind(voucher.kind, words), "wallet"
            end = words.money(next(amounts, 0), done.sale.currency)
        code = words.isolate(spaced(voucher.code))
        detail = " · ".join(part for part in (code, until) if part)
        given.append(Given(icon, words.isolate(name), detail, end))
    return given


def _pairs(done: SaleDone, words: Words) -> list[tuple[str, str]]:
    pairs = []
    if done.sale.points_redeemed:
        label = words.t("Redeemed on this sale")
        pairs.append((label, words.signed(-done.sale.points_redeemed)))
    pairs += _stamps(done, words)
    if done.sale.rounding:
        amount = words.money(done.sale.rounding, done.sale.currency, signed=True)
        pairs.append((words.t("Rounding"), amount))
    if done.view is not None:
        for moment, points in done.view.account.lapsing()[:2]:
            label = words.t("Expire {date}", date=last_day(moment, words))
            pairs.append((label, words.number(points)))
    return pairs


def _program(done: SaleDone) -> Program | None:
    return done.view.program if done.view else None


def _stamps(done: SaleDone, words: Words) -> list[tuple[str, str]]:
    """Stamp cards that this sale filled."""
    return [
        (spent_name(part, _program(done), words), words.signed(part.points))
        for entry in done.entries
        for part in entry.parts
        if part.rule.startswith("threshold:")
    ]


def program_line(view: MemberView, words: Words) -> str:
    """What points are worth here."""
    return redeem_text(view.program, words)
