"""Points of online orders that come back: shares, pieces, whole, and the same on every till."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.entries import EntryKind, LedgerEntry, Part
from terminal.ids import EntryId, MemberId, TillCode
from terminal.ledger import fold
from terminal.online import OnlineOrder, OnlineRefund, OrderLine
from terminal.refunding import WHOLE, as_sold, clawbacks, lines_kept, source_of, steps
from terminal.restoring import ReturnPolicy

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = AT + timedelta(days=30)
DEBT, CLAMP = ReturnPolicy(), ReturnPolicy(clawback="clamp")


def order(goods=1000, lines=((1, 1000),), **more):
    plain = OnlineOrder(
        store="shop", remote_id="7", code="CODE7", customer_id="c1", email="", card_number="",
        placed_at=AT, currency="EUR", goods=goods, total=goods + 350,
        lines=tuple(OrderLine("Goods", n, total, f"SKU-{i}") for i, (n, total) in enumerate(lines)),
        member_id=MemberId("m"),
    )  # fmt: skip
    return replace(plain, **more)


def refund(name, goods, *pieces, days=1):
    return OnlineRefund(name, goods, None if days is None else AT + timedelta(days=days), pieces)


def earned(of, points, *parts, name="e", **more):
    return LedgerEntry(
        id=EntryId(name), member_id=MemberId("m"), kind=EntryKind.EARN, points=points,
        decided_at=of.placed_at, till=TillCode("online"), seq=0, source_id=source_of(of),
        parts=parts, basis=of.goods, **more,
    )  # fmt: skip


def spent(points, days=5):
    return LedgerEntry(
        id=EntryId("spent"), member_id=MemberId("m"), kind=EntryKind.REDEEM, points=-points,
        decided_at=AT + timedelta(days=days), till=TillCode("T1"), seq=1,
    )  # fmt: skip


def back(of, history, *, handled=(), policy=DEBT, cancelled=False):
    return clawbacks(of, history, handled, lambda at: policy, NOW, cancelled=cancelled)


def points(entries):
    return [entry.points for entry in entries]


def test_half_the_goods_take_half_the_points_rounded_down():
    bought = order(1000, refunds=(refund("r1", 500),))
    [entry] = back(bought, [earned(bought, 15)])
    assert (entry.kind, entry.points, entry.reverses) == (EntryKind.CLAWBACK, -7, "e")
    assert (entry.decided_at, entry.basis) == (AT + timedelta(days=1), 466)


def test_refunds_add_up_and_end_at_zero():
    bought = order(1000, refunds=(refund("a", 333), refund("b", 333, days=2), refund("c", 334)))
    # "c" was made on the same day as "a", and so before "b".
    assert points(back(bought, [earned(bought, 10)])) == [-3, -3, -4]


def test_more_than_was_paid_takes_no_more_than_was_given():
    bought = order(1000, refunds=(refund("a", 700), refund("b", 9000), refund("c", 1, days=3)))
    assert points(back(bought, [earned(bought, 10)])) == [-7, -3]


def test_cancelled_after_a_part_came_back():
    bought = order(1000, refunds=(refund("a", 400),), cancelled=True)
    first, last = back(bought, [earned(bought, 10)])
    assert (first.points, last.points) == (-4, -6)
    assert last.decided_at == NOW
    assert last.source_id.endswith(f":{WHOLE}")


def test_pieces_that_are_named_go_by_what_their_line_earned():
    """Honey earns, oil does not: honey that comes back takes its points, oil none."""
    bought = order(3000, ((2, 1000), (1, 2000)))
    entry = earned(bought, 10, Part("honey", 10, 1000, "", (1000, 0)))
    oil = replace(bought, refunds=(refund("r", 2000, ("SKU-1", 1)),))
    honey = replace(bought, refunds=(refund("r", 500, ("SKU-0", 1)),))
    assert points(back(oil, [entry])) == []
    assert points(back(honey, [entry])) == [-5]


def test_what_is_named_never_comes_to_more_than_was_paid_back():
    bought = order(3000, ((2, 1000), (1, 2000)), refunds=(refund("r", 300, ("SKU-0", 2)),))
    [step] = steps(bought)
    assert step.after == (300, 0)


@pytest.mark.parametrize("pieces", [("SKU-9", 1), ("SKU-0", 0), ("SKU-0", -1)])
def test_pieces_that_nobody_bought_are_spread(pieces):
    bought = order(3000, ((2, 1000), (1, 2000)), refunds=(refund("r", 300, pieces),))
    assert steps(bought)[0].after == (100, 200)


def test_a_discount_on_the_whole_is_spread_before_it_comes_back():
    bought = order(1500, ((2, 1000), (1, 2000)))
    assert [line.quantity for line in as_sold(bought).lines] == [500, 1000]


def test_what_was_given_for_nothing_comes_back_with_the_last_cent():
    bought = order(1000, ((1, 1000), (1, 0)), refunds=(refund("a", 999), refund("b", 1, days=2)))
    assert [step.after for step in steps(bought)] == [(999, 0), (1000, 1)]


@pytest.mark.parametrize("lines", [(), ((1, 0),), ((1, 0), (2, 0))])
def test_an_order_for_nothing_comes_back_by_its_cancellation_only(lines):
    bought = order(0, lines, refunds=(refund("r", 0, ("SKU-0", 1)),))
    entry = earned(bought, 5)
    assert back(bought, [entry]) == []
    assert points(back(replace(bought, cancelled=True), [entry])) == [-5]


def test_an_order_without_lines_comes_back_by_its_sum():
    bought = order(1000, (), refunds=(refund("r", 500, ("SKU-0", 1)),))
    assert points(back(bought, [earned(bought, 10)])) == [-5]


def test_points_that_were_spent_meanwhile_become_a_debt():
    bought = order(1000, refunds=(refund("r", 1000, days=9),))
    history = [earned(bought, 10), spent(10)]
    account = fold([*history, *back(bought, history)])
    assert (account.balance, account.debt) == (-10, 10)


def test_or_are_let_go_for_good():
    bought = order(1000, refunds=(refund("r", 1000, days=9),))
    history = [earned(bought, 10), spent(10)]
    assert back(bought, history, policy=CLAMP) == []
    later = [*history, earned(replace(bought, remote_id="8"), 50, name="e2")]
    assert back(bought, later, handled=bought.refunds, policy=CLAMP) == []


def test_a_refund_that_was_handled_is_passed_over_and_one_that_grew_counts_for_the_rest():
    first = order(1000, refunds=(refund("r", 300),))
    history = [earned(first, 10)]
    history += back(first, history)
    grown = order(1000, refunds=(refund("r", 500),))
    [more] = back(grown, history, handled=first.refunds)
    assert more.points == -2
    assert more.source_id.endswith(":r:500")
    whole = replace(grown, cancelled=True)
    assert back(whole, history, handled=grown.refunds, cancelled=True) == []


def test_a_refund_dated_before_its_order_is_booked_after_it():
    bought = order(1000, refunds=(refund("r", 1000, days=-3), refund("s", 5, days=None)))
    [entry] = back(bought, [earned(bought, 10)])
    assert entry.decided_at > AT


def test_each_of_several_entries_goes_back_under_its_own_id():
    bought = order(1000, refunds=(refund("r", 1000),))
    made = back(bought, [earned(bought, 10), earned(bought, 6, name="more")])
    assert points(made) == [-10, -6]
    assert len({entry.id for entry in made}) == 2
    assert made[0].decided_at < made[1].decided_at


def test_what_the_customer_still_has_is_what_no_refund_names():
    bought = order(
        3000, ((2, 1000), (1, 2000)), refunds=(refund("r", 2500, ("SKU-1", 1), ("SKU-0", 1)),)
    )
    assert lines_kept(bought) == [("SKU-0", 1, 500)]
    assert lines_kept(replace(bought, refunds=(refund("r", 3000),))) == []
    assert lines_kept(replace(bought, refunds=(), cancelled=True)) == []


amounts = st.lists(st.integers(0, 700), max_size=6)


@given(
    amounts, st.integers(1, 2000), st.integers(1, 400),
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 900)), max_size=4), st.booleans(),
)  # fmt: skip
def test_what_is_taken_is_the_share_that_is_back(goods_back, goods, gave, lines, cancelled):
    """However the refunds are cut; never more than was given, all of it when all is back."""
    given_back = tuple(refund(f"r{n}", each, days=n) for n, each in enumerate(goods_back, 1))
    bought = order(goods, tuple(lines), refunds=given_back, cancelled=cancelled)
    taken = -sum(points(back(bought, [earned(bought, gave)])))
    assert taken <= gave * bought.goods_back // goods
    assert taken == gave if bought.goods_back == goods else taken >= 0
    if not lines:
        assert taken == gave * bought.goods_back // goods


@given(amounts, st.integers(1, 400), st.integers(0, 6))
def test_two_tills_that_look_at_other_times_book_the_same(goods_back, gave, seen):
    given_back = tuple(refund(f"r{n}", each, days=n) for n, each in enumerate(goods_back, 1))
    whole = order(1000, refunds=given_back)
    at_once = back(whole, [earned(whole, gave)])
    part = replace(whole, refunds=given_back[:seen])
    first = back(part, [earned(whole, gave)])
    rest = back(whole, [earned(whole, gave), *first], handled=part.refunds)
    assert [*first, *rest] == at_once
