"""Choosing what points are to do: pay as money, in whole blocks, and buy rewards.

Rewards come first and points as money after, as the programme applies them; what a reward takes is
not there for money any more, and that is said.
"""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.programs import Program, RedeemOffer, redeem_value
from terminal.programs.choices import RewardChoice
from terminal.programs.effects import Donate
from terminal.quoting import Quote
from terminal.sales import TenderKind
from terminal.services.counter import CounterService
from ui.messages import refusal
from ui.offer_words import why_not
from ui.viewmodels.basket import SaleState
from ui.viewmodels.offer_names import reward_title
from ui.viewmodels.pricing import Pricing

KEYS = 9
"""Rewards with a key of their own."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Points or a reward (``code``), offered with one touch, by name and cost.

    ``detail`` says why a ``locked`` one can't be had. ``icon`` is for rewards that are no goods.
    """

    points: int
    title: str
    cost: str
    key: str
    code: str = ""
    detail: str = ""
    locked: bool = False
    chosen: bool = False


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
    spent: int


class RedeemViewModel(QObject):
    """The panel's state. ``changed`` after every choice; ``refused`` says what can't be."""

    changed = Signal()

    def __init__(
        self,
        counter: CounterService,
        pricing: Pricing,
        words: Words,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._counter = counter
        self._pricing = pricing
        self._words = words
        self._state: SaleState | None = None
        self._tender = TenderKind.CARD
        self._offer: RedeemOffer | None = None
        self._catalogue: tuple[RewardChoice, ...] = ()
        self.points = 0
        self.rewards: tuple[str, ...] = ()
        self.refused = ""

    def start(self, state: SaleState, tender: TenderKind = TenderKind.CARD) -> None:
        """Open on a sale: with what is chosen already, else with the least that can be."""
        self._state, self._tender = state, tender
        self.rewards, self.refused = state.rewards, ""
        self._look()
        plainly = 0 if self._catalogue or state.rewards else self._least()
        self.points = min(state.points or plainly, self.most)
        if not self.pays and not self._catalogue:
            self.refused = self._words.t("Points can't be redeemed in this programme.")
        elif self.most == 0 and not any(each.reachable for each in self._catalogue):
            self._refuse(self._offer.minimum if self._offer else 0)
        self.changed.emit()

    def _look(self) -> None:
        """What can be had with the rewards chosen so far."""
        state = self._state
        if state is None or state.view is None:
            return
        made = self._pricing.price(replace(state, points=0, rewards=self.rewards), self._tender)
        self.rewards = made.state.rewards
        self._offer = made.quote.offer
        self._catalogue = self._counter.catalogue(
            state.basket, state.view, self.rewards, state.coupons
        )
        if made.said:
            self.refused = " ".join(made.said)

    def _refuse(self, points: int) -> None:
        if self._state is None:
            return
        try:
            self._counter.quote(self._state.basket, self._state.view, points)
        except TerminalError as error:
            self.refused = refusal(error, self._words)

    # -- points as money ---------------------------------------------------------------------

    @property
    def most(self) -> int:
        """Points that can pay as money at most."""
        return self._offer.most if self._offer else 0

    @property
    def step(self) -> int:
        """Points of one block."""
        return self._offer.block if self._offer else 1

    @property
    def minimum(self) -> int:
        """The least that can be redeemed at once."""
        return self._offer.minimum if self._offer else 0

    @property
    def pays(self) -> bool:
        """Whether points are money in this programme at all."""
        program = self._program
        return program is not None and program.redemption is not None

    @property
    def _program(self) -> Program | None:
        return self._state.view.program if self._state and self._state.view else None

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
        self.points, self.refused = chosen, ""
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

    # -- rewards -----------------------------------------------------------------------------

    def toggle(self, code: str) -> None:
        """Take a reward, or put it back."""
        self.refused = ""
        if code in self.rewards:
            self.rewards = tuple(reward for reward in self.rewards if reward != code)
        else:
            self.rewards = (*self.rewards, code)
        before = self.points
        self._look()
        fits = min(before, self.most)
        self.points = fits if fits >= self._least() else 0
        if self.points < before and not self.refused:
            self.refused = self._words.n(
                "{n} point is left to pay with", "{n} points are left to pay with", self.points
            )
        self.changed.emit()

    @property
    def donation(self) -> str:
        """The reward that gives the points to a good cause; "" where there is none in reach."""
        program = self._program
        if program is None:
            return ""
        causes = {reward.code for reward in program.rewards if isinstance(reward.gives, Donate)}
        found = (each for each in self._catalogue if each.code in causes)
        return next((each.code for each in found if each.reachable), "")

    def donate_instead(self) -> None:
        """Give points away in place of taking something for them."""
        code = self.donation
        if code:
            self.points, self.rewards = 0, ()
            self.toggle(code)

    # -- what is shown -----------------------------------------------------------------------

    def choices(self) -> list[Choice]:
        """The catalogue; where there is none, handy numbers of points."""
        if self._state is None or self._state.view is None:
            return []
        if self._catalogue:
            return [self._reward(each, n) for n, each in enumerate(self._catalogue, 1)]
        return self._amounts(self._state.view.program) if self.most else []

    def _reward(self, each: RewardChoice, number: int) -> Choice:
        chosen, w = each.code in self.rewards, self._words
        locked = not (each.reachable or chosen)
        return Choice(
            points=each.cost,
            title=reward_title(each.code, self._program, w),
            cost=w.number(each.cost),
            key=str(number) if number <= KEYS and not locked else "",
            code=each.code,
            detail=self._why_not(each) if locked else "",
            locked=locked,
            chosen=chosen,
        )

    def _why_not(self, each: RewardChoice) -> str:
        if each.missing_points and each.why in ("", "not_enough_points"):
            return missing_text(each.missing_points, self._words)
        return why_not(each.why, {}, self._words)

    def _amounts(self, program: Program) -> list[Choice]:
        """The minimum, half, and all: those that differ."""
        half = max(self.most // 2 // self.step * self.step, self._least())
        wanted = sorted({self._least(), half, self.most})
        return [self._amount(points, n, program) for n, points in enumerate(wanted, 1)]

    def _amount(self, points: int, number: int, program: Program) -> Choice:
        w = self._words
        off = w.round_money(redeem_value(program, points), program.currency)
        title = w.t("{amount} off", amount=off)
        return Choice(points, title, w.number(points), str(number), chosen=points == self.points)

    def take(self, choice: Choice) -> None:
        """Use one of the choices."""
        if choice.code and not choice.locked:
            self.toggle(choice.code)
        elif not choice.code:
            self.choose(choice.points)

    def sums(self) -> Sums | None:
        """The arithmetic of what is chosen, None before ``start``."""
        state = self._state
        if state is None or state.view is None:
            return None
        wanted = replace(state, points=self.points, rewards=self.rewards)
        made = self._pricing.price(wanted, self._tender).quote
        without = replace(state, points=0, rewards=())
        return self._sums(state, made, self._pricing.price(without, self._tender).quote)

    def _sums(self, state: SaleState, made: Quote, without: Quote) -> Sums:
        w, view = self._words, state.view
        was = w.t("was {amount}", amount=w.money(without.net, made.currency))
        return Sums(
            points=w.number(made.points),
            worth=w.money(max(without.net - made.net, 0), made.currency),
            balance=w.number(view.account.balance if view else 0),
            redeemed=w.signed(-made.points),
            gives=w.signed(made.accrual.points if made.accrual else 0),
            after=w.number(made.balance_after or 0),
            to_pay=w.money(made.net, made.currency),
            was=was if made.net != without.net else "",
            spent=made.points,
        )


def missing_text(points: int, words: Words) -> str:
    """ "716 more points"."""
    return words.n("{n} more point", "{n} more points", points)
