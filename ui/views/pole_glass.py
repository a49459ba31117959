"""A display of two lines as it stands on a counter, painted: for the demo's bench."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.customer_display import COLUMNS
from ui.theme import fonts, painting
from ui.theme.tokens import RADIUS
from ui.views.components.base import PaintedWidget, begin

_GLASS, _LIT = QColor("#0B1512"), QColor("#6FF2C8")
_CELL, _LINE, _PAD = 16, 28, 12
_CODEC = "cp858"


class PoleGlass(PaintedWidget):
    """Shows what a western ROM could; cells are equally wide and run from left to right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def can_show(self, char: str, /) -> bool:
        """Say whether such a display has this character."""
        return char.isprintable() and len(char.encode(_CODEC, "ignore")) == 1

    def show_lines(self, upper: str, lower: str, /) -> None:
        """Take two lines."""
        self._lines = (upper, lower)
        self.setAccessibleName(" ".join(f"{upper} {lower}".split()))
        self.update()

    def lines(self) -> tuple[str, str]:
        """Return what stands there."""
        return self._lines

    def sizeHint(self) -> QSize:
        """Return the room of two lines of twenty cells."""
        return QSize(COLUMNS * _CELL + 2 * _PAD, 2 * _LINE + 2 * _PAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the glass and its cells."""
        painter, font = begin(self), fonts.sized(20, "medium")
        painting.box(painter, self.area(), RADIUS.control, _GLASS)
        left = (self.width() - COLUMNS * _CELL) / 2
        for y, line in enumerate(self._lines):
            for x, char in enumerate(line[:COLUMNS]):
                cell = QRectF(left + x * _CELL, _PAD + y * _LINE, _CELL, _LINE)
                painting.text(painter, cell, char.strip(), font, _LIT, align="center")


class GlassLines:
    """The same as ``terminal.customer_display.ShowsLines``: a widget's ``show`` is Qt's."""

    def __init__(self, glass: PoleGlass) -> None:
        self._glass = glass

    def can_show(self, char: str, /) -> bool:
        """Say whether the glass has this character."""
        return self._glass.can_show(char)

    def show(self, upper: str, lower: str, /) -> None:
        """Show these lines."""
        self._glass.show_lines(upper, lower)
