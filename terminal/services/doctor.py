"""The doctor: every part of the till with its state and, where it is not well, the remedy.

Each part is looked at on its own, so that a broken one hides nothing of the others. What is looked
at comes in from ``main``: this module knows neither devices nor the network.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from terminal.ports import Database
from terminal.settings import PrinterSettings, ScannerSettings, Settings

Look = tuple[str, str]
"""A state, and the remedy or ""."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one part stands. ``remedy`` is empty when there is nothing to do."""

    part: str
    state: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{'OK ' if not self.remedy else '!! '} {self.part}: {self.state}"
        return f"{line}\n      {self.remedy}" if self.remedy else line


@dataclass(frozen=True, slots=True)
class Probe:
    """How to look at one part; ``look`` answers (state, remedy) or raises."""

    part: str
    look: Callable[[], Look]


def as_json(findings: Iterable[Finding]) -> str:
    """All findings for a program that watches tills: part, state, remedy and whether it is well."""
    told = [
        {"part": one.part, "well": not one.remedy, "state": one.state, "remedy": one.remedy}
        for one in findings
    ]
    return json.dumps(told, ensure_ascii=False, indent=2)


def examine(probes: Iterable[Probe], failures: tuple[type[Exception], ...]) -> list[Finding]:
    """Look at everything; ``failures`` are the errors a part may raise on purpose."""
    findings = []
    for probe in probes:
        try:
            state, remedy = probe.look()
        except failures as error:
            state, remedy = f"{type(error).__name__}: {error}", "see above; then look again"
        findings.append(Finding(probe.part, state, remedy))
    return findings


def look_at_database(path: Path, database: Database) -> Look:
    """An open database answers."""
    with database.read() as uow:
        return f"{path}, {uow.members.count()} members", ""


def look_at_secrets(place: str) -> Look:
    """Where secrets are kept on this machine."""
    if place == "keyring":
        return "in the keyring", ""
    return f"no keyring on this machine; kept in {place}, readable by its owner only", ""


def look_at_scanner(wanted: ScannerSettings, try_line: Callable[[str, int], None]) -> Look:
    """The line opens; ``try_line`` raises where it does not."""
    if not wanted.port:
        return "none set up", "name its port in settings.toml: [scanner] port = ..."
    try_line(wanted.port, wanted.baudrate)
    return f"{wanted.port} at {wanted.baudrate} baud", ""


def look_at_printer(
    wanted: PrinterSettings, cause: Callable[[], str], say: Callable[[str], str]
) -> Look:
    """The printer answers; ``cause`` is "" when it is well, ``say`` makes a remedy of it."""
    if not wanted.target:
        return "none set up", "name it in settings.toml: [printer] target = ..."
    found = cause()
    return f"{wanted.target} {found}".strip(), say(found) if found else ""


def look_at_store(asked: Callable[[], Look | None], say: Callable[[str], str]) -> Look:
    """The online store lets us in. ``asked``: (what it says, problem code), None for no store."""
    found = asked()
    if found is None:
        return "none set up", ""
    state, problem = found
    return state, say(problem) if problem else ""


def probes(
    folder: Path,
    settings: Settings,
    *,
    database: Callable[[], Database],
    secrets_place: str,
    try_line: Callable[[str, int], None],
    printer_cause: Callable[[], str],
    say_printer: Callable[[str], str],
    store: Callable[[], Look | None],
    say_store: Callable[[str], str],
) -> list[Probe]:
    """How to look at each part of a till; the callables reach what this package may not know."""
    scanner, printer = settings.scanner, settings.printer
    return [
        Probe("settings", lambda: (str(folder / "settings.toml"), "")),
        Probe("database", lambda: look_at_database(folder / "till.db", database())),
        Probe("secrets", lambda: look_at_secrets(secrets_place)),
        Probe("scanner", lambda: look_at_scanner(scanner, try_line)),
        Probe("printer", lambda: look_at_printer(printer, printer_cause, say_printer)),
        Probe("online store", lambda: look_at_store(store, say_store)),
    ]
