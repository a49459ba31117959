"""What a manager gives by hand, and who earned most."""

from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.errors import NotAllowed, ReasonMissing, UnknownRanking, UnknownTier
from terminal.programs.model import Ranking
from terminal.services.models import Ranked, SignedIn
from terminal.staff import Role

MANAGER = SignedIn("manager", "Anna", Role.MANAGER)
CASHIER = SignedIn("cashier", "Maria", Role.CASHIER)


def test_a_level_given_by_hand_holds_until_its_end_and_counts_at_once(shop):
    eleni, office = shop.enrol(), shop.services.office
    until = shop.moment + timedelta(days=30)
    given = office.grant_tier(eleni.member.id, "gold", until, "opened the shop with us", MANAGER)
    assert (given.tier.code, given.level.reason) == ("gold", "granted")
    assert office.search("Eleni")[0].tier == "gold"
    assert sum(e.points for e in shop.sell(eleni, shop.open_price(10_000)).entries) == 150
    shop.later(days=31)
    assert shop.services.counter.member(eleni.member.id).tier.code == "bronze"


def test_a_level_is_given_by_managers_with_a_reason_and_by_its_name(shop):
    eleni, office = shop.enrol(), shop.services.office
    with pytest.raises(NotAllowed):
        office.grant_tier(eleni.member.id, "gold", None, "a friend", CASHIER)
    with pytest.raises(ReasonMissing):
        office.grant_tier(eleni.member.id, "gold", None, " ", MANAGER)
    with pytest.raises(UnknownTier):
        office.grant_tier(eleni.member.id, "diamond", None, "a friend", MANAGER)


def test_who_earned_most_this_month_without_those_who_stay_out(shop):
    shop.run(rankings=(Ranking(code="month", places=2),))
    eleni, nikos, sam = shop.enrol(), shop.enrol("Nikos"), shop.enrol("Sam")
    shop.sell(eleni, shop.open_price(9_000))
    shop.sell(nikos, shop.open_price(5_000))
    done = shop.sell(nikos, shop.open_price(7_000))
    shop.sell(sam, shop.open_price(30_000))
    shop.later(hours=1)
    shop.services.counter.take_back(done.sale.ref, "damaged", "cashier")
    with shop.database.write() as uow:
        uow.members.put(replace(sam.member, ranking_opt_out=True))
        uow.commit()
    shop.later(hours=1)

    office = shop.services.office
    assert office.ranking("month") == [Ranked(1, "Eleni", 90), Ranked(2, "Nikos", 50)]
    shop.later(days=30)
    assert office.ranking("month") == []
    with pytest.raises(UnknownRanking):
        office.ranking("year")
