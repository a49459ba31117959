"""Choosing how many points to redeem: whole blocks, from the minimum up to what is allowed."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.programs import RedeemOffer, redeem_value
from terminal.quoting import Quote
from terminal.services.counter import CounterService
from ui.messages import refusal
from ui.viewmodels.basket import SaleState


@dataclass(frozen=True, slots=True)
class Choice:
    """Points that are offered with one touch, by name and price."""

    points: int
    title: str
    cost: str
    key: str


@dataclass(frozen=True, slots=True)
class Sums:
    """The panel's arithmetic in words, all of it true before anything is booked."""

    points: str
    worth: str
    balance: str
    redeemed: str
    gives: str
    after: str
    to_pay: str
    was: str


class RedeemViewModel(QObject):
    """The panel's state. ``changed`` after every choice; ``refused`` says why nothing can be."""

    changed = Signal()

    def __init__(
        self, counter: CounterService, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._counter = counter
        self._words = words
        self._state: SaleState | None = None
        self._offer: RedeemOffer | None = None
        self.points = 0
        self.refused = ""

    def start(self, state: SaleState) -> None:
        """Open on a sale: with what is chosen already, else with the least that can be."""
        self._state = state
        self._offer = self._counter.quote(state.basket, state.view, 0).offer
        self.refused = ""
        most = self.most
        self.points = min(state.points or self._least(), most)
        if most == 0:
            self._refuse(self._offer.minimum if self._offer else 0)
        self.changed.emit()

    def _refuse(self, points: int) -> None:
        if self._state is None:
            return
        try:
            self._counter.quote(self._state.basket, self._state.view, points)
        except TerminalError as error:
            self.refused = refusal(error, self._words)

    @property
    def most(self) -> int:
        """Points that can be redeemed at most."""
        return self._offer.most if self._offer else 0

    @property
    def step(self) -> int:
        """Points of one block."""
        return self._offer.block if self._offer else 1

    @property
    def minimum(self) -> int:
        """The least that can be redeemed at once."""
        return self._offer.minimum if self._offer else 0

    def _least(self) -> int:
        """The minimum in whole blocks."""
        return -(-self.minimum // self.step) * self.step

    def choose(self, points: int) -> None:
        """Take the nearest number of points that is allowed.

        Nothing lies between none and the minimum: upwards the way leads to it, else to none.
        """
        chosen, least = max(0, min(points, self.most)) // self.step * self.step, self._least()
        if chosen < least:
            chosen = least if self.points < chosen and least <= self.most else 0
        if chosen != self.points:
            self.points = chosen
        self.changed.emit()

    def more(self) -> None:
        """One block more; from nothing straight to the minimum."""
        self.choose(max(self.points + self.step, self._least()))

    def fewer(self) -> None:
        """One block fewer; below the minimum none."""
        self.choose(self.points - self.step)

    def all(self) -> None:
        """As many as are allowed."""
        self.choose(self.most)

    def choices(self) -> list[Choice]:
        """The minimum, half, and all: those that differ."""
        if not self.most or self._state is None or self._state.view is None:
            return []
        half = max(self.most // 2 // self.step * self.step, self._least())
        wanted = sorted({self._least(), half, self.most})
        program = self._state.view.program
        return [
            Choice(
                points,
                self._words.t(
                    "{amount} off",
                    amount=self._words.round_money(redeem_value(program, points), program.currency),
                ),
                self._words.number(points),
                str(number),
            )
            for number, points in enumerate(wanted, 1)
        ]

    def sums(self) -> Sums | None:
        """The arithmetic of the chosen points, None before ``start``."""
        state = self._state
        if state is None or state.view is None:
            return None
        made = self._counter.quote(state.basket, state.view, self.points)
        return self._sums(state, made)

    def _sums(self, state: SaleState, made: Quote) -> Sums:
        w, view = self._words, state.view
        was = w.t("was {amount}", amount=w.money(made.goods, made.currency))
        return Sums(
            points=w.number(made.points),
            worth=w.money(made.redeemed_value, made.currency),
            balance=w.number(view.account.balance if view else 0),
            redeemed=w.signed(-made.points),
            gives=w.signed(made.accrual.points if made.accrual else 0),
            after=w.number(made.balance_after or 0),
            to_pay=w.money(made.net, made.currency),
            was=was if made.points else "",
        )
