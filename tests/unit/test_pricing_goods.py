"""Pricing by what is in the basket: cards, deposits, tax, what is handed over, bad input."""

from dataclasses import replace
from time import process_time

import pytest

from terminal.errors import (
    BadLine,
    BelowMinimum,
    NotEnoughPoints,
    NotWholeBlocks,
    OverRedeemCap,
)
from terminal.programs import catalogue
from terminal.programs.choices import RewardChoice, choices
from terminal.programs.conditions import Cap, Limits, Needs, Selector, When
from terminal.programs.effects import (
    BuyGet,
    Donate,
    FixedPrice,
    FreeItem,
    Gift,
    GiveCoupon,
    MoneyOff,
    PercentOff,
)
from terminal.programs.facts import Facts, Uses
from terminal.programs.model import CouponKind
from terminal.programs.policies import Redemption, Tier
from terminal.programs.priced import Donation
from terminal.programs.redeeming import offer
from tests.unit.basket_making import (
    MEMBER,
    NOON,
    line,
    only,
    priced,
    programme,
    promotion,
    reward,
    shown,
    wanted,
)

PENNY = Redemption(block=1, value=1, minimum=1)


def story(said):
    """What was applied, in order: kind, code, amount."""
    return [(each.kind, each.code, each.amount) for each in said.applied]


# -- goods -----------------------------------------------------------------------------------------


def test_gift_cards_and_delivery_are_discounted_only_where_they_are_named():
    card = line(5_000, sku="card", kind="gift_card")
    way = line(500, sku="way", kind="shipping", category="delivery")
    program = programme(
        promotion(PercentOff(1_000), "all"),
        promotion(MoneyOff(500), "way", only=Selector(categories=("delivery",))),
        tiers=(Tier("member", off=1_000),),
        redemption=PENNY,
    )
    said = priced(program, card, way, line(1_000), chosen=wanted(points=100))
    assert said.discounts == (0, 500, 290)
    assert said.offer is not None
    assert said.offer.cap == 810


def test_points_do_not_pay_for_what_is_left_out():
    rule = replace_rule(not_skus=("A",), not_categories=("books",))
    basket = (line(1_000, sku="A"), line(1_000, sku="B", category="books"), line(300, sku="C"))
    said = priced(programme(redemption=rule), *basket, chosen=wanted(points=300))
    assert said.points_paid == (0, 0, 300)


def replace_rule(**more):
    """Points worth a cent each, with more rules."""
    return Redemption(block=1, value=1, minimum=1, **more)


@pytest.mark.parametrize(
    ("rule", "most"),
    [
        (replace_rule(), 1_000),
        (replace_rule(cap_points=299), 299),
        (replace_rule(cap_money=300), 300),
        (replace_rule(cap_percent=10), 250),
        (replace_rule(cap_per_item=70), 350),
        (replace_rule(only_above=2_500), 1_000),
        (replace_rule(only_above=2_501), 0),
        (replace_rule(cap_percent=10, cap_per_item=70, cap_money=240, cap_points=245), 240),
    ],
)
def test_the_lowest_cap_counts(rule, most):
    said = priced(programme(redemption=rule), line(500, 5))
    assert said.offer is not None
    assert said.offer.most == most


def test_points_pay_for_no_deposit():
    said = priced(programme(redemption=PENNY), line(150, 2, fixed=25), chosen=wanted(points=250))
    assert (said.net, said.points_paid) == (50, (250,))
    with pytest.raises(OverRedeemCap):
        priced(programme(redemption=PENNY), line(150, 2, fixed=25), chosen=wanted(points=251))


@pytest.mark.parametrize(
    ("points", "refusal"),
    [(150, NotWholeBlocks), (100, BelowMinimum), (2_000, NotEnoughPoints), (600, OverRedeemCap)],
)
def test_points_that_cannot_be_redeemed_are_refused_at_once(points, refusal):
    program = programme(redemption=Redemption(block=100, value=100, minimum=200))
    with pytest.raises(refusal):
        priced(program, line(500), chosen=wanted(points=points))


def test_points_are_no_money_where_the_programme_does_not_say_so():
    said = priced(programme(), line(500))
    assert said.offer == offer(programme(), 1_000, 500)
    assert said.offer.most == 0
    with pytest.raises(OverRedeemCap):
        priced(programme(), line(500), chosen=wanted(points=1))


def test_rewards_are_paid_before_points_become_money():
    program = programme(reward(MoneyOff(1), cost=900), redemption=PENNY)
    said = priced(program, line(5_000), chosen=wanted("r"))
    assert said.offer is not None
    assert (said.offer.available, said.offer.most) == (100, 100)
    with pytest.raises(NotEnoughPoints):
        priced(program, line(5_000), chosen=wanted("r", points=101))


def test_points_of_this_sale_pay_for_rewards_and_not_as_money():
    program = programme(reward(MoneyOff(1), cost=900), redemption=PENNY)
    said = priced(program, line(5_000), facts=Facts(available=50), chosen=wanted("r"), running=950)
    assert (said.points, said.offer.available) == (900, 50)


def test_tax_goes_with_the_line_that_carries_it():
    program = programme(promotion(MoneyOff(1_000)))
    said = priced(program, line(6_200, sku="A", tax=2_400), line(3_180, sku="B", tax=600))
    assert said.discounts == (661, 339)
    assert [(t.rate, t.gross, t.untaxed, t.tax) for t in said.taxes()] == [
        (600, 2_841, 2_680, 161),
        (2_400, 5_539, 4_467, 1_072),
    ]
    assert sum(t.gross for t in said.taxes()) == said.net
    assert said.tax_by_line() == (1_072, 161)


def test_the_tax_of_lines_adds_up_to_that_of_their_rate():
    """Three times 0.13 at 24 % hold 0.0252 each, rounded 0.03; together 0.0755, which is 0.08."""
    said = priced(programme(), *(line(13, sku=sku, tax=2_400) for sku in "ABC"))
    assert [t.tax for t in said.taxes()] == [8]  # 0.39 * 24 / 124 = 0.0755
    assert said.tax_by_line() == (3, 3, 2)


# -- handed over -----------------------------------------------------------------------------------


def test_what_is_handed_over_stands_in_the_outcome():
    program = programme(
        promotion(Gift("Mug", cost=200), "mug", needs=Needs(minimum=5_000)),
        promotion(GiveCoupon("next"), "next"),
        reward(Donate("trees", 300), "trees", 150),
        coupons=(CouponKind(code="next"),),
    )
    said = priced(program, line(5_000), chosen=wanted("trees"))
    assert (said.gifts, said.coupons) == (("Mug",), ("next",))
    assert said.donations == (Donation(cause="trees", points=150, value=300),)
    assert (said.net, said.points, said.redeemed_value) == (5_000, 150, 0)
    assert [each.gives for each in said.applied] == ["Mug", "next", "trees"]
    assert priced(program, line(4_999)).gifts == ()


def test_a_free_product_that_was_not_scanned_gets_a_line_of_its_own():
    program = programme(
        reward(FreeItem(sku="MUG"), "mug", 10), promotion(PercentOff(1_000), "tenth")
    )
    said = priced(program, line(1_000), chosen=wanted("mug", "mug"))
    assert [(each.sku, each.quantity, each.free, each.unit_price) for each in said.lines] == [
        ("A", 1, 0, 1_000),
        ("MUG", 0, 2, 0),
    ]
    assert (said.discounts, said.points_paid, said.unpaid) == ((100, 0), (0, 0), (0, 0))
    assert [(each.gives, each.lines) for each in said.applied] == [
        ("", (100, 0)),
        ("MUG", (0, 0)),
        ("MUG", (0, 0)),
    ]


def test_a_free_product_that_was_scanned_joins_its_line():
    program = programme(promotion(FreeItem(sku="B"), only=only("A")))
    said = priced(program, line(1_000, sku="A"), line(300, sku="B"))
    assert [each.free for each in said.lines] == [0, 1]
    assert said.net == 1_300


def test_pieces_on_top_of_an_earlier_quote_are_counted_anew():
    program = programme(promotion(BuyGet(buy=3, among="added")))
    first = priced(program, line(100, 3))
    assert priced(program, *first.lines) == first
    assert priced(programme(), *first.lines).lines[0].free == 0


# -- the birthday gift -----------------------------------------------------------------------------


def gift_programme():
    return programme(
        reward(MoneyOff(500), "cake", 300), tiers=(Tier("member"), Tier("gold", 1, gift="cake"))
    )


@pytest.mark.parametrize(
    ("facts", "points", "code"),
    [
        ({"tier": "gold", "birthday": "06-30"}, 0, "gift:cake"),
        ({"tier": "gold", "birthday": "1990-06-01"}, 0, "gift:cake"),
        ({"tier": "gold", "birthday": "07-01"}, 300, "cake"),
        ({"tier": "gold"}, 300, "cake"),
        ({"tier": "member", "birthday": "06-30"}, 300, "cake"),
        (
            {"tier": "gold", "birthday": "06-30", "uses": {("gift:cake", "year"): Uses(1)}},
            300,
            "cake",
        ),
    ],
)
def test_a_level_gives_a_reward_in_the_month_of_the_birthday(facts, points, code):
    member = replace(MEMBER, **facts)
    said = priced(gift_programme(), line(1_000), facts=member, chosen=wanted("cake"))
    assert (said.points, said.applied[0].code, said.net) == (points, code, 500)
    shelf = choices(gift_programme(), priced(gift_programme(), line(1_000)), member, NOON)
    assert (shelf[0].code, shelf[0].cost) == ("cake", points)


def test_a_gift_is_given_once_and_then_costs_points():
    member = replace(MEMBER, tier="gold", birthday="06-30")
    said = priced(gift_programme(), line(1_000), facts=member, chosen=wanted("cake", "cake"))
    assert [(each.code, each.points) for each in said.applied] == [("gift:cake", 0), ("cake", 300)]
    shelf = choices(gift_programme(), replace(said, points=0), member, NOON)
    assert shelf[0].why == "nothing_to_discount"
    assert shelf[0].cost == 300


# -- the catalogue on the screen -------------------------------------------------------------------


def test_the_catalogue_tells_what_can_be_had_and_what_is_missing():
    program = programme(
        reward(MoneyOff(500), "five", 400),
        reward(PercentOff(1_000), "tenth", 1_200),
        reward(FreeItem(2, sku="A"), "two", 100),
        reward(FreeItem(sku="MUG"), "mug", 100),
        reward(Donate("trees", 300), "trees", 150),
        reward(MoneyOff(1), "morning", 1, when=When(hours=("08:00", "10:00"))),
        reward(MoneyOff(1), "gone", 1, active=False),
    )
    said = priced(program, line(2_000), chosen=wanted("five"))
    assert choices(program, said, replace(MEMBER, available=1_000), NOON) == (
        RewardChoice("five", 400, 500, True, 0, ""),
        RewardChoice("tenth", 1_200, 150, False, 600, "not_enough_points"),
        RewardChoice("two", 100, 4_000, True, 0, ""),
        RewardChoice("mug", 100, 0, True, 0, ""),
        RewardChoice("trees", 150, 300, True, 0, ""),
        RewardChoice("morning", 1, 1, False, 0, "not_now"),
    )
    assert choices(program, said, None, NOON) == ()
    assert choices(program, said, MEMBER, NOON, running=600)[1].reachable


def test_the_catalogue_knows_the_groups_and_coupons_of_the_sale():
    program = programme(
        promotion(MoneyOff(10), "p", group="one"),
        reward(MoneyOff(10), "taken", group="one"),
        reward(MoneyOff(10), "coupon", needs=Needs(coupon="k")),
        reward(MoneyOff(10), "once", limits=Limits(caps=(Cap(per="sale", times=1),))),
        reward(FreeItem(sku="MUG"), "mug", 10),
    )
    said = priced(program, line(100), chosen=replace(shown("k"), rewards=("once", "mug")))
    shelf = choices(program, said, MEMBER, NOON)
    assert [choice.why for choice in shelf] == ["group_taken", "", "used_up", ""]


def test_what_the_catalogue_promises_is_what_is_taken_off():
    program = programme(reward(FreeItem(2), "two", 10), promotion(BuyGet(buy=2), "three"))
    basket = (line(100, 3, "A"), line(70, 2, "B"))
    before = priced(program, *basket)
    (choice,) = choices(program, before, MEMBER, NOON)
    after = priced(program, *basket, chosen=wanted("two"))
    assert choice.value == before.net - after.net == 200


# -- bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "why", "value"),
    [
        (line(100, 0), "quantity", 0),
        (line(100, -2), "quantity", -2),
        (line(100, 5_201_234_567_890), "quantity", 5_201_234_567_890),
        (line(-100), "price", -100),
        (line(10**12 + 1), "price", 10**12 + 1),
        (line(100, fixed=101), "fixed", 101),
        (line(100, fixed=-1), "fixed", -1),
        (line(100, tax=-1), "tax", -1),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(bad, why, value):
    with pytest.raises(BadLine) as refused:
        priced(programme(), line(100, sku="good"), bad)
    assert refused.value.details == {"line": 1, "sku": "A", "why": why, "value": value}
    assert refused.value.code == "bad_line"


def test_an_empty_basket_costs_nothing_and_gives_nothing():
    program = programme(
        promotion(MoneyOff(10)),
        promotion(GiveCoupon("k"), "next"),
        promotion(BuyGet(buy=1, among="added"), "three"),
        coupons=(CouponKind(code="k"),),
        redemption=PENNY,
    )
    said = priced(program)
    assert (said.goods, said.net, said.applied, said.lines, said.taxes()) == (0, 0, (), (), ())


def test_a_price_of_nothing_is_a_price():
    program = programme(promotion(BuyGet(buy=1)), promotion(MoneyOff(5), "five"))
    said = priced(program, line(0, 10, "bag"), line(100))
    assert (said.net, said.unpaid) == (95, (0, 0))


def test_a_hundred_thousand_pieces_are_quick():
    program = programme(
        promotion(BuyGet(buy=2)),
        promotion(BuyGet(buy=3, among="added"), "added"),
        promotion(FixedPrice(99), "fixed"),
        promotion(FreeItem(50_000), "free"),
        redemption=PENNY,
    )
    begun = process_time()
    for _ in range(100):
        said = priced(program, line(100, 100_000, "A"), line(101, 100_000, "B"))
    assert process_time() - begun < 2
    assert said.unpaid == (100_000, 16_666)
    assert said.lines[0].free == (200_000 - 66_666) // 3


def test_a_product_whose_goods_change_is_looked_at_again():
    program = programme(promotion(PercentOff(1_000), only=Selector(categories=("oil",))))
    assert priced(program, line(100, category="oil")).net == 90
    assert priced(program, line(100, category="soap")).net == 100
    assert priced(program, line(100, category="oil")).net == 90


def test_only_so_many_products_are_remembered(monkeypatch):
    monkeypatch.setattr(catalogue, "KEPT_GOODS", 2)
    program = programme(promotion(PercentOff(1_000), only=only("A", "C")))
    for _ in range(2):
        basket = [line(100, sku=sku) for sku in "ABCD"]
        assert priced(program, *basket).discounts == (10, 0, 10, 0)
    assert len(catalogue.catalogue(program).products) <= 2
