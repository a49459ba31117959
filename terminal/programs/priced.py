"""What pricing says: a basket with its prices, and every reason behind them."""

from dataclasses import dataclass, field

from terminal.programs.allowances import Details
from terminal.programs.redeeming import RedeemOffer
from terminal.programs.taxes import Taxed, by_line, by_rate
from terminal.sales import Applied, BasketLine


@dataclass(frozen=True, slots=True)
class Refused:
    """A coupon (by its own code) or reward that was asked for and could not be used.

    ``why``: unknown, not_for_you, not_now, below_minimum, above_maximum, too_few, no_coupon,
    other_tender, other_channel, used_up, budget_spent, group_taken, nothing_to_discount,
    not_enough_points. ``details`` are plain values for the sentence.
    """

    code: str
    why: str
    details: Details = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Donation:
    """Points for a cause: ``value`` minor units are what the shop gives for them."""

    cause: str
    points: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A basket with its prices. Amounts in minor units; tuples by line as the ``lines`` stand.

    ``lines`` are those scanned, with the pieces that came on top, and lines of their own for
    products handed over that were not scanned (quantity 0, no price). ``discounts`` are everything
    taken off, ``points_paid`` the part of it that points paid as money, ``unpaid`` the scanned
    pieces that cost nothing any more. ``points`` are all points spent. ``offer`` is what could be
    paid with points here; None: a guest.
    """

    lines: tuple[BasketLine, ...]
    discounts: tuple[int, ...]
    points_paid: tuple[int, ...]
    unpaid: tuple[int, ...]
    applied: tuple[Applied, ...]
    refused: tuple[Refused, ...]
    goods: int
    net: int
    points: int
    redeemed_value: int
    offer: RedeemOffer | None
    presented: frozenset[str] = frozenset()
    """The kinds of coupons shown."""
    gifts: tuple[str, ...] = ()
    coupons: tuple[str, ...] = ()
    """The kinds of coupons issued, for a later purchase."""
    donations: tuple[Donation, ...] = ()

    def paid(self, line: int) -> int:
        """What is to pay for a line."""
        return self.lines[line].total - self.discounts[line]

    def taxes(self) -> tuple[Taxed, ...]:
        """What is to pay by rate of tax, each split once; fixed parts are in none of them."""
        return by_rate(self._taxable())

    def tax_by_line(self) -> tuple[int, ...]:
        """The tax of each line: its share of its rate's tax, so that lines and rates agree."""
        return by_line(self._taxable())

    def _taxable(self) -> list[tuple[int, int]]:
        return [
            (line.goods.tax, line.total - off - line.goods.fixed * line.quantity)
            for line, off in zip(self.lines, self.discounts, strict=True)
        ]

    @property
    def fixed(self) -> int:
        """Deposits and levies: the parts of prices that are never discounted."""
        return sum(line.goods.fixed * line.quantity for line in self.lines)
