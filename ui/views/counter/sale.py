"""A sale under way: who, what, then. Panels take the end column's place, nothing else moves."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.selling import Panel
from ui.views.components.label import Divider
from ui.views.components.surface import Sheet
from ui.views.counter.asides import AskPanel, NewCardPanel, OpenPricePanel
from ui.views.counter.basket import BasketView
from ui.views.counter.cash import CashPanel
from ui.views.counter.claim import ClaimPanel
from ui.views.counter.layout import Stack, column, grid_for, row
from ui.views.counter.member import MemberColumn
from ui.views.counter.redeem import RedeemPanel
from ui.views.counter.showing import MoneyCardPanel, WhyPanel
from ui.views.counter.totals import TotalsPanel
from ui.views.counter.web_coupon import WebCouponPanel


class SaleView(QWidget):
    """The three places. ``search_asked`` asks for the search field."""

    search_asked = Signal()

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm = vm
        self._panel: Panel = ""
        self._lines = 0
        self._selected = -1
        self._stops: list[QWidget] = []
        self.member = MemberColumn(vm)
        self.basket = BasketView(vm)
        self.totals = TotalsPanel(vm)
        self.redeem = RedeemPanel(vm)
        self.cash = CashPanel(vm)
        self.price = OpenPricePanel(vm)
        self.new_card = NewCardPanel(vm)
        self.ask = AskPanel(vm)
        self.why = WhyPanel(vm)
        self.money_card = MoneyCardPanel(vm)
        self.claim = ClaimPanel(vm)
        self.web_coupon = WebCouponPanel(vm)
        self._panels: dict[Panel, QWidget] = {
            "": self.totals, "redeem": self.redeem, "cash": self.cash, "open_price": self.price,
            "new_card": self.new_card, "ask": self.ask, "why": self.why,
            "money_card": self.money_card, "claim": self.claim, "web_coupon": self.web_coupon,
        }  # fmt: skip
        self._end = Stack()
        for panel in self._panels.values():
            self._end.addWidget(panel)
        self._end_place = QWidget()
        self._end_box = column(self._end_place)
        self._end_box.addWidget(self._end)
        self._fill()
        self.member.search_asked.connect(self.search_asked)
        self.basket.edited.connect(self.basket.focus_selected)

    def _fill(self) -> None:
        sheet = Sheet()
        inside = row(sheet, spacing=0)
        inside.addWidget(self.basket, 1)
        inside.addWidget(Divider(Qt.Orientation.Vertical))
        inside.addWidget(self._end_place)
        made = row(self, spacing=16)
        made.setContentsMargins(16, 4, 16, 0)
        made.addWidget(self.member)
        made.addWidget(sheet, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the grid that the window has room for."""
        grid = grid_for(self.width())
        self.member.setFixedWidth(grid.start)
        self._end_place.setFixedWidth(grid.end)
        self._end_box.setContentsMargins(grid.pad, grid.pad, grid.pad, grid.pad)
        super().resizeEvent(event)

    def show_state(self) -> None:
        """Show who, what, and the panel that is open."""
        self.member.show_state()
        self.basket.show_state()
        panel = self._vm.panel
        shown = self._panels[panel]
        if not isinstance(shown, OpenPricePanel):
            shown.show_state()  # type: ignore[attr-defined]  # every panel but that one has it
        opened, self._panel = panel != self._panel, panel
        if opened:
            self._end.setCurrentWidget(shown)
        self._order_tabs()
        self._place_focus(opened)

    def _order_tabs(self) -> None:
        """Lines come later than the sum but are read before it."""
        stops = [*self.member.tab_stops(), *self.basket.tab_stops(), *self.totals.tab_stops()]
        if stops != self._stops:
            self._stops = stops
            for first, second in pairwise(stops):
                QWidget.setTabOrder(first, second)

    def _place_focus(self, opened: bool) -> None:
        """On the first choice of an opened panel; back on the line after it; on a new line."""
        state = self._vm.state
        grew, self._lines = state.basket.items > self._lines, state.basket.items
        moved, self._selected = state.selected != self._selected, state.selected
        if opened and self._panel:
            self.focus_panel()
        elif (opened or grew or (moved and self.basket.has_focus())) and not self._panel:
            self.basket.focus_selected()

    def focus_panel(self) -> None:
        """Put the focus where work in the open panel begins."""
        panel = self._panels[self._panel]
        if isinstance(panel, OpenPricePanel):
            panel.start()
        if not isinstance(panel, TotalsPanel):
            panel.focus_first()  # type: ignore[attr-defined]  # every panel but the sum has it
