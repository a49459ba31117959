"""How much of a price belongs to the points, and how much of that has been earned: exact fractions.

Amounts in minor units. A rate is an integer in basis points (9 500 = 95 %). The arithmetic is that
of IFRS 15, illustrative example 52, and of ASC 606-10-55-48: revenue to date is the amount put
aside times points redeemed to date over all points expected to be redeemed, and a new expectation
counts in the period in which it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

FULL = 10_000
"""Basis points in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a shop expects of its points, and why.

    ``rate_bp`` of all points issued will be redeemed in the end; ``basis`` says in words where that
    comes from. ``block`` points are worth ``value`` minor units to whoever redeems them.
    ``vat_bp``: prices and that worth include so much tax, which is nobody's revenue.
    """

    rate_bp: int
    basis: str
    block: int
    value: int
    vat_bp: int = 0

    def __post_init__(self) -> None:
        """Refuse what no shop can mean."""
        if not 0 <= self.rate_bp <= FULL:
            raise ValueError("a redemption rate lies between 0 and 10 000 basis points")
        if self.block < 1 or self.value < 0 or self.vat_bp < 0:
            raise ValueError("a block has points, its worth and the tax are not negative")

    def net(self, amount: int) -> Fraction:
        """An amount without the tax in it."""
        return Fraction(amount * FULL, FULL + self.vat_bp)

    def worth(self, points: int) -> Fraction:
        """The stand-alone value of points just issued: their worth times the chance of use."""
        return self.net(points * self.value) * self.rate_bp / (self.block * FULL)

    def deferred(self, price: int, points: int) -> Fraction:
        """What is put aside of a ``price`` whose goods came with ``points``."""
        net = self.net(price)
        return allocate(net, net, self.worth(points))[1]


def allocate(price: Fraction, goods: Fraction, points: Fraction) -> tuple[Fraction, Fraction]:
    """A price shared over goods and points by their stand-alone values, exactly."""
    whole = goods + points
    share = price * points / whole if whole else Fraction(0)
    return price - share, share


def recognised(deferred: Fraction, redeemed: int, expected: Fraction) -> Fraction:
    """Revenue to date of what was ``deferred``; all of it once no more points are expected."""
    return deferred * redeemed / expected if expected else deferred


@dataclass(frozen=True, slots=True)
class Pool:
    """The points of one year of issue at one moment, and what was put aside for them.

    ``issued`` less what was clawed back; ``redeemed`` of these; ``usable`` may still be. ``amount``
    is minor units. ``issued >= redeemed + usable``; the difference lapsed or was written off.
    """

    amount: Fraction
    issued: int
    redeemed: int
    usable: int

    def hoped(self, rate_bp: int) -> Fraction:
        """Points expected to be redeemed in all if none lapsed yet: at least those that were."""
        return max(Fraction(self.issued * rate_bp, FULL), Fraction(self.redeemed))

    def expected(self, rate_bp: int) -> Fraction:
        """Points expected to be redeemed in all: not more than those that still can be."""
        return min(self.hoped(rate_bp), Fraction(self.redeemed + self.usable))

    def liability(self, expected: Fraction) -> Fraction:
        """What is still owed when so many points are expected to be redeemed in all."""
        return self.amount - recognised(self.amount, self.redeemed, expected)

    def price(self, rate_bp: int) -> Fraction:
        """Revenue for one redeemed point."""
        hoped = self.hoped(rate_bp)
        return self.amount / hoped if hoped else Fraction(0)


@dataclass(frozen=True, slots=True)
class Experience:
    """What became of points in the past: the basis of a redemption rate."""

    redeemed: int
    expired: int
    written_off: int

    @property
    def rate_bp(self) -> int | None:
        """Redeemed over all that came to an end, to the nearest basis point; None: nothing did."""
        ended = self.redeemed + self.expired + self.written_off
        if ended <= 0:
            return None
        return max(0, min(FULL, (2 * self.redeemed * FULL + ended) // (2 * ended)))


def whole(amount: Fraction) -> int:
    """The nearest whole number; halves go away from zero."""
    away = (abs(amount) * 2 + 1) // 2
    return away if amount >= 0 else -away


def apportion(total: int, parts: Sequence[Fraction]) -> list[int]:
    """Whole numbers for ``parts`` that add up to ``total``, by largest remainder.

    Parts may be negative. Where ``total`` is not what the parts make (balances were rounded before)
    the difference goes the same way. Nothing is shared over no parts.
    """
    if not parts:
        return []
    shares = [part.numerator // part.denominator for part in parts]
    each, left = divmod(total - sum(shares), len(parts))
    order = sorted(range(len(parts)), key=lambda i: (shares[i] - parts[i], i))
    for place, index in enumerate(order):
        shares[index] += each + (place < left)
    return shares
