"""Codes as pictures, for printers that cannot draw them: QR, EAN-13, Code 128.

A picture is as wide as the paper and holds the code's quiet zones; readers need both edges sharp,
so modules are whole dots.
"""

from functools import lru_cache

import segno
from PIL import Image, ImageDraw

from devices.printers.codes import HEIGHT_DOTS, Barcode, module_dots, qr_module_dots

_QUIET = 4


@lru_cache(maxsize=32)
def qr_picture(data: str, dots: int, side: str) -> Image.Image:
    """Return the QR code at the left or right edge of the paper or in its middle."""
    matrix = segno.make_qr(data, error="m", boost_error=False).matrix
    size = qr_module_dots(data, dots)
    modules = Image.new("1", (len(matrix[0]), len(matrix)))
    modules.putdata([cell for row in matrix for cell in row])
    code = modules.resize((modules.width * size, modules.height * size), Image.Resampling.NEAREST)
    paper = Image.new("1", (dots, code.height + 2 * _QUIET * size))
    quiet = _QUIET * size if side != "center" else 0
    paper.paste(code, (_left(side, code.width, dots, quiet), _QUIET * size))
    return paper


@lru_cache(maxsize=32)
def barcode_picture(code: Barcode, dots: int, side: str) -> Image.Image | None:
    """Return the bars without their text, or None when they are too wide for the paper."""
    module = module_dots(code, dots)
    if not module:
        return None
    bars = code.bars()
    paper = Image.new("1", (dots, HEIGHT_DOTS))
    draw = ImageDraw.Draw(paper)
    left = _left(side, len(bars) * module, dots, 0 if side == "center" else 11 * module)
    for place, bar in enumerate(bars):
        if bar == "1":
            at = left + place * module
            draw.rectangle((at, 0, at + module - 1, HEIGHT_DOTS - 1), fill=1)
    return paper


def _left(side: str, width: int, dots: int, quiet: int) -> int:
    """Where the code begins; beyond its quiet zone lies the edge that no head reaches."""
    if side == "center":
        return (dots - width) // 2
    quiet = min(quiet, dots - width)
    return dots - width - quiet if side == "right" else quiet
