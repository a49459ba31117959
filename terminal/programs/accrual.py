"""Earning: from what was sold, or from what happened, to points, exactly and with all reasons.

One function for the till's quote, an order of the online store and a sale that arrives a month
late. The parts of an accrual add up to its points; each says its rule, what it was computed from,
its rate and how it stands on the lines, so that a return needs no programme.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.entries import Part
from terminal.programs.compiling import ReadyRule, Terms, ready
from terminal.programs.earning import Given, given
from terminal.programs.exact import Exact, rounded_together, shared, small, whole
from terminal.programs.facts import Facts, Occasion
from terminal.programs.lapsing import is_held, kept_until, lapse_of, usable_from
from terminal.programs.model import SALE, Program
from terminal.programs.multiplying import Extra, extras, factors
from terminal.programs.sheet import Sheet
from terminal.programs.sold import PaidLine, Sold
from terminal.sales import Applied

__all__ = [
    "Accrual", "Credit", "accrue", "award", "credits", "lapse_of", "money_of", "usable_from",
]  # fmt: skip

PLAIN_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Accrual:
    """Points for one purchase or event and why. ``parts`` add up to ``points``.

    ``basis`` is minor units by the programme's own basis, ``rate`` its first rule and the level's
    percent ("1/100 150%"); what each part was computed from stands in the part. ``qualifying`` are
    the points that count for levels. ``terms`` says of each part what it lives by. ``coupons`` are
    the kinds of coupons without which a rule would not have given.
    """

    points: int
    parts: tuple[Part, ...]
    basis: int
    rate: str
    qualifying: int = 0
    terms: tuple[Terms, ...] = ()
    coupons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """An entry to be made: points that live by the same terms. ``points`` are above zero.

    ``keeps_until`` is for points that live as long as the member is active.
    """

    points: int
    parts: tuple[Part, ...]
    usable_at: datetime | None
    held: bool
    lapses_at: datetime | None
    keeps_until: datetime | None
    qualifying: int


def accrue(
    program: Program,
    sold: Sequence[Sold],
    applied: Sequence[Applied],
    facts: Facts,
    occasion: Occasion,
    *,
    coupons: Collection[str] = (),
    currency: str | None = None,
) -> Accrual:
    """Points for a sale of these lines.

    ``applied`` is what took money off them, in its order; ``coupons`` the kinds presented. In
    another currency than the programme's nothing is earned: ``sold.converted`` comes first.
    """
    if currency is not None and currency != program.currency:
        return Accrual(0, (), 0, "")
    made = _accrue(program, SALE, sold, applied, facts, occasion, coupons)
    most = [] if program.earning.order_max is None else [program.earning.order_max]
    if program.earning.day_max is not None:
        most.append(max(program.earning.day_max - facts.earned_today, 0))
    return _cut(made, min(most)) if most and made.points > min(most) else made


def award(program: Program, happening: str, facts: Facts, occasion: Occasion) -> Accrual:
    """Points for an event such as a sign-up, a review or a birthday: rules that wait for it.

    Nothing is sold, so only points per order, and what multiplies them, can come of it.
    """
    made = _accrue(program, happening, (PaidLine(0),), (), facts, occasion, ())
    return replace(made, parts=tuple(replace(part, weights=()) for part in made.parts))


def credits(accrual: Accrual, program: Program, occasion: Occasion) -> list[Credit]:
    """The entries that an accrual makes: one for all parts that live alike."""
    by_terms: dict[Terms, list[tuple[Part, bool]]] = {}
    terms = accrual.terms or (PLAIN_TERMS,) * len(accrual.parts)
    for part, own in zip(accrual.parts, terms, strict=True):
        alike = own._replace(qualifies=True)
        by_terms.setdefault(alike, []).append((part, own.qualifies))
    return [
        _credit(program, occasion, alike, parts) for alike, parts in _above_zero(by_terms).items()
    ]


def _above_zero(
    by_terms: dict[Terms, list[tuple[Part, bool]]],
) -> dict[Terms, list[tuple[Part, bool]]]:
    """Groups that come to points. What does not (a level that gives less) goes with the largest."""
    sums = {alike: sum(part.points for part, _ in parts) for alike, parts in by_terms.items()}
    if not sums or sum(sums.values()) <= 0:
        return {}
    largest = max(sums, key=lambda alike: sums[alike])
    kept: dict[Terms, list[tuple[Part, bool]]] = {}
    for alike, parts in by_terms.items():
        kept.setdefault(alike if sums[alike] > 0 else largest, []).extend(parts)
    return kept


def _credit(
    program: Program, occasion: Occasion, terms: Terms, parts: Sequence[tuple[Part, bool]]
) -> Credit:
    return Credit(
        points=sum(part.points for part, _ in parts),
        parts=tuple(part for part, _ in parts),
        usable_at=usable_from(program, occasion.at, terms.pending),
        held=is_held(program, terms.pending),
        lapses_at=lapse_of(program, occasion.at, terms.expiry),
        keeps_until=kept_until(program, occasion.at, terms.expiry),
        qualifying=sum(part.points for part, qualifies in parts if qualifies),
    )


def money_of(part: Part) -> int:
    """The minor units on which a part was given: what caps and budgets in money count.

    Pieces and multiplied points are no money.
    """
    return 0 if part.rate.endswith(("%", "pcs")) else part.basis


# -- inside ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reason:
    """A part before it is rounded. ``by_terms``: how a multiplier's points are to be divided."""

    code: str
    points: Exact
    basis: int
    rate: str
    weights: tuple[int, ...]
    by_terms: Mapping[Terms, Exact]


def _accrue(
    program: Program,
    happening: str,
    sold: Sequence[Sold],
    applied: Sequence[Applied],
    facts: Facts,
    occasion: Occasion,
    coupons: Collection[str],
) -> Accrual:
    rules = ready(program)
    sheet = Sheet(
        ready=rules,
        lines=sold,
        applied=applied,
        coupons=coupons,
        facts=facts,
        occasion=occasion,
        earning=program.earning,
        local=occasion.local,
        is_event=happening != SALE,
    )
    percent = rules.percents.get(facts.tier, 100)
    gives, multipliers = given(sheet, rules.on.get(happening, ()))
    gives, multipliers = _best_of_groups(sheet, gives, multipliers)
    more = extras(sheet, gives, factors(sheet, multipliers, facts.tier, percent))
    reasons = _of_rules(gives, len(sold))
    reasons += [_of_multiplier(extra) for extra in more]
    parts, terms = _parts(program, reasons)
    basis, scale = sheet.amounts(0)
    first = next((part.rate for part in parts), "")
    used = [each.ready for each in gives] + [e.factor.rule for e in more if e.factor.rule]
    return Accrual(
        points=sum(part.points for part in parts),
        parts=tuple(parts),
        basis=max(sum(basis), 0) // scale,
        rate=f"{first} {percent}%" if first else "",
        qualifying=_qualifying(parts, terms),
        terms=() if all(own == PLAIN_TERMS for own in terms) else tuple(terms),
        coupons=tuple(dict.fromkeys(c for r in used if (c := r.rule.needs.coupon) is not None)),
    )


def _best_of_groups(
    sheet: Sheet, gives: list[Given], multipliers: list[ReadyRule]
) -> tuple[list[Given], list[ReadyRule]]:
    """Of each group only the rule that gives most; of equals the first.

    A multiplier is worth what it adds to the points of all rules that are not of its group.
    """
    grouped: dict[str, list[tuple[Exact, str]]] = {}
    for each in gives:
        grouped.setdefault(each.ready.rule.group, []).append((each.points, each.ready.rule.code))
    for ready_rule in multipliers:
        if group := ready_rule.rule.group:
            others = [each for each in gives if each.ready.rule.group != group]
            more = extras(sheet, others, factors(sheet, [ready_rule], "", 100))
            worth = sum(extra.points for extra in more)
            grouped.setdefault(group, []).append((worth, ready_rule.rule.code))
    grouped.pop("", None)
    lost: set[str] = set()
    for members in grouped.values():
        best = max(members, key=lambda member: member[0])
        lost |= {code for _, code in members if code != best[1]}
    return (
        [each for each in gives if each.ready.rule.code not in lost],
        [each for each in multipliers if each.rule.code not in lost],
    )


def _of_rules(gives: Sequence[Given], lines: int) -> list[_Reason]:
    """Rules that stand on the lines alike share one tuple of weights."""
    alike: dict[int, tuple[int, ...]] = {}
    reasons = []
    for each in gives:
        weights = alike.get(id(each.shares))
        if weights is None:
            row = [0] * lines
            for place, share in zip(each.at, each.shares, strict=True):
                row[place] = share
            weights = alike[id(each.shares)] = small(row) if each.fine else tuple(row)
        own = {each.ready.terms: each.points}
        code = each.ready.rule.code
        reasons.append(_Reason(code, each.points, each.basis, each.rate, weights, own))
    return reasons


def _of_multiplier(extra: Extra) -> _Reason:
    """What multiplies shares the terms of what it multiplies, unless it has terms of its own."""
    by_terms: Mapping[Terms, Exact] = extra.by_terms
    if extra.factor.rule is not None:
        own = extra.factor.rule.terms
        by_terms = _with_own(own, extra.by_terms)
    return _Reason(
        extra.factor.code,
        extra.points,
        extra.base,
        f"{extra.factor.percent}%",
        extra.weights,
        by_terms,
    )


def _with_own(own: Terms, by_terms: Mapping[Terms, Exact]) -> Mapping[Terms, Exact]:
    found: dict[Terms, Exact] = {}
    for terms, points in by_terms.items():
        mixed = Terms(
            own.expiry or terms.expiry,
            own.pending or terms.pending,
            own.qualifies and terms.qualifies,
        )
        found[mixed] = found.get(mixed, 0) + points
    return found


def _parts(program: Program, reasons: Sequence[_Reason]) -> tuple[list[Part], list[Terms]]:
    points = rounded_together([reason.points for reason in reasons], program.earning.rounding)
    parts: list[Part] = []
    terms: list[Terms] = []
    for reason, total in zip(reasons, points, strict=True):
        code, rate, weights = reason.code, reason.rate, reason.weights
        if len(reason.by_terms) == 1:
            if total:
                parts.append(Part(code, total, reason.basis, rate, weights))
                terms += reason.by_terms
            continue
        shares = shared(total, whole(list(reason.by_terms.values())))
        for own, share in zip(reason.by_terms, shares, strict=True):
            if share:
                parts.append(Part(code, share, reason.basis, rate, weights))
                terms.append(own)
    return parts, terms


def _qualifying(parts: Sequence[Part], terms: Sequence[Terms]) -> int:
    pairs = zip(parts, terms, strict=True)
    return sum(part.points for part, own in pairs if own.qualifies)


def _cut(accrual: Accrual, most: int) -> Accrual:
    """At most so many points in all: what came last is cut first, so that a rule's own points
    stand before what multiplied them."""
    over = accrual.points - most
    parts = list(accrual.parts)
    for place in reversed(range(len(parts))):
        taken = min(max(parts[place].points, 0), over)
        parts[place] = replace(parts[place], points=parts[place].points - taken)
        over -= taken
    terms = accrual.terms or (PLAIN_TERMS,) * len(parts)
    kept = [(part, own) for part, own in zip(parts, terms, strict=True) if part.points]
    return replace(
        accrual,
        points=most,
        parts=tuple(part for part, _ in kept),
        qualifying=_qualifying([part for part, _ in kept], [own for _, own in kept]),
        terms=tuple(own for _, own in kept) if accrual.terms else (),
    )
