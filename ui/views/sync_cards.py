"""Cards of the sync page: a message that needs a person, a task, what can be changed of a store."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.connecting import Person
from terminal.i18n import Words
from ui.theme.tokens import Role
from ui.viewmodels.sync_faces import Blocked
from ui.viewmodels.sync_words import TaskText
from ui.views.components.button import Button, Variant
from ui.views.components.chip import Icon
from ui.views.components.field import TextField
from ui.views.components.label import Label
from ui.views.components.surface import Sheet
from ui.views.sync_parts import Details, Flow, Sign


class Card(Sheet):
    """Sign, title and sentence on a soft ground; below it what subclasses add to ``column``."""

    def __init__(
        self, title: str, text: str, sign: QWidget, ground: Role, parent: QWidget | None = None
    ) -> None:
        super().__init__(ground, line=None, parent=parent)
        self.title = Label(title, "lead", "semibold", wrap=True)
        self.text = Label(text, "body", wrap=True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 16)
        self.column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self.title)
        words.addWidget(self.text)
        head.addLayout(words, 1)
        self.column.addLayout(head)


class BlockedCard(Card):
    """A message that waits for a person. All signals carry its key, ``member`` the member's id."""

    again = Signal(object)
    member = Signal(object)
    people = Signal(object, object)
    linked = Signal(object, object)
    unlinked = Signal()
    given_up = Signal(object, object)

    def __init__(
        self, blocked: Blocked, words: Words, *, first: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(blocked.title, blocked.text, Sign(), "warning_soft", parent)
        self.blocked, self._words = blocked, words
        t = words.t
        self.head = Label(t("Next step"), "caption", "semibold", role="muted")
        self.todo = Label(blocked.todo, "body", "medium", wrap=True)
        variant: Variant = "primary" if first else "secondary"
        self.send = Button(t("Send again"), variant, key=t("Enter") if first else "")
        self.who = Button(t("Correct the member") if blocked.edits else t("Member page"),
                          icon="user")  # fmt: skip
        self.link = Button(t("Link to another customer"), icon="link")
        self.what = Button(t("What was sent"), "quiet", icon="list")
        self.give = Button(t("Give up"), "quiet", icon="x")
        self.details = Details(blocked.pairs)
        self.giving, self.linking = self._giving(), _People(words)
        self._lay_out()
        self._connect()

    def _giving(self) -> QWidget:
        t = self._words.t
        panel = QWidget()
        self.reason = TextField(t("Why need it not be told?"))
        self.reason.setReservesHelp(False)
        self.give_now = Button(t("Give it up"), "danger")
        self.keep = Button(t("Keep it"), "quiet")
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.reason)
        flow = Flow()
        flow.add(self.give_now, self.keep)
        column.addWidget(flow)
        self.give_now.setEnabled(False)
        return panel

    def _lay_out(self) -> None:
        blocked = self.blocked
        self.who.setVisible(blocked.member_id is not None)
        self.link.setVisible(blocked.links)
        self.flow = Flow()
        self.flow.add(self.send, self.who, self.link, self.what, self.give)
        for widget in (self.head, self.todo, self.details, self.giving, self.linking, self.flow):
            self.column.addWidget(widget)
        for widget in (self.details, self.giving, self.linking):
            widget.hide()

    def _connect(self) -> None:
        self.send.clicked.connect(self._again)
        self.what.clicked.connect(self._toggle)
        self.who.clicked.connect(self._member)
        self.link.clicked.connect(self._ask_people)
        self.give.clicked.connect(self._toggle_giving)
        self.keep.clicked.connect(self._toggle_giving)
        self.reason.edited.connect(self._reason_typed)
        self.reason.submitted.connect(self._give_up)
        self.give_now.clicked.connect(self._give_up)
        self.linking.chosen.connect(self._linked)
        self.linking.asked.connect(self._look)
        self.linking.left.connect(self.unlinked)

    def rest(self) -> None:
        """It was tried: wait no longer."""
        self.send.setBusy(False)

    def show_people(self, people: Sequence[Person] | None, *, shown: bool) -> None:
        """Whom the store may mean; None: it is still asked."""
        self.linking.setVisible(shown)
        if shown:
            self.linking.show_people(people)

    def _toggle(self) -> None:
        self.details.setVisible(self.details.isHidden())

    def _toggle_giving(self) -> None:
        self.giving.setVisible(self.giving.isHidden())
        if not self.giving.isHidden():
            self.reason.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _reason_typed(self, text: object) -> None:
        self.give_now.setEnabled(bool(str(text).strip()))

    def _give_up(self) -> None:
        if self.reason.text().strip():
            self.given_up.emit(self.blocked.key, self.reason.text())

    def _again(self) -> None:
        self.send.setBusy(True)
        self.again.emit(self.blocked.key)

    def _member(self) -> None:
        self.member.emit(self.blocked.member_id)

    def _ask_people(self) -> None:
        self.people.emit(self.blocked.key, "")

    def _look(self, email: object) -> None:
        self.people.emit(self.blocked.key, email)

    def _linked(self, customer: object) -> None:
        self.linked.emit(self.blocked.key, customer)


class _People(Sheet):
    """Customers who may be meant: each with a button, and a field to look for another one."""

    chosen = Signal(object)
    asked = Signal(object)
    left = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(line=None, parent=parent)
        self._words = words
        t = words.t
        self.state = Label("", "body", role="muted", wrap=True)
        self.rows = QVBoxLayout()
        self.buttons: list[Button] = []
        self.email = TextField(t("Another e-mail address there"), ltr=True)
        self.email.setReservesHelp(False)
        self.look = Button(t("Look for it"))
        self.none = Button(t("Nobody of them"), "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.state)
        column.addLayout(self.rows)
        column.addWidget(self.email)
        flow = Flow()
        flow.add(self.look, self.none)
        column.addWidget(flow)
        self.email.submitted.connect(self._look)
        self.look.clicked.connect(self._look)
        self.none.clicked.connect(self.left)

    def show_people(self, people: Sequence[Person] | None) -> None:
        """Show whom the store knows."""
        while (item := self.rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # it is painted until it is deleted
                widget.deleteLater()
        self.buttons = []
        t = self._words.t
        if people is None:
            self.state.setText(t("Asking the online store"))
            return
        self.state.setText(t("It knows these:") if people else t("It knows nobody like that."))
        for person in people:
            self.rows.addWidget(self._row(person))

    def _row(self, person: Person) -> QWidget:
        w = self._words
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        told = [person.name or w.t("without a name"), w.isolate(person.email)]
        if person.card:
            told.append(w.isolate(f"…{person.card[-4:]}"))
        line.addWidget(Label(" · ".join(told), "body", "medium", wrap=True), 1)
        button = Button(w.t("It is this one"), icon="link")
        button.setObjectName(person.id)
        button.clicked.connect(self._chosen)
        self.buttons.append(button)
        line.addWidget(button)
        return row

    def _chosen(self) -> None:
        sender = self.sender()
        if isinstance(sender, Button):
            self.chosen.emit(sender.objectName())

    def _look(self) -> None:
        if self.email.text().strip():
            self.asked.emit(self.email.text())


class TaskCard(Card):
    """A question to a person. ``answered`` carries task and answer, ``member`` a member's id."""

    answered = Signal(object, object)
    member = Signal(object)

    def __init__(
        self,
        task_id: str,
        text: TaskText,
        people: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            text.title, text.text, Icon(text.icon, 24, "warning"), "warning_soft", parent
        )
        self.task_id, self.shown = task_id, text
        self.sides = Details(text.sides)
        self.sides.setVisible(bool(text.sides))
        self.answers: dict[str, Button] = {}
        self.pages: list[Button] = []
        flow = Flow()
        for choice in text.choices:
            button = self.answers[choice.code] = Button(choice.label, choice.variant)
            button.setObjectName(choice.code)
            button.clicked.connect(self._answer)
            flow.add(button)
        for label, member_id in people:
            page = Button(label, "quiet", icon="user")
            page.setObjectName(member_id)
            page.clicked.connect(self._member)
            self.pages.append(page)
            flow.add(page)
        self.column.addWidget(self.sides)
        self.column.addWidget(flow)

    def _answer(self) -> None:
        sender = self.sender()
        if isinstance(sender, Button):
            self.answered.emit(self.task_id, sender.objectName())

    def _member(self) -> None:
        sender = self.sender()
        if isinstance(sender, Button):
            self.member.emit(sender.objectName())


class WalkCard(Sheet):
    """Both sides are being compared: how far it is, and the way to stop it."""

    stopped = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__("accent_soft", line=None, parent=parent)
        self.title = Label(words.t("Both sides are compared"), "body", "semibold", wrap=True)
        self.told = Label("", "body", wrap=True)
        self.stop = Button(words.t("Stop"), icon="x")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        text = QVBoxLayout()
        text.setSpacing(3)
        text.addWidget(self.title)
        text.addWidget(self.told)
        row.addLayout(text, 1)
        row.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignVCenter)
        self.stop.clicked.connect(self.stopped)

    def show_walk(self, told: str, *, stops: bool) -> None:
        """Say how far it is; ``stops``: it can still be stopped."""
        self.told.setText(told)
        self.stop.setBusy(not stops)


class SettingsCard(Sheet):
    """What can be changed of a connection; leaving it is asked twice."""

    key_asked = Signal()
    address_asked = Signal()
    leave_asked = Signal()
    left = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent=parent)
        t = words.t
        self.key = Button(t("Another key"), icon="key")
        self.address = Button(t("Address and choices"), icon="gear")
        self.leave = Button(t("Disconnect"), "danger")
        self.told = Label("", "body", wrap=True)
        self.sure = Button(t("Disconnect it now"), "danger-filled")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        flow = Flow()
        flow.add(self.key, self.address, self.leave)
        column.addWidget(flow)
        column.addWidget(self.told)
        self.sure_flow = Flow()
        self.sure_flow.add(self.sure)
        column.addWidget(self.sure_flow)
        self.key.clicked.connect(self.key_asked)
        self.address.clicked.connect(self.address_asked)
        self.leave.clicked.connect(self.leave_asked)
        self.sure.clicked.connect(self.left)
        self.show_leaving("")

    def show_leaving(self, told: str) -> None:
        """Say what would happen."""
        self.told.setText(told)
        self.told.setVisible(bool(told))
        self.sure_flow.setVisible(bool(told))
