"""A state of the sale with its price: what is asked for in vain is taken down, and said.

Pure over the counter's quote. Coupons that the rest of the sale may still make good wait in sight;
everything else that can't be had is taken down with a sentence, never silently.
"""

from dataclasses import dataclass, replace

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.programs import Program
from terminal.programs.priced import Refused
from terminal.quoting import Quote
from terminal.sales import TenderKind
from terminal.services.counter import CounterService
from ui.messages import refusal
from ui.offer_words import WAITING, taken_down, why_not
from ui.viewmodels.basket import SaleState
from ui.viewmodels.offer_names import coupon_title, reward_title
from ui.viewmodels.tendering import Payment, Ways, settled


@dataclass(frozen=True, slots=True)
class PricedState:
    """``said`` are sentences about what was taken down; ``waiting`` coupons that do nothing yet."""

    state: SaleState
    quote: Quote
    payment: Payment
    said: tuple[str, ...] = ()
    waiting: tuple[Refused, ...] = ()

    @property
    def to_book(self) -> SaleState:
        """What is sent to the books: without the coupons that do nothing in this sale."""
        idle = {refused.code for refused in self.waiting}
        kept = tuple(coupon for coupon in self.state.coupons if coupon.code not in idle)
        return replace(self.state, coupons=kept)


class Pricing:
    """Prices states for one counter."""

    def __init__(self, counter: CounterService, words: Words) -> None:
        self._counter = counter
        self._words = words

    def price(self, state: SaleState, kind: TenderKind) -> PricedState:
        """The state with whatever it allows. Raises only what the basket itself can't be."""
        said: list[str] = []
        while True:
            state, quote, paid = self._quoted(state, kind, said)
            gone = [refused for refused in quote.refused if not self._waits(state, refused)]
            if not gone:
                return PricedState(state, quote, paid, tuple(said), quote.refused)
            for refused in gone:
                said.append(self._taken_down(state, refused))
                state = state.without_reward(refused.code).without_coupon(refused.code)

    def _quoted(
        self, state: SaleState, kind: TenderKind, said: list[str]
    ) -> tuple[SaleState, Quote, Payment]:
        """With as many of the points as are allowed."""

        def make(ways: Ways) -> Quote:
            return self.quote(state, ways)

        try:
            return (state, *settled(make, kind, state.cards))
        except TerminalError as error:
            if not state.points:
                raise
            plain = self.quote(replace(state, points=0), frozenset({kind.value}))
            most = plain.offer.most if plain.offer else 0
            fewer = min(state.points, most) if most < state.points else 0
            said.append(refusal(error, self._words))
            return self._quoted(replace(state, points=fewer), kind, said)

    def quote(self, state: SaleState, ways: Ways) -> Quote:
        """The counter's quote of a state."""
        return self._counter.quote(
            state.basket, state.view, state.points, state.rewards, state.coupons, ways
        )

    def program(self, state: SaleState) -> Program | None:
        """The programme that names things here: the member's, else the one for guests."""
        return state.view.program if state.view else self._counter.program

    @staticmethod
    def _waits(state: SaleState, refused: Refused) -> bool:
        is_coupon = any(coupon.code == refused.code for coupon in state.coupons)
        return is_coupon and refused.why in WAITING

    def _taken_down(self, state: SaleState, refused: Refused) -> str:
        program, words = self.program(state), self._words
        shown = next((coupon for coupon in state.coupons if coupon.code == refused.code), None)
        name = (
            coupon_title(shown, program, words)
            if shown
            else reward_title(refused.code, program, words)
        )
        reason = why_not(refused.why, refused.details, words, state.basket.currency)
        return taken_down(name, reason, words)
