"""Returns: money, cards, what may be asked for, and returns before their sale."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.errors import AlreadyReturned, BadLine
from terminal.ledger import replay
from terminal.returns import (
    Exchange,
    PendingReturn,
    PointsBack,
    ReturnLine,
    exchange,
    late_entries,
    points_back,
    still_there,
)
from terminal.sales import Tender
from tests.unit.making import entry
from tests.unit.taking_back import (
    CARD,
    CASH,
    CREDIT,
    GIFT,
    LATER,
    Counter,
    earned,
    line,
    sale,
    spent,
)

# -- money -----------------------------------------------------------------------------------------


def test_what_points_paid_never_comes_back_as_money():
    shop = Counter(sale(line(20_000, off=8_000, points_paid=8_000)), [])
    assert shop.take().money == 12_000


def test_what_cards_paid_goes_back_to_them():
    """E23: 8 000 of 20 000 by gift card; and store credit likewise."""
    tenders = (Tender(GIFT, 8_000, "G1"), Tender(CASH, 10_000), Tender(CREDIT, 2_000, "C1"))
    whole = Counter(sale(line(20_000), tenders=tenders), []).take()
    assert (whole.money, whole.gift_card, whole.store_credit) == (10_000, 8_000, 2_000)
    assert whole.cards == (Tender(GIFT, 8_000, "G1"), Tender(CREDIT, 2_000, "C1"))
    parts = Counter(sale(line(20_000, 1), line(3, 3), tenders=()), [])
    assert parts.take((0, 1)).cards == ()


@given(
    st.lists(st.tuples(st.integers(0, 999), st.integers(1, 5)), min_size=1, max_size=4),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.randoms(use_true_random=False),
)
def test_money_and_cards_end_at_exactly_what_was_paid(goods, one, two, chance):
    net = sum(price * quantity for price, quantity in goods)
    gift = one % (net + 1)
    credit = two % (net - gift + 1)
    tenders = (
        Tender(GIFT, gift, "G"),
        Tender(CREDIT, credit, "C"),
        Tender(CARD, net - gift - credit),
    )
    shop = Counter(sale(*(line(*one) for one in goods), tenders=tenders), [])
    pieces = [place for place, (_price, n) in enumerate(goods) for _ in range(n)]
    chance.shuffle(pieces)
    plans = [shop.take((place, 1)) for place in pieces]
    assert min(min(p.money, p.gift_card, p.store_credit) for p in plans) >= 0
    totals = [sum(one) for one in zip(*((p.money, p.gift_card, p.store_credit) for p in plans))]  # noqa: B905
    assert totals == [net - gift - credit, gift, credit]


def test_the_rounding_of_the_bill_goes_back_with_the_last_piece():
    up = Counter(sale(line(99, 2), rounding=2), [])
    assert [up.take((0, 1)).money, up.take((0, 1)).money] == [99, 101]
    down = Counter(sale(line(1, 2), rounding=-2, tenders=(Tender(CASH, 0),)), [])
    assert [down.take((0, 1)).money, down.take((0, 1)).money] == [0, 0]


def test_an_exchange_pays_the_difference_one_way_or_the_other():
    plan = Counter(sale(line(5_000)), []).plan()
    assert exchange(plan, 7_000) == Exchange(pay=2_000, give=0)
    assert exchange(plan, 4_400) == Exchange(pay=0, give=600)
    assert exchange(plan, 5_000) == Exchange(0, 0)


# -- what can be asked for -------------------------------------------------------------------------


def test_what_is_left_is_told_and_no_more_can_come_back():
    shop = Counter(sale(line(100, 3), line(50)), [])
    assert not shop.take((0, 1), (0, 1)).whole
    assert still_there(shop.sold, shop.returns) == [1, 1]
    with pytest.raises(BadLine) as more:
        shop.plan((0, 2))
    assert more.value.details == {"line": 0, "sku": "OIL", "why": "left", "value": 1}
    last = shop.take()
    assert (last.whole, last.lines) == (True, (ReturnLine(0, 1), ReturnLine(1, 1)))
    with pytest.raises(AlreadyReturned) as again:
        shop.plan((0, 1))
    assert again.value.details == {"ref": "T1-000001", "returned_at": shop.returns[-1].returned_at}


@pytest.mark.parametrize(
    ("asked", "why"), [((2, 1), "not_sold"), ((-1, 1), "not_sold"), ((0, 0), "quantity")]
)
def test_what_was_not_sold_does_not_come_back(asked, why):
    with pytest.raises(BadLine) as refusal:
        Counter(sale(line(100), line(50)), []).plan(asked)
    assert refusal.value.details["why"] == why


def test_a_return_of_before_there_were_pieces_was_of_the_whole_sale():
    shop = Counter(sale(line(100, 2)), [])
    shop.take()
    shop.returns = [replace(shop.returns[0], lines=())]
    assert still_there(shop.sold, shop.returns) == [0]
    assert points_back(shop.sold, []) == PointsBack(0, 0)


# -- a return before its sale ----------------------------------------------------------------------


def pending(*lines: ReturnLine) -> PendingReturn:
    return PendingReturn(
        id="r7", ref="T2-000007", sale_ref="T1-000001", till="T2", seq=7, cashier_id="c",
        reason="damaged", money_back=5_000, currency="EUR", returned_at=LATER, lines=lines,
    )  # fmt: skip


def test_a_return_that_arrived_before_its_sale_moves_points_when_the_sale_is_known():
    sold = sale(line(5_000, 2))
    history = [entry(1, 30, expires=90), entry(2, 30), spent(3, 60), earned(4, 100)]
    back = pending(ReturnLine(0, 1)).of(sold)
    assert (back.sale_id, back.lines, back.money_back) == ("s1", (ReturnLine(0, 1),), 5_000)
    here, there = late_entries(sold, back, history), late_entries(sold, back, history[::-1])
    assert here == there
    assert [(e.points, e.seq, e.till) for e in here] == [
        (-50, 7, "T2"),
        (15, 7, "T2"),
        (15, 7, "T2"),
    ]
    assert [e.decided_at - LATER for e in here] == [timedelta(microseconds=n) for n in range(3)]
    # Heard of twice, on two tills: booked once.
    assert replay([*history, *here, *there]).account.balance == 60 - 60 + 100 - 50 + 30


def test_a_return_of_nobodys_sale_and_of_pieces_that_were_not_sold_moves_nothing():
    sold = sale(line(5_000, 2))
    assert late_entries(sold, pending().of(sold), []) == []
    assert pending(ReturnLine(3, 1), ReturnLine(0, 9)).of(sold).lines == (ReturnLine(0, 2),)
    nothing = pending(ReturnLine(3, 1)).of(sold)
    assert late_entries(sold, nothing, [earned(1, 100)]) == []
    assert still_there(sold, [nothing]) == [2]


def test_what_came_back_at_two_tills_moves_its_points_once():
    """E26: the cash was handed out, and the points are right all the same."""
    shop = Counter(sale(line(5_000)), [earned(1, 50)])
    shop.take()
    assert (
        late_entries(shop.sold, pending().of(shop.sold), shop.history, earlier=shop.returns) == []
    )
