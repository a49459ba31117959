"""What the long lists share: rows of plain data behind a Qt model, and quiet manners.

The lists are table views of one column. Unlike a list view, a table view lays out nothing for
rows nobody sees and can give one row another height, so a hundred thousand rows open like ten.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.views.components.base import ring_after
from ui.views.components.scroll import calm

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex


class RowsModel(QAbstractListModel, Generic[Row]):
    """A sequence of rows; the text of a row is what a screen reader says."""

    def __init__(self, spoken: Callable[[Row], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spoken = spoken
        self._rows: Sequence[Row] = ()

    def replace(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, number: int) -> Row:
        """Return one row."""
        return self._rows[number]

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many rows there are; rows have no children."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Return what the row says."""
        wanted = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        return self._spoken(self._rows[index.row()]) if role in wanted else None


class LongList(QTableView):
    """A list of any length: no frame, no ground, scrolls by the pixel, rows of one height."""

    def __init__(self, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ring = False
        calm(self)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(row_height)
        self.verticalHeader().setDefaultSectionSize(row_height)
        self.set_head(QHeaderView(Qt.Orientation.Horizontal, self))

    def set_head(self, head: QHeaderView) -> None:
        """Take another head row, hidden at first."""
        self.setHorizontalHeader(head)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.hide()

    @property
    def ring(self) -> bool:
        """Whether the focus ring shows on the current row."""
        return self._ring and self.hasFocus()

    def index_now(self) -> int:
        """Return the current row, -1 if there is none."""
        return self.currentIndex().row()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether the ring is to show."""
        self._ring = ring_after(event.reason(), self._ring)
        super().focusInEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the ring as soon as a key is used."""
        self._ring = True
        super().keyPressEvent(event)
