"""A slip as a picture: its blocks set in the screen's typeface, in ink on white.

The printer sets the same blocks by its own rules, so lines may break elsewhere there. Labels start
where the slip's own language starts, whatever the screen's direction.
"""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from terminal.slips import Block, Slip
from ui.theme import fonts, painting
from ui.theme.painting import Align

_SCALE = 2
_LINE = {1: 19, 2: 26}
_INK = QColor("#1C1B19")
_QR = 78
_BARCODE = 48


def slip_image(slip: Slip, width: int) -> QImage:
    """The slip, ``width`` logical pixels wide, at twice that for sharp screens."""
    heights = [_height(block, width) for block in slip.blocks]
    image = QImage(width * _SCALE, max(sum(heights), 1) * _SCALE, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = painting.crisp(QPainter(image))
    painter.scale(_SCALE, _SCALE)
    top = 0
    for block, height in zip(slip.blocks, heights, strict=True):
        _paint(painter, block, QRectF(0, top, width, height), rtl=slip.rtl)
        top += height
    painter.end()
    return image


def _font(block: Block) -> QFont:
    if block.size == 2:
        return fonts.font("lead", "semibold")
    return fonts.sized(13, "semibold" if block.bold else "regular")


def _text_lines(block: Block, width: int) -> list[str]:
    return painting.wrap(block.text, _font(block), width)


def _pair_lines(block: Block, width: int) -> list[str]:
    value = painting.ceil_width(block.value, _font(block))
    return painting.wrap(block.text, _font(block), max(width - value - 12, 60))


def _height(block: Block, width: int) -> int:
    if block.kind == "rule":
        return 15
    if block.kind == "feed":
        return 10
    if block.kind == "qr":
        return _QR + 16
    if block.kind == "barcode":
        return _BARCODE + 16
    lines = _pair_lines(block, width) if block.kind == "pair" else _text_lines(block, width)
    return len(lines) * _LINE[min(block.size, 2)]


def _paint(painter: QPainter, block: Block, rect: QRectF, *, rtl: bool) -> None:
    if block.kind == "rule":
        x = 0.0
        while x < rect.width():
            painter.fillRect(QRectF(x, rect.center().y(), 3, 1), _INK)
            x += 6
    elif block.kind == "pair":
        _paint_pair(painter, block, rect, rtl=rtl)
    elif block.kind == "text":
        _paint_text(painter, block, rect, rtl=rtl)
    elif block.kind == "qr":
        _paint_code(painter, block, rect)
    elif block.kind == "barcode":
        _paint_bars(painter, block, rect)


def _paint_text(painter: QPainter, block: Block, rect: QRectF, *, rtl: bool) -> None:
    aligns: dict[str, Align] = {"start": "start", "center": "center", "end": "end"}
    step = _LINE[min(block.size, 2)]
    for number, words in enumerate(_text_lines(block, round(rect.width()))):
        place = QRectF(rect.x(), rect.y() + number * step, rect.width(), step)
        align = aligns.get(block.align, "start")
        painting.text(painter, place, words, _font(block), _INK, align=align, rtl=rtl)


def _paint_pair(painter: QPainter, block: Block, rect: QRectF, *, rtl: bool) -> None:
    font, step, width = _font(block), _LINE[min(block.size, 2)], rect.width()
    value = painting.ceil_width(block.value, font)
    for number, words in enumerate(_pair_lines(block, round(width))):
        line = QRectF(0, rect.y() + number * step, width - value - 8, step)
        painting.text(painter, painting.visual(line, width, rtl), words, font, _INK, rtl=rtl)
    end = QRectF(width - value, rect.y(), value, step)
    words = painting.isolate(block.value)
    place = painting.visual(end, width, rtl)
    painting.text(painter, place, words, font, _INK, align="end", rtl=rtl)


def _paint_code(painter: QPainter, block: Block, rect: QRectF) -> None:
    import segno

    if not block.text:
        return
    modules = [list(line) for line in segno.make_qr(block.text, error="m").matrix]
    side = _QR / len(modules)
    left, top = rect.center().x() - _QR / 2, rect.y() + 8
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for y, line in enumerate(modules):
        for x, dark in enumerate(line):
            if dark:
                painter.fillRect(QRectF(left + x * side, top + y * side, side, side), _INK)
    painter.restore()


def _paint_bars(painter: QPainter, block: Block, rect: QRectF) -> None:
    """Code 128 as the printer sets it, in whole modules; bars are never mirrored."""
    from barcode.codex import Code128

    if not block.text:
        return
    modules = str(Code128(block.text).build()[0])
    side = max(int(rect.width() // len(modules)), 1)
    left, top = rect.center().x() - side * len(modules) / 2, rect.y() + 8
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for place, dark in enumerate(modules):
        if dark == "1":
            painter.fillRect(QRectF(left + place * side, top, side, _BARCODE), _INK)
    painter.restore()
