"""The slip of a day: what the till sold, took and gave, then the same for each cashier.

For the shop itself, so in the shop's language. Where no amounts may be told it counts.
"""

from terminal.day import DayFigures, Sums
from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.sales import TenderKind
from terminal.services.models import Till
from terminal.slips import Block, Slip
from terminal.slips_written.parts import RULE, centre, pair, rules_of, sealed, stamp


def day_slip(slip_id: SlipId, till: Till, figures: DayFigures, words: Words) -> Slip:
    """Everything of one local day."""
    amounts = rules_of(till).amounts
    blocks = [
        centre(words.t("End of day"), bold=True, size=2),
        centre(words.day(figures.day)),
        RULE,
        *(_block(row) for row in day_rows(figures.total, words, amounts=amounts)),
        _count(words.t("New members"), figures.enrolments, words),
    ]
    slips = ((words.t("Slips that wait"), figures.waiting),
             (words.t("Slips in doubt"), figures.unknown))  # fmt: skip
    blocks += [_count(label, number, words) for label, number in slips if number]
    for name, sums in figures.cashiers if len(figures.cashiers) > 1 else ():
        blocks += [RULE, centre(name, bold=True)]
        blocks += [_block(row) for row in day_rows(sums, words, amounts=amounts)]
    blocks += [RULE, *stamp(till, figures.as_of, words)]
    return sealed("day", slip_id, till, blocks, words)


def _block(row: tuple[str, str]) -> Block:
    return pair(*row)


def _count(label: str, number: int, words: Words) -> Block:
    return pair(label, words.number(number))


def day_rows(sums: Sums, words: Words, *, amounts: bool) -> list[tuple[str, str]]:
    """Labels and figures, on paper as on the screen; what there was none of is left out, but for
    sales."""
    rows = [(words.t("Sales"), words.number(sums.sales))]
    rows += _counted([(words.t("of them without a card"), sums.guests)], words)
    if amounts:
        rows += _money(sums, words)
    rows += _counted([(words.t("Returns"), sums.returns)], words)
    if amounts:
        rows += [
            (words.t("Paid back"), words.money(minor, currency))
            for currency, minor in sums.back.items()
            if minor
        ]
    rows += [(label, words.signed(n)) for label, n in _points(sums, words) if n]
    return rows + _counted([(words.t("Drawer opened by hand"), sums.openings)], words)


def _counted(counts: list[tuple[str, int]], words: Words) -> list[tuple[str, str]]:
    return [(label, words.number(number)) for label, number in counts if number]


def _money(sums: Sums, words: Words) -> list[tuple[str, str]]:
    rows = [
        (words.t("Takings"), words.money(minor, currency))
        for currency, minor in sums.takings.items()
    ]
    names = {
        TenderKind.CASH.value: words.t("Cash"),
        TenderKind.CARD.value: words.t("Card"),
        TenderKind.GIFT_CARD.value: words.t("Gift card"),
        TenderKind.STORE_CREDIT.value: words.t("Store credit"),
    }
    rows += [
        (names[kind], words.money(minor, currency))
        for (currency, kind), minor in sorted(sums.tenders.items())
        if minor
    ]
    return rows + [
        (words.t("Gift cards sold"), words.money(minor, currency))
        for currency, minor in sums.cards_sold.items()
        if minor
    ]


def _points(sums: Sums, words: Words) -> list[tuple[str, int]]:
    return [
        (words.t("Points given"), sums.given),
        (words.t("Points used"), -sums.used),
        (words.t("Points taken back"), -sums.taken),
        (words.t("Points given back"), sums.restored),
        (words.t("Points expired"), -sums.expired),
        (words.t("Points corrected"), sums.corrected),
    ]
