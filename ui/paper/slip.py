"""A slip set in the screen's typeface, in ink on white: a picture, or a page as long as it is.

The printer sets the same blocks by its own rules, so lines may break elsewhere there. Labels start
where the slip's own language starts, whatever the screen's direction.
"""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPageSize, QPainter

from terminal.slips import Block, Slip
from terminal.symbols import CODE128_QUIET, code128_bars
from ui.paper.codes import INK, paint_bars, paint_qr, qr_side
from ui.paper.pdf import Document
from ui.theme import fonts, painting
from ui.theme.painting import Align

_SCALE = 2
_LINE = {1: 19, 2: 26}
_QR = 78
_BARCODE = 48
_ALIKE = 4
"""Lines are as long as each other to so many pixels."""
_LOGO = 84
_EDGE = 20
_WIDTH = 272
"""Logical pixels of a slip on a page, which are the 72 mm that a printer fills of 80."""
_PAPER_MM, _TEXT_MM = 80.0, 72.0


def slip_image(slip: Slip, width: int = _WIDTH, logo: QImage | None = None) -> QImage:
    """The slip, ``width`` logical pixels wide, at twice that for sharp screens."""
    tall = max(_tall(slip, width, logo), 1)
    image = QImage(width * _SCALE, tall * _SCALE, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = painting.crisp(QPainter(image))
    painter.scale(_SCALE, _SCALE)
    _paint_all(painter, slip, width, logo)
    painter.end()
    return image


def slip_picture(slip: Slip, logo: QImage | None = None) -> QImage:
    """The slip with an edge of paper around it, to be kept or sent."""
    inner = slip_image(slip, logo=logo)
    edge = _EDGE * _SCALE
    image = QImage(inner.width() + 2 * edge, inner.height() + 2 * edge, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.drawImage(edge, edge, inner)
    painter.end()
    return image


def slip_document(slip: Slip, logo: QImage | None = None) -> bytes:
    """The slip as a PDF with one page, as long as the slip is."""
    pixel = _TEXT_MM / _WIDTH
    edge = (_PAPER_MM - _TEXT_MM) / 2
    tall = _tall(slip, _WIDTH, logo) * pixel + 2 * edge
    title = next((block.text for block in slip.blocks if block.kind == "text"), "")
    size = QPageSize(QSizeF(_PAPER_MM, tall), QPageSize.Unit.Millimeter, "",
                     QPageSize.SizeMatchPolicy.ExactMatch)  # fmt: skip
    document = Document(title, size)
    document.painter.translate(edge * document.per_mm, edge * document.per_mm)
    document.painter.scale(pixel * document.per_mm, pixel * document.per_mm)
    _paint_all(document.painter, slip, _WIDTH, logo)
    return document.finish()


def _tall(slip: Slip, width: int, logo: QImage | None) -> int:
    return sum(_height(block, width, logo) for block in slip.blocks)


def _paint_all(painter: QPainter, slip: Slip, width: int, logo: QImage | None) -> None:
    top = 0
    for block in slip.blocks:
        height = _height(block, width, logo)
        _paint(painter, block, QRectF(0, top, width, height), logo, rtl=slip.rtl)
        top += height


def _font(block: Block) -> QFont:
    if block.size == 2:
        return fonts.font("lead", "semibold")
    return fonts.sized(13, "semibold" if block.bold else "regular")


def _text_lines(block: Block, width: int) -> list[str]:
    """The lines of a text; in the middle of the paper of alike length, as the printer sets them."""
    font, narrow, wide = _font(block), width // 2, width
    lines = painting.wrap(block.text, font, width)
    while block.align == "center" and len(lines) > 1 and wide - narrow > _ALIKE:
        between = (narrow + wide) // 2
        tried = painting.wrap(block.text, font, between)
        if len(tried) > len(lines):
            narrow = between
        else:
            wide, lines = between, tried
    return lines


def _pair_lines(block: Block, width: int) -> list[str]:
    value = painting.ceil_width(block.value, _font(block))
    return painting.wrap(block.text, _font(block), max(width - value - 12, 60))


def _height(block: Block, width: int, logo: QImage | None) -> int:
    if block.kind == "rule":
        return 15
    if block.kind == "feed":
        return 10
    if block.kind == "logo":
        return 0 if logo is None else round(_logo_size(logo, width).height()) + 10
    if block.kind == "qr":
        return 16 + (round(qr_side(block.text, _QR, _SCALE)) if block.text else _QR)
    if block.kind == "barcode":
        return _BARCODE + 16
    lines = _pair_lines(block, width) if block.kind == "pair" else _text_lines(block, width)
    return len(lines) * _LINE[min(block.size, 2)]


def _paint(
    painter: QPainter, block: Block, rect: QRectF, logo: QImage | None, *, rtl: bool
) -> None:
    if block.kind == "rule":
        x = 0.0
        while x < rect.width():
            painter.fillRect(QRectF(x, rect.center().y(), 3, 1), INK)
            x += 6
    elif block.kind == "pair":
        _paint_pair(painter, block, rect, rtl=rtl)
    elif block.kind == "text":
        _paint_text(painter, block, rect, rtl=rtl)
    elif block.kind == "qr" and block.text:
        side = qr_side(block.text, _QR, _SCALE)
        corner = QPointF(round(rect.center().x() - side / 2), rect.y() + 8)
        paint_qr(painter, block.text, corner, side)
    elif block.kind == "barcode" and block.text:
        _paint_bars(painter, block, rect)
    elif block.kind == "logo" and logo is not None:
        paint_logo(painter, logo, rect.adjusted(0, 0, 0, -10))


def _logo_size(logo: QImage, width: float) -> QSizeF:
    return QSizeF(logo.size()).scaled(width * 0.8, _LOGO, Qt.AspectRatioMode.KeepAspectRatio)


def paint_logo(painter: QPainter, logo: QImage, room: QRectF, align: Align = "center") -> QRectF:
    """The logo as large as ``room`` allows, at its left, middle or right; returns its place."""
    size = QSizeF(logo.size()).scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    spare = room.width() - size.width()
    left = room.x() + {"start": 0.0, "center": spare / 2, "end": spare}[align]
    place = QRectF(
        left, room.y() + (room.height() - size.height()) / 2, size.width(), size.height()
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, logo)
    painter.restore()
    return place


def _paint_text(painter: QPainter, block: Block, rect: QRectF, *, rtl: bool) -> None:
    aligns: dict[str, Align] = {"start": "start", "center": "center", "end": "end"}
    step = _LINE[min(block.size, 2)]
    for number, words in enumerate(_text_lines(block, round(rect.width()))):
        place = QRectF(rect.x(), rect.y() + number * step, rect.width(), step)
        align = aligns.get(block.align, "start")
        painting.text(painter, place, words, _font(block), INK, align=align, rtl=rtl)


def _paint_pair(painter: QPainter, block: Block, rect: QRectF, *, rtl: bool) -> None:
    font, step, width = _font(block), _LINE[min(block.size, 2)], rect.width()
    value = painting.ceil_width(block.value, font)
    for number, words in enumerate(_pair_lines(block, round(width))):
        line = QRectF(0, rect.y() + number * step, width - value - 8, step)
        painting.text(painter, painting.visual(line, width, rtl), words, font, INK, rtl=rtl)
    end = QRectF(width - value, rect.y(), value, step)
    words = painting.isolate(block.value)
    place = painting.visual(end, width, rtl)
    painting.text(painter, place, words, font, INK, align="end", rtl=rtl)


def _paint_bars(painter: QPainter, block: Block, rect: QRectF) -> None:
    """Code 128 as the printer sets it, in whole modules; bars are never mirrored."""
    bars = code128_bars(block.text)
    room = rect.width() * _SCALE / (len(bars) + 2 * CODE128_QUIET)
    module = max(int(room), 1) / _SCALE
    corner = QPointF(round(rect.center().x() - module * len(bars) / 2), rect.y() + 8)
    paint_bars(painter, bars, corner, module, _BARCODE)
