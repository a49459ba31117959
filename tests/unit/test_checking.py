"""A review refuses what mints points and warns of what costs, each with the case that shows it."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from terminal.demo import demo_program
from terminal.findings_told import _TEXTS, finding_in_words, severity_in_words
from terminal.games.model import Game, Prize
from terminal.i18n import Words
from terminal.money import CURRENCIES, Money
from terminal.programs.checking import review
from terminal.programs.conditions import Cap, Limits, Needs, Selector, When, Who
from terminal.programs.effects import (
    BuyGet,
    Cheapest,
    Donate,
    FreeItem,
    Gift,
    GiveCoupon,
    MoneyOff,
    Multiply,
    PercentOff,
    PerMoney,
    PerOrder,
    Step,
    Steps,
)
from terminal.programs.file import UNDATED
from terminal.programs.findings import Finding
from terminal.programs.model import (
    Cause,
    Challenge,
    CouponKind,
    Program,
    Promotion,
    Referral,
    Reward,
    Rule,
    Threshold,
    per_money,
    welcome,
)
from terminal.programs.policies import (
    Basis,
    Earning,
    Expiry,
    Household,
    Pending,
    Redemption,
    Tier,
    Tiering,
)
from terminal.programs.starter import starter_program

EN = Words("en")
BEGINS = datetime(2026, 12, 1, tzinfo=UTC)
PLAIN = Program(
    code="Points", version=1, effective_from=BEGINS, currency="EUR", rules=(per_money(1, 100),),
    redemption=Redemption(block=100, value=100, minimum=100), tiers=(Tier("member"),),
)  # fmt: skip
ONCE = Limits(caps=(Cap(per="year", times=1),))


def program(**changes: object) -> Program:
    return msgspec.structs.replace(PLAIN, **changes)


def rules(*more: Rule, **changes: object) -> Program:
    return program(rules=(*PLAIN.rules, *more), **changes)


def reward(cost: int, gives: object, **changes: object) -> Program:
    return program(rewards=(Reward(code="r", cost=cost, gives=gives),), **changes)


def coupons(*promotions: Promotion, kinds: str = "ab", **changes: object) -> Program:
    made = tuple(CouponKind(code=kind) for kind in kinds)
    return program(promotions=promotions, coupons=made, **changes)


def told(made: Program) -> list[str]:
    return [f"{f.severity} {f.where}: {finding_in_words(f, EN)}" for f in review(made)]


@pytest.mark.parametrize("currency", sorted(CURRENCIES))
def test_what_shops_start_with_has_nothing_against_it(currency):
    assert review(starter_program(currency, BEGINS)) == []
    assert review(demo_program(currency)) == []


def test_what_does_not_hold_together_is_refused_before_its_costs_are_counted():
    made = reward(1, GiveCoupon("gone"))
    assert told(made) == [
        "refused rewards[1].gives.coupon: This contradicts itself: no coupon is called gone; "
        "there are none"
    ]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        # 100 points cost 100 euros: worth 51 of them is much, all of them a machine for money.
        (program(redemption=Redemption(block=100, value=5_001, minimum=100)),
         "warning redemption: Points give back too much: 100 points are earned by spending €100.00 "
         "and are worth €50.01."),
        (program(redemption=Redemption(block=100, value=10_000, minimum=100)),
         "refused redemption: Points give back too much: 100 points are earned by spending €100.00 "
         "and are worth €100.00."),
        (program(redemption=Redemption(block=100, value=5_000, minimum=100),
                 tiers=(Tier("a"), Tier("b", 100, 200))),
         "refused redemption: Points give back too much: 100 points are earned by spending €50.00 "
         "and are worth €50.00."),
        (rules(*(Rule(code=c, gives=Multiply(300)) for c in "abc")),
         "warning earning.multipliers: Multipliers that can meet in one sale make 700 % of the "
         "points (3 of them)."),
        (rules(*(Rule(code=c, gives=Multiply(300)) for c in "ab"),
               earning=Earning(multipliers="multiply"), tiers=(Tier("a", percent=200),)),
         "warning earning.multipliers: Multipliers that can meet in one sale make 1,800 % of the "
         "points (3 of them)."),
        (rules(Rule(code="a", gives=Multiply(10_000))),
         "refused earning.multipliers: Multipliers that can meet in one sale make 10,000 % of the "
         "points (1 of them)."),
        (reward(0, MoneyOff(100)),
         "warning rewards[1]: Reward r costs no points and has no limit: anybody can take it at "
         "every purchase."),
        (reward(10, MoneyOff(1_000)),
         "refused rewards[1]: Reward r gives €10.00 for 10 points, which are earned by spending "
         "only €10.00."),
        (reward(10, PercentOff(5_000, cap=501), redemption=None),
         "warning rewards[1]: Reward r gives €5.01 for 10 points, which are earned by spending "
         "€10.00: more than half comes back."),
        (reward(100, Cheapest(cap=101)),
         "warning rewards[1]: Reward r gives €1.01 for 100 points, which are worth €1.00 as "
         "money."),
        (reward(100, Steps((Step(0, amount=150), Step(10, share=100)))),
         "warning rewards[1]: Reward r gives €1.50 for 100 points, which are worth €1.00 as "
         "money."),
        (reward(100, Gift("bag", 150), rules=()),
         "warning rewards[1]: Reward r gives €1.50 for 100 points, which are worth €1.00 as "
         "money."),
        (reward(100, Donate("c", 101), causes=(Cause(code="c"),)),
         "warning rewards[1]: Reward r gives €1.01 for 100 points, which are worth €1.00 as "
         "money."),
        (coupons(Promotion(code="p", gives=MoneyOff(200), needs=Needs(coupon="a")),
                 rewards=(Reward(code="r", cost=100, gives=GiveCoupon("a")),)),
         "warning rewards[1]: Reward r gives €2.00 for 100 points, which are worth €1.00 as "
         "money."),
        (program(causes=(Cause(code="c", block=100, value=101),)),
         "warning causes[1]: Cause c gets €1.01 for 100 points, which are worth €1.00 as money."),
        # Loops.
        (program(basis=Basis(points_paid=True), rules=(per_money(100, 100),)),
         "refused basis.points_paid: Paying with points makes points: 100 points pay €1.00, and "
         "that earns 100 points again."),
        (program(basis=Basis(gift_cards=True)),
         "refused basis.gift_cards: A gift card of €10.00 earns 10 points when it is bought and as "
         "many when it pays, 20 in all; bought with another gift card, without end."),
        (coupons(Promotion(code="p", gives=GiveCoupon("a"), needs=Needs(coupon="a"))),
         "refused promotions[1]: Promotion p gives coupon a again when it is used: one coupon "
         "lasts for ever."),
        (coupons(Promotion(code="p", gives=GiveCoupon("a"), needs=Needs(coupon="a", minimum=5))),
         "warning promotions[1]: Promotion p gives coupon a again when it is used: one coupon "
         "lasts for ever."),
        (coupons(Promotion(code="p", gives=GiveCoupon("b"), needs=Needs(coupon="a")),
                 Promotion(code="q", gives=GiveCoupon("a"), needs=Needs(coupon="b", minimum=1))),
         "refused promotions[1]: Promotion p gives coupon a again when it is used: one coupon "
         "lasts for ever."),
        (rules(Rule(code="x", gives=PerOrder(50), needs=Needs(coupon="a")),
               coupons=(CouponKind(code="a"),),
               thresholds=(Threshold(code="t", points=50, coupon="a"),)),
         "refused thresholds[1]: t turns 50 points into coupon a, which gives 50 points."),
        (rules(Rule(code="x", gives=PerOrder(50), needs=Needs(coupon="a")),
               coupons=(CouponKind(code="a"),),
               rewards=(Reward(code="r", cost=40, gives=GiveCoupon("a")),)),
         "refused rewards[1]: r turns 40 points into coupon a, which gives 50 points."),
        (program(referral=Referral(points=50, friend_points=50)),
         "refused referral: Bringing a friend gives 100 points, worth €1.00, however little the "
         "friend buys."),
        (program(referral=Referral(points=100, caps=(Cap(per="year", times=5),))),
         "warning referral: Bringing a friend gives 100 points, worth €1.00, however little the "
         "friend buys."),
        (program(referral=Referral(points=100, minimum=100)),
         "warning referral: Bringing a friend gives 100 points, worth €1.00, for a purchase of "
         "only €1.00."),
        (rules(welcome(100), household=Household(allowed=True)),
         "refused household: Joining gives 100 points, worth €1.00, that can be handed to others: "
         "10 invented members make 1,000 points."),
        (rules(welcome(100), household=Household(allowed=True, day_max=50)),
         "warning household: Joining gives 100 points, worth €1.00, that can be handed to others: "
         "10 invented members make 1,000 points."),
        # Never.
        (rules(Rule(code="x", gives=PerOrder(5), when=When(ends="2026-11-30"))),
         "warning rules[2]: x never applies: it ends before this version begins."),
        (rules(Rule(code="x", gives=PerOrder(5), when=When(
            starts="2026-12-05", ends="2026-12-06", weekdays=("mon",)))),
         "warning rules[2]: x never applies: no day of the calendar is meant."),
        (rules(Rule(code="x", gives=PerOrder(5), only=Selector(
            categories=("tea",), not_categories=("tea", "oil")))),
         "warning rules[2]: x never applies: all its goods are left out again."),
        (rules(Rule(code="x", gives=PerOrder(5), who=Who(order_numbers=(1,), fan_of=("tea",)))),
         "warning rules[2]: x never applies: nobody is a fan at the first purchase."),
        (rules(Rule(code="x", gives=PerOrder(5), needs=Needs(coupon="a")),
               coupons=(CouponKind(code="a", active=False),)),
         "warning rules[2]: x never applies: its coupon is not good at that time."),
        (rules(Rule(code="x", gives=PerOrder(5), needs=Needs(coupon="a")),
               coupons=(CouponKind(code="z"), CouponKind(code="a", ends="2026-11-01"))),
         "warning rules[2]: x never applies: its coupon is not good at that time."),
        (rules(Rule(code="x", gives=PerMoney(1, 100), on="other", limits=ONCE)),
         "warning rules[2]: x never applies: nothing is bought then that could be counted."),
        (program(rules=(Rule(code="x", gives=PerMoney(1, 100), stop=True), per_money(1, 50))),
         "warning rules[2]: accrual never counts: x comes first and ends the search."),
        (program(promotions=(
            Promotion(code="x", gives=MoneyOff(1), group="g"),
            Promotion(code="y", gives=MoneyOff(2), group="g"))),
         "warning promotions[2]: y never counts: x of the same group g always comes first."),
        (program(promotions=(
            Promotion(code="x", gives=MoneyOff(1), guests=True, who=Who(towns=("A",))),)),
         "warning promotions[1]: x is for people without a card too, but asks who they are: they "
         "never get it."),
        (program(tiers=(Tier("a"), Tier("b", visits=400, by_spend=False))),
         "warning tiers[2]: Level b needs 400 visits, but its window has only 372 days."),
        (program(tiers=(Tier("a"), Tier("b", visits=400, by_spend=False)),
                 tiering=Tiering(window="calendar")),
         "warning tiers[2]: Level b needs 400 visits, but its window has only 366 days."),
        (program(tiers=(Tier("a"), Tier("b", points=400, by_spend=False)), rules=()),
         "warning tiers[2]: Level b needs 400 points, but no rule gives points that count for "
         "levels."),
        (program(tiers=(Tier("a"), Tier("b", points=400, by_spend=False)),
                 earning=Earning(day_max=1)),
         "warning tiers[2]: Level b needs 400 points, but at most 372 can be earned within its "
         "window."),
        (program(redemption=Redemption(block=100, value=100, minimum=150)),
         "warning redemption.minimum: At least 150 points in blocks of 100 are really 200 "
         "points."),
        (program(expiry=Expiry(months=1), pending=Pending(days=40)),
         "refused expiry: Points wait 40 days before they can be spent, but live at most 31 "
         "days."),
        (rules(Rule(code="x", gives=PerOrder(5), pending=Pending(days=400))),
         "refused rules[2]: Points wait 400 days before they can be spent, but live at most 372 "
         "days."),
        # Limits.
        (rules(Rule(code="x", gives=PerOrder(5), limits=Limits(budget_points=4))),
         "warning rules[2]: x gives 5 at once, but its limit is 4: it never gives all of it."),
        (program(promotions=(
            Promotion(code="x", gives=MoneyOff(5), limits=Limits(caps=(Cap(per="day", money=4),))),
         )),
         "warning promotions[1]: x gives €0.05 at once, but its limit is €0.04: it never gives all "
         "of it."),
        (program(challenges=(
            Challenge(code="x", count="visits", target=3, points=5, limits=Limits(order_max=4)),)),
         "warning challenges[1]: x gives 5 at once, but its limit is 4: it never gives all of "
         "it."),
        (rules(Rule(code="x", gives=PerOrder(5), who=Who(birthday=(3, 3)),
                    limits=Limits(caps=(Cap(per="month", times=1),)))),
         "warning rules[2]: x has no limit a year: it counts at every purchase of 7 days, and "
         "again for whoever changes the birthday."),
        (rules(Rule(code="x", gives=PerOrder(5), on="review")),
         "warning rules[2]: x has no limit: 10 times give 50 points without any purchase."),
        (rules(Rule(code="x", gives=PerOrder(5))),
         "warning rules[2]: x gives 5 points for every purchase, however small: 10 pieces paid one "
         "by one make 50 points."),
        (program(games=(Game(
            code="g", name="g", out_of=4, prizes=(Prize(code="p", name="p", weight=1, points=10),),
            consolation=Prize(code="n", name="n", weight=3)),)),
         "warning games[1]: Game g has no budget of points: 1,000 plays give about 3,000 points."),
    ],
)  # fmt: skip
def test_each_finding_has_its_case(made, said):
    assert said in told(made)


@pytest.mark.parametrize(
    "made",
    [
        # As dear as it may be, and no more.
        program(redemption=Redemption(block=100, value=5_000, minimum=100)),
        program(rules=()),
        program(redemption=None),
        reward(100, MoneyOff(100)),
        reward(100, FreeItem()),
        reward(100, BuyGet(2)),
        reward(100, MoneyOff(100), redemption=None),
        reward(100, MoneyOff(100), rules=()),
        program(rewards=(Reward(code="r", cost=0, gives=MoneyOff(1), limits=ONCE),)),
        program(rewards=(Reward(code="r", cost=0, gives=MoneyOff(1)),),
                tiers=(Tier("a", gift="r"),)),
        program(rewards=(Reward(code="r", cost=1, gives=MoneyOff(900), active=False),)),
        program(causes=(Cause(code="c", value=900, active=False),)),
        rules(*(Rule(code=c, gives=Multiply(300), group="g") for c in "abc")),
        rules(*(Rule(code=c, gives=Multiply(400)) for c in "abc"),
              earning=Earning(multipliers="best")),
        rules(Rule(code="x", gives=PerMoney(99, 100), only=Selector(skus=("A",)))),
        rules(Rule(code="x", gives=PerMoney(99, 100), active=False)),
        # Only the better of a group is earned, and nothing after one that stops.
        program(rules=(Rule(code="a", gives=PerMoney(1, 100), group="g"),
                       Rule(code="b", gives=PerMoney(30, 100), group="g"))),
        # No loops.
        program(basis=Basis(points_paid=True)),
        program(basis=Basis(gift_cards=True), rules=()),
        coupons(Promotion(code="p", gives=GiveCoupon("b"), needs=Needs(coupon="a"))),
        coupons(Promotion(code="p", gives=GiveCoupon("a"))),
        rules(Rule(code="x", gives=PerOrder(49), needs=Needs(coupon="a")),
              coupons=(CouponKind(code="a"), CouponKind(code="b")),
              thresholds=(Threshold(code="t", points=50, coupon="a"),
                          Threshold(code="u", points=50, coupon="b"),
                          Threshold(code="v", points=5, coupon="a", active=False))),
        program(referral=Referral(points=100, minimum=1_000)),
        program(referral=Referral(points=100, active=False)),
        rules(welcome(5), household=Household(allowed=True, minimum=6)),
        rules(welcome(5)),
        # It can happen.
        rules(Rule(code="x", gives=PerOrder(5), when=When(ends="2026-12-01"),
                   needs=Needs(minimum=100))),
        rules(Rule(code="x", gives=PerOrder(5), who=Who(order_numbers=(1,)),
                   when=When(month_days=(29,), weekdays=("mon",)))),
        rules(Rule(code="x", gives=PerOrder(5)), earning=Earning(day_max=50)),
        rules(Rule(code="x", gives=PerOrder(5), needs=Needs(coupon="a")),
              coupons=(CouponKind(code="a", ends="2026-12-01"),)),
        program(rules=(Rule(code="x", gives=PerMoney(1, 100), stop=True, only=Selector(skus="A")),
                       per_money(1, 50), welcome(5))),
        program(promotions=(
            Promotion(code="x", gives=Steps((Step(1_000, 500),)), group="g"),
            Promotion(code="y", gives=MoneyOff(2), group="g", needs=Needs(minimum=5)),
            Promotion(code="z", gives=MoneyOff(2), group="g", active=False))),
        program(tiers=(Tier("a"), Tier("b", points=400, by_spend=False)),
                earning=Earning(day_max=2)),
        program(tiers=(Tier("a"), Tier("b", points=400, visits=12, by_spend=False))),
        program(expiry=Expiry(kind="never"), pending=Pending(days=4_000)),
        # It has its limits.
        rules(Rule(code="x", gives=PerOrder(5), who=Who(birthday=(3, 3)), limits=ONCE)),
        rules(Rule(code="x", gives=PerOrder(5), on="review", limits=ONCE)),
        program(promotions=(
            Promotion(code="x", gives=MoneyOff(5), limits=Limits(budget_money=5)),)),
        program(games=(Game(
            code="g", name="g", out_of=4, prizes=(Prize(code="p", name="p", weight=1, points=10),),
            consolation=Prize(code="n", name="n", weight=3), budget_points=100),)),
        program(effective_from=UNDATED,
                promotions=(Promotion(code="x", gives=MoneyOff(5), when=When(ends="2026-01-01")),)),
    ],
)  # fmt: skip
def test_nothing_is_said_where_nothing_is_wrong(made):
    assert told(made) == []


def test_what_a_rule_gives_after_one_that_stops_is_not_counted():
    """The second rule would give half of everything back."""
    made = program(
        rules=(
            Rule(code="x", gives=PerMoney(1, 100), stop=True),
            Rule(code="y", gives=PerMoney(60, 100)),
        )
    )
    assert [finding.code for finding in review(made)] == ["behind_stop"]


def test_a_rule_for_events_without_a_purchase_may_be_a_multiplier_nobody_sees():
    made = rules(Rule(code="x", gives=Multiply(200), on="review"))
    assert [finding.code for finding in review(made)] == ["never_applies"]


def test_refused_findings_come_first():
    made = rules(Rule(code="x", gives=PerOrder(5), on="review"), basis=Basis(gift_cards=True))
    assert [severity_in_words(finding, EN) for finding in review(made)] == [
        "Refused", "Look at this"
    ]  # fmt: skip


@pytest.mark.parametrize("code", sorted(_TEXTS))
@pytest.mark.parametrize("language", ["en", "el", "he"])
def test_every_finding_can_be_said_in_every_language(code, language):
    class Anything(dict):
        def __missing__(self, key):
            return f"<{key}>"

    finding = Finding("warning", code, "", {"points": 1_000, "value": Money(1_000, "EUR")})
    text = _TEXTS[code](lambda sentence: sentence.format_map(Anything(finding.case)))
    assert text
    assert Words(language).t(text)
