"""The end column of a sale: what it gives, what it costs, how it is paid, the one next action."""

from PySide6.QtWidgets import QWidget

from terminal.sales import TenderKind
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.sale_texts import Gain, gain
from ui.views.components.choice import Segmented
from ui.views.components.figures import PointsFigure, Reason, TotalRow
from ui.views.components.label import Divider
from ui.views.components.rows import PairRow
from ui.views.counter.fitting import FitButton
from ui.views.counter.layout import column, fill

_KINDS = (TenderKind.CARD, TenderKind.CASH)


def show_gain(figure: PointsFigure, shown: Gain) -> None:
    """Put a gain into its component."""
    reasons = [Reason(why.text, why.points, why.strong) for why in shown.reasons]
    figure.setFigure(shown.caption, shown.figure, reasons)


class TotalsPanel(QWidget):
    """The sum, and the way to pay."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self.gain = PointsFigure()
        self._subtotal = PairRow()
        self._points = PairRow(value_role="positive")
        self.total = TotalRow("display")
        self.tender = Segmented([t("Card"), t("Cash")])
        self.redeem = FitButton(
            t("Redeem points"), "secondary", size="large", icon="gift", key="F4"
        )
        self.pay = FitButton(t("Take payment"), "primary", size="primary", key="F12")
        self.tender.chosen.connect(self._choose)
        self.redeem.clicked.connect(vm.open_redeem)
        self.pay.clicked.connect(vm.take_payment)
        made = column(self)
        fill(made, self.gain, 10, Divider(), None, self._subtotal, self._points, 8, self.total)
        fill(made, 12, self.tender, 10, self.redeem, 10, self.pay)

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key visits here, in reading order."""
        return [self.tender, self.redeem, self.pay]

    def show_state(self) -> None:
        """Show the sum as it is now."""
        vm, w, quote = self._vm, self._vm.words, self._vm.quote
        show_gain(self.gain, gain(quote, vm.state.view, w))
        for widget in (self._subtotal, self._points):
            widget.setVisible(bool(quote.points))
        if quote.points:
            self._subtotal.setPair(w.t("Subtotal"), w.money(quote.goods, quote.currency))
            label = w.n("{n} point redeemed", "{n} points redeemed", quote.points)
            self._points.setPair(label, w.money(-quote.redeemed_value, quote.currency))
        self.total.setTotal(w.t("Total"), w.money(self._due(), quote.currency))
        self.tender.setIndex(_KINDS.index(vm.tender))
        self.redeem.setEnabled(vm.can_redeem and not vm.busy)
        self.pay.setEnabled(bool(vm.state.basket.lines))
        self.pay.setBusy(vm.busy)

    def _due(self) -> int:
        quote = self._vm.quote
        return quote.due_cash if self._vm.tender is TenderKind.CASH else quote.net

    def _choose(self, index: object) -> None:
        self._vm.set_tender(_KINDS[int(str(index))])
