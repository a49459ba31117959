"""Figures: what a sale gives and why, totals, and small key figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import RADIUS, SIZE, Role, TextStyle
from ui.views.components.base import PaintedButton, PaintedWidget, begin

_GAP = 12
_REASON = 24


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there are points: words and the signed part. ``strong`` is for a sum or a balance."""

    text: str
    points: str
    strong: bool = False


class PointsFigure(PaintedButton):
    """What a sale gives: a caption, the big figure, and reasons that add up to it.

    ``clicked`` asks for the arithmetic; where there is none to open it is not enabled.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._caption, self._figure = "", ""
        self._role: Role = "positive"
        self._reasons: tuple[Reason, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setFigure(
        self, caption: str, figure: str, reasons: Sequence[Reason] = (), role: Role = "positive"
    ) -> None:
        """Show a figure with its reasons."""
        self._caption, self._figure, self._role = caption, figure, role
        self._reasons = tuple(reasons)
        said = [f"{caption} {figure}", *(f"{r.text} {r.points}" for r in self._reasons)]
        self.setAccessibleName(", ".join(said))
        self.refresh()

    def hasHeightForWidth(self) -> bool:
        """Reasons that break make the figure taller."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height with every reason broken to ``width``."""
        lines = sum(len(self._broken(reason, width)) for reason in self._reasons)
        extra = lines - len(self._reasons)
        strong = 4 * any(reason.strong for reason in self._reasons)
        return SIZE.touch + len(self._reasons) * _REASON + extra * 17 + strong

    def _broken(self, reason: Reason, width: float) -> list[str]:
        font = fonts.font("caption", "semibold" if reason.strong else "regular")
        room = width - fonts.width(painting.ltr(reason.points), "caption", "semibold") - _GAP
        return painting.wrap(reason.text, font, room)

    def sizeHint(self) -> QSize:
        """Return the room at the width of the counter's end column."""
        return QSize(308, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        figure = fonts.width(painting.ltr(self._figure), "big", "semibold")
        return QSize(max(200, figure), self.heightForWidth(max(self.width(), 200)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint figure and reasons."""
        painter, width = begin(self), float(self.width())
        if self.ring:
            painting.focus_ring(painter, self.area(), RADIUS.control)
        elif self.is_hovered():
            around = self.area()
            painting.box(painter, around, RADIUS.control, theme.color("surface"))
        figure = painting.ltr(self._figure)
        wide = fonts.width(figure, "big", "semibold")
        place = painting.visual(QRectF(width - wide, 0, wide, 40), width, self.rtl)
        font, ink = fonts.font("big", "semibold"), theme.color(self._role)
        painting.text(painter, place, figure, font, ink, align="end", rtl=self.rtl)
        room = painting.visual(QRectF(0, 0, width - wide - _GAP, 40), width, self.rtl)
        self._paint_caption(painter, room)
        top = float(SIZE.touch)
        for reason in self._reasons:
            top += 4 if reason.strong else 0
            top += self._paint_reason(painter, reason, top, width)

    def _paint_caption(self, painter: QPainter, room: QRectF) -> None:
        style: TextStyle = "body"
        if fonts.width(self._caption, "body", "medium") > room.width():
            style = "caption"
        font, ink = fonts.font(style, "medium"), theme.color("muted")
        lines = painting.wrap(self._caption, font, room.width())[:2]
        top = room.center().y() - len(lines) * 9
        for number, words in enumerate(lines):
            row = QRectF(room.x(), top + number * 18, room.width(), 18)
            painting.text(painter, row, words, font, ink, rtl=self.rtl)

    def _paint_reason(self, painter: QPainter, reason: Reason, top: float, width: float) -> float:
        role: Role = "text" if reason.strong else "muted"
        ink = theme.color(role)
        points, bold = painting.ltr(reason.points), fonts.font("caption", "semibold")
        font = bold if reason.strong else fonts.font("caption")
        wide = fonts.width(points, "caption", "semibold")
        value_font = bold if reason.strong else fonts.font("caption", "medium")
        lines = self._broken(reason, width)
        high = _REASON + (len(lines) - 1) * 17
        end = painting.visual(QRectF(width - wide, top, wide, _REASON), width, self.rtl)
        painting.text(painter, end, points, value_font, ink, align="end", rtl=self.rtl)
        for number, words in enumerate(lines):
            row = QRectF(0, top + number * 17, width - wide - _GAP, _REASON)
            place = painting.visual(row, width, self.rtl)
            painting.text(painter, place, words, font, ink, rtl=self.rtl)
        return high


class TotalRow(PaintedWidget):
    """The sum of all: a word, perhaps what it was before, and the figure as large as fits."""

    def __init__(
        self, style: TextStyle = "display", role: Role = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style: TextStyle = style
        self._role: Role = role
        self._label, self._figure, self._was = "", "", ""
        self.setFixedHeight(max(fonts.line(style) + 6, 38))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setTotal(self, label: str, figure: str, was: str = "") -> None:
        """Show a total; ``was`` stands small before it."""
        self._label, self._figure, self._was = label, figure, was
        self.setAccessibleName(" ".join(part for part in (label, figure, was) if part))
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return the room of word and figure."""
        return QSize(self._need(self._style), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """Return the room of word and figure with the figure at its smallest."""
        return QSize(self._need("title" if self._style != "lead" else "lead"), self.minimumHeight())

    def _need(self, style: TextStyle) -> int:
        figure = fonts.width(painting.ltr(self._figure), style, "semibold")
        was = fonts.width(self._was, "body") + 10 if self._was else 0
        return fonts.width(self._label, "lead", "semibold") + _GAP + was + figure

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint word, what it was, and figure on one line."""
        painter, width, height = begin(self), float(self.width()), float(self.height())
        label = fonts.width(self._label, "lead", "semibold")
        was = fonts.width(self._was, "body") + 10 if self._was else 0
        figure, room = painting.ltr(self._figure), width - label - was - _GAP
        ladder: tuple[TextStyle, ...] = ("hero", "display", "big", "title", "lead")
        steps = ladder[ladder.index(self._style) :] if self._style in ladder else (self._style,)
        style = fonts.fitting(figure, room, steps, "semibold")
        wide = fonts.width(figure, style, "semibold")
        font, ink = fonts.font(style, "semibold"), theme.color(self._role)
        place = painting.visual(QRectF(width - wide, 0, wide, height), width, self.rtl)
        painting.text(painter, place, figure, font, ink, align="end", rtl=self.rtl)
        words = painting.visual(QRectF(0, 0, label, height), width, self.rtl)
        bold = fonts.font("lead", "semibold")
        painting.text(painter, words, self._label, bold, theme.color("text"), rtl=self.rtl)
        if self._was:
            spot = QRectF(width - wide - was, 0, was - 10, height)
            before = painting.visual(spot, width, self.rtl)
            muted = theme.color("muted")
            painting.text(painter, before, self._was, fonts.font("body"), muted, rtl=self.rtl)


class KeyFigure(PaintedWidget):
    """A figure and what it counts, one above the other."""

    def __init__(
        self,
        figure: str = "",
        caption: str = "",
        *,
        caption_first: bool = False,
        role: Role = "text",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._caption_first = caption_first
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setFigure(figure, caption, role)

    def setFigure(self, figure: str, caption: str, role: Role = "text") -> None:
        """Change figure and caption."""
        self._figure, self._caption = figure, caption
        self._role: Role = role
        self.setAccessibleName(f"{figure} {caption}")
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return the room of both."""
        figure = fonts.width(painting.isolate(self._figure), "title", "semibold")
        return QSize(max(figure, fonts.width(self._caption, "caption")), 52)

    def minimumSizeHint(self) -> QSize:
        """Return the room of both."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both."""
        painter, width = begin(self), float(self.width())
        tops = (20.0, 0.0) if self._caption_first else (0.0, 32.0)
        big, small = fonts.font("title", "semibold"), fonts.font("caption")
        row, figure = QRectF(0, tops[0], width, 32), painting.isolate(self._figure)
        painting.text(painter, row, figure, big, theme.color(self._role), rtl=self.rtl)
        row, muted = QRectF(0, tops[1], width, 18), theme.color("muted")
        painting.text(painter, row, self._caption, small, muted, rtl=self.rtl)
