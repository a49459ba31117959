"""The doctor: every part of the till with its state and, where it is not well, the remedy.

Each part is looked at on its own, so that a broken one hides nothing of the others. What is looked
at comes in from ``main``: this module knows neither devices nor the network.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from terminal.ports import Database
from terminal.settings import PrinterSettings, ScannerSettings

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
