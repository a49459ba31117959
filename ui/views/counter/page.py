"""The counter as a page of the shell: shows the screen of the moment and names its keys."""

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.selling import Stage
from ui.views.counter.done import DoneView
from ui.views.counter.idle import IdleView
from ui.views.counter.keys import (
    aside_keys,
    cash_keys,
    done_keys,
    idle_keys,
    redeem_keys,
    sale_keys,
    web_coupon_keys,
)
from ui.views.counter.layout import Stack, column
from ui.views.counter.sale import SaleView
from ui.views.page import KeyAction, Page


class CounterPage(Page):
    """Idle, a sale, or a sale done. ``search_asked`` asks for the search field."""

    search_asked = Signal()
    settle_ms = 400
    """Change and points stay at least this long, whatever is pressed twice."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.vm = vm
        self.idle = IdleView(vm)
        self.sale = SaleView(vm)
        self.done = DoneView(vm)
        self._views: dict[Stage, IdleView | SaleView | DoneView] = {
            "idle": self.idle,
            "sale": self.sale,
            "done": self.done,
        }
        self._done_for = QElapsedTimer()
        self._done_for.start()
        self._stack = Stack()
        for view in self._views.values():
            self._stack.addWidget(view)
        column(self).addWidget(self._stack)
        self.done.next_asked.connect(self.next_customer)
        self.idle.search_asked.connect(self.search_asked)
        self.sale.search_asked.connect(self.search_asked)
        vm.changed.connect(self.show_state)
        vm.redeem.changed.connect(self.keys_changed)
        self.show_state()

    def show_state(self) -> None:
        """Show what the view model says."""
        view = self._views[self.vm.stage]
        turned = self._stack.currentWidget() is not view
        view.show_state()
        if turned:
            self._stack.setCurrentWidget(view)
            self._done_for.start()
            self.focus_first()
        self.keys_changed.emit()

    def keys(self) -> Sequence[KeyAction]:
        """What the keys do now."""
        vm = self.vm
        if vm.stage == "idle":
            return idle_keys(vm)
        if vm.stage == "done":
            return done_keys(vm, self.next_customer)
        if vm.panel == "redeem":
            return redeem_keys(vm, self.sale.redeem)
        if vm.panel == "cash":
            return cash_keys(vm, self.sale.cash)
        if vm.panel == "web_coupon":
            return web_coupon_keys(vm, self.sale.web_coupon)
        if vm.panel:
            return aside_keys(vm, self.sale.price.add)
        return sale_keys(vm)

    def next_customer(self) -> None:
        """Put the sale away, but not by the second half of a double press that took the payment."""
        if self._done_for.elapsed() >= self.settle_ms:
            self.vm.next_customer()

    def toast_lift(self) -> int:
        """A sale just done has its return at the bottom."""
        return 60 if self.vm.stage == "done" else 0

    def focus_first(self) -> None:
        """After a scan on the new line; in a panel on its first choice; else nowhere special."""
        if self.vm.stage == "done":
            self.done.next.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.vm.stage == "sale" and self.vm.panel:
            self.sale.focus_panel()
        elif self.vm.stage == "sale":
            self.sale.basket.focus_selected()
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
