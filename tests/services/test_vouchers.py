"""Coupons, gift cards and store credit at the counter, on a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.errors import (
    NotEnoughOnCard,
    NotYourVoucher,
    OfferRefused,
    OtherCurrency,
    UnknownVoucher,
    VoucherBlocked,
    VoucherNotYet,
    VoucherOver,
    VoucherUsed,
)
from terminal.programs.conditions import Needs
from terminal.programs.effects import GiveCoupon, MoneyOff, PerOrder
from terminal.programs.model import CouponKind, Promotion, Reward, Rule
from terminal.sales import Basket, Goods, Product, Tender, TenderKind
from terminal.services.models import CouponFound, MoneyCardFound
from terminal.services.vouchers import credit_code, expire_cards, give_credit, issue_coupon
from terminal.shares import ReturnLine
from terminal.vouchers import (
    ValueEntry,
    ValueKind,
    VoucherCode,
    clean_code,
    is_voucher_code,
    spendable,
    value_lots,
    voucher_code,
)
from tests.shop import START, Shop

TEN_OFF = Promotion(code="ten", gives=MoneyOff(1_000), needs=Needs(coupon="ten"), guests=True)
GIFT_CARD = Product("GIFT-50", "Gift card", 5_000, "EUR", goods=Goods(kind="gift_card"))


def coupons(shop: Shop, **kind: object) -> None:
    shop.run(coupons=(CouponKind(code="ten", **kind),), promotions=(TEN_OFF,))


def issued(shop: Shop, owner: str | None = None) -> str:
    with shop.database.write() as uow:
        program = uow.programs.at(shop.moment)
        coupon = issue_coupon(uow, program, "ten", owner, "story", shop.moment, lambda: 12345)
        uow.commit()
    return coupon.code


def value(shop: Shop, code: str) -> int:
    with shop.database.read() as uow:
        return uow.vouchers.value(VoucherCode(code))


def gift_card(shop: Shop) -> tuple[str, object]:
    """A gift card of 50.00, sold to a guest; its code and its sale."""
    done = shop.sell(None, Basket("EUR").add(GIFT_CARD))
    (card,) = done.vouchers
    return card.code, done.sale


def paid_with(code: str, amount: int) -> tuple[Tender, ...]:
    return (Tender(TenderKind.GIFT_CARD, amount, code),)


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


# -- gift cards ------------------------------------------------------------------------------------


def test_a_gift_card_pays_and_does_not_lower_what_is_earned(shop):
    """A09: a tender, not a discount."""
    code, _sale = gift_card(shop)
    eleni = shop.enrol()
    assert shop.services.counter.identify(code) == MoneyCardFound(code)
    assert shop.services.counter.card_value(code)[1] == 5_000
    done = shop.sell(eleni, shop.open_price(10_000), cards=paid_with(code, 5_000))
    assert done.sale.net == 10_000
    assert sum(entry.points for entry in done.entries) == 100
    assert value(shop, code) == 0


def test_a_card_never_pays_more_than_is_on_it(shop):
    """C30: 46.80 are left of 50.00."""
    code, _sale = gift_card(shop)
    shop.sell(None, shop.open_price(320), cards=paid_with(code, 320))
    assert shop.services.counter.card_value(code)[1] == 4_680
    with pytest.raises(NotEnoughOnCard) as refused:
        shop.sell(None, shop.open_price(9_000), cards=paid_with(code, 5_000))
    assert refused.value.details["available"] == 4_680
    assert value(shop, code) == 4_680


def test_a_return_puts_back_on_the_card_what_it_paid_and_never_pays_it_out(shop):
    """E23: 120.00 in money and 80.00 on the cards, not 200.00 and 80.00."""
    first, _ = gift_card(shop)
    second, _ = gift_card(shop)
    cards = (*paid_with(first, 5_000), *paid_with(second, 3_000))
    done = shop.sell(None, shop.open_price(20_000), cards=cards)
    back = shop.services.counter.take_back(done.sale.ref, "damaged", "cashier").back
    assert back.money_back == 12_000
    assert (value(shop, first), value(shop, second)) == (5_000, 5_000)


def test_a_returned_gift_card_is_empty_and_blocked(shop):
    """E04."""
    code, sale = gift_card(shop)
    back = shop.services.counter.take_back(sale.ref, "gift", "cashier").back
    assert (back.money_back, value(shop, code)) == (5_000, 0)
    with pytest.raises(VoucherBlocked):
        shop.services.counter.card_value(code)


def test_of_a_returned_gift_card_only_what_is_left_is_paid_out(shop):
    code, sale = gift_card(shop)
    shop.sell(None, shop.open_price(2_000), cards=paid_with(code, 2_000))
    offered = shop.services.counter.find_sale(sale.ref)
    assert offered.money == 3_000
    assert shop.services.counter.take_back(sale.ref, "gift", "cashier").back.money_back == 3_000


def test_one_of_two_gift_cards_comes_back_the_fuller_one(shop):
    done = shop.sell(None, Basket("EUR").add(GIFT_CARD, 2))
    first, second = (card.code for card in done.vouchers)
    shop.sell(None, shop.open_price(1_000), cards=paid_with(first, 1_000))
    back = shop.services.counter.take_back(
        done.sale.ref, "gift", "cashier", (ReturnLine(0, 1),)
    ).back
    assert back.money_back == 5_000
    assert (value(shop, first), value(shop, second)) == (4_000, 0)


def test_a_used_up_gift_card_can_come_back_for_nothing(shop):
    code, sale = gift_card(shop)
    shop.sell(None, shop.open_price(5_000), cards=paid_with(code, 5_000))
    assert shop.services.counter.take_back(sale.ref, "gift", "cashier").back.money_back == 0
    assert value(shop, code) == 0


def test_other_money_and_unknown_cards_are_refused(shop):
    code, _sale = gift_card(shop)
    with shop.database.write() as uow:
        card = uow.vouchers.get(VoucherCode(code))
        uow.vouchers.put(replace(card, currency="HUF"))
        uow.commit()
    with pytest.raises(OtherCurrency):
        shop.services.counter.card_value(code)
    with pytest.raises(UnknownVoucher):
        shop.services.counter.card_value("G00000000000")


# -- store credit ----------------------------------------------------------------------------------


def credit(shop: Shop, member_id: str, amount: int, source: str, **more: object) -> str:
    with shop.database.write() as uow:
        given = give_credit(
            uow, member_id, amount, more.pop("currency", "EUR"), till="T1", cashier_id="cashier",
            now=shop.moment, source_id=source, **more,
        )  # fmt: skip
        uow.commit()
    return given.code


def test_store_credit_is_one_purse_a_member_and_each_source_counts_once(shop):
    eleni = shop.enrol()
    code = credit(shop, eleni.member.id, 1_000, "complaint 1")
    credit(shop, eleni.member.id, 1_000, "complaint 1")
    assert credit(shop, eleni.member.id, 500, "complaint 2") == code
    assert code == credit_code(eleni.member.id)
    assert value(shop, code) == 1_500
    tender = (Tender(TenderKind.STORE_CREDIT, 1_500, code),)
    assert shop.sell(eleni, shop.open_price(2_000), cards=tender).sale.net == 2_000
    assert value(shop, code) == 0
    with pytest.raises(OtherCurrency):
        credit(shop, eleni.member.id, 1_000, "complaint 3", currency="HUF")


def test_a_purse_spends_what_lapses_first_and_books_out_what_lapsed(shop):
    eleni = shop.enrol()
    stays = shop.moment + timedelta(days=30)
    code = credit(shop, eleni.member.id, 1_000, "a")
    credit(shop, eleni.member.id, 500, "b", lapses_at=stays)
    shop.sell(eleni, shop.open_price(300), cards=(Tender(TenderKind.STORE_CREDIT, 300, code),))
    shop.later(days=31)
    assert shop.services.counter.card_value(code)[1] == 1_000
    with shop.database.write() as uow:
        assert expire_cards(uow, "T1", shop.moment) == 200
        uow.commit()
    with shop.database.write() as uow:
        assert expire_cards(uow, "T1", shop.moment) == 0
    assert value(shop, code) == 1_000


def moved(n: int, amount: int, kind: ValueKind, **more: object) -> ValueEntry:
    return ValueEntry(
        id=f"v{n}", code=VoucherCode("G"), kind=kind, amount=amount, currency="EUR",
        decided_at=START + timedelta(hours=n), till="T1", seq=n, **more,
    )  # fmt: skip


def test_money_spent_twice_without_a_network_is_a_debt_that_the_next_credit_pays():
    entries = [
        moved(1, 5_000, ValueKind.ISSUE),
        moved(2, -4_000, ValueKind.PAY),
        moved(3, -3_000, ValueKind.PAY),
        moved(4, 2_500, ValueKind.ISSUE),
    ]
    assert [lot.remaining for lot in value_lots(entries)] == [500]
    assert value_lots(entries[:3]) == ()
    assert value_lots([*entries[:3], moved(4, 1_000, ValueKind.ISSUE)]) == ()


def test_an_expiry_takes_from_the_lot_it_names():
    gone = START + timedelta(hours=2)
    entries = [
        moved(1, 5_000, ValueKind.ISSUE, lapses_at=gone),
        moved(2, 1_000, ValueKind.ISSUE),
        moved(3, -5_000, ValueKind.EXPIRE, reverses="v1"),
    ]
    assert [lot.remaining for lot in value_lots(entries)] == [1_000]
    assert spendable(entries[:2], gone) == 1_000


def test_an_entry_moves_at_least_one_minor_unit():
    with pytest.raises(ValueError, match="at least one"):
        moved(1, 0, ValueKind.ADJUST)
