"""What a printer can do, as data.

No data base of printers is right about code pages, and a wrong page prints wrong letters without
any error: the numbers here are Epson's, and a shop confirms them on a printed test sheet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Cutter = Literal["partial", "full", "none"]


@dataclass(frozen=True, slots=True)
class CodePage:
    """One character table: `number` for `ESC t`, `codec` is Python's name of the same table."""

    number: int
    codec: str


# The Windows pages come first because they hold the euro sign beside the letters.
EPSON_PAGES: Mapping[str, CodePage] = MappingProxyType(
    {
        "en": CodePage(19, "cp858"),
        "el": CodePage(47, "cp1253"),
        "bg": CodePage(46, "cp1251"),
        "hu": CodePage(45, "cp1250"),
        "pl": CodePage(45, "cp1250"),
        "he": CodePage(49, "cp1255"),
    }
)
# For printers that have no Windows pages; without the euro sign in all but English.
OLD_PAGES: Mapping[str, CodePage] = MappingProxyType(
    {
        "en": CodePage(19, "cp858"),
        "el": CodePage(14, "cp737"),
        "bg": CodePage(17, "cp866"),
        "hu": CodePage(18, "cp852"),
        "pl": CodePage(18, "cp852"),
        "he": CodePage(36, "cp862"),
    }
)


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One printer model as this shop uses it.

    `columns` are characters of font A (12 dots each) and `dots` the printable width.
    `raster_languages` are printed as pictures. `process_id` says the printer confirms with
    `GS ( H`; without it `GS r` is tried. `answers_status` is false for lines that only go one way.
    """

    name: str
    columns: int = 48
    dots: int = 576
    pages: Mapping[str, CodePage] = field(default_factory=lambda: EPSON_PAGES)
    raster_languages: frozenset[str] = frozenset({"he"})
    cutter: Cutter = "partial"
    process_id: bool = True
    answers_status: bool = True

    def page_for(self, language: str) -> CodePage:
        """Return the one page a slip in this language is printed with."""
        return self.pages.get(language, self.pages["en"])


PAPER_80 = PrinterProfile("80 mm, 48 columns")
PAPER_80_42 = PrinterProfile("80 mm, 42 columns", columns=42, dots=512)
PAPER_58 = PrinterProfile("58 mm, 32 columns", columns=32, dots=384, cutter="none")
PROFILES: Mapping[str, PrinterProfile] = MappingProxyType(
    {"80": PAPER_80, "80-42": PAPER_80_42, "58": PAPER_58}
)
