"""The end column of a sale: what it gives, what it costs, how it is paid, the one next action."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from terminal.sales import TenderKind
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.offer_texts import MOST_ROWS, Row, to_pay_label, total_rows
from ui.viewmodels.sale_texts import Gain, gain
from ui.views.components.choice import Segmented
from ui.views.components.figures import PointsFigure, Reason, TotalRow
from ui.views.components.label import Divider
from ui.views.components.rows import PairRow
from ui.views.counter.fitting import FitButton
from ui.views.counter.layout import column, fill

_ROWS = MOST_ROWS + 4
_LOW = 580
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
        self.gain.clicked.connect(vm.open_why)
        self.rows = [PairRow() for _ in range(_ROWS)]
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
        fill(made, self.gain, 10, Divider(), None, *self.rows, 8, self.total)
        fill(made, 12, self.tender, 10, self.redeem, 10, self.pay)

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key visits here, in reading order."""
        return [self.gain, self.tender, self.redeem, self.pay]

    def show_state(self) -> None:
        """Show the sum as it is now."""
        vm, w, quote = self._vm, self._vm.words, self._vm.quote
        show_gain(self.gain, gain(quote, vm.state.view, w))
        self.gain.setEnabled(quote.accrual is not None)
        self._show_rows(total_rows(vm.priced, vm.program, w, self._most()))
        label = to_pay_label(vm.payment.cards, w)
        self.total.setTotal(label, w.money(vm.payment.due, quote.currency))
        self.tender.setIndex(_KINDS.index(vm.tender))
        self.redeem.setEnabled(vm.can_redeem and not vm.busy)
        self.pay.setEnabled(bool(vm.state.basket.lines))
        self.pay.setBusy(vm.busy)

    def _most(self) -> int:
        """In a low window more offers stand together."""
        return MOST_ROWS if self.height() >= _LOW else MOST_ROWS - 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out anew how many offers have a row of their own."""
        super().resizeEvent(event)
        self.show_state()

    def _show_rows(self, rows: list[Row]) -> None:
        for number, widget in enumerate(self.rows):
            widget.setVisible(number < len(rows))
            if number < len(rows):
                row = rows[number]
                widget.setPair(row.label, row.amount, "positive" if row.taken_off else "text")

    def _choose(self, index: object) -> None:
        self._vm.set_tender(_KINDS[int(str(index))])
