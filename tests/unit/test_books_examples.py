"""Published examples of the standard and of others, by their number in the table of conformance:
the exact figures, and the printed ones where a page rounds on its way."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from terminal.books.revenue import allocate, recognised, whole
from terminal.books.tables import decimal
from tests.unit.bookish import YEAR_1, YEAR_2, YEAR_3, K, entry, estimate, report


def test_h04_fewer_are_expected_after_most_were_redeemed():
    """10 000 points at 1.00 with goods of 100 000, 97 %; then 4 500 and 4 000 redeemed, 92 %."""
    year_3 = Fraction(8500, 9200) - Fraction(4500, 9700)
    printed = 9000 * year_3  # the page puts aside 9 % of 100 000
    assert round(printed) == 4140
    exact = allocate(Fraction(100_000), Fraction(100_000), Fraction(9_700))[1] * year_3
    assert exact == Fraction(97, 1097) * 100_000 * year_3
    assert round(exact) == 4067
    assert float(exact) == pytest.approx(4140, rel=0.02)


def test_h04_in_reports():
    entries = _example_52(redeemed=((4500, 400), (4000, 800)))
    first = report(entries, YEAR_1, YEAR_2, 9700)
    second = report(entries, YEAR_2, YEAR_3, 9700, first.next_opening)
    third = report(entries, YEAR_3, date(2029, 1, 1), 9200, second.next_opening)
    assert first.closing == 884_230
    assert second.money["redeemed"] == -410_210
    assert third.closing - second.closing == -406_742  # printed: 4 140, of 9 000 put aside


def _example_52(redeemed=((4500, 30), (4000, 400))):
    """10 000 points worth 1.00 each, with goods of 100 000.00, on the first days of 2026."""
    earned = entry(0, K.EARN, 10_000, date(2026, 1, 2), basis=10_000_000)
    return [earned] + [
        entry(n, K.REDEEM, -points, date(2026, 1, 2) + timedelta(days=days))
        for n, (points, days) in enumerate(redeemed, 1)
    ]


def test_h05_a_price_is_shared_by_what_goods_and_points_are_worth_alone():
    goods, points = allocate(Fraction(100_000), Fraction(100_000), Fraction(9_500))
    assert (round(goods), round(points)) == (91_324, 8_676)
    assert points == Fraction(95, 1095) * 100_000
    assert goods + points == 100_000


def test_h06_revenue_is_in_proportion_to_points_redeemed():
    found = report(_example_52(), YEAR_1, YEAR_2, 9500)
    assert found.money["issued"] == 867_580
    assert found.money["redeemed"] == -410_959  # printed 4 110
    assert found.closing == 456_621  # printed 4 566


def test_h07_a_new_expectation_counts_in_the_year_in_which_it_is_made():
    first = report(_example_52(), YEAR_1, YEAR_2, 9500)
    second = report(_example_52(), YEAR_2, YEAR_3, 9700, first.next_opening)
    assert second.opening == 456_621
    assert second.closing == 107_329  # printed 1 073
    assert second.closing - second.opening == -349_292  # printed 3 493
    assert second.money["redeemed"] == -365_297, "by what was expected before"
    assert second.money["re_estimate"] == 16_005, "8 500 points redeemed brought in less each"


def test_h08_sales_of_a_whole_year():
    assert allocate(Fraction(7_200_000), Fraction(7_200_000), Fraction(800_000)) == (
        6_480_000,
        720_000,
    )
    # The same source goes on: 4 000 of 8 000, then 8 100 of 9 000.
    assert recognised(Fraction(720_000), 4000, Fraction(8000)) == 360_000
    assert recognised(Fraction(720_000), 8100, Fraction(9000)) - 360_000 == 288_000


def test_h10_one_sale_and_a_page_that_rounds():
    """The page rounds the shares to whole percents on the way and prints 158."""
    exact = estimate(8500, value=10).deferred(200_000, 2000)
    assert exact == Fraction(200_000 * 170, 2170)
    assert decimal(whole(exact), "EUR") == "156.68"
    assert float(exact) == pytest.approx(15_800, rel=0.01)
