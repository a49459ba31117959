"""Painting helpers shared by every component: text, boxes, rings, discs, lines, shadows.

Text is placed by *start*, *centre* or *end*, never left or right: the caller says whether it
reads right to left and the direction is applied once, here. Every text that is painted through
``text`` can be watched (``watching``), which is how the fit checker sees what the eye would see.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QTextLayout

from ui.theme import fonts, theme
from ui.theme.tokens import RING, Role

Align = Literal["start", "center", "end"]

LRI = "\u2066"
RLI = "\u2067"
FSI = "\u2068"
PDI = "\u2069"

_ABSOLUTE = Qt.AlignmentFlag.AlignAbsolute.value | Qt.AlignmentFlag.AlignVCenter.value
_LEFT = Qt.AlignmentFlag.AlignLeft.value
_RIGHT = Qt.AlignmentFlag.AlignRight.value
_CENTRE = Qt.AlignmentFlag.AlignHCenter.value
_SINGLE = Qt.TextFlag.TextSingleLine.value | Qt.TextFlag.TextDontClip.value
_FORCE = {
    False: Qt.TextFlag.TextForceLeftToRight.value,
    True: Qt.TextFlag.TextForceRightToLeft.value,
}
_FLAGS: dict[tuple[Align, bool], int] = {
    ("start", False): _LEFT | _ABSOLUTE | _SINGLE | _FORCE[False],
    ("start", True): _RIGHT | _ABSOLUTE | _SINGLE | _FORCE[True],
    ("center", False): _CENTRE | _ABSOLUTE | _SINGLE | _FORCE[False],
    ("center", True): _CENTRE | _ABSOLUTE | _SINGLE | _FORCE[True],
    ("end", False): _RIGHT | _ABSOLUTE | _SINGLE | _FORCE[False],
    ("end", True): _LEFT | _ABSOLUTE | _SINGLE | _FORCE[True],
}


@dataclass(frozen=True, slots=True)
class PaintedText:
    """One text as it was painted: what it needed and the room it had, in pixels."""

    text: str
    need: float
    room: float
    rect: QRectF
    px: int
    may_elide: bool

    @property
    def fits(self) -> bool:
        """Whether all of the text could be seen."""
        return self.need <= self.room + 0.75


_watchers: list[Callable[[PaintedText], None]] = []


@contextmanager
def watching(watcher: Callable[[PaintedText], None]) -> Iterator[None]:
    """Report every text painted inside the ``with`` block to ``watcher``."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)


def ltr(text: str) -> str:
    """Isolate a number, amount, time, key, e-mail or code, so that it never flips."""
    return f"{LRI}{text}{PDI}" if text else ""


def isolate(text: str) -> str:
    """Isolate a name or sentence that brings its own direction."""
    return f"{FSI}{text}{PDI}" if text else ""


def text(
    painter: QPainter,
    rect: QRectF,
    words: str,
    font: QFont,
    ink: QColor,
    *,
    align: Align = "start",
    rtl: bool = False,
    elide: bool = False,
) -> None:
    """Paint one line of ``words`` in ``rect``; only with ``elide`` may it be cut, with an …."""
    if not words:
        return
    if elide or _watchers:
        words = _measured(painter, rect, words, font, elide=elide)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(rect, _FLAGS[align, rtl], words)


def _measured(painter: QPainter, rect: QRectF, words: str, font: QFont, *, elide: bool) -> str:
    measure = fonts.measure(font)
    need = measure.horizontalAdvance(words)
    for watcher in _watchers:
        where = painter.worldTransform().mapRect(rect)
        watcher(PaintedText(words, need, rect.width(), where, font.pixelSize(), elide))
    if elide and need > rect.width() + 0.5:
        return measure.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    return words


def visual(rect: QRectF, width: float, rtl: bool) -> QRectF:
    """Turn a rectangle laid out from the start edge into where it is on a ``width`` wide widget."""
    if not rtl:
        return rect
    return QRectF(width - rect.right(), rect.y(), rect.width(), rect.height())


def crisp(painter: QPainter) -> QPainter:
    """Switch on antialiasing for shapes and text."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    return painter


def box(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    fill: QColor | None = None,
    border: QColor | None = None,
    border_width: float = 1.0,
) -> None:
    """Paint a rounded box; its border lies inside ``rect``, on half pixels."""
    inset = border_width / 2 if border is not None else 0.0
    inner = rect.adjusted(inset, inset, -inset, -inset)
    painter.setPen(QPen(border, border_width) if border is not None else Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(fill) if fill is not None else Qt.BrushStyle.NoBrush)
    curve = max(0.0, min(radius - inset, inner.height() / 2, inner.width() / 2))
    painter.drawRoundedRect(inner, curve, curve)


def focus_ring(painter: QPainter, rect: QRectF, radius: float) -> QRectF:
    """Paint the ring inside ``rect`` and return the smaller rectangle left for the thing."""
    box(painter, rect, radius, None, theme.color("focus"), RING.width)
    inset = RING.width + RING.gap
    return rect.adjusted(inset, inset, -inset, -inset)


def selection(painter: QPainter, rect: QRectF, radius: float) -> None:
    """Paint the ground of what is selected; where grounds are black a line tells it too."""
    line = theme.color("line_strong") if theme.current().is_contrast else None
    box(painter, rect, radius, theme.color("accent_soft"), line)


def hairline(painter: QPainter, x: float, y: float, width: float, role: Role = "line") -> None:
    """Paint a horizontal line one pixel high."""
    painter.fillRect(QRectF(x, y, width, 1), theme.color(role))


def disc(
    painter: QPainter, rect: QRectF, fill: QColor, border: QColor | None = None, pen: float = 1.0
) -> None:
    """Paint a filled circle."""
    box(painter, rect, rect.height() / 2, fill, border, pen)


def shadow(painter: QPainter, rect: QRectF, radius: float, spread: int = 18) -> None:
    """Paint the soft shadow of an overlay: nine stacked translucent boxes, no graphics effect."""
    ink = QColor(theme.color("scrim"))
    ink.setAlpha(5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    for step in range(9):
        grow = spread * (9 - step) / 9
        ring = rect.adjusted(-grow, -grow + 6, grow, grow + 6)
        painter.drawRoundedRect(ring, radius + grow, radius + grow)


def wrap(words: str, font: QFont, width: float) -> list[str]:
    """Break ``words`` into lines no wider than ``width`` and strip them.

    Qt keeps the trailing space of a broken right-to-left line on the wrong side, so lines are
    broken here and painted one by one.
    """
    lines: list[str] = []
    for paragraph in words.split("\n"):
        lines += _wrap_paragraph(paragraph, font, width)
    return lines


@lru_cache(maxsize=512)
def _wrap_paragraph(words: str, font: QFont, width: float) -> tuple[str, ...]:
    layout = QTextLayout(words, font)
    layout.beginLayout()
    lines: list[str] = []
    while (row := layout.createLine()).isValid():
        row.setLineWidth(max(width, 1.0))
        start, length = row.textStart(), row.textLength()
        lines.append(words[start : start + length].strip())
    layout.endLayout()
    return tuple(lines) or ("",)


def arc(painter: QPainter, rect: QRectF, turn: float, track: QColor, ink: QColor) -> None:
    """Paint a spinner: a ring with a quarter of it in ``ink``, ``turn`` from 0 to 1."""
    pen = max(2.0, rect.width() / 9)
    ring = rect.adjusted(pen / 2, pen / 2, -pen / 2, -pen / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(track, pen))
    painter.drawEllipse(ring)
    painter.setPen(QPen(ink, pen, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(ring, round((90 - turn * 360) * 16), -110 * 16)


def bar(
    painter: QPainter, rect: QRectF, share: float, track: QColor, fill: QColor, *, rtl: bool
) -> None:
    """Paint a progress bar filled from the start edge; ``share`` from 0 to 1."""
    radius = rect.height() / 2
    box(painter, rect, radius, track)
    length = max(rect.height(), rect.width() * min(share, 1.0)) if share > 0 else 0.0
    if length:
        left = rect.right() - length if rtl else rect.left()
        box(painter, QRectF(left, rect.top(), length, rect.height()), radius, fill)


def with_alpha(colour: QColor, alpha: int) -> QColor:
    """Return a copy of ``colour`` with ``alpha`` from 0 to 255."""
    made = QColor(colour)
    made.setAlpha(alpha)
    return made


def ceil_width(words: str, font: QFont) -> int:
    """Return how many whole pixels ``words`` need in ``font``."""
    return math.ceil(fonts.measure(font).horizontalAdvance(words))
