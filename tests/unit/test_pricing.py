"""Pricing as a person at the till sees it: in which order, for whom, and why not. In cents."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from terminal.errors import (
    GuestCannotRedeem,
)
from terminal.programs.choices import choices
from terminal.programs.conditions import Cap, Limits, Needs, When, Who
from terminal.programs.effects import (
    FixedPrice,
    FreeItem,
    Gift,
    MoneyOff,
    PercentOff,
)
from terminal.programs.facts import Chosen, Occasion, Presented, Uses
from terminal.programs.model import CouponKind
from terminal.programs.policies import Redemption, Tier
from tests.unit.basket_making import (
    ATHENS,
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

PENNY = Redemption(block=1, value=1, minimum=1)


def story(said):
    """What was applied, in order: kind, code, amount."""
    return [(each.kind, each.code, each.amount) for each in said.applied]


# -- order -----------------------------------------------------------------------------------------


def test_everything_in_one_sale_in_its_order():
    program = programme(
        promotion(PercentOff(1_000), "tenth"),
        promotion(FixedPrice(900), "for-members", guests=False),
        by_coupon(MoneyOff(100), "euro"),
        reward(MoneyOff(50), "small", 40),
        reward(PercentOff(5_000), "half", 60),
        tiers=(Tier("member", off=1_000),),
        redemption=PENNY,
    )
    chosen = Chosen(200, ("half", "small"), (Presented("K-1", "k"),))
    said = priced(program, line(1_000, 1), chosen=chosen)
    assert story(said) == [
        ("promotion", "for-members", 100),
        ("tier", "member", 90),
        ("promotion", "tenth", 81),
        ("promotion", "euro", 100),
        ("reward", "half", 315),  # of 6.29, halves up
        ("reward", "small", 50),
        ("points", "points", 200),
    ]
    assert (said.net, said.points, said.redeemed_value) == (64, 300, 200)
    assert [each.points for each in said.applied] == [0, 0, 0, 0, 60, 40, 200]
    assert [each.coupon for each in said.applied] == ["", "", "", "K-1", "", "", ""]
    assert (said.discounts, said.points_paid, said.paid(0)) == ((936,), (200,), 64)


def test_a_guest_gets_what_is_for_everybody():
    program = programme(
        promotion(PercentOff(1_000), "tenth"),
        promotion(MoneyOff(5), "members", guests=False),
        promotion(MoneyOff(5), "gold", who=Who(tiers=("gold",))),
        by_coupon(MoneyOff(100), "euro"),
        reward(MoneyOff(1)),
        tiers=(Tier("member", off=1_000),),
    )
    chosen = replace(shown("k"), rewards=("r",))
    said = priced(program, line(1_000), facts=None, chosen=chosen)
    assert story(said) == [("promotion", "tenth", 100), ("promotion", "euro", 100)]
    assert whys(said) == [("r", "not_for_you")]
    assert said.offer is None
    with pytest.raises(GuestCannotRedeem):
        priced(program, line(1_000), facts=None, chosen=wanted(points=1))


def test_the_first_of_a_group_that_applies_counts():
    program = programme(
        promotion(MoneyOff(5), "none", only=only("X"), group="one"),
        promotion(MoneyOff(10), "first", group="one"),
        promotion(MoneyOff(20), "second", group="one"),
        reward(MoneyOff(30), group="one"),
    )
    said = priced(program, line(1_000), chosen=wanted("r"))
    assert story(said) == [("promotion", "first", 10)]
    assert whys(said) == [("r", "group_taken")]
    assert said.points == 0


def test_after_a_stop_no_later_promotion_counts():
    program = programme(
        promotion(MoneyOff(10), "first", stop=True),
        promotion(MoneyOff(20), "second"),
        by_coupon(MoneyOff(30), "third"),
        reward(MoneyOff(40)),
    )
    said = priced(program, line(1_000), chosen=replace(shown("k"), rewards=("r",)))
    assert story(said) == [("promotion", "first", 10), ("reward", "r", 40)]
    assert [(r.why, r.details) for r in said.refused] == [("group_taken", {"by": "first"})]


def test_what_is_not_active_is_not_there():
    program = programme(
        promotion(MoneyOff(10), active=False),
        reward(MoneyOff(10), active=False),
        by_coupon(MoneyOff(10), "c"),
        coupons=(CouponKind(code="k", active=False),),
    )
    said = priced(program, line(1_000), chosen=replace(shown("k"), rewards=("r",)))
    assert whys(said) == [("k-1", "unknown"), ("r", "unknown")]


# -- why not ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "why", "details"),
    [
        ({"when": When(weekdays=("thu",))}, "not_now", {}),
        ({"who": Who(tiers=("gold",))}, "not_for_you", {}),
        ({"needs": Needs(minimum=1_001)}, "below_minimum", {"minimum": 1_001, "amount": 1_000}),
        (
            {"needs": Needs(minimum=1_000, minimum_tax="excluded")},
            "below_minimum",
            {"minimum": 1_000, "amount": 806},
        ),
        ({"needs": Needs(maximum=999)}, "above_maximum", {"maximum": 999, "amount": 1_000}),
        ({"needs": Needs(quantity=2)}, "too_few", {"quantity": 2, "pieces": 1}),
        ({"needs": Needs(coupon="k")}, "no_coupon", {}),
        ({"needs": Needs(channels=("online",))}, "other_channel", {}),
        ({"needs": Needs(tenders=("cash",))}, "other_tender", {}),
        ({"only": only("X")}, "nothing_to_discount", {}),
        ({"cost": 1_001}, "not_enough_points", {"asked": 1_001, "available": 1_000}),
        ({"limits": Limits(budget_times=3)}, "budget_spent", {}),
        ({"limits": Limits(budget_money=100)}, "budget_spent", {}),
        ({"limits": Limits(budget_points=399)}, "budget_spent", {}),
        (
            {"limits": Limits(caps=(Cap(per="week", times=2),))},
            "used_up",
            {"per": "week", "times": 2},
        ),
        (
            {"limits": Limits(caps=(Cap(per="week", money=9),))},
            "used_up",
            {"per": "week", "times": 0},
        ),
        (
            {"limits": Limits(caps=(Cap(per="week", points=299),))},
            "used_up",
            {"per": "week", "times": 0},
        ),
    ],
)
def test_a_reward_that_cannot_be_had_says_why(conditions, why, details):
    facts = replace(
        MEMBER,
        uses={("r", "week"): Uses(2, 200, 9)},
        budgets={"r": Uses(3, 300, 100)},
    )
    program = programme(reward(MoneyOff(100), **conditions))
    said = priced(program, line(1_000, tax=2_400), facts=facts, chosen=wanted("r"))
    assert [(r.code, r.why, r.details) for r in said.refused] == [("r", why, details)]
    assert (said.applied, said.points, said.net) == ((), 0, 1_000)
    shelf = choices(program, priced(program, line(1_000, tax=2_400), facts=facts), facts, NOON)
    assert [(c.why, c.reachable) for c in shelf] == [(why, False)]


@pytest.mark.parametrize(
    "limits",
    [
        Limits(budget_times=4),
        Limits(budget_money=101),
        Limits(budget_points=400),
        Limits(caps=(Cap(per="week", times=3, points=300, money=10), Cap(per="day", times=1))),
    ],
)
def test_the_last_use_is_still_one(limits):
    facts = replace(MEMBER, uses={("r", "week"): Uses(2, 200, 9)}, budgets={"r": Uses(3, 300, 100)})
    program = programme(reward(MoneyOff(100), limits=limits))
    said = priced(program, line(1_000), facts=facts, chosen=wanted("r", "r"))
    assert len(said.applied) == 1
    assert said.refused[0].why in ("used_up", "budget_spent")


def test_what_nobody_knows_is_unknown():
    program = programme(by_coupon(MoneyOff(10)), coupons=(CouponKind(code="idle"),))
    said = priced(program, line(1_000), chosen=replace(shown("x", "idle", "k"), rewards=("x",)))
    assert [why for _code, why in whys(said)] == ["unknown"] * 4


def test_one_coupon_counts_once_in_a_sale():
    chosen = Chosen(coupons=(Presented("ONE", "k"), Presented("ONE", "k")))
    said = priced(programme(by_coupon(MoneyOff(10))), line(1_000), chosen=chosen)
    assert (said.net, whys(said)) == (990, [("ONE", "used_up")])


@pytest.mark.parametrize(("day", "why"), [(1, "not_now"), (2, None), (3, None), (4, "not_now")])
def test_a_coupon_has_its_days(day, why):
    kind = CouponKind(code="k", starts="2026-06-02", ends="2026-06-03")
    program = programme(by_coupon(MoneyOff(10)), coupons=(kind,))
    occasion = Occasion(datetime(2026, 6, day, 20, tzinfo=UTC), ATHENS)
    said = priced(program, line(1_000), chosen=shown("k"), at=occasion)
    assert [why for _code, why in whys(said)] == [why] * bool(why)


def test_one_coupon_may_unlock_several_promotions():
    program = programme(
        by_coupon(MoneyOff(10), "one"),
        by_coupon(MoneyOff(10), "nothing", needs=Needs(coupon="k", minimum=5_000)),
        by_coupon(Gift("Mug"), "two"),
    )
    said = priced(program, line(1_000), chosen=shown("k"))
    assert [(each.code, each.coupon, each.gives) for each in said.applied] == [
        ("one", "k-1", ""),
        ("two", "k-1", "Mug"),
    ]
    assert (said.refused, said.gifts) == ((), ("Mug",))


def test_a_reward_may_ask_for_a_coupon_and_uses_it_up():
    program = programme(reward(MoneyOff(10), needs=Needs(coupon="k")))
    said = priced(program, line(1_000), chosen=replace(shown("k"), rewards=("r",)))
    assert [(each.code, each.coupon) for each in said.applied] == [("r", "k-1")]
    assert said.refused == ()


# -- limits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "facts", "shares"),
    [
        (Limits(order_max=150), {}, (94, 56)),
        (Limits(order_max=500), {}, (200, 120)),
        (Limits(order_min=640), {}, (400, 240)),
        (Limits(order_min=100), {}, (200, 120)),
        (Limits(order_min=9_999), {}, (2_000, 1_200)),
        (Limits(line_max=150), {}, (150, 120)),
        (Limits(line_min=150), {}, (200, 150)),
        (Limits(line_min=1_500), {}, (1_500, 1_200)),
        (Limits(line_min=300, order_max=100), {}, (50, 50)),
        (Limits(budget_money=1_000), {"budgets": {"p": Uses(money=968)}}, (20, 12)),
        (
            Limits(caps=(Cap(per="day", money=40),)),
            {"uses": {("p", "day"): Uses(money=8)}},
            (20, 12),
        ),
        (Limits(caps=(Cap(per="day", times=4),)), {"uses": {("p", "day"): Uses(3)}}, (200, 120)),
    ],
)
def test_how_much_is_taken_off_at_most_and_at_least(limits, facts, shares):
    program = programme(promotion(PercentOff(1_000), limits=limits))
    basket = (line(2_000, sku="A"), line(1_200, sku="B"))
    said = priced(program, *basket, facts=replace(MEMBER, **facts))
    assert said.discounts == shares


def test_a_piece_that_is_not_free_after_all_still_counts():
    program = programme(
        promotion(FreeItem(), "free", limits=Limits(line_max=40)),
        promotion(FreeItem(), "free-too", limits=Limits(line_max=100)),
    )
    said = priced(program, line(100, 2))
    assert (said.discounts, said.unpaid) == ((120,), (1,))


def test_what_one_order_may_take_is_used_up_by_the_first_coupon():
    program = programme(by_coupon(MoneyOff(100), limits=Limits(order_max=150)))
    said = priced(program, line(1_000), chosen=shown("k", "k", "k"))
    assert [each.amount for each in said.applied] == [100, 50]
    assert [(r.why, r.details) for r in said.refused] == [("used_up", {"per": "sale", "times": 2})]


def test_a_budget_holds_for_guests_too():
    program = programme(promotion(MoneyOff(100), limits=Limits(budget_money=130)))
    said = priced(program, line(1_000), facts=None, budgets={"p": Uses(money=100)})
    assert said.net == 970
