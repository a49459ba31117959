"""The list under the search field: members and products, best first. Never takes the focus."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme import painting, theme
from ui.theme.tokens import RADIUS
from ui.viewmodels.search import Hit, SearchViewModel
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.label import Label
from ui.views.components.rows import ListRow
from ui.views.counter.layout import column, fill
from ui.views.search_box import SearchBox

_MOST = 10
_EDGE = 18
_ROW = 60


class SearchList(PaintedWidget):
    """Lies over the page, under its field, while that is typed in and there is something to say."""

    def __init__(self, vm: SearchViewModel, empty: str, field: SearchBox, parent: QWidget) -> None:
        super().__init__(parent)
        self._vm, self._field = vm, field
        self.rows = [self._make_row() for _ in range(_MOST)]
        self._empty = Label(empty, "body", role="muted", wrap=True)
        made = column(self, margin=_EDGE + 8)
        fill(made, self._empty, *self.rows)
        vm.changed.connect(self.show_state)
        # A press on a line leaves the focus in the field: else the list would go before the click.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(field.edit)
        field.edit.entered.connect(self.show_state)
        field.edit.left.connect(self.show_state)
        self.hide()

    def _make_row(self) -> ListRow:
        row = ListRow()
        row.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.clicked.connect(self._choose)
        return row

    def _choose(self) -> None:
        sender = self.sender()
        if isinstance(sender, ListRow):
            self._vm.choose(self.rows.index(sender))

    def show_state(self) -> None:
        """Show the hits of now."""
        hits = self._vm.hits
        for number, widget in enumerate(self.rows):
            widget.setVisible(number < len(hits))
            if number < len(hits):
                self._show_hit(widget, hits[number], number)
        self._empty.setVisible(not hits)
        # Whoever scans or opens a page has left the search: what it found must not cover the rest.
        seen = self._vm.is_open and self._field.edit.hasFocus()
        self.setVisible(seen)
        if seen:
            self.place()

    def _show_hit(self, widget: ListRow, hit: Hit, number: int) -> None:
        widget.setRow(hit.title, hit.detail, end=hit.end, icon=hit.icon)
        widget.setChecked(number == self._vm.current)

    def place(self) -> None:
        """Lie under the field, as wide as it."""
        parent = self.parentWidget()
        if parent is None:
            return
        corner = self._field.mapTo(parent, QPoint(0, self._field.height()))
        rows = max(len(self._vm.hits), 1)
        tall = min(rows * _ROW + 2 * _EDGE + 16, parent.height() - corner.y())
        self.setGeometry(corner.x() - _EDGE, corner.y() - _EDGE + 6,
                         self._field.width() + 2 * _EDGE, tall)  # fmt: skip
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint shadow and ground."""
        painter = begin(self)
        body = self.area().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        painting.shadow(painter, body, RADIUS.large, _EDGE - 6)
        painting.box(painter, body, RADIUS.large, theme.color("overlay"), theme.color("line"))
