"""``import``: members, cards, balances and history from another system's files, and back again.

``import members.csv --mapping old.toml --dry-run`` says what would happen; without ``--dry-run`` it
happens. Without a mapping the columns are guessed, shown and tried, never booked. 0: every row was
taken; 1: some were refused, see the report; 2: nothing could be done.
"""

import argparse
import csv
import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from terminal.folding import fold
from terminal.i18n import Words
from terminal.ids import Clock, NewId, id_maker
from terminal.importing.mapping import FileFormat, Mapping, as_toml, load, used
from terminal.importing.problems import Finding, ImportStopped, Level, harmless
from terminal.importing.reading import Shape
from terminal.importing.records import ImportId, import_id
from terminal.importing.running import Tally
from terminal.importing.sentences import told
from terminal.ports import Database
from terminal.services.importer import ImportService, Looked, Watching
from terminal.services.models import Till

Say = Callable[[str], None]

SHOWN = 10
"""Lines of the report that are said too; all of them are in the file."""
_HEADER = ("result", "file", "line", "column", "value", "what", "remedy")


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def add_arguments(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """The command's own arguments; answers its parser, for what all commands share."""
    about = "Bring members, cards, balances and history along from another system's CSV files."
    parser = subparsers.add_parser("import", help=about, description=about)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the members' file")
    for name, kind, shown, text in _OPTIONS:
        parser.add_argument(name, type=kind, metavar=shown, help=text)
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
    parser.add_argument("--list", action="store_true", help="the imports that there are")
    parser.add_argument(
        "--spent", choices=("refuse", "take"), default="refuse",
        help="undoing: leave rows whose points were spent since, or take what is left",
    )  # fmt: skip
    return parser


_OPTIONS = (
    ("--history", Path, "FILE", "the history's file"),
    ("--mapping", Path, "FILE", "which column is what (TOML); without it: guess, show and try"),
    ("--write-mapping", Path, "FILE", "write the mapping as it was understood, to be edited"),
    ("--report", Path, "FILE", "write every finding as CSV"),
    ("--undo", str, "NAME", "take back the import of this name"),
)


def run(
    args: argparse.Namespace,
    database: Database,
    till: Till,
    say: Say,
    clock: Clock = now,
    new_id: NewId | None = None,
) -> int:
    """Do what was asked for. Raises what storage and programme refuse with."""
    service = ImportService(database, till, clock=clock, new_id=new_id or id_maker(clock))
    command = _Command(args, service, Words(till.language), say)
    try:
        with ExitStack() as stack:
            command.open_report(stack)
            return command.run()
    except ImportStopped as stopped:
        where = f"{stopped.details['path']}: " if stopped.details["path"] else ""
        say(f"{where}{stopped.details['problem']}")
    except KeyboardInterrupt:
        say(command.words.t("Stopped. Run it again to go on where it stopped."))
    return 2


class _Command:
    """The command as it runs: says, writes the report, counts."""

    def __init__(
        self, args: argparse.Namespace, service: ImportService, words: Words, say: Say
    ) -> None:
        self._args, self._service, self._say = args, service, say
        self.words = words
        self._sheet: Callable[[tuple[str, ...]], object] | None = None
        self._said = self._tenths = 0

    def run(self) -> int:
        if self._args.list:
            return self._list()
        if self._args.undo:
            return self._undo(self._args.undo)
        return self._import()

    def open_report(self, stack: ExitStack) -> None:
        """A sheet with a mark in front, or spreadsheets would read it in their own encoding."""
        path: Path | None = self._args.report
        if path is not None:
            file = stack.enter_context(_written(path, "utf-8-sig"))
            self._sheet = csv.writer(file).writerow
            self._sheet(_HEADER)

    # -- importing ---------------------------------------------------------------------------

    def _import(self) -> int:
        args = self._args
        if not (args.file or args.history):
            raise ImportStopped(path="", problem=self.words.t("Name a file to import."))
        guessed = args.mapping is None
        mapping = _unnamed(args.file or args.history) if guessed else load(args.mapping)
        looked = self._service.look(mapping, args.file, args.history)
        self._show(looked)
        if args.write_mapping:
            with _written(args.write_mapping, "utf-8") as file:
                file.write(as_toml(looked.mapping))
        trial = args.dry_run or guessed
        if guessed:
            self._say(self.words.t("The columns were guessed: this is a trial, nothing is booked."))
        done = self._service.run(looked, self._watching(), trial=trial)
        self._sum_up(done.tally, trial=trial)
        if done.record:
            self._say(self.words.t("To take it back: import --undo {name}", name=done.record.name))
        return 1 if done.tally.refused else 0

    def _show(self, looked: Looked) -> None:
        pairs = (
            (looked.members, used(looked.mapping.columns), looked.mapping.file),
            (looked.history, used(looked.mapping.history.columns), looked.mapping.history.file),
        )
        for shape, columns, wanted in pairs:
            if shape is not None:
                self._show_one(shape, columns, wanted)

    def _show_one(
        self, shape: Shape, columns: dict[str, tuple[str, ...]], wanted: FileFormat
    ) -> None:
        words = self.words
        self._say(
            words.t(
                "{file}: {encoding}, delimiter {delimiter}, rows: {rows}",
                file=shape.path.name, encoding=shape.encoding.removesuffix("-sig"),
                delimiter={"\t": "TAB"}.get(shape.delimiter, shape.delimiter),
                rows=words.number(shape.rows),
            )
        )  # fmt: skip
        for field, names in columns.items():
            self._say(f"  {field} = {harmless(', '.join(names))}")
        taken = {name for names in columns.values() for name in names}
        left = [harmless(name) for name in shape.header if name not in taken and name]
        if left:
            self._say("  " + words.t("not used: {columns}", columns=", ".join(left)))

    def _sum_up(self, tally: Tally, *, trial: bool) -> None:
        words = self.words
        self._say(words.t("Would be done:") if trial else words.t("Done:"))
        for text, count in (
            (words.t("rows read"), tally.read),
            (words.t("new members"), tally.created),
            (words.t("members brought up to date"), tally.updated),
            (words.t("points added to members"), tally.merged),
            (words.t("histories added to members"), tally.history),
            (words.t("movements of history"), tally.movements),
            (words.t("imported before"), tally.known),
            (words.t("repeated rows"), tally.repeated),
            (words.t("skipped"), tally.skipped),
            (words.t("refused"), tally.refused),
            (words.t("points in all"), tally.points),
        ):
            if count or text in (words.t("refused"), words.t("points in all")):
                self._say(f"  {words.number(count):>12}  {text}")

    def _watching(self) -> Watching:
        return Watching(self._find, self._progress)

    def _progress(self, done: int, total: int) -> None:
        tenths = done * 10 // max(total, 1)
        if tenths > self._tenths:
            self._tenths = tenths
            number = self.words.number
            self._say(self.words.t("{done} of {total}", done=number(done), total=number(total)))

    def _find(self, finding: Finding) -> None:
        what, remedy = told(finding, self.words)
        if self._sheet is not None:
            cells = (
                finding.level.value, finding.file, str(finding.line), finding.column,
                finding.value, what, remedy,
            )  # fmt: skip
            self._sheet(tuple(harmless(cell) for cell in cells))
        if finding.level is Level.REFUSED:
            self._said += 1
            if self._said <= SHOWN:
                self._say(self._sentence(finding, f"{what} {remedy}".strip()))
            elif self._said == SHOWN + 1:
                self._say(self.words.t("… and more: --report FILE writes them all down."))

    def _sentence(self, finding: Finding, text: str) -> str:
        where = f"{finding.file}:{finding.line}"
        cell = f"{finding.column} “{finding.value}”" if finding.value else finding.column
        return f"{where}: {harmless(cell)}: {text}" if cell else f"{where}: {text}"

    # -- what is there -----------------------------------------------------------------------

    def _undo(self, name: str) -> int:
        known = {record.id for record in self._service.all()}
        which = ImportId(name) if name in known else import_id(name)
        done = self._service.undo(which, self._args.spent, self._watching())
        words = self.words
        for text, count in (
            (words.t("rows undone"), done.rows),
            (words.t("rows left"), done.left),
            (words.t("points taken back"), -done.points),
            (words.t("points that stay spent"), done.spent),
        ):
            self._say(f"  {words.number(count):>12}  {text}")
        return 1 if done.left else 0

    def _list(self) -> int:
        words = self.words
        for record in self._service.all():
            rows = record.created + record.updated + record.merged + record.history
            points, counted = words.number(record.points), words.number(rows)
            self._say(
                f"{record.name}  {words.day(record.started_at)}  {record.state.value}  "
                + words.t("rows: {rows}, points: {points}", rows=counted, points=points)
            )
        return 0


def _unnamed(path: Path) -> Mapping:
    """A mapping for a file that has none yet, called as the file."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(path.stem)).strip("-")[:40].strip("-")
    return Mapping(name=plain or "import")


def _written(path: Path, encoding: str) -> IO[str]:
    try:
        return path.open("w", encoding=encoding, newline="")
    except OSError as error:
        raise ImportStopped(path=str(path), problem=f"it can't be written: {error}") from error
