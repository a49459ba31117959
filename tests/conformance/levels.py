"""Group G: the level after a sale."""

from datetime import timedelta

from terminal.programs.accrual import accrue
from terminal.programs.facts import Facts
from terminal.programs.model import per_money
from terminal.programs.policies import Tier
from terminal.programs.sold import PaidLine
from terminal.programs.tiers import Counted, standing, tier_for
from terminal.sales import Sale, SaleLine, Tender, TenderKind
from tests.conformance.kit import NOON, program
from tests.conformance.table import row
from tests.unit.making import START

THREE = (Tier("bronze"), Tier("silver", 1_000_000), Tier("gold", 2_000_000))


def level(spent: int, now: int) -> str:
    """By all that was spent and what is spent now, in whole money."""
    shop, later = program(tiers=THREE), START + timedelta(days=30)
    history = [Counted(START, spent * 100), Counted(later, now * 100)]
    told = standing(shop, history, later).tier
    assert told == tier_for(shop, (spent + now) * 100)
    return told.code


@row("G01")
def six_thousand():
    assert level(0, 6_000) == "bronze"


@row("G02")
def fifteen_thousand():
    assert level(0, 15_000) == "silver"


@row("G04")
def four_thousand_and_five_hundred():
    assert level(4_000, 500) == "bronze"


@row("G06")
def eighteen_thousand_and_three():
    assert level(18_000, 3_000) == "gold"


@row("G07")
def twenty_two_thousand_and_five():
    assert level(22_000, 5_000) == "gold"


@row("G08")
def the_rate_of_the_level_that_was_reached():
    """196 000 are below the second level's 300 000: 196 points, not 217 by its 1/900."""
    shop = program(per_money(1, 100_000), tiers=(Tier("one"), Tier("two", 30_000_000, 111)))
    tier = tier_for(shop, 19_600_000)
    told = accrue(shop, (PaidLine(19_600_000),), (), Facts(tier=tier.code), NOON)
    assert (tier.code, told.points) == ("one", 196)


def bill(goods: int, by_points: int) -> Sale:
    """A bill of which points paid a part."""
    return Sale(
        id="s1", ref="T1-000001", till="T1", seq=1, cashier_id="c", member_id="m", currency="EUR",
        lines=(SaleLine("A", "A", goods, 1, by_points, "", by_points),), points_redeemed=by_points,
        redeemed_value=by_points, rounding=0,
        tenders=(Tender(TenderKind.CASH, goods - by_points),), change=0, sold_at=START,
    )  # fmt: skip


@row("G10")
def a_bill_counts_once():
    assert (bill(2_320, 1_000).paid, bill(2_320, 1_000).counted) == (1_320, 2_320)


@row("G11")
def however_many_lots_paid():
    """A level counts bills, never entries: ten lots spent are one sale of 1 044.00."""
    shop, sale = program(tiers=(Tier("one"), Tier("two", 104_401))), bill(104_400, 50_000)
    told = standing(shop, [Counted(START, sale.counted)], START)
    assert (told.totals.money, told.tier.code) == (104_400, "one")
