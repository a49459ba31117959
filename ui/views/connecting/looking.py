"""Rights and needs: lists of checks, each with its remedy; and the choices."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.viewmodels.connecting.choices import ChoicesModel
from ui.viewmodels.connecting.needs import NeedsModel
from ui.viewmodels.connecting.rights import RightsModel
from ui.views.components.button import Button
from ui.views.components.notices import Banner
from ui.views.components.toggle import CheckBox
from ui.views.connecting.parts import CheckList, Choices
from ui.views.connecting.step_view import StepView
from ui.views.setup.step_view import show_those


class RightsView(StepView):
    """A tick, or the problem and the remedy, for each right."""

    def __init__(self, model: RightsModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model, t("Rights"), t("What may the till do there?"),
            t("Each right is tried without leaving anything behind."), parent,
        )  # fmt: skip
        self._rights = model
        self.list = CheckList()
        self.again = Button(t("Check again"), icon="arrows-clockwise")
        self.again.clicked.connect(model.again)
        self.place_result()
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        self.place(self.list, row, None)
        self.show_state()

    def show_state(self) -> None:
        """Show right by right."""
        super().show_state()
        rows = self._rights.rows
        self.list.show_rows(rows)
        self.again.setVisible(bool(rows) and self._rights.all_there)
        self.again.setEnabled(not self._rights.busy)

    @property
    def tips(self) -> list[tuple[str, str]]:
        """Why so many."""
        t = self.model.words.t
        return [
            (t("Why these?"), t(
                "Members and points go both ways: the till must see customers and orders, and "
                "write what happens at the counter. It never asks for more."
            )),
            (t("Somebody else looks after the shop"), t(
                "Show them this page: each line says in the words of the shop’s office what to "
                "tick."
            )),
        ]  # fmt: skip


class NeedsView(StepView):
    """What exactly would be made, and the consent to it."""

    def __init__(self, model: NeedsModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model, t("Set up"), t("What is missing there?"),
            t("A few things must be there so that points can be shown and nothing goes twice."),
            parent,
        )  # fmt: skip
        self._needs = model
        self.list = CheckList()
        self.agree = CheckBox(t("I agree: make these there"))
        self.again = Button(t("Check again"), icon="arrows-clockwise")
        self.agree.toggled.connect(model.agree)
        self.again.clicked.connect(model.again)
        self.place_result()
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        self.place(self.list, self.agree, row, None)
        self.show_state()

    def show_state(self) -> None:
        """Show need by need."""
        super().show_state()
        model = self._needs
        self.list.show_rows(model.rows)
        if self.agree.isChecked() != model.agreed:
            self.agree.setChecked(model.agreed)
        show_those({self.agree: bool(model.to_make), self.again: bool(model.missing)})
        for widget in (self.agree, self.again):
            widget.setEnabled(not model.busy)

    @property
    def tips(self) -> list[tuple[str, str]]:
        """What happens to it later."""
        t = self.model.words.t
        return [
            (t("Does it change the shop?"), t(
                "Customers see nothing of it but their points. What the till made can be taken "
                "away in the shop’s office at any time."
            )),
        ]  # fmt: skip


class ChoicesView(StepView):
    """Two questions, and whom the store would write to."""

    def __init__(self, model: ChoicesModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model, t("Choices"), t("How do they work together?"), "", parent,
        )  # fmt: skip
        self._choices = model
        self.tells = Choices(t("What is the online store told?"), [
            ("sales", t("Sales and points"), t(
                "Each sale at the counter becomes an order there: one history of everything a "
                "customer bought, and stock that is right."
            )),
            ("points", t("Points only"), t(
                "The store shows points and level. What is sold at the counter stays here."
            )),
        ])  # fmt: skip
        self.members = Choices(t("Who is a member?"), [
            ("known", t("Those who enrolled"), t(
                "Orders of a member’s e-mail address give points; nobody else’s do."
            )),
            ("all", t("Everybody who shops there"), t(
                "Each customer of the online store becomes a member. Look first whether they were "
                "told so."
            )),
        ])  # fmt: skip
        self.mails = Banner("", "", "warning")
        self.known = CheckBox(t("I know. Go on."))
        self._lay_out()
        self.tells.chosen.connect(self._tell)
        self.members.chosen.connect(self._take)
        self.known.toggled.connect(model.know_mails)
        model.mails_asked.connect(self._ask_mails)
        self.show_state()

    def _lay_out(self) -> None:
        self.place_result()
        self.warned = QWidget()
        column = QVBoxLayout(self.warned)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.mails, self.known):
            column.addWidget(widget)
        self.place(self.tells, self.members, self.warned, None)

    def show_state(self) -> None:
        """Show what is chosen."""
        super().show_state()
        model, t = self._choices, self.model.words.t
        self.tells.show_choice(model.plan.tells)
        self.members.show_choice(model.plan.members)
        mails = model.mails
        listed = "; ".join(mails)
        self.mails.setBanner(
            t("The online store writes e-mails by itself"),
            t("It may send: {mails}.", mails=listed) + f" {model.mails_off}",
            "warning", "envelope-simple",
        )  # fmt: skip
        self.warned.setVisible(bool(mails))
        if self.known.isChecked() != model.mails_known:
            self.known.setChecked(model.mails_known)

    @property
    def tips(self) -> list[tuple[str, str]]:
        """What it means later."""
        t = self.model.words.t
        return [
            (t("Members without an e-mail address"), t(
                "They stay with the till: the online store knows people by their address. Their "
                "sales go there without a name."
            )),
            (t("Changing it later"), t("Both choices can be changed on the Sync page.")),
            (t("Who may be written to"), t(
                "What a customer refuses here is refused there, and the other way round."
            )),
        ]  # fmt: skip

    def _ask_mails(self) -> None:
        self.known.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self, name: object) -> None:
        self._choices.tell("points" if name == "points" else "sales")

    def _take(self, name: object) -> None:
        self._choices.take("all" if name == "all" else "known")
