"""The slip of a return: which sale, what came back, the money, and what went back to and from the
member."""

from collections.abc import Sequence

from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.ledger import EntryKind, LedgerEntry
from terminal.returns import Return
from terminal.sales import Sale, Tender
from terminal.services.models import MemberView, Till
from terminal.slips import Block, Slip
from terminal.slips_written.parts import (
    RULE,
    centre,
    money_of,
    pair,
    points_now,
    qr,
    rules_of,
    sealed,
    stamp,
    times,
    who,
)
from terminal.slips_written.sale import label_of


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
    """``cards`` is what gift cards and store credit got back; ``shortfall`` are points that were
    spent and are let go. The code is the sale's: what is left of it may come back with this slip.
    """
    blocks = [centre(words.t("RETURN"), bold=True, size=2), RULE, *who(view, words)]
    blocks += [pair(words.t("Sale"), sale.ref), *_came_back(till, sale, back, words)]
    for card in cards:
        blocks += money_of(till, label_of(card, words), card.amount, back.currency, words)
    if rules_of(till).amounts:
        paid = words.money(back.money_back, back.currency)
        blocks.append(pair(words.t("Paid back"), paid, bold=True))
    blocks += [RULE, *_points(entries, shortfall, words)]
    if view is not None:
        blocks += [*points_now(view, words), RULE]
    blocks += [qr(till.links.code(sale.ref)), *stamp(till, back.returned_at, words, back.ref)]
    return sealed("return", slip_id, till, blocks, words)


def _came_back(till: Till, sale: Sale, back: Return, words: Words) -> list[Block]:
    """The pieces that came back; nothing where it was the whole sale."""
    if not rules_of(till).amounts:
        return []
    came = [(sale.lines[line.place], line.quantity) for line in back.lines]
    return [Block("text", f"{times(n, words)} {line.name}") for line, n in came]


def _points(entries: Sequence[LedgerEntry], shortfall: int, words: Words) -> list[Block]:
    taken = sum(e.points for e in entries if e.kind is EntryKind.CLAWBACK)
    given = sum(e.points for e in entries if e.kind is EntryKind.ROLLBACK)
    blocks = []
    if taken:
        blocks.append(pair(words.t("Points taken back"), words.signed(taken)))
    if given:
        blocks.append(pair(words.t("Points given back"), words.signed(given)))
    if shortfall:
        blocks.append(pair(words.t("Points let go"), words.number(shortfall)))
    return blocks
