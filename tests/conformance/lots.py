"""Group D: lots, when points can be spent, when they lapse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from terminal.entries import EntryKind
from terminal.ledger import lapsed_lots, replay
from terminal.lots import Account
from terminal.programs.accrual import credits
from terminal.programs.deeds import full_cards, milestone_passed
from terminal.programs.effects import MoneyOff
from terminal.programs.facts import Chosen, Facts
from terminal.programs.lapsing import lapse_of, usable_from
from terminal.programs.model import Milestone, Threshold
from terminal.programs.policies import Basis, Earning, Expiry, Pending
from terminal.quoting import quote
from terminal.sales import Basket
from tests.conformance.kit import (
    ATHENS,
    EARN,
    EXPIRE,
    NOON,
    ONE_A_EURO,
    REDEEM,
    balance,
    days,
    earned,
    line,
    program,
    reward,
    rule,
)
from tests.conformance.table import row
from tests.unit.making import START, entry


@row("D01")
def a_balance_is_what_entries_add_up_to():
    assert balance(100, -30) == 70


@row("D02")
def what_lapses_first_is_spent_first():
    story = [entry(1, 50, expires=60), entry(0, 50, expires=30), entry(2, -70, kind=REDEEM)]
    lots = replay(story).account.lots
    assert [(lot.remaining, lot.lapses_at) for lot in lots] == [(30, days(60))]


@row("D04")
def a_debt_is_absorbed():
    before = replay([entry(0, 50), entry(1, -80, kind=REDEEM)]).account
    after = replay([entry(0, 50), entry(1, -80, kind=REDEEM), entry(2, 100)]).account
    assert (before.balance, before.debt) == (-30, 30)
    assert (after.balance, after.debt) == (70, 0)


@row("D05")
def what_lapses_until_when():
    account = replay([entry(0, 100, expires=60), entry(1, 200, expires=180)]).account
    assert account.lapsing_by() == [(days(60), 100), (days(180), 300)]


def swept(*story) -> tuple[int, int]:
    """(what lapses, the balance after), two days after the beginning."""
    lots = lapsed_lots(replay(story).account, days(2))
    gone = [
        entry(10 + n, -lot.remaining, kind=EXPIRE, at=days(2), reverses=lot.entry_id)
        for n, lot in enumerate(lots)
    ]
    after = replay([*story, *gone]).account
    assert lapsed_lots(after, days(2)) == []
    return sum(lot.remaining for lot in lots), after.balance


@row("D07")
def the_rest_of_a_lot():
    assert swept(entry(0, 150, expires=1), entry(1, -50, kind=REDEEM)) == (100, 0)


@row("D08")
def a_lot_that_was_used_up():
    """There is nothing left to close: docs/conformance.md. An entry never moves nothing."""
    story = (entry(0, 150, expires=1), entry(1, -150, kind=REDEEM))
    assert replay(story).account.lots == ()
    assert swept(*story) == (0, 0)
    with pytest.raises(ValueError, match="at least one point"):
        entry(2, 0, kind=EXPIRE)


@row("D09")
def once_and_never():
    assert swept(entry(0, 100, expires=1))[1] == 0
    ten_years = START + timedelta(days=3_653)
    account = replay([entry(0, 100)]).account
    assert (lapsed_lots(account, ten_years), account.available(ten_years)) == ([], 100)


@row("D11")
def earned_and_partly_spent():
    assert swept(entry(0, 400, expires=1), entry(1, -150, kind=REDEEM)) == (250, 0)


@row("D12")
def points_that_never_lapse():
    shop = program(ONE_A_EURO, expiry=Expiry(kind="never"))
    (credit,) = credits(earned(shop, line(10_000)), shop, NOON)
    assert credit.lapses_at is None
    assert swept(entry(0, credit.points)) == (0, 100)


@row("D13")
def back_into_its_own_lot():
    story = [
        entry(0, 100, expires=20, kind=EARN),
        entry(1, -100, kind=REDEEM),
        entry(2, 100, kind=EntryKind.ROLLBACK, expires=20, reverses="e001", lot="e000"),
    ]
    account = replay(story).account
    assert [(lot.entry_id, lot.remaining, lot.lapses_at) for lot in account.lots] == [
        ("e000", 100, days(20))
    ]


def waiting(points: int, waits: int = 7) -> tuple[Account, datetime]:
    """An account with points that wait, and the moment from which they can be spent."""
    shop = program(ONE_A_EURO, pending=Pending(days=waits))
    (credit,) = credits(earned(shop, line(points * 100)), shop, NOON)
    made = entry(0, credit.points, at=NOON.at)
    return replay([replace(made, usable_at=credit.usable_at)]).account, credit.usable_at


@row("D15")
def right_after_the_sale():
    account, _ = waiting(25)
    assert (account.available(NOON.at), account.pending(NOON.at)) == (0, 25)


@row("D16")
def when_the_time_has_come():
    account, usable = waiting(300)
    hour = timedelta(hours=1)
    assert (account.available(usable - hour), account.available(usable + hour)) == (0, 300)
    assert account.pending(usable + hour) == 0


@row("D17")
def a_threshold_counts_what_can_be_spent():
    shop = program(thresholds=(Threshold(code="forty", points=40, coupon="k"),))
    account, usable = waiting(45)
    assert full_cards(shop, account.available(NOON.at)) == []
    filled = full_cards(shop, account.available(usable))
    assert (len(filled), 45 - sum(each.points for each in filled)) == (1, 5)


@row("D18")
def the_running_order_pays_for_its_reward():
    """Five points a euro of the total before the reward of 500; the older lot goes first."""
    shop = program(
        rule(5),
        reward(500, MoneyOff(1_000)),
        basis=Basis(rewards="ignored"),
        earning=Earning(running=True),
    )
    story, left = [], []
    for number, goods in enumerate((11_500, 16_100)):
        account = replay(story).account
        facts, basket = Facts(available=account.balance), Basket("EUR", (line(goods),))
        said = quote(basket, shop, account, facts, Chosen(rewards=("r",)), NOON)
        story += [
            entry(2 * number, said.accrual.points, kind=EARN, expires=90),
            entry(2 * number + 1, -said.points, kind=REDEEM),
        ]
        left.append(replay(story).account.balance)
    assert left == [75, 380]
    assert [(lot.entry_id, lot.remaining) for lot in replay(story).account.lots] == [("e002", 380)]


@row("D20")
def at_the_end_of_the_month_or_year():
    """On the shop's calendar: the day that holds the moment is Athens' own."""
    month = program(expiry=Expiry(kind="month_end", months=0))
    year = program(expiry=Expiry(kind="year_end", months=0))
    first_of_february = datetime(2026, 2, 1, tzinfo=ATHENS).astimezone(UTC)
    assert lapse_of(month, datetime(2026, 1, 22, 12, tzinfo=UTC)) == first_of_february
    new_year = datetime(2019, 1, 1, tzinfo=ATHENS).astimezone(UTC)
    assert lapse_of(year, datetime(2018, 5, 5, 12, tzinfo=UTC)) == new_year
    assert usable_from(month, START) is None


@row("D21")
def a_message_at_fifty_and_at_a_hundred():
    shop = program(
        milestones=(Milestone(code="fifty", points=50), Milestone(code="hundred", points=100))
    )
    first, again, both = (milestone_passed(shop, *way) for way in ((0, 50), (50, 99), (0, 100)))
    assert (first.code, again, both.code) == ("fifty", None, "hundred")


@row("D22")
def two_members_become_one():
    """All of B's lots go to A with their lapse; B's entries stay where they are."""
    transfer = EntryKind.TRANSFER
    mine = [entry(0, 100)]
    theirs = [entry(1, 150, expires=20), entry(2, 50, expires=40)]
    gone = entry(3, -200, kind=transfer)
    came = [
        entry(4 + n, taken.points, kind=transfer, expires=(20, 40)[n])
        for n, taken in enumerate(replay([*theirs, gone]).taken[gone.id])
    ]
    a, b = replay([*mine, *came]).account, replay([*theirs, gone]).account
    assert (a.balance, b.balance, b.lots, b.entries) == (300, 0, (), 3)
    assert a.lapsing() == [(days(20), 150), (days(40), 50)]
