"""A reward as a coupon for the web shop: which one, and the paper before anything is paid."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.slips import Slip, slip_text
from ui.paper.slip import slip_image
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.redeem import Choice
from ui.views.components.notices import Banner
from ui.views.components.paper import Paper
from ui.views.components.reward import RewardRow
from ui.views.components.rows import PairRow
from ui.views.components.surface import PanelHeader
from ui.views.counter.fitting import FitButton
from ui.views.counter.layout import column, fill

_PAPER = 230


class WebCouponPanel(QWidget):
    """Rewards to choose from, the slip as it will be, and the button that pays the points."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self._slip: Slip | None = None
        self.head = PanelHeader(t("As a web coupon"), t("Back"))
        self.refused = Banner()
        self.choices: list[RewardRow] = []
        self._rows = QWidget()
        self._list = column(self._rows, spacing=2)
        self.paper = Paper(_PAPER)
        self.until, self.after = PairRow(height=26), PairRow(height=26)
        self.confirm = FitButton("", "primary", size="primary", key=t("Enter"))
        made = column(self)
        fill(made, self.head, 6, self.refused, 4, self._rows, 6)
        made.addWidget(self.paper, 1)
        fill(made, 6, self.until, self.after, 8, self.confirm)
        self.head.closed.connect(vm.back)
        self.confirm.clicked.connect(vm.make_web_coupon)

    def show_state(self) -> None:
        """Show the rewards, and what one would be."""
        model, t = self._vm.web_coupon, self._vm.words.t
        self.refused.setVisible(bool(model.refused))
        if model.refused:
            self.refused.setBanner(model.refused, "", "warning")
        choices = model.choices()
        while len(self.choices) < len(choices):
            self._make_choice()
        for number, widget in enumerate(self.choices):
            self._show_choice(widget, choices[number] if number < len(choices) else None)
        shown = model.shown()
        ready = shown is not None and not model.busy
        self.confirm.setEnabled(ready)
        self.until.setVisible(shown is not None)
        self.after.setVisible(shown is not None)
        if shown is not None:
            self.until.setPair(t("Good until"), shown.until)
            self.after.setPair(t("Balance after"), shown.after)
            self.confirm.setText(shown.confirm)
            self._show_slip(shown.slip)

    def _show_slip(self, slip: Slip) -> None:
        if slip is not self._slip:
            self._slip = slip
            self.paper.setSlip(slip_image(slip, _PAPER), slip_text(slip.blocks))

    def _make_choice(self) -> None:
        row = RewardRow()
        row.clicked.connect(self._chosen)
        self._list.insertWidget(len(self.choices), row)
        self.choices.append(row)

    def _show_choice(self, widget: RewardRow, choice: Choice | None) -> None:
        widget.setVisible(choice is not None)
        if choice is not None:
            widget.setReward(choice.title, choice.cost, key=choice.key)
            widget.setChecked(choice.chosen)

    def _chosen(self) -> None:
        sender = self.sender()
        if isinstance(sender, RewardRow):
            self.choose(self.choices.index(sender))

    def choose(self, number: int) -> None:
        """Take one of the rewards."""
        choices = self._vm.web_coupon.choices()
        if number < len(choices):
            self._vm.web_coupon.choose(choices[number].code)

    def focus_first(self) -> None:
        """On the reward that is chosen."""
        chosen = (row for row in self.choices if row.isChecked() and not row.isHidden())
        first = next(chosen, self.head.close_button)
        first.setFocus(Qt.FocusReason.OtherFocusReason)
