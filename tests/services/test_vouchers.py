"""Coupons at the counter, on a real database."""

from dataclasses import replace

import pytest

from terminal.errors import (
    NotYourVoucher,
    OfferRefused,
    UnknownVoucher,
    VoucherBlocked,
    VoucherNotYet,
    VoucherOver,
    VoucherUsed,
)
from terminal.programs.conditions import Needs
from terminal.programs.effects import GiveCoupon, MoneyOff, PerOrder
from terminal.programs.model import CouponKind, Promotion, Reward, Rule
from terminal.sales import Tender, TenderKind
from terminal.services.models import CouponFound
from terminal.services.vouchers import issue_coupon
from terminal.vouchers import (
    clean_code,
    is_voucher_code,
    voucher_code,
)
from tests.services.voucher_making import (
    coupons,
    gift_card,
    issued,
)

# -- codes -----------------------------------------------------------------------------------------


def test_a_code_survives_the_hand_and_no_slip_of_the_finger_makes_another():
    code = voucher_code("C", 2**61 - 12345)
    assert is_voucher_code(code)
    assert clean_code(f" {code[:4].lower()}-{code[4:8]} {code[8:]}") == code
    assert clean_code("CO0IL1Z2") == "C0011122"
    wrong = [code[:3] + other + code[4:] for other in "0123456789" if other != code[3]]
    assert not any(is_voucher_code(text) for text in wrong)
    swapped = code[:2] + code[3] + code[2] + code[4:]
    assert swapped == code or not is_voucher_code(swapped)
    assert not is_voucher_code("X" + code[1:])
    assert not is_voucher_code(code[:-1])


# -- coupons ---------------------------------------------------------------------------------------


def test_a_coupon_is_good_once_for_whoever_shows_it(shop):
    coupons(shop)
    code = issued(shop)
    shop.later(seconds=1)
    assert shop.services.counter.identify(code) == CouponFound(code)
    done = shop.sell(None, shop.open_price(4_000), codes=(code,))
    assert done.sale.net == 3_000
    assert [offer.coupon for offer in done.sale.offers] == [code]
    with pytest.raises(VoucherUsed):
        shop.sell(None, shop.open_price(4_000), codes=(code,))


def test_two_tills_with_one_coupon_book_it_once(shop):
    coupons(shop)
    code = issued(shop)
    shop.later(seconds=1)
    counter = shop.services.counter
    counter.products()
    shown = counter.present(code, None)  # both looked before either booked
    shop.sell(None, shop.open_price(4_000), codes=(code,))
    from terminal.services.counter import SaleRequest

    late = SaleRequest(
        id="late", basket=shop.open_price(4_000), member_id=None, points=0,
        tenders=(Tender(TenderKind.CARD, 3_000),), cashier_id="cashier", coupons=(shown,),
    )  # fmt: skip
    with pytest.raises(VoucherUsed):
        counter.sell(late)


def test_a_coupon_comes_back_to_life_when_the_whole_sale_comes_back(shop):
    coupons(shop)
    code = issued(shop)
    shop.later(seconds=1)
    done = shop.sell(None, shop.open_price(4_000), codes=(code,))
    shop.services.counter.take_back(done.sale.ref, "damaged", "cashier")
    assert shop.services.counter.present(code, None).code == code


def test_a_coupon_of_somebody_is_nobody_elses(shop):
    coupons(shop, owned=True)
    eleni, nikos = shop.enrol(), shop.enrol("Nikos")
    code = issued(shop, eleni.member.id)
    shop.later(seconds=1)
    assert shop.services.counter.present(code, eleni).kind == "ten"
    for other in (nikos, None):
        with pytest.raises(NotYourVoucher):
            shop.services.counter.present(code, other)


def test_a_coupon_is_not_good_in_the_sale_that_gave_it_nor_after_its_days(shop):
    coupons(shop, valid_days=10)
    code = issued(shop)
    with pytest.raises(VoucherNotYet):
        shop.services.counter.present(code, None)
    shop.later(days=10)
    assert shop.services.counter.present(code, None)
    shop.later(days=1)
    with pytest.raises(VoucherOver):
        shop.services.counter.present(code, None)


def test_a_kind_with_days_of_its_own_bounds_its_coupons(shop):
    coupons(shop, starts="2026-12-01", ends="2026-12-24", from_next=False)
    code = issued(shop)
    with pytest.raises(VoucherNotYet):
        shop.services.counter.present(code, None)
    shop.later(days=15)
    assert shop.services.counter.present(code, None)
    shop.later(days=30)
    with pytest.raises(VoucherOver):
        shop.services.counter.present(code, None)


def test_one_code_for_everybody_has_its_days_and_its_number(shop):
    coupons(shop, public="WINTER10", starts="2026-12-01", ends="2026-12-24", uses=2, per_member=1)
    eleni, nikos, ellie = shop.enrol(), shop.enrol("Nikos"), shop.enrol("Ellie")
    shop.services.counter.products()
    code = clean_code("winter10")
    with pytest.raises(VoucherNotYet):
        shop.services.counter.present("winter10", eleni)
    shop.later(days=15)
    assert shop.services.counter.identify("winter-10") == CouponFound(code)
    with pytest.raises(NotYourVoucher):
        shop.services.counter.present("winter10", None)
    shop.sell(eleni, shop.open_price(4_000), codes=("winter10",))
    with pytest.raises(VoucherUsed):
        shop.services.counter.present("winter10", eleni)
    shop.sell(nikos, shop.open_price(4_000), codes=("winter10",))
    with pytest.raises(VoucherUsed):
        shop.services.counter.present("winter10", ellie)
    shop.later(days=20)
    with pytest.raises(VoucherOver):
        shop.services.counter.present("winter10", ellie)


def test_a_code_for_everybody_without_bounds_is_everybodys(shop):
    coupons(shop, public="HELLO", uses=None)
    for _ in range(2):
        assert shop.sell(None, shop.open_price(4_000), codes=("hello",)).sale.net == 3_000


def test_what_is_no_coupon_is_said_so(shop):
    coupons(shop)
    code, _sale = gift_card(shop)
    for text in ("C00000000000", code):
        with pytest.raises(UnknownVoucher):
            shop.services.counter.present(text, None)
    with shop.database.write() as uow:
        blocked = issue_coupon(
            uow, uow.programs.at(shop.moment), "ten", None, "", shop.moment, lambda: 7
        )
        uow.vouchers.put(replace(blocked, blocked=True))
        uow.commit()
    shop.later(seconds=1)
    with pytest.raises(VoucherBlocked):
        shop.services.counter.present(blocked.code, None)


def test_a_coupon_that_lets_a_rule_earn_is_used_up_by_it(shop):
    """A01: +10 points with the code."""
    shop.run(
        coupons=(CouponKind(code="promo", public="PROMO10"),),
        rules=(Rule(code="plus", gives=PerOrder(10), needs=Needs(coupon="promo")),),
    )
    eleni = shop.enrol()
    before = shop.balance(eleni)
    done = shop.sell(eleni, shop.open_price(1_000), codes=("PROMO10",))
    assert done.view.account.balance == before + 10
    assert [(offer.kind, offer.coupon) for offer in done.sale.offers] == [("rule", "PR0M010")]
    with pytest.raises(VoucherUsed):
        shop.services.counter.present("PROMO10", eleni)


def test_a_coupon_below_its_minimum_is_refused_before_anything_is_booked(shop):
    shop.run(
        coupons=(CouponKind(code="ten"),),
        promotions=(
            Promotion(code="ten", gives=MoneyOff(1_000), needs=Needs(coupon="ten", minimum=5_000)),
        ),
    )
    eleni = shop.enrol()
    code = issued(shop)
    shop.later(seconds=1)
    with pytest.raises(OfferRefused) as refused:
        shop.sell(eleni, shop.open_price(4_000), codes=(code,))
    assert refused.value.details["why"] == "below_minimum"
    assert shop.services.counter.present(code, eleni)


def test_a_reward_may_be_a_coupon_for_the_next_time_and_goes_with_a_return(shop):
    """B32: nothing in the same order, something in the next."""
    coupons(shop)
    shop.run(rewards=(Reward(code="next", cost=100, gives=GiveCoupon("ten")),))
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(4_000), rewards=("next",))
    (coupon,) = done.vouchers
    assert done.sale.points_redeemed == 100
    assert done.sale.net == 4_000
    shop.later(seconds=1)
    assert shop.services.counter.present(coupon.code, eleni)
    shop.services.counter.take_back(done.sale.ref, "damaged", "cashier")
    with pytest.raises(VoucherBlocked):
        shop.services.counter.present(coupon.code, eleni)
