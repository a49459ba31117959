"""What another programme would have given: the past told by both, numbers checked by hand."""

from __future__ import annotations

import random

import msgspec
import pytest

from terminal.errors import (
    NoSuchCampaign,
)
from terminal.ids import SaleId
from terminal.online import OrderLine
from terminal.programs.facts import Presented
from terminal.programs.file import read
from terminal.programs.policies import Tiering
from terminal.sales import SaleLine, Tender, TenderKind
from terminal.services.selling import SaleRequest
from terminal.services.simulation import dry_run, simulate
from terminal.services.vouchers import issue_coupon
from tests.shop import START
from tests.stories.programmes import COUPONED, PLAIN, SINCE, UNTIL, bought, put_order, put_sale

# -- simulation ----------------------------------------------------------------------------------


def test_the_past_is_told_by_both_programmes(shop, minding):
    bought(shop, "Eleni", 1_050, 2_000)
    bought(shop, "Nikos", 999)
    shop.sell(None, shop.open_price(5_000))
    new = read(PLAIN.replace("points = 1, per = 100", "points = 3, per = 200"))
    result = simulate(shop.database, new, SINCE, UNTIL)
    assert (result.sales, result.orders, result.guests, result.members) == (4, 0, 1, 2)
    assert (result.old.earned, result.new.earned) == (10 + 20 + 9, 15 + 30 + 12)
    assert (result.more_points, result.new.points_value) == (18, 57)
    assert (result.old.net, result.new.net) == (9_049, 9_049)
    accrual = result.new.tally("accrual")
    assert (accrual.times, accrual.members, accrual.turnover) == (3, 2, 4_049)
    assert result.finished
    assert simulate(shop.database, new, SINCE, UNTIL) == result


def test_a_simulation_can_be_watched_and_stopped(shop):
    bought(shop, "Eleni", 1_000)
    told: list[int] = []
    done = simulate(shop.database, read(PLAIN), SINCE, UNTIL, told.append)
    assert (told, done.sales) == ([0, 1], 1)
    stopped = simulate(shop.database, read(PLAIN), SINCE, UNTIL, cancelled=lambda: True)
    assert (stopped.finished, stopped.sales) == (False, 0)


def test_members_spend_what_they_spent_as_far_as_they_may(shop):
    member = bought(shop, "Eleni", 20_000)
    shop.sell(member, shop.open_price(1_000), points=200)
    stricter = read(PLAIN.replace("minimum = 100", "minimum = 100\ncap_points = 100"))
    result = simulate(shop.database, stricter, SINCE, UNTIL)
    assert (result.old.spent, result.old.redeemed, result.old.net) == (200, 200, 20_800)
    assert (result.new.spent, result.new.redeemed, result.new.net) == (100, 100, 20_900)
    dearer = read(PLAIN.replace("minimum = 100", "minimum = 500"))
    assert simulate(shop.database, dearer, SINCE, UNTIL).new.spent == 0
    none = read(
        PLAIN.replace("[redemption]", "[household]").split("block")[0]
        + "[[rules"
        + (PLAIN.split("[[rules")[1])
    )
    assert simulate(shop.database, none, SINCE, UNTIL).new.spent == 0


def test_limits_hold_in_the_simulated_past_too(shop):
    bought(shop, "Eleni", 1_000, 1_000, 1_000)
    once = (
        PLAIN + '[[rules]]\ncode = "bonus"\ngives = { kind = "per_order", points = 50 }\n'
        'limits = { caps = [{ per = "month", times = 2 }] }\n'
    )
    result = simulate(shop.database, read(once), SINCE, UNTIL)
    assert (result.new.tally("bonus").times, result.new.tally("bonus").points) == (2, 100)
    together = once.replace('caps = [{ per = "month", times = 2 }]', "budget_points = 50")
    assert simulate(shop.database, read(together), SINCE, UNTIL).new.tally("bonus").points == 50


def test_a_budget_of_a_promotion_is_used_up_by_guests_as_well(shop):
    for _ in range(3):
        shop.sell(None, shop.open_price(1_000))
    file = (
        PLAIN + '[[promotions]]\ncode = "p"\ngives = { kind = "money_off", amount = 100 }\n'
        "guests = true\nlimits = { budget_times = 2 }\n"
    )
    result = simulate(shop.database, read(file), SINCE, UNTIL)
    assert (result.new.tally("p").money, result.new.tally("p").members) == (200, 0)
    assert (result.new.money_off, result.new.cost, result.more_cost) == (200, 200, 200)


def test_levels_grow_along_the_way_from_what_was_before(shop):
    member = bought(shop, "Eleni", 9_000)
    shop.later(days=30)
    since = shop.clock()
    shop.sell(member, shop.open_price(1_000))
    shop.later(days=1)
    shop.sell(member, shop.open_price(1_000))
    tiers = '[[tiers]]\ncode = "member"\n[[tiers]]\ncode = "gold"\npercent = 200\n'
    by_money = read(PLAIN + tiers + "from_spend = 10000\n")
    by_visits = read(PLAIN + tiers + "visits = 2\nby_spend = false\n")
    by_points = read(PLAIN + tiers + "points = 200\nby_spend = false\n")
    for new in (by_money, by_visits, by_points):
        assert simulate(shop.database, new, since, UNTIL).new.earned == 10 + 20
        # A grace that nobody needs asks the slower way, and must say the same.
        slower = msgspec.structs.replace(new, tiering=Tiering(grace_days=1))
        assert simulate(shop.database, slower, since, UNTIL).new.earned == 10 + 20
    result = simulate(shop.database, by_money, since, UNTIL)
    assert (result.new.tally("tier:gold").kind, result.new.tally("tier:gold").points) == (
        "tier", 10
    )  # fmt: skip


def test_rules_that_look_back_see_the_years_before(shop):
    member = bought(shop, "Eleni", 1_000)
    put_sale(shop, member_id=member.member.id)
    shop.later(days=10)
    since = shop.clock()
    shop.sell(member, shop.open_price(1_000))
    third = (
        PLAIN + '[[rules]]\ncode = "third"\ngives = { kind = "per_order", points = 7 }\n'
        "who = { order_numbers = [3] }\n"
        '[[rules]]\ncode = "fan"\ngives = { kind = "per_order", points = 3 }\n'
        'who = { fan_of = ["tea"], fan_times = 1 }\n'
    )
    result = simulate(shop.database, read(third), since, UNTIL)
    assert (result.new.tally("third").points, result.new.tally("fan").points) == (7, 3)


def test_orders_of_the_web_earn_and_pay_what_they_paid(shop):
    member = shop.enrol("Eleni").member.id
    put_order(shop, member)
    put_order(shop, member, goods=1_000, lines=(OrderLine("Tea", 1, 450, "TEA"),))
    put_order(shop, None)
    put_order(shop, member, currency="USD")
    tea = read(PLAIN + 'only = { categories = ["tea"] }\n')
    result = simulate(shop.database, tea, SINCE, UNTIL)
    assert (result.orders, result.skipped, result.guests) == (4, 1, 1)
    assert (result.old.earned, result.new.earned) == (30, 4)
    assert result.new.net == 2_050 + 1_000 + 2_050


def test_what_no_programme_can_price_is_left_out_and_counted(shop):
    put_sale(shop, currency="USD")
    put_sale(shop, id=SaleId("s2"), ref="T2-000002", seq=2, lines=(SaleLine("X", "X", 0, 0),))
    put_sale(shop, id=SaleId("s3"), ref="T2-000003", seq=3)
    cup = SaleLine("CUP", "Cup", 0, 1, free=1)
    lines = (SaleLine("TEA", "Tea", 450, 2), cup)
    put_sale(shop, id=SaleId("s4"), ref="T2-000004", seq=4, lines=lines)
    result = simulate(shop.database, read(PLAIN), SINCE, UNTIL)
    assert (result.sales, result.skipped, result.new.net) == (4, 2, 1_800)


def test_coupons_shown_and_rewards_chosen_are_shown_and_chosen_again(shop, minding):
    minding.publish(read(COUPONED), START)
    member = bought(shop, "Eleni", 20_000)
    with shop.database.write() as uow:
        chance = iter(range(10**6, 10**7))
        program = minding.current()
        coupon = issue_coupon(
            uow, program, "ten", member.member.id, "", shop.clock(), lambda: next(chance)
        )
        uow.commit()
    shop.later(seconds=1)
    shown = shop.services.counter
    chosen = (Presented(coupon.code, "ten"),)
    view = shown.member(member.member.id)
    basket = shop.open_price(1_000)
    due = shown.quote(basket, view, 0, ("mug",), chosen).net
    shown.sell(
        SaleRequest(
            id=SaleId("shown"), basket=basket, points=0, cashier_id="cashier", rewards=("mug",),
            coupons=chosen, member_id=member.member.id, tenders=(Tender(TenderKind.CARD, due),),
        )
    )  # fmt: skip
    result = simulate(shop.database, minding.current(), SINCE, UNTIL)
    assert result.old == result.new
    assert (result.new.tally("p").money, result.new.tally("mug").spent) == (100, 50)
    assert (result.new.money_off, result.new.coupons) == (150, 1)
    without = simulate(shop.database, read(PLAIN), SINCE, UNTIL)
    assert (without.new.money_off, without.new.spent) == (0, 0)


CAMPAIGN = (
    PLAIN + '[[rules]]\ncode = "advent"\ngives = { kind = "multiply", percent = 200 }\n'
    "when = { starts = 2030-12-01, ends = 2030-12-24 }\nactive = false\n"
)


def test_one_campaign_is_tried_with_and_without_as_if_it_had_run(shop):
    bought(shop, "Eleni", 1_000, 1_000)
    result = dry_run(shop.database, read(CAMPAIGN), "advent", SINCE, UNTIL)
    assert (result.old.earned, result.new.earned) == (20, 40)
    advent = result.new.tally("advent")
    assert (advent.points, advent.members, advent.turnover) == (20, 1, 2_000)
    assert (result.old.cost_of("advent"), result.new.cost_of("advent")) == (0, 20)
    with pytest.raises(NoSuchCampaign):
        dry_run(shop.database, read(CAMPAIGN), "easter", SINCE, UNTIL)


def test_the_programme_in_force_would_have_given_what_it_gave(shop, minding):
    """Levels, redemptions and guests of a lived-in month: the books and the simulation agree."""
    chance = random.Random(7)
    members = [shop.enrol(name) for name in ("Eleni", "Nikos", "Sam", "Anna")]
    earned = spent = net = 0
    for _ in range(60):
        member = chance.choice([*members, None])
        shop.later(hours=chance.randrange(1, 20))
        basket = shop.open_price(chance.randrange(300, 30_000))
        view = shop.services.counter.member(member.member.id) if member else None
        most = shop.services.counter.quote(basket, view).offer if view else None
        points = most.most if most and chance.random() < 0.4 else 0
        done = shop.sell(member, basket, points=points)
        earned += sum(entry.points for entry in done.entries if entry.points > 0)
        spent += points
        net += done.sale.net
    shop.later(seconds=1)
    result = simulate(shop.database, minding.current(), SINCE, shop.clock())
    assert (result.new.earned, result.new.spent, result.new.net) == (earned, spent, net)
    assert result.old == result.new
    assert spent > 0
    assert result.new.tally("tier:gold").points > 0
