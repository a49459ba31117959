"""Multipliers: rules that multiply points of the goods they mean, and the level's own percent.

They multiply what rules gave, after those rules' limits. Several of them add to the plain points,
multiply one another in the order of the file (the level last), or on each of the goods the best
one counts: ``policies.Earning.multipliers``. A limit of a multiplier cuts what it adds itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm
from operator import add
from typing import Literal

from terminal.programs.compiling import ReadyRule, Terms
from terminal.programs.conditions import UNLIMITED
from terminal.programs.earning import Given, within
from terminal.programs.effects import Multiply
from terminal.programs.exact import Exact, rounded_ratio, small
from terminal.programs.policies import Earning
from terminal.programs.sheet import Sheet

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
    """What a multiplier adds, exactly or rounded, and where it stands. ``base`` are the points it
    multiplies, ``by_terms`` in what proportion these live by which terms, if by several."""

    factor: Factor
    points: Exact
    base: int
    by_terms: dict[Terms, int]
    weights: tuple[int, ...]


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


def extras(sheet: Sheet, gives: Sequence[Given], multipliers: Sequence[Factor]) -> list[Extra]:
    """What the multipliers add, in their order; nothing where there is nothing to multiply."""
    multiplied = [each for each in gives if each.ready.rule.multiplied]
    if not multiplied or not multipliers:
        return []
    base = _base_of(multiplied, len(sheet.lines))
    # Shares of 1 stand over 100, or over a power of it where multipliers multiply one another.
    stacked = sheet.earning.multipliers == "multiply"
    unit = 100 ** (len(multipliers) if stacked else 1)
    regions = _regions(sheet.earning, base, multipliers, unit)
    running = [region.total * unit for region in regions]
    found = []
    for number, factor in enumerate(multipliers):
        adds = [region.total * region.adds.get(number, 0) for region in regions]
        points = _put_together(sheet, factor, adds, running, base.scale * unit)
        if stacked:
            running = list(map(add, running, adds))
        if points:
            mine = [region for region in regions if number in region.adds]
            found.append(_extra(base, mine, number, factor, points))
    return found


# -- inside: whole numbers over a common scale -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Base:
    """Multiplied points on each line, by their terms and in all, over ``scale``; ``weights`` are
    their proportions in handy numbers."""

    columns: dict[Terms, list[int]]
    sums: list[int]
    scale: int
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines that the same multipliers mean, the points there, and what each of the multipliers, by
    its number, adds to one of these points."""

    places: Sequence[int]
    total: int
    adds: Mapping[int, int]


def _base_of(gives: Sequence[Given], lines: int) -> _Base:
    # Rules that stand on the same lines by the same shares are one column.
    alike: dict[tuple[int, Terms], tuple[Given, Exact]] = {}
    for each in gives:
        key = (id(each.shares), each.ready.terms)
        before = alike.get(key)
        alike[key] = (each, each.points if before is None else before[1] + each.points)
    wholes = [(each, points, sum(each.shares)) for each, points in alike.values()]
    scale = lcm(*(total * points.denominator for _, points, total in wholes))
    columns: dict[Terms, list[int]] = {}
    for each, points, total in wholes:
        column = columns.setdefault(each.ready.terms, [0] * lines)
        times = points.numerator * (scale // (total * points.denominator))
        for place, share in zip(each.at, each.shares, strict=True):
            column[place] += times * share
    only = next(iter(columns.values()))
    sums = only if len(columns) == 1 else list(map(sum, zip(*columns.values(), strict=True)))
    return _Base(columns, sums, scale, small(sums))


def _regions(
    earning: Earning, base: _Base, multipliers: Sequence[Factor], unit: int
) -> list[_Region]:
    by_line = earning.round_at == "line" or any(f.rule and f.rule.by_line for f in multipliers)
    masks = [0] * len(base.sums)
    for number, factor in enumerate(multipliers):
        for place in factor.at:
            masks[place] |= 1 << number
    places: dict[tuple[int, int], list[int]] = {}
    for place, mask in enumerate(masks):
        places.setdefault((mask, place if by_line else 0), []).append(place)
    percents = tuple([factor.percent for factor in multipliers])
    return [
        _Region(
            at,
            sum([base.sums[place] for place in at]),
            _adds(earning.multipliers, percents, mask, unit),
        )
        for (mask, _), at in places.items()
    ]


@lru_cache(maxsize=4096)
def _adds(how: Stacking, every: tuple[int, ...], mask: int, unit: int) -> Mapping[int, int]:
    """What each of the multipliers in ``mask`` adds to one point, by its number.

    Campaigns change seldom, so the few combinations of a shop are soon known.
    """
    percents = [(number, each) for number, each in enumerate(every) if mask >> number & 1]
    if how == "best" and percents:
        number, percent = max(percents, key=lambda each: each[1])
        return {number: percent - 100}
    if how == "add":
        return {number: percent - 100 for number, percent in percents}
    found, so_far = {}, unit
    for number, percent in percents:
        found[number] = so_far * (percent - 100) // 100
        so_far = so_far * percent // 100
    return found


def _extra(
    base: _Base, regions: Sequence[_Region], number: int, factor: Factor, points: Exact
) -> Extra:
    by_terms = dict.fromkeys(base.columns, 0)
    if len(by_terms) > 1:
        for region in regions:
            times = abs(region.adds[number])
            for terms, column in base.columns.items():
                by_terms[terms] += times * sum([column[place] for place in region.places])
    multiplied = sum([region.total for region in regions]) // base.scale
    return Extra(factor, points, multiplied, by_terms, _weights(base, regions, number))


def _weights(base: _Base, regions: Sequence[_Region], number: int) -> tuple[int, ...]:
    """How what a multiplier adds stands on the lines: as the points that it multiplies."""
    shares = [0] * len(base.sums)
    if len({region.adds[number] for region in regions}) == 1:
        for region in regions:
            for place in region.places:
                shares[place] = base.weights[place]
        if any(shares):
            return tuple(shares)
    for region in regions:
        times = abs(region.adds[number])
        for place in region.places:
            shares[place] = base.sums[place] * times
    return small(shares)


def _put_together(
    sheet: Sheet, factor: Factor, adds: Sequence[int], running: Sequence[int], scale: int
) -> Exact:
    """What a multiplier adds in all, limited and rounded where the programme says so.

    Multipliers of one another are rounded as what they come to: the sum of all is the rounded
    product.
    """
    ready, earning = factor.rule, sheet.earning
    limits = UNLIMITED if ready is None else ready.rule.limits
    if ready is not None and ready.by_line:
        most = None if limits.line_max is None else limits.line_max * scale
        adds = [_held(more, limits.line_min * scale, most) for more in adds]
    if earning.round_at == "rule":
        adds, running = [sum(adds)], [sum(running)]
    points: Exact = Fraction(sum(adds), scale)
    if earning.round_at != "order":
        cells = zip(adds, running, strict=True)
        points = sum([_step(earning, more, so_far, scale) for more, so_far in cells])
    if ready is None or not ready.limited or not points:
        return points
    return within(ready.rule.code, limits, points, sheet.facts)


def _held(more: int, least: int, most: int | None) -> int:
    """What a line gets more, within limits; a line that gets nothing stays without."""
    raised = max(more, least) if more else more
    return raised if most is None else min(raised, most)


def _step(earning: Earning, more: int, so_far: int, scale: int) -> int:
    how = earning.rounding
    if earning.multipliers != "multiply":
        return rounded_ratio(more, scale, how)
    return rounded_ratio(so_far + more, scale, how) - rounded_ratio(so_far, scale, how)
