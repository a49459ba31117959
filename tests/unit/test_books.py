"""The accountant's books: what each line means, and what must hold for any history and any cut."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.books.days import by_till, sum_of
from terminal.books.journal import ACCOUNTS, LIABILITY, journal
from terminal.books.revenue import (
    Estimate,
    Experience,
    Pool,
    apportion,
    whole,
)
from terminal.books.rolling import MONEY_LINES, POINT_LINES, PRIOR, points_in
from terminal.books.tables import decimal
from tests.unit.bookish import (
    ATHENS,
    FIRST,
    YEAR_1,
    YEAR_2,
    YEAR_3,
    K,
    entry,
    estimate,
    histories,
    position,
    report,
    total,
)  # fmt: skip

DAYS = st.integers(0, 520).map(lambda n: FIRST + timedelta(days=n))
RATES = st.integers(0, 10_000)


# -- estimates ------------------------------------------------------------------------------------


def test_tax_in_the_price_is_nobodys_revenue():
    with_tax, without = estimate(9500, vat_bp=2400), estimate(9500)
    assert with_tax.deferred(12_400, 1) * Fraction(124, 100) == without.deferred(12_400, 1)


@pytest.mark.parametrize(
    "wrong", [{"rate_bp": 10_001}, {"rate_bp": -1}, {"block": 0}, {"value": -1}, {"vat_bp": -1}]
)
def test_an_estimate_that_no_shop_can_mean_is_refused(wrong):
    with pytest.raises(ValueError, match=r"points|between"):
        Estimate(**{"rate_bp": 1, "basis": "", "block": 1, "value": 1, **wrong})


def test_experience_is_what_was_redeemed_of_what_came_to_an_end():
    assert Experience(800, 150, 50).rate_bp == 8000
    assert Experience(2, 1, 0).rate_bp == 6667, "to the nearest basis point"
    assert Experience(0, 10, 0).rate_bp == 0
    assert Experience(0, 0, 0).rate_bp is None


def test_nothing_is_owed_when_no_point_is_left():
    gone = Pool(Fraction(100), issued=10, redeemed=3, usable=0)
    assert gone.liability(gone.expected(9000)) == 0
    unused = Pool(Fraction(100), issued=10, redeemed=0, usable=0)
    assert unused.liability(unused.expected(9000)) == 0
    assert Pool(Fraction(0), 0, 0, 0).price(9000) == 0


@given(st.lists(st.fractions(-1000, 1000), min_size=1), st.integers(-3, 3))
def test_rounded_lines_add_up_and_are_near(parts, off):
    goal = whole(sum(parts)) + off
    shares = apportion(goal, parts)
    assert sum(shares) == goal
    assert all(abs(share - part) < 5 for share, part in zip(shares, parts, strict=True))


def test_rounding_over_nothing_and_of_halves():
    assert apportion(0, []) == []
    assert apportion(1, [Fraction(1, 2), Fraction(1, 2)]) == [1, 0]
    assert (whole(Fraction(-5, 2)), whole(Fraction(5, 2))) == (-3, 3)
    assert (decimal(-5, "EUR"), decimal(123_456, "EUR")) == ("-0.05", "1234.56")


# -- what the lines mean --------------------------------------------------------------------------


def story(*moves, until=YEAR_2, rate=8000):
    """One year's report of (kind, points, month, more) at one cent a point."""
    made = [
        entry(n, kind, points, date(2026, month, 5), **(more[0] if more else {}))
        for n, (kind, points, month, *more) in enumerate(moves)
    ]
    return report(made, YEAR_1, until, rate, value=1)


SALE = {"basis": 10_000}
EXPIRED = (K.EXPIRE, -200, 9, {"reverses": "e00000"})


def test_points_without_a_sale_are_a_cost_at_what_they_are_worth():
    found = story((K.BONUS, 1000, 2))
    assert (found.money["given"], found.money["issued"], found.closing) == (800, 0, 800)


def test_points_brought_along_are_no_cost_of_this_shop():
    found = story((K.ADJUST, 1000, 2, {"source": "import:old:7"}))
    assert (found.money["brought"], found.money["given"], found.closing) == (800, 0, 800)
    undone = story((K.ADJUST, 1000, 2, {"source": "import:old:7"}), (K.ADJUST, -1000, 3))
    assert (undone.money["adjusted"], undone.money["expired"], undone.closing) == (-800, 0, 0)


def test_a_sale_in_another_currency_pays_for_nothing_here():
    found = story((K.EARN, 1000, 2, {"basis": 500, "currency": "USD"}))
    assert (found.money["given"], found.money["issued"]) == (800, 0)


def test_a_price_counts_once_though_two_rules_gave_points_for_it():
    one = story((K.EARN, 1000, 2, {**SALE, "source": "s"}))
    two = story(
        (K.EARN, 600, 2, {**SALE, "source": "s"}), (K.EARN, 400, 2, {**SALE, "source": "s"})
    )
    assert one.closing == two.closing == whole(Fraction(10_000 * 800, 10_800))
    history = {**SALE, "source": "import:old:7"}
    sales = story((K.EARN, 600, 2, history), (K.EARN, 400, 3, history))
    assert sales.next_opening.vintages[2026].price == 20_000, "two sales of a history brought along"


def test_a_returned_sale_owes_nothing_more():
    found = story((K.EARN, 1000, 2, SALE), (K.CLAWBACK, -1000, 3, {"reverses": "e00000"}))
    assert found.closing == 0
    assert found.money["clawed_back"] == -found.money["issued"]
    assert found.money["redeemed"] == found.money["expired"] == 0


def test_points_given_back_are_owed_again():
    spent = ((K.EARN, 1000, 2, SALE), (K.REDEEM, -400, 3))
    before, kept = story(*spent), story(spent[0])
    after = story(*spent, (K.ROLLBACK, 400, 4, {"reverses": "e00001"}))
    assert before.closing < kept.closing == after.closing
    assert after.money["given_back"] == -after.money["redeemed"] > 0


def test_points_given_back_that_nobody_redeemed_are_a_gift():
    found = story((K.ROLLBACK, 400, 4))
    assert found.money["given_back"] == 0
    assert found.money["given"] == 320


def test_points_given_back_go_to_the_youngest_year_that_can_have_paid():
    entries = [
        entry(0, K.EARN, 100, date(2026, 2, 1), basis=10_000),
        entry(1, K.REDEEM, -100, date(2026, 3, 1)),
        entry(2, K.EARN, 50, date(2027, 2, 1), basis=10_000),
        entry(3, K.REDEEM, -50, date(2027, 3, 1)),
        entry(4, K.ROLLBACK, 50, date(2027, 4, 1), reverses="e00003"),
        entry(5, K.ROLLBACK, 80, date(2027, 5, 1), reverses="e00001"),
    ]
    now = position(entries, YEAR_3)
    assert {year: v.redeemed for year, v in now.vintages.items()} == {2026: 20, 2027: 0}
    assert now.usable == {2026: {"never": 80}, 2027: {"never": 50}}


def test_a_debt_is_redeemed_by_the_credit_that_pays_it():
    found = story((K.EARN, 100, 2, SALE), (K.REDEEM, -300, 3), (K.EARN, 500, 4, SALE))
    year = found.next_opening.vintages[2026]
    assert (year.issued, year.redeemed) == (600, 300)
    assert points_in(found, "redeem") == -300
    assert found.points["earn"] == {"debt": 200, "never": 400}


def test_taking_back_points_that_are_spent_makes_them_a_debt_that_was_not_paid():
    found = story(
        (K.EARN, 100, 2, SALE), (K.REDEEM, -100, 3), (K.CLAWBACK, -100, 4, {"reverses": "e00000"})
    )
    assert found.closing == 0
    assert found.points_closing == {"debt": -100}
    assert found.debtors == 1
    assert found.money["clawed_back"] + found.money["issued"] == -found.money["redeemed"]


def test_a_clawback_beyond_all_that_ever_was_is_only_a_debt():
    found = story((K.BONUS, 10, 2), (K.CLAWBACK, -100, 4))
    assert found.points_closing == {"debt": -90}
    assert found.closing == 0


def test_a_donation_has_a_line_of_its_own():
    found = story((K.EARN, 1000, 2, SALE), (K.DONATE, -800, 3))
    assert found.money["donated"] == -found.money["issued"]
    assert found.money["redeemed"] == 0


def test_a_transfer_moves_points_and_no_money():
    sold = (K.EARN, 1000, 2, {**SALE, "member": "a"})
    out = (K.TRANSFER, -400, 3, {"member": "a", "source": "t"})
    into = [(K.TRANSFER, 300, 3, {"member": "b", "source": "t"}),
            (K.TRANSFER, 100, 3, {"member": "b", "source": "t"})]  # fmt: skip
    found = story(sold, out, *into)
    assert found.closing == story(sold).closing
    assert points_in(found, "transfer") == 0
    assert found.money["given"] == 0
    more = story(sold, out, (K.TRANSFER, 500, 3, {"member": "b", "source": "t"}))
    assert more.money["given"] == 80, "more than was sent: a gift of 100"
    unsent = story((K.TRANSFER, 500, 3, {"member": "b", "source": "t"}))
    assert unsent.money["given"] == 400


def test_transferred_points_keep_their_year():
    lapse = position([], date(2028, 1, 1)).at
    entries = [
        entry(0, K.EARN, 100, date(2026, 2, 1), member="a", basis=10_000),
        entry(1, K.EARN, 50, date(2027, 2, 1), member="a", basis=10_000, lapses_at=lapse),
        entry(2, K.TRANSFER, -90, date(2027, 3, 1), member="a", source="t"),
        entry(3, K.TRANSFER, 50, date(2027, 3, 1), member="b", source="t", lapses_at=lapse),
        entry(4, K.TRANSFER, 40, date(2027, 3, 1), member="b", source="t"),
    ]
    assert position(entries, date(2027, 6, 1)).usable == {
        2026: {"never": 100},
        2027: {"2027-Q4": 50},
    }


def test_what_was_never_there_can_be_sent_and_written_off_as_debt():
    found = story((K.TRANSFER, -5, 3), (K.ADJUST, -5, 4), (K.EXPIRE, -5, 5), (K.RELEASE, 0, 6))
    assert found.points_closing == {"debt": -15}
    assert found.closing == 0


def test_points_that_lapse_as_expected_change_nothing_beyond():
    lapse = {**SALE, "lapses_at": position([], date(2026, 9, 1)).at}
    live = story((K.EARN, 1000, 2, lapse), (K.REDEEM, -800, 3), until=date(2026, 9, 1))
    gone = story((K.EARN, 1000, 2, lapse), (K.REDEEM, -800, 3), EXPIRED)
    assert live.closing == gone.closing == 0
    assert gone.money["expired"] == 0, "800 of 1 000 were expected, and came"
    assert gone.points["expire"] == {"2026-Q3": -200}


def test_points_that_lapse_too_soon_are_revenue_at_once():
    lapse = {**SALE, "lapses_at": position([], date(2026, 9, 1)).at}
    found = story((K.EARN, 1000, 2, lapse), (K.REDEEM, -400, 3))
    assert found.lapsed == 600, "their time is over, though nothing booked them out yet"
    assert found.closing == 0
    assert found.money["redeemed"] == -370
    assert found.money["expired"] == -371, "the other half of 741, rounded the other way"


def test_a_lapse_belongs_to_the_quarter_of_its_last_day():
    last_day = position([], date(2026, 10, 1)).at
    found = story((K.BONUS, 10, 2, {"lapses_at": last_day}), until=date(2026, 5, 1))
    assert found.owed_by_bucket == {"2026-Q3": 8}


# -- any history, any cut --------------------------------------------------------------------------


def assert_adds_up(found):
    for bucket in {b for row in (found.points_closing, *found.points.values()) for b in row}:
        moved = sum(found.points[line].get(bucket, 0) for line in (PRIOR, *POINT_LINES))
        now = found.points_closing.get(bucket, 0)
        assert found.points_opening.get(bucket, 0) + moved == now
    assert found.opening + sum(found.money.values()) == found.closing
    assert tuple(found.money) == MONEY_LINES
    assert sum(found.owed_by_bucket.values()) == found.closing >= 0
    postings = journal(found)
    assert sum(p.debit for p in postings) == sum(p.credit for p in postings)
    assert sum(p.credit - p.debit for p in postings if p.account == ACCOUNTS[LIABILITY]) == (
        found.closing - found.opening
    )
    assert all(min(p.debit, p.credit) == 0 < max(p.debit, p.credit) for p in postings)


@settings(max_examples=150)
@given(histories(), DAYS, DAYS, DAYS, RATES, RATES)
def test_opening_and_movements_are_the_closing_and_the_next_opening(entries, a, b, c, r1, r2):
    first, then, last = sorted((a, b, c))
    one = report(entries, first, then, r1, value=3, block=7)
    two = report(entries, then, last, r2, one.next_opening, value=3, block=7)
    for found in (one, two):
        assert_adds_up(found)
        assert not found.points[PRIOR]
    assert (two.opening, two.points_opening) == (one.closing, one.points_closing)
    end = position([], last).at
    assert total(two.points_closing) == sum(e.points for e in entries if e.decided_at < end)
    assert two.money[PRIOR] == 0


@settings(max_examples=100)
@given(histories(), DAYS)
def test_every_point_issued_was_redeemed_is_usable_or_is_gone(entries, day):
    now = position(entries, day)
    for year, vintage in now.vintages.items():
        assert vintage.redeemed >= 0
        assert 0 <= vintage.standing <= vintage.issued
        assert vintage.redeemed + now.usable_of(year) <= vintage.standing
    lots = total(now.outstanding()) - now.outstanding().get("debt", 0)
    assert lots == now.lapsed + sum(now.usable_of(year) for year in now.usable)


@settings(max_examples=100)
@given(histories(), histories(), DAYS, DAYS, RATES, RATES)
def test_what_becomes_known_late_is_a_line_of_the_next_period(known, late, a, b, r1, r2):
    then, last = sorted((a, b))
    late = [_renamed(e) for e in late]
    one = report(known, FIRST, then, r1)
    two = report(known + late, then, last, r2, one.next_opening)
    assert_adds_up(two)
    assert (two.opening, two.points_opening) == (one.closing, one.points_closing)
    cut = position([], then).at
    assert points_in(two, PRIOR) == sum(e.points for e in late if e.decided_at < cut)


def test_a_gift_that_turns_out_to_be_none_takes_its_share_along():
    """Points came back to a member whose redemption another till had not told of yet."""
    sold = entry(0, K.EARN, 100, date(2026, 1, 2), basis=10_000)
    redeemed = entry(1, K.REDEEM, -100, date(2026, 1, 3))
    back = entry(2, K.ROLLBACK, 100, date(2026, 1, 4))
    one = report([sold, back], YEAR_1, date(2026, 2, 1), 8000)
    two = report([sold, redeemed, back], date(2026, 2, 1), YEAR_2, 8000, one.next_opening)
    assert one.money["given"] == 8_000
    assert two.money[PRIOR] == two.closing - two.opening == -one.closing // 2
    assert points_in(two, PRIOR) == -100


def _renamed(e):
    return entry(
        int(e.id[1:]) + 500, e.kind, e.points, FIRST, at=e.decided_at, member=e.member_id,
        lapses_at=e.lapses_at, basis=e.basis, source=f"late-{e.source_id}", held=e.held,
        keeps_until=e.keeps_until,
    )  # fmt: skip


@given(histories())
def test_tills_cashiers_and_days_add_up_to_the_ledger(entries):
    rows = by_till(iter(entries), ATHENS)
    assert sum(row.net for row in rows) == sum(e.points for e in entries)
    assert sum(row.entries for row in rows) == len(entries)
    assert sum(sum_of(rows).values()) == sum(row.issued - row.redeemed + row.other for row in rows)
    assert rows == sorted(rows, key=lambda row: (row.day, row.till, row.cashier))
