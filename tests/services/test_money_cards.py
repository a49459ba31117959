"""Gift cards and store credit at the counter, on a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.errors import (
    NotEnoughOnCard,
    OtherCurrency,
    UnknownVoucher,
    VoucherBlocked,
)
from terminal.sales import Basket, Tender, TenderKind
from terminal.services.models import MoneyCardFound
from terminal.services.vouchers import credit_code, expire_cards, give_credit
from terminal.shares import ReturnLine
from terminal.vouchers import (
    ValueEntry,
    ValueKind,
    VoucherCode,
    spendable,
    value_lots,
)
from tests.services.voucher_making import (
    GIFT_CARD,
    gift_card,
    paid_with,
    value,
)
from tests.shop import START, Shop

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
