"""The two command sets that pole displays understand, and the letters they have.

A frame names its character table and both positions, and overwrites all forty characters: it needs
no clearing, which would flicker, and it mends a display that lost its power meanwhile. Which tables
a display has is a matter of its ROM: nothing on the line tells, a person looks (``ascii`` is right
on every one of them).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from devices.displays.base import COLUMNS

ESC, US, CR = b"\x1b", b"\x1f", b"\r"


@dataclass(frozen=True, slots=True)
class Letters:
    """A character table: Python's name of it, and the bytes that select it."""

    codec: str
    select: bytes = b""

    def has(self, char: str) -> bool:
        """Say whether the table has this one character."""
        return char.isprintable() and len(char.encode(self.codec, "ignore")) == 1

    def line(self, text: str) -> bytes:
        """Exactly one line of the display; what is too long is cut, what is unknown a `?`."""
        known = (char if self.has(char) else "?" for char in text[:COLUMNS])
        return "".join(known).ljust(COLUMNS).encode(self.codec)


class CommandSet(Protocol):
    """Turns lines into bytes."""

    @property
    def letters(self) -> Letters:
        """What it can show."""
        ...

    def begin(self) -> bytes:
        """As new: overwriting, no cursor, this table."""
        ...

    def frame(self, upper: str, lower: str) -> bytes:
        """Both lines whole."""
        ...

    def clear(self) -> bytes:
        """Nothing is shown."""
        ...


@dataclass(frozen=True, slots=True)
class EscposDisplay:
    """Epson DM-D and its like: `US $ x y` and text; letters by `ESC t`."""

    letters: Letters

    def begin(self) -> bytes:
        """`ESC @`, overwrite mode, cursor off, American signs, our letters."""
        return ESC + b"@" + US + b"\x01" + US + b"C\x00" + ESC + b"R\x00" + self.letters.select

    def frame(self, upper: str, lower: str) -> bytes:
        """The table again, then each line at its first column."""
        lines = (US + b"$\x01\x01", self.letters.line(upper), US + b"$\x01\x02")
        return self.letters.select + b"".join(lines) + self.letters.line(lower)

    def clear(self) -> bytes:
        """`CLR`."""
        return b"\x0c"


@dataclass(frozen=True, slots=True)
class Cd5220Display:
    """Partner CD5220 and the many that speak like it: `ESC Q A` text `CR`."""

    letters: Letters

    def begin(self) -> bytes:
        """`ESC @`, overwrite mode, cursor off, our letters."""
        return ESC + b"@" + ESC + b"\x11" + ESC + b"_\x00" + self.letters.select

    def frame(self, upper: str, lower: str) -> bytes:
        """Each line by name; other commands are not heard between, so the table is not named."""
        return ESC + b"QA" + self.letters.line(upper) + CR + ESC + b"QB" + self.letters.line(
            lower
        ) + CR  # fmt: skip

    def clear(self) -> bytes:
        """`CLR`, which also leaves the string mode."""
        return b"\x0c"


ASCII = Letters("ascii")
# Epson's numbers; DM-D displays know 0-5 and 16-19 of them, some ROMs the Greek one.
ESCPOS_LETTERS: Mapping[str, Letters] = MappingProxyType(
    {
        "ascii": ASCII,
        "latin": Letters("cp858", ESC + b"t\x13"),
        "greek": Letters("cp737", ESC + b"t\x0e"),
        "cyrillic": Letters("cp866", ESC + b"t\x11"),
        "central": Letters("cp852", ESC + b"t\x12"),
    }
)
# The manual names its sets R (Russia) and L (Slavonic). What its western upper half holds differs
# between makers, so accents are left away; Greek ones have Greek there without being asked.
CD5220_LETTERS: Mapping[str, Letters] = MappingProxyType(
    {
        "ascii": ASCII,
        "latin": ASCII,
        "greek": Letters("cp737"),
        "cyrillic": Letters("cp866", ESC + b"fR" + ESC + b"cR"),
        "central": Letters("cp852", ESC + b"fL" + ESC + b"cL"),
    }
)


def protocol_for(name: str, charset: str) -> CommandSet:
    """The command set by its name in the settings, with the letters its ROM has."""
    if name == "cd5220":
        return Cd5220Display(CD5220_LETTERS[charset])
    return EscposDisplay(ESCPOS_LETTERS[charset])
