"""``programme``: show, check, compare, simulate, publish and explain the shop's programme.

A file is a programme as ``programme export`` writes it. Nothing is changed but by ``publish``, and
that only adds a version that begins in time to come.
"""

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from terminal.changes_told import change_in_words, section_name
from terminal.errors import (
    NoProgram,
    NoSuchCampaign,
    NoSuchVersion,
    OtherCurrency,
    ProgramBroken,
    ProgramDateRefused,
    ProgramRefused,
    TerminalError,
)
from terminal.explain import explain
from terminal.findings_told import finding_in_words, severity_in_words
from terminal.i18n import Words
from terminal.ids import Clock
from terminal.policies_told import policy_in_words
from terminal.ports import Database
from terminal.programs.checking import Finding
from terminal.programs.diffing import diff
from terminal.programs.file import read
from terminal.programs.model import Program
from terminal.services.models import Till
from terminal.services.programming import Programming
from terminal.services.simulated import Simulated
from terminal.services.simulation import dry_run, simulate
from terminal.telling import (
    challenge_in_words,
    promotion_in_words,
    referral_clauses,
    reward_in_words,
    rule_in_words,
)

Say = Callable[[str], None]
_REASONS = (NoProgram, NoSuchVersion, NoSuchCampaign, OtherCurrency, ProgramDateRefused)
_EVERY = 10_000
"""Purchases between two words on how far a simulation is."""


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def add_arguments(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """The command's own arguments; answers its parser, for what all commands share."""
    about = "The shop's programme: what gives points, what they are worth, and since when."
    parser = subparsers.add_parser("programme", help=about, description=about)
    does = parser.add_subparsers(dest="does", required=True, metavar="WHAT")
    show = does.add_parser("show", help="the programme in force, in words")
    show.add_argument("version", nargs="?", type=int, help="another version")
    export = does.add_parser("export", help="a version as a file to change")
    export.add_argument("version", nargs="?", type=int, help="default: the one in force")
    export.add_argument("--to", type=Path, metavar="FILE", help="write it there")
    does.add_parser("versions", help="every version and since when")
    for name, about in (
        ("check", "contradictions and costs, each with a case"),
        ("diff", "what a file changes of the programme in force"),
        ("simulate", "what a file would have given for past purchases"),
        ("publish", "let a file begin as the next version"),
    ):
        does.add_parser(name, help=about).add_argument("file", type=Path, metavar="FILE")
    simulation = does.choices["simulate"]
    simulation.add_argument("--days", type=int, default=30, help="how far back (default: 30)")
    simulation.add_argument("--campaign", metavar="CODE", help="only this one, with and without it")
    does.choices["publish"].add_argument(
        "--from", dest="begins", metavar="WHEN", help="a day or moment, as 2026-12-01"
    )
    entry = does.add_parser("explain", help="the arithmetic behind points")
    entry.add_argument("entry", help="a slip's number or an entry's id")
    return parser


def run(
    args: argparse.Namespace, database: Database, till: Till, say: Say, *, clock: Clock = now
) -> int:
    """Do what was asked for; 0, or 2 with the reason why not."""
    command = _Command(args, database, till, say, clock)
    try:
        return command.run()
    except ProgramBroken as broken:
        problems = broken.details["problems"]
        assert isinstance(problems, tuple)  # noqa: S101 - what this refusal always carries
        for problem in problems:
            say(f"{args.file}: {problem}")
    except ProgramRefused as refused:
        findings = refused.details["findings"]
        assert isinstance(findings, tuple)  # noqa: S101 - what this refusal always carries
        command.found(list(findings))
    except _REASONS as error:
        say(_sentence(error, command.words))
    except BrokenPipeError:  # nobody reads along any more
        raise
    except OSError as error:
        say(f"{error.filename}: {error.strerror}")
    return 2


class _Command:
    """One run of the command."""

    def __init__(
        self, args: argparse.Namespace, database: Database, till: Till, say: Say, clock: Clock
    ) -> None:
        self._args = args
        self._database = database
        self._till = till
        self._say = say
        self._clock = clock
        self._service = Programming(database, till, clock)
        self.words = Words(till.language, paper=True)

    def run(self) -> int:
        """What was asked for."""
        does: dict[str, Callable[[], int]] = {
            "show": self._show,
            "check": self._check,
            "diff": self._diff,
            "simulate": self._simulate,
            "publish": self._publish,
            "export": self._export,
            "explain": self._explain,
            "versions": self._versions,
        }
        return does[self._args.does]()

    def _file(self) -> Program:
        return read(self._args.file.read_text("utf-8-sig"))

    def _zoned(self, program: Program) -> Words:
        return Words(self._till.language, paper=True, zone=ZoneInfo(program.zone))

    # -- reading ---------------------------------------------------------------------------------

    def _show(self) -> int:
        program = self._service.version(self._args.version)
        words = self._zoned(program)
        self._say(f"{program.code} {program.version}, {words.day(program.effective_from)}")
        for section, lines in _told(program, words):
            self._say("")
            self._say(section_name(section, words))
            for line in lines:
                self._say(f"  {line}")
        return 0

    def _export(self) -> int:
        text = self._service.export(self._args.version)
        if self._args.to is None:
            self._say(text.rstrip("\n"))
        else:
            self._args.to.write_text(text, "utf-8")
        return 0

    def _versions(self) -> int:
        states = {
            "past": self.words.t("over"),
            "in_force": self.words.t("in force"),
            "coming": self.words.t("to come"),
        }
        for version in self._service.versions():
            program = version.program
            words = self._zoned(program)
            begins = f"{words.day(program.effective_from)} {words.time(program.effective_from)}"
            self._say(f"{program.version}  {program.code}  {begins}  {states[version.state]}")
        return 0

    def _explain(self) -> int:
        found = self._service.entry(self._args.entry)
        if not found:
            self._say(self.words.t("Nothing was found under {name}.", name=self._args.entry))
            return 2
        for entry, program in found:
            points = self.words.n("{n} point", "{n} points", abs(entry.points))
            sign = "-" if entry.points < 0 else "+"
            self._say(f"{sign}{points}, {self.words.day(entry.decided_at)}")
            for line in explain(entry, self.words, program):
                self._say(f"  {line}")
        return 0

    # -- a file ----------------------------------------------------------------------------------

    def _check(self) -> int:
        return self.found(self._service.check(self._file()))

    def found(self, findings: list[Finding]) -> int:
        """Say what was found; 2 where something is refused."""
        for finding in findings:
            told = finding_in_words(finding, self.words)
            self._say(f"{severity_in_words(finding, self.words)}: {finding.where}: {told}")
        if not findings:
            self._say(self.words.t("Nothing to be said against it."))
        return 2 if any(finding.severity == "refused" for finding in findings) else 0

    def _diff(self) -> int:
        new, old = self._file(), self._service.current()
        changes = diff(old, new)
        for change in changes:
            self._say(change_in_words(change, old, new, self.words))
        if not changes:
            self._say(self.words.t("Nothing changes."))
        return 0

    def _publish(self) -> int:
        program = self._file()
        begins = _moment(self._args.begins, program.zone) if self._args.begins else None
        made = self._service.publish(program, begins)
        words = self._zoned(made)
        when = f"{words.day(made.effective_from)} {words.time(made.effective_from)}"
        self._say(words.t("Version {version} begins {when}.", version=made.version, when=when))
        return 0

    def _simulate(self) -> int:
        program, until = self._file(), self._clock()
        since = until - timedelta(days=self._args.days)
        if self._args.campaign:
            code = self._args.campaign
            result = dry_run(self._database, program, code, since, until, self._progress)
        else:
            result = simulate(self._database, program, since, until, self._progress)
        for line in _report(result, self.words):
            self._say(line)
        return 0

    def _progress(self, done: int) -> None:
        if done and done % _EVERY == 0:
            self._say(self.words.n("{n} purchase …", "{n} purchases …", done))


def _moment(text: str, zone: str) -> datetime:
    """A day begins when the shop's day does. Raises ProgramDateRefused."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ProgramDateRefused(why="unknown", at=text) from None
    if len(text) == len("2026-12-01"):
        moment = datetime.combine(date.fromisoformat(text), time())
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _told(program: Program, words: Words) -> list[tuple[str, list[str]]]:
    """Every section that says something, in words."""
    sections: list[tuple[str, list[str]]] = [
        ("rules", [rule_in_words(rule, program, words) for rule in program.rules]),
        ("promotions", [promotion_in_words(p, program, words) for p in program.promotions]),
        ("rewards", [reward_in_words(reward, program, words) for reward in program.rewards]),
        ("challenges", [challenge_in_words(c, program, words) for c in program.challenges]),
    ]
    tiers = [" · ".join(policy_in_words(tier, program, words)) for tier in program.tiers]
    sections.append(("tiers", tiers if len(tiers) > 1 else []))
    if program.referral:
        sections.append(("referral", referral_clauses(program.referral, program, words)))
    if program.redemption:
        sections.append(("redemption", policy_in_words(program.redemption, program, words)))
    policies = (
        ("tiering", program.tiering), ("basis", program.basis), ("earning", program.earning),
        ("expiry", program.expiry), ("pending", program.pending),
        ("returning", program.returning), ("household", program.household),
        ("offline", program.offline), ("web", program.web),
    )  # fmt: skip
    sections += [(name, policy_in_words(policy, program, words)) for name, policy in policies]
    return [(name, lines) for name, lines in sections if lines]


def _report(result: Simulated, words: Words) -> list[str]:
    """Both programmes side by side, then each rule."""
    old, new = result.old, result.new
    currency = new.program.currency

    def money(minor: int) -> str:
        return words.money(minor, currency)

    purchases = words.n("{n} purchase", "{n} purchases", result.sales + result.orders)
    members = words.n("{n} member", "{n} members", result.members)
    lines = [f"{purchases}, {members}"]
    if result.skipped:
        skipped = words.n("{n} purchase left out", "{n} purchases left out", result.skipped)
        lines.append(skipped)
    rows = (
        (words.t("Points earned"), words.number(old.earned), words.number(new.earned)),
        (words.t("Worth"), money(old.points_value), money(new.points_value)),
        (words.t("Points used"), words.number(old.spent), words.number(new.spent)),
        (words.t("Taken off"), money(old.money_off), money(new.money_off)),
        (words.t("Paid with points"), money(old.redeemed), money(new.redeemed)),
        (words.t("To pay"), money(old.net), money(new.net)),
    )
    lines += [f"{label}: {before} {words.arrow} {after}" for label, before, after in rows]
    return [*lines, *_rules_told(result, words)]


def _rules_told(result: Simulated, words: Words) -> list[str]:
    """What each rule gave, took off and costs, whom it touched and what they paid."""
    currency, lines = result.new.program.currency, []
    for code in result.codes():
        before, after = result.old.tally(code), result.new.tally(code)
        costs = [words.money(side.cost_of(code), currency) for side in (result.old, result.new)]
        points, worth, to_pay = words.t("Points"), words.t("Worth"), words.t("To pay")
        arrow = words.arrow
        figures = [
            f"{points} {words.number(before.points)} {arrow} {words.number(after.points)}",
            f"{worth} {costs[0]} {arrow} {costs[1]}",
            words.n("{n} member", "{n} members", after.members),
            f"{to_pay} {words.money(after.turnover, currency)}",
        ]
        lines.append(f"  {code}: {', '.join(figures)}")
    return lines


def _sentence(error: TerminalError, words: Words) -> str:
    """Why not, for the person at the keyboard."""
    details = {name: str(value) for name, value in error.details.items()}
    match error:
        case NoProgram():
            return words.t("No programme is in force.")
        case NoSuchVersion():
            return words.t("There is no version {version}.", **details)
        case NoSuchCampaign():
            return words.t("There is no rule, promotion or reward {campaign}.", **details)
        case OtherCurrency():
            return words.t("The file counts in {currency}, the shop in {expected}.", **details)
    return {
        "missing": words.t("Say when it begins: --from 2026-12-01."),
        "past": words.t("{at} is over: a version begins in time to come.", **details),
        "unknown": words.t("{at} is no day and no moment.", **details),
    }[details["why"]]
