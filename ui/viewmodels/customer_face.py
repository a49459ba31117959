"""What stands on the customer's screen, as one value in the customer's language.

It says a member's called name, points and level, and nothing else of them: no family name, number,
phone or address. Sums are those of the counter's quote: rows and what is taken off add up to the
total.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from terminal.claiming import usual_points
from terminal.entries import LedgerEntry
from terminal.i18n import Words
from terminal.ledger import earned
from terminal.offers_told import last_day_short, offer_name
from terminal.programs import Program, accrue, tier_for
from terminal.programs.calendar import zone
from terminal.programs.facts import Facts, Occasion
from terminal.programs.moments import moments
from terminal.quoting import Quote, sold_lines
from terminal.sales import Applied
from terminal.services.models import MemberView, SaleDone, Till
from ui.viewmodels.can_have import CanHave
from ui.viewmodels.member_texts import face as member_face
from ui.viewmodels.member_words import times
from ui.viewmodels.offer_texts import extras, to_pay_label
from ui.viewmodels.pricing import PricedState
from ui.viewmodels.redeem import Choice

Kind = Literal["closed", "idle", "guest", "member", "done"]
LAPSE_SOON = timedelta(days=60)
MOST_CHOICES = 3
_BY_LINE = ("promotion", "tier")
_ENGLISH = Words()


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code and what it is for."""

    payload: str
    caption: str


@dataclass(frozen=True, slots=True)
class Row:
    """Goods, or something taken off; ``note`` is what the customer saves on it."""

    times: str
    name: str
    amount: str
    note: str = ""
    gain: bool = False


@dataclass(frozen=True, slots=True)
class CustomerFace:
    """One face. The start side says who (``title``, ``points`` …), the end side what.

    ``progress`` is percent of the way to the next level, None without one. ``choices`` are shown
    under ``ask``; ``asked`` takes their place once the cashier was told.
    """

    kind: Kind
    shop: str
    words: Words = _ENGLISH
    title: str = ""
    wish: str = ""
    points: str = ""
    caption: str = ""
    level: str = ""
    progress: int | None = None
    to_next: str = ""
    foot: str = ""
    code: Code | None = None
    heading: str = ""
    rows: tuple[Row, ...] = ()
    more: str = ""
    gain: str = ""
    gain_caption: str = ""
    total_label: str = ""
    total: str = ""
    ask: str = ""
    choices: tuple[Choice, ...] = ()
    asked: str = ""


def idle(till: Till, enrol_url: str, words: Words) -> CustomerFace:
    """Nobody is served: the shop, what to do, and the way to a card."""
    return CustomerFace(
        "idle",
        till.shop,
        words,
        title=words.t("Welcome!"),
        wish=words.t("Scan your card or tell us your phone number."),
        code=_enrol(enrol_url, words),
    )


def closed(till: Till, words: Words) -> CustomerFace:
    """Nobody is at this till."""
    return CustomerFace("closed", till.shop, words, title=words.t("This till is closed."))


def _enrol(url: str, words: Words) -> Code | None:
    if not url:
        return None
    return Code(url, words.t("No card yet? Join today: scan the code."))


# -- who -------------------------------------------------------------------------------------------


def member(till: Till, view: MemberView, words: Words) -> CustomerFace:
    """The start side for a member."""
    texts = member_face(view, words)
    name, points = view.member.called, view.account.balance
    caption = words.n("point", "points", points)
    if texts.worth:
        caption = words.n(
            "point, worth {worth}", "points, worth {worth}", points, worth=texts.worth
        )
    return CustomerFace(
        "member",
        till.shop,
        words,
        title=words.t("Hello, {name}!", name=name),
        wish=_wish(view, words),
        points=texts.points,
        caption=caption,
        level=texts.tier_word,
        progress=texts.progress if view.next_tier else None,
        to_next=texts.progress_text,
        foot=_lapse(view, words),
    )


def _wish(view: MemberView, words: Words) -> str:
    told = moments(view.program, view.facts, Occasion(view.as_of, zone(view.program.zone)))
    kind = told[0].kind if told else ""
    if kind == "birthday":
        return words.t("Happy birthday from all of us!")
    if kind == "anniversary":
        since = words.month(view.member.joined_at)
        return words.t("With us since {date} – thank you!", date=since)
    return words.t("Good to see you again!") if kind == "away" else ""


def _lapse(view: MemberView, words: Words) -> str:
    for moment, points in view.account.lapsing():
        if view.as_of < moment <= view.as_of + LAPSE_SOON:
            date = last_day_short(moment, words)
            return words.n(
                "{n} point expires {date}", "{n} points expire {date}", points, date=date
            )
    return ""


def guest(till: Till, waiting: int, enrol_url: str, words: Words) -> CustomerFace:
    """The start side for somebody without a card: what waits for them if they had one."""
    made = CustomerFace(
        "guest",
        till.shop,
        words,
        title=words.t("Welcome!"),
        wish=words.t("Scan your card or tell us your phone number."),
        code=_enrol(enrol_url, words),
    )
    if not waiting:
        return made
    caption = words.n("point is waiting for you", "points are waiting for you", waiting)
    return replace(made, points=words.number(waiting), caption=caption)


def waiting_points(quote: Quote, program: Program | None, when: Occasion, till: Till) -> int:
    """What this basket would give somebody of whom nothing is known, where it can be claimed."""
    priced = quote.priced
    here = program is not None and program.currency == quote.currency
    if program is None or priced is None or not (here and till.links.claim_days):
        return 0
    nobody = Facts(tier=tier_for(program, 0).code, joined_at=when.at)
    paid = [line for line in sold_lines(priced) if not line.free]
    made = accrue(program, paid, priced.applied, nobody, when, currency=quote.currency)
    return made.points


# -- what ------------------------------------------------------------------------------------------


def with_basket(
    made: CustomerFace,
    priced: PricedState,
    program: Program | None,
    words: Words,
    names: dict[str, str],
) -> CustomerFace:
    """The goods, what is taken off, what it gives and what is to pay."""
    quote = priced.quote
    rows = [_goods(quote, number, words) for number in range(len(priced.state.basket.lines))]
    rows += [
        Row("", extra.title, extra.price, gain=True)
        for extra in extras(priced, program, words, names)
        if extra.price or extra.kind == "gift"
    ]
    given = quote.accrual.points if quote.accrual else 0
    return replace(
        made,
        rows=tuple(rows),
        gain=words.signed(given) if given > 0 else "",
        gain_caption=words.n("point for you today", "points for you today", given),
        total_label=to_pay_label(priced.payment.cards, words),
        total=words.money(priced.payment.rest, quote.currency),
    )


def _goods(quote: Quote, number: int, words: Words) -> Row:
    lines = quote.priced.lines if quote.priced else ()
    line = lines[number]
    off = _off(quote.applied, number)
    amount = words.money(line.total - off, quote.currency)
    note = words.t("you save {amount}", amount=words.money(off, quote.currency)) if off else ""
    return Row(times(line.quantity, words), words.isolate(line.name), amount, note)


def with_rewards(made: CustomerFace, found: CanHave, words: Words) -> CustomerFace:
    """Before the first product: what the points buy."""
    if not found:
        return made
    rows = [Row("", title, cost) for title, cost in reversed(found.now)]
    if found.next is not None:
        rows.append(Row("", *found.next))
    return replace(made, heading=words.t("What your points buy"), rows=tuple(rows))


def with_choices(
    made: CustomerFace, choices: Sequence[Choice], asked: str, words: Words
) -> CustomerFace:
    """Offers to use points; or, once one was touched, that the cashier was told."""
    if asked:
        told = words.t("{reward}: we have told the cashier.", reward=asked)
        return replace(made, ask=words.t("Use points for this purchase?"), asked=told)
    near = [each for each in choices if not each.locked and not each.chosen]
    if not near:
        return made
    kept = tuple(near[:MOST_CHOICES])
    return replace(made, ask=words.t("Use points for this purchase?"), choices=kept)


# -- done ------------------------------------------------------------------------------------------


def done(
    till: Till, sold: SaleDone, program: Program | None, enrol_url: str, words: Words
) -> CustomerFace:
    """Goodbye: what was paid, the points now, and the slip on the phone."""
    sale, view = sold.sale, sold.view
    if view is not None:
        made = _goodbye_member(till, sold, view, words)
    else:
        made = _goodbye(till, sold, program, words)
    way = _slip_code(till, sold, bool(made.points), words)
    code = way or _enrol("" if view else enrol_url, words)
    return replace(
        made,
        kind="done",
        rows=tuple(_paid_rows(sold, program, goods=code is None, words=words)),
        code=code,
        total_label=words.t("Paid"),
        total=words.money(sale.paid, sale.currency),
    )


def _paid_rows(sold: SaleDone, program: Program | None, *, goods: bool, words: Words) -> list[Row]:
    """The change first of all; the goods where no code takes their room."""
    sale = sold.sale
    rows = []
    if sale.change:
        change = words.money(sale.change, sale.currency)
        rows.append(Row("", words.t("Change"), change))
    return [*rows, *_sold_rows(sold, program, words)] if goods else rows


def _sold_rows(sold: SaleDone, program: Program | None, words: Words) -> list[Row]:
    """The goods as they stood before paying, and what was taken off."""
    sale = sold.sale
    rows = []
    for number, line in enumerate(sale.lines):
        off = _off(sale.offers, number)
        amount = words.money(line.unit_price * line.quantity - off, sale.currency)
        rows.append(Row(times(line.quantity or line.free, words), words.isolate(line.name), amount))
    for offer in sale.offers:
        if offer.amount and (offer.kind not in _BY_LINE or offer.coupon):
            amount = words.money(-offer.amount, sale.currency)
            rows.append(Row("", _offer_title(offer, program, words), amount, gain=True))
    return rows


def _offer_title(offer: Applied, program: Program | None, words: Words) -> str:
    if offer.kind == "points":
        return words.n("{n} point redeemed", "{n} points redeemed", offer.points)
    return words.isolate(offer_name(offer, program, words))


def _off(offers: Sequence[Applied], number: int) -> int:
    """What is taken off one line by offers that have no row of their own."""
    return sum(
        offer.lines[number]
        for offer in offers
        if offer.kind in _BY_LINE and not offer.coupon and number < len(offer.lines)
    )


def _goodbye_member(till: Till, sold: SaleDone, view: MemberView, words: Words) -> CustomerFace:
    given = _given(sold.entries, sold)
    return replace(
        member(till, view, words),
        title=words.t("Thank you, {name}!", name=view.member.called),
        wish=words.t("See you again soon."),
        gain=words.signed(given) if given > 0 else "",
        gain_caption=words.n("point for you today", "points for you today", given),
    )


def _given(entries: Sequence[LedgerEntry], sold: SaleDone) -> int:
    return earned(entries, sold.sale.id)


def _goodbye(till: Till, sold: SaleDone, program: Program | None, words: Words) -> CustomerFace:
    here = program is not None and program.currency == sold.sale.currency
    days = till.links.claim_days
    waiting = usual_points(sold.sale, program) if program and here and days else 0
    made = replace(guest(till, waiting, "", words), title=words.t("Thank you!"), wish="")
    if not waiting:
        return replace(made, wish=words.t("See you again soon."))
    return replace(
        made,
        foot=words.n("Scan within {n} day to collect.", "Scan within {n} days to collect.", days),
    )


def _slip_code(till: Till, sold: SaleDone, waiting: bool, words: Words) -> Code | None:
    """The way to the points that wait, or to the slip; nothing where no address is set up."""
    links, ref = till.links, sold.sale.ref
    if sold.view is None and waiting and links.claim_url:
        return Code(links.led(links.claim_url, ref), words.t("Scan the code to collect them."))
    if sold.view is not None and links.digital_url:
        return Code(
            links.led(links.digital_url, ref), words.t("This slip on your phone:").rstrip(":")
        )
    return None
