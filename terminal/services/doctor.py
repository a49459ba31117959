"""The doctor: every part of the till with its state and, where it is not well, the remedy.

Each part is looked at on its own, so that a broken one hides nothing of the others. What is looked
at comes in from ``main``: this module knows neither devices nor the network.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from terminal.errors import NoShopHere, TerminalError
from terminal.journal import CLONED
from terminal.ports import Database
from terminal.programs.policies import Offline

CLONED_TILL = "till_cloned"
"""The problem of a till that is there twice."""
NONE_SET_UP = "none set up"
_OFFLINE = "`offline` in the programme"
_LOOK_THERE = "Look at what --data says: there are no data of a till"
MAY_BE_MEANT = ("lacks:tax_included",)
"""What a shop may have on purpose: it is said, and nothing is wrong."""
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


def look_at_database(path: Path, database: Callable[[], Database], *, begun: bool) -> Look:
    """The database opens and answers. Where there is none: the shop is new, if it was ``begun``
    (it has settings), or this is no till's folder."""
    try:
        opened = database()
    except NoShopHere:
        if begun:
            return f"{path} is not there yet; it is made with the first main.py run", ""
        return f"{path} is not there", f"{_LOOK_THERE}; a new shop begins with: main.py run"
    with opened.read() as uow:
        return f"{path}, {uow.members.count()} members", ""


def look_at_secrets(place: str) -> Look:
    """Where secrets are kept on this machine."""
    if place == "keyring":
        return "in the keyring", ""
    return f"no keyring on this machine; kept in {place}, readable by its owner only", ""


def look_at_store(asked: Callable[[], Look | None], say: Callable[[str], str]) -> Look:
    """The online store lets us in. ``asked``: (what it says, problem code), None for no store; the
    bare code where it says nothing."""
    found = asked()
    if found is None:
        return NONE_SET_UP, ""
    state, problem = found
    if state == problem:
        state = f"not in order ({problem})"
    if problem in MAY_BE_MEANT:
        return f"{state}. {say(problem)}", ""
    return state, say(problem) if problem else ""


def look_at_hub(
    asked: Callable[[], Look | None],
    say: Callable[[str], str],
    database: Callable[[], Database],
    now: datetime,
) -> Look:
    """The hub lets us in, and this till is not there twice: asking alone does not show that, its
    last greeting does. What may be redeemed while nobody can be asked is said as well."""
    state, remedy = look_at_store(asked, say)
    if remedy or state == NONE_SET_UP:
        return state, remedy
    try:
        with database().read() as uow:
            cloned, program = uow.journal.state(CLONED), uow.programs.at(now)
    except (TerminalError, OSError):  # the database has a line of its own
        return state, remedy
    if cloned:
        return CLONED_TILL, say(CLONED_TILL)
    return f"{state}; {_while_away(program.offline)}" if program else state, remedy


def _while_away(limit: Offline) -> str:
    bounds = [
        f"{most} points {of}"
        for most, of in ((limit.per_member, "of a member"), (limit.per_day, "a day"))
        if most is not None
    ]
    if not bounds:
        return f"while it is away points are redeemed WITHOUT A LIMIT: see {_OFFLINE}"
    return f"while it is away at most {' and '.join(bounds)} are redeemed ({_OFFLINE})"
