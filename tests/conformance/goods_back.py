"""Group E: goods come back."""

from dataclasses import replace
from itertools import count

from terminal.ledger import LedgerEntry, Part, replay
from terminal.programs.effects import MoneyOff
from terminal.returns import (
    PendingReturn,
    Return,
    ReturnLine,
    ReturnPolicy,
    late_entries,
    plan_return,
    reversing_entries,
)
from terminal.sales import Applied, Sale, SaleLine, Tender, TenderKind
from terminal.vouchers import ValueEntry, ValueKind, spendable
from tests.conformance.kit import EARN, ONE_A_EURO, REDEEM, days, earned, line, off, program
from tests.conformance.table import row
from tests.unit.making import START, entry

AS_USUAL = ReturnPolicy()
CLAMP = ReturnPolicy(clawback="clamp")


def sold(*lines: SaleLine, tenders=(), offers: tuple[Applied, ...] = ()) -> Sale:
    """A paid sale of these lines."""
    due = sum(each.paid for each in lines)
    return Sale(
        id="s1", ref="T1-000001", till="T1", seq=1, cashier_id="c", member_id="m", currency="EUR",
        lines=lines, points_redeemed=0, redeemed_value=sum(each.points_paid for each in lines),
        rounding=0, tenders=tenders or (Tender(TenderKind.CARD, due),), change=0, sold_at=START,
        offers=offers,
    )  # fmt: skip


def item(price: int, quantity: int = 1, discount: int = 0, sku: str = "A") -> SaleLine:
    return SaleLine(sku, sku, price, quantity, discount)


def back(number: int, *lines: ReturnLine, money: int = 0) -> Return:
    return Return(
        id=f"r{number}", ref=f"T1-{number:06}", sale_id="s1", till="T1", seq=number, cashier_id="c",
        reason="", money_back=money, currency="EUR", returned_at=days(2 + number), lines=lines,
    )  # fmt: skip


def got(n: int, points: int, **more: object) -> LedgerEntry:
    return entry(n, points, kind=EARN, source_id="s1", **more)


def used(n: int, points: int) -> LedgerEntry:
    return entry(n, -points, kind=REDEEM, source_id="s1")


def undone(
    sale: Sale, story: list[LedgerEntry], *lines: ReturnLine, policy=AS_USUAL
) -> list[LedgerEntry]:
    """The entries of one return."""
    ids, seqs = count(1), count(500)
    return reversing_entries(
        sale, back(1, *lines), story, new_id=lambda: f"x{next(ids)}", next_seq=lambda: next(seqs),
        policy=policy,
    )  # fmt: skip


def after(sale: Sale, story: list[LedgerEntry], *lines: ReturnLine, policy=AS_USUAL) -> int:
    """The balance once this came back."""
    return replay([*story, *undone(sale, story, *lines, policy=policy)]).account.balance


@row("E01")
def one_of_two():
    told = earned(program(ONE_A_EURO), line(5_000, 2))
    story = [got(1, told.points, parts=told.parts)]
    assert told.points == 100
    assert after(sold(item(5_000, 2)), story, ReturnLine(0, 1)) == 50


PAIR = [entry(0, 200), used(1, 150), got(2, 70)]
"""200 points; a sale of two at 35.00 earns 70 and spends 150."""


@row("E02")
def all_of_it():
    assert replay(PAIR).account.balance == 120
    assert after(sold(item(3_500, 2)), PAIR) == 200


@row("E03")
def half_of_it():
    made = undone(sold(item(3_500, 2)), PAIR, ReturnLine(0, 1))
    assert [each.points for each in made] == [-35, 75]
    assert after(sold(item(3_500, 2)), PAIR, ReturnLine(0, 1)) == 160


@row("E04")
def a_gift_card_is_refunded():
    bought = ValueEntry(
        id="v1", code="G", kind=ValueKind.ISSUE, amount=5_000, currency="EUR", decided_at=START,
        till="T1", seq=1,
    )  # fmt: skip
    gone = ValueEntry(
        id="v2", code="G", kind=ValueKind.UNDO, amount=-5_000, currency="EUR", decided_at=days(1),
        till="T1", seq=2, reverses="v1",
    )  # fmt: skip
    assert spendable([bought], days(2)) == 5_000
    assert spendable([bought, gone], days(2)) == 0


@row("E06")
def a_sale_that_is_cancelled():
    assert after(sold(item(7_000)), [got(1, 70)]) == 0


@row("E07")
def a_share_of_the_whole_order():
    both = sold(item(2_000), item(2_000, sku="B"))
    (claw,) = undone(both, [got(1, 70)], ReturnLine(1, 1))
    assert claw.points == -35


@row("E08")
def half_the_money():
    assert after(sold(item(2_500, 2)), [got(1, 50)], ReturnLine(0, 1)) == 25


SPENT = [got(1, 150), entry(2, -100, kind=REDEEM)]


@row("E12")
def taken_as_far_as_it_goes():
    plan = plan_return(sold(item(15_000)), (), (), SPENT, days(3), CLAMP)
    assert (plan.points.taken, plan.points.shortfall) == (50, 100)
    assert after(sold(item(15_000)), SPENT, policy=CLAMP) == 0


@row("E13")
def taken_as_a_debt():
    assert after(sold(item(15_000)), SPENT) == -100


@row("E16")
def by_the_rule_of_its_time():
    """Whatever the programme says today: a return reads entries and no programme."""
    pinned = got(1, 50, program="Elia", program_version=3, rate="1/100 100%")
    (claw,) = undone(sold(item(5_000)), [pinned])
    assert (claw.points, claw.program_version, claw.rate) == (-50, 3, "1/100 100%")


@row("E17")
def in_proportion_to_what_was_paid():
    """50.00 and 20.00 less 10.00 over both: 17.14 of 60.00 were paid for the second, so 17."""
    shop = program(ONE_A_EURO, off(MoneyOff(1_000)))
    told = earned(shop, line(5_000), line(2_000, sku="B"))
    sale = sold(item(5_000, discount=714), item(2_000, discount=286, sku="B"))
    (claw,) = undone(sale, [got(1, told.points, parts=told.parts)], ReturnLine(1, 1))
    assert (told.points, claw.points) == (60, -17)


@row("E19")
def every_running_balance():
    story = [entry(0, 50), used(1, 50), got(2, 21)]
    told = replay([*story, *undone(sold(item(2_100)), story)])
    assert list(told.balances.values()) == [50, 0, 21, 0, 50]


@row("E20")
def buying_refunding_and_keeping():
    story: list[LedgerEntry] = []
    for n in range(5):
        bought = got(10 * n, 106, id=f"b{n}", parts=(Part("accrual", 106),))
        fresh = undone(sold(item(10_600)), [bought])
        story += [bought, *(renamed(each, n) for each in fresh)]
        assert replay(story).account.balance == 0
        assert replay(story).account.lots == ()


def renamed(each: LedgerEntry, n: int) -> LedgerEntry:
    return replace(each, id=f"{each.id}-{n}")


@row("E23")
def what_a_card_paid_goes_back_there():
    tenders = (Tender(TenderKind.GIFT_CARD, 800_000, "G"), Tender(TenderKind.CASH, 1_200_000))
    plan = plan_return(sold(item(2_000_000), tenders=tenders), (), (), [], days(3))
    assert (plan.money, plan.gift_card) == (1_200_000, 800_000)


@row("E25")
def never_refused_for_what_was_spent_elsewhere():
    """Earned in this sale, spent in another: a debt, or let go and reported."""
    plan = plan_return(sold(item(15_000)), (), (), SPENT, days(3))
    assert (plan.points.taken, plan.points.shortfall) == (150, 0)
    assert [after(sold(item(15_000)), SPENT, policy=p) for p in (AS_USUAL, CLAMP)] == [
        -100,
        0,
    ]


@row("E26")
def cash_was_handed_out_before_anybody_said_no():
    """Goods of a sale that already came back elsewhere: the money stays recorded with its return,
    and no points move twice. A person sees both returns with the sale."""
    sale, story = sold(item(5_000)), [got(1, 50)]
    pending = PendingReturn(
        id="r9", ref="T2-000009", sale_ref=sale.ref, till="T2", seq=9, cashier_id="c", reason="",
        money_back=5_000, currency="EUR", returned_at=days(5),
    )  # fmt: skip
    first = back(1, ReturnLine(0, 1), money=5_000)
    story += undone(sale, story, ReturnLine(0, 1))
    late = pending.of(sale)
    assert (late.money_back, late.sale_id) == (5_000, sale.id)
    assert late_entries(sale, late, story, earlier=(first,)) == []
    assert replay(story).account.balance == 0
