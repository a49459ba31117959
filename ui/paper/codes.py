"""Codes in paint: one path a code, so that no hairline shows between its modules at any size."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from terminal.symbols import qr_rows, runs

INK = QColor("#1C1B19")


def qr_side(text: str, least: float, scale: int) -> float:
    """How wide a QR code gets that is about ``least`` wide in whole pixels, ``scale`` to a unit."""
    modules = len(qr_rows(text))
    return modules * max(int(least * scale) // modules, 2 * scale) / scale


def paint_qr(painter: QPainter, text: str, corner: QPointF, side: float) -> None:
    """A QR code without its quiet zone, ``side`` wide."""
    rows = qr_rows(text)
    module, path = side / len(rows), QPainterPath()
    for y, row in enumerate(rows):
        for x, width in runs(row):
            path.addRect(
                QRectF(corner.x() + x * module, corner.y() + y * module, width * module, module)
            )
    _fill(painter, path)


def paint_bars(painter: QPainter, bars: str, corner: QPointF, module: float, height: float) -> None:
    """A bar code without its quiet zone."""
    path = QPainterPath()
    for x, width in runs(bars):
        path.addRect(QRectF(corner.x() + x * module, corner.y(), width * module, height))
    _fill(painter, path)


def _fill(painter: QPainter, path: QPainterPath) -> None:
    path.setFillRule(Qt.FillRule.WindingFill)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillPath(path, INK)
    painter.restore()
