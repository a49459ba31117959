"""The cash drawer: one question at a time."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.viewmodels.setup.drawer import OPENS, DrawerModel
from ui.viewmodels.setup.step import Mark
from ui.views.components.button import Button
from ui.views.components.choice import Segmented
from ui.views.components.label import Label
from ui.views.setup.step_view import StepView, show_those


class DrawerView(StepView):
    """Opens the drawer only by its button."""

    def __init__(self, model: DrawerModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model,
            t("Cash drawer"),
            t("Does the drawer open?"),
            t("Close it first. It hangs on the printer, and the printer opens it."),
            parent,
        )
        self._drawer = model
        self.kick = Button(t("Open the drawer"), icon="lock-open", size="large")
        self.yes = Button(t("Yes, it opened"), "soft", size="large")
        self.no = Button(t("No"), size="large")
        self.closed = Button(t("It is closed now"), "soft", size="large")
        self.opens = Segmented([t("Never"), t("For cash"), t("At every sale")])
        self._lay_out()
        self.kick.clicked.connect(model.kick)
        self.yes.clicked.connect(self._yes)
        self.no.clicked.connect(self._no)
        self.closed.clicked.connect(model.closed)
        self.opens.chosen.connect(self._choose)
        self.show_state()

    def _lay_out(self) -> None:
        asked = QHBoxLayout()
        asked.setSpacing(8)
        for button in (self.kick, self.yes, self.no, self.closed):
            asked.addWidget(button)
        asked.addStretch(1)
        when = Label(self._drawer.words.t("Opens by itself"), "body", "medium")
        chosen = QHBoxLayout()
        chosen.addWidget(self.opens)
        chosen.addStretch(1)
        self.place(asked)
        self.place_results()
        self.place(None, when, chosen)

    def show_state(self) -> None:
        """Show what is asked now."""
        super().show_state()
        model = self._drawer
        asks = model.stage == "opened?"
        show_those(
            {
                self.kick: model.stage in ("closed", "done"),
                self.yes: asks,
                self.no: asks,
                self.closed: model.stage == "closing",
            }
        )
        self.kick.setEnabled(model.there_is_one)
        self.kick.setBusy(model.busy and model.stage in ("closed", "done"))
        for button in (self.yes, self.no):
            button.setEnabled(not model.busy)
        self.opens.setIndex(OPENS.index(model.opens))
        self.opens.setEnabled(model.there_is_one)

    @property
    def known(self) -> list[Mark]:
        """What was learnt."""
        return self._drawer.marks

    @property
    def advised(self) -> str:
        """Why nothing can be opened here yet."""
        if self._drawer.there_is_one:
            return ""
        return self._drawer.words.t("There is no printer yet. Go back, or carry on.")

    @property
    def help(self) -> list[tuple[str, str]]:
        """What to look at."""
        t = self.model.words.t
        return [
            (t("It does not open"), t(
                "Its cable belongs into the printer’s drawer plug (DK), not into the network or "
                "telephone plug. A drawer locked with its key never opens by cable."
            )),
            (t("The till does not see it open"), t(
                "Cheap cables leave that wire out. Nothing is lost: the till opens the drawer and "
                "writes down who did, it only can't tell when it stays open."
            )),
        ]  # fmt: skip

    def _yes(self) -> None:
        self._drawer.opened(True)

    def _no(self) -> None:
        self._drawer.opened(False)

    def _choose(self, index: object) -> None:
        self._drawer.choose(OPENS[int(str(index))])
