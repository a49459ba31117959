"""Multipliers: rules that multiply points of the goods they mean, and the level's own percent.

They multiply what rules gave, after those rules' limits. Several of them add to the plain points,
multiply one another in the order of the file (the level last), or on each of the goods the best
one counts: ``policies.Earning.multipliers``. A limit of a multiplier cuts what it adds itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import add
from typing import Literal

from terminal.programs.compiling import ReadyRule, Terms
from terminal.programs.conditions import UNLIMITED
from terminal.programs.earning import Given, Sheet, within, within_line
from terminal.programs.effects import Multiply
from terminal.programs.exact import Exact, rounded, small
from terminal.programs.policies import Earning

Stacking = Literal["add", "multiply", "best"]


@dataclass(frozen=True, slots=True)
class Factor:
    """A multiplier. ``at`` are the lines it means; ``rule`` None: the level's."""

    code: str
    percent: int
    at: frozenset[int]
    rule: ReadyRule | None = None


@dataclass(slots=True)
class Extra:
    """What a multiplier adds: by the terms of what it multiplies, exactly, and where it stands."""

    factor: Factor
    points: Exact
    base: int
    by_terms: dict[Terms, Fraction]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """Multiplied points on each line, by their terms: ``columns`` over ``scale``."""

    columns: dict[Terms, list[int]]
    scale: int
    lines: int

    def on(self, places: Sequence[int]) -> dict[Terms, Fraction]:
        """The points that stand on some lines."""
        return {
            terms: Fraction(sum(map(column.__getitem__, places)), self.scale)
            for terms, column in self.columns.items()
        }

    def weights(self, regions: "Sequence[_Region]", number: int) -> tuple[int, ...]:
        """How what a multiplier adds stands on all the lines."""
        times = lcm(*(region.adds[number].denominator for region in regions))
        found = [0] * self.lines
        sums = list(map(sum, zip(*self.columns.values(), strict=True)))
        for region in regions:
            factor = abs(int(region.adds[number] * times))
            for place in region.places:
                found[place] = sums[place] * factor
        return small(found)


def factors(sheet: Sheet, rules: Sequence[ReadyRule], tier: str, percent: int) -> list[Factor]:
    """The multipliers that count, the level's last; one that changes nothing is none."""
    found = [
        Factor(rule.rule.code, rule.rule.gives.percent, frozenset(sheet.hits[rule.selector]), rule)
        for rule in rules
        if isinstance(rule.rule.gives, Multiply)
    ]
    if percent != 100:
        found.append(Factor(f"tier:{tier}", percent, frozenset(range(len(sheet.lines)))))
    return found


def base_of(gives: Sequence[Given], lines: int) -> Base:
    """What can be multiplied, line by line."""
    multiplied = [(each, sum(each.shares)) for each in gives if each.ready.rule.multiplied]
    scale = lcm(*(total * Fraction(each.points).denominator for each, total in multiplied))
    columns: dict[Terms, list[int]] = {}
    for each, total in multiplied:
        column = columns.setdefault(each.ready.terms, [0] * lines)
        points = Fraction(each.points)
        times = points.numerator * (scale // (total * points.denominator))
        for place, share in zip(each.at, each.shares, strict=True):
            column[place] += times * share
    return Base(columns, scale, lines)


def extras(sheet: Sheet, gives: Sequence[Given], multipliers: Sequence[Factor]) -> list[Extra]:
    """What the multipliers add, in their order; nothing where there is nothing to multiply."""
    base = base_of(gives, len(sheet.lines)) if multipliers else Base({}, 1, 0)
    if not base.columns:
        return []
    how = sheet.earning.multipliers
    regions = _regions(base, multipliers, how, by_line=_is_by_line(sheet.earning, multipliers))
    running = [region.total for region in regions]
    found = []
    for number, factor in enumerate(multipliers):
        adds = [region.total * region.adds.get(number, 0) for region in regions]
        extra = _extra(base, [r for r in regions if number in r.adds], number, factor)
        extra.points = _put_together(sheet, factor, adds, running)
        if how == "multiply":
            running = list(map(add, running, adds))
        found.append(extra)
    return [extra for extra in found if extra.points]


# -- inside ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines that the same multipliers mean, the points there, and what each of the multipliers, by
    its number, adds to one of these points."""

    places: Sequence[int]
    base: dict[Terms, Fraction]
    total: Fraction
    adds: dict[int, Fraction]


def _is_by_line(earning: Earning, multipliers: Sequence[Factor]) -> bool:
    return earning.round_at == "line" or any(f.rule and f.rule.by_line for f in multipliers)


def _regions(
    base: Base, multipliers: Sequence[Factor], how: Stacking, *, by_line: bool
) -> list[_Region]:
    places: dict[tuple[tuple[int, ...], int], list[int]] = {}
    for place in range(base.lines):
        mine = tuple(number for number, factor in enumerate(multipliers) if place in factor.at)
        places.setdefault((mine, place if by_line else 0), []).append(place)
    regions = []
    for (mine, _), at in places.items():
        points = base.on(at)
        adds = _adds(how, [(number, multipliers[number].percent) for number in mine])
        regions.append(_Region(at, points, sum(points.values(), Fraction(0)), adds))
    return regions


def _adds(how: Stacking, percents: Sequence[tuple[int, int]]) -> dict[int, Fraction]:
    """What each of some multipliers adds to one point: (its number, its percent) in their order."""
    if how == "best" and percents:
        number, percent = max(percents, key=lambda each: each[1])
        return {number: Fraction(percent - 100, 100)}
    found, so_far = {}, Fraction(1)
    for number, percent in percents:
        found[number] = so_far * Fraction(percent - 100, 100)
        if how == "multiply":
            so_far *= Fraction(percent, 100)
    return found


def _extra(base: Base, regions: Sequence[_Region], number: int, factor: Factor) -> Extra:
    by_terms: dict[Terms, Fraction] = {}
    for region in regions:
        for terms, points in region.base.items():
            by_terms[terms] = by_terms.get(terms, Fraction(0)) + points * region.adds[number]
    multiplied = sum((region.total for region in regions), Fraction(0))
    return Extra(factor, 0, multiplied.__floor__(), by_terms, base.weights(regions, number))


def _put_together(
    sheet: Sheet, factor: Factor, adds: Sequence[Fraction], running: Sequence[Fraction]
) -> Exact:
    """What a multiplier adds in all, limited and rounded where the programme says so.

    Multipliers of one another are rounded as what they come to: the sum of all is the rounded
    product.
    """
    ready, how = factor.rule, sheet.earning
    limits = UNLIMITED if ready is None else ready.rule.limits
    cells: list[tuple[Exact, Exact]] = list(zip(adds, running, strict=True))
    if ready is not None and ready.by_line:
        cells = [(within_line(limits, more) if more else more, so_far) for more, so_far in cells]
    if how.round_at == "rule":
        cells = [(sum(more for more, _ in cells), sum(so_far for _, so_far in cells))]
    if how.round_at != "order":
        cells = [(_step(how, more, so_far), so_far) for more, so_far in cells]
    points: Exact = sum(more for more, _ in cells)
    if ready is None or not ready.limited or not points:
        return points
    return within(ready.rule.code, limits, points, sheet.facts)


def _step(how: Earning, more: Exact, so_far: Exact) -> Exact:
    if how.multipliers != "multiply":
        return rounded(more, how.rounding)
    return rounded(so_far + more, how.rounding) - rounded(so_far, how.rounding)
