"""The sync page: connections at the start edge, beside them what needs a person and the queue."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from terminal.services.overview import HUB, TaskView
from ui.viewmodels.sync_page import Blocked, SyncModel
from ui.viewmodels.sync_words import TaskText
from ui.views.components.button import Button
from ui.views.components.chip import Tone
from ui.views.components.label import Divider, Label
from ui.views.components.notices import Banner, EmptyState
from ui.views.components.rows import PairRow
from ui.views.components.scroll import ScrollArea
from ui.views.counter.fitting import FitButton
from ui.views.sync_cards import BlockedCard, SettingsCard, TaskCard, WalkCard
from ui.views.sync_parts import LIST, LIST_NARROW, ConnectionRow, Flow, QueueTable

MOST_CARDS = 3
Needing = tuple[TaskView, TaskText] | Blocked
"""What a card is made of."""
MOST_ROWS = 40
_NARROW = 1000
_FACTS = 5


class SyncView(QWidget):
    """The sync page. ``member_asked`` carries the id of a member to open, ``connect_asked`` what
    the connecting page is to be opened with."""

    member_asked = Signal(object)
    connect_asked = Signal(object)

    def __init__(self, model: SyncModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        w = model.words
        self.rows: list[ConnectionRow] = []
        self.facts = [PairRow(height=30) for _ in range(_FACTS)]
        self.add = FitButton(w.t("Connect an online store"), "quiet", icon="plus")
        self.now = Button(w.t("Sync now"), icon="arrows-clockwise", key="F5")
        self.compare = FitButton(w.t("Compare everything"), "quiet", icon="check")
        self.title = Label("", "title", "semibold", elide=True)
        self.about = Label("", "body", role="muted", elide=True)
        self.change = Button(w.t("Settings"), icon="gear")
        self.settings = SettingsCard(w)
        self.problem = Banner("", "", "warning")
        self.again = Button(w.t("Connect it again"))
        self.clock = Banner("", "", "warning")
        self.report = Banner("", "", "accent")
        self.walk = WalkCard(w)
        self.filling = Button(w.t("See the first import"), icon="cloud-arrow-down")
        self.cards = QVBoxLayout()
        self.more = Label("", "body", role="muted", wrap=True)
        self.queue_title = Label("", "lead", "semibold", wrap=True)
        self.table = QueueTable([w.t("Member"), w.t("What"), w.t("Since"), w.t("State")])
        self.rest = Label("", "body", role="muted", wrap=True)
        self.given_up = Button("", "quiet", icon="archive-box")
        self.well = EmptyState("cloud-check", w.t("Nothing waits"),
                               w.t("Both sides know the same."), role="positive")  # fmt: skip
        self.connect_first = Button(w.t("Connect an online store"), "primary", icon="plus")
        self.places = QStackedWidget()
        self._shown: dict[str, Needing] = {}
        self._lay_out()
        self._connect()
        self._show()

    # -- laying out --------------------------------------------------------------------------

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
        head.addWidget(Label(self._model.words.t("Connections"), "lead", "semibold", wrap=True), 1)
        column.addLayout(head)
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addWidget(self.add)
        self._rows.addSpacing(8)
        self._rows.addWidget(Divider())
        self._rows.addSpacing(8)
        facts = QVBoxLayout()
        facts.setContentsMargins(12, 0, 12, 0)
        facts.setSpacing(0)
        for fact in self.facts:
            facts.addWidget(fact)
        self._rows.addLayout(facts)
        self._rows.addStretch(1)
        column.addWidget(ScrollArea(inside), 1)
        column.addSpacing(8)
        column.addWidget(self.now)
        column.addWidget(self.compare)
        return self.list

    def _page(self) -> QWidget:
        inside = QWidget()
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(28, 18, 28, 18)
        column.setSpacing(10)
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.about)
        head.addLayout(words, 1)
        head.addWidget(self.change, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        self.ways = Flow()
        self.ways.add(self.again, self.filling)
        for widget in (self.settings, self.problem, self.clock, self.walk, self.report,
                       self.ways):  # fmt: skip
            column.addWidget(widget)
        self.cards.setSpacing(10)
        column.addLayout(self.cards)
        column.addWidget(self.more)
        self.places.addWidget(self._queue())
        self.well.offer(self.connect_first)
        self.places.addWidget(self.well)
        column.addWidget(self.places, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.given_up)
        foot.addStretch(1)
        column.addLayout(foot)
        return ScrollArea(inside)

    def _queue(self) -> QWidget:
        queue = QWidget()
        lines = QVBoxLayout(queue)
        lines.setContentsMargins(0, 6, 0, 0)
        lines.addWidget(self.queue_title)
        lines.addSpacing(4)
        lines.addWidget(self.table)
        lines.addWidget(self.rest)
        lines.addStretch(1)
        return queue

    def _connect(self) -> None:
        model = self._model
        self.now.clicked.connect(model.sync_now)
        self.compare.clicked.connect(model.compare)
        self.change.clicked.connect(model.toggle_settings)
        self.given_up.clicked.connect(self._toggle_given_up)
        self.table.asked.connect(self._open)
        for button in (self.add, self.connect_first):
            button.clicked.connect(self._connect_new)
        self.again.clicked.connect(self._connect_again)
        self.filling.clicked.connect(self._see_filling)
        card = self.settings
        card.key_asked.connect(self._another_key)
        card.address_asked.connect(self._connect_again)
        card.leave_asked.connect(model.ask_to_leave)
        card.left.connect(model.leave)
        self.walk.stopped.connect(model.stop_comparing)
        model.changed.connect(self._show)
        model.walked.connect(self._show_walk)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the page more of a narrow screen."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.list.setFixedWidth(LIST_NARROW if narrow else LIST)

    # -- showing -----------------------------------------------------------------------------

    def _show(self) -> None:
        model = self._model
        connection = model.connection()
        self._show_list()
        self.title.setText(connection.name if connection else model.words.t("Sync"))
        self.about.setText(connection.about if connection else "")
        self._show_notices()
        self._show_cards()
        self._show_queue()

    def _show_list(self) -> None:
        model = self._model
        connections, chosen = model.connections(), model.chosen
        while len(self.rows) < len(connections):
            row = ConnectionRow()
            row.clicked.connect(self._chosen)
            self._rows.insertWidget(len(self.rows), row)
            self.rows.append(row)
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(connections))
            if number < len(connections):
                one = connections[number]
                picked = chosen is not None and chosen.place.name == one.key
                row.show_connection(one, chosen=picked)
        facts = model.facts()
        for number, fact in enumerate(self.facts):
            fact.setVisible(number < len(facts))
            if number < len(facts):
                fact.setPair(*facts[number])
        self.add.setVisible(model.can_connect and bool(connections))
        self.now.setBusy(model.status.busy)
        self.now.setEnabled(bool(connections))
        self.compare.setVisible(model.can_compare)
        self.compare.setBusy(model.comparing)

    def _show_notices(self) -> None:
        model = self._model
        connection, store = model.connection(), model.chosen
        can_change = model.can_connect and store is not None and store.place.kind != HUB
        self.change.setVisible(can_change)
        self.settings.setVisible(can_change and model.open.settings)
        self.settings.show_leaving(model.leaving_told())
        problem = connection.problem if connection else ""
        if connection is not None and problem:
            tone: Tone = "danger" if connection.tone == "danger" else "warning"
            self.problem.setBanner(problem, connection.todo, tone)
        self.problem.setVisible(bool(problem))
        self.clock.setBanner(model.clock_warning(), "", "warning", "clock")
        self.clock.setVisible(bool(model.clock_warning()))
        self.report.setBanner(model.report, "", "accent")
        self.report.setVisible(bool(model.report) and not model.comparing)
        self._show_walk()
        reconnects = bool(connection and connection.reconnects and can_change)
        fills = store is not None and store.filling is not None and store.filling.state != "done"
        self.again.setVisible(reconnects)
        self.filling.setVisible(fills and model.can_connect)
        self.ways.setVisible(reconnects or (fills and model.can_connect))
        self.ways.arrange()

    def _show_walk(self) -> None:
        model = self._model
        self.walk.show_walk(model.walk_told(), stops=model.may_stop)
        self.walk.setVisible(model.comparing)

    def _show_cards(self) -> None:
        model = self._model
        tasks, blocked = model.tasks(), model.blocked()
        wanted: dict[str, Needing] = {f"task {v.task.id}": (v, text) for v, text in
                                     tasks[:MOST_CARDS]}  # fmt: skip
        wanted |= {f"message {one.key}": one for one in blocked[:MOST_CARDS]}
        rest = max(len(tasks) - MOST_CARDS, 0) + max(len(blocked) - MOST_CARDS, 0)
        self.more.setText(model.words.n("{n} more needs you", "{n} more need you", rest))
        self.more.setVisible(rest > 0)
        if wanted != self._shown:
            self._build_cards(wanted)
        for card in self.blocked_cards():
            card.rest()
            shown = model.open.linking == card.blocked.key
            card.show_people(model.open.people, shown=shown)

    def _build_cards(self, wanted: dict[str, Needing]) -> None:
        """Cards that say the same stay, so that nobody's typing is lost."""
        kept = {
            name: card for name, card in self._named().items()
            if self._shown.get(name) == wanted.get(name)
        }  # fmt: skip
        for name, card in self._named().items():
            self.cards.removeWidget(card)
            if name not in kept:
                card.hide()
                card.deleteLater()
        self._shown = wanted
        for number, (name, what) in enumerate(wanted.items()):
            card = kept.get(name) or self._card(what, first=number == 0)
            card.setObjectName(name)
            self.cards.addWidget(card)

    def _card(self, what: Needing, *, first: bool) -> QWidget:
        return self._task_card(*what) if isinstance(what, tuple) else self._blocked(what, first)

    def _task_card(self, view: TaskView, text: TaskText) -> TaskCard:
        t = self._model.words.t
        task = view.task
        people = []
        if task.member_id:
            people.append((t("Member page"), str(task.member_id)))
        if view.other_id:
            people.append((t("The other’s page"), str(view.other_id)))
        card = TaskCard(task.id, text, people)
        card.answered.connect(self._answered)
        card.member.connect(self.member_asked)
        return card

    def _blocked(self, blocked: Blocked, first: bool) -> BlockedCard:
        card = BlockedCard(blocked, self._model.words, first=first)
        card.again.connect(self._send_again)
        card.member.connect(self.member_asked)
        card.people.connect(self._people)
        card.linked.connect(self._linked)
        card.unlinked.connect(self._model.stop_linking)
        card.given_up.connect(self._give_up)
        return card

    def _named(self) -> dict[str, QWidget]:
        items = (self.cards.itemAt(n) for n in range(self.cards.count()))
        widgets = [item.widget() for item in items if item is not None]
        return {widget.objectName(): widget for widget in widgets if widget is not None}

    def blocked_cards(self) -> list[BlockedCard]:
        """Messages that need a person, as they show."""
        return [card for card in self._named().values() if isinstance(card, BlockedCard)]

    def task_cards(self) -> list[TaskCard]:
        """Tasks, as they show."""
        return [card for card in self._named().values() if isinstance(card, TaskCard)]

    def _show_queue(self) -> None:
        model, w = self._model, self._model.words
        rows = model.rows()
        if model.open.given_up:
            title = w.t("Given up")
        else:
            title = (
                w.t("Behind it and on the way")
                if any(r.calls for r in rows)
                else (w.t("On the way"))
            )
        self.queue_title.setText(title)
        self.table.set_rows(rows[:MOST_ROWS], model.open.message, model.details())
        rest = max(len(rows) - MOST_ROWS, 0)
        self.rest.setText(w.n("and {n} more", "and {n} more", rest))
        self.rest.setVisible(rest > 0)
        self._show_empty()
        self.places.setCurrentIndex(0 if rows else 1)
        self.given_up.setText(
            w.t("Back to what is open") if model.open.given_up
            else w.n("{n} given up", "{n} given up", model.given_up_count)
        )  # fmt: skip
        self.given_up.setVisible(model.given_up_count > 0 or model.open.given_up)

    def _show_empty(self) -> None:
        model = self._model
        self.connect_first.setVisible(model.chosen is None and model.can_connect)
        self.well.setTexts(*model.nothing())

    # -- acting ------------------------------------------------------------------------------

    def _chosen(self) -> None:
        sender = self.sender()
        if isinstance(sender, ConnectionRow):
            self._model.choose(sender.key)

    def _send_again(self, key: object) -> None:
        self._model.send_again(str(key))

    def _give_up(self, key: object, reason: object) -> None:
        self._model.give_up(str(key), str(reason))

    def _people(self, key: object, email: object) -> None:
        self._model.look_for_people(str(key), str(email))

    def _linked(self, key: object, customer: object) -> None:
        self._model.link(str(key), str(customer))

    def _answered(self, task: object, answer: object) -> None:
        self._model.answer(str(task), str(answer))

    def _open(self, key: object) -> None:
        self._model.open_message(str(key))

    def _toggle_given_up(self) -> None:
        self._model.show_given_up(not self._model.open.given_up)

    def _connect_new(self) -> None:
        self.connect_asked.emit("")

    def _ask(self, what: str) -> None:
        store = self._model.chosen
        if store is not None:
            self.connect_asked.emit(f"{what}:{store.place.name}")

    def _connect_again(self) -> None:
        self._ask("address")

    def _another_key(self) -> None:
        self._ask("key")

    def _see_filling(self) -> None:
        self._ask("import")

    def focus_first(self) -> None:
        """Put the focus on what needs a person, else on the way to hurry."""
        tasks, cards = self.task_cards(), self.blocked_cards()
        first: QWidget = self.now if self._model.connections() else self.connect_first
        if tasks:
            first = next(iter(tasks[0].answers.values()))
        elif cards:
            first = cards[0].send
        first.setFocus(Qt.FocusReason.OtherFocusReason)
