"""Cases collected from programmes of the field, by their number; what others got wrong included.

Only what this programme can express stands here: points per money, tiers by spend, money off for
points, lots, debts and whole returns. Money in minor units.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest

from terminal.errors import BelowMinimum, DecisionChanged, MemberExists, NotEnoughPoints
from terminal.ledger import EntryKind, LedgerEntry, lapsed_lots, replay
from terminal.members import Purpose
from terminal.online import OnlineOrder
from terminal.programs import (
    AccrualRule,
    Program,
    Redemption,
    Tier,
    accrue,
    offer,
    redeem_value,
    require_redeemable,
    tier_for,
)
from terminal.quoting import quote
from terminal.returns import Return, reversing_entries
from terminal.sales import Basket, Sale, Tender, TenderKind, sale_lines
from terminal.services.counter import SaleRequest
from terminal.services.enrolment import Answer, EnrolmentForm
from terminal.services.models import MemberView
from tests.shop import Shop, open_shop
from tests.unit.making import START, entry, product, program

PLAIN = Tier("plain", 0)
REDEEM, EARN, EXPIRE = EntryKind.REDEEM, EntryKind.EARN, EntryKind.EXPIRE
PENNY = Redemption(block=1, value=1, minimum=500, cap_percent=50)


# -- earning ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "per", "percent", "paid", "expected"),
    [
        pytest.param(1, 100_000, 100, 1_000_000, 10, id="A11"),
        pytest.param(3, 100, 100, 4_000, 120, id="A14"),
        pytest.param(1, 100, 200, 1_999, 38, id="A16"),
        pytest.param(10, 200, 100, 700, 30, id="A34"),
    ],
)
def test_points_for_an_amount(points, per, percent, paid, expected):
    rule = program(accrual=AccrualRule(points, per))
    assert accrue(rule, paid, Tier("x", 0, percent)).points == expected


@pytest.mark.parametrize(
    "prices", [pytest.param((5_000, 5_000), id="A03"), pytest.param((99, 99, 99), id="per order")]
)
def test_lines_are_added_before_they_are_rounded(prices):
    basket = Basket("EUR")
    for number, price in enumerate(prices):
        basket = basket.add(product(f"P{number}", price))
    said = quote(basket, program(), replay([]).account, PLAIN, 0, START)
    assert said.accrual.points == sum(prices) // 100


def test_the_rate_of_the_level_counts_for_the_whole_sum():
    """G08: level two begins at 300 000; others gave 217 for 196 000."""
    levels = program(
        accrual=AccrualRule(1, 100_000), tiers=(Tier("one", 0), Tier("two", 30_000_000, 111))
    )
    assert accrue(levels, 19_600_000, tier_for(levels, 19_600_000)).points == 196


@pytest.mark.parametrize(
    ("tenders"),
    [
        pytest.param(((TenderKind.CARD, 9_000), (TenderKind.CASH, 1_000)), id="A08"),
        pytest.param(((TenderKind.CARD, 5_000), (TenderKind.CASH, 5_000)), id="A09"),
        pytest.param(((TenderKind.CASH, 10_000),), id="cash alone"),
    ],
)
def test_how_it_is_paid_does_not_change_what_it_earns(shop, tenders):
    eleni = shop.enrol()
    done = shop.services.counter.sell(
        request(shop, eleni, 10_000, tuple(Tender(kind, amount) for kind, amount in tenders))
    )
    assert [e.points for e in done.entries] == [100]


# -- redeeming -------------------------------------------------------------------------------------


def test_what_points_paid_does_not_earn():
    """A12: 10 000 at one point per 1000; ten points, worth ten, leave nine to earn."""
    rule = program(accrual=AccrualRule(1, 100_000), redemption=Redemption(1, 100, 1))
    account = replay([entry(0, 10)]).account
    basket = Basket("EUR").add(product(price=1_000_000))
    said = quote(basket, rule, account, PLAIN, 10, START + timedelta(days=1))
    assert (said.redeemed_value, said.net, said.accrual.points) == (1_000, 999_000, 9)
    assert said == quote(basket, rule, account, PLAIN, 10, START + timedelta(days=1))  # C17
    assert account.balance == 10


@pytest.mark.parametrize(
    ("rule", "available", "total", "most", "worth"),
    [
        pytest.param(PENNY, 1_000, 10_000, 1_000, 1_000, id="C07"),
        pytest.param(PENNY, 700, 10_000, 700, 700, id="C08 balance"),
        pytest.param(PENNY, 10_000, 10_000, 5_000, 5_000, id="C08 cap"),
        pytest.param(Redemption(100, 500, 100), 1_050, 100_000, 1_000, 5_000, id="C09"),
        pytest.param(PENNY, 400, 10_000, 0, 0, id="C10"),
        pytest.param(Redemption(100, 100, 100), 1_000, 100_000, 1_000, 1_000, id="C12"),
        pytest.param(Redemption(1, 1, 1), 5_000, 100_000, 5_000, 5_000, id="C13 balance"),
        pytest.param(Redemption(1, 1, 1), 5_000, 2_500, 2_500, 2_500, id="C13 order"),
    ],
)
def test_the_most_that_can_be_redeemed(rule, available, total, most, worth):
    given = program(redemption=rule)
    assert offer(given, available, total).most == most
    assert redeem_value(given, most) == worth
    if most:
        require_redeemable(given, most, available, total)


def test_too_few_and_too_many_are_refused_and_nothing_is_made_smaller_silently():
    given = program(redemption=PENNY)
    with pytest.raises(BelowMinimum):  # C10
        require_redeemable(given, 400, 5_000, 10_000)
    with pytest.raises(NotEnoughPoints):  # C13
        require_redeemable(program(redemption=Redemption(1, 1, 1)), 99_999, 5_000, 100_000)


# -- the ledger ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moves", "balance", "debt"),
    [
        pytest.param((100, -30), 70, 0, id="D01"),
        pytest.param((10, -7), 3, 0, id="C22"),
        pytest.param((106, -50), 56, 0, id="C24"),
        pytest.param((50, -80, 100), 70, 0, id="D04"),
        pytest.param((50, -80), -30, 30, id="D04 before"),
    ],
)
def test_a_balance_is_what_the_entries_add_up_to(moves, balance, debt):
    account = replay([entry(n, points) for n, points in enumerate(moves)]).account
    assert (account.balance, account.debt) == (balance, debt)


def test_the_lot_that_lapses_first_is_spent_first():
    """D02."""
    account = replay(
        [entry(1, 50, expires=60), entry(0, 50, expires=30), entry(2, -70, kind=REDEEM)]
    ).account
    assert [(lot.remaining, lot.lapses_at) for lot in account.lots] == [
        (30, START + timedelta(days=60))
    ]


def test_what_lapses_until_when():
    """D05: 100 by March, 300 by July."""
    account = replay([entry(0, 100, expires=60), entry(1, 200, expires=180)]).account
    by_march, by_july = START + timedelta(days=60), START + timedelta(days=180)
    assert [sum(p for at, p in account.lapsing() if at <= by) for by in (by_march, by_july)] == [
        100,
        300,
    ]


@pytest.mark.parametrize(
    ("earned", "spent"), [pytest.param(150, 50, id="D07"), pytest.param(400, 150, id="D11")]
)
def test_only_the_rest_of_a_lot_lapses_and_only_once(earned, spent):
    history = [entry(0, earned, expires=1), entry(1, -spent, kind=REDEEM)]
    later = START + timedelta(days=2)
    (lot,) = lapsed_lots(replay(history).account, later)
    assert lot.remaining == earned - spent
    history += [entry(2, -lot.remaining, kind=EXPIRE, at=later, reverses=lot.entry_id)]
    after = replay(history).account
    assert (after.balance, lapsed_lots(after, later)) == (0, [])  # D09: idempotent


def test_a_lot_without_an_end_is_there_after_ten_years():
    """D09."""
    account = replay([entry(0, 100)]).account
    ten_years = START + timedelta(days=3653)
    assert (lapsed_lots(account, ten_years), account.available(ten_years)) == ([], 100)


def test_pending_points_are_seen_and_become_usable_by_themselves():
    """D15, D16."""
    account = replay([entry(0, 25, usable=7)]).account
    before, after = START + timedelta(days=1), START + timedelta(days=7)
    assert (account.available(before), account.pending(before)) == (0, 25)
    assert (account.available(after), account.pending(after)) == (25, 0)


# -- returns ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Story:
    """Entries before, of and after one sale ("s1"), which then comes back as a whole."""

    entries: tuple[LedgerEntry, ...]
    sale: Sale

    def undone(self) -> list[LedgerEntry]:
        ids, seqs = count(1), count(500)
        back = Return(
            id="r1", ref="T1-000009", sale_id="s1", till="T1", seq=9, cashier_id="c", reason="",
            money_back=self.sale.paid, currency="EUR", returned_at=START + timedelta(days=3),
        )  # fmt: skip
        return reversing_entries(
            self.sale, back, self.entries, new_id=lambda: f"x{next(ids)}",
            next_seq=lambda: next(seqs),
        )  # fmt: skip


def story(*entries: LedgerEntry, goods: int = 2_260, off: int = 0) -> Story:
    lines = sale_lines(Basket("EUR").add(product(price=goods)), off)
    sold = Sale(
        id="s1", ref="T1-000001", till="T1", seq=1, cashier_id="c", member_id="m", currency="EUR",
        lines=lines, points_redeemed=off, redeemed_value=off, rounding=0,
        tenders=(Tender(TenderKind.CARD, goods - off),), change=0, sold_at=START,
    )  # fmt: skip
    return Story(entries, sold)


def used(n: int, points: int) -> LedgerEntry:
    return entry(n, -points, kind=REDEEM, source_id="s1")


def got(n: int, points: int) -> LedgerEntry:
    return entry(n, points, kind=EARN, source_id="s1")


@pytest.mark.parametrize(
    ("told", "before", "after"),
    [
        pytest.param(story(entry(0, 200), used(1, 150), got(2, 70)), 120, 200, id="E02"),
        pytest.param(story(got(1, 70)), 70, 0, id="E06"),
        pytest.param(story(got(1, 150), entry(2, -100, kind=REDEEM)), 50, -100, id="E13 E25"),
        pytest.param(story(got(1, 50)), 50, 0, id="E16"),
        pytest.param(story(entry(0, 50), used(1, 50), got(2, 21)), 21, 50, id="E19"),
        pytest.param(story(got(1, 106)), 106, 0, id="E20"),
        pytest.param(story(entry(0, 100), used(1, 100)), 0, 100, id="D13"),
    ],
)
def test_a_whole_return_ends_where_the_sale_began(told, before, after):
    assert replay(told.entries).account.balance == before
    assert replay([*told.entries, *told.undone()]).account.balance == after


def test_every_running_balance_of_a_cancelled_sale_is_right():
    """E19: +50, -50, +21, then all of it back."""
    told = story(entry(0, 50), used(1, 50), got(2, 21))
    balances = replay([*told.entries, *told.undone()]).balances
    assert list(balances.values()) == [50, 0, 21, 0, 50]


def test_a_rule_that_changed_since_does_not_change_what_is_taken_back():
    """E16: earned by version 3, whatever the rule is today."""
    told = story(replace(got(1, 50), program="Elia", program_version=3, rate="1/100 100%"))
    (undone,) = told.undone()
    assert (undone.points, undone.program_version, undone.rate) == (-50, 3, "1/100 100%")


def test_what_points_paid_never_comes_back_as_money():
    """E23: 20 000, of which 8 000 by points; others gave back 28 000."""
    told = story(entry(0, 8_000), used(1, 8_000), goods=20_000, off=8_000)
    assert told.sale.paid == 12_000
    assert [e.points for e in told.undone()] == [8_000]


def test_points_go_back_to_the_lot_they_came_from():
    """D13: no new life for old points."""
    told = story(entry(0, 100, expires=20), used(1, 100))
    account = replay([*told.entries, *told.undone()]).account
    assert account.lapsing() == [(START + timedelta(days=20), 100)]


# -- tiers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spent", "now", "expected"),
    [
        pytest.param(0, 6_000, "bronze", id="G01"),
        pytest.param(0, 15_000, "silver", id="G02"),
        pytest.param(4_000, 500, "bronze", id="G04"),
        pytest.param(18_000, 3_000, "gold", id="G06"),
        pytest.param(22_000, 5_000, "gold", id="G07"),
    ],
)
def test_the_level_after_a_sale(shop, spent, now, expected):
    tiers = (Tier("bronze", 0), Tier("silver", 10_000), Tier("gold", 20_000))
    change_program(shop, tiers=tiers)
    eleni = shop.enrol()
    if spent:
        shop.sell(eleni, shop.open_price(spent))
        shop.later(days=1)
    assert shop.sell(eleni, shop.open_price(now)).view.tier.code == expected


# -- once ------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path):
    shop = open_shop(tmp_path / "till.db")
    yield shop
    shop.database.close()


def request(
    shop: Shop, member: MemberView, goods: int, tenders: tuple[Tender, ...], **more: object
) -> SaleRequest:
    """A decision that can be sent more than once."""
    chosen = {"id": shop.new_id(), "points": 0, "cashier_id": "cashier", **more}
    basket = shop.open_price(goods)
    return SaleRequest(basket=basket, member_id=member.member.id, tenders=tenders, **chosen)


def change_program(shop: Shop, **changes: object) -> Program:
    with shop.database.write() as uow:
        changed = replace(uow.programs.at(shop.clock()), **changes)
        uow.programs.put(changed)
        uow.commit()
    return changed


def test_an_order_earns_once_however_often_it_is_heard_of(shop):
    """A21, F01, F06."""
    eleni = shop.enrol(email="eleni@example.com")
    order = OnlineOrder(
        store="vendure", remote_id="7", code="7", customer_id="", email="eleni@example.com",
        card_number="", placed_at=shop.moment, currency="EUR", goods=5_000, total=5_000, lines=(),
    )  # fmt: skip
    for _ in range(3):
        shop.services.orders.take([order, order])
    assert shop.balance(eleni) == 100 + 50


def test_joining_twice_gives_one_welcome(shop):
    """A33."""
    change_program(shop, welcome_points=250)
    eleni = shop.enrol(phone="690 000 4417")
    again = EnrolmentForm(
        given_name="Eleni", phone="690 000 4417",
        answers=(Answer(Purpose.PROGRAMME, True, "May we?", "en"),),
    )  # fmt: skip
    with pytest.raises(MemberExists):
        shop.services.enrolment.enrol(again, "cashier")
    assert shop.balance(eleni) == 250


def test_a_decision_sent_again_is_one_debit_and_another_under_its_id_is_refused(shop):
    """F02, F05, F03."""
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(40_000))
    first = shop.sell(eleni, shop.open_price(4_340), points=500)
    decided = request(shop, eleni, 4_340, first.sale.tenders, points=500, id=first.sale.id)

    assert shop.services.counter.sell(decided).sale == first.sale
    with pytest.raises(DecisionChanged):
        shop.services.counter.sell(replace(decided, points=200))
    assert shop.balance(eleni) == first.view.account.balance
