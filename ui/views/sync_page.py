"""The sync page: one connection at the start edge, beside it what needs a person and the queue."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.viewmodels.sync_page import Blocked, SyncModel
from ui.views.components.button import Button
from ui.views.components.label import Divider, Label
from ui.views.components.notices import EmptyState
from ui.views.components.rows import PairRow
from ui.views.components.scroll import ScrollArea
from ui.views.sync_parts import LIST, LIST_NARROW, BlockedCard, ConnectionRow, QueueTable

MOST_BLOCKED = 3
_NARROW = 1000


class SyncView(QWidget):
    """The sync page. ``member_asked`` carries the id of a member to open."""

    member_asked = Signal(object)

    def __init__(self, model: SyncModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        w = model.words
        self.row = ConnectionRow()
        self.facts = [PairRow(height=30) for _ in range(3)]
        self.problem = Label("", "caption", role="warning", wrap=True)
        self.now = Button(w.t("Sync now"), icon="arrows-clockwise", key="F5")
        self.title = Label("", "title", "semibold", elide=True)
        self.about = Label("", "body", role="muted", elide=True)
        self.cards = QVBoxLayout()
        self.more = Label("", "body", role="muted", wrap=True)
        self.queue_title = Label("", "lead", "semibold")
        self.table = QueueTable([w.t("Member"), w.t("What"), w.t("Since"), w.t("State")])
        self.well = EmptyState("cloud-check", w.t("Nothing waits"),
                               w.t("Both sides know the same."), role="positive")  # fmt: skip
        self.places = QStackedWidget()
        self._shown: tuple[Blocked, ...] = ()
        self._lay_out()
        self.now.clicked.connect(model.sync_now)
        model.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        row.addWidget(self._list())
        row.addWidget(Divider(Qt.Orientation.Vertical))
        row.addWidget(self._page(), 1)

    def _list(self) -> QWidget:
        self.list = QWidget()
        column = QVBoxLayout(self.list)
        column.setContentsMargins(12, 20, 12, 16)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 12, 12)
        head.addWidget(Label(self._model.words.t("Connection"), "lead", "semibold"))
        column.addLayout(head)
        column.addWidget(self.row)
        column.addSpacing(12)
        column.addWidget(Divider())
        column.addSpacing(8)
        facts = QVBoxLayout()
        facts.setContentsMargins(12, 0, 12, 0)
        facts.setSpacing(0)
        for fact in self.facts:
            facts.addWidget(fact)
        facts.addSpacing(8)
        facts.addWidget(self.problem)
        column.addLayout(facts)
        column.addStretch(1)
        column.addWidget(self.now)
        return self.list

    def _page(self) -> QWidget:
        inside = QWidget()
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(28, 18, 28, 18)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addSpacing(12)
        self.cards.setSpacing(10)
        column.addLayout(self.cards)
        column.addWidget(self.more)
        column.addSpacing(16)
        queue = QWidget()
        lines = QVBoxLayout(queue)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self.queue_title)
        lines.addSpacing(4)
        lines.addWidget(self.table)
        lines.addStretch(1)
        self.places.addWidget(queue)
        self.places.addWidget(self.well)
        column.addWidget(self.places, 1)
        return ScrollArea(inside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the page more of a narrow screen."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.list.setFixedWidth(LIST_NARROW if narrow else LIST)

    # -- showing -----------------------------------------------------------------------------

    def _show(self) -> None:
        connection = self._model.connection()
        self.row.show_connection(connection)
        self.title.setText(connection.name)
        self.about.setText(connection.about)
        for row, (label, value) in zip(self.facts, self._model.facts(), strict=True):
            row.setPair(label, value)
        self.problem.setText(connection.problem)
        self.problem.setVisible(bool(connection.problem))
        self.now.setBusy(self._model.status.busy)
        self.now.setEnabled(self._model.status.state != "off")
        self._show_blocked()
        self._show_queue()

    def _show_blocked(self) -> None:
        blocked = tuple(self._model.blocked())
        rest = len(blocked) - MOST_BLOCKED
        more = self._model.words.n("{n} more needs you", "{n} more need you", max(rest, 0))
        self.more.setText(more)
        self.more.setVisible(rest > 0)
        if blocked == self._shown:
            for card in self._cards():
                card.send.setBusy(False)
            return
        self._shown = blocked
        for card in self._cards():
            self.cards.removeWidget(card)
            card.deleteLater()
        for message in blocked[:MOST_BLOCKED]:
            card = BlockedCard(message, self._model)
            card.again.connect(self._send_again)
            card.member.connect(self.member_asked)
            self.cards.addWidget(card)

    def _cards(self) -> list[BlockedCard]:
        items = (self.cards.itemAt(n) for n in range(self.cards.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, BlockedCard)]

    def _show_queue(self) -> None:
        w, rows = self._model.words, self._model.rows()
        blocked = any(row.calls for row in rows)
        title = w.t("Behind it and on the way") if blocked else w.t("On the way")
        self.queue_title.setText(title)
        self.table.set_rows(rows)
        if self._model.status.state == "off":
            self.well.setTexts(
                w.t("No online store is set up"),
                w.t("Sales and points are kept on this till."),
            )
        else:
            self.well.setTexts(w.t("Nothing waits"), w.t("Both sides know the same."))
        self.places.setCurrentIndex(0 if rows else 1)

    def _send_again(self, key: object) -> None:
        self._model.send_again(str(key))

    def focus_first(self) -> None:
        """Put the focus on what needs a person, else on the way to hurry."""
        cards = self._cards()
        first: QWidget = cards[0].send if cards else self.now
        first.setFocus(Qt.FocusReason.OtherFocusReason)
