"""Which coupons an online store can be given."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from terminal.programs.conditions import Cap, Limits, Needs, Selector, Who
from terminal.programs.effects import FreeItem, MoneyOff, PercentOff
from terminal.programs.model import CouponKind, Promotion
from terminal.vouchers import Voucher, VoucherCode, VoucherKind
from terminal.web_coupons import UNCOUNTED, for_the_web, uses_of, web_offer
from tests.sync.shop import program

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLAIN = Promotion(code="p", gives=MoneyOff(amount=500), needs=Needs(coupon="five"), guests=True)
KIND = CouponKind(code="five", name="Five off")


def shop(*promotions, kinds=(KIND,), rules=None):
    made = msgspec.structs.replace(program(), promotions=promotions, coupons=kinds)
    return made if rules is None else msgspec.structs.replace(made, rules=rules)


def but(**changes):
    return msgspec.structs.replace(PLAIN, **changes)


def test_money_off_and_a_share_off_are_what_stores_know():
    offer = web_offer(shop(PLAIN), "five")
    assert (offer.title, offer.amount, offer.percent, offer.minimum) == ("Five off", 500, 0, 0)
    share = but(gives=PercentOff(share=1500), needs=Needs(coupon="five", minimum=2000))
    offer = web_offer(shop(share), "five")
    assert (offer.amount, offer.percent, offer.minimum) == (0, 1500, 2000)


def test_a_coupon_without_a_name_is_called_by_its_code():
    assert web_offer(shop(PLAIN, kinds=(CouponKind(code="five"),)), "five").title == "five"
    assert web_offer(shop(PLAIN, kinds=()), "five").title == "five"


@pytest.mark.parametrize(
    "finer",
    [
        but(gives=PercentOff(share=1500, cap=1000)),
        but(gives=FreeItem()),
        but(only=Selector(skus=("OIL",))),
        but(who=Who(tiers=("gold",))),
        but(limits=Limits(caps=(Cap(per="day", times=1),))),
        but(needs=Needs(coupon="five", quantity=2)),
        but(needs=Needs(coupon="five", minimum=100, minimum_tax="excluded")),
        but(needs=Needs(coupon="five", channels=("shop",))),
        but(active=False),
    ],
)
def test_what_is_finer_stays_at_the_counter(finer):
    assert web_offer(shop(finer), "five") is None


def test_what_is_for_the_web_too_may_say_so():
    assert web_offer(shop(but(needs=Needs(coupon="five", channels=("shop", "online")))), "five")


def test_a_coupon_that_does_two_things_or_gives_points_stays_at_the_counter():
    assert web_offer(shop(PLAIN, but(code="q")), "five") is None
    assert web_offer(shop(), "five") is None
    [rule] = program().rules
    ruled = msgspec.structs.replace(rule, needs=Needs(coupon="five"))
    assert web_offer(shop(PLAIN, rules=(ruled,)), "five") is None


def test_a_coupon_for_members_is_theirs_there_only_if_it_is_one_person_s():
    members = but(guests=False)
    assert web_offer(shop(members), "five") is None
    assert web_offer(shop(members, kinds=(CouponKind(code="five", owned=True),)), "five")


def test_how_often_it_can_still_be_used():
    coupon = Voucher(
        code=VoucherCode("C"), kind=VoucherKind.COUPON, issued_at=NOW, coupon="five", uses_left=3
    )
    from dataclasses import replace

    assert uses_of(coupon, NOW) == 3
    assert uses_of(replace(coupon, uses_left=None), NOW) == UNCOUNTED
    assert uses_of(replace(coupon, blocked=True), NOW) == 0
    assert uses_of(replace(coupon, ends=NOW), NOW) == 0
    assert uses_of(replace(coupon, ends=NOW + timedelta(seconds=1)), NOW) == 3
    assert for_the_web(shop(PLAIN), coupon)
    assert not for_the_web(shop(), coupon)
    shared = CouponKind(code="five", public="PROMO5")
    assert not for_the_web(shop(PLAIN, kinds=(shared,)), coupon), "the shop sets it up there"
    assert not for_the_web(shop(PLAIN), replace(coupon, kind=VoucherKind.GIFT_CARD))
