"""Returns, piece by piece: shares count from the sale's beginning and end at exactly zero."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.entries import EntryKind, LedgerEntry, Part
from terminal.errors import AlreadyReturned, BadLine
from terminal.ledger import replay
from terminal.returns import (
    Exchange,
    PendingReturn,
    PointsBack,
    Return,
    ReturnLine,
    ReturnPolicy,
    booked,
    exchange,
    late_entries,
    plan_return,
    points_back,
    still_there,
)
from terminal.sales import Sale, SaleLine, Tender, TenderKind
from tests.unit.making import START, entry

CASH, CARD = TenderKind.CASH, TenderKind.CARD
GIFT, CREDIT = TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT
EARN, REDEEM = EntryKind.EARN, EntryKind.REDEEM
CLAWBACK, ROLLBACK = EntryKind.CLAWBACK, EntryKind.ROLLBACK
LATER = START + timedelta(days=3)


def line(price: int, quantity: int = 1, off: int = 0, points_paid: int = 0) -> SaleLine:
    return SaleLine("OIL", "Oil", price, quantity, off, points_paid=points_paid)


def sale(*lines: SaleLine, tenders: tuple[Tender, ...] | None = None, rounding: int = 0) -> Sale:
    paid = sum(one.paid for one in lines) + rounding
    return Sale(
        id="s1", ref="T1-000001", till="T1", seq=1, cashier_id="c", member_id="m", currency="EUR",
        lines=lines, points_redeemed=0, redeemed_value=sum(one.points_paid for one in lines),
        rounding=rounding, tenders=tenders or (Tender(CASH, paid),), change=0, sold_at=START,
    )  # fmt: skip


def earned(n: int, points: int, *parts: Part, **more) -> LedgerEntry:
    return entry(n, points, kind=EARN, source_id="s1", parts=parts, **more)


def spent(n: int, points: int, *parts: Part, **more) -> LedgerEntry:
    return entry(n, -points, kind=REDEEM, source_id="s1", parts=parts, **more)


class Counter:
    """One sale coming back in as many goes as a story wants."""

    def __init__(self, sold: Sale, history, policy: ReturnPolicy = ReturnPolicy()) -> None:  # noqa: B008
        self.sold, self.history, self.policy = sold, list(history), policy
        self.returns: list[Return] = []
        self._numbers = count(100)

    def plan(self, *lines: tuple[int, int], at=LATER):
        asked = [ReturnLine(place, n) for place, n in lines]
        return plan_return(self.sold, asked, self.returns, self.history, at, self.policy)

    def take(self, *lines: tuple[int, int], at=None):
        """Return these (place, pieces), or all that is left."""
        moment = at or LATER + timedelta(minutes=len(self.returns))
        plan = self.plan(*lines, at=moment)
        number = next(self._numbers)
        back = Return(
            id=f"r{number}", ref=f"T1-{number}", sale_id=self.sold.id, till="T1", seq=number,
            cashier_id="c", reason="damaged", money_back=plan.money, currency="EUR",
            returned_at=moment, lines=plan.lines,
        )  # fmt: skip
        self.history += booked(
            plan, back, new_id=lambda: f"x{next(self._numbers)}",
            next_seq=lambda: next(self._numbers),
        )  # fmt: skip
        self.returns.append(back)
        return plan

    @property
    def account(self):
        return replay(self.history).account


# -- points that were earned -----------------------------------------------------------------------


def test_half_of_the_goods_is_half_of_the_points():
    """E01, E08."""
    shop = Counter(sale(line(5_000, 2)), [earned(1, 100)])
    assert shop.take((0, 1)).points == PointsBack(taken=50, given=0)
    assert shop.account.balance == 50


def test_earned_and_spent_points_go_by_the_same_share():
    """E03: 200, a sale of two earns 70 and spends 150, and one of the two comes back."""
    shop = Counter(sale(line(10_000, 2)), [entry(0, 200), spent(1, 150), earned(2, 70)])
    assert shop.take((0, 1)).points == PointsBack(taken=35, given=75)
    assert shop.account.balance == 160


def test_a_share_is_of_what_was_paid():
    """E07; and E17, where 10.00 off 70.00 lie on both lines: 17 of 60, not 20."""
    half = Counter(sale(line(2_000), line(2_000)), [earned(1, 70)])
    assert half.take((1, 1)).points.taken == 35
    discounted = Counter(sale(line(5_000, off=714), line(2_000, off=286)), [earned(1, 60)])
    assert discounted.take((1, 1)).points.taken == 17


def test_shares_add_up_to_all_of_it_however_they_are_cut():
    shop = Counter(sale(line(100, 7)), [earned(1, 10, qualifying=6)])
    taken = [shop.take((0, 1)).points.taken for _ in range(7)]
    assert taken == [1, 1, 2, 1, 2, 1, 2]
    assert (shop.account.balance, shop.account.lots) == (0, ())
    assert sum(one.qualifying for one in shop.history) == 0


def test_parts_go_by_the_lines_they_were_given_for():
    """30 points for the second line alone, 20 by pieces, 10 by what was paid; a cap took 6."""
    parts = (
        Part("oil days", 30, weights=(0, 900)),
        Part("a piece", 20, weights=(3, 1)),
        Part("accrual", 10),
        Part("cap", -6, weights=(1, 1)),
    )
    shop = Counter(sale(line(300, 3), line(900)), [earned(1, 54, *parts)])
    # 0 + 15 + 5 - 3
    assert shop.take((0, 3)).points.taken == 17
    assert shop.take().points.taken == 54 - 17


def test_parts_that_tell_nothing_of_the_lines_go_by_what_was_paid_or_worth():
    odd = (Part("other", 10, weights=(1,)),)
    assert Counter(sale(line(100), line(300)), [earned(1, 10, *odd)]).take((0, 1)).points.taken == 2
    free = sale(line(100, off=100), line(300, off=300))
    assert Counter(free, [earned(1, 8)]).take((0, 1)).points.taken == 2
    gifts = sale(line(0, 3), line(0, 1))
    assert Counter(gifts, [earned(1, 8)]).take((0, 1)).points.taken == 2
    untold = (Part("something", 3),)
    assert Counter(gifts, [earned(1, 8, *untold)]).take((0, 3)).points.taken == 6


def test_a_part_that_took_points_away_never_makes_a_return_give_some():
    parts = (Part("line", 10, weights=(1, 0)), Part("cap", -6, weights=(0, 1)))
    shop = Counter(sale(line(100), line(100)), [earned(1, 4, *parts)])
    assert shop.take((1, 1)).points == PointsBack(0, 0)
    assert shop.take((0, 1)).points.taken == 4
    other = Counter(sale(line(100), line(100)), [earned(1, 4, *parts)])
    assert [other.take((0, 1)).points.taken, other.take((1, 1)).points.taken] == [4, 0]


def test_bonus_points_of_a_sale_go_back_with_it_and_others_stay():
    history = [
        entry(0, 250, kind=EntryKind.BONUS),
        entry(1, 40, kind=EntryKind.BONUS, source_id="s1"),
        earned(2, 10),
        entry(3, 7, kind=EARN, source_id="s2"),
    ]
    shop = Counter(sale(line(100)), history)
    assert shop.take().points.taken == 50
    assert shop.account.balance == 257


def test_what_lapsed_is_not_taken_a_second_time():
    lapsed = entry(2, -70, kind=EntryKind.EXPIRE, reverses="e001")
    shop = Counter(sale(line(100, 2)), [earned(1, 100, expires=1), lapsed])
    assert [shop.take((0, 1)).points.taken, shop.take((0, 1)).points.taken] == [30, 0]


def test_basis_comes_back_in_the_same_share():
    shop = Counter(sale(line(1_001, 3)), [earned(1, 30, basis=3_003)])
    for _ in range(3):
        shop.take((0, 1))
    assert [one.basis for one in shop.history[1:]] == [1_001, 1_001, 1_001]


# -- debts, or letting go --------------------------------------------------------------------------

ELSEWHERE = entry(2, -100, kind=REDEEM, source_id="s4")


def test_points_spent_elsewhere_become_a_debt():
    """E13, E25."""
    shop = Counter(sale(line(100)), [earned(1, 150), ELSEWHERE])
    assert shop.take().points == PointsBack(taken=150, given=0)
    assert (shop.account.balance, shop.account.debt) == (-100, 100)


def test_or_what_is_there_is_taken_and_the_rest_reported():
    """E12."""
    clamp = ReturnPolicy(clawback="clamp")
    shop = Counter(sale(line(100)), [earned(1, 150, qualifying=150), ELSEWHERE], clamp)
    assert shop.take().points == PointsBack(taken=50, given=0, shortfall=100)
    assert shop.account.balance == 0
    assert sum(one.qualifying for one in shop.history) == 0


def test_what_was_let_go_is_not_taken_with_the_next_piece():
    clamp = ReturnPolicy(clawback="clamp")
    shop = Counter(sale(line(100, 2)), [earned(1, 100), ELSEWHERE], clamp)
    assert shop.take((0, 1)).points == PointsBack(0, 0, shortfall=50)
    shop.history.append(entry(80, 500))
    assert shop.take((0, 1)).points == PointsBack(taken=50, given=0)


def test_a_level_does_not_stay_where_no_point_is_left_to_take():
    clamp = ReturnPolicy(clawback="clamp")
    gone = entry(2, -150, kind=REDEEM)
    shop = Counter(sale(line(100)), [earned(1, 150, qualifying=150), gone], clamp)
    shop.take()
    (moved,) = shop.history[2:]
    assert (moved.kind, moved.points, moved.qualifying) == (CLAWBACK, 0, -150)


def test_with_nothing_to_take_and_nothing_that_qualified_nothing_is_booked():
    clamp = ReturnPolicy(clawback="clamp")
    shop = Counter(sale(line(100)), [earned(1, 150), entry(2, -150, kind=REDEEM)], clamp)
    assert shop.take().points == PointsBack(0, 0, shortfall=150)
    assert len(shop.history) == 2


def test_points_given_back_by_the_same_return_are_there_to_be_taken():
    clamp = ReturnPolicy(clawback="clamp")
    history = [entry(0, 80), spent(1, 80), earned(2, 50), entry(3, -50, kind=REDEEM)]
    shop = Counter(sale(line(100)), history, clamp)
    assert shop.take().points == PointsBack(taken=50, given=80)
    assert shop.account.balance == 30


def test_but_not_what_lapses_at_once():
    clamp = ReturnPolicy(clawback="clamp")
    history = [entry(0, 80, expires=1), spent(1, 80), earned(2, 50), entry(3, -50, kind=REDEEM)]
    shop = Counter(sale(line(100)), history, clamp)
    assert shop.take().points == PointsBack(taken=0, given=80, shortfall=50)


# -- points that were spent ------------------------------------------------------------------------


def test_spent_points_go_back_in_proportion_each_to_its_lot():
    history = [entry(1, 30, expires=20), entry(2, 60, expires=40), spent(3, 90)]
    shop = Counter(sale(line(1_000, 3, off=90, points_paid=90)), history)
    shop.take((0, 1))
    assert [(e.lot, e.points) for e in shop.history[3:]] == [("e002", 20), ("e001", 10)]
    shop.take()
    assert replay(shop.history).account.lapsing() == [
        (START + timedelta(days=20), 30),
        (START + timedelta(days=40), 60),
    ]


def test_points_paid_go_by_the_lines_they_paid_and_a_rewards_cost_by_its_own():
    """40 as money on the first line; a reward of 60 for the second, whatever sign its part has."""
    sold = sale(line(100, off=40, points_paid=40), line(100, off=100))
    for sign in (1, -1):
        parts = (Part("points", sign * 40, weights=(40, 0)), Part("x", sign * 60, weights=(0, 1)))
        shop = Counter(sold, [entry(0, 100), spent(1, 100, *parts)])
        assert shop.take((0, 1)).points.given == 40
    assert Counter(sold, [entry(0, 100), spent(1, 100)]).take((0, 1)).points.given == 100
    older = sale(line(100, off=25), line(100, off=75))
    assert Counter(older, [entry(0, 100), spent(1, 100)]).take((0, 1)).points.given == 25


@pytest.mark.parametrize(
    ("policy", "ends"),
    [
        (ReturnPolicy(), START + timedelta(days=2)),
        # The local day after two more days in Athens: an hour before midnight UTC, and one more.
        (
            ReturnPolicy(expired="grace", grace_days=2, zone="Europe/Athens"),
            START.replace(hour=22) + timedelta(days=5),
        ),
    ],
    ids=["lapse", "grace"],
)
def test_points_whose_time_is_over_lapse_again_or_have_some_days_of_grace(policy, ends):
    history = [entry(0, 100, expires=2), spent(1, 100)]
    shop = Counter(sale(line(100)), history, policy)
    shop.take()
    assert shop.account.lapsing() == [(ends, 100)]


def test_points_kept_alive_meanwhile_go_back_to_a_lot_that_lives():
    def idle(n, points, days, **more):
        until = START + timedelta(days=days)
        ends = {"expires": days} if points > 0 else {}
        return entry(n, points, keeps_until=until, **ends, **more)

    visit = idle(40, 5, 60)
    old = [idle(1, 100, 2), idle(2, -100, 2, kind=REDEEM, source_id="s1")]
    shop = Counter(sale(line(100)), [*old, visit])
    shop.take(at=START + timedelta(days=9))
    assert {lot.entry_id: lot.remaining for lot in shop.account.lots} == {"e001": 100, "e040": 5}
    assert shop.account.lapsing() == [(START + timedelta(days=60), 105)]


def test_points_released_meanwhile_are_usable_when_they_go_back():
    history = [
        entry(0, 100, held=True),
        spent(1, 100),
        entry(2, 0, kind=EntryKind.RELEASE, reverses="e000"),
    ]
    shop = Counter(sale(line(100)), history)
    shop.take()
    assert shop.account.available(LATER) == 100


def test_points_spent_beyond_all_lots_go_back_to_who_paid_for_them():
    """60 were there, 100 spent: a later credit of 30 paid, ten are still owed."""
    history = [entry(0, 60, expires=40), spent(1, 100), entry(2, 30, expires=90)]
    shop = Counter(sale(line(100, 2)), history)
    shop.take((0, 1))
    assert [(e.lot, e.points) for e in shop.history[3:]] == [(None, 10), ("e002", 30), ("e000", 10)]
    shop.take()
    assert (shop.account.balance, shop.account.debt) == (90, 0)
    assert shop.account.lapsing() == [
        (START + timedelta(days=40), 60),
        (START + timedelta(days=90), 30),
    ]


def test_a_lot_that_paid_at_once_and_later_is_refilled_by_one_entry():
    """Lot e000 was refilled by another sale's return, and so paid what this one still owed."""
    other = {"kind": REDEEM, "source_id": "s2"}
    history = [
        entry(0, 10),
        entry(1, -4, **other),
        spent(2, 10),
        entry(3, 4, kind=ROLLBACK, lot="e000", reverses="e001", source_id="r9"),
    ]
    shop = Counter(sale(line(100)), history)
    shop.take()
    assert [(e.lot, e.points) for e in shop.history[4:]] == [("e000", 10)]


def test_an_older_return_that_named_no_lot_counts_all_the_same():
    older = entry(4, 30, kind=ROLLBACK, reverses="e001", source_id="r0")
    shop = Counter(sale(line(100, 2)), [entry(0, 60), spent(1, 60), older])
    assert shop.take((0, 1)).points.given == 0
    assert shop.take((0, 1)).points.given == 30


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
