"""Widths of the counter's three places, wide and narrow, and small layout helpers."""

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

NARROW_BELOW = 1200
"""Windows narrower than this get the 1024 grid."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Widths in pixels: who, then; padding inside the end column; the slip."""

    start: int
    end: int
    pad: int
    idle_end: int
    paper: int


WIDE = Grid(start=360, end=344, pad=18, idle_end=376, paper=308)
NARROW = Grid(start=288, end=292, pad=14, idle_end=300, paper=256)


def grid_for(width: int) -> Grid:
    """The grid of a window this wide."""
    return WIDE if width >= NARROW_BELOW else NARROW


def column(parent: QWidget | None = None, *, margin: int = 0, spacing: int = 0) -> QVBoxLayout:
    """A column with the same margin all round (Qt does not mirror margins)."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    made.setContentsMargins(margin, margin, margin, margin)
    made.setSpacing(spacing)
    return made


def row(parent: QWidget | None = None, *, spacing: int = 8) -> QHBoxLayout:
    """A row without margins."""
    made = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    return made


def fill(layout: QBoxLayout, *items: QWidget | QLayout | int | None) -> None:
    """Add widgets and layouts in order; a number is a gap, None takes the spare room."""
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)


class Stack(QStackedWidget):
    """Screens in one place; only the one that shows says how much room is needed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return the room that the shown screen likes."""
        shown = self.currentWidget()
        return shown.sizeHint() if shown is not None else QSize()

    def minimumSizeHint(self) -> QSize:
        """Return the room that the shown screen needs."""
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else QSize()
