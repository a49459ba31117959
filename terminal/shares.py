"""Shares: how much of a sale came back, and what part of a number that is. Pure, whole numbers.

A share counts from the sale's beginning, over all its returns: it never depends on how they were
cut, and it is everything once everything is back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import lcm

from terminal.entries import LedgerEntry
from terminal.sales import SaleLine

Weights = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """So many pieces of the sale's line at ``place`` (from 0)."""

    place: int
    quantity: int


Lines = tuple[ReturnLine, ...]
"""What came back in one return; empty: the whole sale."""


def pieces(sold: Sequence[SaleLine], returns: Iterable[Lines]) -> list[int]:
    """How many pieces of each line came back in these returns; never more than were sold."""
    back = [0] * len(sold)
    for lines in returns:
        for line in lines or everything(sold):
            if 0 <= line.place < len(back):
                back[line.place] += line.quantity
    return [min(n, line.quantity) for n, line in zip(back, sold, strict=True)]


def everything(sold: Sequence[SaleLine]) -> Lines:
    """All pieces of all lines."""
    return tuple(ReturnLine(place, line.quantity) for place, line in enumerate(sold))


def value_back(sold: Sequence[SaleLine], back: Sequence[int]) -> int:
    """What was paid for the pieces that came back, in minor units; each line rounded down."""
    return sum(line.paid * n // line.quantity for line, n in zip(sold, back, strict=True))


def earned_by(sold: Sequence[SaleLine]) -> Weights:
    """How points stand on lines that do not say so: by what each paid, or else was worth."""
    return _first(
        [line.paid for line in sold],
        [line.unit_price * line.quantity for line in sold],
        [line.quantity for line in sold],
    )


def redeemed_by(sold: Sequence[SaleLine]) -> Weights:
    """How redeemed points stand on lines that do not say so: by what they paid, or took off."""
    return _first(
        [line.points_paid for line in sold], [line.discount for line in sold], earned_by(sold)
    )


def points_so_far(
    entry: LedgerEntry, sold: Sequence[SaleLine], back: Sequence[int], usual: Weights
) -> int:
    """How many of an entry's points (without sign) belong to the pieces that came back.

    Each part is rounded down for itself; between nothing and all of the points.
    """
    whole = abs(entry.points)
    if all(n == line.quantity for n, line in zip(back, sold, strict=True)):
        return whole
    found = 0
    for points, weights in _parts(entry):
        right = weights if len(weights) == len(sold) and sum(weights) > 0 else usual
        found += _share(points, right, sold, back)
    return min(max(found, 0), whole)


def _share(
    points: int, weights: Sequence[int], sold: Sequence[SaleLine], back: Sequence[int]
) -> int:
    all_pieces = lcm(*(line.quantity for line in sold))
    returned = sum(
        weight * n * (all_pieces // line.quantity)
        for weight, n, line in zip(weights, back, sold, strict=True)
    )
    return points * returned // (sum(weights) * all_pieces)


def _parts(entry: LedgerEntry) -> list[tuple[int, Weights]]:
    """The parts of a credit, or of a debit whether its parts carry the sign or not."""
    whole, told = abs(entry.points), sum(part.points for part in entry.parts)
    if abs(told) != whole:
        return [(whole, ())]
    sign = 1 if told > 0 else -1
    return [(part.points * sign, part.weights) for part in entry.parts]


def _first(*weights: Sequence[int]) -> Weights:
    """The first that weigh anything; the last ones do."""
    return tuple(next((found for found in weights if sum(found) > 0), weights[-1]))
