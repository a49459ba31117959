"""A guest's slip that was shown: the points that wait, for whom, or a return after all."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.offers_told import last_day
from ui.viewmodels.counter import CounterViewModel
from ui.views.components.label import Label
from ui.views.components.rows import PairRow
from ui.views.components.surface import PanelHeader
from ui.views.counter.fitting import FitButton, FitTotal
from ui.views.counter.layout import column, fill


class ClaimPanel(QWidget):
    """Points of a purchase without a card."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self.head = PanelHeader(t("Purchase without a card"), t("Back"))
        self.points = FitTotal("display")
        self.slip, self.sold, self.until = PairRow(), PairRow(), PairRow()
        self._note = Label("", "body", role="muted", wrap=True)
        self.take_back = FitButton(
            t("Take goods back"), "secondary", size="large", icon="arrow-u-up-left", key="F8"
        )
        self.enrol = FitButton(t("Enrol"), "secondary", size="large", icon="user-plus", key="F6")
        self.confirm = FitButton("", "primary", size="primary", key=t("Enter"))
        made = column(self)
        fill(made, self.head, 8, self.points, 10, self.slip, self.sold, self.until, 8, self._note)
        fill(made, None, self.take_back, 10, self.enrol, 10, self.confirm)
        self.head.closed.connect(vm.back)
        self.take_back.clicked.connect(vm.return_instead)
        self.enrol.clicked.connect(vm.enrol)
        self.confirm.clicked.connect(vm.give_points)

    def show_state(self) -> None:
        """Show the slip, and who would get its points."""
        offer, view, w = self._vm.claim_offer, self._vm.state.view, self._vm.words
        if offer is None:
            return
        self.points.setTotal(w.t("Points that wait"), w.number(offer.points))
        self.slip.setPair(w.t("Slip"), w.isolate(offer.sale.ref))
        self.sold.setPair(w.t("Bought"), w.day(offer.sale.sold_at))
        self.until.setPair(w.t("Can be collected until"), last_day(offer.until, w))
        self._note.setText(
            w.t("Scan the member's card, or enrol the customer.")
            if view is None
            else w.t("The purchase will be in the history, as if the card had been there.")
        )
        name = view.member.called if view else ""
        self.confirm.setText(w.t("Give them to {name}", name=name) if view else w.t("Give them"))
        came = view is not None and not self.confirm.isEnabled()
        self.confirm.setEnabled(view is not None)
        self.enrol.setVisible(view is None)
        if came:
            self.focus_first()

    def focus_first(self) -> None:
        """The one next action; without a member there is none yet."""
        way = self.head.close_button if self._vm.state.view is None else self.confirm
        way.setFocus(Qt.FocusReason.OtherFocusReason)
