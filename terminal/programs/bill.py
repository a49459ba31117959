"""A basket while it is being priced: what is still to pay on each line.

The one mutable thing of pricing; it never leaves it. Lines stand in an order of their own (by
product, price and quantity), so that no price depends on the order of scanning. At every moment,
for each line: what is left, what was taken off and the fixed part add up to its total.
"""

from collections.abc import Iterable, Sequence
from operator import sub

from terminal.errors import BadLine
from terminal.programs.catalogue import Catalogue
from terminal.programs.taxes import Taxed, by_rate
from terminal.sales import BasketLine

MOST_PIECES = 1_000_000
"""Of one line: more is a bar code read into the wrong field."""
MOST_PRICE = 10**12
MOST_TAX = 100_000

_EXACT = 10**13
"""Two prices of a piece differ by at least 1 / MOST_PIECES²: scaled by this, never less than 1."""


class Bill:
    """``left`` is what can still be taken off each line, ``fixed`` what never can, ``open`` the
    pieces that are still paid for, ``free`` those that came on top (minor units, pieces)."""

    __slots__ = (
        "_all", "_back", "_totals", "added", "fixed", "free", "goods", "left", "lines", "open",
        "order", "paid",
    )  # fmt: skip

    def __init__(self, view: Catalogue, lines: Sequence[BasketLine]) -> None:
        for line in lines:
            if not (
                0 < line.quantity <= MOST_PIECES
                and 0 <= line.goods.fixed <= line.unit_price <= MOST_PRICE
                and 0 <= line.goods.tax <= MOST_TAX
            ):
                raise _bad(lines.index(line), line)
        known = [view.known(line.sku, line.goods) for line in lines]
        keys = [
            (line.sku, line.unit_price, line.quantity, of.key, number)
            for number, (line, of) in enumerate(zip(lines, known, strict=True))
        ]
        keys.sort()
        self.order = [key[-1] for key in keys]
        self._back = sorted(range(len(lines)), key=self.order.__getitem__)
        self.lines = [lines[n] for n in self.order]
        self.fixed = [line.goods.fixed * line.quantity for line in self.lines]
        self._totals = [line.unit_price * line.quantity for line in self.lines]
        self.left: list[int] = list(map(sub, self._totals, self.fixed))
        self.open = [line.quantity for line in self.lines]
        self.paid = [0] * len(self.lines)
        self.free = [0] * len(self.lines)
        self.added: dict[str, int] = {}
        self.goods: list[list[int]] = [[] for _ in view.selectors]
        for place, number in enumerate(self.order):
            for meant in known[number].meant:
                self.goods[meant].append(place)
        self._all = list(range(len(lines)))
        self.goods = [self._all if len(meant) == len(lines) else meant for meant in self.goods]

    def due(self, places: Iterable[int]) -> int:
        """What is still to pay for some lines, their fixed parts included."""
        if places is self._all:
            return sum(self.left) + sum(self.fixed)
        left, fixed = self.left, self.fixed
        return sum([left[n] + fixed[n] for n in places])

    def rest(self, places: Sequence[int]) -> list[int]:
        """What can still be taken off some lines."""
        left = self.left
        return left.copy() if places is self._all else [left[n] for n in places]

    def pieces(self, places: Iterable[int]) -> int:
        """How many pieces of some lines are paid for."""
        return sum([self.open[n] for n in places])

    def taxes(self, places: Iterable[int]) -> tuple[Taxed, ...]:
        """What is still to pay for some lines, by rate of tax, without their fixed parts."""
        return by_rate((self.lines[n].goods.tax, self.left[n]) for n in places)

    def untaxed(self, places: Sequence[int]) -> int:
        """What is still to pay for some lines, without tax."""
        return self.due(places) - sum(taxed.tax for taxed in self.taxes(places))

    def each(self, place: int) -> int:
        """The price of one piece as it stands, scaled so that it compares exactly."""
        return self.left[place] * _EXACT // self.open[place]

    def priced(self, places: Iterable[int]) -> list[int]:
        """Those lines on which there is something to take off a piece."""
        return [n for n in places if self.left[n] and self.open[n]]

    def worth(self, place: int, pieces: int, share: int = 10_000) -> int:
        """A share (hundredths of a percent) of some open pieces of a line, halves up."""
        whole = self.open[place] * 10_000
        return (2 * self.left[place] * pieces * share + whole) // (2 * whole)

    def taken(self) -> list[int]:
        """Everything taken off each line."""
        off = map(sub, self._totals, self.left)
        return list(map(sub, off, self.fixed))

    def take(self, places: Sequence[int], shares: Sequence[int]) -> None:
        """Take money off lines: never more than is left there."""
        left = self.left
        if places is self._all:
            left[:] = map(sub, left, shares)
            return
        for place, share in zip(places, shares, strict=True):
            left[place] -= share

    def give(self, places: Sequence[int], pieces: Sequence[int]) -> None:
        """Pieces that cost nothing any more: they neither count nor are given again."""
        for place, given in zip(places, pieces, strict=True):
            self.open[place] -= given

    def pay(self, places: Sequence[int], shares: Sequence[int]) -> None:
        """As ``take``, with points as money."""
        self.take(places, shares)
        for place, share in zip(places, shares, strict=True):
            self.paid[place] += share

    def hand_over(self, sku: str, pieces: int) -> None:
        """Put pieces on top: on the line of that product, or on one of its own."""
        for place, line in enumerate(self.lines):
            if line.sku == sku:
                self.free[place] += pieces
                return
        self.added[sku] = self.added.get(sku, 0) + pieces

    def unpaid(self) -> tuple[int, ...]:
        """The scanned pieces that cost nothing any more, in the order in which lines came."""
        pieces = zip(self.lines, self.open, strict=True)
        return self.scanned([line.quantity - still for line, still in pieces])

    def resume(self, discounts: Sequence[int], unpaid: Sequence[int]) -> None:
        """Stand where an earlier pricing of the same lines ended."""
        for place, number in enumerate(self.order):
            self.left[place] -= discounts[number]
            self.open[place] -= unpaid[number]

    def by_line(self, places: Sequence[int], shares: Sequence[int]) -> tuple[int, ...]:
        """Shares of some lines as those of all, in the order in which lines came."""
        if places is self._all:
            return self.scanned(shares)
        values = [0] * len(self.lines)
        for place, share in zip(places, shares, strict=True):
            values[place] = share
        return self.scanned(values)

    def scanned(self, values: Sequence[int]) -> tuple[int, ...]:
        """Values by line, in the order in which the lines came."""
        return tuple(map(values.__getitem__, self._back))


def _bad(number: int, line: BasketLine) -> BadLine:
    """What no arithmetic should be asked about. A price of zero is a price."""
    tests = {
        "quantity": (line.quantity, 1, MOST_PIECES),
        "price": (line.unit_price, 0, MOST_PRICE),
        "fixed": (line.goods.fixed, 0, line.unit_price),
        "tax": (line.goods.tax, 0, MOST_TAX),
    }
    why, value = next(
        (why, value) for why, (value, least, most) in tests.items() if not least <= value <= most
    )
    return BadLine(line=number, sku=line.sku, why=why, value=value)
