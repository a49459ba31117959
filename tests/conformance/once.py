"""Group F: told twice, counted once."""

from dataclasses import replace

import pytest

from terminal.errors import DecisionChanged
from terminal.ids import derived_id
from terminal.ledger import replay
from terminal.online import OnlineOrder, derive_earn
from terminal.sales import Basket
from terminal.services.models import MemberView
from tests.conformance.kit import MEMBER, REDEEM
from tests.conformance.table import row
from tests.shop import Shop
from tests.unit.making import START, entry, program

TOP_UP = entry(0, 50, id="top-up")
SPEND = entry(1, -10, id="spend", kind=REDEEM)


@row("F01")
def a_top_up_twice():
    account = replay([TOP_UP, TOP_UP]).account
    assert (account.balance, account.entries) == (50, 1)


@row("F02")
def a_debit_twice():
    account = replay([TOP_UP, SPEND, TOP_UP, SPEND]).account
    assert (account.balance, account.entries) == (40, 2)


def decided(shop: Shop, member: MemberView, basket: Basket, points: int = 0):
    """A sale, and the request it came from, to be sent again."""
    sent = []
    sell = shop.services.counter.sell

    def keep(request):
        sent.append(request)
        return sell(request)

    shop.services.counter.sell = keep
    try:
        return shop.sell(member, basket, points=points), sent[0]
    finally:
        shop.services.counter.sell = sell


@row("F03", shop=True)
def another_decision_under_the_same_id(shop):
    eleni = shop.enrol()
    before = shop.balance(eleni)
    done, request = decided(shop, eleni, shop.open_price(5_000))
    with pytest.raises(DecisionChanged):
        shop.services.counter.sell(replace(request, basket=shop.open_price(9_900)))
    assert shop.balance(eleni) == before + 50
    assert done.sale.goods == 5_000


@row("F05", shop=True)
def a_redemption_after_a_lost_answer(shop):
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(40_000))
    before = shop.balance(eleni)
    done, request = decided(shop, eleni, shop.open_price(4_340), points=500)
    again = shop.services.counter.sell(request)
    assert again.sale == done.sale
    assert [each.points for each in again.entries if each.points < 0] == [-500]
    earned = sum(each.points for each in again.entries if each.points > 0)
    assert earned >= 38
    assert shop.balance(eleni) == before - 500 + earned


@row("F06")
def two_tills_hear_of_one_order():
    """Each derives the entry by itself; the id follows from the order."""
    order = OnlineOrder(
        store="vendure", remote_id="7", code="7", customer_id="", email="", card_number="",
        placed_at=START, currency="EUR", goods=5_000, total=5_000, lines=(),
    )  # fmt: skip
    (here,), (there,) = (derive_earn(order, "m", program(), MEMBER) for _till in ("T1", "T2"))
    assert here == there
    assert here.id == derived_id("earn", "vendure", "7")
    account = replay([here, there]).account
    assert (account.balance, account.entries) == (50, 1)
