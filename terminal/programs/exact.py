"""Exact numbers between a rule and its rounding: whole, or a fraction; never a float."""

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from terminal.programs.policies import Rounding

Exact = int | Fraction
_FINE = 10**9
"""The largest weight that is written down."""


def rounded(value: Exact, how: Rounding) -> int:
    """A whole number; halves go up, also below zero."""
    if isinstance(value, int):
        return value
    return rounded_ratio(value.numerator, value.denominator, how)


def rounded_ratio(numerator: int, denominator: int, how: Rounding) -> int:
    """A ratio as a whole number, as ``rounded``."""
    if how == "floor":
        return numerator // denominator
    if how == "ceil":
        return -(-numerator // denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def rounded_together(values: Sequence[Exact], how: Rounding) -> list[int]:
    """Whole numbers whose sum is the rounded sum: largest remainders first, then earlier ones."""
    if all(isinstance(value, int) for value in values):
        return [int(value) for value in values]
    floors = [rounded(value, "floor") for value in values]
    left = rounded(sum(values), how) - sum(floors)
    by_rest = sorted(range(len(values)), key=lambda n: (floors[n] - values[n], n))
    for place in by_rest[:left]:
        floors[place] += 1
    return floors


def whole(values: Sequence[Exact]) -> Sequence[int]:
    """The same proportions in whole numbers."""
    if all(isinstance(value, int) for value in values):
        return [int(value) for value in values]
    scale = lcm(*(Fraction(value).denominator for value in values))
    scaled = [int(value * scale) for value in values]
    common = gcd(*scaled) or 1
    return [value // common for value in scaled]


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """``amount``, which may be negative, over weights of which one at least is not zero."""
    total = sum(weights)
    return rounded_together([Fraction(amount * weight, total) for weight in weights], "floor")


def small(weights: Sequence[int]) -> tuple[int, ...]:
    """The same proportions, as exactly as nine digits tell them."""
    common = gcd(*weights) or 1
    largest = max(weights, default=0) // common
    if largest > _FINE:
        return tuple([weight * _FINE // common // largest for weight in weights])
    return tuple([weight // common for weight in weights] if common > 1 else weights)
