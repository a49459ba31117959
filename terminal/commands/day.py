"""``day``: a till's end of day on the screen, and on paper where asked for.

The day is the shop's; without a date it is today so far. Nothing is closed by it: the same day can
be told as often as anybody likes.
"""

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime

from terminal.i18n import Words
from terminal.ids import Clock, id_maker
from terminal.ports import Database
from terminal.services.day import DayService
from terminal.services.models import Till
from terminal.slips_written.day import day_rows

Say = Callable[[str], None]


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def add_arguments(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """The command's own arguments; answers its parser, for what all commands share."""
    about = "A till's end of day: sales, tenders, returns, points, and who did what."
    parser = subparsers.add_parser("day", help=about, description=about)
    parser.add_argument(
        "--date", type=date.fromisoformat, metavar="DAY", help="as 2026-01-31; none: today so far"
    )
    parser.add_argument("--print", action="store_true", help="queue the slip as well")
    return parser


def run(
    args: argparse.Namespace, database: Database, till: Till, say: Say, *, clock: Clock = now
) -> int:
    """Tell the figures; 0."""
    service = DayService(database, till, clock=clock, new_id=id_maker(clock))
    figures, words = service.figures(args.date), Words()
    say(f"{words.t('End of day')} · {words.day(figures.day)}, {till.name}")
    _table("", day_rows(figures.total, words, amounts=True), say)
    more = [
        (words.t("New members"), figures.enrolments),
        (words.t("Slips that wait"), figures.waiting),
        (words.t("Slips in doubt"), figures.unknown),
    ]
    _table("", [(label, words.number(number)) for label, number in more], say)
    for name, sums in figures.cashiers:
        _table(name, day_rows(sums, words, amounts=True), say)
    if args.print:
        service.print(args.date)
        say("The slip is in the queue: the till prints it while its window is open.")
    return 0


def _table(head: str, rows: list[tuple[str, str]], say: Say) -> None:
    if head:
        say(f"\n{head}")
    wide = max(len(label) for label, _ in rows)
    say("\n".join(f"{label:<{wide}}  {value:>14}" for label, value in rows))
