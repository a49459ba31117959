"""Six languages on four kinds of printers, over a network and over a serial line.

What comes out is compared with what went in: text with the source, pictures with a drawing made
here, codes by a reader that nobody here wrote, bytes with an encoder that nobody here wrote.
"""

import re
from dataclasses import dataclass, replace

import pytest
from bidi import get_display
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from devices.printers import raster
from devices.printers.base import PrintResult
from devices.printers.emulator import PrinterEmulator
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.line_transport import LineTransport
from devices.printers.models import PROFILES
from devices.printers.paging import on_page
from devices.printers.profiles import EPSON_PAGES, OLD_PAGES, PAPER_80, CodePage
from devices.printers.text import for_page, has_rtl
from devices.printers.transport import open_transport
from tests import judges
from tests.devices.printers.slips import CARD, LANGUAGES, QR, WORDS, slip

SETUPS = {
    "80": PROFILES["80"],
    "80-42": PROFILES["80-42"],
    "clone-58": PROFILES["pos-58"],
    "dos-pages": PAPER_80.with_pages("dos"),
}
# What a person reads when a page has no such sign; written here again, by hand.
SIGNS = {"−": "-", "×": "x", "ѝ": "и", "…": "...", "–": "-", "„": '"', "”": '"', "«": '"', "»": '"'}
SIGNS["\u200e"] = ""
GREEK_ON_A_CLONE = ("el", "clone-58")


@dataclass(frozen=True)
class Printed:
    """One sheet and everything that is known of how it came about."""

    result: PrintResult
    emulator: PrinterEmulator
    setup: str
    language: str

    @property
    def sheet(self):
        sheets = self.emulator.sheets
        return sheets[-1] if sheets else self.emulator.tear_off()


@pytest.fixture(params=["tcp", "pty"])
def printed(request, cache_dir):
    """Print the slip of a language on a set-up."""
    emulators = []

    def doing(setup, language):
        profile = SETUPS[setup]
        emulators.append(PrinterEmulator(width=profile.dots))
        emulator = emulators[-1]
        if request.param == "tcp":
            address = f"tcp://127.0.0.1:{emulator.serve_tcp()}"
            printer = EscposPrinter(lambda: open_transport(address), profile, cache_dir=cache_dir)
        else:
            path = emulator.serve_pty()
            printer = EscposPrinter(
                lambda: LineTransport(path, path, baudrate=115200), profile, cache_dir=cache_dir
            )
        return Printed(printer.print(slip(language)), emulator, setup, language)

    yield doing
    for emulator in emulators:
        emulator.close()


def plain(text):
    for sign, instead in SIGNS.items():
        text = text.replace(sign, instead)
    return re.sub(r"\s+", "", text)


def words_of(language):
    texts, pairs = WORDS[language]
    return [*texts, *(word for pair in pairs for word in pair)]


def pictured(setup, language):
    return language == "he" or (language, setup) == GREEK_ON_A_CLONE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("setup", SETUPS)
def test_what_comes_out_is_what_went_in(printed, setup, language):
    done = printed(setup, language)
    assert done.result == PrintResult("printed")
    sheet, profile = done.sheet, SETUPS[setup]
    assert done.emulator.unknown == ()
    assert "?" not in sheet.text
    assert "�" not in sheet.text
    assert not done.emulator.drawer_open
    assert max(len(line.columns()) for line in sheet.lines) <= profile.columns
    assert max((one.right for one in sheet.pictures), default=0) <= profile.dots
    on_paper = plain(sheet.text)
    if not pictured(setup, language):
        assert [word for word in words_of(language) if plain(word) not in on_paper] == []
        assert bool(sheet.pictures) is (setup == "clone-58")  # it draws no codes itself
    else:
        assert "#0001" in on_paper


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("setup", SETUPS)
def test_a_stranger_reads_both_codes(printed, tmp_path, setup, language):
    sheet = printed(setup, language).sheet
    read = judges.read_codes(sheet.to_png(tmp_path / "sheet.png"))
    assert sorted(read) == [("EAN-13", CARD), ("QR-Code", QR)]


def strips(sheet):
    """The pictures of a sheet, bands that touch joined to whole rows of text."""
    rows, bottom = [], None
    for band in sheet.pictures:
        image = Image.frombytes("1", (band.width, band.height), band.rows)
        if band.top != bottom:
            rows.append([])
        rows[-1].append(image)
        bottom = band.top + band.height
    return [_stacked(row) for row in rows]


def _stacked(bands):
    whole = Image.new("1", (max(one.width for one in bands), sum(one.height for one in bands)))
    top = 0
    for band in bands:
        whole.paste(band, (0, top))
        top += band.height
    return whole


def drawn(text, *, flowing, bold=False, size=1):
    """The text as this test draws it, in visual order, without the shaping of the product."""
    name = raster._FILES[flowing, bold]
    file = raster.resources.files("devices.printers").joinpath("fonts", name)
    pixels = (22.0 if flowing else 19.93) * size
    font = ImageFont.truetype(str(file), pixels, layout_engine=ImageFont.Layout.BASIC)
    image = Image.new("1", (800, 80))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    visual = get_display(text, base_dir="R") if has_rtl(text) else text
    draw.text((5, 50), visual, fill=1, font=font, anchor="ls")
    return image.crop(image.getbbox())


def likeness(one, other):
    """The lesser share of either picture's ink that lies within two dots of the other's."""
    size = (max(one.width, other.width) + 4, max(one.height, other.height) + 4)
    sheets = []
    for image in (one, other):
        sheets.append(Image.new("L", size))
        sheets[-1].paste(255, (2, 2), image)
    return min(_covered(*sheets), _covered(*reversed(sheets)))


def _covered(ink, by):
    near = by.filter(ImageFilter.MaxFilter(5))
    return ImageChops.multiply(ink, near).histogram()[255] / max(ink.histogram()[255], 1)


def _found(expected, rows, side):
    """How well the best row shows the text at its left or right edge."""
    best = 0.0
    for row in rows:
        left, _, right, _ = row.getbbox()
        edge = right - expected.width if side == "right" else left
        piece = row.crop((edge, 0, edge + expected.width, row.height))
        inner = piece.getbbox()
        if inner is not None and abs(inner[3] - inner[1] - expected.height) <= 4:
            best = max(best, likeness(piece.crop((0, inner[1], piece.width, inner[3])), expected))
    return best


@pytest.mark.parametrize("setup", SETUPS)
def test_hebrew_on_paper_is_what_is_drawn_here(printed, setup):
    rows = strips(printed(setup, "he").sheet)
    _, pairs = WORDS["he"]
    for label, value in pairs[:3]:
        assert _found(drawn(label, flowing=True), rows, "right") > 0.95, label
        shown = value.replace("\u200e", "")
        assert _found(drawn(shown, flowing=True), rows, "left") > 0.95, value
    backwards = drawn(pairs[0][0][::-1], flowing=True)
    assert _found(backwards, rows, "right") < 0.9, "the measure tells right from wrong"


def test_greek_on_a_clone_without_a_page_is_what_is_drawn_here(printed):
    rows = strips(printed("clone-58", "el").sheet)
    _, pairs = WORDS["el"]
    for label, _ in (pairs[0], pairs[4]):
        assert _found(drawn(label, flowing=False), rows, "left") > 0.95, label


def test_hebrew_as_text_is_in_visual_order(cache_dir):
    profile = replace(PAPER_80, raster_languages=frozenset())
    with PrinterEmulator() as emulator:
        address = f"tcp://127.0.0.1:{emulator.serve_tcp()}"
        printer = EscposPrinter(lambda: open_transport(address), profile, cache_dir=cache_dir)
        assert printer.print(slip("he")).state == "printed"
        text = plain(emulator.wait_sheets()[0].text)
    for word in words_of("he")[:8]:
        assert plain(get_display(for_page(word, "cp1255"), base_dir="R")) in text


NAMES = {"cp858": "cp858", "cp737": "cp737", "cp866": "cp866", "cp852": "cp852", "cp862": "cp862"}


def _name(page):
    return NAMES.get(page.codec, f"windows{page.codec[2:]}")


@pytest.mark.parametrize("pages", [EPSON_PAGES, OLD_PAGES], ids=["windows", "dos"])
def test_a_foreign_encoder_makes_the_same_bytes(pages):
    lines = {
        language: [
            for_page(word, page.codec).replace("\u00a0", " ")
            for word in words_of(language)
            if on_page(for_page(word, page.codec), page, None) is not None and len(word) < 40
        ]
        for language, page in pages.items()
    }
    steps = [["initialize"]]
    for language, page in pages.items():
        steps.append(["codepage", _name(page)])
        steps += [["line", line] for line in lines[language]]
    options = {"language": "esc-pos", "printerModel": "epson-tm-t20ii"}
    foreign = judges.encode_with_point_of_sale(options, steps)
    for language, page in pages.items():
        assert b"\x1bt%c" % page.number in foreign
        assert len(lines[language]) > 8
        for line in lines[language]:
            assert on_page(line, page, None) in foreign, (language, line)


def test_the_euro_is_fetched_by_one_switch_and_back():
    page, spare = CodePage(14, "cp737"), CodePage(19, "cp858")
    encoded = on_page("Σύνολο 43,40 €", page, spare)
    assert encoded == "Σύνολο 43,40 ".encode("cp737") + b"\x1bt\x13\xd5\x1bt\x0e"
    assert on_page("€€ α", page, spare).count(b"\x1bt") == 2
    assert on_page("₪ α", page, spare) is None
    assert on_page("€ α", page, None) is None
    assert on_page("€ α", page, page) is None
    assert on_page("€ α", page, CodePage(0, "cp437")) is None
    assert on_page("abc", page, spare) == b"abc"


def test_letters_of_currencies_are_letters():
    assert on_page("12,50 zł", CodePage(18, "cp852"), None) == "12,50 zł".encode("cp852")
    assert on_page("1 200 Ft", CodePage(18, "cp852"), None) == b"1 200 Ft"
    assert on_page("₪5", CodePage(49, "cp1255"), None) == b"\xa45"
