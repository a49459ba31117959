"""Group H: what the points still owed are worth in the books. Exact; the printed figures beside."""

from fractions import Fraction

from terminal.books.revenue import Estimate, Pool, allocate, recognised, whole
from tests.conformance.table import row


def pool(redeemed: int, amount: Fraction) -> Pool:
    """10 000 points, of which none lapsed yet."""
    return Pool(amount, issued=10_000, redeemed=redeemed, usable=10_000 - redeemed)


_, PUT_ASIDE = allocate(Fraction(100_000), Fraction(100_000), Fraction(9_500))


def revenue(redeemed: int, rate_bp: int, amount: Fraction = PUT_ASIDE) -> Fraction:
    """To date, by what is expected then."""
    told = pool(redeemed, amount)
    return recognised(amount, redeemed, told.expected(rate_bp))


@row("H04")
def fewer_are_expected_in_the_third_year():
    """The source puts aside a round 9 000: x (8 500 / 9 200 - 4 500 / 9 700) = 4 140."""
    aside = Fraction(9_000)
    assert round(revenue(8_500, 9_200, aside) - revenue(4_500, 9_700, aside)) == 4_140


@row("H05")
def a_price_is_shared():
    goods, points = allocate(Fraction(100_000), Fraction(100_000), Fraction(9_500))
    assert (round(goods), round(points), goods + points) == (91_324, 8_676, 100_000)


@row("H06")
def the_first_year():
    assert round(revenue(4_500, 9_500)) == 4_110
    assert round(pool(4_500, PUT_ASIDE).liability(Fraction(9_500))) == 4_566


@row("H07")
def the_second_year():
    assert round(revenue(8_500, 9_700) - revenue(4_500, 9_500)) == 3_493
    assert round(pool(8_500, PUT_ASIDE).liability(Fraction(9_700))) == 1_073


@row("H08")
def a_years_sales():
    shared = allocate(Fraction(7_200_000), Fraction(7_200_000), Fraction(800_000))
    assert shared == (6_480_000, 720_000)


@row("H10")
def exact_where_the_page_rounds():
    estimate = Estimate(rate_bp=8_500, basis="", block=1, value=10)
    assert whole(estimate.deferred(200_000, 2_000)) == 15_668
