"""A row of paper as a picture, for letters the printer's own tables do not have.

Pictures cost thirty times the bytes of text, so a row is trimmed to its ink and sent in bands of at
most 24 rows of dots: that bounds what a broken-off job can make the printer swallow. Right-to-left
cells are shaped by raqm from logical order; a cell without such letters (an amount) is not turned.
"""

from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, features

from devices.printers.codes import REAL_TIME
from devices.printers.layout import Cell, Row
from devices.printers.text import has_rtl

_LINE_DOTS = {1: 30, 2: 52}
_BASELINES = {1: 22, 2: 41}
_BAND_DOTS = 24
# 19.93 pixels make DejaVu Sans Mono exactly as wide as a printer's font A: 12 dots.
_GRID_SIZE = 19.93
_TEXT_SIZE = 22.0

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
    shaped = flowing and features.check("raqm")
    engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(BytesIO(path.read_bytes()), pixels, layout_engine=engine)


@lru_cache(maxsize=4096)
def width_in_dots(text: str, bold: bool, size: int) -> int:
    """Return how wide the text is in the proportional font."""
    shaped, direction = _shaped(text)
    return round(_font(True, bold, size).getlength(shaped, direction=direction) + 0.5)


def _shaped(text: str) -> tuple[str, str | None]:
    """Return the text and the direction to draw it in; without raqm the order is made here."""
    if features.check("raqm"):
        return text, "rtl" if has_rtl(text) else "ltr"
    from bidi import get_display  # only machines without raqm need it

    return (str(get_display(text, base_dir="R")) if has_rtl(text) else text), None


@lru_cache(maxsize=512)
def picture_of(row: Row, dots: int, *, rtl: bool, flowing: bool) -> bytes:
    """Return the commands that print one row as a picture and end on the next line."""
    image = Image.new("1", (dots, _LINE_DOTS[row.size]))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    for cell in row.cells:
        _draw(draw, cell, row, dots, rtl=rtl, flowing=flowing)
    return b"".join(_commands(image))


def _draw(
    draw: ImageDraw.ImageDraw, cell: Cell, row: Row, dots: int, *, rtl: bool, flowing: bool
) -> None:
    font = _font(flowing, row.bold, row.size)
    text, direction = _shaped(cell.text) if flowing else (cell.text, None)
    width = round(font.getlength(text, direction=direction))
    at_right = (cell.align == "end") is not rtl
    left = (dots - width) // 2 if cell.align == "center" else (dots - width) * at_right
    position = (max(left, 0), _BASELINES[row.size])
    draw.text(position, text, fill=1, font=font, anchor="ls", direction=direction)


def _commands(image: Image.Image) -> Iterator[bytes]:
    box = image.getbbox()
    if box is None:
        yield _feed(image.height)
        return
    _, top, right, bottom = box
    yield _feed(top)
    for start in range(top, bottom, _BAND_DOTS):
        # Only the right side is trimmed: not every printer moves a picture sideways.
        yield _band(image.crop((0, start, right, min(start + _BAND_DOTS, bottom))))
    yield _feed(image.height - bottom)


def _feed(dots: int) -> bytes:
    return b"\x1bJ%c" % dots if dots else b""


def _band(image: Image.Image) -> bytes:
    row_bytes = (image.width + 7) // 8
    size = row_bytes.to_bytes(2, "little") + image.height.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + without_real_time_commands(image.tobytes())


def without_real_time_commands(dots: bytes) -> bytes:
    """Return the picture with one dot more wherever it would read as a real-time command.

    One of them opens the cash drawer.
    """
    return REAL_TIME.sub(b"\x30", dots)
