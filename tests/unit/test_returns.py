"""Returns, piece by piece: shares count from the sale's beginning and end at exactly zero."""

from terminal.entries import EntryKind, Part
from terminal.returns import PointsBack, ReturnPolicy
from tests.unit.making import entry
from tests.unit.taking_back import CLAWBACK, EARN, REDEEM, Counter, earned, line, sale, spent

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
