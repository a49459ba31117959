"""A quiet scroll bar: a thin handle at the end edge, wide enough to be taken by a finger."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QWidget

from ui.theme import painting, theme
from ui.views.components.base import begin, is_rtl

_WIDE = 14
_HANDLE = 6
_LEAST = 44


class SlimBar(QScrollBar):
    """A standing scroll bar without arrows and track."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """Return the room of the handle and some air."""
        return QSize(_WIDE, _LEAST)

    def minimumSizeHint(self) -> QSize:
        """Return the room of the handle and some air."""
        return self.sizeHint()

    def handle_rect(self) -> QRectF:
        """Return where the handle is."""
        span = self.maximum() - self.minimum()
        if span <= 0:
            return QRectF()
        high = max(self.height() * self.pageStep() / (span + self.pageStep()), _LEAST)
        top = (self.height() - high) * (self.value() - self.minimum()) / span
        x = 0 if is_rtl(self) else self.width() - _HANDLE
        return QRectF(x, top, _HANDLE, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the handle."""
        rect = self.handle_rect()
        if rect.isValid():
            role = theme.color("outline" if self.underMouse() else "line_strong")
            painting.box(begin(self), rect, _HANDLE / 2, role)


def slim(area: QAbstractScrollArea) -> None:
    """Give an area the quiet scroll bar."""
    area.setVerticalScrollBar(SlimBar(area))
