"""Limits, budgets, levels and the life of points, on a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.errors import OfferRefused
from terminal.programs.conditions import Cap, Limits, When
from terminal.programs.effects import MoneyOff, Multiply, PercentOff, PerOrder
from terminal.programs.model import (
    Promotion,
    Reward,
    Rule,
)
from terminal.programs.policies import Earning, Expiry, Tier, Tiering
from terminal.records import HeldBadge, TierGrant
from terminal.sales import Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.services.models import MemberView
from tests.services.test_campaigns import (
    PLAIN,
    at,
    bare,
    earned,
)
from tests.shop import Shop

# -- limits and budgets ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "days", "again"),
    [("day", 0, 1), ("week", 1, 2), ("month", 5, 10), ("year", 20, 45), ("ever", 200, None)],
)
def test_a_limit_holds_for_its_period_and_a_whole_return_gives_it_back(shop, period, days, again):
    """From a Saturday: a week begins on Monday, a month and a year on their first."""
    once = Limits(caps=(Cap(per=period, times=1),))
    bare(shop, Rule(code="once", gives=PerOrder(5), limits=once))
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(100))
    assert earned(done) == 5
    shop.later(days=days)
    assert earned(shop.sell(eleni, shop.open_price(100))) == 0
    assert earned(shop.sell(shop.enrol("Nikos"), shop.open_price(100))) == 5
    shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    assert earned(shop.sell(eleni, shop.open_price(100))) == 5
    if again is not None:
        shop.later(days=again)
        assert earned(shop.sell(eleni, shop.open_price(100))) == 5


def test_a_budget_of_points_ends_for_everybody(shop):
    bare(shop, Rule(code="plus", gives=PerOrder(50), limits=Limits(budget_points=100)))
    assert [earned(shop.sell(shop.enrol(f"M{n}"), shop.open_price(100))) for n in range(3)] == [
        50, 50, 0,
    ]  # fmt: skip


def test_guests_use_up_the_budget_of_an_offer_and_a_return_gives_it_back(shop):
    off = Promotion(
        code="ten", gives=PercentOff(1_000), guests=True, limits=Limits(budget_money=150)
    )
    bare(shop, promotions=(off,))
    first = shop.sell(None, shop.open_price(1_000))
    assert first.sale.net == 900
    assert shop.sell(shop.enrol(), shop.open_price(1_000)).sale.net == 950
    assert shop.sell(None, shop.open_price(1_000)).sale.net == 1_000
    shop.services.counter.take_back(first.sale.ref, "gift", "cashier")
    assert shop.sell(None, shop.open_price(1_000)).sale.net == 900


def test_a_day_gives_no_more_than_its_most(shop):
    bare(shop, earning=Earning(day_max=15))
    eleni = shop.enrol()
    assert [earned(shop.sell(eleni, shop.open_price(1_000))) for _ in range(3)] == [10, 5, 0]
    at(shop, 2026, 11, 21, 22, 0)  # midnight in Athens
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 10


def test_multipliers_of_a_level_and_of_a_day(shop):
    tiers = (Tier("bronze"), Tier("gold", 10_000, 150))
    double = Rule(code="double", gives=Multiply(200), when=When(weekdays=("tue",)))
    bare(shop, PLAIN, double, tiers=tiers)
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(10_000))
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 15
    at(shop, 2026, 11, 24, 10)
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 25


# -- levels ----------------------------------------------------------------------------------------


def tier(shop: Shop, member: MemberView) -> str:
    return shop.services.counter.member(member.member.id).tier.code


def test_a_level_given_by_hand_ends_when_it_was_said(shop):
    bare(shop, tiers=(Tier("bronze"), Tier("gold", 100_000)))
    eleni = shop.enrol()
    grant = TierGrant(
        id="g", member_id=eleni.member.id, tier="gold", starts=shop.moment,
        ends=shop.moment + timedelta(days=30), at=shop.moment,
    )  # fmt: skip
    with shop.database.write() as uow:
        uow.tiers.put(grant)
        uow.commit()
    view = shop.services.counter.member(eleni.member.id)
    assert (view.tier.code, view.level.reason, view.level.until) == ("gold", "granted", grant.ends)
    shop.later(days=30)
    assert tier(shop, eleni) == "bronze"


def test_levels_by_qualifying_points_go_with_the_sale_that_came_back(shop):
    """A sale of December that comes back in January lowers December's figures."""
    plus = Rule(code="plus", gives=PerOrder(500), qualifies=False)
    tiers = (Tier("bronze"), Tier("gold", points=100, by_spend=False))
    bare(shop, PLAIN, plus, tiers=tiers, tiering=Tiering(window="calendar"))
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(9_000))
    assert tier(shop, eleni) == "bronze", "500 points do not qualify"
    shop.sell(eleni, shop.open_price(1_000))
    assert tier(shop, eleni) == "gold"
    at(shop, 2027, 1, 10, 10)
    shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    assert tier(shop, eleni) == "bronze"
    shop.sell(eleni, shop.open_price(10_000))
    assert tier(shop, eleni) == "gold", "January has its own hundred"


def test_levels_by_visits_count_days_of_the_shop(shop):
    bare(shop, tiers=(Tier("bronze"), Tier("gold", visits=2, by_spend=False)))
    eleni = shop.enrol()
    at(shop, 2026, 11, 23, 21, 30)
    shop.sell(eleni, shop.open_price(100))
    assert tier(shop, eleni) == "bronze"
    shop.later(hours=1)
    shop.sell(eleni, shop.open_price(100))
    assert tier(shop, eleni) == "gold"


def test_a_level_is_kept_for_the_days_of_grace(shop):
    tiering = Tiering(months=1, grace_days=10)
    bare(shop, tiers=(Tier("bronze"), Tier("gold", 1_000)), tiering=tiering)
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(1_000))
    shop.later(days=36)
    assert tier(shop, eleni) == "gold"
    shop.later(days=20)
    assert tier(shop, eleni) == "bronze"


# -- life of points --------------------------------------------------------------------------------


def test_activity_keeps_points_alive_that_live_by_it(shop):
    """Redeeming is an activity, even where the sale itself earns nothing; bonuses live on too."""
    rewards = (Reward(code="off", cost=10, gives=MoneyOff(100)),)
    bare(shop, expiry=Expiry(kind="idle", months=6), rewards=rewards)
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(10_000))
    shop.later(days=150)
    shop.sell(eleni, shop.open_price(100), rewards=("off",))
    shop.later(days=150)
    assert shop.services.counter.member(eleni.member.id).available == 90
    shop.later(days=60)
    assert shop.services.counter.member(eleni.member.id).available == 0


def test_an_offer_that_is_good_no_longer_is_refused_at_the_booking(shop):
    """Quoted while there was a budget; another till was quicker."""
    once = Reward(code="off", cost=1, gives=MoneyOff(100), limits=Limits(budget_times=1))
    bare(shop, rewards=(once,))
    eleni, nikos = shop.enrol(), shop.enrol("Nikos")
    for member in (eleni, nikos):
        shop.sell(member, shop.open_price(1_000))
    counter = shop.services.counter
    late = counter.member(nikos.member.id)
    shop.sell(eleni, shop.open_price(1_000), rewards=("off",))
    due = counter.quote(shop.open_price(1_000), late, rewards=("off",)).net
    request = SaleRequest(
        id="late", basket=shop.open_price(1_000), member_id=nikos.member.id, points=0,
        tenders=(Tender(TenderKind.CARD, due),), cashier_id="cashier", rewards=("off",),
    )  # fmt: skip
    before = shop.balance(nikos)
    with pytest.raises(OfferRefused) as refused:
        counter.sell(request)
    assert refused.value.details["why"] == "budget_spent"
    assert shop.balance(nikos) == before


def test_a_badge_had_once_stays(shop):
    eleni = shop.enrol()
    held = HeldBadge(member_id=eleni.member.id, badge="x", at=shop.moment)
    with shop.database.write() as uow:
        assert uow.badges.put_once(held)
        assert not uow.badges.put_once(replace(held, at=shop.moment + timedelta(days=1)))
        uow.commit()
