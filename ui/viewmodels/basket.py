"""The sale under way, as one immutable value: who, what, how many points.

Every change makes a new state, so that undoing is going back to an earlier one.
"""

from dataclasses import dataclass, replace

from terminal.sales import Basket, Product
from terminal.services.models import MemberView

OPEN_PRICE_SKU = "TILL-OPEN"


@dataclass(frozen=True, slots=True)
class SaleState:
    """``selected`` is a line's index, -1 for none; ``points`` are to be redeemed."""

    basket: Basket
    selected: int = -1
    view: MemberView | None = None
    points: int = 0

    @property
    def is_empty(self) -> bool:
        """Nobody is attached and nothing is in the basket."""
        return self.view is None and not self.basket.lines

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
        """Somebody else, or nobody; points belong to the one they were chosen for."""
        same = view and self.view and view.member.id == self.view.member.id
        return replace(self, view=view, points=self.points if same else 0)
