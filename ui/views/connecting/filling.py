"""The last two steps: the dry run, and the first import with what happens afterwards."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.viewmodels.connecting.bringing import BringingModel
from ui.viewmodels.connecting.rehearsal import RehearsalModel
from ui.views.components.button import Button
from ui.views.components.chip import Icon
from ui.views.components.label import Label
from ui.views.components.spinner import ProgressBar
from ui.views.connecting.parts import Figures
from ui.views.connecting.step_view import StepView

_THINGS = 5


class RehearsalView(StepView):
    """Figures of what would happen."""

    def __init__(self, model: RehearsalModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model, t("Dry run"), t("This is what would happen"),
            t("Counted in the online store and here; nothing is done yet."), parent,
        )  # fmt: skip
        self._rehearsal = model
        self.figures = Figures()
        self.again = Button(t("Count again"), icon="arrows-clockwise")
        self.again.clicked.connect(model.again)
        self.place_result()
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        self.place(self.figures, row, None)
        self.show_state()

    def show_state(self) -> None:
        """Show the figures."""
        super().show_state()
        rows = self._rehearsal.rows
        self.figures.show_pairs(rows)
        self.figures.setVisible(bool(rows))
        self.again.setVisible(bool(rows))
        self.again.setEnabled(not self._rehearsal.busy)

    @property
    def tips(self) -> list[tuple[str, str]]:
        """What the figures mean."""
        t = self.model.words.t
        return [
            (t("The figures look odd"), t(
                "Go back: another choice counts otherwise. Many customers who stay outside are "
                "usual where few members gave an e-mail address."
            )),
            (t("What is never done"), t(
                "No customer is deleted, no order is changed, no password is touched."
            )),
        ]  # fmt: skip


class BringingView(StepView):
    """How far it is; then what happens now."""

    def __init__(self, model: BringingModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model, t("First import"), t("Bringing everything in"),
            t("It may take long. Selling goes on, and this page can be closed."), parent,
        )  # fmt: skip
        self._bringing = model
        self.state = Label("", "title", "semibold", wrap=True)
        self.text = Label("", "body", wrap=True)
        self.bar = ProgressBar(height=10)
        self.pace = Label("", "body", role="muted", wrap=True)
        self.pause = Button(t("Pause"), icon="pause")
        self.resume = Button(t("Go on"), icon="play")
        self.after = Label(t("What happens now"), "lead", "semibold", wrap=True)
        self.things = [Label("", "body", wrap=True) for _ in range(_THINGS)]
        self._lay_out()
        self.pause.clicked.connect(model.pause)
        self.resume.clicked.connect(model.resume)
        self.show_state()

    def _lay_out(self) -> None:
        self.place_result()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.pause, self.resume):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.place(self.state, self.bar, self.text, self.pace, buttons)
        self.next_things = QWidget()
        column = QVBoxLayout(self.next_things)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.after)
        for label in self.things:
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(Icon("check", 20, "positive", "bold"))
            row.addWidget(label, 1)
            column.addLayout(row)
        self.place(self.next_things, None)

    def show_state(self) -> None:
        """Show how far it is."""
        super().show_state()
        model = self._bringing
        done = model.is_done
        self.title.setText(
            model.words.t("Connected") if done else model.words.t("Bringing everything in")
        )
        self.what.setVisible(not done)
        self.state.setText(model.title)
        failed = model.state is not None and model.state.state == "failed"
        self.state.setRole("danger" if failed else "positive" if done else "text")
        self.bar.setShare(model.share)
        self.bar.setRole("positive" if done else "accent")
        self.text.setText(model.text)
        self.pace.setText(model.pace)
        self.pace.setVisible(bool(model.pace))
        self.pause.setVisible(model.is_running)
        self.resume.setVisible(not model.is_running and not done and model.state is not None)
        for button in (self.pause, self.resume):
            button.setEnabled(not model.busy)
        for label, text in zip(self.things, model.next_things, strict=True):
            label.setText(text)
        self.next_things.setVisible(done)

    @property
    def tips(self) -> list[tuple[str, str]]:
        """What may be done meanwhile."""
        t = self.model.words.t
        return [
            (t("May the till be switched off?"), t(
                "Yes. It goes on where it stopped when the till is opened again."
            )),
            (t("Pausing"), t(
                "Pause if the online store gets slow for its customers. What was brought in "
                "stays; it goes on when you say so."
            )),
        ]  # fmt: skip
