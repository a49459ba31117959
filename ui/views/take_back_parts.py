"""Parts of the return page: the goods that come back, and what happens to the points."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import SIZE, Role, Weight
from ui.viewmodels.take_back import Change, Line
from ui.views.components.base import PaintedWidget, begin, grow
from ui.views.components.choice import Segmented
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
        weight: Weight = "semibold" if change.strong else "regular"
        style = fonts.fitting(change.label, x - 8, ("body", "caption"), weight)
        font = fonts.font(style, weight)
        place = painting.visual(QRectF(0, 0, x - 8, 40), width, self.rtl)
        ink = theme.color("text")
        painting.text(painter, place, change.label, font, ink, rtl=self.rtl, elide=True)


class FoldingSegmented(Segmented):
    """A segmented control that takes two rows where one is too narrow; no word is ever cut."""

    def __init__(self, texts: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(texts, parent)
        grow(self)

    def _folds(self, width: float) -> bool:
        return width < sum(self._needs()) + 10

    def hasHeightForWidth(self) -> bool:
        """Two rows are higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of one or two rows."""
        return 2 * SIZE.touch - 4 if self._folds(width) else SIZE.touch

    def sizeHint(self) -> QSize:
        """Return the room of one row, as high as the width of now asks."""
        return QSize(sum(self._needs()) + 10, self.heightForWidth(max(self.width(), 1)))

    def minimumSizeHint(self) -> QSize:
        """Return the room of the longer one of two rows."""
        longer = max(sum(row) for row in self._halves())
        return QSize(longer + 10, self.heightForWidth(max(self.width(), 1)))

    def _halves(self) -> list[list[int]]:
        needs = self._needs()
        half = -(-len(needs) // 2)
        return [needs[:half], needs[half:]]

    def rects(self) -> list[QRectF]:
        """Return where each word is, in one row or in two."""
        if not self._folds(self.width()):
            return super().rects()
        high, made = (self.height() - 8.0) / 2, []
        for number, needs in enumerate(self._halves()):
            spare, x = (self.width() - 8.0 - sum(needs)) / max(len(needs), 1), 4.0
            for need in needs:
                rect = QRectF(x, 4 + number * high, need + spare, high)
                made.append(painting.visual(rect, self.width(), self.rtl))
                x += need + spare
        return made
