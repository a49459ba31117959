"""Parts of the return page: the goods that come back, and what happens to the points."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import Role
from ui.viewmodels.take_back import Change, Line
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.words import paint_two_lines

_LINE = 60


class GoodsList(PaintedWidget):
    """Everything that comes back: quantity, name and detail, amount."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines."""
        self._lines = tuple(lines)
        said = (f"{line.quantity} {line.name}, {line.amount}" for line in lines)
        self.setAccessibleName("; ".join(said))
        self.setFixedHeight(_LINE * len(self._lines))

    def sizeHint(self) -> QSize:
        """Return the room of all lines."""
        return QSize(420, _LINE * len(self._lines))

    def minimumSizeHint(self) -> QSize:
        """Return the least width."""
        return QSize(260, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint line by line; names start at one x."""
        painter, width = begin(self), float(self.width())
        first = max([30, *(fonts.width(x.quantity, "body", "medium") for x in self._lines)]) + 12
        last = max([40, *(fonts.width(x.amount, "body", "medium") for x in self._lines)]) + 12
        font = fonts.font("body", "medium")
        for number, line in enumerate(self._lines):
            top = float(number * _LINE)
            if number:
                painting.hairline(painter, 0, top, width)
            cells: tuple[tuple[QRectF, str, Role, painting.Align], ...] = (
                (QRectF(0, top, first, _LINE), line.quantity, "muted", "start"),
                (QRectF(width - last, top, last, _LINE), line.amount, "text", "end"),
            )
            for rect, words, role, align in cells:
                place = painting.visual(rect, width, self.rtl)
                ink = theme.color(role)
                painting.text(painter, place, words, font, ink, align=align, rtl=self.rtl)
            room = QRectF(first, top, width - first - last, _LINE)
            place = painting.visual(room, width, self.rtl)
            name = painting.isolate(line.name)
            paint_two_lines(painter, place, name, line.detail, rtl=self.rtl)


class ChangeRow(PaintedWidget):
    """Before → after, and the difference: "Balance  1,284 → 1,441  +157"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._change: Change | None = None
        self.setFixedHeight(40)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_change(self, change: Change) -> None:
        """Show another change."""
        self._change = change
        said = f"{change.label}: {change.before} → {change.after} {change.difference}"
        self.setAccessibleName(said)
        self.refresh()

    def _cells(self, change: Change) -> list[tuple[str, QFont, Role, float]]:
        """From the end edge: difference, after, arrow, before."""
        gain: Role = "positive" if change.gain else "danger"
        arrow = "←" if self.rtl else "→"
        bold, body = fonts.font("body", "semibold"), fonts.font("body")
        small = fonts.font("caption", "semibold")
        least = fonts.width("−1,000", "caption", "semibold") + 14
        after = fonts.width(change.after, "body", "semibold") + 8
        return [
            (change.difference, small, gain, max(least, 40)),
            (change.after, bold, "text", max(after, 44)),
            (arrow, body, "muted", 24),
            (change.before, body, "muted", fonts.width(change.before, "body") + 2),
        ]

    def sizeHint(self) -> QSize:
        """Return the room of the row."""
        change = self._change
        if change is None:
            return QSize(200, 40)
        need = sum(wide for *_, wide in self._cells(change))
        return QSize(int(need) + fonts.width(change.label, "body", "semibold") + 12, 40)

    def minimumSizeHint(self) -> QSize:
        """Return the least room of the row."""
        return QSize(200, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row."""
        if self._change is None:
            return
        painter, width, change = begin(self), float(self.width()), self._change
        x = width
        for words, font, role, wide in self._cells(change):
            x -= wide
            place = painting.visual(QRectF(x, 0, wide, 40), width, self.rtl)
            align: painting.Align = "center" if words in "←→" else "end"
            ink = theme.color(role)
            painting.text(painter, place, words, font, ink, align=align, rtl=self.rtl)
        font = fonts.font("body", "semibold" if change.strong else "regular")
        place = painting.visual(QRectF(0, 0, x - 8, 40), width, self.rtl)
        ink = theme.color("text")
        painting.text(painter, place, change.label, font, ink, rtl=self.rtl, elide=True)
