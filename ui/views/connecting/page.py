"""The frame: the steps, the page of one of them, what is known of the shop, the way on."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.viewmodels.connecting.model import ConnectingModel
from ui.viewmodels.connecting.plan import Step
from ui.viewmodels.notices import Opening
from ui.views.components.label import Label
from ui.views.components.notices import EmptyState
from ui.views.components.scroll import ScrollArea
from ui.views.connecting.filling import BringingView, RehearsalView
from ui.views.connecting.knocking import AddressView, KeyView
from ui.views.connecting.looking import ChoicesView, NeedsView, RightsView
from ui.views.connecting.parts import Figures
from ui.views.connecting.step_view import StepView
from ui.views.guided import ENTERS, NARROW_BELOW, GuidedPage, Tips, side_column
from ui.views.page import KeyAction


class ConnectingPage(GuidedPage[Step]):
    """Step by step to an online store. ``finished`` carries None: back to the Sync page.

    ``make`` makes the view model for the subject it is opened with.
    """

    def __init__(
        self, make: Callable[[str], ConnectingModel], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make = make

    def open_with(self, subject: str) -> None:
        """Begin; ``subject`` is "" for a new store (see ``ConnectingModel``)."""
        self.model = self._make(subject)
        self._build()
        self._connect()
        self.fit(narrow=self.width() < NARROW_BELOW)
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
        self.shop = Label("", "lead", "semibold", wrap=True)
        self.url = Label("", "caption", role="muted", elide=True)
        self.facts, self.tips = Figures(), Tips()
        known = model.plan.known is not None
        heading = t("Change the connection") if known else t("Connect an online store")
        self.lay_out(model.words, heading, model.plan.steps, self._side())
        self.areas = {step: ScrollArea(view) for step, view in self.views.items()}
        for area in self.areas.values():
            self.places.addWidget(area)
        self.closed = EmptyState(
            "lock-simple",
            t("A manager connects online stores"),
            t("Ask one to sign in. Nothing was changed."),
        )
        self.places.addWidget(self.closed)

    def _side(self) -> QWidget:
        side, inside = side_column(top=28, gap=6)
        for widget in (self.shop, self.url, self.facts):
            inside.addWidget(widget)
        self._gap = QWidget()
        self._gap.setFixedHeight(14)
        inside.addWidget(self._gap)
        inside.addWidget(self.tips.area, 1)
        return side

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(self._show)
        model.finished.connect(self._finish)
        for step_model in model.models.values():
            step_model.changed.connect(self._show)
        self.back.clicked.connect(model.back)
        self.next.clicked.connect(model.next)
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
        step = model.next_step
        if front.action or step is None:
            self.next.setText(front.action or t("Done"))
        else:
            self.show_way_to(model.words, step)

    def _show_tips(self) -> None:
        self.tips.show_tips(self.views[self.model.step].tips)

    # -- the shell's side --------------------------------------------------------------------

    def keys(self) -> Sequence[KeyAction]:
        """Back or stop; Enter presses the filled button by itself."""
        t = self.model.words.t
        return [KeyAction(t("Back"), "Esc", "arrow-left", self.model.back, in_bar=False)]

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
        if event.key() in ENTERS and not event.isAutoRepeat():
            self.next.click()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring what takes the focus into sight; keep Enter with the field it was typed in."""
        key = event.key() if isinstance(event, QKeyEvent) else None
        is_press = event.type() == QEvent.Type.KeyPress
        if is_press and key in ENTERS and isinstance(watched, QLineEdit):
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

    def _go(self, step: Step) -> None:
        self.model.go(step)

    def _finish(self) -> None:
        self.finished.emit(Opening("sync"))
