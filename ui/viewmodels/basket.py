"""The sale under way, as one immutable value: who, what, how many points, which offers.

Every change makes a new state, so that undoing is going back to an earlier one.
"""

from dataclasses import dataclass, replace

from terminal.programs.facts import Presented
from terminal.sales import Basket, Product, TenderKind
from terminal.services.models import MemberView

OPEN_PRICE_SKU = "TILL-OPEN"


@dataclass(frozen=True, slots=True)
class MoneyCard:
    """A gift card or store credit that is to pay; ``value`` is what it held when it was shown."""

    code: str
    kind: TenderKind
    value: int


@dataclass(frozen=True, slots=True)
class SaleState:
    """``selected`` is a line's index, -1 for none; ``points`` are to pay as money.

    ``rewards`` and ``coupons`` stand in the order in which they were asked for, ``cards`` in the
    order in which they pay.
    """

    basket: Basket
    selected: int = -1
    view: MemberView | None = None
    points: int = 0
    rewards: tuple[str, ...] = ()
    coupons: tuple[Presented, ...] = ()
    cards: tuple[MoneyCard, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nobody is attached, nothing is in the basket and nothing was shown."""
        return not (self.view or self.basket.lines or self.coupons or self.cards)

    def with_product(self, product: Product) -> "SaleState":
        """One more of a product, its line selected."""
        basket = self.basket.add(product)
        changed = [
            index
            for index, line in enumerate(basket.lines)
            if index >= len(self.basket.lines) or line != self.basket.lines[index]
        ]
        return replace(self, basket=basket, selected=changed[0])

    def with_quantity(self, index: int, quantity: int) -> "SaleState":
        """Another quantity; zero takes the line out and selects the one that takes its place."""
        if not 0 <= index < len(self.basket.lines):
            return self
        basket = self.basket.with_quantity(index, quantity)
        return replace(self, basket=basket, selected=min(index, len(basket.lines) - 1))

    def with_member(self, view: MemberView | None) -> "SaleState":
        """Somebody else, or nobody; what was chosen belongs to the one it was chosen for."""
        same = view and self.view and view.member.id == self.view.member.id
        if same:
            return replace(self, view=view)
        return replace(self, view=view, points=0, rewards=())

    def with_coupon(self, shown: Presented) -> "SaleState":
        """One more coupon; the same one twice is one."""
        if any(coupon.code == shown.code for coupon in self.coupons):
            return self
        return replace(self, coupons=(*self.coupons, shown))

    def without_coupon(self, code: str) -> "SaleState":
        """Put a coupon away."""
        kept = tuple(coupon for coupon in self.coupons if coupon.code != code)
        return replace(self, coupons=kept)

    def without_reward(self, code: str) -> "SaleState":
        """Without a reward."""
        kept = tuple(reward for reward in self.rewards if reward != code)
        return replace(self, rewards=kept)

    def with_card(self, card: MoneyCard) -> "SaleState":
        """One more card to pay with; the same one again counts by its newest value."""
        return replace(self, cards=(*self.without_card(card.code).cards, card))

    def without_card(self, code: str) -> "SaleState":
        """Without a card."""
        return replace(self, cards=tuple(card for card in self.cards if card.code != code))
