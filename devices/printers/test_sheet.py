"""The test sheet: what only a person with the paper in hand can see.

For each language the known letters stand there three times: A from the printer's Windows page, B
from its DOS page, C as a picture. Which of them is right says how slips in that language are
printed; nothing else in the world knows it of this very printer.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from devices.printers.base import Block
from devices.printers.composer import Composer
from devices.printers.encoder import SlipEncoder
from devices.printers.profiles import CodePage, PrinterProfile

LETTERS = {
    "en": "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz £€",
    "el": "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ αβγδεζηθικλμνξοπρστυφχψως άέήίόύώ ϊϋ €",
    "bg": "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯ абвгдежзийклмнопрстуфхцчшщъьюя №€",
    "hu": "ÁÉÍÓÖŐÚÜŰ áéíóöőúüű 1 200 Ft",
    "pl": "ĄĆĘŁŃÓŚŹŻ ąćęłńóśźż 12,50 zł",
    "he": "אבגדהוזחטיכלמנסעפצקרשת ךםןףץ",
}
_WAYS = (("A", "windows"), ("B", "dos"), ("C", "picture"))
_COLUMNS = (32, 42, 48)
QR_DATA = "https://example.test/QR"
EAN_DATA = "2912345678906"

VARIANTS: tuple[tuple[str, str, str], ...] = tuple(
    (language, letter, way) for language in LETTERS for letter, way in _WAYS
)


@dataclass(frozen=True, slots=True)
class SheetWords:
    """The few sentences on the sheet, in the shop's language or in plain English."""

    title: str = "Test sheet"
    question: str = "Which line is right: A, B or C?"
    columns: str = "The longest line that is not broken:"
    lights: str = "Look at the lights of the printer now."
    end: str = "What stands below is of no use."
    language: str = "en"


@dataclass(frozen=True, slots=True)
class _Line:
    """A block of the sheet's own."""

    kind: str
    text: str = ""
    value: str = ""
    align: str = "start"
    bold: bool = False
    size: int = 1


def choices(languages: Sequence[str] = tuple(LETTERS)) -> list[tuple[str, str, str]]:
    """What can be chosen: language, letter on the sheet, pages ("windows", "dos", "picture")."""
    return [variant for variant in VARIANTS if variant[0] in languages]


def sheet_pieces(
    profile: PrinterProfile,
    cache_dir: Path | None = None,
    languages: Sequence[str] = tuple(LETTERS),
    words: SheetWords = SheetWords(),
) -> tuple[bytes, ...]:
    """Return the sheet as whole commands, for `EscposPrinter.print_test`."""
    if cache_dir is None:
        with tempfile.TemporaryDirectory(prefix="till-sheet-") as private:
            return sheet_pieces(profile, Path(private), languages, words)
    composer = SlipEncoder(profile, cache_dir).composer()
    composer.begin()
    for block in _head(profile, words):
        _say(composer, words, block)
    for columns in _COLUMNS:
        composer.verbatim(f"{columns}{'-' * (columns - 3)}|".encode())
    _say(composer, words, _Line("text", words.question, bold=True))
    for language in languages:
        _alphabet(composer, profile, language)
    for block in _tail(words):
        _say(composer, words, block)
    composer.hush()
    composer.cut()
    return tuple(composer.pieces)


def _say(composer: Composer, words: SheetWords, block: Block) -> None:
    composer.speak(words.language, rtl=words.language == "he")
    composer.add(block)


def _alphabet(composer: Composer, profile: PrinterProfile, language: str) -> None:
    rtl = language == "he"
    composer.verbatim(language.encode())
    for letter, way in _WAYS:
        page = _page(profile, language, way)
        if page is None and way != "picture":
            composer.verbatim(f"{letter}: --".encode())
            continue
        composer.use(page, rtl=rtl)
        composer.add(_Line("text", f"{letter}: {_letters(language, page)}"))


def _page(profile: PrinterProfile, language: str, way: str) -> CodePage | None:
    """Return the page of one of the ways; None for a picture, or where the model has no page."""
    pages = {"windows": profile.windows_pages, "dos": profile.dos_pages}.get(way, {})
    return pages.get(language)


def _letters(language: str, page: CodePage | None) -> str:
    """The shekel sign is only where the page has it: one sign would make the line a picture."""
    shekel = language == "he" and (page is None or page.codec == "cp1255")
    return f"{LETTERS[language]} ₪" if shekel else LETTERS[language]


def _head(profile: PrinterProfile, words: SheetWords) -> Iterator[_Line]:
    yield _Line("logo")
    yield _Line("text", words.title, align="center", bold=True, size=2)
    yield _Line("text", profile.name, align="center")
    yield _Line("rule")
    yield _Line("text", words.columns)


def _tail(words: SheetWords) -> Iterator[_Line]:
    yield _Line("rule")
    yield _Line("pair", "1 + 1", "2", bold=True)
    yield _Line("pair", "1 + 2", "3", size=2)
    yield _Line("qr", QR_DATA, align="center")
    yield _Line("barcode", EAN_DATA, align="center")
    yield _Line("text", words.lights, bold=True)
    yield _Line("text", words.end)
