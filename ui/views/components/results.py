"""A list of what was found, for any number of hits: one view, one delegate, no widget per row."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.theme import painting
from ui.theme.tokens import RADIUS
from ui.views.components.chip import Tone
from ui.views.components.listing import Index, LongList, RowsModel
from ui.views.components.rows import paint_list_row

_HEIGHT = 62


@dataclass(frozen=True, slots=True)
class Result:
    """Somebody or something found; ``match`` is start and length of the searched part."""

    title: str
    detail: str = ""
    match: tuple[int, int] = (0, 0)
    end: str = ""
    icon: str = ""
    tone: Tone = "neutral"

    def spoken(self) -> str:
        """Return the row as a screen reader says it."""
        return ", ".join(part for part in (self.title, self.detail, self.end) if part)


class _Delegate(QStyledItemDelegate):
    """Paints a row as ``ListRow`` paints itself."""

    def __init__(self, view: "ResultList") -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        result = self._view.result(index.row())
        state = option.state
        rect = QRectF(option.rect).adjusted(0, 1, 0, -1)
        painting.crisp(painter)
        paint_list_row(
            painter,
            rect,
            result.title,
            result.detail,
            match=result.match,
            end=result.end,
            icon=result.icon,
            tone=result.tone,
            selected=bool(state & QStyle.StateFlag.State_Selected),
            hovered=bool(state & QStyle.StateFlag.State_MouseOver),
            rtl=self._view.layoutDirection() == Qt.LayoutDirection.RightToLeft,
        )
        if self._view.ring and index.row() == self._view.index_now():
            painting.focus_ring(painter, rect, RADIUS.control)


class ResultList(LongList):
    """Rows to choose from. ``chosen`` carries the row taken, ``moved`` the current one."""

    chosen = Signal(object)
    moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_HEIGHT, parent)
        self._rows: RowsModel[Result] = RowsModel(Result.spoken, self)
        self.setModel(self._rows)
        self.setItemDelegate(_Delegate(self))
        self.clicked.connect(self._choose)
        self.selectionModel().currentChanged.connect(self._tell_moved)

    def setResults(self, results: Sequence[Result], current: int = 0) -> None:
        """Show other rows, with one of them current."""
        self._rows.replace(results)
        if results:
            self.setCurrentIndex(self._rows.index(min(current, len(results) - 1), 0))

    def result(self, number: int) -> Result:
        """Return one row."""
        return self._rows.row(number)

    def _choose(self, index: Index) -> None:
        self.chosen.emit(index.row())

    def _tell_moved(self, current: Index, _before: Index) -> None:
        self.moved.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.index_now() >= 0:
            self.chosen.emit(self.index_now())
            return
        super().keyPressEvent(event)
