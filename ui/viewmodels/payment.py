"""Cash: what is to pay, what was handed over, what goes back."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from terminal.i18n import Words
from terminal.sales import Tender, TenderKind
from ui.viewmodels.money_typing import as_typed, extra_key, likely_notes, type_key, typed_amount
from ui.viewmodels.tendering import Payment


@dataclass(frozen=True, slots=True)
class CashOffer:
    """A sum that is offered with one touch, and what would come back."""

    amount: int
    title: str
    change: str
    key: str
    short: str = ""
    """``change`` where there is little room: what goes out, with its minus."""


class CashViewModel(QObject):
    """The cash panel's state. Amounts are minor units; ``text`` is the field as typed."""

    changed = Signal()

    def __init__(self, words: Words, currency: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._currency = currency
        self.text = ""
        self.due = 0
        self._net = 0
        self._payment = Payment(TenderKind.CASH, 0, 0)

    @property
    def extra(self) -> str:
        """The pad's key beside the zero."""
        return extra_key(self._currency, self._words.language)

    def start(self, paid: Payment) -> None:
        """Open on what is left to pay in cash, nothing handed over yet."""
        self.due, self._net, self.text = paid.due, paid.rest, ""
        self._payment = paid
        self.changed.emit()

    def set_text(self, text: str) -> None:
        """The field was typed in."""
        self.text = text
        self.changed.emit()

    def press(self, key: str) -> None:
        """A key of the pad."""
        self.set_text(type_key(self.text, key, self._currency))

    def erase(self) -> None:
        """The pad's backspace."""
        self.set_text(self.text[:-1])

    def choose(self, amount: int) -> None:
        """One of the offered sums."""
        self.set_text(as_typed(amount, self._currency, self._words.language))

    @property
    def given(self) -> int | None:
        """What was handed over: nothing typed means exactly what is due; None: no amount."""
        return typed_amount(self.text, self._currency) if self.text.strip() else self.due

    @property
    def change(self) -> int | None:
        """What goes back; None while it is not enough."""
        given = self.given
        return given - self.due if given is not None and given >= self.due else None

    @property
    def missing(self) -> str:
        """What is still to pay, "" when it is enough."""
        given = self.given
        if given is None:
            return self._words.t("This is not an amount.")
        if given >= self.due:
            return ""
        short = self._words.money(self.due - given, self._currency)
        return self._words.t("Still to pay: {money}.", money=short)

    def tenders(self) -> tuple[Tender, ...]:
        """What the sale was paid with; nothing where nothing was due."""
        return self._payment.in_cash(self.given or 0)

    def offers(self) -> list[CashOffer]:
        """Exactly, and the notes a customer likely hands over."""
        t = self._words.t
        exact = CashOffer(self.due, t("Exact"), t("no change"), "Alt 0")
        return [exact, *(self._offer(*item) for item in self._likely())]

    def _likely(self) -> list[tuple[int, int]]:
        return list(enumerate(likely_notes(self.due, self._currency), 1))

    def _offer(self, number: int, amount: int) -> CashOffer:
        w, back = self._words, amount - self.due
        change = w.t("change {amount}", amount=w.money(back, self._currency))
        title = w.round_money(amount, self._currency)
        return CashOffer(amount, title, change, f"Alt {number}", w.money(-back, self._currency))

    @property
    def due_text(self) -> str:
        """What is to pay."""
        return self._words.money(self.due, self._currency)

    @property
    def rounding_text(self) -> str:
        """How coins changed the sum, "" where they did not."""
        if self.due == self._net:
            return ""
        by = self._words.money(self.due - self._net, self._currency, signed=True)
        return self._words.t("rounded {amount}", amount=by)

    @property
    def change_text(self) -> str:
        """What goes back, as money."""
        return self._words.money(self.change or 0, self._currency)
