"""What a purchase or an event earns, and why: numbers that a customer can check by hand."""

from datetime import UTC, datetime

import pytest

from terminal.programs.accrual import Accrual, accrue, award, credits, money_of
from terminal.programs.conditions import Needs, Selector, When, Who
from terminal.programs.effects import FreeItem, PerOrder, PerUnit
from terminal.programs.facts import Facts
from terminal.programs.model import Promotion, Reward, Rule, welcome
from terminal.programs.policies import Earning, Tier
from terminal.programs.sold import converted
from terminal.sales import Applied
from tests.unit.accruing import (
    GOLD,
    MEMBER,
    NOON,
    bought,
    earned,
    on,
    only,
    points,
    program,
    rule,
    times,
)


def test_gold_earns_half_as_much_again_and_both_lines_can_be_checked():
    told = earned(program(rule()), bought(3_840), facts=GOLD)
    assert [(part.rule, part.points, part.basis, part.rate) for part in told.parts] == [
        ("accrual", 38, 3_840, "1/100"),
        ("tier:gold", 19, 38, "150%"),
    ]
    assert (told.points, told.basis, told.rate) == (57, 3_840, "1/100 150%")


@pytest.mark.parametrize(
    ("gives", "per", "paid", "expected"),
    [
        (1, 100, 10_000, 100),
        (1, 100_000, 1_000_000, 10),
        (3, 100, 4_000, 120),
        (10, 200, 700, 30),
        (1, 100, 99, 0),
        (1, 100, 0, 0),
        (1, 100, -500, 0),
        (1, 100, 10**15, 10**13),
    ],
)
def test_points_per_money_are_floored_once_per_order(gives, per, paid, expected):
    told = earned(program(rule(gives, per)), bought(paid))
    assert told.points == expected
    assert told.basis == max(paid, 0)
    assert sum(part.points for part in told.parts) == expected


def test_lines_are_added_before_they_are_rounded():
    assert earned(program(rule()), *[bought(99, sku=f"P{n}") for n in range(3)]).points == 2


def test_in_proportion_where_steps_need_not_be_full():
    assert earned(program(rule(10, 200, full=False)), bought(700)).points == 35


def test_pieces_that_are_paid_for():
    stamps = Rule(code="stamp", gives=PerUnit(1, 2), only=only("pen"))
    told = earned(program(stamps), bought(960, 3, "pen"), bought(320, 1, "pen"), bought(500))
    assert (told.points, told.parts[0].rate, told.parts[0].weights) == (2, "1/2 pcs", (3, 1, 0))
    assert earned(program(stamps), bought(320, 1, "pen")).points == 0
    assert earned(program(stamps), bought(0, 4, "pen")).points == 0, "nobody paid for them"


def test_a_free_piece_earns_no_stamp():
    """Two of three pens at 3.20 are paid; a tenth off before leaves it so."""
    free = Reward(code="free", cost=4, gives=FreeItem())
    tenth = Applied("tenth", "promotion", 96, (96,))
    for before, off in (((), 320), ((tenth,), 288)):
        applied = (*before, Applied("gift:free", "reward", off, (off,), 4))
        lost = off + sum(each.amount for each in before)
        line = bought(960 - lost, 3, "pen", discount=lost)
        stamps = program(Rule(code="stamp", gives=PerUnit(1)), rewards=(free,))
        assert earned(stamps, line, applied=applied).points == 2


def test_a_free_piece_put_on_top_is_nobodys():
    """Lines that offers added stand behind those that were sold."""
    free = Reward(code="free", cost=4, gives=FreeItem())
    applied = (Applied("free", "reward", 0, (0, 320), 4),)
    stamps = program(Rule(code="stamp", gives=PerUnit(1)), rewards=(free,))
    assert earned(stamps, bought(640, 2), applied=applied).points == 2


def test_points_for_the_purchase_itself():
    visit = Rule(code="visit", gives=PerOrder(5), only=only("A"))
    told = earned(program(visit), bought(900), bought(100, sku="B"))
    assert (told.points, told.parts[0].weights, told.parts[0].rate) == (5, (900, 0), "5")
    assert earned(program(visit), bought(900, sku="B")).points == 0
    assert earned(program(visit), bought(0)).points == 0, "nothing was bought"
    assert earned(program(visit)).points == 0


def test_an_order_that_points_paid_in_full_has_weights_too():
    told = earned(
        program(Rule(code="v", gives=PerOrder(5))), bought(0, 2, points_paid=9, discount=9)
    )
    assert (told.points, told.parts[0].weights) == (5, (2,))


def test_rules_count_in_their_order_until_one_stops():
    one = rule(1, code="one", stop=True, when=When(hours=("12:00", "13:00")))
    two = rule(2, code="two")
    assert points(earned(program(one, two), bought(1_000))) == {"one": 10}
    later = on(at=datetime(2026, 6, 3, 11, tzinfo=UTC))
    assert points(earned(program(one, two), bought(1_000), at=later)) == {"two": 20}
    assert points(earned(program(one, two), bought(99), at=NOON)) == {}, "no step is full"
    stops = times(200, stop=True)
    assert points(earned(program(rule(), stops, two), bought(1_000))) == {
        "accrual": 10,
        "times": 10,
    }


def test_of_a_group_only_the_rule_that_gives_most_counts():
    small, large = rule(1, code="small", group="g"), rule(2, code="large", group="g")
    again = rule(2, code="again", group="g")
    plain = rule(1, code="plain")
    told = earned(program(plain, small, large, again), bought(1_000))
    assert points(told) == {"plain": 10, "large": 20}


@pytest.mark.parametrize(("percent", "winner"), [(350, "times"), (250, "bonus")])
def test_a_multiplier_in_a_group_is_worth_what_it_adds(percent, winner):
    bonus = rule(2, code="bonus", group="g")
    of = program(rule(), bonus, times(percent, group="g"))
    assert set(points(earned(of, bought(1_000)))) == {"accrual", winner}


def test_who_and_when_and_what_decide():
    young = rule(1, code="first", who=Who(order_numbers=(1,)))
    online = rule(2, code="online", needs=Needs(channels=("online",)))
    card = rule(4, code="card", needs=Needs(tenders=("card",)))
    off = rule(8, code="off", active=False)
    of = program(young, online, card, off)
    assert points(earned(of, bought(100))) == {"first": 1}
    web = on(channel="online", tenders=frozenset({"card"}))
    told = earned(of, bought(100), facts=Facts(orders=3), at=web)
    assert points(told) == {"online": 2, "card": 4}


@pytest.mark.parametrize(
    ("needs", "given"),
    [
        (Needs(minimum=1_240), True),
        (Needs(minimum=1_241), False),
        (Needs(minimum=1_000, minimum_tax="excluded"), True),
        (Needs(minimum=1_001, minimum_tax="excluded"), False),
        (Needs(quantity=2), True),
        (Needs(quantity=3), False),
        (Needs(maximum=1_239), False),
    ],
)
def test_a_rule_counts_what_is_paid_for_its_goods(needs, given):
    """12.40 with 24 % tax are 10.00; another product and a gift card do not count."""
    of = program(Rule(code="x", gives=PerOrder(1), needs=needs, only=Selector(not_skus=("B",))))
    lines = (bought(1_240, 2, tax=2_400), bought(5_000, 1, "B"), bought(9_000, kind="gift_card"))
    assert bool(earned(of, *lines).points) is given


def test_nothing_has_no_tax_either():
    needs = Needs(minimum_tax="excluded", minimum=1)
    of = program(Rule(code="x", gives=PerOrder(1), needs=needs))
    assert earned(of, bought(5_000, kind="gift_card")).points == 0


def test_a_coupon_that_let_a_rule_give_is_told():
    of = program(
        Rule(code="x", gives=PerOrder(10), needs=Needs(coupon="ten")),
        times(200, needs=Needs(coupon="two")),
    )
    assert earned(of, bought(100)).coupons == ()
    assert earned(of, bought(100), coupons=("ten", "other")).coupons == ("ten",)
    told = earned(of, bought(100), coupons=("two", "ten"))
    assert (told.coupons, told.points) == (("ten", "two"), 20)


def test_in_another_currency_nothing_is_earned():
    of = program(rule())
    assert earned(of, bought(1_000), currency="HUF") == Accrual(0, (), 0, "")
    assert earned(of, bought(1_000), currency="EUR").points == 10


def test_a_stated_rate_converts_the_sum_exactly():
    lines = (bought(333, discount=3, points_paid=2), bought(334, sku="B"), bought(-5, sku="C"))
    ours = converted(lines, 11, 10)
    assert sum(line.paid for line in ours) == (333 + 334 - 5) * 11 // 10
    assert (ours[0].sku, ours[0].discount, ours[0].points_paid) == ("A", 3, 2)
    for rate in ((0, 10), (10, 0), (-1, 10)):
        with pytest.raises(ValueError, match="above zero"):
            converted(lines, *rate)


def test_the_most_of_an_order_and_of_a_day():
    of = program(rule(), earning=Earning(order_max=50, day_max=70))
    told = earned(of, bought(4_000), facts=GOLD)
    assert points(told) == {"accrual": 40, "tier:gold": 10}, "what came last is cut first"
    assert (told.points, told.qualifying) == (50, 50)
    tired = earned(of, bought(4_000), facts=Facts(tier="gold", earned_today=45))
    assert points(tired) == {"accrual": 25}
    done = earned(of, bought(4_000), facts=Facts(tier="gold", earned_today=90))
    assert (done.points, done.parts) == (0, ())
    assert earned(of, bought(3_000)).points == 30
    only_day = program(rule(), earning=Earning(day_max=70))
    assert earned(only_day, bought(9_000)).points == 70


def test_a_level_that_gives_less_is_cut_as_well():
    half = program(rule(), earning=Earning(order_max=10), tiers=(Tier("bronze", percent=50),))
    told = earned(half, bought(10_000))
    assert points(told) == {"accrual": 60, "tier:bronze": -50}
    assert told.points == 10


# -- events ----------------------------------------------------------------------------------------


def test_an_event_gives_what_its_rules_say():
    review = Rule(code="review", on="review", gives=PerOrder(10))
    of = program(rule(), welcome(100), review, times(300, on="review", code="triple"))
    told = award(of, "review", GOLD, NOON)
    assert points(told) == {"review": 10, "triple": 20, "tier:gold": 5}
    assert all(part.weights == () for part in told.parts)
    assert points(award(of, "sign_up", GOLD, NOON)) == {"welcome": 100}, "levels leave it alone"
    assert award(of, "birthday", GOLD, NOON).points == 0
    assert [credit.points for credit in credits(told, of, NOON)] == [35]


def test_nothing_is_sold_at_an_event():
    for_goods = Rule(code="review", on="review", gives=PerOrder(10), only=only("A"))
    for_money = Rule(code="money", on="review", gives=rule().gives)
    assert award(program(for_goods, for_money), "review", MEMBER, NOON).points == 0


def test_the_most_of_a_day_is_for_purchases():
    review = Rule(code="review", on="review", gives=PerOrder(10))
    of = program(review, earning=Earning(order_max=3, day_max=3))
    assert award(of, "review", MEMBER, NOON).points == 10


def test_unknown_offers_lower_the_basis_as_promotions_do():
    of = program(rule(), promotions=(Promotion(code="p", gives=FreeItem()),))
    applied = (Applied("gone", "promotion", 100, (100,)),)
    assert earned(of, bought(900, discount=100), applied=applied).points == 9


def test_the_same_lines_give_the_same_numbers_a_month_later():
    of, lines = program(rule(), times(200, only=only("A"))), (bought(777), bought(333, sku="B"))
    first = accrue(of, lines, (), GOLD, NOON)
    again = accrue(program(rule(), times(200, only=only("A"))), lines, (), GOLD, NOON)
    assert first == again


def test_caps_in_money_count_the_basis():
    rules = rule(), Rule(code="s", gives=PerUnit(1)), Rule(code="o", gives=PerOrder(1)), times(200)
    told = earned(program(*rules), bought(1_999, 3))
    assert {part.rule: money_of(part) for part in told.parts} == {
        "accrual": 1_999,
        "s": 0,
        "o": 1_999,
        "times": 0,
    }
