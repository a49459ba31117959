"""Coupons of the till in the web shop: told when they are given, used up, and given back."""

import pytest
from msgspec.structs import replace as changed_in

from terminal.outbox import MessageKind
from terminal.programs.effects import GiveCoupon, PerOrder
from terminal.programs.model import Challenge, CouponKind, Promotion, Reward, Threshold
from tests.services.test_happenings import REVIEW, bare
from tests.services.voucher_making import TEN_OFF, coupons, issued
from tests.shop import open_shop


def told(shop):
    with shop.database.read() as uow:
        waiting = uow.outbox.open(1000)
    return [m.subject_id for m in waiting if m.kind is MessageKind.COUPON]


def test_a_coupon_that_points_bought_is_told_and_ended_when_it_is_used_and_when_it_is_back(shop):
    coupons(shop)
    shop.run(rewards=(Reward(code="next", cost=100, gives=GiveCoupon("ten")),))
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(4_000), rewards=("next",))
    (coupon,) = done.vouchers
    assert told(shop) == [coupon.code]
    shop.later(seconds=1)
    used = shop.sell(eleni, shop.open_price(4_000), codes=(coupon.code,))
    assert told(shop) == [coupon.code] * 2
    shop.services.counter.take_back(used.sale.ref, "damaged", "cashier")
    assert told(shop) == [coupon.code] * 3
    shop.services.counter.take_back(done.sale.ref, "damaged", "cashier")
    assert told(shop) == [coupon.code] * 4


def test_a_code_for_everybody_is_the_shop_s_to_set_up_there(shop):
    coupons(shop, public="HELLO", uses=None)
    shop.sell(None, shop.open_price(4_000), codes=("HELLO",))
    assert told(shop) == []


def test_what_the_web_shop_can_t_know_is_not_told(shop):
    finer = changed_in(TEN_OFF, active=False)
    shop.run(coupons=(CouponKind(code="ten"),), promotions=(finer,))
    shop.sell(None, shop.open_price(4_000))
    code = issued(shop)
    shop.later(seconds=1)
    shop.run(promotions=(Promotion(code="x", gives=TEN_OFF.gives),))
    assert code not in told(shop)


def test_a_full_stamp_card_gives_coupons_that_are_told(shop):
    bare(
        shop, changed_in(REVIEW, gives=PerOrder(120)),
        thresholds=(Threshold(code="card", points=50, coupon="ten"),),
        coupons=(CouponKind(code="ten", owned=True),), promotions=(TEN_OFF,),
    )  # fmt: skip
    eleni = shop.enrol()
    shop.services.happenings.award(eleni.member.id, "review", "r1")
    with shop.database.read() as uow:
        owners = [uow.vouchers.get(code).owner for code in told(shop)]
    assert owners == [eleni.member.id] * 2


@pytest.mark.parametrize("stores", [(), ("vendure", "web")])
def test_each_store_hears_of_it_and_none_where_there_is_none(tmp_path, stores):
    shop = open_shop(tmp_path / "till.db", online_stores=stores)
    coupons(shop)
    code = issued(shop)
    shop.later(seconds=1)
    shop.sell(None, shop.open_price(4_000), codes=(code,))
    assert told(shop) == [code] * len(stores)
    shop.database.close()


def test_what_a_return_makes_unearned_is_told_to_be_no_longer_good(shop):
    spend = Challenge(code="spend", count="money", target=3_000, coupon="ten")
    bare(
        shop, challenges=(spend,), coupons=(CouponKind(code="ten", owned=True),),
        promotions=(TEN_OFF,),
    )  # fmt: skip
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(2_000))
    done = shop.sell(eleni, shop.open_price(2_000))
    [code] = told(shop)
    shop.later(seconds=1)
    shop.services.counter.take_back(done.sale.ref, "damaged", "cashier")
    assert told(shop) == [code, code]
    with shop.database.read() as uow:
        assert uow.vouchers.get(code).blocked
