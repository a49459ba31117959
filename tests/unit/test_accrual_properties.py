"""What must hold of every programme and every purchase, whatever a shop thinks up."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from terminal.entries import EntryKind, LedgerEntry
from terminal.programs.accrual import accrue, credits
from terminal.programs.conditions import Cap, Limits, Selector
from terminal.programs.effects import Multiply, PerMoney, PerOrder, PerUnit
from terminal.programs.facts import Facts, Uses
from terminal.programs.model import Rule
from terminal.programs.policies import Basis, Earning, Expiry, Tier
from terminal.sales import Goods, SaleLine
from terminal.shares import earned_by, points_so_far
from tests.unit.accruing import NOON, bought, earned, points, program, rule

SKUS = ("A", "B", "C", "D")
amounts = st.integers(1, 400)
selectors = st.builds(Selector, skus=st.sets(st.sampled_from(SKUS)).map(sorted).map(tuple))
limits = st.builds(
    Limits,
    line_max=st.none() | st.integers(1, 50),
    order_min=st.integers(0, 5),
    order_max=st.none() | st.integers(1, 90),
    caps=st.lists(st.builds(Cap, per=st.just("month"), points=amounts), max_size=1).map(tuple),
)
gives = st.one_of(
    st.builds(PerMoney, points=st.integers(1, 20), per=amounts, full=st.booleans()),
    st.builds(PerUnit, points=st.integers(1, 5), units=st.integers(1, 4)),
    st.builds(PerOrder, points=st.integers(1, 30)),
    st.builds(Multiply, percent=st.integers(101, 400)),
)
rules = st.lists(
    st.builds(
        lambda **more: more,
        gives=gives,
        only=selectors,
        limits=limits,
        stop=st.sampled_from((False, False, True)),
        group=st.sampled_from(("", "", "g")),
        multiplied=st.booleans(),
        qualifies=st.booleans(),
        expiry=st.sampled_from((None, None, Expiry(months=1))),
    ),
    max_size=6,
).map(lambda made: [Rule(code=f"r{n}", **more) for n, more in enumerate(made)])
programmes = st.builds(
    lambda rules, **more: program(*rules, **more),
    rules,
    earning=st.builds(
        Earning,
        rounding=st.sampled_from(("floor", "half_up", "ceil")),
        round_at=st.sampled_from(("line", "rule", "order")),
        multipliers=st.sampled_from(("add", "multiply", "best")),
        order_max=st.none() | st.integers(1, 300),
    ),
    basis=st.builds(Basis, tax=st.sampled_from(("included", "excluded"))),
    tiers=st.integers(50, 300).map(lambda percent: (Tier("bronze", percent=percent),)),
)
lines = st.lists(
    st.builds(
        lambda sku, quantity, price, tax: SaleLine(sku, sku, price, quantity, goods=Goods(tax=tax)),
        st.sampled_from(SKUS),
        st.integers(1, 9),
        st.integers(0, 5_000),
        st.sampled_from((0, 600, 2_400)),
    ),
    max_size=6,
).map(tuple)
FACTS = Facts(tier="bronze", uses={("r0", "month"): Uses(points=20)})


@given(programmes, lines, st.randoms())
def test_the_order_of_scanning_changes_no_points(of, sold, chance):
    turned = list(sold)
    chance.shuffle(turned)
    first, second = (accrue(of, each, (), FACTS, NOON) for each in (sold, turned))
    assert points(first) == points(second)
    assert (first.points, first.basis) == (second.points, second.basis)


@given(programmes, lines)
def test_parts_add_up_and_say_where_they_stand(of, sold):
    told = accrue(of, sold, (), FACTS, NOON)
    assert told.points == sum(part.points for part in told.parts)
    assert all(part.points for part in told.parts)
    for part in told.parts:
        assert len(part.weights) == len(sold)
        assert min(part.weights) >= 0
        assert sum(part.weights) > 0
    assert told.terms == () or len(told.terms) == len(told.parts)


@given(programmes, lines)
def test_entries_are_the_accrual(of, sold):
    told = accrue(of, sold, (), FACTS, NOON)
    made = credits(told, of, NOON)
    assert sum(credit.points for credit in made) == max(told.points, 0)
    assert all(credit.points > 0 for credit in made)
    if told.points > 0:
        assert sum(len(credit.parts) for credit in made) == len(told.parts)
        assert sum(credit.qualifying for credit in made) == told.qualifying


@given(programmes, lines)
def test_limits_hold(of, sold):
    told = accrue(of, sold, (), FACTS, NOON)
    if of.earning.order_max is not None:
        assert told.points <= of.earning.order_max
    for each in of.rules:
        given_ = points(told).get(each.code, 0)
        # Rounding of the order's whole sum may add the one point that a fraction was short of.
        slack = of.earning.round_at == "order"
        if each.limits.order_max is not None:
            assert given_ <= each.limits.order_max + slack
        for cap in each.limits.caps:
            used = FACTS.uses.get((each.code, "month"), Uses()).points
            assert given_ <= max(cap.points - used, 0) + slack


@given(
    st.integers(0, 10**7), st.integers(0, 10**6), st.integers(1, 20), amounts, st.booleans(),
    st.integers(100, 300), st.sampled_from(("floor", "half_up", "ceil")),
    st.sampled_from(("line", "rule", "order")),
)  # fmt: skip
def test_who_pays_more_never_earns_less(paid, more, gives_, per, full, percent, how, at):
    of = program(
        rule(gives_, per, full=full),
        tiers=(Tier("bronze", percent=percent),),
        earning=Earning(rounding=how, round_at=at),
    )
    assert earned(of, bought(paid)).points <= earned(of, bought(paid + more)).points


@given(programmes, lines, st.data())
def test_a_return_of_everything_piece_by_piece_is_exact(of, sold, data):
    told = accrue(of, sold, (), FACTS, NOON)
    for credit in credits(told, of, NOON):
        entry = LedgerEntry(
            id="e", member_id="m", kind=EntryKind.EARN, points=credit.points,
            decided_at=datetime(2026, 1, 1, tzinfo=UTC), till="T1", seq=1, parts=credit.parts,
        )  # fmt: skip
        back, before = [0] * len(sold), 0
        while back != [line.quantity for line in sold]:
            place = data.draw(
                st.sampled_from([n for n, line in enumerate(sold) if back[n] < line.quantity])
            )
            back[place] += 1
            so_far = points_so_far(entry, sold, back, earned_by(sold))
            if all(part.points > 0 for part in credit.parts):
                assert before <= so_far
            before = so_far
        assert before == credit.points
