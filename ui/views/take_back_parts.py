"""Parts of the return page: the goods that come back, and what happens to the points."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QFont, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import RADIUS, SIZE, Role, Weight
from ui.viewmodels.take_back import Change, Line
from ui.views.components.base import PaintedButton, PaintedWidget, begin, grow
from ui.views.components.choice import Segmented, Stepper
from ui.views.components.toggle import paint_check
from ui.views.components.words import paint_two_lines

_EDGE = 14


class GoodsRow(PaintedButton):
    """A line of the sale: pressed, all of it comes back or none; ``changed`` carries how many.

    The stepper is there where more than one piece can come back.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._line = Line("", "", "", 0, 0)
        self.stepper = Stepper(1, least=0, parent=self)
        self.stepper.changed.connect(self.changed)
        self.clicked.connect(self._toggle)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_line(self, line: Line) -> None:
        """Show another line, or another number of it."""
        self._line = line
        self.setText(line.name)
        said = f"{line.chosen} / {line.left}"
        self.setAccessibleName(f"{line.name}, {said}, {line.amount}")
        self.setEnabled(line.left > 0)
        self.stepper.setMost(max(line.left, 1))
        self.stepper.setValue(line.chosen)
        self.stepper.setVisible(line.left > 1 and line.chosen > 0)
        self._place()
        self.refresh()

    def _toggle(self) -> None:
        self.changed.emit(0 if self._line.chosen else self._line.left)

    def sizeHint(self) -> QSize:
        """Return the room of a line."""
        return QSize(420, SIZE.basket_line)

    def minimumSizeHint(self) -> QSize:
        """Return the least width."""
        return QSize(320, SIZE.basket_line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the stepper in its place."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Mirror the stepper with the direction."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def _price(self) -> int:
        return max(fonts.width(painting.ltr(self._line.amount), "body", "semibold"), 50)

    def _place(self) -> None:
        x = self.width() - _EDGE - self._price() - 16 - SIZE.stepper_width
        spot = QRectF(x, (self.height() - SIZE.touch) / 2, SIZE.stepper_width, SIZE.touch)
        self.stepper.move(painting.visual(spot, self.width(), self.rtl).topLeft().toPoint())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box, words and amount."""
        painter, rect, line, rtl = begin(self), self.area(), self._line, self.rtl
        width, height, taken = rect.width(), rect.height(), line.chosen > 0
        if taken:
            painting.selection(painter, rect, RADIUS.large)
        box = painting.visual(QRectF(_EDGE, (height - 24) / 2, 24, 24), width, rtl)
        paint_check(painter, box, taken, enabled=self.isEnabled())
        if self.ring:
            painting.focus_ring(painter, rect, RADIUS.large)
        ink: Role = "text" if taken else "muted"
        wide = self._price()
        place = painting.visual(QRectF(width - _EDGE - wide, 0, wide, height), width, rtl)
        font, price = fonts.font("body", "semibold"), painting.ltr(line.amount)
        painting.text(painter, place, price, font, theme.color(ink), align="end", rtl=rtl)
        start = _EDGE + 24 + 14
        steps = SIZE.stepper_width + 16 if not self.stepper.isHidden() else 0
        room = QRectF(start, 0, width - start - wide - _EDGE - 12 - steps, height)
        words = painting.visual(room, width, rtl)
        paint_two_lines(painter, words, painting.isolate(line.name), line.detail, rtl=rtl, ink=ink)


class GoodsList(QWidget):
    """Every line of the sale. ``changed`` carries its place and how many pieces come back."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[GoodsRow] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(2)
        self._box.addStretch(1)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show the lines and what is chosen of them."""
        while len(self.rows) < len(lines):
            row = GoodsRow()
            row.changed.connect(self._tell)
            self._box.insertWidget(len(self.rows), row)
            self.rows.append(row)
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(lines))
            if number < len(lines):
                row.show_line(lines[number])

    def _tell(self, quantity: object) -> None:
        row = self.sender()
        if isinstance(row, GoodsRow):
            self.changed.emit((self.rows.index(row), int(str(quantity))))

    def step(self, by: int) -> None:
        """More or fewer of the line that has the keyboard."""
        for row in self.rows:
            if row.hasFocus():
                row.stepper.step(by)


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


def column_in(place: QWidget, side: int = 0, top: int = 0) -> QVBoxLayout:
    """A column with the same margins at both sides, and above and below."""
    column = QVBoxLayout(place)
    column.setContentsMargins(side, top, side, top)
    column.setSpacing(0)
    return column
