"""What is wrong with a file, a row or a value, as data; ``sentences`` puts it into words."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from terminal.errors import TerminalError


class ImportStopped(TerminalError):  # noqa: N818 - a refusal, not an error
    """A file or mapping can't be used at all; nothing was booked. Details: path, problem."""


class BadValue(Exception):  # noqa: N818 - a refusal, not an error
    """One value can't be read. ``code`` never changes; ``details`` are for the sentence."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code, self.details = code, details


class RowRefused(Exception):  # noqa: N818 - a refusal, not an error
    """One row can't be taken, because of the value in ``column`` ("" for the row as a whole)."""

    def __init__(self, code: str, column: str = "", value: str = "", **details: object) -> None:
        super().__init__(code)
        self.code, self.column, self.value, self.details = code, column, value, details


class Level(StrEnum):
    """Whether the row was left out, or something about it is only worth knowing."""

    REFUSED = "refused"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the report. ``line`` counts from 1 as an editor does; 0: no line of a file."""

    level: Level
    file: str
    line: int
    code: str
    column: str = ""
    value: str = ""
    details: dict[str, object] = field(default_factory=dict)


Report = Callable[[Finding], None]
"""Takes findings one by one, in the order of the file; a million of them are never held."""

_FORMULA = re.compile(r"\s*[=+\-@|%]|[\t\r\n]")
_VISIBLE = str.maketrans({"\r": "␍", "\n": "␊", "\t": "␉", "\0": "␀", "\x1b": "␛"})


def harmless(text: str) -> str:
    """``text`` that no spreadsheet takes for a formula and no terminal for a command: an
    apostrophe in front of what looks like one, what can't be seen made visible."""
    visible = "".join(c if c.isprintable() else "�" for c in text.translate(_VISIBLE))
    return f"'{visible}" if _FORMULA.match(text) else visible
