"""Parts of the sync page: the connection, a message that needs a person, the queue."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.painting import Align
from ui.theme.tokens import RADIUS, Role
from ui.viewmodels.sync_page import Blocked, Connection, QueueRow, SyncModel
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.button import Button
from ui.views.components.chip import TONES, Tone, paint_avatar
from ui.views.components.label import Label
from ui.views.components.rows import PairRow
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


class ConnectionRow(PaintedWidget):
    """The online store: disc, name, how it stands in a word, when it last answered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Connection | None = None
        self.setFixedHeight(68)

    def show_connection(self, connection: Connection) -> None:
        """Show how it stands."""
        self._shown = connection
        self.setAccessibleName(f"{connection.name}: {connection.line}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of the row."""
        return QSize(LIST - 24, 68)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row as the selected one of its list."""
        if self._shown is None:
            return
        painter, rect, width = begin(self), self.area(), float(self.width())
        shown, tone = self._shown, TONES[_TONES[self._shown.tone]]
        painting.box(painter, rect, RADIUS.control, theme.color("accent_soft"))
        place = painting.visual(QRectF(12, 12, 44, 44), width, self.rtl)
        paint_avatar(painter, place, "", "raised", tone.ink, shown.icon)
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


class BlockedCard(Sheet):
    """A message that waits for a person. ``again`` carries its key, ``member`` the member's id."""

    again = Signal(object)
    member = Signal(object)

    def __init__(self, blocked: Blocked, model: SyncModel, parent: QWidget | None = None) -> None:
        super().__init__("warning_soft", line=None, parent=parent)
        self._blocked = blocked
        w = model.words
        self.title = Label(blocked.title, "lead", "semibold", wrap=True)
        self.text = Label(blocked.text, "body", wrap=True)
        self.send = Button(w.t("Send again"), "primary", key=w.t("Enter"))
        self.what = Button(w.t("What was sent"), "quiet", icon="list")
        self.who = Button(w.t("Member page"), "quiet", icon="user")
        self.who.setVisible(blocked.member_id is not None)
        self.details = self._details()
        self._lay_out()
        self.send.clicked.connect(self._again)
        self.what.clicked.connect(self._toggle)
        self.who.clicked.connect(self._member)

    def _details(self) -> QWidget:
        sheet = Sheet(line=None, radius=RADIUS.large)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(0)
        for label, value in self._blocked.details:
            column.addWidget(PairRow(label, value))
        sheet.hide()
        return sheet

    def _lay_out(self) -> None:
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        for button in (self.send, self.what, self.who):
            self.buttons.addWidget(button)
        self.buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(_Sign(), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self.title)
        words.addWidget(self.text)
        head.addLayout(words, 1)
        column.addLayout(head)
        column.addSpacing(4)
        column.addWidget(self.details)
        column.addSpacing(4)
        column.addLayout(self.buttons)

    def _button_widths(self) -> list[int]:
        shown = [button for button in (self.send, self.what, self.who) if not button.isHidden()]
        return [button.sizeHint().width() for button in shown]

    def minimumSizeHint(self) -> QSize:
        """Return the room with the buttons one below the other."""
        return QSize(max(self._button_widths()) + 40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons side by side where there is room for it."""
        super().resizeEvent(event)
        need = sum(self._button_widths()) + 16 + 40
        ways = QBoxLayout.Direction
        side_by_side = need <= self.width()
        self.buttons.setDirection(ways.LeftToRight if side_by_side else ways.TopToBottom)

    def _toggle(self) -> None:
        self.details.setVisible(self.details.isHidden())

    def _again(self) -> None:
        self.send.setBusy(True)
        self.again.emit(self._blocked.key)

    def _member(self) -> None:
        self.member.emit(self._blocked.member_id)


class _Sign(PaintedWidget):
    """The filled warning sign of a banner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sign."""
        paint_icon(begin(self), self.area(), "warning", theme.color("warning"), "fill")


class QueueTable(PaintedWidget):
    """Who, what, since when, in which state; a hairline between rows."""

    def __init__(self, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads = tuple(heads)
        self._rows: tuple[QueueRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[QueueRow]) -> None:
        """Show other rows."""
        self._rows = tuple(rows)
        spoken = (f"{r.member}, {r.what}, {r.since}, {r.state}" for r in rows)
        self.setAccessibleName("; ".join(spoken))
        self.setFixedHeight(_HEAD + _ROW * len(rows))
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return the room of all rows."""
        return QSize(560, _HEAD + _ROW * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        """Return the least width."""
        return QSize(360, _HEAD + _ROW * len(self._rows))

    def _columns(self, width: float) -> list[QRectF]:
        state = [self._heads[3], *(row.state for row in self._rows)]
        since = [self._heads[2], *(row.since for row in self._rows)]
        last = max(fonts.width(text, "body") for text in state)
        third = max(fonts.width(text, "body") for text in since) + 24
        rest = width - last - third - 24
        first = rest * 0.46
        starts = (0.0, first, rest, rest + third + 24)
        sides = (first - 12, rest - first, third, last)
        return [QRectF(x, 0, side, _ROW) for x, side in zip(starts, sides, strict=True)]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint head and rows."""
        painter, width = begin(self), float(self.width())
        columns, small = self._columns(width), fonts.font("caption")
        muted = theme.color("muted")
        for number, (column, head) in enumerate(zip(columns, self._heads, strict=True)):
            place = painting.visual(QRectF(column.x(), 0, column.width(), 20), width, self.rtl)
            align: Align = "end" if number > 1 else "start"
            painting.text(painter, place, head, small, muted, align=align, rtl=self.rtl)
        for number, row in enumerate(self._rows):
            top = float(_HEAD + number * _ROW)
            painting.hairline(painter, 0, top, width)
            self._paint_row(painter, row, top, columns)

    def _paint_row(
        self, painter: QPainter, row: QueueRow, top: float, columns: list[QRectF]
    ) -> None:
        width = float(self.width())
        bold, body = fonts.font("body", "medium"), fonts.font("body")
        state: Role = "warning" if row.calls else "text"
        cells: tuple[tuple[str, QFont, Role, Align, bool], ...] = (
            (painting.isolate(row.member), bold, "text", "start", True),
            (row.what, body, "text", "start", True),
            (row.since, body, "text", "end", False),
            (row.state, body, state, "end", False),
        )
        for column, (words, font, role, align, elide) in zip(columns, cells, strict=True):
            place = painting.visual(column.translated(0, top), width, self.rtl)
            ink = theme.color(role)
            painting.text(
                painter,
                place,
                words,
                font,
                ink,
                align=align,
                rtl=self.rtl,
                elide=elide,
            )
