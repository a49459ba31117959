"""What a printer can do, as data.

No data base of printers is right about code pages, and a wrong page prints wrong letters without
any error: the numbers are what makers and two independent collections say, and a shop confirms
them on a printed test sheet. The models themselves are in `models`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, Self

Cutter = Literal["partial", "full", "none"]
Flow = Literal["", "rtscts", "dsrdtr", "xonxoff"]


@dataclass(frozen=True, slots=True)
class CodePage:
    """One character table: `number` for `ESC t`, `codec` is Python's name of the same table."""

    number: int
    codec: str


Pages = Mapping[str, CodePage]


def pages(**numbers: tuple[int, str]) -> Pages:
    """Code pages by language; a language without one is printed as a picture."""
    return MappingProxyType({name: CodePage(*page) for name, page in numbers.items()})


# Epson's numbers. The Windows pages come first because they hold the euro sign beside the letters.
EPSON_PAGES = pages(
    en=(19, "cp858"),
    el=(47, "cp1253"),
    bg=(46, "cp1251"),
    hu=(45, "cp1250"),
    pl=(45, "cp1250"),
    he=(49, "cp1255"),
)
# For printers that have no Windows pages; the euro sign is fetched from page 19.
OLD_PAGES = pages(
    en=(19, "cp858"),
    el=(14, "cp737"),
    bg=(17, "cp866"),
    hu=(18, "cp852"),
    pl=(18, "cp852"),
    he=(36, "cp862"),
)


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One printer model as this shop uses it.

    `columns` are characters of font A (12 dots each) and `dots` the printable width. `pages` are in
    use; `windows_pages` and `dos_pages` are what the model has of either kind. `spare` is the page
    a currency sign is fetched from where the slip's page has none. `raster_languages` are printed
    as pictures. `process_id` says the printer confirms with `GS ( H`; without it `GS r` is tried.
    `answers_status` is false for lines that only go one way; `automatic` says it reports changes by
    itself (`GS a`) while a slip is under way. `native_qr` and `native_barcodes`: it draws them
    itself. `flow` is the hand-shake of its serial interface as delivered, `drawer_pins` the drawers
    it can open, `real_time_drawer` whether `DLE DC4` does; `knife_mm` lies between head and knife.
    """

    name: str
    columns: int = 48
    dots: int = 576
    pages: Pages = field(default_factory=lambda: EPSON_PAGES)
    windows_pages: Pages = field(default_factory=lambda: EPSON_PAGES)
    dos_pages: Pages = field(default_factory=lambda: OLD_PAGES)
    spare: CodePage | None = CodePage(19, "cp858")
    raster_languages: frozenset[str] = frozenset({"he"})
    cutter: Cutter = "partial"
    process_id: bool = True
    answers_status: bool = True
    automatic: bool = True
    native_qr: bool = True
    native_barcodes: bool = True
    flow: Flow = ""
    drawer_pins: tuple[int, ...] = (2, 5)
    real_time_drawer: bool = True
    knife_mm: int = 15

    def page_for(self, language: str) -> CodePage:
        """Return the one page a slip in this language is printed with."""
        return self.pages.get(language, self.pages["en"])

    def with_pages(self, kind: str) -> Self:
        """The same printer with its Windows or its DOS pages; "profile": as it is."""
        chosen = {"windows": self.windows_pages, "dos": self.dos_pages}.get(kind, self.pages)
        english = {"en": self.pages["en"]}
        return replace(self, pages=MappingProxyType({**english, **chosen}))

    def with_pictures(self, languages: Iterable[str] | None) -> Self:
        """The same printer with these languages as pictures; None: as it is."""
        return self if languages is None else replace(self, raster_languages=frozenset(languages))

    def with_confirms(self, confirms: bool | None) -> Self:
        """The same printer that answers `GS ( H` or does not; None: as it is."""
        return self if confirms is None else replace(self, process_id=confirms)

    def with_cutter(self, cutter: str) -> Self:
        """The same printer with another knife, or none; "profile": as it is."""
        knives: dict[str, Cutter] = {"partial": "partial", "full": "full", "none": "none"}
        return replace(self, cutter=knives.get(cutter, self.cutter))


PAPER_80 = PrinterProfile("80 mm, 48 columns")
PAPER_80_42 = PrinterProfile("80 mm, 42 columns", columns=42, dots=512)
PAPER_58 = PrinterProfile("58 mm, 32 columns", columns=32, dots=384, cutter="none")
