"""Orders that come back online, what they led to, and coupons of ours that were used in them."""

from dataclasses import replace

import msgspec
import pytest

from terminal.desk_tasks import TaskKind
from terminal.entries import EntryKind
from terminal.ids import derived_id
from terminal.online import OnlineRefund
from terminal.ports import RemoteLink
from terminal.programs import per_money
from terminal.programs.conditions import Cap, Limits
from terminal.programs.model import Challenge, CouponKind, Milestone, Rule, Threshold
from terminal.programs.policies import Returning
from tests.sync.people import ANNA

COUPON = CouponKind(code="ten", from_next=False)


def shown(sides):
    return sides.store.of(ANNA).standing.points


# -- refunds ---------------------------------------------------------------------------------------


def test_a_refund_made_online_takes_its_share_of_the_points(sides, anna):
    member, customer = anna
    order = sides.store.orders_online(customer, 1000)
    sides.round()
    assert shown(sides) == 10
    sides.store.refunds(order, 450)
    sides.round()
    assert shown(sides) == sides.shop.balance(member) == 6
    earn, claw = sides.shop.entries(member)
    assert (claw.kind, claw.reverses, claw.reason) == (EntryKind.CLAWBACK, earn.id, order.code)
    assert sides.is_quiet()


def test_a_refunded_order_that_changes_otherwise_gives_and_takes_nothing_more(sides, anna):
    member, customer = anna
    order = sides.store.orders_online(customer, 1000)
    refunded = sides.store.refunds(order, 500)
    sides.round()
    sides.store.feed.append(replace(refunded, total=99_999))
    sides.round()
    assert [entry.points for entry in sides.shop.entries(member)] == [10, -5]


def test_a_cancelled_order_leaves_nothing(sides, anna):
    member, customer = anna
    order = sides.store.orders_online(customer, 1999)
    sides.round()
    sides.store.refunds(order, 700)
    sides.round()
    sides.store.cancels(order)
    sides.round()
    assert shown(sides) == sides.shop.balance(member) == 0
    with sides.shop.database.read() as uow:
        since = member.joined_at.replace(year=2000)
        assert uow.sales.spent(member.id, "EUR", since, sides.shop.clock()) == 0
    assert sides.is_quiet()


def test_a_refund_that_comes_with_its_order_is_booked_after_it(sides, anna):
    """The till was closed for a week: order and refund are heard of at once."""
    member, customer = anna
    order = sides.store.orders_online(customer, 1000)
    sides.store.refunds(order, 500)
    sides.store.feed = sides.store.feed[-1:]
    sides.round()
    assert [entry.points for entry in sides.shop.entries(member)] == [10, -5]


def test_a_refund_larger_than_its_order_takes_no_more_than_it_gave(sides, anna):
    member, customer = anna
    order = sides.store.orders_online(customer, 1000)
    sides.round()
    sides.store.refunds(order, 5000)
    sides.round()
    assert sides.shop.balance(member) == 0


def test_points_spent_meanwhile_become_a_debt_that_the_next_order_pays(sides, anna):
    member, customer = anna
    order = sides.store.orders_online(customer, 10_000)
    sides.round()
    sides.shop.sell(member, points=100)
    sides.round()
    before = sides.shop.balance(member)
    sides.store.cancels(order)
    sides.round()
    assert sides.shop.balance(member) == before - 100 < 0
    sides.store.orders_online(customer, 20_000)
    sides.round()
    assert sides.shop.balance(member) == before + 100


def test_or_they_are_let_go_where_the_programme_says_so(sides, anna):
    member, customer = anna
    sides.run(returning=Returning(clawback="clamp"))
    order = sides.store.orders_online(customer, 10_000)
    sides.round()
    sides.shop.sell(member, points=100)
    sides.round()
    left = sides.shop.balance(member)
    sides.store.cancels(order)
    sides.round()
    assert sides.shop.balance(member) == 0 <= left
    assert sides.is_quiet()


def test_an_order_of_a_stranger_that_came_back_gives_nothing_when_they_enrol(sides):
    order = sides.store.orders_online("", 1000, email="new@sample.example")
    sides.store.refunds(order, 300)
    sides.store.orders_online("", 800, email="new@sample.example", cancelled=True)
    sides.round()
    member = sides.shop.enrol("new@sample.example")
    orders = sides.puller.orders
    with sides.shop.writing() as uow:
        assert len(orders.claim(uow, member)) == 2
    assert sides.shop.balance(member) == 7


def test_orders_are_claimed_by_card_and_by_customer_too(sides):
    sides.store.orders_online("", 500, card_number="2000000000015")
    sides.store.orders_online("c77", 900)
    sides.round()
    member = sides.shop.enrol("", "2000000000015")
    orders = sides.puller.orders
    with sides.shop.writing() as uow:
        uow.sync.put_link(RemoteLink("online", "member", member.id, "c77"))
        orders.claim(uow, member)
    assert sides.shop.balance(member) == 14


def test_an_order_without_points_comes_back_without_any(sides, anna):
    member, customer = anna
    order = sides.store.orders_online(customer, 50)
    sides.round()
    sides.store.cancels(order)
    sides.round()
    assert sides.shop.entries(member) == []


def test_an_order_edited_down_without_a_refund_is_for_a_person(sides, anna):
    _member, customer = anna
    order = sides.store.orders_online(customer, 1000)
    sides.round()
    sides.store.feed.append(replace(order, goods=400))
    sides.round()
    [task] = sides.tasks()
    assert (task.kind, task.details["ours"], task.details["theirs"]) == (
        TaskKind.DIFFERENCE, "1000", "400",
    )  # fmt: skip


def test_the_uses_of_a_limited_rule_come_back_with_the_whole_order(sides, anna):
    member, customer = anna
    once = Limits(caps=(Cap(per="ever", times=1),))
    sides.run(rules=(per_money(1, 100), replace_rule(per_money(1, 100), "extra", once)))
    first = sides.store.orders_online(customer, 1000)
    sides.round()
    assert sides.shop.balance(member) == 20
    sides.store.refunds(first, 500)
    sides.round()
    sides.store.orders_online(customer, 1000)
    sides.round()
    assert sides.shop.balance(member) == 20, "a part keeps its use"
    sides.store.cancels(first)
    sides.round()
    sides.store.orders_online(customer, 1000)
    sides.round()
    assert sides.shop.balance(member) == 30, "the whole gives it back"


def replace_rule(rule: Rule, code: str, limits: Limits) -> Rule:
    return msgspec.structs.replace(rule, code=code, limits=limits)


def test_a_programme_that_is_gone_does_not_hinder_a_refund(sides, anna):
    """The order earned by a version that this till has not heard of."""
    member, customer = anna
    order = sides.store.orders_online(customer, 1000)
    sides.round()
    earn = sides.shop.entries(member)[0]
    other = replace(order, remote_id="999", code="CODE999")
    moved = replace(
        earn, id=derived_id("earn", "online", "999"), source_id="online:999", program_version=77
    )
    with sides.shop.writing() as uow:
        uow.ledger.append([moved])
    sides.store.feed.append(replace(other, cancelled=True))
    sides.round()
    assert sides.shop.balance(member) == 10


# -- what a purchase leads to ----------------------------------------------------------------------


def test_a_challenge_reached_online_is_booked_at_once_and_undone_with_the_order(sides, anna):
    member, customer = anna
    spend = Challenge(code="spend", count="money", target=1500, points=40, coupon="ten")
    sides.run(challenges=(spend,), coupons=(COUPON,))
    sides.store.orders_online(customer, 1000)
    sides.round()
    assert sides.shop.balance(member) == 10
    second = sides.store.orders_online(customer, 600)
    sides.round()
    assert sides.shop.balance(member) == 10 + 6 + 40
    with sides.shop.database.read() as uow:
        [coupon] = uow.vouchers.of_member(member.id)
    sides.store.cancels(second)
    sides.round()
    assert sides.shop.balance(member) == 10
    with sides.shop.database.read() as uow:
        assert uow.vouchers.get(coupon.code).blocked
    assert sides.is_quiet()


def test_a_full_stamp_card_becomes_a_coupon_at_once_and_points_again_with_the_order(sides, anna):
    member, customer = anna
    sides.run(
        thresholds=(Threshold(code="full", points=10, coupon="ten"),), coupons=(COUPON,),
        milestones=(Milestone(code="m", points=5),),
    )  # fmt: skip
    order = sides.store.orders_online(customer, 1200)
    sides.round()
    assert sides.shop.balance(member) == 2
    with sides.shop.database.read() as uow:
        [coupon] = uow.vouchers.of_member(member.id)
        assert {badge.badge for badge in uow.badges.of_member(member.id)} == {"milestone:m"}
    sides.store.cancels(order)
    sides.round()
    assert sides.shop.balance(member) == 0
    with sides.shop.database.read() as uow:
        assert uow.vouchers.get(coupon.code).blocked


def test_two_orders_of_one_round_lead_to_what_both_make_together(sides, anna):
    member, customer = anna
    sides.run(challenges=(Challenge(code="spend", count="money", target=1500, points=40),))
    for _ in range(2):
        sides.store.orders_online(customer, 1000)
    sides.round()
    assert sides.shop.balance(member) == 10 + 10 + 40


# -- our own sales ---------------------------------------------------------------------------------


def sold(sides, member):
    """A sale of ours, and the order it became."""
    sale = sides.shop.sell(member)
    sides.round()
    link = sides.store.orders[sale.id].order
    order = sides.store.orders_online("", 980, sale_id=sale.id)
    sides.store.feed[-1] = replace(order, remote_id=link.id, code=link.code)
    return sale, sides.store.feed[-1]


def test_our_own_sale_paid_back_online_is_for_a_person(sides, anna):
    member, _customer = anna
    sale, order = sold(sides, member)
    sides.round()
    assert sides.tasks() == []
    sides.store.feed.append(replace(order, refunds=(OnlineRefund("r1", 400),)))
    sides.round()
    [task] = sides.tasks()
    assert (task.kind, task.subject_id) == (TaskKind.REFUND_UNCLEAR, sale.id)
    assert (task.details["amount"], task.details["ref"]) == ("400", sale.ref)
    assert sides.shop.balance(member) == 9, "which goods came back only a person can say"
    sides.round()
    assert len(sides.tasks()) == 1


@pytest.mark.parametrize("rounded", [0, 7])
def test_our_own_return_on_its_way_back_is_none(sides, anna, rounded):
    member, _customer = anna
    sale, order = sold(sides, member)
    sides.shop.take_back(sale)
    sides.store.feed.append(replace(order, refunds=(OnlineRefund("r1", 980 + rounded),)))
    sides.round()
    assert sides.tasks() == []


def test_a_sale_that_this_till_does_not_know_is_only_linked(sides):
    sides.store.orders_online("", 980, sale_id="of another till", cancelled=True)
    sides.round()
    assert sides.tasks() == []


def test_two_orders_of_one_sale_are_for_a_person_once(sides, anna):
    member, _customer = anna
    sale, order = sold(sides, member)
    sides.round()
    second = replace(order, remote_id="9999", code="SECOND")
    sides.store.feed.append(second)
    sides.round()
    sides.store.feed.append(replace(second, total=5))
    sides.round()
    [task] = sides.tasks()
    assert (task.kind, task.subject_id, task.details["theirs"]) == (
        TaskKind.DIFFERENCE, sale.id, "SECOND",
    )  # fmt: skip
    with sides.shop.database.read() as uow:
        assert uow.sync.link("online", "sale", sale.id).remote_id == order.remote_id
    assert sides.shop.balance(member) == 9


def test_a_second_order_that_was_cancelled_is_no_question(sides, anna):
    member, _customer = anna
    _sale, order = sold(sides, member)
    sides.round()
    sides.store.feed.append(replace(order, remote_id="9999", cancelled=True))
    sides.round()
    assert sides.tasks() == []
