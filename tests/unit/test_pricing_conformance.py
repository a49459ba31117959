"""Cases of the field for what is taken off a basket, by their number. Amounts in cents."""

from dataclasses import replace

import pytest

from terminal.programs.conditions import Needs, Selector
from terminal.programs.deeds import full_cards
from terminal.programs.effects import (
    BuyGet,
    Cheapest,
    FreeItem,
    GiveCoupon,
    MoneyOff,
    PercentOff,
    PerMoney,
    PerOrder,
)
from terminal.programs.facts import Facts
from terminal.programs.model import Rule, Threshold
from terminal.programs.policies import Redemption
from terminal.programs.pricing import price_running
from terminal.programs.redeeming import clamp, redeem_value
from tests.unit.basket_making import (
    MEMBER,
    NOON,
    by_coupon,
    line,
    only,
    priced,
    programme,
    promotion,
    reward,
    shown,
    wanted,
    whys,
)

# -- taking off ------------------------------------------------------------------------------------


def test_a_piece_put_on_top_is_not_discounted_again():
    """B01."""
    program = programme(
        promotion(BuyGet(buy=3, among="added")), by_coupon(PercentOff(1_000), "ten")
    )
    said = priced(program, line(32_000, 3), chosen=shown("k"))
    assert (said.lines[0].free, said.net, said.goods) == (1, 86_400, 96_000)
    assert said.lines[0].quantity == 3


@pytest.mark.parametrize(("paid", "free"), [(2, 0), (6, 2), (75, 25), (100_000, 33_333)])
def test_one_on_top_for_every_three_paid(paid, free):
    """B02, and a hundred thousand pieces."""
    said = priced(programme(promotion(BuyGet(buy=3, among="added"))), line(32_000, paid))
    assert (said.lines[0].free, said.net) == (free, 32_000 * paid)


@pytest.mark.parametrize(("b_pieces", "free"), [(1, 1), (5, 3), (0, 0)])
def test_buy_a_get_b_is_limited_to_the_b_in_the_basket(b_pieces, free):
    """B03."""
    program = programme(promotion(BuyGet(buy=1, get_skus=("B",)), only=only("A")))
    lines = [line(1_000, 3, "A")] + [line(400, b_pieces, "B")] * bool(b_pieces)
    said = priced(program, *lines)
    assert said.goods - said.net == free * 400
    assert sum(said.unpaid) == free


@pytest.mark.parametrize(("pieces", "free"), list(enumerate((0, 0, 1, 1, 1, 2, 2, 2, 3, 3), 1)))
def test_buy_two_take_one_among_what_was_scanned(pieces, free):
    """B04."""
    said = priced(programme(promotion(BuyGet(buy=2))), line(320, pieces))
    assert said.goods - said.net == 320 * free
    assert said.unpaid == (free,)


def test_a_minimum_without_tax_is_not_met_by_a_price_with_it():
    """B06: 320.00 with 15 % in it are 278.26 without."""
    needs = Needs(minimum=32_000, minimum_tax="excluded")
    program = programme(promotion(PercentOff(2_000), needs=needs))
    assert priced(program, line(32_000, tax=1_500)).net == 32_000
    assert priced(program, line(36_800, tax=1_500)).net == 29_440  # 320.00 without tax
    assert priced(program, line(36_799, tax=1_500)).net == 36_799  # 319.99


def test_only_what_is_paid_for_is_discounted():
    """B09: eight cabinets of 320 + 15 % at 20 % off, two more on top, ten drawers."""
    cabinets = only("cabinet")
    program = programme(
        promotion(BuyGet(buy=3, among="added"), "three", only=cabinets),
        promotion(PercentOff(2_000), "fifth", only=cabinets, needs=Needs(minimum=32_000)),
    )
    said = priced(program, line(36_800, 8, "cabinet", tax=1_500), line(2_500, 10, "drawer"))
    assert (said.net, said.lines[0].free) == (260_520, 2)


def test_only_one_discount_for_the_whole_order():
    """B12."""
    program = programme(
        by_coupon(PercentOff(1_000), "one", "a", group="order"),
        by_coupon(PercentOff(1_000), "two", "b", group="order"),
    )
    said = priced(program, line(32_000), chosen=shown("a", "b"))
    assert said.net == 28_800
    assert whys(said) == [("b-2", "group_taken")]
    assert said.refused[0].details == {"by": "one"}


@pytest.mark.parametrize(
    ("goods", "coupons", "net", "refused"),
    [
        pytest.param(16_500, 1, 6_500, [], id="B14 first"),
        pytest.param(16_500, 2, 6_500, [("k-2", "below_minimum")], id="B14 second"),
        pytest.param(24_750, 2, 4_750, [], id="B15 both"),
        pytest.param(
            8_250, 2, 8_250, [("k-1", "below_minimum"), ("k-2", "below_minimum")], id="B15 none"
        ),
    ],
)
def test_a_minimum_is_compared_with_what_is_still_to_pay(goods, coupons, net, refused):
    needs = Needs(coupon="k", minimum=10_000)
    program = programme(by_coupon(MoneyOff(10_000), needs=needs))
    said = priced(program, line(goods), chosen=shown(*["k"] * coupons))
    assert (said.net, whys(said)) == (net, refused)


def test_the_order_of_application_matters():
    """B16 and B17: ten percent and 288.50 on 315.00 (5 % tax within)."""
    program = programme(
        by_coupon(PercentOff(1_000), "ten", "ten"), by_coupon(MoneyOff(28_850), "much", "much")
    )
    basket = line(31_500, tax=500)
    first = priced(program, basket, chosen=shown("ten", "much"))
    assert [offer.amount for offer in first.applied] == [3_150, 28_350]
    assert first.net == 0
    second = priced(program, basket, chosen=shown("much", "ten"))
    assert [offer.amount for offer in second.applied] == [28_850, 265]
    assert second.net == 2_385
    assert [(t.untaxed, t.tax) for t in second.taxes()] == [(2_271, 114)]


def test_a_share_off_some_goods():
    """B18."""
    basket = (line(1_650, 4, "chair"), line(2_500, 2, "drawer"))
    both = programme(promotion(PercentOff(2_500), only=only("chair", "drawer")))
    chairs = programme(promotion(PercentOff(2_500), only=only("chair")))
    assert priced(both, *basket).net == 8_700
    assert priced(chairs, *basket).net == 9_950


def test_half_of_the_cheapest_but_at_most_thirty():
    """B20."""
    assert priced(programme(promotion(Cheapest(5_000, cap=3_000))), line(32_000, 2)).net == 61_000


def test_all_of_one_and_five_off_both_in_either_order():
    """B23. A is 11.00 with 10 % tax, B 12.00 with 20 %.

    With 5.00 off first, B carries 5.00 * 12 / 23 = 2.6087 of it, by largest remainder 2.61 (and A
    2.39, 5.00 together), so 9.39 stay; the field's 9.40 take but 4.99 off.
    """
    program = programme(
        by_coupon(PercentOff(10_000), "all", "all", only=only("A")),
        by_coupon(MoneyOff(500), "five", "five"),
    )
    basket = (line(1_100, sku="A", tax=1_000), line(1_200, sku="B", tax=2_000))
    assert priced(program, *basket, chosen=shown("all")).net == 1_200
    assert priced(program, *basket, chosen=shown("all", "five")).net == 700
    assert priced(program, *basket, chosen=shown("five")).net == 1_800
    last = priced(program, *basket, chosen=shown("five", "all"))
    assert last.net == 939
    assert last.discounts == (1_100, 261)


def test_a_fixed_part_of_a_price_is_never_discounted():
    """B24: 100 + 15 % + 10 of a levy, half off."""
    said = priced(programme(promotion(PercentOff(5_000))), line(12_500, tax=1_500, fixed=1_000))
    assert said.net == 6_750
    assert [(t.untaxed, t.tax) for t in said.taxes()] == [(5_000, 750)]
    assert sum(t.tax for t in said.taxes()) + said.fixed == 1_750


def test_a_tenth_of_forty_cents():
    """B27."""
    assert priced(programme(promotion(PercentOff(1_000))), line(40)).net == 36


@pytest.mark.parametrize(("already", "off"), [(0, 900), (11_400 - 5_400, 600)])
def test_a_share_with_a_cap(already, off):
    """B28: 120.00, and 60.00 left of it."""
    program = programme(
        by_coupon(MoneyOff(6_000), "before", "before"),
        by_coupon(PercentOff(1_000, cap=900), "tenth", "tenth"),
    )
    said = priced(program, line(12_000), chosen=shown(*["before"] * bool(already), "tenth"))
    assert said.applied[-1].amount == off


def test_a_tenth_of_the_cheapest_with_a_tag():
    """B30."""
    program = programme(promotion(Cheapest(1_000), only=Selector(tags=("x",))))
    tagged, other = line(11_500, 2, "A", tags=("x", "y")), line(100, 1, "C", tags=("y",))
    assert priced(program, tagged, other).applied[0].lines == (1_150, 0)
    cheaper = line(5_000, 1, "B", tags=("x",))
    assert priced(program, tagged, other, cheaper).applied[0].lines == (0, 0, 500)


def test_points_pay_at_most_so_much_of_a_piece():
    """B31: 1000 points are 100.00, five pieces of 20.00, 15.00 of each at most."""
    rule = Redemption(block=10, value=100, minimum=10, cap_per_item=1_500)
    program = programme(redemption=rule)
    said = priced(program, line(2_000, 5))
    assert said.offer is not None
    assert said.offer.most == 750
    assert redeem_value(program, said.offer.most) == 7_500
    assert clamp(program, 1_000, 1_000, 10_000, room=7_500) == 750


def test_a_coupon_for_the_next_order_is_no_use_in_this_one():
    """B32: it is issued, and the coupon in hand is another."""
    program = programme(promotion(GiveCoupon("k"), "next"), by_coupon(MoneyOff(500), "five"))
    first = priced(program, line(1_000))
    assert (first.net, first.coupons) == (1_000, ("k",))
    assert priced(program, line(1_000), chosen=shown("k")).net == 500


# -- points ----------------------------------------------------------------------------------------


def test_the_programme_knows_what_a_reward_costs():
    """A02: whatever a till claims, five points are spent; C05: two facts, not their difference."""
    program = programme(reward(MoneyOff(0 + 1), cost=5))
    said = priced(program, line(10_000), facts=Facts(available=50), chosen=wanted("r"))
    assert (said.points, said.applied[0].points) == (5, 5)


def test_two_rewards_in_one_order():
    """C06: of four points three are used."""
    program = programme(reward(MoneyOff(10), "one", 1), reward(MoneyOff(20), "two", 2))
    said = priced(program, line(100), facts=Facts(available=4), chosen=wanted("one", "two"))
    assert (said.points, said.net) == (3, 70)


PENNY = Redemption(block=1, value=1, minimum=500, cap_percent=50)
PLAIN = Redemption(block=1, value=1, minimum=1)


@pytest.mark.parametrize(
    ("rule", "asked", "available", "total", "points"),
    [
        pytest.param(PENNY, 1_000, 5_000, 10_000, 1_000, id="C07"),
        pytest.param(PENNY, 1_000, 700, 10_000, 700, id="C08 balance"),
        pytest.param(PENNY, 10_000, 10_000, 10_000, 5_000, id="C08 cap"),
        pytest.param(Redemption(100, 500, 100), 1_050, 9_000, 100_000, 1_000, id="C09"),
        pytest.param(PENNY, 400, 5_000, 10_000, 0, id="C10"),
        pytest.param(Redemption(100, 0, 100), 1_000, 5_000, 10_000, 0, id="C11 value"),
        pytest.param(Redemption(0, 100, 100), 1_000, 5_000, 10_000, 0, id="C11 block"),
        pytest.param(None, 1_000, 5_000, 10_000, 0, id="C11 none"),
        pytest.param(PLAIN, 99_999, 5_000, 100_000, 5_000, id="C13 balance"),
        pytest.param(PLAIN, 5_000, 5_000, 2_500, 2_500, id="C13 order"),
        pytest.param(PLAIN, 5_000, -300, 2_500, 0, id="C34 debt"),
        pytest.param(PLAIN, -5, 300, 2_500, 0, id="negative"),
    ],
)
def test_the_most_of_what_was_asked_for(rule, asked, available, total, points):
    assert clamp(programme(redemption=rule), asked, available, total) == points


def test_a_thousand_points_are_ten_euros():
    """C12."""
    program = programme(redemption=Redemption(100, 100, 100))
    said = priced(program, line(100_000), chosen=wanted(points=1_000))
    assert (said.redeemed_value, said.net, said.points) == (1_000, 99_000, 1_000)


def test_quoting_again_gives_the_same_and_spends_nothing():
    """C17."""
    program = programme(reward(MoneyOff(100)), redemption=PLAIN)
    first, again = (priced(program, line(5_000), chosen=wanted("r", points=300)) for _ in range(2))
    assert first == again
    assert MEMBER.available == 1_000


@pytest.mark.parametrize(("price", "tax", "wallet"), [(23_000, 1_500, 11_500), (10_000, 0, 1_000)])
def test_a_tender_lowers_neither_price_nor_tax(price, tax, wallet):
    """C25, C26, C29, C30: what pays is not what is paid for."""
    said = priced(programme(), line(price, tax=tax))
    assert said.net == price
    assert sum(t.tax for t in said.taxes()) == (3_000 if tax else 0)
    assert said.net - wallet == (11_500 if tax else 9_000)


def test_a_top_up_is_sold_at_its_full_price_beside_discounted_goods():
    """C27: goods of 100.00 and 50.00 for a card; only the goods are ever discounted."""
    program = programme(promotion(PercentOff(1_000)), redemption=PLAIN)
    card = line(5_000, sku="card", kind="gift_card")
    said = priced(program, card, line(10_000), chosen=wanted(points=900))
    assert said.discounts == (0, 1_900)
    assert said.net == 5_000 + 8_100


def test_full_stamp_cards_turn_into_coupons():
    """C31 and C33."""
    fifty = Threshold(code="fifty", points=50, coupon="k")
    hundred = Threshold(code="hundred", points=100, coupon="k", stop=True)
    assert full_cards(programme(thresholds=(fifty,)), 120) == [fifty, fifty]
    assert full_cards(programme(thresholds=(hundred, fifty)), 100) == [hundred]


# -- points of the running order -------------------------------------------------------------------


def earns(rate, per=1):
    """Points by what was taken before any reward, per piece or per cent."""

    def by_pieces(said):
        return sum(one.quantity - free for one, free in zip(said.lines, said.unpaid, strict=True))

    return by_pieces if rate == "piece" else lambda said: said.goods * rate // per


def test_a_running_order_may_pay_for_its_own_reward():
    """A36: a point a pen, four for a free one; three orders, then one more."""
    program = programme(reward(FreeItem(), "pen", 4))
    balance, story = 0, []
    for pens, asked in ((2, ()), (3, ("pen",)), (4, ()), (2, ("pen",))):
        facts = Facts(available=balance)
        pens_line = line(320, pens, "pen")
        said = price_running(program, [pens_line], facts, wanted(*asked), NOON, earns("piece"))
        issued = earns("piece")(said)
        balance += issued - said.points
        story.append((issued, said.points, balance))
    assert story == [(2, 0, 2), (2, 4, 0), (4, 0, 4), (1, 4, 1)]
    assert said.net == 320


def test_points_on_the_total_before_the_reward_pay_for_it():
    """D18: five points per 1.00 of 115.00 and of 161.00, a reward of 500 in each."""
    program = programme(reward(MoneyOff(1_000), cost=500))
    first = price_running(program, [line(11_500)], Facts(), wanted("r"), NOON, earns(5, 100))
    left = earns(5, 100)(first) - first.points
    second = price_running(
        program, [line(16_100)], Facts(available=left), wanted("r"), NOON, earns(5, 100)
    )
    assert (left, left + earns(5, 100)(second) - second.points) == (75, 380)


def test_a_reward_that_eats_the_points_it_needs_is_refused():
    """Two pens give two points; with one free they give one, and the reward costs two."""
    program = programme(reward(FreeItem(), "pen", 2))
    pens = [line(320, 2, "pen")]
    said = price_running(program, pens, Facts(), wanted("pen"), NOON, earns("piece"))
    assert whys(said) == [("pen", "not_enough_points")]
    assert (said.points, said.net) == (0, 640)


def test_a_coupon_that_only_lets_a_rule_earn_is_no_mistake():
    """A01: what it does is told by what is earned."""
    rule = Rule(code="code", gives=PerOrder(10), needs=Needs(coupon="PROMO10"))
    accrual = Rule(code="accrual", gives=PerMoney(1, 100))
    program = programme(rules=(rule, accrual))
    said = priced(program, line(100), chosen=shown("PROMO10"))
    assert (said.refused, said.applied, said.presented) == ((), (), frozenset({"PROMO10"}))


def test_what_was_scanned_first_does_not_matter_to_a_mixed_basket():
    """B04 and B20 with pieces of several prices: the cheapest go free."""
    basket = [line(500, 2, "A"), line(300, 1, "B"), line(100, 3, "C")]
    said = priced(programme(promotion(BuyGet(buy=2))), *basket)
    assert said.applied[0].lines == (0, 0, 200)
    turned = priced(programme(promotion(BuyGet(buy=2))), *reversed(basket))
    assert turned.applied[0] == replace(said.applied[0], lines=(200, 0, 0))
