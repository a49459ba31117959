"""Parts of the sync page: connections, buttons in lines, details in words, the queue."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.painting import Align
from ui.theme.tokens import RADIUS, Role
from ui.viewmodels.sync_faces import Connection, QueueRow
from ui.viewmodels.sync_words import Pairs
from ui.views.components.base import PaintedButton, PaintedWidget, begin
from ui.views.components.button import Button
from ui.views.components.chip import TONES, Tone, paint_avatar
from ui.views.components.label import Label
from ui.views.components.surface import Sheet

LIST, LIST_NARROW = 300, 256
_ROW = 45
_HEAD = 28
_TONES: dict[str, Tone] = {
    "positive": "positive",
    "warning": "warning",
    "danger": "danger",
    "neutral": "neutral",
}


class ConnectionRow(PaintedButton):
    """One connection: disc, name, how it stands in a word, when it last answered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._shown: Connection | None = None
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(68)

    @property
    def key(self) -> str:
        """The name of the connection."""
        return self._shown.key if self._shown else ""

    def show_connection(self, connection: Connection, *, chosen: bool = True) -> None:
        """Show how it stands."""
        self._shown = connection
        self.setChecked(chosen)
        self.setText(connection.name)
        self.setAccessibleName(f"{connection.name}: {connection.line}")
        self.update()

    def nextCheckState(self) -> None:
        """Leave choosing to the page."""

    def sizeHint(self) -> QSize:
        """Return the room of the row."""
        return QSize(LIST - 24, 68)

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(180, 68)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row; the chosen one on the ground of a selection."""
        if self._shown is None:
            return
        painter, rect, width = begin(self), self.area(), float(self.width())
        shown, tone = self._shown, TONES[_TONES[self._shown.tone]]
        if self.isChecked():
            painting.box(painter, rect, RADIUS.control, theme.color("accent_soft"))
        elif self.is_hovered():
            painting.box(painter, rect, RADIUS.control, theme.color("surface"))
        if self.ring:
            painting.focus_ring(painter, rect, RADIUS.control)
        place = painting.visual(QRectF(12, 12, 44, 44), width, self.rtl)
        ground: Role = "raised" if self.isChecked() else tone.ground
        paint_avatar(painter, place, "", ground, tone.ink, shown.icon)
        time = fonts.width(shown.last, "caption") + 12
        if fonts.width(shown.line, "caption") > width - 68 - time - 21:
            time = 0  # it stands below once more
        self._paint_words(painter, width, time)
        if not time:
            return
        place = painting.visual(QRectF(width - time - 6, 0, time, 68), width, self.rtl)
        font, muted = fonts.font("caption"), theme.color("muted")
        painting.text(painter, place, shown.last, font, muted, align="center", rtl=self.rtl)

    def _paint_words(self, painter: QPainter, width: float, end: float) -> None:
        shown = self._shown
        if shown is None:
            return
        room = width - 68 - end - 6
        name = painting.visual(QRectF(68, 14, room, 20), width, self.rtl)
        font, ink = fonts.font("body", "medium"), theme.color("text")
        words = painting.isolate(shown.name)
        painting.text(painter, name, words, font, ink, rtl=self.rtl, elide=True)
        dot = painting.visual(QRectF(68, 40, 8, 8), width, self.rtl)
        painting.disc(painter, dot, theme.color(TONES[_TONES[shown.tone]].ink))
        line = painting.visual(QRectF(83, 35, room - 15, 18), width, self.rtl)
        font, muted = fonts.font("caption"), theme.color("muted")
        painting.text(painter, line, shown.line, font, muted, rtl=self.rtl, elide=True)


class Flow(QWidget):
    """Buttons in as many lines as they need."""

    _GAP = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[Button] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, *buttons: Button) -> None:
        """Put these behind the others."""
        for button in buttons:
            button.setParent(self)
            self._buttons.append(button)
        self.arrange()

    def buttons(self) -> list[Button]:
        """Those that show."""
        return [button for button in self._buttons if not button.isHidden()]

    def _places(self, width: int) -> tuple[list[QRectF], int]:
        made: list[QRectF] = []
        x = y = tall = 0
        for button in self.buttons():
            size = button.sizeHint()
            if x and x + size.width() > width:
                x, y = 0, y + tall + self._GAP
            made.append(QRectF(x, y, size.width(), size.height()))
            x, tall = x + size.width() + self._GAP, size.height()
        return made, y + tall

    def arrange(self) -> None:
        """Put them where there is room now."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for button, place in zip(self.buttons(), self._places(self.width())[0], strict=True):
            button.setGeometry(painting.visual(place, self.width(), rtl).toRect())
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break anew."""
        super().resizeEvent(event)
        self.arrange()

    def hasHeightForWidth(self) -> bool:
        """Grow downwards."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        return self._places(width)[1]

    def sizeHint(self) -> QSize:
        """Return the room at the width that there is."""
        return QSize(320, self.heightForWidth(max(self.width(), 320)))

    def minimumSizeHint(self) -> QSize:
        """Return the room of the widest one."""
        widest = max((button.sizeHint().width() for button in self.buttons()), default=0)
        return QSize(widest, 44 if self.buttons() else 0)


class Details(Sheet):
    """Words and what stands behind them, which may be a sentence."""

    def __init__(self, pairs: Pairs = (), parent: QWidget | None = None) -> None:
        super().__init__(line=None, radius=RADIUS.large, parent=parent)
        self.pairs: Pairs = ()
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(16, 10, 16, 10)
        self._body = QWidget()
        self._inside.addWidget(self._body)
        self.show_pairs(pairs)

    def show_pairs(self, pairs: Pairs) -> None:
        """Show others."""
        if pairs == self.pairs:
            return
        self.pairs = pairs
        self._inside.removeWidget(self._body)
        self._body.hide()
        self._body.deleteLater()
        self._body = QWidget()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 5)
        for row, (word, value) in enumerate(pairs):
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(Label(word, "body", role="muted", wrap=True), row, 0, top)
            grid.addWidget(Label(value, "body", "medium", wrap=True), row, 1, top)
        self._inside.addWidget(self._body)


class Sign(PaintedWidget):
    """The filled warning sign of a banner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sign."""
        paint_icon(begin(self), self.area(), "warning", theme.color("warning"), "fill")


class QueueTable(QWidget):
    """Who, what, since when, in which state: a head, and rows that open. ``asked`` carries a key.

    ``details`` is shown below the row that is open.
    """

    asked = Signal(object)

    def __init__(self, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = _Head(heads)
        self.lines: list[QueueLine] = []
        self.details = Details()
        self.details.hide()
        self._shown: tuple[QueueRow, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.head)
        self._column.addWidget(self.details)

    def set_rows(self, rows: Sequence[QueueRow], opened: str = "", pairs: Pairs = ()) -> None:
        """Show other rows, one of them open."""
        self._shown = tuple(rows)
        while len(self.lines) < len(rows):
            line = QueueLine(self.head)
            line.clicked.connect(self._clicked)
            self._column.insertWidget(self._column.count() - 1, line)
            self.lines.append(line)
        self.head.measure(rows)
        self._column.removeWidget(self.details)
        at = None
        for number, line in enumerate(self.lines):
            line.setVisible(number < len(rows))
            if number < len(rows):
                line.show_row(rows[number], opened=bool(opened) and rows[number].key == opened)
                at = self._column.indexOf(line) + 1 if line.isChecked() else at
        self.details.show_pairs(pairs)
        self._column.insertWidget(at or self._column.count(), self.details)
        self.details.setVisible(at is not None and bool(pairs))

    def texts(self) -> list[str]:
        """What the rows say."""
        return [f"{r.member}, {r.what}, {r.since}, {r.state}" for r in self._shown]

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, QueueLine):
            self.asked.emit(sender.row.key)


class _Head(PaintedWidget):
    """The heads of the columns, and where the columns are."""

    def __init__(self, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads = tuple(heads)
        self._need = (0.0, 0.0)
        self.setFixedHeight(_HEAD)

    def measure(self, rows: Sequence[QueueRow]) -> None:
        """Give the columns at the end the room of their longest word."""
        state = [self._heads[3], *(row.state for row in rows)]
        since = [self._heads[2], *(row.since for row in rows)]
        self._need = (
            max(fonts.width(text, "body") for text in since) + 24.0,
            max(fonts.width(text, "body") for text in state) + 0.0,
        )
        self.refresh()

    def minimumSizeHint(self) -> QSize:
        """Return the least width."""
        return QSize(360, _HEAD)

    def columns(self, width: float) -> list[QRectF]:
        """Where each column is."""
        third, last = self._need
        rest = width - last - third - 24
        first = rest * 0.46
        starts = (0.0, first, rest, rest + third + 24)
        sides = (first - 12, rest - first, third, last)
        return [QRectF(x, 0, side, _ROW) for x, side in zip(starts, sides, strict=True)]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the heads."""
        painter, width = begin(self), float(self.width())
        small, muted = fonts.font("caption"), theme.color("muted")
        pairs = zip(self.columns(width), self._heads, strict=True)
        for number, (column, head) in enumerate(pairs):
            place = painting.visual(QRectF(column.x(), 0, column.width(), 20), width, self.rtl)
            align: Align = "end" if number > 1 else "start"
            painting.text(painter, place, head, small, muted, align=align, rtl=self.rtl)


class QueueLine(PaintedButton):
    """One message; pressing it opens it."""

    def __init__(self, head: _Head, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._head = head
        self.row = QueueRow("", "", "", "", "", calls=False)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_ROW)

    def show_row(self, row: QueueRow, *, opened: bool) -> None:
        """Show another message."""
        self.row = row
        self.setChecked(opened)
        self.setAccessibleName(f"{row.member}, {row.what}, {row.since}, {row.state}")
        self.update()

    def nextCheckState(self) -> None:
        """Leave opening to the page."""

    def sizeHint(self) -> QSize:
        """Return the room of a row."""
        return QSize(560, _ROW)

    def minimumSizeHint(self) -> QSize:
        """Return the least width."""
        return QSize(360, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint hairline and cells."""
        painter, width = begin(self), float(self.width())
        if self.isChecked() or self.is_hovered():
            ground = theme.color("accent_soft" if self.isChecked() else "surface")
            painting.box(painter, self.area(), RADIUS.control, ground)
        painting.hairline(painter, 0, 0, width)
        if self.ring:
            painting.focus_ring(painter, self.area(), RADIUS.control)
        self._paint_cells(painter, width)

    def _paint_cells(self, painter: QPainter, width: float) -> None:
        row = self.row
        bold, body = fonts.font("body", "medium"), fonts.font("body")
        state: Role = "warning" if row.calls else "text"
        cells: tuple[tuple[str, QFont, Role, Align, bool], ...] = (
            (painting.isolate(row.member), bold, "text", "start", True),
            (row.what, body, "text", "start", True),
            (row.since, body, "text", "end", False),
            (row.state, body, state, "end", False),
        )
        columns = self._head.columns(width)
        for column, (words, font, role, align, elide) in zip(columns, cells, strict=True):
            place, ink = painting.visual(column, width, self.rtl), theme.color(role)
            painting.text(
                painter, place, words, font, ink, align=align, rtl=self.rtl, elide=elide
            )  # fmt: skip
