"""Smaller panels of the end column: an open price, a new card, the open question."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.cards import last_four
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.money_typing import extra_key, open_price, type_key, typed_amount
from ui.views.components.field import TextField
from ui.views.components.label import Label
from ui.views.components.pad import NumericPad
from ui.views.components.surface import PanelHeader, Quote
from ui.views.counter.fitting import FitButton
from ui.views.counter.layout import column, fill


class OpenPricePanel(QWidget):
    """An amount becomes a line of the basket."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self.head = PanelHeader(t("Open price"), t("Back"))
        self.field = TextField(t("Price"), size="money", icon="tag", ltr=True)
        self.name = TextField(t("What it is"), placeholder=t("Goods without a code"))
        extra = extra_key(vm.currency, vm.words.language)
        self.pad = NumericPad(extra, key_height=52, gap=6, backspace_name=t("Erase"))
        self.confirm = FitButton(t("Add to the basket"), "primary", size="primary", key=t("Enter"))
        made = column(self)
        fill(made, self.head, 8, self.field, 8, self.pad, 14, self.name, None, self.confirm)
        self.head.closed.connect(vm.back)
        self.field.edited.connect(self._typed)
        self.pad.typed.connect(self._pressed)
        self.pad.erased.connect(self._erase)
        self.confirm.clicked.connect(self.add)
        self._typed("")

    def _pressed(self, key: object) -> None:
        self.field.setText(type_key(self.field.text(), str(key), self._vm.currency))
        self._typed(self.field.text())

    def _erase(self) -> None:
        self.field.setText(self.field.text()[:-1])
        self._typed(self.field.text())

    def _typed(self, text: object) -> None:
        self.confirm.setEnabled(bool(typed_amount(str(text), self._vm.currency)))

    def add(self) -> None:
        """Make the line."""
        amount = typed_amount(self.field.text(), self._vm.currency)
        if amount:
            name = self.name.text().strip() or self._vm.words.t("Goods without a code")
            product = open_price(amount, self._vm.currency, name)
            self.start()
            self._vm.add_open_price(product)

    def start(self) -> None:
        """Empty the fields."""
        self.field.clear()
        self.name.clear()
        self._typed("")

    def focus_first(self) -> None:
        """The price takes the typing."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)


class NewCardPanel(QWidget):
    """A good card that nobody has: enrol somebody, or give it to the member on this sale."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self.head = PanelHeader(t("New card"), t("Back"))
        self._number = Label("", "title", "semibold", number=True)
        self._text = Label("", "body", role="muted", wrap=True)
        self.link = FitButton("", "secondary", size="large", icon="link")
        self.confirm = FitButton(
            t("Enrol with this card"), "primary", size="primary", icon="user-plus", key="F6"
        )
        made = column(self)
        fill(made, self.head, 8, self._number, 8, self._text, None, self.link, 10, self.confirm)
        self.head.closed.connect(vm.back)
        self.link.clicked.connect(vm.link_new_card)
        self.confirm.clicked.connect(vm.enrol)

    def show_state(self) -> None:
        """Show which card, and who could have it."""
        vm, t = self._vm, self._vm.words.t
        self._number.setText(f"···· {last_four(vm.new_card)}" if vm.new_card else "")
        view = vm.state.view
        self.link.setVisible(view is not None)
        if view is not None:
            self.link.setText(t("Give it to {name}", name=view.member.called))
            self._text.setText(t("Nobody has this card yet. The basket stays as it is."))
        else:
            self._text.setText(
                t("Nobody has this card yet. To give it to a member, find the member first (F2).")
            )

    def focus_first(self) -> None:
        """The one next action."""
        self.confirm.setFocus(Qt.FocusReason.OtherFocusReason)


class AskPanel(QWidget):
    """A question to read out; the answer is recorded with its words."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self.head = PanelHeader(t("Ask the member"), t("Back"))
        self.question = Quote(t("Read it out"))
        self._note = Label(t("The answer is recorded with these words."), "caption", role="muted",
                           wrap=True)  # fmt: skip
        self.no = FitButton(t("No"), "secondary", size="large", icon="x", key="1")
        self.yes = FitButton(t("Yes"), "secondary", size="large", icon="check", key="2")
        made = column(self)
        fill(made, self.head, 8, self.question, 10, self._note, None, self.no, 10, self.yes)
        self.head.closed.connect(vm.back)
        self.no.clicked.connect(self._say_no)
        self.yes.clicked.connect(self._say_yes)

    def _say_no(self) -> None:
        self._vm.asking.answer(granted=False)

    def _say_yes(self) -> None:
        self._vm.asking.answer(granted=True)

    def show_state(self) -> None:
        """Show the question."""
        caption = self._vm.words.t("Read it out")
        self.question.setQuote(caption, self._vm.asking.question)

    def focus_first(self) -> None:
        """Neither answer is suggested: the focus stays on the way back."""
        self.head.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
