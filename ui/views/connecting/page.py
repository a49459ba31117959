"""The frame: the steps, the page of one of them, what is known of the shop, the way on."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.viewmodels.connecting.model import ConnectingModel
from ui.viewmodels.connecting.plan import Step
from ui.viewmodels.notices import Opening
from ui.views.components.button import Button
from ui.views.components.label import Label
from ui.views.components.notices import EmptyState
from ui.views.components.scroll import ScrollArea
from ui.views.components.surface import Sheet
from ui.views.connecting.filling import BringingView, RehearsalView
from ui.views.connecting.knocking import AddressView, KeyView
from ui.views.connecting.looking import ChoicesView, NeedsView, RightsView
from ui.views.connecting.parts import Figures
from ui.views.connecting.step_view import StepView
from ui.views.counter.layout import Stack
from ui.views.page import KeyAction, Page
from ui.views.setup.parts import StepRow

NARROW_BELOW = 1200
_STEPS, _STEPS_NARROW = 256, 52
_SIDE, _SIDE_NARROW = 320, 244
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ConnectingPage(Page):
    """Step by step to an online store. ``finished`` carries None: back to the Sync page.

    ``make`` makes the view model for the subject it is opened with.
    """

    wants_key_bar = False

    def __init__(
        self, make: Callable[[str], ConnectingModel], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._narrow = True
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 4, 16, 16)
        self._row.setSpacing(16)

    def open_with(self, subject: str) -> None:
        """Begin; ``subject`` is "" for a new store (see ``ConnectingModel``)."""
        self.model = self._make(subject)
        self._build()
        self._connect()
        self._fit(narrow=self.width() < NARROW_BELOW)
        self._show_tips()
        self.model.start()
        self._front()

    # -- frame -------------------------------------------------------------------------------

    def _build(self) -> None:
        model, t = self.model, self.model.words.t
        self.views: dict[Step, StepView] = {
            "address": AddressView(model.address),
            "key": KeyView(model.key),
            "rights": RightsView(model.rights),
            "needs": NeedsView(model.needs),
            "choices": ChoicesView(model.choices),
            "rehearsal": RehearsalView(model.rehearsal),
            "import": BringingView(model.bringing),
        }
        steps = model.plan.steps
        self.steps = {step: StepRow(n, self.views[step].name) for n, step in enumerate(steps, 1)}
        known = model.plan.known is not None
        heading = t("Change the connection") if known else t("Connect an online store")
        self.head = Label(heading, "body", "semibold", wrap=True)
        self.far = Label("", "caption", role="muted", wrap=True)
        self.places = Stack()
        self.back = Button(t("Back"), "quiet", size="large", icon="arrow-left", key="Esc")
        self.next = Button("", "primary", size="large", key=t("Enter"))
        self.shop = Label("", "lead", "semibold", wrap=True)
        self.url = Label("", "caption", role="muted", elide=True)
        self.facts = Figures()
        self._start, self._sheet = self._step_column(), Sheet()
        inside = QHBoxLayout(self._sheet)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self._middle(), 1)
        self._end = self._side()
        inside.addWidget(self._end)
        self._row.addWidget(self._start)
        self._row.addWidget(self._sheet, 1)

    def _step_column(self) -> QWidget:
        column = QWidget()
        inside = QVBoxLayout(column)
        inside.setContentsMargins(0, 20, 0, 12)
        inside.setSpacing(0)
        inside.addWidget(self.head)
        inside.addWidget(self.far)
        inside.addSpacing(20)
        for row in self.steps.values():
            inside.addWidget(row)
        inside.addStretch(1)
        return column

    def _middle(self) -> QWidget:
        t = self.model.words.t
        middle = QWidget()
        inside = QVBoxLayout(middle)
        inside.setContentsMargins(32, 28, 32, 24)
        inside.setSpacing(12)
        self.areas = {step: ScrollArea(view) for step, view in self.views.items()}
        for area in self.areas.values():
            self.places.addWidget(area)
        self.closed = EmptyState(
            "lock-simple",
            t("A manager connects online stores"),
            t("Ask one to sign in. Nothing was changed."),
        )
        self.places.addWidget(self.closed)
        inside.addWidget(self.places, 1)
        on = QHBoxLayout()
        on.setSpacing(8)
        on.addWidget(self.back)
        on.addStretch(1)
        on.addWidget(self.next)
        inside.addLayout(on)
        return middle

    def _side(self) -> QWidget:
        side = QWidget()
        inside = QVBoxLayout(side)
        inside.setContentsMargins(20, 28, 20, 24)
        inside.setSpacing(6)
        for widget in (self.shop, self.url, self.facts):
            inside.addWidget(widget)
        self._gap = QWidget()
        self._gap.setFixedHeight(14)
        inside.addWidget(self._gap)
        self._tips = QWidget()
        self._tips_column = QVBoxLayout(self._tips)
        self._tips_column.setContentsMargins(0, 0, 0, 0)
        self._tips_column.setSpacing(4)
        inside.addWidget(ScrollArea(self._tips), 1)
        return side

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(self._show)
        model.finished.connect(self._finish)
        for step_model in model.models.values():
            step_model.changed.connect(self._show)
        self.back.clicked.connect(model.back)
        self.next.clicked.connect(model.next)
        for row in self.steps.values():
            row.clicked.connect(self._step_clicked)
        for area in self.areas.values():
            for widget in area.findChildren(QWidget):
                if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                    widget.installEventFilter(self)

    # -- showing -----------------------------------------------------------------------------

    def _show(self) -> None:
        model = self.model
        wanted: QWidget = self.areas[model.step] if model.is_allowed else self.closed
        if self.places.currentWidget() is not wanted:
            self.places.setCurrentWidget(wanted)
            self._show_tips()
            self._front()
            self.keys_changed.emit()
        self.views[model.step].show_state()
        self.far.setText(model.far)
        for step, row in self.steps.items():
            at, here = model.plan.steps.index(step), model.number - 1
            row.show_step(done=at < here, current=at == here, narrow=self._narrow)
            row.setEnabled(at == here or model.may_go_to(step))
        self._show_shop()
        self._show_way()

    def _show_shop(self) -> None:
        model = self.model
        self.shop.setText(model.shop)
        self.url.setText(model.words.isolate(model.url) if model.url else "")
        self.facts.show_pairs([(label, value) for label, value in model.facts])
        known = bool(model.shop or model.url or model.facts)
        for widget, shown in (
            (self.shop, bool(model.shop)), (self.url, bool(model.url)),
            (self.facts, bool(model.facts)), (self._gap, known),
        ):  # fmt: skip
            widget.setVisible(shown)

    def _show_way(self) -> None:
        model, t = self.model, self.model.words.t
        front = model.model
        self.back.setText(t("Stop") if front.busy else t("Back"))
        self.back.setIconName("x" if front.busy else "arrow-left")
        self.back.setVisible(model.step != "import" or front.busy)
        self.next.setBusy(front.busy)
        self.next.setVisible(model.is_allowed)
        self.next.setEnabled(front.may_go or front.busy)
        self.next.setText(front.action or self._next_text(t("Next")))

    def _next_text(self, short: str) -> str:
        step = self.model.next_step
        if step is None:
            return self.model.words.t("Done")
        name = self.views[step].name
        whole = self.model.words.t("Next: {step}", step=name[:1].lower() + name[1:])
        self.next.setText(whole)
        room = self.places.width() - self.back.sizeHint().width() - 24
        return whole if self.next.sizeHint().width() <= room else short

    def _show_tips(self) -> None:
        while (item := self._tips_column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # it is painted until it is deleted
                widget.deleteLater()
        for title, text in self.views[self.model.step].tips:
            self._tips_column.addWidget(Label(title, "body", "semibold", wrap=True))
            self._tips_column.addWidget(Label(text, "body", role="muted", wrap=True))
            self._tips_column.addSpacing(10)
        self._tips_column.addStretch(1)

    # -- the shell's side --------------------------------------------------------------------

    def keys(self) -> Sequence[KeyAction]:
        """Back or stop; Enter presses the filled button by itself."""
        t = self.model.words.t
        return [KeyAction(t("Back"), "Esc", "arrow-left", self.model.back, in_bar=False)]

    def take_scan(self, text: str) -> bool:
        """While a store is connected nothing is sold."""
        del text
        return True

    def focus_first(self) -> None:
        """Where something is typed first, else the way on."""
        self._front()

    def _front(self) -> None:
        if not self.model.is_allowed:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.views[self.model.step].focus_first():
            self.next.setFocus(Qt.FocusReason.MouseFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the filled button; a field uses its own."""
        if event.key() in _ENTERS and not event.isAutoRepeat():
            self.next.click()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring what takes the focus into sight; keep Enter with the field it was typed in."""
        key = event.key() if isinstance(event, QKeyEvent) else None
        is_press = event.type() == QEvent.Type.KeyPress
        if is_press and key in _ENTERS and isinstance(watched, QLineEdit):
            watched.returnPressed.emit()
            return True
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            area = self.areas[self.model.step]
            if area.isAncestorOf(watched):
                area.ensureWidgetVisible(watched, 0, 40)
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody waits for an answer any more, unless the window is only minimised."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.model.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the grid that there is room for."""
        super().resizeEvent(event)
        if self._row.count():
            self._fit(narrow=self.width() < NARROW_BELOW)

    def _fit(self, *, narrow: bool) -> None:
        self._narrow = narrow
        self._start.setFixedWidth(_STEPS_NARROW if narrow else _STEPS)
        self.back.setKey("" if narrow else "Esc")
        side = _SIDE_NARROW if narrow else _SIDE
        self._end.setFixedWidth(side)
        self._sheet.setColumn(side)
        for label in (self.head, self.far):
            label.setVisible(not narrow)
        for view in self.views.values():
            view.set_narrow(narrow)
        self._show()

    def _step_clicked(self) -> None:
        for step, row in self.steps.items():
            if row is self.sender():
                self.model.go(step)
                return

    def _finish(self) -> None:
        self.finished.emit(Opening("sync"))
