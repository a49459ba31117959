"""Coupons of ours that were used in orders of the online store."""

from dataclasses import replace

from terminal.desk_tasks import TaskKind
from terminal.outbox import MessageKind
from terminal.ports import RemoteLink
from terminal.programs.conditions import Needs
from terminal.programs.effects import MoneyOff
from terminal.programs.model import Challenge, CouponKind, Promotion
from terminal.services.vouchers import issue_coupon
from terminal.vouchers import Voucher, VoucherCode, VoucherKind, clean_code
from tests.sync.people import ANNA

COUPON = CouponKind(code="ten", from_next=False)


def a_coupon(sides, owner=None, kind=COUPON):
    """One of ours that the online store has too."""
    sides.run(coupons=(kind,))
    now = sides.shop.clock()
    with sides.shop.writing() as uow:
        known = uow.programs.at(now)
        coupon = issue_coupon(uow, known, "ten", owner, "story", now, lambda: 4711)
        uow.sync.put_link(RemoteLink("online", "coupon", coupon.code, "k1"))
    return coupon.code


def uses_left(sides, code):
    with sides.shop.database.read() as uow:
        return uow.vouchers.get(VoucherCode(code)).uses_left


def test_a_coupon_used_online_is_used_up_here_once(sides, anna):
    _member, customer = anna
    code = a_coupon(sides)
    order = sides.store.orders_online(customer, 1000, coupons=(code,))
    sides.engine.pull()
    assert uses_left(sides, code) == 0
    [message] = sides.shop.queued(MessageKind.COUPON)
    assert message.subject_id == code
    sides.store.feed.append(replace(order, total=5000))
    sides.round()
    assert (uses_left(sides, code), sides.tasks()) == (0, [])


def test_a_coupon_used_on_both_sides_is_for_a_person(sides, anna):
    _member, customer = anna
    code = a_coupon(sides)
    with sides.shop.writing() as uow:
        assert uow.vouchers.used(code, None, "a sale at the till")
    sides.store.orders_online(customer, 1000, coupons=(code,))
    sides.round()
    [task] = sides.tasks()
    assert (task.kind, task.subject_id, task.details["why"]) == (
        TaskKind.COUPON_STUCK, code, "used_twice",
    )  # fmt: skip


def test_a_coupon_of_a_cancelled_order_is_good_again(sides, anna):
    _member, customer = anna
    code = a_coupon(sides)
    order = sides.store.orders_online(customer, 1000, coupons=(code,))
    sides.round()
    sides.store.cancels(order)
    sides.round()
    sides.round()
    assert uses_left(sides, code) == 1


def test_a_code_for_everybody_counts_online_as_well(sides, anna):
    _member, customer = anna
    kind = CouponKind(code="ten", public="WELCOME", uses=2)
    sides.run(coupons=(kind,))
    for _ in range(2):
        sides.store.orders_online(customer, 1000, coupons=("WELCOME", ""))
        sides.round()
    with sides.shop.database.read() as uow:
        assert uow.vouchers.get(VoucherCode(clean_code("WELCOME"))).uses_left == 0


def test_the_store_s_own_codes_and_gift_cards_are_its_own_business(sides, anna):
    _member, customer = anna
    with sides.shop.writing() as uow:
        uow.vouchers.put(
            Voucher(
                code=VoucherCode("G123"), kind=VoucherKind.GIFT_CARD, currency="EUR",
                issued_at=sides.shop.clock(), uses_left=None,
            )
        )  # fmt: skip
    early = member_joined(sides).replace(year=2001)
    sides.store.orders_online(customer, 1000, coupons=("SUMMER", "G123"))
    sides.store.orders_online(customer, 1000, coupons=("SUMMER",), placed_at=early)
    sides.round()
    assert sides.tasks() == []


def member_joined(sides):
    return sides.member(ANNA).joined_at


# -- coupons that an order earned ------------------------------------------------------------------


def test_a_coupon_that_an_online_order_earned_is_good_in_the_web_shop_at_once(sides, anna):
    _member, customer = anna
    sides.run(**five_off_for_15_euro())
    sides.store.orders_online(customer, 1600)
    sides.round()
    [told] = sides.store.coupons.values()
    assert (told.email, told.customer, told.amount, told.uses) == (ANNA, customer, 500, 1)
    assert sides.is_quiet()


def test_it_ends_there_when_the_order_is_cancelled(sides, anna):
    _member, customer = anna
    sides.run(**five_off_for_15_euro())
    order = sides.store.orders_online(customer, 1600)
    sides.round()
    sides.store.cancels(order)
    sides.round()
    [told] = sides.store.coupons.values()
    assert told.uses == 0


def test_a_coupon_that_does_something_finer_stays_at_the_counter(sides, anna):
    member, customer = anna
    spend = Challenge(code="spend", count="money", target=1500, coupon="ten")
    sides.run(challenges=(spend,), coupons=(COUPON,))
    sides.store.orders_online(customer, 1600)
    sides.round()
    with sides.shop.database.read() as uow:
        assert len(uow.vouchers.of_member(member.id)) == 1
    assert sides.store.coupons == {}


def five_off_for_15_euro():
    five = Promotion(code="five", needs=Needs(coupon="five"), gives=MoneyOff(500))
    kind = CouponKind(code="five", owned=True, from_next=False)
    spend = Challenge(code="spend", count="money", target=1500, coupon="five")
    return {"challenges": (spend,), "promotions": (five,), "coupons": (kind,)}
