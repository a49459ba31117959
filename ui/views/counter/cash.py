"""The cash panel: what was handed over, by note or by key, and what goes back."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.payment import CashOffer
from ui.views.components.field import TextField
from ui.views.components.figures import TotalRow
from ui.views.components.label import Label
from ui.views.components.pad import NumericPad
from ui.views.components.surface import PanelHeader
from ui.views.counter.fitting import FitButton, FitChoice
from ui.views.counter.layout import column, fill, row

_MOST_OFFERS = 4
_LOW = 604


class CashPanel(QWidget):
    """Sums to give, the field and its pad, the change, and Paid."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, self._cash, t = vm, vm.cash, vm.words.t
        self._room = _MOST_OFFERS
        self.head = PanelHeader(t("Cash"), t("Back"))
        self._label = Label(t("To pay"), "body", role="muted")
        self._rounding = Label("", "caption", role="muted")
        self._due = Label("", "title", "semibold", number=True)
        self.offers = [FitChoice() for _ in range(_MOST_OFFERS)]
        self.field = TextField(size="money", icon="money", placeholder=t("Given"), ltr=True)
        self.pad = NumericPad(self._cash.extra, key_height=44, gap=6, backspace_name=t("Erase"))
        self.change = TotalRow("display")
        self.paid = FitButton(t("Paid"), "primary", size="primary", key=t("Enter"))
        self._fill()
        self._connect()

    def _fill(self) -> None:
        head = row()
        fill(head, self._label, None, self._rounding, self._due)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for number, offer in enumerate(self.offers):
            grid.addWidget(offer, number // 2, number % 2)
        made = column(self)
        fill(made, self.head, head, 6, grid, 8, self.field, 6, self.pad, None, self.change)
        fill(made, 6, self.paid)

    def _connect(self) -> None:
        self.head.closed.connect(self._vm.back)
        self.field.edited.connect(self._typed)
        self.pad.typed.connect(self._pressed)
        self.pad.erased.connect(self._cash.erase)
        self.paid.clicked.connect(self._vm.pay_cash)
        self._cash.changed.connect(self.show_state)
        for offer in self.offers:
            offer.clicked.connect(self._chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the larger notes give way; their keys go on working."""
        super().resizeEvent(event)
        room = _MOST_OFFERS if self.height() >= _LOW else _MOST_OFFERS // 2
        if room != self._room:
            self._room = room
            self.show_state()

    def show_state(self) -> None:
        """Show what is due, given and to give back."""
        cash, w = self._cash, self._vm.words
        self._due.setText(cash.due_text)
        self._rounding.setText(cash.rounding_text)
        offers = cash.offers()[: self._room]
        for number, widget in enumerate(self.offers):
            self._show_offer(widget, offers[number] if number < len(offers) else None)
        self.field.setText(cash.text)
        missing = cash.missing
        if missing:
            self.change.setTotal(missing, "")
        else:
            self.change.setTotal(w.t("Change"), cash.change_text)
        self.paid.setEnabled(not missing)
        self.paid.setBusy(self._vm.busy)

    def _show_offer(self, widget: FitChoice, offer: CashOffer | None) -> None:
        widget.setVisible(offer is not None)
        if offer is not None:
            widget.setOffer(offer.title, offer.change, offer.key, offer.short)
            widget.setChecked(offer.amount == self._cash.given)

    def _typed(self, text: object) -> None:
        self._cash.set_text(str(text))

    def _pressed(self, key: object) -> None:
        self._cash.press(str(key))

    def _chosen(self) -> None:
        sender = self.sender()
        if isinstance(sender, FitChoice):
            self.choose(self.offers.index(sender))

    def choose(self, number: int) -> None:
        """Take one of the offered sums."""
        offers = self._cash.offers()
        if number < len(offers):
            self._cash.choose(offers[number].amount)
            self.focus_first()

    def focus_first(self) -> None:
        """The field takes the typing."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
