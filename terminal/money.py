"""Money: integer minor units and a currency, never a float.

Minor units follow ISO 4217 (a forint has 100 fillér on paper, though none in the drawer);
``cash_step`` says what coins can really settle.
"""

from dataclasses import dataclass
from typing import Self

from terminal.errors import OtherCurrency


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency: decimals of its minor unit, and the smallest cash amount."""

    code: str
    decimals: int
    cash_step: int
    """In minor units: cash totals are rounded to a multiple of it."""


CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency("EUR", 2, 1),
        Currency("HUF", 2, 500),  # 5 forint is the smallest coin
        Currency("PLN", 2, 1),
        Currency("ILS", 2, 10),  # 10 agorot is the smallest coin
        Currency("GBP", 2, 1),
        Currency("USD", 2, 1),
    )
}


_DECIMALS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
         "VUV", "XAF", "XOF", "XPF"), 0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip
"""Of money that no till counts in but a web shop may sell for; what is not here has two."""


def decimals_of(currency: str) -> int:
    """How many decimals the minor unit of any ISO 4217 currency is, also of those no till has."""
    known = CURRENCIES.get(currency)
    return known.decimals if known else _DECIMALS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents, fillér, grosze, agorot) of one currency."""

    minor: int
    currency: str

    def __add__(self, other: Self) -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Self) -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def _same(self, other: Self) -> int:
        if other.currency != self.currency:
            raise OtherCurrency(currency=other.currency, expected=self.currency)
        return other.minor


def round_for_cash(minor: int, currency: str) -> int:
    """The nearest amount that coins can settle; halves go away from zero."""
    step = CURRENCIES[currency].cash_step
    whole = (abs(minor) * 2 + step) // (2 * step) * step
    return whole if minor >= 0 else -whole


def spread(amount: int, weights: list[int]) -> list[int]:
    """Share ``amount`` over ``weights`` exactly, by largest remainder (Hamilton's method).

    Both in minor units, weights not negative. Equal remainders go to the earlier line, and all
    zero weights share nothing unless the amount itself must go somewhere: then the first takes it.
    """
    total = sum(weights)
    if total == 0:
        return [amount, *[0] * (len(weights) - 1)] if weights else []
    products = [amount * weight for weight in weights]
    shares = [product // total for product in products]
    left = amount - sum(shares)
    if left:
        rests = [product % total for product in products]
        for line in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:left]:
            shares[line] += 1
    return shares
