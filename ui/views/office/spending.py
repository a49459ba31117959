"""Spending by channel: a legend with the totals, and twelve months of bars."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import Role
from ui.viewmodels.member_words import Month, Pair
from ui.views.components.base import PaintedWidget, begin, grow
from ui.views.components.label import Divider, Label
from ui.views.components.rows import PairRow

_AXIS = 32
_FOOT = 22
_DOT = 10


class Legend(PaintedWidget):
    """Two channels with what was spent in each; on two lines where one is too short."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[tuple[str, str, Role], ...] = ()
        grow(self)

    def set_parts(self, shop: tuple[str, str], online: tuple[str, str]) -> None:
        """Show (name, total) of both channels."""
        self._parts = ((*shop, "chart_1"), (*online, "chart_2"))
        self.setAccessibleName(", ".join(f"{name} {total}" for name, total, _ in self._parts))
        self.refresh()

    def _need(self, name: str, total: str) -> int:
        return (
            _DOT + 8 + fonts.width(name, "caption") + 8 + fonts.width(total, "caption", "semibold")
        )

    def _rows(self, width: int) -> int:
        need = sum(self._need(name, total) for name, total, _ in self._parts) + 16
        return 1 if need <= width else 2

    def hasHeightForWidth(self) -> bool:
        """Long words take two lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at ``width``."""
        return 22 * self._rows(width)

    def sizeHint(self) -> QSize:
        """Return the room of the legend."""
        return QSize(240, self.heightForWidth(max(self.width(), 120)))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        needs = [self._need(name, total) for name, total, _ in self._parts]
        return QSize(max([60, *needs]), self.heightForWidth(max(self.width(), 120)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both channels."""
        painter, width = begin(self), float(self.width())
        rows = self._rows(self.width())
        for number, (name, total, role) in enumerate(self._parts):
            need = self._need(name, total)
            x = 0.0 if number == 0 or rows == 2 else width - need
            top = 22.0 * number if rows == 2 else 0.0
            self._paint_part(painter, QRectF(x, top, need, 22), (name, total, role), width)

    def _paint_part(
        self, painter: QPainter, rect: QRectF, part: tuple[str, str, Role], width: float
    ) -> None:
        name, total, role = part
        dot = painting.visual(QRectF(rect.x(), rect.y() + 6, _DOT, _DOT), width, self.rtl)
        painting.disc(painter, dot, theme.color(role))
        x, wide = rect.x() + _DOT + 8, fonts.width(name, "caption")
        place = painting.visual(QRectF(x, rect.y(), wide, 22), width, self.rtl)
        font, muted = fonts.font("caption"), theme.color("muted")
        painting.text(painter, place, name, font, muted, rtl=self.rtl)
        bold = fonts.width(total, "caption", "semibold")
        place = painting.visual(QRectF(x + wide + 8, rect.y(), bold, 22), width, self.rtl)
        font, ink = fonts.font("caption", "semibold"), theme.color("text")
        painting.text(painter, place, total, font, ink, rtl=self.rtl)


class MonthBars(PaintedWidget):
    """Twelve stacked bars, shop below online; time runs with the reading direction."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._months: tuple[Month, ...] = ()
        self._unit = 100
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_months(self, months: Sequence[Month], unit: int) -> None:
        """Show other months; ``unit`` is how many minor units make one on the axis."""
        self._months, self._unit = tuple(months), unit
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return the room of the chart."""
        return QSize(240, 170)

    def minimumSizeHint(self) -> QSize:
        """Return the least room of the chart."""
        return QSize(160, 170)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint grid, bars and the names of the months."""
        if not self._months:
            return
        painter, width = begin(self), float(self.width())
        most = max(month.shop + month.online for month in self._months) / self._unit
        step = axis_step(most)
        lines = max(1, -(-int(most + 0.999) // step))
        high = self.height() - _FOOT - 10.0
        self._paint_grid(painter, width, high, (step, lines))
        scale = high / (step * lines * self._unit)
        side = (width - _AXIS) / len(self._months)
        for number, month in enumerate(self._months):
            slot = QRectF(_AXIS + number * side, 10, side, high)
            self._paint_month(painter, slot, month, scale)

    def _paint_grid(
        self, painter: QPainter, width: float, high: float, axis: tuple[int, int]
    ) -> None:
        step, lines = axis
        font, muted = fonts.font("key"), theme.color("muted")
        for number in range(lines + 1):
            y = 10 + high - high * number / lines
            rule = painting.visual(QRectF(_AXIS, y, width - _AXIS, 1), width, self.rtl)
            painter.fillRect(rule, theme.color("line"))
            place = painting.visual(QRectF(0, y - 8, _AXIS - 8, 16), width, self.rtl)
            words = painting.ltr(_short(step * number))
            painting.text(painter, place, words, font, muted, align="end", rtl=self.rtl)

    def _paint_month(self, painter: QPainter, slot: QRectF, month: Month, scale: float) -> None:
        width, side = float(self.width()), min(slot.width() * 0.56, 22.0)
        x, floor = slot.center().x() - side / 2, slot.bottom()
        shop, online = month.shop * scale, month.online * scale
        parts: tuple[tuple[float, float, Role], ...] = (
            (floor - shop, shop, "chart_1"),
            (floor - shop - online - 1.5, online, "chart_2"),
        )
        for top, high, role in parts:
            if high >= 1:
                bar = painting.visual(QRectF(x, top, side, high), width, self.rtl)
                painting.box(painter, bar, 2, theme.color(role))
        label = painting.visual(QRectF(slot.x(), floor + 4, slot.width(), 16), width, self.rtl)
        font = fonts.font("key", "semibold" if month.now else "regular")
        ink = theme.color("text" if month.now else "muted")
        painting.text(painter, label, month.label, font, ink, align="center", rtl=self.rtl)


def axis_step(most: float) -> int:
    """A round step that makes two to four lines up to ``most``."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if most <= step * factor * 4:
                return step * factor
        step *= 10


def _short(value: int) -> str:
    if value >= 1_000_000:
        return f"{value // 1_000_000}M"
    return f"{value // 1000}k" if value >= 10_000 else str(value)


class SpendingPanel(QWidget):
    """The side of a member page: what was spent where, and what is bought most often."""

    def __init__(self, title: str, often: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label(title, "body", "semibold")
        self.often = Label(often, "body", "semibold")
        self.line = Divider()
        self.favourites = [PairRow(label_role="text", value_role="muted") for _ in range(3)]
        self.legend = Legend()
        self.bars = MonthBars()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.legend)
        column.addSpacing(6)
        column.addWidget(self.bars)
        column.addSpacing(12)
        column.addWidget(self.line)
        column.addSpacing(10)
        column.addWidget(self.often)
        for row in self.favourites:
            column.addWidget(row)
        column.addStretch(1)

    def show_favourites(self, pairs: Sequence[Pair]) -> None:
        """Show what is bought most often; nothing where nothing was bought."""
        self.line.setVisible(bool(pairs))
        self.often.setVisible(bool(pairs))
        for number, row in enumerate(self.favourites):
            row.setVisible(number < len(pairs))
            if number < len(pairs):
                row.setPair(pairs[number].label, pairs[number].value)
