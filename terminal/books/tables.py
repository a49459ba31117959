"""Reports as rows: one shape for the screen and for a spreadsheet. Amounts as decimal text."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from terminal.books.days import Days, TillDay
from terminal.books.journal import Posting
from terminal.books.rolling import POINT_LINES, PRIOR, Roll, columns, points_in
from terminal.money import CURRENCIES

TITLES: Mapping[str, str] = {
    PRIOR: "of earlier periods, known since",
    "earn": "issued with sales",
    "bonus": "given without a sale",
    "redeem": "redeemed",
    "rollback": "given back by returns",
    "clawback": "clawed back by returns",
    "expire": "expired",
    "adjust": "adjusted",
    "donate": "donated",
    "transfer": "transferred",
    "issued": "put aside from sales",
    "given": "points given without a sale",
    "brought": "brought along from another system",
    "adjusted": "adjusted",
    "clawed_back": "clawed back by returns",
    "redeemed": "redeemed",
    "given_back": "given back by returns",
    "donated": "donated",
    "expired": "breakage beyond the estimate",
    "re_estimate": "re-estimate",
}
"""What a line is called for people."""


class Row(NamedTuple):
    """A row of a spreadsheet; what does not apply is empty. Numbers are text: no floats."""

    section: str
    line: str
    bucket: str = ""
    day: str = ""
    till: str = ""
    cashier: str = ""
    points: str = ""
    amount: str = ""
    debit: str = ""
    credit: str = ""
    currency: str = ""


def decimal(minor: int, currency: str) -> str:
    """Minor units as plain decimal text with a point, as "-12.30"."""
    places = CURRENCIES[currency].decimals
    units, rest = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{units}.{rest:0{places}}"


def roll_rows(roll: Roll, postings: Iterable[Posting]) -> list[Row]:
    """A period's report: points by line and bucket, money by line, what is owed by bucket, journal.

    In each of the first two sections the lines add up: opening and movements are the closing.
    """
    return [*_points(roll), *_money(roll), *_owed(roll), *_journal(roll, postings)]


def _points(roll: Roll) -> list[Row]:
    rows = _bucket_rows("opening", roll.points_opening)
    for line in (PRIOR, *POINT_LINES):
        rows += _bucket_rows(TITLES[line], roll.points[line])
    return rows + _bucket_rows("closing", roll.points_closing)


def _bucket_rows(line: str, buckets: Mapping[str, int]) -> list[Row]:
    return [Row("points", line, bucket, points=str(n)) for bucket, n in sorted(buckets.items())]


def _money(roll: Roll) -> list[Row]:
    named = {TITLES[line]: amount for line, amount in roll.money.items()}
    lines = {"opening": roll.opening, **named, "closing": roll.closing}
    return [_amount("liability", line, "", amount, roll) for line, amount in lines.items()]


def _owed(roll: Roll) -> list[Row]:
    owed = sorted(roll.owed_by_bucket.items())
    return [_amount("owed", "closing", bucket, amount, roll) for bucket, amount in owed]


def _amount(section: str, line: str, bucket: str, amount: int, roll: Roll) -> Row:
    money = decimal(amount, roll.currency)
    return Row(section, line, bucket, amount=money, currency=roll.currency)


def _journal(roll: Roll, postings: Iterable[Posting]) -> list[Row]:
    return [
        Row(
            "journal",
            posting.account,
            debit=decimal(posting.debit, roll.currency) if posting.debit else "",
            credit=decimal(posting.credit, roll.currency) if posting.credit else "",
            currency=roll.currency,
        )
        for posting in postings
    ]


def day_rows(days: Days, names: Mapping[str, str]) -> list[Row]:
    """Each till, cashier and day by cause; ``names`` of cashiers by id."""
    return [
        Row("days", TITLES[kind], day=str(row.day), till=row.till,
            cashier=names.get(row.cashier, row.cashier), points=str(points))
        for row in days.rows
        for kind, points in sorted(row.points.items())
    ]  # fmt: skip


def as_csv(rows: Iterable[Row]) -> bytes:
    """A file that spreadsheets open as it is: UTF-8 with its mark, commas, CRLF.

    Text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(Row._fields)
    writer.writerows([_harmless(name, cell) for name, cell in _cells(row)] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cells(row: Row) -> Iterable[tuple[str, str]]:
    return zip(Row._fields, row, strict=True)


def _harmless(name: str, cell: str) -> str:
    is_text = name not in ("points", "amount", "debit", "credit")
    return f"'{cell}" if is_text and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


# -- on the screen -------------------------------------------------------------------------------


def aligned(rows: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Rows as lines of equal columns: the first ``left`` to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def points_table(roll: Roll) -> list[str]:
    """Points by line (down) and by when they lapse (across). Lines in which nothing moved are
    left out."""
    buckets = columns(roll)
    shown = [line for line in (PRIOR, *POINT_LINES) if roll.points[line]]
    lines = [("opening", roll.points_opening)]
    lines += [(TITLES[line], roll.points[line]) for line in shown]
    lines.append(("closing", roll.points_closing))
    rows = [["points", "all", *buckets]]
    for title, points in lines:
        each = [points.get(bucket, 0) for bucket in buckets]
        rows.append([title, str(sum(each)), *map(str, each)])
    return aligned(rows)


def money_table(roll: Roll) -> list[str]:
    """The liability by line, then by when its points lapse."""
    moved = [(TITLES[line], amount) for line, amount in roll.money.items() if amount]
    lines = [("opening", roll.opening), *moved, ("closing", roll.closing)]
    lines += [(f"  of it {bucket}", n) for bucket, n in sorted(roll.owed_by_bucket.items())]
    rows = [[f"liability ({roll.currency})", ""]]
    return aligned(rows + [[line, decimal(amount, roll.currency)] for line, amount in lines])


def journal_table(postings: Sequence[Posting], currency: str) -> list[str]:
    """The journal with its two equal sums."""
    rows = [["journal", "debit", "credit"]]
    for posting in postings:
        debit = decimal(posting.debit, currency) if posting.debit else ""
        credit = decimal(posting.credit, currency) if posting.credit else ""
        rows.append([posting.account, debit, credit])
    debits, credits = sum(p.debit for p in postings), sum(p.credit for p in postings)
    return aligned([*rows, ["sum", decimal(debits, currency), decimal(credits, currency)]])


def days_table(days: Days, names: Mapping[str, str]) -> list[str]:
    """One line for each day, till and cashier, and the sum."""

    def row(of: TillDay) -> list[str]:
        cashier = names.get(of.cashier, of.cashier) or "-"
        figures = (of.issued, of.redeemed, of.other, of.net, of.entries)
        return [str(of.day), of.till, cashier, *map(str, figures)]

    rows = [["day", "till", "cashier", "issued", "redeemed", "other", "net", "entries"]]
    rows += [row(each) for each in days.rows]
    sums = [sum(values) for values in zip(*map(_figures, days.rows), strict=True)] or [0] * 5
    return aligned([*rows, ["all", "", "", *map(str, sums)]], left=3)


def _figures(row: TillDay) -> tuple[int, ...]:
    return row.issued, row.redeemed, row.other, row.net, row.entries


__all__ = [
    "TITLES", "Row", "aligned", "as_csv", "day_rows", "days_table", "decimal", "journal_table",
    "money_table", "points_in", "points_table", "roll_rows",
]  # fmt: skip
