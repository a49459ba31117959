"""How a sale is to be paid: gift cards and store credit first, the rest by card or in cash.

Pure. What a quote costs may depend on how it is paid, and how it is paid on what it costs: both are
settled together, so that what is shown is what is booked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from terminal.quoting import Quote
from terminal.sales import Tender, TenderKind, to_pay
from ui.viewmodels.basket import MoneyCard

Ways = frozenset[str]
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Payment:
    """What pays. ``rest`` minor units are left for ``kind``, rounded to coins where cash alone pays
    (``due``); ``cards`` is what each gift card or credit pays."""

    kind: TenderKind
    rest: int
    due: int
    cards: tuple[Tender, ...] = ()
    ways: Ways = frozenset()

    def by_card(self) -> tuple[Tender, ...]:
        """All tenders, with the rest by bank card."""
        return (*self.cards, *self._kept(TenderKind.CARD, self.rest))

    def in_cash(self, given: int) -> tuple[Tender, ...]:
        """All tenders, with so much handed over in cash."""
        return (*self.cards, *self._kept(TenderKind.CASH, given))

    def _kept(self, kind: TenderKind, amount: int) -> tuple[Tender, ...]:
        """A way that the price stands on is named even where nothing is left for it."""
        return (Tender(kind, amount),) if amount or kind.value in self.ways else ()


def payment(quote: Quote, kind: TenderKind, cards: Sequence[MoneyCard], ways: Ways) -> Payment:
    """What each pays of a quote that was made for ``ways``."""
    left, paying = quote.net, list[Tender]()
    for card in cards:
        amount = min(card.value, left)
        left -= amount
        named = card.kind.value in ways and card.kind not in {each.kind for each in paying}
        if amount or named:
            paying.append(Tender(card.kind, amount, card.code))
    only_cash = kind is TenderKind.CASH and not paying
    due = to_pay(left, quote.currency, cash=only_cash)
    return Payment(kind, left, due, tuple(paying), ways)


def settled(
    make: Callable[[Ways], Quote], kind: TenderKind, cards: Sequence[MoneyCard]
) -> tuple[Quote, Payment]:
    """A quote and its payment that agree on the ways to pay: those that pay something, or, where
    the price turns with them, all that were chosen."""
    every = frozenset({kind.value, *(card.kind.value for card in cards)})
    ways = every
    for _ in range(_TRIES):
        quote = make(ways)
        real = _paying(payment(quote, kind, cards, frozenset()))
        if real == ways:
            return quote, payment(quote, kind, cards, ways)
        ways = real
    quote = make(every)
    return quote, payment(quote, kind, cards, every)


def _paying(paid: Payment) -> Ways:
    """The ways that something is paid by; where nothing is to pay, the one that was chosen."""
    rest = {paid.kind.value} if paid.rest or not paid.cards else set()
    return frozenset({*rest, *(card.kind.value for card in paid.cards)})
