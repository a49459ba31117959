"""The end side of the customer's screen, painted: the basket, its sum, and the offers to touch."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import RADIUS, Role
from ui.viewmodels.customer_face import Row
from ui.views.components.base import PaintedButton, begin
from ui.views.customer_parts import LEAST, Scaled


class RowList(Scaled):
    """The basket, newest at the bottom; what has no room is counted above."""

    STEP = 69.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def spoken(self) -> str:
        """Return the rows."""
        return ", ".join(f"{row.times} {row.name} {row.amount}".strip() for row in self.shown.rows)

    def room(self) -> int:
        """Return how many rows have room."""
        taken = self.px(46) if self.shown.heading else 0.0
        return max(int((self.height() - taken) // self.px(self.STEP)), 1)

    def visible_rows(self) -> tuple[Row, ...]:
        """Return the rows that are painted."""
        rows, room = self.shown.rows, self.room()
        return rows if len(rows) <= room else rows[-(room - 1) :] if room > 1 else rows[-1:]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint line by line, with hairlines between."""
        painter = begin(self)
        step, y = self.px(self.STEP), 0.0
        width = float(self.width())
        if self.shown.heading:
            font = self.type(20, "semibold")
            self.write(painter, self.shown.heading, font, "muted", self.px(18), width=width)
            y = self.px(46)
        rows = self.visible_rows()
        hidden = len(self.shown.rows) - len(rows)
        if hidden:
            more = self.shown.words.n("and {n} more", "and {n} more", hidden)
            self.write(painter, more, self.type(20), "muted", y + step / 2, width=width)
            y += step
        for number, row in enumerate(rows):
            if y > 0 and (number or not self.shown.heading):
                painting.hairline(painter, 0, y, width)
            self._paint_row(painter, row, y + step / 2, width)
            y += step

    def _paint_row(self, painter: QPainter, row: Row, y: float, width: float) -> None:
        plain, strong, small = self.type(24), self.type(24, "semibold"), self.type(18)
        gap = self.px(16)
        amount = painting.ceil_width(row.amount, strong)
        role: Role = "positive" if row.gain else "text"
        self.write(painter, row.amount, strong, role, y, width=width, align="end")
        x = 0.0
        if row.times:
            self.write(painter, row.times, plain, "muted", y, width=width)
            x = max(painting.ceil_width(row.times, plain) + gap, self.px(51))
        note = painting.ceil_width(row.note, small) + gap if row.note else 0.0
        room = width - x - amount - gap - note
        below = row.note and painting.ceil_width(row.name, plain) > room
        if below:
            room, y = room + note, y - self.px(12)
            self.write(painter, row.note, small, "positive", y + self.px(28), x=x, width=room)
        elif row.note:
            end = width - amount - gap
            self.write(painter, row.note, small, "positive", y, width=end, align="end")
        self.write(painter, row.name, plain, role, y, x=x, width=room, elide=True)


class SumLine(Scaled):
    """What it gives and what is to pay."""

    def spoken(self) -> str:
        """Return both figures."""
        it = self.shown
        given = f"{it.gain} {it.gain_caption}" if it.gain else ""
        return ", ".join(part for part in (given, f"{it.total_label} {it.total}".strip()) if part)

    def sizeHint(self) -> QSize:
        """Return the height of the larger figure with its label."""
        return QSize(400, round(self.px(104)))

    def minimumSizeHint(self) -> QSize:
        """Return the same: figures are not cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the gain at the start and the total at the end."""
        painter, it, width = begin(self), self.shown, float(self.width())
        self.write(painter, it.total_label, self.type(18), "muted", self.px(14), width=width,
                   align="end")  # fmt: skip
        figure = self.fitting(it.total, (56, 48, 40), "semibold", width * 0.6)
        taken = painting.ceil_width(it.total, figure) if it.total else 0
        self.write(painter, it.total, figure, "text", self.px(66), width=width, align="end")
        if it.gain:
            room = width - taken - self.px(24)
            gain = self.type(40, "semibold")
            self.write(painter, it.gain, gain, "positive", self.px(50), width=room)
            caption = self.fitting(it.gain_caption, (18,), "regular", room)
            self.write(
                painter, it.gain_caption, caption, "muted", self.px(88), width=room, elide=True
            )


class ChoiceButton(PaintedButton):
    """Something the points buy, to be touched; it never takes the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.scale = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a size for a fingertip."""
        return QSize(120, round(max(72 * self.scale, 56)))

    def _lines(self) -> tuple[list[str], QFont]:
        """Two lines at most, smaller where the words are long."""
        made = [fonts.sized(max(round(px * self.scale), LEAST), "semibold") for px in (20, 18)]
        for font in made:
            lines = painting.wrap(self.text(), font, self.width() - 16)
            if len(lines) <= 2:
                return lines, font
        return lines[:2], made[-1]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box and the words in its middle."""
        painter = begin(self)
        ground: Role = "sunken" if self.isDown() else "surface" if self.is_hovered() else "raised"
        painting.box(
            painter, self.area(), RADIUS.large, theme.color(ground), theme.color("line_strong")
        )
        lines, font = self._lines()
        step = fonts.measure(font).height()
        top = (self.height() - step * len(lines)) / 2
        for number, words in enumerate(lines):
            rect = QRectF(8, top + number * step, self.width() - 16, step)
            painting.text(
                painter, rect, words, font, theme.color("text"), align="center", rtl=self.rtl,
                elide=True,
            )  # fmt: skip
