"""Draws a sheet as the head would have burnt it: one pixel per dot, black or white.

Characters are drawn in the cells of the printer's fonts (12x24 and 9x17 dots) with the bundled
DejaVu Sans Mono, and with DejaVu Sans for letters that it lacks (Hebrew), narrowed to the cell
where they are wider.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFont

from devices.printers.emulator.paper import FONT_CELLS, Code, Glyph, Item, Line, Picture, Style

if TYPE_CHECKING:
    from devices.printers.emulator.paper import Sheet

FONTS = Path(__file__).resolve().parent.parent / "fonts"
_ADVANCE_OF_MONO = 1233 / 2048
_HEBREW = range(0x0590, 0x0600)
_HEBREW_FORMS = range(0xFB1D, 0xFB50)
_TOP_MARGIN = 24


def draw_sheet(sheet: Sheet, margin: int) -> Image.Image:
    """The sheet in mode "1", with `margin` dots of white on both sides; the head reaches no
    further.
    """
    bottom = max([item.top + item.advance for item in sheet.items] + [sheet.height])
    printed = Image.new("1", (sheet.width, bottom), 255)
    for item in sheet.items:
        _draw_item(printed, item)
    paper = Image.new("1", (sheet.width + 2 * margin, bottom + 2 * _TOP_MARGIN), 255)
    paper.paste(printed, (margin, _TOP_MARGIN))
    return paper


def _draw_item(paper: Image.Image, item: Item) -> None:
    if isinstance(item, Line):
        _draw_line(paper, item)
    elif isinstance(item, Picture):
        _burn(paper, _bitmap(item), item.x, item.top)
    else:
        _draw_code(paper, item)


def _burn(paper: Image.Image, ink: Image.Image, x: int, y: int) -> None:
    """Dots only ever get darker: what is printed twice is the union of both."""
    box = (x, y, x + ink.width, y + ink.height)
    paper.paste(ImageChops.logical_and(paper.crop(box), ink), (x, y))


def _draw_line(paper: Image.Image, line: Line) -> None:
    foot = line.top + line.height
    for picture in line.pictures:
        _burn(paper, _bitmap(picture), picture.x, foot - picture.advance)
    for glyph in line.glyphs:
        ink = _styled(glyph)
        # Upside down turns the whole line round, so that its beginning is on the right.
        turned = glyph.style.upside_down
        _burn(
            paper, ink, paper.width - glyph.x - ink.width if turned else glyph.x, foot - ink.height
        )


def _styled(glyph: Glyph) -> Image.Image:
    style = glyph.style
    cell = _cell(glyph.char, style.font, style.bold)
    if style.rotated:
        cell = cell.transpose(Image.Transpose.ROTATE_270)
    cell = cell.resize(
        (cell.width * style.width, cell.height * style.height), Image.Resampling.NEAREST
    )
    if glyph.advance > cell.width:
        wide = Image.new("1", (glyph.advance, cell.height), 255)
        wide.paste(cell, (0, 0))
        cell = wide
    if style.underline and not (style.reverse or style.rotated):
        _underline(cell, style)
    if style.reverse:
        cell = ImageChops.invert(cell)
    return cell.transpose(Image.Transpose.ROTATE_180) if style.upside_down else cell


def _underline(cell: Image.Image, style: Style) -> None:
    draw = ImageDraw.Draw(cell)
    draw.rectangle((0, cell.height - style.underline, cell.width, cell.height), fill=0)


@lru_cache(maxsize=2048)
def _cell(char: str, font: str, bold: bool) -> Image.Image:
    """One unscaled character cell."""
    width, height = FONT_CELLS[font]
    hebrew = ord(char) in _HEBREW or ord(char) in _HEBREW_FORMS
    face = _face(hebrew, bold, width / _ADVANCE_OF_MONO)
    natural = max(width, round(face.getlength(char))) if hebrew else width
    ascent, descent = face.getmetrics()
    baseline = round(height * ascent / (ascent + descent))
    drawn = Image.new("L", (natural, height), 255)
    pen = ImageDraw.Draw(drawn)
    pen.text(((natural - face.getlength(char)) / 2 if hebrew else 0, baseline), char, 0, face, "ls")
    return drawn.resize((width, height)).point(_threshold, mode="1")


_threshold = [0] * 150 + [255] * 106


@lru_cache(maxsize=8)
def _face(hebrew: bool, bold: bool, size: float) -> ImageFont.FreeTypeFont:
    name = ("DejaVuSans" if hebrew else "DejaVuSansMono") + ("-Bold" if bold else "")
    return ImageFont.truetype(FONTS / f"{name}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


def _bitmap(picture: Picture) -> Image.Image:
    bits = Image.frombytes("1", (picture.width, picture.height), picture.rows, "raw", "1;I")
    size = (picture.width * picture.scale_x, picture.height * picture.scale_y)
    return bits if size == bits.size else bits.resize(size, Image.Resampling.NEAREST)


def _draw_code(paper: Image.Image, code: Code) -> None:
    x, top = code.x, code.top
    if code.refused:
        for row, text in enumerate(code.notice_rows):
            _draw_text(paper, text, "A", x, top + row * FONT_CELLS["A"][1])
        return
    text_height = FONT_CELLS[code.hri_font][1]
    if code.hri in ("above", "both"):
        _draw_hri(paper, code, x, top)
        top += text_height
    _burn(paper, _symbol(code), x, top)
    if code.hri in ("below", "both"):
        _draw_hri(paper, code, x, top + code.symbol_height)


def _symbol(code: Code) -> Image.Image:
    size = (len(code.matrix[0]), len(code.matrix))
    dots = Image.new("1", size, 255)
    dots.putdata([0 if dot == "1" else 255 for row in code.matrix for dot in row])
    return dots.resize((code.width, code.symbol_height), Image.Resampling.NEAREST)


def _draw_hri(paper: Image.Image, code: Code, x: int, top: int) -> None:
    width = len(code.text) * FONT_CELLS[code.hri_font][0]
    _draw_text(paper, code.text, code.hri_font, max(0, x + (code.width - width) // 2), top)


def _draw_text(paper: Image.Image, text: str, font: str, x: int, top: int) -> None:
    width = FONT_CELLS[font][0]
    for place, char in enumerate(text):
        _burn(paper, _cell(char, font, False), x + place * width, top)
