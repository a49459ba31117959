"""Scrolling without noise: a slim bar that is only a handle, an area with no frame or ground."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QScrollArea,
    QScrollBar,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from ui.theme import painting, theme
from ui.views.components.base import begin, is_rtl

BAR_WIDTH = 12
_HANDLE = 6


class ScrollBar(QScrollBar):
    """An upright scroll bar of which only the handle is seen; Qt keeps doing the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)

    def sizeHint(self) -> QSize:
        """Return a slim bar."""
        return QSize(BAR_WIDTH, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the handle."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ScrollBarSlider
        control = QStyle.ComplexControl.CC_ScrollBar
        handle = QRectF(self.style().subControlRect(control, option, part, self))
        held = self.isSliderDown() or self.underMouse()
        ink = theme.color("outline" if held else "line_strong")
        if self.maximum() > self.minimum():
            # At the outer edge: the rest is air between the handle and the words beside it.
            x = 1 if is_rtl(self) else self.width() - _HANDLE - 1
            place = QRectF(x, handle.y() + 2, _HANDLE, handle.height() - 4)
            painting.box(begin(self), place, _HANDLE / 2, ink)


def calm(area: QAbstractScrollArea) -> None:
    """Take frame and ground from ``area`` and give it the quiet bar."""
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setVerticalScrollBar(ScrollBar())
    palette = area.palette()
    for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Window):
        palette.setColor(role, Qt.GlobalColor.transparent)
    area.viewport().setPalette(palette)
    area.viewport().setAutoFillBackground(False)


class ScrollArea(QScrollArea):
    """A place whose content may be longer than it: no frame, no ground, no sideways scrolling."""

    def __init__(self, content: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        calm(self)
        if content is not None:
            self.take(content)

    def take(self, content: QWidget) -> None:
        """Show ``content``, with what lies behind shining through."""
        self.setWidget(content)
        content.setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        """Return the content's least width: only its length may be hidden."""
        content = self.widget()
        wide = content.minimumSizeHint().width() if content is not None else 0
        return QSize(max(wide, 0) + BAR_WIDTH, 80)
