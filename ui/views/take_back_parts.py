"""Parts of the return page: the slip as it lies there, the goods, and what happens to points."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.slips import Block, Slip
from ui.theme import fonts, painting, theme
from ui.theme.tokens import Role
from ui.viewmodels.take_back import Change, Line
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.words import paint_two_lines

_EDGE = 8
_PAD = 18
_STEP = 20
_RULE = 14
_TEAR = 6.0
_TOOTH = 8.0
_LINE = 60


class SlipBrief(PaintedWidget):
    """The sale's slip in short, on paper with a torn edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slip: Slip | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_slip(self, slip: Slip | None) -> None:
        """Show another slip."""
        self._slip = slip
        said = (f"{block.text} {block.value}".strip() for block in slip.blocks) if slip else ()
        self.setAccessibleName(", ".join(text for text in said if text))
        self.refresh()

    def _rows(self, width: float) -> list[tuple[Block, list[str], float]]:
        made = []
        for block in self._slip.blocks if self._slip else ():
            if block.kind == "rule":
                made.append((block, [""], float(_RULE)))
                continue
            lines = painting.wrap(block.text, _font(block), self._room(block, width))
            made.append((block, lines, float(_STEP * len(lines))))
        return made

    def _room(self, block: Block, width: float) -> float:
        inner = width - 2 * (_EDGE + _PAD)
        value = fonts.measure(_font(block)).horizontalAdvance(block.value)
        return inner - (value + 12 if block.value else 0)

    def hasHeightForWidth(self) -> bool:
        """As long as the slip is."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the paper."""
        rows = sum(high for _, _, high in self._rows(width))
        return int(rows + 2 * _PAD + 2 * _EDGE + _TEAR) if self._slip else 0

    def sizeHint(self) -> QSize:
        """Return the room of the paper."""
        return QSize(310, self.heightForWidth(max(self.width(), 260)))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(250, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint paper and words."""
        if self._slip is None:
            return
        painter, width = begin(self), float(self.width())
        body = QRectF(_EDGE, _EDGE, width - 2 * _EDGE, self.height() - 2 * _EDGE - _TEAR)
        _paint_paper(painter, body)
        top = body.y() + _PAD
        for block, lines, high in self._rows(width):
            self._paint_block(painter, block, lines, top)
            top += high

    def _paint_block(self, painter: QPainter, block: Block, lines: list[str], top: float) -> None:
        left, inner = float(_EDGE + _PAD), self.width() - 2.0 * (_EDGE + _PAD)
        ink, rtl = theme.color("ink"), self._slip is not None and self._slip.rtl
        if block.kind == "rule":
            _paint_rule(painter, left, top + _RULE / 2, inner)
            return
        font = _font(block)
        if block.value:
            row = QRectF(left, top, inner, _STEP)
            painting.text(painter, row, block.value, font, ink, align="end", rtl=rtl)
        room = self._room(block, self.width())
        for number, words in enumerate(lines):
            x = left + inner - room if rtl else left
            row = QRectF(x, top + number * _STEP, room, _STEP)
            centre = block.align == "center"
            painting.text(
                painter, row, words, font, ink, align="center" if centre else "start", rtl=rtl
            )


def _font(block: Block) -> QFont:
    return fonts.font("caption", "semibold" if block.bold else "regular")


def _paint_rule(painter: QPainter, x: float, y: float, width: float) -> None:
    ink = theme.color("ink")
    for number in range(int(width // 6)):
        painter.fillRect(QRectF(x + number * 6, y, 3, 1), ink)


def _paint_paper(painter: QPainter, body: QRectF) -> None:
    painting.box(painter, body.adjusted(-1, 0, 1, 2), 2, None, theme.color("line_strong"))
    corners = [body.topLeft(), body.topRight(), body.bottomRight()]
    teeth = max(1, round(body.width() / _TOOTH))
    step = body.width() / teeth
    for number in range(teeth):
        x = body.right() - number * step
        corners.append(QPointF(x - step / 2, body.bottom() + _TEAR))
        corners.append(QPointF(x - step, body.bottom()))
    painter.setPen(theme.color("line_strong"))
    painter.setBrush(theme.color("paper"))
    painter.drawPolygon(QPolygonF(corners))


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
