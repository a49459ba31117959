"""The set-up's frame: the steps, the page of one of them, what is connected, the way on."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from terminal.services.setup import STEPS, Step
from ui.viewmodels.setup.display import ScreenFace
from ui.viewmodels.setup.model import SetupModel
from ui.views.components.button import Button
from ui.views.components.label import Label
from ui.views.components.scroll import ScrollArea
from ui.views.components.spinner import Spinner
from ui.views.counter.fitting import FitButton
from ui.views.guided import ENTERS, GuidedPage, Tips, side_column
from ui.views.page import KeyAction
from ui.views.setup.display import DisplayView
from ui.views.setup.drawer import DrawerView
from ui.views.setup.parts import DeviceLine
from ui.views.setup.printer import PrinterView
from ui.views.setup.scanner import ScannerView
from ui.views.setup.sheet import SheetView
from ui.views.setup.step_view import StepView


def other_screens() -> list[ScreenFace]:
    """The screens beside the till's own, counted as the settings count them."""
    own = QGuiApplication.primaryScreen()
    others = [screen for screen in QGuiApplication.screens() if screen is not own]
    return [ScreenFace(number, one.name()) for number, one in enumerate(others, 1)]


class SetupPage(GuidedPage[Step]):
    """Step by step, each of them skippable. ``finished`` carries None."""

    def __init__(self, model: SetupModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        t = model.words.t
        self.views: dict[Step, StepView] = {
            "scanner": ScannerView(model.scanner),
            "printer": PrinterView(model.printer, model),
            "sheet": SheetView(model.sheet),
            "drawer": DrawerView(model.drawer),
            "display": DisplayView(model.display),
        }
        self.later = Button(t("Later"), "quiet", size="large")
        self.devices: list[DeviceLine] = []
        self.side = QStackedWidget()
        self.help = FitButton(t("Help for my model"), icon="question", key="F1")
        self.tips = Tips()
        foot = t("Stop any time: it goes on from here.")
        self.lay_out(model.words, t("Set up this till"), STEPS, self._side(), self.later, foot=foot)
        for view in self.views.values():
            self.places.addWidget(view)
        self._connect()
        self.fit(narrow=True)

    # -- frame -------------------------------------------------------------------------------

    def _side(self) -> QWidget:
        side, inside = side_column(top=28, gap=12)
        self.side.addWidget(self._connected())
        self.side.addWidget(self.tips.area)
        inside.addWidget(self.side, 1)
        inside.addWidget(self.help)
        return side

    def _connected(self) -> QWidget:
        t = self.model.words.t
        connected = QWidget()
        column = QVBoxLayout(connected)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Label(t("What is connected"), "lead", "semibold", wrap=True), 1)
        head.addWidget(Spinner(20))
        column.addLayout(head)
        rows = QWidget()
        self._rows = QVBoxLayout(rows)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self.nothing = Label(t("Nothing yet."), "body", role="muted", wrap=True)
        self._rows.addWidget(self.nothing)
        self._rows.addStretch(1)
        column.addWidget(ScrollArea(rows), 1)
        column.addWidget(Label(t("Nothing happens?"), "body", "semibold", wrap=True))
        column.addWidget(
            Label(
                t("Unplug the cable, count to three, plug it in again. This page sees it at once."),
                "body",
                role="muted",
                wrap=True,
            )
        )
        return connected

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(self._show)
        model.finished.connect(self._finish)
        for step_model in model.models.values():
            step_model.changed.connect(self._show_next)
        self.back.clicked.connect(model.back)
        self.later.clicked.connect(model.later)
        self.next.clicked.connect(model.next)
        self.help.clicked.connect(self.toggle_help)

    # -- showing -----------------------------------------------------------------------------

    def _show(self) -> None:
        model = self.model
        view = self.views[model.step]
        if self.places.currentWidget() is not view:
            self.places.setCurrentWidget(view)
            self._show_tips()
            self.keys_changed.emit()
        view.show_state()
        self.far.setText(model.title)
        for step, row in self.steps.items():
            row.show_step(done=model.is_done(step), current=step == model.step, narrow=self._narrow)
        self._show_devices()
        self._show_next()

    def _show_next(self) -> None:
        model, t = self.model, self.model.words.t
        self.next.setBusy(model.model.busy)
        # Short before another button shows, or the window would have to grow.
        self.next.setText(t("Done") if model.is_last else t("Next"))
        self.later.setVisible(model.model.has_news)
        if not model.is_last:
            taken = self.later.sizeHint().width() if model.model.has_news else 0
            self.show_way_to(model.words, STEPS[model.number], taken)

    def _show_devices(self) -> None:
        rows = self.model.rows
        while len(self.devices) < len(rows):
            self.devices.append(DeviceLine())
            self._rows.insertWidget(len(self.devices) - 1, self.devices[-1])
        for number, line in enumerate(self.devices):
            line.setVisible(number < len(rows))
            if number < len(rows):
                line.show_row(rows[number])
        self.nothing.setVisible(not rows)

    def _show_tips(self) -> None:
        self.tips.show_tips(self.views[self.model.step].help)

    def toggle_help(self) -> None:
        """What to try, in place of what is connected, and back."""
        helps = self.side.currentIndex() == 0
        self._show_tips()
        self.side.setCurrentIndex(1 if helps else 0)
        t = self.model.words.t
        self.help.setText(t("What is connected") if helps else t("Help for my model"))

    # -- the shell's side --------------------------------------------------------------------

    def open_with(self, subject: str) -> None:
        """Begin; ``subject`` names a step (``scanner``, ``printer`` …) or is empty."""
        self.model.start(subject)

    def keys(self) -> Sequence[KeyAction]:
        """Back and help; Enter presses the filled button by itself."""
        t = self.model.words.t
        return [
            KeyAction(t("Back"), "Esc", "arrow-left", self.model.back, in_bar=False),
            KeyAction(t("Help for my model"), "F1", "question", self.toggle_help, in_bar=False),
        ]

    def focus_first(self) -> None:
        """Enter goes on from wherever one is."""
        self.next.setFocus(Qt.FocusReason.MouseFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the filled button."""
        if isinstance(self.focusWidget(), QLineEdit):
            return  # a field hands its Enter on, after having used it
        if event.key() in ENTERS and not event.isAutoRepeat():
            self.next.click()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the devices, if the opening has not done so."""
        super().showEvent(event)
        self.model.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the devices back, unless the window is only minimised."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.model.stop()

    def _go(self, step: Step) -> None:
        self.model.go(step)

    def _finish(self) -> None:
        self.finished.emit(None)
