"""From basket to sale and back: what comes back is exactly what went in."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.errors import EmptyBasket, NotPaid, OtherCurrency, Overpaid
from terminal.ids import EntryId
from terminal.ledger import EntryKind, replay
from terminal.online import OnlineOrder, derive_earn, earn_id
from terminal.programs.facts import Facts
from terminal.returns import Return, points_back, reversing_entries
from terminal.sales import Basket, Sale, Tender, TenderKind, sale_lines, sale_ref, settle, to_pay
from tests.unit.making import START, entry, product, program

CASH, CARD = TenderKind.CASH, TenderKind.CARD


def basket() -> Basket:
    return Basket("EUR").add(product("OIL-500", 980)).add(product("COF-250", 640), 2)


def sale(**more) -> Sale:
    lines = sale_lines(basket(), more.get("redeemed_value", 0))
    return Sale(
        **{
            "id": "s1", "ref": "T1-000001", "till": "T1", "seq": 1, "cashier_id": "c",
            "member_id": "m", "currency": "EUR", "lines": lines, "points_redeemed": 0,
            "redeemed_value": 0, "rounding": 0, "tenders": (Tender(CARD, 2260),), "change": 0,
            "sold_at": START, **more,
        }
    )  # fmt: skip


def test_the_same_product_joins_its_line_and_zero_takes_it_out():
    two = basket().add(product("OIL-500", 980))
    assert [(line.sku, line.quantity) for line in two.lines] == [("OIL-500", 2), ("COF-250", 2)]
    assert (two.items, two.total) == (4, 3240)
    assert [line.sku for line in two.with_quantity(0, 0).lines] == ["COF-250"]
    assert two.with_quantity(1, 5).lines[1].total == 3200


def test_another_price_is_another_line():
    assert len(basket().add(product("OIL-500", 900)).lines) == 3


def test_a_price_in_other_money_is_no_price_here():
    with pytest.raises(OtherCurrency) as other:
        Basket("HUF").add(product("OIL-500", 980))
    assert other.value.details == {"currency": "EUR", "expected": "HUF"}


def test_nobody_pays_by_taking_money():
    with pytest.raises(ValueError, match="negative"):
        Tender(CARD, -50)


def test_the_discount_lies_exactly_on_the_lines():
    lines = sale_lines(basket(), 500)
    assert [line.discount for line in lines] == [217, 283]
    assert sum(line.paid for line in lines) == 2260 - 500


def test_an_empty_basket_is_not_sold():
    with pytest.raises(EmptyBasket):
        sale_lines(Basket("EUR"), 0)


def test_cash_gives_change_and_cards_do_not():
    assert settle(3840, "EUR", (Tender(CASH, 4000),)) == (0, 160)
    assert settle(3840, "EUR", (Tender(CARD, 3000), Tender(CASH, 1000))) == (0, 160)
    with pytest.raises(Overpaid) as over:
        settle(3840, "EUR", (Tender(CARD, 4000),))
    assert over.value.details["over"] == 160
    with pytest.raises(NotPaid) as missing:
        settle(3840, "EUR", (Tender(CASH, 3800),))
    assert missing.value.details["missing"] == 40
    with pytest.raises(NotPaid):
        settle(3840, "EUR", ())


def test_forints_are_rounded_to_five_only_when_cash_alone_pays():
    assert to_pay(1_492_600, "HUF", cash=True) == 1_492_500
    assert settle(1_492_600, "HUF", (Tender(CASH, 1_500_000),)) == (-100, 7_500)
    assert settle(1_492_600, "HUF", (Tender(CARD, 1_492_600),)) == (0, 0)


def test_a_sale_knows_what_was_paid_for_goods_and_in_all():
    sold = sale(redeemed_value=500, points_redeemed=500, rounding=-1)
    assert (sold.goods, sold.net, sold.paid) == (2260, 1760, 1759)
    assert sale_ref("T2", 123) == "T2-000123"


def back(sold: Sale) -> Return:
    return Return(
        id="r1", ref="T1-000009", sale_id=sold.id, till="T1", seq=9, cashier_id="c",
        reason="damaged", money_back=sold.paid, currency="EUR",
        returned_at=START + timedelta(days=3),
    )  # fmt: skip


def reverse(sold: Sale, history: list) -> list:
    ids, seqs = count(1), count(100)
    return reversing_entries(
        sold, back(sold), history, new_id=lambda: f"x{next(ids)}", next_seq=lambda: next(seqs)
    )


def test_a_return_gives_redeemed_points_back_to_their_old_lots():
    soon, late = entry(1, 300, expires=20), entry(2, 300, expires=90)
    used = entry(3, -500, kind=EntryKind.REDEEM, source_id="s1")
    got = entry(4, 17, kind=EntryKind.EARN, source_id="s1", expires=365, basis=1760, currency="EUR")
    history = [soon, late, used, got]
    sold = sale(points_redeemed=500, redeemed_value=500)

    assert points_back(sold, history) == type(points_back(sold, []))(taken=17, given=500)
    undone = reverse(sold, history)

    assert [(e.kind, e.points, e.lapses_at, e.reverses, e.lot) for e in undone] == [
        (EntryKind.CLAWBACK, -17, None, "e004", None),
        (EntryKind.ROLLBACK, 200, late.lapses_at, "e003", "e002"),
        (EntryKind.ROLLBACK, 300, soon.lapses_at, "e003", "e001"),
    ]
    account = replay([*history, *undone]).account
    assert account.balance == 600
    assert account.lapsing() == [(soon.lapses_at, 300), (late.lapses_at, 300)]


def test_points_spent_as_debt_give_the_debt_back():
    history = [entry(1, 100), entry(2, -150, kind=EntryKind.REDEEM, source_id="s1")]
    undone = reverse(sale(), history)
    assert [e.points for e in undone] == [50, 100]
    assert replay([*history, *undone]).account.balance == 100


def test_a_return_leaves_other_sales_alone():
    history = [entry(1, 50, kind=EntryKind.EARN, source_id="s2")]
    assert reverse(sale(), history) == []


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.none() | st.integers(5, 300)), min_size=1, max_size=8
    ),
    st.integers(1, 900),
    st.integers(0, 200),
)
def test_a_whole_return_ends_at_exactly_what_was_there_before(credits, redeemed, earned):
    before = [entry(n, points, expires=days) for n, (points, days) in enumerate(credits)]
    used = entry(20, -redeemed, kind=EntryKind.REDEEM, source_id="s1")
    got = [entry(21, earned, kind=EntryKind.EARN, source_id="s1")] if earned else []
    history = [*before, used, *got]

    after = replay([*history, *reverse(sale(), history)]).account

    was = replay(before).account
    assert (after.balance, after.debt, after.lapsing()) == (was.balance, 0, was.lapsing())


def order(**more) -> OnlineOrder:
    return OnlineOrder(
        **{
            "store": "vendure", "remote_id": "12", "code": "ABC", "customer_id": "7",
            "email": "eleni@example.com", "card_number": "", "placed_at": START,
            "currency": "EUR", "goods": 3890, "total": 4390, "lines": (), **more,
        }
    )  # fmt: skip


def test_an_online_order_earns_by_the_same_engine_whoever_looks():
    gold = Facts(tier="gold")
    (one,) = derive_earn(order(), "m", program(), gold)
    (two,) = derive_earn(replace(order(), code="later"), "m", program(), gold)
    assert one.id == two.id == earn_id(order()) == EntryId(one.id)
    assert (one.points, one.basis, one.decided_at) == (57, 3890, START)
    assert one.source_id == "vendure:12"


def test_an_order_of_nothing_or_in_other_money_earns_nothing():
    assert derive_earn(order(goods=99), "m", program(), Facts()) == []
    assert derive_earn(order(currency="HUF"), "m", program(), Facts()) == []
