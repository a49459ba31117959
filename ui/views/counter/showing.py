"""Panels and rows of the programme: the arithmetic behind the points, a card of money that was
shown, and what a sale gave for the next time."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.offers_told import card_kind
from terminal.vouchers import VoucherKind
from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.sale_texts import Given
from ui.viewmodels.why_texts import arithmetic
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.label import Divider, Label
from ui.views.components.rows import PairRow
from ui.views.components.scroll import ScrollArea
from ui.views.components.surface import PanelHeader
from ui.views.components.words import paint_two_lines
from ui.views.counter.fitting import FitButton, FitTotal
from ui.views.counter.layout import column, fill

_ROW = 60


class WhyPanel(QWidget):
    """How the points of this sale come about: step by step, then by which rules."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self.head = PanelHeader(t("Points"), t("Back"))
        self.figure = FitTotal("big")
        self.steps: list[Label] = []
        self.rules: list[Label] = []
        self._version = Label("", "caption", role="muted", wrap=True)
        self._inside = QWidget()
        box = column(self._inside)
        self._steps, self._rules = column(spacing=10), column(spacing=4)
        fill(box, self._steps, 14, Divider(), 10, self._rules, 8, self._version, None)
        made = column(self)
        fill(made, self.head, 8, self.figure, 10)
        made.addWidget(ScrollArea(self._inside), 1)
        self.head.closed.connect(vm.back)

    def show_state(self) -> None:
        """Show the arithmetic of the sale as it is now."""
        told = arithmetic(self._vm.quote, self._vm.state.view, self._vm.words)
        if told is None:
            return
        self.figure.setTotal(self._vm.words.t("This sale gives"), told.figure)
        _tell(self.steps, told.steps, self._steps, small=False)
        _tell(self.rules, told.rules, self._rules, small=True)
        self._version.setText(told.version)

    def focus_first(self) -> None:
        """Nothing is to be chosen: the focus stays on the way back."""
        self.head.close_button.setFocus(Qt.FocusReason.OtherFocusReason)


def _tell(labels: list[Label], texts: tuple[str, ...], box: object, *, small: bool) -> None:
    """One label for each text; labels are kept for the next time."""
    while len(labels) < len(texts):
        made = (
            Label("", "caption", role="muted", wrap=True) if small else Label("", "body", wrap=True)
        )
        labels.append(made)
        box.addWidget(made)  # type: ignore[attr-defined]  # a box layout
    for number, label in enumerate(labels):
        label.setVisible(number < len(texts))
        if number < len(texts):
            label.setText(texts[number])


class MoneyCardPanel(QWidget):
    """A gift card or store credit that was shown: what it holds, and whether it is to pay."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self.head = PanelHeader("", t("Back"))
        self._number = Label("", "title", "semibold", number=True)
        self.value = FitTotal("display")
        self.pays, self.left = PairRow(), PairRow()
        self._note = Label("", "body", role="muted", wrap=True)
        self.confirm = FitButton(t("Pay with it"), "primary", size="primary", key=t("Enter"))
        made = column(self)
        fill(made, self.head, 8, self._number, 8, self.value, 10, self.pays, self.left, 8)
        fill(made, self._note, None, self.confirm)
        self.head.closed.connect(vm.back)
        self.confirm.clicked.connect(vm.pay_with_card)

    def show_state(self) -> None:
        """Show the card and what it would pay."""
        card, w = self._vm.money_card, self._vm.words
        if card is None:
            return
        currency, net = self._vm.currency, self._vm.quote.net
        pays = min(card.value, net)
        self.head.setTexts(card_kind(VoucherKind(card.kind.value), w), w.t("Back"))
        self._number.setText(f"···{card.code[-4:]}")
        self.value.setTotal(w.t("On it"), w.money(card.value, currency))
        for row in (self.pays, self.left):
            row.setVisible(bool(net))
        self.pays.setPair(w.t("Pays of this sale"), w.money(pays, currency))
        self.left.setPair(w.t("Left on it"), w.money(card.value - pays, currency))
        empty = w.t("Nothing is left on it.")
        later = w.t("It pays first; the rest is paid by card or in cash.")
        self._note.setText(later if card.value else empty)
        self.confirm.setEnabled(bool(card.value))

    def focus_first(self) -> None:
        """The one next action."""
        self.confirm.setFocus(Qt.FocusReason.OtherFocusReason)


class GivenRow(PaintedWidget):
    """A coupon for the next time, or a gift card sold: what it is, its code, until when."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given: Given | None = None
        self.setFixedHeight(_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_given(self, given: Given) -> None:
        """Show another one."""
        self._given = given
        parts = (given.title, given.end, given.detail)
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return the room of the row."""
        return QSize(320, _ROW)

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(240, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint sign, words and amount."""
        given = self._given
        if given is None:
            return
        painter, width = begin(self), float(self.width())
        sign = painting.visual(QRectF(0, (_ROW - 24) / 2, 24, 24), width, self.rtl)
        paint_icon(painter, sign, given.icon, theme.color("positive"), "fill")
        end, font = painting.ltr(given.end), fonts.font("body", "semibold")
        wide = fonts.width(end, "body", "semibold") if given.end else 0
        place = painting.visual(QRectF(width - wide, 0, wide, _ROW), width, self.rtl)
        painting.text(painter, place, end, font, theme.color("text"), align="end", rtl=self.rtl)
        room = painting.visual(QRectF(36, 0, width - 36 - wide - 10, _ROW), width, self.rtl)
        paint_two_lines(painter, room, given.title, given.detail, rtl=self.rtl)
