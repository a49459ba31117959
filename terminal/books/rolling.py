"""The roll-forward: from one balance of points owed to the next, by cause, in points and in money.

``opening + prior + every movement == closing`` to the last point and the last minor unit, and the
closing of one period is the opening of the next. Where a period was signed off, its figures stay
as they were: what became known later but was decided before is the line ``prior`` of the next one.

Money goes by year of issue, because that is how long an expectation holds. A line's share of the
change is computed at the expectation of the period before; what the new expectation changes on
points redeemed long ago is the line ``re_estimate``.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from terminal.books.folding import (
    ADJUSTED,
    CLAWED_BACK,
    DONATED,
    EMPTY,
    GIVEN_BACK,
    REDEEMED,
    Position,
    Vintage,
)
from terminal.books.revenue import Estimate, Pool, apportion, whole
from terminal.ledger import EntryKind

PRIOR = "prior"
MONEY_LINES = (
    PRIOR, "issued", "given", "brought", CLAWED_BACK, ADJUSTED, REDEEMED, GIVEN_BACK, DONATED,
    "expired", "re_estimate",
)  # fmt: skip
"""What moves the liability, in the order of the report."""

POINT_LINES = tuple(
    kind.value
    for kind in (
        EntryKind.EARN, EntryKind.BONUS, EntryKind.REDEEM, EntryKind.ROLLBACK, EntryKind.CLAWBACK,
        EntryKind.ADJUST, EntryKind.DONATE, EntryKind.TRANSFER, EntryKind.EXPIRE,
    )
)  # fmt: skip
"""What moves points: one line for each kind of entry that does, in the order of the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a signed-off period left: the next one starts from it.

    ``moves`` and ``vintages`` as in ``Position``; ``put_aside`` minor units by year of issue, as
    allocated at each period's own estimate, and ``owed`` what is left of them; both exact.
    ``balance`` is the whole liability as it was reported.
    """

    rate_bp: int
    balance: int
    moves: Mapping[str, Mapping[str, int]]
    vintages: Mapping[int, Vintage]
    put_aside: Mapping[int, Fraction]
    owed: Mapping[int, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """A period's report. Points by line and bucket, money by line; amounts in minor units.

    ``opening_rate_bp``: the expectation that the opening balance was measured by.
    ``owed_by_bucket`` adds up to ``closing``. ``next_opening`` is what the following period starts
    from. ``lapsed``: points at the end whose time is over but that are not booked out (nothing is
    owed for them).
    """

    since: datetime
    until: datetime
    currency: str
    estimate: Estimate
    opening_rate_bp: int
    continues: bool
    """Whether the opening balance is that of a signed-off period."""
    points_opening: Mapping[str, int]
    points: Mapping[str, Mapping[str, int]]
    points_closing: Mapping[str, int]
    opening: int
    money: Mapping[str, int]
    closing: int
    owed_by_bucket: Mapping[str, int]
    next_opening: Opening
    lapsed: int
    debtors: int


@dataclass(frozen=True, slots=True)
class _Year:
    """One year of issue over the period."""

    before: Pool
    after: Pool
    recorded: Fraction | None
    """What was owed for it when the period before was signed off; None: it was not."""
    added: Mapping[str, Fraction]
    """Put aside in the period, by line."""
    clawed: int
    adjusted: int
    issued: int
    used: Mapping[str, int]
    put_aside: Fraction
    """Before anything was clawed back, at the end."""


@dataclass(slots=True)
class _Money:
    """Exact lines, summed over years."""

    lines: defaultdict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    opening: Fraction = Fraction(0)
    owed: dict[int, Fraction] = field(default_factory=dict)


def roll(
    start: Position,
    end: Position,
    estimate: Estimate,
    currency: str,
    opening: Opening | None = None,
) -> Roll:
    """The report from ``start`` to ``end``.

    ``opening``: what the period before left when it was signed off. Without it the opening balance
    is measured by this period's estimate, and nothing can be late.
    """
    rate_before = opening.rate_bp if opening else estimate.rate_bp
    years = {year: _year(year, start, end, estimate, opening) for year in sorted(end.vintages)}
    exact = _Money()
    for year, pools in years.items():
        _add(exact, year, pools, rate_before, estimate.rate_bp)
    balance = opening.balance if opening else whole(exact.opening)
    closing = whole(sum(exact.owed.values(), Fraction(0)))
    moved = apportion(closing - balance, [exact.lines[line] for line in MONEY_LINES])
    before = opening.moves if opening else start.moves
    return Roll(
        since=start.at,
        until=end.at,
        currency=currency,
        estimate=estimate,
        opening_rate_bp=rate_before,
        continues=opening is not None,
        points_opening=_totals(before),
        points={PRIOR: _difference(_totals(before), _totals(start.moves)), **_moved(start, end)},
        points_closing=end.outstanding(),
        opening=balance,
        money=dict(zip(MONEY_LINES, moved, strict=True)),
        closing=closing,
        owed_by_bucket=_by_bucket(end, exact.owed, closing),
        next_opening=Opening(
            rate_bp=estimate.rate_bp,
            balance=closing,
            moves=end.moves,
            vintages=end.vintages,
            put_aside={year: pools.put_aside for year, pools in years.items()},
            owed=exact.owed,
        ),
        lapsed=end.lapsed,
        debtors=end.debtors,
    )


# -- points --------------------------------------------------------------------------------------


def _moved(start: Position, end: Position) -> dict[str, dict[str, int]]:
    return {
        line: _difference(start.moves.get(line, {}), end.moves.get(line, {}))
        for line in POINT_LINES
    }


def _difference(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    buckets = sorted({*before, *after})
    found = {bucket: after.get(bucket, 0) - before.get(bucket, 0) for bucket in buckets}
    return {bucket: points for bucket, points in found.items() if points}


def _totals(moves: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for buckets in moves.values():
        totals.update(buckets)
    return {bucket: points for bucket, points in sorted(totals.items()) if points}


# -- money ---------------------------------------------------------------------------------------


def _year(
    year: int, start: Position, end: Position, estimate: Estimate, opening: Opening | None
) -> _Year:
    """What was put aside for a year of issue: by earlier estimates as far as they were signed off,
    by this one from there on."""
    now, then = end.vintages[year], start.vintages.get(year, EMPTY)
    known = opening.vintages.get(year, EMPTY) if opening else EMPTY
    kept = opening.put_aside.get(year, Fraction(0)) if opening else Fraction(0)
    earlier = kept + _late(known, then, kept, estimate)
    added = _allocated(then, now, estimate)
    put_aside = earlier + sum(added.values())
    return _Year(
        before=_pool(then, earlier, start.usable_of(year)),
        after=_pool(now, put_aside, end.usable_of(year)),
        recorded=opening.owed.get(year, Fraction(0)) if opening else None,
        added=added,
        clawed=now.clawed - then.clawed,
        adjusted=now.adjusted - then.adjusted,
        issued=now.issued,
        used=_difference(then.used, now.used),
        put_aside=put_aside,
    )


def _allocated(before: Vintage, after: Vintage, estimate: Estimate) -> dict[str, Fraction]:
    """What is put aside for points issued in between: out of the price of sales, or as a cost."""
    return {
        "issued": estimate.deferred(after.price - before.price, after.sold - before.sold),
        "given": estimate.worth(after.given - before.given),
        "brought": estimate.worth(after.brought - before.brought),
    }


def _late(known: Vintage, then: Vintage, kept: Fraction, estimate: Estimate) -> Fraction:
    """What is put aside for points of closed periods that became known since.

    What was taken for a gift may turn out to be none (points given back whose redemption was not
    known yet): it takes its share of what was put aside with it.
    """
    gone = min(then.given - known.given, 0)
    less = kept * gone / known.issued if gone else Fraction(0)
    there = replace(known, given=known.given + gone)
    return less + sum(_allocated(there, then, estimate).values())


def _pool(vintage: Vintage, put_aside: Fraction, usable: int) -> Pool:
    issued, standing = vintage.issued, vintage.standing
    amount = put_aside * standing / issued if issued else put_aside
    return Pool(amount, standing, vintage.redeemed, usable)


def _add(exact: _Money, year: int, pools: _Year, rate_before: int, rate: int) -> None:
    before, after = pools.before, pools.after
    measured = before.liability(before.expected(rate_before))
    recorded = measured if pools.recorded is None else pools.recorded
    owed = after.liability(after.expected(rate))
    price, used = after.price(rate_before), pools.used
    each = pools.put_aside / pools.issued if pools.issued else Fraction(0)
    found = {
        PRIOR: measured - recorded,
        **pools.added,
        CLAWED_BACK: -each * pools.clawed - price * used.get(CLAWED_BACK, 0),
        ADJUSTED: -each * pools.adjusted - price * used.get(ADJUSTED, 0),
        REDEEMED: -price * used.get(REDEEMED, 0),
        GIVEN_BACK: -price * used.get(GIVEN_BACK, 0),
        DONATED: -price * used.get(DONATED, 0),
        "expired": _breakage(after, rate_before) - _breakage(before, rate_before),
    }
    found["re_estimate"] = owed - recorded - sum(found.values())
    for line, amount in found.items():
        exact.lines[line] += amount
    exact.opening += recorded
    exact.owed[year] = owed


def _breakage(pool: Pool, rate_bp: int) -> Fraction:
    """What is owed less because too few points are left to reach the expectation; not positive."""
    return pool.liability(pool.expected(rate_bp)) - pool.liability(pool.hoped(rate_bp))


def _by_bucket(end: Position, owed: Mapping[int, Fraction], closing: int) -> dict[str, int]:
    """The liability by when the points lapse, in proportion to the points of each year."""
    exact: dict[str, Fraction] = {}
    for year, buckets in end.usable.items():
        points = sum(buckets.values())
        for bucket, share in buckets.items():
            exact[bucket] = exact.get(bucket, Fraction(0)) + owed[year] * share / points
    order = sorted(exact)
    return dict(zip(order, apportion(closing, [exact[b] for b in order]), strict=True))


def points_in(roll: Roll, line: str) -> int:
    """A line's points over all buckets."""
    return sum(roll.points[line].values())


def columns(roll: Roll) -> list[str]:
    """All buckets that the report's points stand in, in order of time."""
    rows = [roll.points_opening, roll.points_closing, *roll.points.values()]
    return sorted({bucket for row in rows for bucket in row})
