"""The middle: what is being bought, line by line, what is taken off, and what was shown."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.theme.tokens import Role
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.offer_texts import Extra
from ui.viewmodels.sale_texts import line_detail
from ui.views.components.basket import BasketLine, RewardLine
from ui.views.components.label import Label
from ui.views.components.notices import EmptyState
from ui.views.components.scroll import ScrollArea
from ui.views.counter.layout import column, fill, row

ROLES: dict[str, Role] = {
    "positive": "positive", "warning": "warning", "accent": "accent", "danger": "danger",
    "neutral": "text",
}  # fmt: skip
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
        self._extras: list[RewardLine] = []
        self._empty = EmptyState("shopping-bag", t("Nothing in the basket"), t("Scan a product."))
        head = row(spacing=9)
        fill(head, 14, self._title, self._items, None)
        self._rows = QWidget()
        self._list = column(self._rows)
        fill(self._list, None)
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
        extras = self._vm.extras()
        self._scroll.setVisible(bool(basket.lines or extras))
        self._empty.setVisible(not (basket.lines or extras))
        while len(self._lines) < len(basket.lines):
            self._lines.append(self._make_line(len(self._lines)))
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(basket.lines))
            if number < len(basket.lines):
                self._show_line(line, number, last=not extras)
        self._show_extras(extras)
        self._follow()

    def _make_line(self, number: int) -> BasketLine:
        line = BasketLine()
        line.setRemoveName(self._vm.words.t("Remove the line"))
        line.clicked.connect(self._select)
        line.quantity_changed.connect(self._set_quantity)
        line.removed.connect(self._remove)
        self._list.insertWidget(number, line)
        return line

    def _show_line(self, widget: BasketLine, number: int, *, last: bool) -> None:
        state, w = self._vm.state, self._vm.words
        line = state.basket.lines[number]
        price = w.money(line.total, state.basket.currency)
        detail = line_detail(line, state.basket.currency, w)
        gain = self._vm.line_gain(number)
        widget.setLine(line.quantity, line.name, price, detail=detail, gain=gain)
        widget.setSelected(number == state.selected)
        last = last and number == len(state.basket.lines) - 1
        widget.setDivided(not last and number + 1 != state.selected)

    def _show_extras(self, extras: list[Extra]) -> None:
        t = self._vm.words.t
        while len(self._extras) < len(extras):
            self._extras.append(self._make_extra())
        for number, widget in enumerate(self._extras):
            widget.setVisible(number < len(extras))
            if number < len(extras):
                extra = extras[number]
                remove = t("Take off: {name}", name=extra.title) if extra.removable else ""
                widget.setReward(
                    extra.title, extra.price, extra.detail,
                    icon=extra.icon, role=ROLES[extra.tone], remove=remove,
                )  # fmt: skip

    def _make_extra(self) -> RewardLine:
        line = RewardLine()
        line.clicked.connect(self._touch_extra)
        line.removed.connect(self._remove_extra)
        self._list.insertWidget(self._list.count() - 1, line)
        return line

    def _extra(self) -> Extra | None:
        line, extras = self.sender(), self._vm.extras()
        number = self._extras.index(line) if isinstance(line, RewardLine) else len(extras)
        return extras[number] if number < len(extras) else None

    def _touch_extra(self) -> None:
        extra = self._extra()
        if extra is not None and extra.kind in ("points", "reward"):
            self._vm.open_redeem()

    def _remove_extra(self) -> None:
        extra = self._extra()
        if extra is None:
            return
        take_off = {
            "coupon": self._vm.remove_coupon,
            "card": self._vm.remove_card,
            "reward": self._vm.remove_reward,
        }
        take_off[extra.kind](extra.code)

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
        for extra in self._extras:
            if not extra.isHidden():
                button = extra.remove_button()
                stops += [extra, *([button] if button and not button.isHidden() else [])]
        return stops

    def offer_line(self, index: int) -> RewardLine:
        """One of the lines below the goods."""
        return self._extras[index]

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
