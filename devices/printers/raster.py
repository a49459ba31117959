"""A row of paper as a picture, for letters the printer's own tables do not have.

Pictures cost thirty times the bytes of text, so a row is trimmed to its ink and sent in bands of at
most 24 rows of dots: that bounds what a broken-off job can make the printer swallow. Right-to-left
cells are shaped by raqm from logical order; a cell without such letters (an amount) is not turned.
Drawing is what costs time, so every cell is drawn once and kept: the words of slips come again.
Amounts do not; they are put together from digits that were.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, features

from devices.printers.codes import REAL_TIME
from devices.printers.layout import Cell, Row
from devices.printers.text import has_rtl

LINE_DOTS = {1: 30, 2: 52}
_BASELINES = {1: 22, 2: 41}
_BAND_DOTS = 24
# 19.93 pixels make DejaVu Sans Mono exactly as wide as a printer's font A: 12 dots.
_GRID_SIZE = 19.93
_TEXT_SIZE = 22.0
_SHAPED = features.check("raqm")
# Signs that stand beside each other in any font without touching or changing.
_AMOUNT = re.compile("[0-9.,+\\-\u2212\u20aa\u20ac%/: \u00a0]{2,}")

_FILES = {
    (False, False): "DejaVuSansMono.ttf",
    (False, True): "DejaVuSansMono-Bold.ttf",
    (True, False): "DejaVuSans.ttf",
    (True, True): "DejaVuSans-Bold.ttf",
}


@lru_cache
def _font(flowing: bool, bold: bool, size: int) -> ImageFont.FreeTypeFont:
    """Return the bundled font; `flowing` is the proportional one, which has Hebrew."""
    path = resources.files("devices.printers").joinpath("fonts", _FILES[flowing, bold])
    pixels = (_TEXT_SIZE if flowing else _GRID_SIZE) * size
    engine = ImageFont.Layout.RAQM if flowing and _SHAPED else ImageFont.Layout.BASIC
    return ImageFont.truetype(BytesIO(path.read_bytes()), pixels, layout_engine=engine)


@lru_cache(maxsize=4096)
def width_in_dots(text: str, bold: bool, size: int) -> int:
    """Return how wide the text is in the proportional font."""
    if _AMOUNT.fullmatch(text):
        return round(sum(_advance(char, bold, size) for char in text) + 0.5)
    return _length(text, True, bold, size)


@lru_cache
def _advance(char: str, bold: bool, size: int) -> float:
    return _font(True, bold, size).getlength(char)


def _length(text: str, flowing: bool, bold: bool, size: int) -> int:
    shaped, direction = _in_order(text) if flowing else (text, None)
    return round(_font(flowing, bold, size).getlength(shaped, direction=direction) + 0.5)


def _in_order(text: str) -> tuple[str, str | None]:
    """Return the text and the direction to draw it in; without raqm the order is made here."""
    if _SHAPED:
        return text, "rtl" if has_rtl(text) else "ltr"
    from bidi import get_display  # only machines without raqm need it

    return (str(get_display(text, base_dir="R")) if has_rtl(text) else text), None


@lru_cache(maxsize=1024)
def pieces_of(row: Row, dots: int, *, rtl: bool, flowing: bool) -> tuple[bytes, ...]:
    """Return the commands that print one row as a picture and end on the next line."""
    image = Image.new("1", (dots, LINE_DOTS[row.size]))
    for cell in row.cells:
        ink = _ink(cell.text, flowing, row.bold, row.size)
        image.paste(1, (_left(cell, ink.width, dots, rtl=rtl), 0), ink)
    return tuple(commands_of(image))


def _left(cell: Cell, width: int, dots: int, *, rtl: bool) -> int:
    at_right = (cell.align == "end") is not rtl
    left = (dots - width) // 2 if cell.align == "center" else (dots - width) * at_right
    return max(left, 0)


@lru_cache(maxsize=2048)
def _ink(text: str, flowing: bool, bold: bool, size: int) -> Image.Image:
    """Return the text on a strip as high as a line and as wide as the text."""
    if flowing and _AMOUNT.fullmatch(text):
        return _amount(text, bold, size)
    if flowing:
        shaped, direction = _in_order(text)
        width = width_in_dots(text, bold, size)
    else:
        shaped, direction, width = text, None, _length(text, False, bold, size)
    image = Image.new("1", (max(width, 1), LINE_DOTS[size]))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    font = _font(flowing, bold, size)
    draw.text((0, _BASELINES[size]), shaped, fill=1, font=font, anchor="ls", direction=direction)
    return image


def _amount(text: str, bold: bool, size: int) -> Image.Image:
    image = Image.new("1", (width_in_dots(text, bold, size), LINE_DOTS[size]))
    left = 0.0
    for char in text:
        sign = _ink(char, True, bold, size)
        image.paste(1, (round(left), 0), sign)
        left += _advance(char, bold, size)
    return image


def commands_of(image: Image.Image) -> Iterator[bytes]:
    """Return the commands for a picture of ones and zeros as wide as the paper, whole bands each.

    Only the right side is trimmed: not every printer moves a picture sideways.
    """
    box = image.getbbox()
    if box is None:
        yield from feeds(image.height)
        return
    _, top, right, bottom = box
    yield from feeds(top)
    for start in range(top, bottom, _BAND_DOTS):
        yield _band(image.crop((0, start, right, min(start + _BAND_DOTS, bottom))))
    yield from feeds(image.height - bottom)


def feeds(dots: int) -> Iterator[bytes]:
    """Return the commands that move the paper on by so many dots."""
    for start in range(0, dots, 255):
        yield b"\x1bJ%c" % min(255, dots - start)


def _band(image: Image.Image) -> bytes:
    row_bytes = (image.width + 7) // 8
    size = row_bytes.to_bytes(2, "little") + image.height.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + without_real_time_commands(image.tobytes())


def without_real_time_commands(dots: bytes) -> bytes:
    """Return the picture with one dot more wherever it would read as a real-time command.

    One of them opens the cash drawer.
    """
    return REAL_TIME.sub(b"\x30", dots)
