"""Signed-off periods: kept as they were, each the start of the next.

One file a period, written once and never changed. What is in it is the whole report with the exact
fractions behind it, so that the next period starts from what was reported and not from what would
be computed today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import msgspec

from terminal.books.journal import Posting
from terminal.books.rolling import Roll
from terminal.errors import DatabaseBroken, TerminalError


class PeriodClosed(TerminalError):  # noqa: N818 - a refusal, named by what is wrong
    """The period begins before the end of one that was signed off. Details: until (a date)."""


class PeriodNotNext(TerminalError):  # noqa: N818 - a refusal, named by what is wrong
    """Periods are signed off one after the other, without a gap. Details: expected (a date)."""


class PeriodNotOver(TerminalError):  # noqa: N818 - a refusal, named by what is wrong
    """What is still going on can't be signed off. Details: until (a date)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPeriod:
    """A report that somebody put a name to. ``first`` to ``until`` (not in it) are local dates."""

    first: date
    until: date
    roll: Roll
    journal: Sequence[Posting]
    signed_by: str
    signed_at: datetime


class ClosedPeriods(Protocol):
    """Where signed-off periods are kept."""

    def all(self) -> list[ClosedPeriod]:
        """Oldest first."""

    def put(self, period: ClosedPeriod) -> None:
        """Keep one more, never in the place of another. Raises DatabaseBroken where it can't."""


class PeriodFiles:
    """``ClosedPeriods`` in a folder: one JSON file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[ClosedPeriod]:
        """Raises DatabaseBroken where a file can't be read."""
        return sorted(map(_read, self._folder.glob("*.json")), key=lambda period: period.until)

    def put(self, period: ClosedPeriod) -> None:
        path = self._folder / f"{period.first}_{period.until}.json"
        text = msgspec.json.format(msgspec.json.encode(period, enc_hook=_to_text), indent=1)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(text)
        except OSError as error:
            raise DatabaseBroken(path=str(path), problem=str(error)) from error


def _read(path: Path) -> ClosedPeriod:
    try:
        return msgspec.json.decode(path.read_bytes(), type=ClosedPeriod, dec_hook=_from_text)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise DatabaseBroken(path=str(path), problem=str(error)) from error


def _to_text(value: Any) -> str:  # noqa: ANN401 - msgspec's signature
    return str(value)


def _from_text(_kind: type, text: Any) -> Fraction:  # noqa: ANN401 - msgspec's signature
    return Fraction(text)
