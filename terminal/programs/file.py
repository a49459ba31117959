"""A programme as one readable TOML file: read with every mistake named, written with comments.

Amounts are minor units of the programme's currency. ``effective_from`` and ``version`` may be
left out: publishing gives them. A day or a time without a zone is meant in the programme's own.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from terminal.errors import ProgramBroken
from terminal.programs import shapes
from terminal.programs.consistency import faults as contradictions
from terminal.programs.consistency import is_zone
from terminal.programs.locating import Path, line_of, locate, path_text
from terminal.programs.model import Program
from terminal.programs.writing import UNDATED, write

__all__ = ["UNDATED", "Problem", "read", "write"]


_ZONE = next(f.default for f in msgspec.structs.fields(Program) if f.name == "zone")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file: its line from 1, its place (``rules[2].gives.per``), what it is."""

    line: int
    where: str
    problem: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.where}" if self.where else f"line {self.line}"
        return f"{place}: {self.problem}"


def read(text: str) -> Program:
    """The programme in a file. Raises ProgramBroken with all its problems, in their order."""
    raw = _toml(text)
    _complete(raw)
    raw = shapes.plain(raw)
    found = list(shapes.faults(raw, Program))
    if not found:
        program = msgspec.convert(raw, Program)
        found = list(contradictions(program))
        if not found:
            return program
    raise ProgramBroken(problems=_located(text, found))


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))  # Windows editors put a mark in front
    except tomllib.TOMLDecodeError as error:
        # Python tells the line in words only: “… (at line 3, column 5)”, “… (at end of document)”.
        said = str(error)
        at = said.rpartition("(at line ")[2].partition(",")[0]
        line = int(at) if at.isdigit() else text.count("\n") + 1
        raise ProgramBroken(problems=(Problem(line, "", f"not TOML: {said}"),)) from error


def _complete(raw: dict[str, Any]) -> None:
    """Fill in what publishing decides, and the zone where a day or time has none."""
    raw.setdefault("version", 1)
    begins = raw.setdefault("effective_from", UNDATED)
    if isinstance(begins, date) and not isinstance(begins, datetime):
        begins = datetime.combine(begins, time())
    if isinstance(begins, datetime) and begins.tzinfo is None:
        zone = raw.get("zone", _ZONE)
        begins = begins.replace(tzinfo=ZoneInfo(zone) if is_zone(zone) else UTC)
    raw["effective_from"] = begins


def _located(text: str, found: list[tuple[Path, str]]) -> tuple[Problem, ...]:
    lines = locate(text.removeprefix("\ufeff"))
    problems = {Problem(line_of(lines, path), path_text(path), what) for path, what in found}
    return tuple(sorted(problems, key=lambda p: (p.line, p.where, p.problem)))
