"""What happened with a member, newest first: any number of entries, each opening its arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.theme import fonts, painting, theme
from ui.theme.tokens import RADIUS, SIZE, Role
from ui.views.components.base import PaintedWidget, begin, is_rtl
from ui.views.components.chip import TONES, Tone, paint_avatar
from ui.views.components.listing import Index, LongList, RowsModel
from ui.views.components.words import paint_two_lines

Sign = Literal["gain", "loss", "none"]

_DISC = 34
_HEAD = 30
_MEASURED = 200
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened; every text as it is to be read.

    ``arithmetic`` and ``origin`` are the two lines of the opened entry.
    """

    day: str
    time: str
    icon: str
    title: str
    detail: str = ""
    amount: str = ""
    points: str = ""
    sign: Sign = "none"
    balance: str = ""
    tone: Tone = "neutral"
    arithmetic: str = ""
    origin: str = ""

    def spoken(self) -> str:
        """Return the entry as a screen reader says it."""
        parts = (self.day, self.time, self.title, self.detail, self.amount, self.points)
        return ", ".join(part for part in (*parts, self.balance) if part)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a timeline stand, from the widest text in each."""

    day: int = 50
    amount: int = 60
    points: int = 48
    balance: int = 56

    @property
    def disc(self) -> int:
        """Where the disc begins."""
        return self.day + 13

    @property
    def words(self) -> int:
        """Where the words begin."""
        return self.disc + _DISC + 13


def columns_for(entries: Sequence[TimelineEntry]) -> Columns:
    """Measure the first entries; figures of one list are of one size."""
    some = entries[:_MEASURED]

    def widest(texts: list[str], least: int) -> int:
        longest = sorted({text for text in texts if text}, key=len)[-8:]
        return max(
            [least, *(fonts.width(painting.ltr(text), "body", "medium") for text in longest)]
        )

    days = [e.day for e in some] + [e.time for e in some]
    return Columns(
        day=widest(days, 44),
        amount=widest([e.amount for e in some], 58) + 12,
        points=widest([e.points for e in some], 36) + 18,
        balance=widest([e.balance for e in some], 40) + 18,
    )


def paint_entry(
    painter: QPainter,
    rect: QRectF,
    entry: TimelineEntry,
    columns: Columns,
    *,
    first: bool = True,
    last: bool = True,
    opened: bool = False,
    ring: bool = False,
    rtl: bool = False,
) -> None:
    """Paint one entry into ``rect``, opened or not."""
    painter.save()
    painter.translate(rect.topLeft())
    width = rect.width()
    if ring:
        around = QRectF(0, 1, width, rect.height() - 2)
        painting.focus_ring(painter, around, RADIUS.control)
    _paint_thread(painter, columns, width, rect.height(), first=first, last=last, rtl=rtl)
    _paint_day(painter, entry, columns, width, rtl=rtl)
    place = QRectF(columns.disc, (SIZE.timeline - _DISC) / 2, _DISC, _DISC)
    disc, colours = painting.visual(place, width, rtl), TONES[entry.tone]
    paint_avatar(painter, disc, "", colours.ground, colours.ink, entry.icon, rtl=rtl)
    room = _paint_figures(painter, entry, columns, width, rtl=rtl)
    words = QRectF(columns.words, 0, room - columns.words - 8, SIZE.timeline)
    shown = painting.visual(words, width, rtl)
    paint_two_lines(painter, shown, entry.title, entry.detail, rtl=rtl)
    if opened:
        _paint_opened(painter, entry, columns, width, rtl=rtl)
    painter.restore()


def _paint_thread(
    painter: QPainter,
    columns: Columns,
    width: float,
    height: float,
    *,
    first: bool,
    last: bool,
    rtl: bool,
) -> None:
    top = (SIZE.timeline - _DISC) / 2
    x = columns.disc + _DISC / 2
    ink = theme.color("line_strong")
    if not first:
        painter.fillRect(painting.visual(QRectF(x, 0, 1, top), width, rtl), ink)
    if not last:
        low = top + _DISC
        painter.fillRect(painting.visual(QRectF(x, low, 1, height - low), width, rtl), ink)


def _paint_day(
    painter: QPainter, entry: TimelineEntry, columns: Columns, width: float, *, rtl: bool
) -> None:
    middle = SIZE.timeline / 2
    day = painting.visual(QRectF(0, middle - 18, columns.day, 18), width, rtl)
    font, ink = fonts.font("caption", "semibold"), theme.color("text")
    painting.text(painter, day, painting.isolate(entry.day), font, ink, rtl=rtl)
    time = painting.visual(QRectF(0, middle, columns.day, 18), width, rtl)
    small, muted = fonts.font("caption"), theme.color("muted")
    painting.text(painter, time, painting.ltr(entry.time), small, muted, rtl=rtl)


def _paint_figures(
    painter: QPainter, entry: TimelineEntry, columns: Columns, width: float, *, rtl: bool
) -> float:
    """Paint amount, points and balance; return where the words must end."""
    inks: dict[Sign, Role] = {"gain": "positive", "loss": "text", "none": "muted"}
    x = width
    regular, bold = fonts.font("body"), fonts.font("body", "semibold")
    figures: tuple[tuple[str, int, QFont, Role], ...] = (
        (entry.balance, columns.balance, regular, "muted"),
        (entry.points, columns.points, bold, inks[entry.sign]),
        (entry.amount, columns.amount, regular, "muted"),
    )
    for text, wide, font, role in figures:
        x -= wide
        place = painting.visual(QRectF(x, 0, wide, SIZE.timeline), width, rtl)
        ink = theme.color(role)
        painting.text(painter, place, painting.ltr(text), font, ink, align="end", rtl=rtl)
    return x if entry.amount else x + columns.amount


def _paint_opened(
    painter: QPainter, entry: TimelineEntry, columns: Columns, width: float, *, rtl: bool
) -> None:
    start = columns.words
    box = QRectF(start, SIZE.timeline - 3, width - start, 54)
    place = painting.visual(box, width, rtl)
    painting.box(painter, place, RADIUS.control, theme.color("surface"), theme.color("line"))
    lines = (
        (entry.arithmetic, fonts.font("caption", "semibold"), theme.color("text")),
        (entry.origin, fonts.font("caption"), theme.color("muted")),
    )
    for number, (words, font, ink) in enumerate(lines):
        row = QRectF(place.x() + 14, place.y() + 8 + number * 20, place.width() - 28, 18)
        painting.text(painter, row, words, font, ink, rtl=rtl, elide=True)


class TimelineRow(PaintedWidget):
    """One entry by itself, for places that show a few."""

    def __init__(
        self, entry: TimelineEntry, *, opened: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._entry, self._opened = entry, opened
        self._columns = columns_for([entry])
        self.setAccessibleName(entry.spoken())

    def sizeHint(self) -> QSize:
        """Return the room of the entry."""
        return QSize(480, SIZE.timeline + (SIZE.timeline_detail if self._opened else 0))

    def minimumSizeHint(self) -> QSize:
        """Return the least room of the entry."""
        return QSize(360, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the entry."""
        entry, columns = self._entry, self._columns
        paint_entry(begin(self), self.area(), entry, columns, opened=self._opened, rtl=self.rtl)


class _Delegate(QStyledItemDelegate):
    """Paints entries of a ``TimelineView``."""

    def __init__(self, view: "TimelineView") -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one entry."""
        view, row = self._view, index.row()
        paint_entry(
            painting.crisp(painter),
            QRectF(option.rect),
            view.entry(row),
            view.columns,
            first=row == 0,
            last=row == view.count() - 1,
            opened=row == view.opened(),
            ring=view.ring and row == view.currentIndex().row(),
            rtl=is_rtl(view),
        )


class _Heads(QHeaderView):
    """The names of the figures, over their columns."""

    def __init__(self, view: "TimelineView") -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self.names = ("", "", "")
        self._view = view
        self.setSectionsClickable(False)
        self.setFixedHeight(_HEAD)
        self.viewport().setAutoFillBackground(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names."""
        painter = painting.crisp(QPainter(self.viewport()))
        columns, rtl = self._view.columns, is_rtl(self)
        x, width = float(self.width()), float(self.width())
        font, muted = fonts.font("caption"), theme.color("muted")
        sides = (columns.balance, columns.points, columns.amount)
        for name, wide in zip(reversed(self.names), sides, strict=True):
            x -= wide
            room = painting.visual(QRectF(x, 0, wide, _HEAD), width, rtl)
            painting.text(painter, room, name, font, muted, align="end", rtl=rtl)


class TimelineView(LongList):
    """The timeline. Enter or a click opens an entry, Enter again emits ``slip_asked``."""

    slip_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(SIZE.timeline, parent)
        self._rows: RowsModel[TimelineEntry] = RowsModel(TimelineEntry.spoken, self)
        self._opened = -1
        self.columns = Columns()
        self._heads = _Heads(self)
        self.set_head(self._heads)
        self.setModel(self._rows)
        self.setItemDelegate(_Delegate(self))
        self.clicked.connect(self._click)

    def setHeads(self, amount: str, points: str, balance: str) -> None:
        """Name the figures."""
        self._heads.names = (amount, points, balance)
        self._heads.setVisible(bool(amount or points or balance))
        self._fit_columns()

    def setEntries(self, entries: Sequence[TimelineEntry]) -> None:
        """Show other entries, all closed."""
        self.open_row(-1)
        self._rows.replace(entries)
        self._fit_columns()

    def _fit_columns(self) -> None:
        entries = [self._rows.row(n) for n in range(min(self.count(), _MEASURED))]
        base = columns_for(entries)
        amount, points, balance = (fonts.width(n, "caption") + 14 for n in self._heads.names)
        self.columns = Columns(
            base.day,
            max(base.amount, amount),
            max(base.points, points),
            max(base.balance, balance),
        )
        self.viewport().update()
        self._heads.viewport().update()

    def count(self) -> int:
        """Return how many entries there are."""
        return self._rows.rowCount()

    def entry(self, number: int) -> TimelineEntry:
        """Return one entry."""
        return self._rows.row(number)

    def opened(self) -> int:
        """Return the opened entry, -1 if none is."""
        return self._opened

    def open_row(self, number: int) -> None:
        """Open one entry and close the other; -1 closes."""
        before, self._opened = self._opened, number
        if 0 <= before < self.count():
            self.setRowHeight(before, SIZE.timeline)
        if number >= 0:
            self.setRowHeight(number, SIZE.timeline + SIZE.timeline_detail)
        self.viewport().update()

    def _may_open(self, number: int) -> bool:
        return number >= 0 and bool(self.entry(number).arithmetic)

    def _click(self, index: Index) -> None:
        row = index.row()
        if self._may_open(row):
            self.open_row(-1 if row == self._opened else row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, ask for the slip with a second one."""
        row = self.index_now()
        if event.key() not in _ENTER or row < 0:
            super().keyPressEvent(event)
        elif row != self._opened and self._may_open(row):
            self.open_row(row)
        else:
            self.slip_asked.emit(row)
