"""Tax within prices: how much of an amount is tax, and totals by rate.

Prices hold their tax. A total is split once for each rate, halves up, and never line by line: the
sum of what is untaxed and what is tax is always the amount itself. The fixed part of a price (a
deposit, a levy) is apart from every rate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from terminal.money import spread


@dataclass(frozen=True, slots=True)
class Taxed:
    """All goods of one rate (hundredths of a percent). ``gross`` is ``untaxed`` and ``tax``."""

    rate: int
    gross: int
    untaxed: int
    tax: int


def tax_within(gross: int, rate: int) -> int:
    """The tax in ``gross`` minor units at a rate of hundredths of a percent, halves up."""
    whole = 10_000 + rate
    return (2 * gross * rate + whole) // (2 * whole)


def by_rate(amounts: Iterable[tuple[int, int]]) -> tuple[Taxed, ...]:
    """Totals of (rate, gross) pairs, lowest rate first."""
    totals: dict[int, int] = {}
    for rate, gross in amounts:
        totals[rate] = totals.get(rate, 0) + gross
    return tuple(_taxed(rate, gross) for rate, gross in sorted(totals.items()))


def by_line(amounts: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """The tax of each (rate, gross) pair: that of its whole rate, spread exactly."""
    shares = [0] * len(amounts)
    for taxed in by_rate(amounts):
        places = [place for place, (rate, _gross) in enumerate(amounts) if rate == taxed.rate]
        parts = spread(taxed.tax, [amounts[place][1] for place in places])
        for place, share in zip(places, parts, strict=True):
            shares[place] = share
    return tuple(shares)


def _taxed(rate: int, gross: int) -> Taxed:
    tax = tax_within(gross, rate)
    return Taxed(rate, gross, gross - tax, tax)
