"""Group A: what a purchase or an event earns."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from terminal.errors import MemberExists
from terminal.ledger import Account, replay
from terminal.members import Purpose
from terminal.online import OnlineOrder
from terminal.programs.accrual import accrue
from terminal.programs.conditions import Limits, Needs, Selector, When, Who
from terminal.programs.effects import FreeItem, Gift, Multiply, PercentOff, PerOrder, PerUnit
from terminal.programs.facts import Chosen, Facts
from terminal.programs.model import Rule, welcome
from terminal.programs.policies import Basis, Earning, Redemption
from terminal.programs.sold import PaidLine, converted
from terminal.quoting import quote
from terminal.sales import Basket, Tender, TenderKind, settle
from terminal.services.enrolment import Answer, EnrolmentForm
from tests.conformance.kit import (
    MEMBER,
    NOON,
    ONE_A_EURO,
    earned,
    line,
    off,
    priced,
    program,
    reward,
    rule,
    shown,
)
from tests.conformance.table import row
from tests.unit.making import entry

FOOD = Selector(categories=("Food",))


@row("A01")
def points_for_a_code():
    code = Rule(code="promo", gives=PerOrder(10), needs=Needs(coupon="PROMO10"))
    assert earned(program(code), line(5_000)).points == 0
    told = earned(program(code), line(5_000), chosen=shown("PROMO10"))
    assert (told.points, told.coupons) == (10, ("PROMO10",))


@row("A02")
def the_programme_knows_what_a_reward_costs():
    """A till can only say which reward; what it costs stands in the programme."""
    shop = program(ONE_A_EURO, reward(5, Gift("a cup")))
    basket, account = Basket("EUR", (line(10_000),)), replay([entry(0, 50)]).account
    said = quote(basket, shop, account, Facts(available=50), Chosen(rewards=("r",)), NOON)
    assert (said.points, said.accrual.points, said.balance_after) == (5, 100, 145)


@row("A03")
def lines_are_added_first():
    assert earned(program(ONE_A_EURO), line(5_000), line(5_000, sku="B")).points == 100


@row("A04")
def a_promotion_lowers_the_basis():
    tenth = program(ONE_A_EURO, off(PercentOff(1_000)))
    assert priced(tenth, line(10_000)).net == 9_000
    assert earned(tenth, line(10_000)).points == 90


def limited(only: Selector):
    """Points for food alone; a tenth off what ``only`` means."""
    return program(
        rule(1, only=FOOD), off(PercentOff(1_000), only=only), basis=Basis(limited="meant")
    )


@row("A06")
def a_discount_for_the_order_leaves_a_rule_for_some_goods_alone():
    basket = (line(10_000, category="Food"), line(5_000, sku="B"))
    assert priced(limited(Selector()), *basket).net == 13_500
    assert earned(limited(Selector()), *basket).points == 100


@row("A07")
def a_discount_for_the_same_goods_lowers_it():
    basket = (line(10_000, category="Food"), line(5_000, sku="B"))
    assert priced(limited(FOOD), *basket).net == 14_000
    assert earned(limited(FOOD), *basket).points == 90


@row("A08", "A09")
def how_it_is_paid_does_not_matter():
    assert settle(
        10_000, "EUR", (Tender(TenderKind.STORE_CREDIT, 1_000), Tender(TenderKind.CARD, 9_000))
    ) == (0, 0)
    for tenders in ({"store_credit", "card"}, {"gift_card", "cash"}, {"cash"}):
        at = replace(NOON, tenders=frozenset(tenders))
        assert earned(program(ONE_A_EURO), line(10_000), at=at).points == 100


@row("A11")
def a_thousand_a_point():
    assert earned(program(rule(1, 100_000)), line(1_000_000)).points == 10


@row("A12")
def what_points_paid_does_not_earn():
    shop = program(rule(1, 100_000), redemption=Redemption(1, 100, 1))
    account = replay([entry(0, 10)]).account
    basket = Basket("EUR", (line(1_000_000),))
    said = quote(basket, shop, account, Facts(available=10), Chosen(points=10), NOON)
    assert (said.points, said.net, said.accrual.points) == (10, 999_000, 9)


@row("A14")
def three_a_euro():
    assert earned(program(rule(3)), line(4_000)).points == 120


@row("A15")
def each_rule_is_rounded_for_itself():
    told = earned(program(rule(1), rule(1, 200, "half")), line(1_999))
    assert [part.points for part in told.parts] == [19, 9]


@row("A16")
def a_multiplier_takes_whole_points():
    double = Rule(code="double", gives=Multiply(200))
    assert earned(program(rule(1), double), line(1_999)).points == 38


@row("A21", shop=True)
def an_order_earns_once(shop):
    eleni = shop.enrol(email="eleni@example.com")
    welcome = shop.balance(eleni)
    order = OnlineOrder(
        store="vendure", remote_id="7", code="7", customer_id="", email="eleni@example.com",
        card_number="", placed_at=shop.moment, currency="EUR", goods=5_000, total=5_000, lines=(),
    )  # fmt: skip
    for _ in range(3):
        shop.services.orders.take([order, order])
    assert shop.balance(eleni) == welcome + 50


@row("A23")
def rounding_is_a_policy():
    third = rule(33, 10_000, full=False)
    for how, points in (("floor", 8), ("ceil", 9), ("half_up", 8)):
        assert earned(program(third, earning=Earning(rounding=how)), line(2_500)).points == points


@row("A24")
def at_most_so_many_an_order():
    shop = program(rule(2, limits=Limits(order_max=30)))
    assert earned(shop, line(2_500, 2)).points == 30


@row("A28")
def a_campaign_that_ended_yesterday():
    assert earned(program(rule(5, when=When(ends="2026-06-02"))), line(2_500)).points == 0
    assert earned(program(rule(5, when=When(ends="2026-06-03"))), line(2_500)).points == 125


@row("A30")
def a_rule_that_stops():
    shop = program(rule(1, code="one", stop=True), rule(10, code="ten"))
    assert earned(shop, line(2_500)).points == 25


@row("A31")
def rules_add_up():
    assert earned(program(rule(1, code="one"), rule(2, code="two")), line(2_500)).points == 75


@row("A32")
def the_first_order_only():
    shop = program(rule(1, who=Who(order_numbers=(1,))))
    story = [earned(shop, line(2_500), facts=Facts(orders=before)).points for before in (0, 1)]
    assert story == [25, 0]


@row("A33", shop=True)
def joining_twice_gives_one_welcome(shop):
    form = EnrolmentForm(
        given_name="Example", phone="690 000 4417",
        answers=(Answer(Purpose.PROGRAMME, True, "May we?", "en"),),
    )  # fmt: skip
    with shop.database.write() as uow:
        now = uow.programs.at(shop.clock())
        rules = (*now.rules[:1], welcome(250))
        uow.programs.put(changed(now, version=2, effective_from=shop.clock(), rules=rules))
        uow.commit()
    joined = shop.services.enrolment.enrol(form, "cashier")
    with pytest.raises(MemberExists):
        shop.services.enrolment.enrol(form, "cashier")
    assert shop.balance(joined) == 250


@row("A34")
def only_full_steps():
    assert earned(program(rule(10, 200)), line(700)).points == 30


@row("A36")
def pens_pay_for_a_pen_in_the_running_order():
    shop = program(
        Rule(code="pen", gives=PerUnit(1)),
        reward(4, FreeItem(), "free"),
        earning=Earning(running=True),
    )
    account, story = Account(), []
    for pens, wanted in ((2, ()), (3, ("free",)), (4, ()), (2, ("free",))):
        basket = Basket("EUR", (line(320, pens, "pen"),))
        facts = Facts(available=account.balance)
        said = quote(basket, shop, account, facts, Chosen(rewards=wanted), NOON)
        account = replay([entry(0, said.balance_after)] if said.balance_after else []).account
        story.append((said.accrual.points, said.points, said.balance_after))
    assert story == [(2, 0, 2), (2, 4, 0), (4, 0, 4), (1, 4, 1)]
    assert said.net == 320


@row("A39")
def another_currency_is_converted_first():
    """100 EUR at 1.10 of ours; nothing is earned on the bare number."""
    euros = (PaidLine(10_000),)
    shop = program(ONE_A_EURO, currency="USD")
    assert accrue(shop, euros, (), MEMBER, NOON, currency="EUR").points == 0
    told = accrue(shop, converted(euros, 110, 100), (), MEMBER, NOON, currency="USD")
    assert (told.points, told.basis) == (110, 11_000)
