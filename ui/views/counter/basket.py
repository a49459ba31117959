"""The middle: what is being bought, line by line, and what points take off."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.sale_texts import line_detail
from ui.views.components.basket import BasketLine, RewardLine
from ui.views.components.label import Label
from ui.views.components.notices import EmptyState
from ui.views.components.scroll import ScrollArea
from ui.views.counter.layout import column, fill, row

_TAB = Qt.FocusPolicy.TabFocus


class BasketView(QWidget):
    """The lines; the selected one has stepper and bin. ``edited`` after a line was worked on."""

    edited = Signal()

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self._lines: list[BasketLine] = []
        self._shown = 0
        self._title = Label(t("Basket"), "lead", "semibold")
        self._items = Label("", "body", role="muted")
        self._reward = RewardLine()
        self._reward.clicked.connect(vm.open_redeem)
        self._empty = EmptyState("shopping-bag", t("Nothing in the basket"), t("Scan a product."))
        head = row(spacing=9)
        fill(head, 14, self._title, self._items, None)
        self._rows = QWidget()
        self._list = column(self._rows)
        fill(self._list, self._reward, None)
        self._scroll = ScrollArea(self._rows)
        made = column(self, margin=10)
        fill(made, 8, head, 14)
        made.addWidget(self._scroll, 1)
        made.addWidget(self._empty, 1)

    def show_state(self) -> None:
        """Show the basket as it is now."""
        basket, w = self._vm.state.basket, self._vm.words
        items = w.n("{n} item", "{n} items", basket.items) if basket.items else ""
        self._items.setText(items)
        self._scroll.setVisible(bool(basket.lines))
        self._empty.setVisible(not basket.lines)
        while len(self._lines) < len(basket.lines):
            self._lines.append(self._make_line(len(self._lines)))
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(basket.lines))
            if number < len(basket.lines):
                self._show_line(line, number)
        self._show_reward()
        self._follow()

    def _make_line(self, number: int) -> BasketLine:
        line = BasketLine()
        line.setRemoveName(self._vm.words.t("Remove the line"))
        line.clicked.connect(self._select)
        line.quantity_changed.connect(self._set_quantity)
        line.removed.connect(self._remove)
        self._list.insertWidget(number, line)
        return line

    def _show_line(self, widget: BasketLine, number: int) -> None:
        state, w = self._vm.state, self._vm.words
        line = state.basket.lines[number]
        price = w.money(line.total, state.basket.currency)
        detail = line_detail(line, state.basket.currency, w)
        widget.setLine(line.quantity, line.name, price, detail=detail)
        widget.setSelected(number == state.selected)
        last = number == len(state.basket.lines) - 1 and not state.points
        widget.setDivided(not last and number + 1 != state.selected)

    def _show_reward(self) -> None:
        quote, w = self._vm.quote, self._vm.words
        self._reward.setVisible(bool(quote.points))
        if quote.points:
            off = w.round_money(quote.redeemed_value, quote.currency)
            price = w.money(-quote.redeemed_value, quote.currency)
            points = w.n("{n} point", "{n} points", quote.points)
            self._reward.setReward(w.t("Reward: {amount} off", amount=off), price, points)

    def _follow(self) -> None:
        """Keep the selected line in sight."""
        selected = self._vm.state.selected
        if 0 <= selected < len(self._vm.state.basket.lines):
            self._rows.adjustSize()
            self._scroll.ensureWidgetVisible(self._lines[selected], 0, 8)

    def _index(self) -> int:
        line = self.sender()
        return self._lines.index(line) if isinstance(line, BasketLine) else -1

    def _select(self) -> None:
        self._vm.select(self._index())
        self.edited.emit()

    def _set_quantity(self, quantity: object) -> None:
        self._vm.set_quantity(self._index(), int(str(quantity)))

    def _remove(self) -> None:
        self._vm.set_quantity(self._index(), 0)
        self.edited.emit()

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key visits here, in reading order."""
        lines = self._lines[: len(self._vm.state.basket.lines)]
        stops: list[QWidget] = []
        for line in lines:
            tools = [w for w in line.findChildren(QWidget) if w.focusPolicy() & _TAB]
            stops += [line, *tools]
        return [*stops, self._reward]

    def line(self, index: int) -> BasketLine:
        """One of the lines."""
        return self._lines[index]

    def has_focus(self) -> bool:
        """Whether one of the lines has the keyboard."""
        return any(line.hasFocus() for line in self._lines)

    def focus_selected(self) -> None:
        """Put the focus on the line that was scanned last."""
        selected = self._vm.state.selected
        if 0 <= selected < len(self._vm.state.basket.lines):
            self._lines[selected].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
