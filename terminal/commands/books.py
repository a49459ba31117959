"""``books``: the accountant's reports, on the screen and as a file for a spreadsheet.

``books period FROM UNTIL`` is the roll-forward of the liability for points with its journal;
``books days DAY [UNTIL]`` what each till and cashier issued and redeemed. Days are the shop's; the
last one is not in it. Nothing in the ledger is changed; ``--sign-off`` keeps a period for good.
"""

import argparse
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from terminal.books.closing import (
    ClosedPeriod,
    PeriodClosed,
    PeriodFiles,
    PeriodNotNext,
    PeriodNotOver,
)
from terminal.books.journal import ACCOUNTS, Posting, journal
from terminal.books.revenue import Estimate
from terminal.books.rolling import Roll
from terminal.books.tables import (
    Row,
    as_csv,
    day_rows,
    days_table,
    decimal,
    journal_table,
    money_table,
    points_table,
    roll_rows,
)
from terminal.ids import Clock
from terminal.money import CURRENCIES
from terminal.place import data_folder
from terminal.services.bookkeeping import Bookkeeping, BooksDatabase
from terminal.services.models import Till

Say = Callable[[str], None]


class _CannotSay(Exception):  # noqa: N818 - leaves this module as a sentence
    """Why there is no report, for the person who asked."""


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def add_arguments(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """The command's own arguments; answers its parser, for what all commands share."""
    about = "The accountant's books: what points owed are worth, and what each day did."
    parser = subparsers.add_parser("books", help=about, description=about)
    reports = parser.add_subparsers(dest="report", required=True, metavar="REPORT")
    period = reports.add_parser("period", help="roll-forward of the liability, with its journal")
    period.add_argument("start", type=_day, metavar="FROM", help="first day, as 2026-01-01")
    period.add_argument("until", type=_day, metavar="UNTIL", help="the day after the last one")
    for name, kind, shown, default, text in _PERIOD_OPTIONS:
        period.add_argument(name, type=kind, metavar=shown, default=default, help=text)
    days = reports.add_parser("days", help="issued and redeemed by day, till and cashier")
    days.add_argument("start", type=_day, metavar="DAY", help="as 2026-01-01")
    days.add_argument("until", type=_day, nargs="?", metavar="UNTIL", help="the day after the last")
    for report in (period, days):
        report.add_argument("--csv", type=Path, metavar="FILE", help="write a spreadsheet too")
    return parser


def run(
    args: argparse.Namespace,
    database: BooksDatabase,
    till: Till,
    say: Say,
    *,
    clock: Clock = now,
) -> int:
    """Make the report that was asked for; 0, or 2 with a sentence that says what is missing."""
    try:
        if args.until is not None and args.until <= args.start:
            raise _CannotSay("The last day comes before the first one.")
        make = _days if args.report == "days" else _period
        rows = make(args, database, till, say, clock)
        _write(args.csv, rows, say)
    except _CannotSay as why:
        say(str(why))
        return 2
    return 0


# -- period --------------------------------------------------------------------------------------


def _period(
    args: argparse.Namespace, database: BooksDatabase, till: Till, say: Say, clock: Clock
) -> list[Row]:
    folder = args.records or data_folder(args.data, demo=args.demo) / "books"
    books = Bookkeeping(database, till, clock, PeriodFiles(folder))
    accounts = _accounts(args.accounts)
    closed = books.signed(args.start, args.until)
    if closed is None:
        closed, report = _made(args, books, till, accounts)
    else:
        report = closed.roll
    postings = closed.journal if closed else journal(report, accounts)
    _show(args, till, report, postings, closed, say)
    return roll_rows(report, postings)


def _made(
    args: argparse.Namespace, books: Bookkeeping, till: Till, accounts: dict[str, str]
) -> tuple[ClosedPeriod | None, Roll]:
    estimate = _estimate(args, books, till)
    try:
        if args.sign_off is None:
            return None, books.roll_forward(args.start, args.until, estimate)
        closed = books.sign_off(args.start, args.until, estimate, args.sign_off, accounts)
    except PeriodClosed as refusal:
        raise _CannotSay(
            f"Periods up to {refusal.details['until']} are signed off and stay as they are."
            " Ask for exactly one of them, or begin there."
        ) from refusal
    except PeriodNotNext as refusal:
        raise _CannotSay(
            f"The next period to sign off begins on {refusal.details['expected']}."
        ) from refusal
    except PeriodNotOver as refusal:
        raise _CannotSay("This period is not over yet; it can be signed off then.") from refusal
    return closed, closed.roll


def _estimate(args: argparse.Namespace, books: Bookkeeping, till: Till) -> Estimate:
    rate, basis = args.rate, "as given"
    if rate is None:
        seen = books.experience(args.until, args.months)
        rate = seen.rate_bp
        basis = (
            f"experience of {args.months} months: {seen.redeemed} points redeemed, {seen.expired}"
            f" expired, {seen.written_off} written off"
        )
    if rate is None:
        raise _CannotSay(
            f"No points came to an end in {args.months} months, so there is no experience."
            " Give the share that you expect to be redeemed: --rate 80"
        )
    if rate > 10_000:
        raise _CannotSay("More than all points can't be redeemed: --rate goes up to 100.")
    block, value = _value(args.value, books, till)
    return Estimate(rate_bp=rate, basis=basis, block=block, value=value, vat_bp=args.vat)


def _value(given: str | None, books: Bookkeeping, till: Till) -> tuple[int, int]:
    program = books.program()
    if given is None:
        if program is None or program.redemption is None:
            raise _CannotSay(
                "The programme does not say what points are worth in money."
                " Give it: --value 100=1.00"
            )
        return program.redemption.block, program.redemption.value
    points, _sign, money = given.partition("=")
    minor = _scaled(money, CURRENCIES[till.currency].decimals)
    if not points.isdecimal() or int(points) < 1 or minor is None:
        raise _CannotSay(f"{given} is no worth of points. Write it as 100=1.00")
    return int(points), minor


def _accounts(path: Path | None) -> dict[str, str]:
    """Account names by line; known lines only, so that a slip of the pen is seen."""
    if path is None:
        return {}
    try:
        named = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise _CannotSay(f"{path} can't be read: {error}") from error
    unknown = sorted(set(named) - set(ACCOUNTS))
    if unknown:
        raise _CannotSay(f"{path}: unknown {unknown[0]}; known: {', '.join(ACCOUNTS)}")
    return {line: str(name) for line, name in named.items()}


def _show(
    args: argparse.Namespace,
    till: Till,
    report: Roll,
    postings: Sequence[Posting],
    closed: ClosedPeriod | None,
    say: Say,
) -> None:
    estimate = report.estimate
    say(f"{till.shop}: points owed, from {args.start} up to, not with, {args.until}")
    say(
        f"Expected to be redeemed: {_percent(estimate.rate_bp)} ({estimate.basis});"
        f" before: {_percent(report.opening_rate_bp)}."
        f" {estimate.block} points are worth {decimal(estimate.value, till.currency)}"
        f" {till.currency}; tax in prices: {_percent(estimate.vat_bp)}."
    )
    for table in (
        points_table(report),
        money_table(report),
        journal_table(postings, till.currency),
    ):
        say("\n".join(["", *table]))
    say("")
    for note in _notes(report):
        say(note)
    say(_signature(closed))


def _notes(report: Roll) -> list[str]:
    notes = []
    if not report.continues and report.points_opening:
        notes.append("The period before was not signed off: its balance is today's computation.")
    if report.lapsed:
        notes.append(
            f"Points past their time and not booked out yet: {report.lapsed}; nothing is owed for"
            " them."
        )
    if report.debtors:
        notes.append(f"Members who redeemed more than they had: {report.debtors}.")
    return notes


def _signature(closed: ClosedPeriod | None) -> str:
    if closed is None:
        return "Not signed off.   Date: ____________   Name: ______________________"
    return f"Signed off by {closed.signed_by} on {closed.signed_at:%Y-%m-%d %H:%M} UTC."


# -- days ----------------------------------------------------------------------------------------


def _days(
    args: argparse.Namespace, database: BooksDatabase, till: Till, say: Say, clock: Clock
) -> list[Row]:
    books = Bookkeeping(database, till, clock)
    days = books.day_totals(args.start, args.until)
    names = books.names(days)
    say("\n".join(days_table(days, names)))
    say(f"Open debts at the end: {days.debt} points. Members who owe them: {days.debtors}.")
    return day_rows(days, names)


# -- in and out ----------------------------------------------------------------------------------


def _write(path: Path | None, rows: Sequence[Row], say: Say) -> None:
    if path is None:
        return
    try:
        path.write_bytes(as_csv(rows))
    except OSError as error:
        raise _CannotSay(f"{path} can't be written: {error}") from error
    say(f"Written to {path}.")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _hundredths(text: str) -> int:
    """Percent as basis points. Raises ValueError for what is no percentage."""
    found = _scaled(text, 2)
    if found is None:
        raise ValueError(text)
    return found


def _scaled(text: str, decimals: int) -> int | None:
    """Decimal text as a whole number of its last place; None where it is not one."""
    try:
        number = Decimal(text).scaleb(decimals)
    except InvalidOperation:
        return None
    return int(number) if number.is_finite() and number >= 0 and number == int(number) else None


def _percent(bp: int) -> str:
    return f"{bp // 100}.{bp % 100:02} %"


def _months(text: str) -> int:
    """At least one. Raises ValueError for what is no number of months."""
    if not 1 <= (months := int(text)) <= 600:
        raise ValueError(text)
    return months


_PERIOD_OPTIONS: Sequence[tuple[str, Callable[[str], object], str, object, str]] = (
    ("--rate", _hundredths, "PERCENT", None, "points redeemed in the end; else by experience"),
    ("--months", _months, "N", 12, "months of experience to go by (%(default)s)"),
    ("--value", str, "POINTS=MONEY", None, "their worth, as 100=1.00; else the programme's"),
    ("--vat", _hundredths, "PERCENT", 0, "tax that is in the prices"),
    ("--accounts", Path, "FILE", None, "names of accounts (TOML)"),
    ("--records", Path, "DIR", None, "where signed-off periods are; else in the till's data"),
    ("--sign-off", str, "NAME", None, "close the period for good, in this name"),
)
"""Name, type, how its value is called, what it is if not given, and the help."""
