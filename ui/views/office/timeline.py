"""The member's timeline: the components' list, opening to the arithmetic and to what was bought.

What is open and where the keyboard is stay so while the page is read again.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import RADIUS, SIZE
from ui.viewmodels.member_words import Pair, TimelineRow
from ui.views.components.base import is_rtl
from ui.views.components.chip import Tone
from ui.views.components.listing import Index
from ui.views.components.timeline import Sign, TimelineEntry, TimelineView, paint_entry

_TONES: dict[str, Tone] = {"online": "warning", "shop": "accent", "points": "neutral"}
_SIGNS: dict[bool | None, Sign] = {True: "gain", False: "loss", None: "none"}
_LINE = 20
_PAD = 9
_EDGE = 14


def entry_of(row: TimelineRow) -> TimelineEntry:
    """A row of the view model as the component takes it."""
    opens = row.explained or tuple(pair.label for pair in row.goods)
    return TimelineEntry(
        day=row.day,
        time=row.time,
        icon=row.icon,
        title=row.title,
        detail=row.detail,
        amount=row.amount,
        points=row.points,
        sign=_SIGNS[row.gained],
        balance=row.balance,
        tone=_TONES[row.channel],
        arithmetic=opens[0] if opens else "",
    )


class _Opened(QStyledItemDelegate):
    """Paints an entry, and below an opened one its arithmetic and its goods."""

    def __init__(self, view: "MemberTimeline") -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one entry."""
        view, row = self._view, index.row()
        rect = QRectF(option.rect)
        rtl = is_rtl(view)
        paint_entry(
            painting.crisp(painter), rect, view.entry(row), view.columns,
            first=row == 0, last=row == view.count() - 1,
            ring=view.ring and row == view.currentIndex().row(), rtl=rtl,
        )  # fmt: skip
        if row == view.opened():
            painter.save()
            painter.translate(rect.topLeft())
            self._paint_box(painter, rect.width(), view.row_at(row), rtl=rtl)
            painter.restore()

    def _paint_box(self, painter: QPainter, width: float, row: TimelineRow, *, rtl: bool) -> None:
        start = self._view.columns.words
        lines = explained_lines(row, width - start - 2 * _EDGE)
        high = box_height(len(lines) + len(row.goods))
        box = painting.visual(QRectF(start, SIZE.timeline - 3, width - start, high), width, rtl)
        painting.box(painter, box, RADIUS.control, theme.color("surface"), theme.color("line"))
        top = box.y() + _PAD
        for pair in row.goods:
            place = QRectF(box.x() + _EDGE, top, box.width() - 2 * _EDGE, _LINE)
            _paint_pair(painter, place, pair, rtl=rtl)
            top += _LINE
        for number, words in enumerate(lines):
            strong = number == 0
            font = fonts.font("caption", "semibold" if strong else "regular")
            ink = theme.color("text" if strong else "muted")
            place = QRectF(box.x() + _EDGE, top, box.width() - 2 * _EDGE, _LINE)
            painting.text(painter, place, words, font, ink, rtl=rtl)
            top += _LINE


def _paint_pair(painter: QPainter, rect: QRectF, pair: Pair, *, rtl: bool) -> None:
    font, ink = fonts.font("caption"), theme.color("text")
    wide = fonts.width(pair.value, "caption") + 10
    painter.save()
    painter.translate(rect.topLeft())
    words = painting.visual(QRectF(0, 0, rect.width() - wide, _LINE), rect.width(), rtl)
    painting.text(painter, words, pair.label, font, ink, rtl=rtl, elide=True)
    value = painting.visual(QRectF(rect.width() - wide, 0, wide, _LINE), rect.width(), rtl)
    painting.text(painter, value, pair.value, font, ink, align="end", rtl=rtl)
    painter.restore()


def explained_lines(row: TimelineRow, width: float) -> list[str]:
    """The arithmetic broken to ``width``."""
    font = fonts.font("caption", "semibold")
    return [line for words in row.explained for line in painting.wrap(words, font, width)]


def box_height(lines: int) -> int:
    """How high the opened part is."""
    return lines * _LINE + 2 * _PAD if lines else 0


class MemberTimeline(TimelineView):
    """Rows of a member page. A second Enter closes what the first one opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[TimelineRow, ...] = ()
        self.setItemDelegate(_Opened(self))
        self.slip_asked.connect(self._close)

    def set_rows(self, rows: Sequence[TimelineRow]) -> None:
        """Show other rows; the same line stays open and current."""
        if tuple(rows) == self._shown:
            return
        open_key, current_key = self._key(self.opened()), self._key(self.currentIndex().row())
        self._shown = tuple(rows)
        self.setEntries([entry_of(row) for row in rows])
        keys = [row.key for row in rows]
        if open_key in keys:
            self.open_row(keys.index(open_key))
        if current_key in keys:
            self.setCurrentIndex(self.model().index(keys.index(current_key), 0))

    def _key(self, number: int) -> str:
        return self._shown[number].key if 0 <= number < len(self._shown) else ""

    def row_at(self, number: int) -> TimelineRow:
        """One row."""
        return self._shown[number]

    def open_row(self, number: int) -> None:
        """Open one entry as far as its lines need; -1 closes."""
        super().open_row(number)
        self._fit_open()

    def _fit_open(self) -> None:
        number = self.opened()
        if 0 <= number < len(self._shown):
            row = self._shown[number]
            room = self.viewport().width() - self.columns.words - 2 * _EDGE
            lines = len(explained_lines(row, max(room, 80))) + len(row.goods)
            self.setRowHeight(number, SIZE.timeline + box_height(lines) + 6)

    def _close(self, _row: object) -> None:
        self.open_row(-1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the opened lines anew."""
        super().resizeEvent(event)
        self._fit_open()
