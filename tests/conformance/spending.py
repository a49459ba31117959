"""Group C: what points, gift cards and store credit pay, and what full stamp cards turn into."""

from datetime import timedelta

import pytest

from terminal.errors import ProgramBroken
from terminal.ledger import EntryKind, replay
from terminal.programs.deeds import full_cards
from terminal.programs.effects import Gift, MoneyOff, PercentOff
from terminal.programs.facts import Chosen, Facts
from terminal.programs.file import read, write
from terminal.programs.model import Threshold
from terminal.programs.policies import Redemption
from terminal.programs.redeeming import clamp, offer, redeem_value
from terminal.quoting import quote
from terminal.sales import Basket, Tender, TenderKind, settle
from terminal.vouchers import ValueEntry, ValueKind, spendable
from tests.conformance.kit import (
    EARN,
    NOON,
    ONE_A_EURO,
    REDEEM,
    balance,
    days,
    line,
    off,
    priced,
    program,
    reward,
)
from tests.conformance.table import row
from tests.unit.making import START, entry

PENNY = program(redemption=Redemption(1, 1, 500, cap_percent=50))
PLAIN = program(redemption=Redemption(1, 1, 1))


@row("C05")
def two_facts_not_their_difference():
    shop, account = program(ONE_A_EURO, reward(5, Gift("a cup"))), replay([entry(0, 5)]).account
    basket = Basket("EUR", (line(1_000),))
    said = quote(basket, shop, account, Facts(available=5), Chosen(rewards=("r",)), NOON)
    assert (said.accrual.points, said.points, said.balance_after) == (10, 5, 10)


@row("C06")
def two_rewards_in_one_order():
    shop = program(ONE_A_EURO, reward(1, Gift("a"), "one"), reward(2, Gift("b"), "two"))
    account, basket = replay([entry(0, 4)]).account, Basket("EUR", (line(100),))
    wanted = Chosen(rewards=("one", "two"))
    said = quote(basket, shop, account, Facts(available=4), wanted, NOON)
    assert (said.accrual.points, said.points, said.balance_after) == (1, 3, 2)


@row("C07")
def what_was_asked_for():
    assert clamp(PENNY, 1_000, 5_000, 10_000) == 1_000


@row("C08")
def as_far_as_balance_and_cap_allow():
    assert [clamp(PENNY, 1_000, 700, 10_000), clamp(PENNY, 10_000, 10_000, 10_000)] == [700, 5_000]


@row("C09")
def whole_blocks():
    shop = program(redemption=Redemption(100, 500, 100))
    points = clamp(shop, 1_050, 9_000, 100_000)
    assert (points, redeem_value(shop, points)) == (1_000, 5_000)


@row("C10")
def below_the_minimum():
    assert clamp(PENNY, 400, 5_000, 10_000) == 0


@row("C11")
def a_rate_that_is_none():
    """A file with such a rate is refused; should one be there nevertheless, points are no money."""
    wrong = program(redemption=Redemption(100, 0, 100))
    assert (clamp(wrong, 500, 500, 10_000), offer(wrong, 500, 10_000).most) == (0, 0)
    assert redeem_value(wrong, 500) == 0
    with pytest.raises(ProgramBroken):
        read(write(wrong))


@row("C12")
def a_hundred_points_are_one_euro():
    assert redeem_value(program(redemption=Redemption(100, 100, 100)), 1_000) == 1_000


@row("C13")
def no_more_than_there_is():
    assert clamp(PLAIN, 99_999, 5_000, 100_000) == 5_000
    assert clamp(PLAIN, 5_000, 5_000, 2_500) == 2_500


@row("C17")
def quoting_twice():
    account, basket = replay([entry(0, 1_000)]).account, Basket("EUR", (line(5_000),))
    asked = (basket, PLAIN, account, Facts(available=1_000), Chosen(points=300), NOON)
    assert quote(*asked) == quote(*asked)
    assert account.balance == 1_000


@row("C19")
def another_debit_came_between():
    """The customer keeps the discount of 1 000 points; the ledger takes what is there."""
    account = replay([entry(0, 1_000), entry(1, -600, kind=REDEEM)]).account
    there, shortfall = account.cover(1_000, days(1))
    assert (there, shortfall) == (400, 600)
    assert balance(1_000, -600, -there) == 0


@row("C22")
def seven_of_ten():
    assert balance(10, -7) == 3


@row("C24")
def a_debit_counts_at_once():
    told = replay([entry(0, 106), entry(1, -50, kind=REDEEM), entry(2, 59)])
    assert list(told.balances.values()) == [106, 56, 115]


@row("C25")
def a_tender_does_not_lower_the_tax():
    """230.00 with 30.00 of tax: 115.00 from the wallet, 115.00 (85.00 and the tax) in cash."""
    said = priced(program(), line(23_000, tax=1_500))
    assert [(taxed.untaxed, taxed.tax) for taxed in said.taxes()] == [(20_000, 3_000)]
    wallet = Tender(TenderKind.STORE_CREDIT, 11_500)
    rest = said.net - wallet.amount
    assert (rest, rest - 3_000) == (11_500, 8_500)
    assert settle(said.net, "EUR", (wallet, Tender(TenderKind.CASH, rest))) == (0, 0)


def card(*amounts: int) -> int:
    """What a card can pay after money came to it and went."""
    moved = [
        ValueEntry(
            id=f"v{n}", code="G", kind=ValueKind.ISSUE if amount > 0 else ValueKind.PAY,
            amount=amount, currency="EUR", decided_at=START + timedelta(hours=n), till="T1", seq=n,
        )
        for n, amount in enumerate(amounts)
    ]  # fmt: skip
    return spendable(moved, START + timedelta(days=1))


@row("C26")
def a_wallet_pays_part():
    assert card(100_000, -10_000) == 90_000


@row("C27")
def a_top_up_and_goods_at_once():
    """The goods may be discounted, the money for later is not; the old 10.00 pay, 50.00 arrive."""
    tenth = program(off(PercentOff(1_000)))
    wallet = line(5_000, sku="wallet", kind="gift_card")
    assert priced(tenth, wallet, line(10_000)).discounts == (0, 1_000)
    assert card(1_000, -1_000, 5_000) == 5_000


@row("C29")
def two_gift_cards():
    goods = priced(program(), line(2_000, 20)).net
    gifts = tuple(Tender(TenderKind.GIFT_CARD, 10_000, code) for code in ("G1", "G2"))
    left = goods - sum(gift.amount for gift in gifts)
    assert left == goods - 20_000
    assert settle(goods, "EUR", (*gifts, Tender(TenderKind.CARD, left))) == (0, 0)


@row("C30")
def what_is_left_on_a_card():
    assert card(5_000, -320) == 4_680


FIFTY = Threshold(code="fifty", points=50, coupon="k")


@row("C31")
def every_full_card_is_a_coupon():
    filled = full_cards(program(thresholds=(FIFTY,)), 120)
    assert (len(filled), 120 - sum(each.points for each in filled)) == (2, 20)


@row("C33")
def a_threshold_that_stops():
    hundred = Threshold(code="hundred", points=100, coupon="k", stop=True)
    assert full_cards(program(thresholds=(hundred, FIFTY)), 100) == [hundred]


@row("C34")
def a_lot_made_smaller_than_what_was_taken_of_it():
    """100 earned, 80 spent, 50 taken back: 30 are owed, and nothing can be spent or made."""
    story = [
        entry(0, 100, kind=EARN),
        entry(1, -80, kind=REDEEM),
        entry(2, -50, kind=EntryKind.CLAWBACK, reverses="e000"),
    ]
    told = replay(story)
    assert (told.account.balance, told.account.debt, told.account.lots) == (-30, 30, ())
    assert told.account.available(days(1)) == 0
    assert all(taken.points > 0 for parts in told.taken.values() for taken in parts)
    shop = program(reward(10, MoneyOff(1)), redemption=Redemption(1, 1, 1))
    basket = Basket("EUR", (line(5_000),))
    facts = Facts(available=told.account.available(days(1)))
    said = quote(basket, shop, told.account, facts, Chosen(rewards=("r",)), NOON)
    assert (said.points, said.balance_after) == (0, -30)
