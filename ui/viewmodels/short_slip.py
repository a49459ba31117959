"""A sale's slip in short, as it lies on the counter when something comes back."""

from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.sales import Sale
from terminal.services.models import Till
from terminal.slips import Block, Slip
from ui.viewmodels.member_words import times


def short_slip(sale: Sale, given: int, till: Till, words: Words) -> Slip:
    """The goods, what was taken off and paid, and the points ``given`` then."""
    w = words
    when = f"{w.day(sale.sold_at)} {w.time(sale.sold_at)}"
    where = till.name if sale.till == till.code else w.t("Till {code}", code=sale.till)
    blocks = [
        Block("text", till.shop, align="center", bold=True),
        Block("text", f"{when} · {where}", align="center"),
        Block("rule"),
    ]
    for line in sale.lines:
        name = line.name if line.quantity == 1 else f"{times(line.quantity, w)} {line.name}"
        blocks.append(Block("pair", name, w.money(line.unit_price * line.quantity, sale.currency)))
    blocks += [Block("rule"), *_sums(sale, given, w)]
    blocks.append(Block("text", w.t("Slip {ref}", ref=sale.ref), align="center"))
    return Slip(SlipId(""), w.language, w.rtl, tuple(blocks))


def _sums(sale: Sale, given: int, words: Words) -> list[Block]:
    w, blocks = words, []
    off = sale.goods - sale.net - sale.redeemed_value
    if off:
        blocks.append(Block("pair", w.t("Taken off"), w.money(-off, sale.currency)))
    if sale.points_redeemed:
        label = w.n("{n} point", "{n} points", sale.points_redeemed)
        paid = w.money(-sale.redeemed_value, sale.currency) if sale.redeemed_value else ""
        blocks.append(Block("pair", label, paid))
    paid = w.money(sale.paid, sale.currency)
    blocks.append(Block("pair", w.t("Paid"), paid, bold=True))
    if given:
        blocks.append(Block("pair", w.t("Points given"), w.signed(given)))
    return blocks
