"""Programming: reading, checking, comparing and publishing versions of the shop's programme.

A version is never edited: a change is the next number, from a moment that has not come yet, so
every entry keeps the version that made it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from terminal.errors import (
    NoProgram,
    NoSuchVersion,
    OtherCurrency,
    ProgramDateRefused,
    ProgramRefused,
)
from terminal.ids import Clock, EntryId
from terminal.ledger import LedgerEntry
from terminal.ports import Database, UnitOfWork
from terminal.programs.checking import Finding, review
from terminal.programs.diffing import Change, diff
from terminal.programs.file import UNDATED, read, write
from terminal.programs.model import Program
from terminal.services.models import Till


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it stands now: over, in force, or still to come."""

    program: Program
    state: Literal["past", "in_force", "coming"]


class Programming:
    """What whoever minds the programme does with it."""

    def __init__(self, database: Database, till: Till, clock: Clock) -> None:
        self._database = database
        self._till = till
        self._clock = clock

    def load(self, text: str) -> Program:
        """A programme from its file. Raises ProgramBroken with every problem."""
        return read(text)

    def check(self, program: Program) -> list[Finding]:
        """Everything to be said against it; refused findings first."""
        return review(program)

    def current(self) -> Program:
        """The version in force. Raises NoProgram."""
        with self._database.read() as uow:
            return self._current(uow)

    def _current(self, uow: UnitOfWork) -> Program:
        now = self._clock()
        program = uow.programs.at(now)
        if program is None:
            raise NoProgram(at=now)
        return program

    def diff(self, new: Program, against: int | None = None) -> list[Change]:
        """What ``new`` changes of the version in force, or of another one."""
        return diff(self.version(against), new)

    def version(self, number: int | None = None) -> Program:
        """A version by its number, None: the one in force. Raises NoSuchVersion, NoProgram."""
        with self._database.read() as uow:
            if number is None:
                return self._current(uow)
            known = [p for p in uow.programs.all() if p.version == number]
        if not known:
            raise NoSuchVersion(version=number)
        return known[-1]

    def versions(self) -> list[Version]:
        """All of them in the order in which they begin."""
        now = self._clock()
        with self._database.read() as uow:
            programs, current = uow.programs.all(), uow.programs.at(now)
        return [Version(program, _state(program, current, now)) for program in programs]

    def export(self, number: int | None = None) -> str:
        """A version as a file. Raises NoSuchVersion, NoProgram."""
        return write(self.version(number))

    def publish(self, program: Program, effective_from: datetime | None = None) -> Program:
        """Let a programme begin as the shop's next version; answers it with its number and moment.

        ``effective_from`` None: as in the file. Raises ProgramRefused, ProgramDateRefused (none
        given, or one that is over), OtherCurrency.
        """
        begins = effective_from or program.effective_from
        dated = msgspec.structs.replace(program, effective_from=begins)
        findings = [finding for finding in review(dated) if finding.severity == "refused"]
        if findings:
            raise ProgramRefused(findings=tuple(findings))
        if program.currency != self._till.currency:
            raise OtherCurrency(currency=program.currency, expected=self._till.currency)
        with self._database.write() as uow:
            now = self._clock()
            if begins == UNDATED:
                raise ProgramDateRefused(why="missing", at=now)
            if begins < now:
                raise ProgramDateRefused(why="past", at=begins)
            made = _numbered(dated, uow.programs.all())
            uow.programs.put(made)
            uow.commit()
        return made

    def entry(self, name: str) -> list[tuple[LedgerEntry, Program | None]]:
        """Ledger entries by what people have: a slip's number or an entry's id; each with the
        version that made it, where that is known. None where nothing is found."""
        with self._database.read() as uow:
            sale = uow.sales.by_ref(name.strip().upper())
            found = uow.ledger.of_source(sale.id if sale else name.strip())
            entry = uow.ledger.get(EntryId(name.strip()))
            found += [entry] if entry else []
            return [(e, uow.programs.version(e.program, e.program_version)) for e in found]


def _numbered(program: Program, known: Sequence[Program]) -> Program:
    """The next number of all the shop's, so that a number means one version."""
    number = max((each.version for each in known), default=0) + 1
    return msgspec.structs.replace(program, version=number)


def _state(
    program: Program, current: Program | None, now: datetime
) -> Literal["past", "in_force", "coming"]:
    if current is not None and (program.code, program.version) == (current.code, current.version):
        return "in_force"
    return "coming" if program.effective_from > now else "past"
