"""What each rule gives for what was sold, before any multiplier: exact, limited, in file order.

A rule counts where its time, its people and its needs hold. Its limits come in this order: the
least and the most of each line, of the order, what is left for the member in each period and what
is left for everybody. Money in a cap or budget of an earning rule is the basis it was given on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from terminal.programs.compiling import ReadyRule
from terminal.programs.conditions import Cap, Limits
from terminal.programs.effects import Multiply, PerMoney, PerOrder, PerUnit
from terminal.programs.exact import Exact, rounded, whole
from terminal.programs.facts import NOT_USED, Facts, Uses
from terminal.programs.sheet import Ground, Sheet


@dataclass(slots=True)
class Given:
    """What one rule gives. ``shares`` say in what proportion it stands on the lines ``at``."""

    ready: ReadyRule
    points: Exact
    at: Sequence[int]
    shares: Sequence[int]
    basis: int
    rate: str
    fine: bool = False
    """Whether the shares are finer than minor units or pieces."""


def given(sheet: Sheet, rules: Sequence[ReadyRule]) -> tuple[list[Given], list[ReadyRule]]:
    """(what the rules give, the multipliers that count), each in the order of the file."""
    gives: list[Given] = []
    factors: list[ReadyRule] = []
    for ready in rules:
        if not sheet.hits[ready.selector] or not sheet.holds(ready):
            continue
        effect = ready.rule.gives
        if isinstance(effect, Multiply):
            factors.append(ready)
        else:
            made = _give(sheet, ready, effect)
            if made is None:
                continue
            gives.append(made)
        if ready.rule.stop:
            break
    return gives, factors


def _give(sheet: Sheet, ready: ReadyRule, gives: PerMoney | PerUnit | PerOrder) -> Given | None:
    ground = sheet.ground(ready.basis, ready.selector)
    if isinstance(gives, PerMoney):
        made = _per_money(sheet, ready, ground, gives)
    elif isinstance(gives, PerUnit):
        made = _per_unit(sheet, ready, ground, gives)
    else:
        made = _per_order(sheet, ready, ground, gives)
    if made is not None and ready.limited:
        made.points = within(ready.rule.code, ready.rule.limits, made.points, sheet.facts)
    return made if made is not None and made.points > 0 else None


def _per_money(sheet: Sheet, ready: ReadyRule, ground: Ground, gives: PerMoney) -> Given | None:
    step = gives.per * ground.scale
    room = _money_left(ready, sheet.facts) if ready.limited else None
    total = ground.total if room is None else min(ground.total, room * ground.scale)
    if total <= 0:
        return None
    rate = f"{gives.points}/{gives.per}"
    basis = total // ground.scale
    at_line = sheet.earning.round_at == "line"
    if not at_line and not ready.by_line:
        points: Exact = total // step * gives.points
        if not gives.full:
            points = _round(sheet, Fraction(total * gives.points, step))
        return Given(ready, points, ground.at, ground.amounts, basis, rate, ground.scale > 1)
    values = ground.amounts
    if total < ground.total:
        cut = [Fraction(amount * total, ground.total) for amount in values]
    else:
        cut = [Fraction(amount) for amount in values]
    at_lines: list[Exact] = [
        value // step * gives.points if gives.full else value * gives.points / step for value in cut
    ]
    return _of_lines(sheet, ready, ground, at_lines, basis, rate)


def _per_unit(sheet: Sheet, ready: ReadyRule, ground: Ground, gives: PerUnit) -> Given | None:
    pieces = sheet.pieces(ground)
    count = sum(pieces)
    if not count or _money_left(ready, sheet.facts) == 0:
        return None
    rate = f"{gives.points}/{gives.units} pcs"
    if sheet.earning.round_at == "line" or ready.by_line:
        at_lines: list[Exact] = [number // gives.units * gives.points for number in pieces]
        return _of_lines(sheet, ready, Ground(ground.at, pieces, count, 1), at_lines, count, rate)
    return Given(ready, count // gives.units * gives.points, ground.at, pieces, count, rate)


def _per_order(sheet: Sheet, ready: ReadyRule, ground: Ground, gives: PerOrder) -> Given | None:
    shares = ground.amounts
    if ground.total <= 0:
        shares = [sheet.bought[n] for n in ground.at]
        if not any(shares):
            return None
    if _money_left(ready, sheet.facts) == 0:
        return None
    basis = ground.total // ground.scale
    fine = ground.scale > 1
    return Given(ready, gives.points, ground.at, shares, basis, f"{gives.points}", fine)


def _of_lines(
    sheet: Sheet, ready: ReadyRule, ground: Ground, points: Sequence[Exact], basis: int, rate: str
) -> Given:
    """Points computed for each line: limited there, and rounded there if the programme says so."""
    limits = ready.rule.limits
    kept = [
        within_line(limits, value) if amount > 0 else value
        for value, amount in zip(points, ground.amounts, strict=True)
    ]
    if sheet.earning.round_at == "line":
        kept = [rounded(value, sheet.earning.rounding) for value in kept]
    total = sum(kept)
    shares = whole(kept) if total else ground.amounts
    return Given(ready, _round(sheet, total), ground.at, shares, basis, rate, fine=True)


def within_line(limits: Limits, value: Exact) -> Exact:
    """Points of a line that earns, as a rule's limits for lines leave them."""
    raised = max(value, limits.line_min)
    return raised if limits.line_max is None else min(raised, limits.line_max)


def _round(sheet: Sheet, points: Exact) -> Exact:
    """Rounded where the programme rounds each rule; else left for the order."""
    if sheet.earning.round_at == "order":
        return points
    return rounded(points, sheet.earning.rounding)


# -- limits ----------------------------------------------------------------------------------------


def within(code: str, limits: Limits, points: Exact, facts: Facts) -> Exact:
    """``points`` of an order as a rule's limits leave them, never below zero."""
    ceilings = [] if limits.order_max is None else [limits.order_max]
    for cap in limits.caps:
        used = _used(code, cap, facts)
        if cap.times is not None and used.times >= cap.times:
            return 0
        if cap.points is not None:
            ceilings.append(cap.points - used.points)
    spent = facts.budgets.get(code, NOT_USED)
    if limits.budget_times is not None and spent.times >= limits.budget_times:
        return 0
    if limits.budget_points is not None:
        ceilings.append(limits.budget_points - spent.points)
    return max(min([max(points, limits.order_min), *ceilings]), 0)


def _used(code: str, cap: Cap, facts: Facts) -> Uses:
    return NOT_USED if cap.per == "sale" else facts.uses.get((code, cap.per), NOT_USED)


def _money_left(ready: ReadyRule, facts: Facts) -> int | None:
    """How much of a basis a rule may still be given on; None: without end."""
    if not ready.limited:
        return None
    code, limits = ready.rule.code, ready.rule.limits
    left = [
        cap.money - _used(code, cap, facts).money for cap in limits.caps if cap.money is not None
    ]
    if limits.budget_money is not None:
        left.append(limits.budget_money - facts.budgets.get(code, NOT_USED).money)
    return max(min(left), 0) if left else None
