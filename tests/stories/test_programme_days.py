"""Days of whoever minds the programme: a file is checked, compared, tried out, published."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from terminal.commands import programme
from terminal.errors import (
    NoProgram,
    NoSuchCampaign,
    NoSuchVersion,
    OtherCurrency,
    ProgramDateRefused,
    ProgramRefused,
)
from terminal.ids import MemberId, SaleId
from terminal.online import OnlineOrder, OrderLine
from terminal.programs.facts import Presented
from terminal.programs.file import read, write
from terminal.programs.policies import Tiering
from terminal.sales import Goods, Product, Sale, SaleLine, Tender, TenderKind
from terminal.services.programming import Programming
from terminal.services.selling import SaleRequest
from terminal.services.simulation import dry_run, simulate
from terminal.services.vouchers import issue_coupon
from tests.shop import START, open_shop

TEA = Product("TEA", "Tea", 450, "EUR", goods=Goods(category="tea"))
SINCE, UNTIL = START - timedelta(days=1), START + timedelta(days=60)

PLAIN = """
code = "Elia"
currency = "EUR"

[redemption]
block = 100
value = 100
minimum = 100

[[rules]]
code = "accrual"
gives = { kind = "per_money", points = 1, per = 100 }
"""


@pytest.fixture
def shop(tmp_path):
    made = open_shop(tmp_path / "till.db", online_store="")
    yield made
    made.database.close()


@pytest.fixture
def minding(shop):
    return Programming(shop.database, shop.till, shop.clock)


@pytest.fixture
def ask(shop, tmp_path):
    """Ask the command line; answers (code, what it said)."""

    def asked(*words: str, file: str | None = None) -> tuple[int, list[str]]:
        path = tmp_path / "programme.toml"
        if file is not None:
            path.write_text(file, "utf-8")
        parser = argparse.ArgumentParser()
        programme.add_arguments(parser.add_subparsers())
        said: list[str] = []
        args = parser.parse_args(["programme", *(w.replace("FILE", str(path)) for w in words)])
        code = programme.run(args, shop.database, shop.till, said.append, clock=shop.clock)
        return code, [line.replace(str(path), "FILE") for line in said]

    return asked


def bought(shop, name: str, *prices: int):
    """A member who buys for these prices, a day apart."""
    member = shop.enrol(name)
    for price in prices:
        shop.sell(member, shop.open_price(price))
        shop.later(days=1)
    return member


def put_sale(shop, **more: object) -> None:
    """A sale as another till would have booked it."""
    line = SaleLine("TEA", "Tea", 450, 2, goods=TEA.goods)
    usual = {
        "id": SaleId(shop.new_id()), "ref": "T2-000001", "till": "T2", "seq": 1,
        "cashier_id": "cashier", "member_id": None, "currency": "EUR", "lines": (line,),
        "points_redeemed": 0, "redeemed_value": 0, "rounding": 0, "change": 0,
        "tenders": (Tender(TenderKind.CARD, 900),), "sold_at": shop.clock(),
    }  # fmt: skip
    with shop.database.write() as uow:
        uow.sales.put(Sale(**(usual | more)))
        uow.commit()


def put_order(shop, member_id: str | None, **more: object) -> None:
    usual = {
        "store": "web", "remote_id": shop.new_id(), "code": "W1", "customer_id": "", "email": "",
        "card_number": "", "placed_at": shop.clock(), "currency": "EUR", "goods": 2_050,
        "total": 2_550, "member_id": MemberId(member_id) if member_id else None,
        "lines": (OrderLine("Tea", 1, 450, "TEA"), OrderLine("Oil", 1, 1_600, "gone")),
    }  # fmt: skip
    with shop.database.write() as uow:
        uow.products.put_all([TEA])
        uow.sales.put_order(OnlineOrder(**(usual | more)))
        uow.commit()


# -- publishing ----------------------------------------------------------------------------------


def test_a_new_version_begins_when_it_was_promised_and_not_before(shop, minding):
    member = shop.enrol("Eleni")
    doubled = read(PLAIN.replace("points = 1,", "points = 2,"))
    made = minding.publish(doubled, START + timedelta(days=10))
    assert made.version == 2
    assert minding.current().version == 1
    before = shop.sell(member, shop.open_price(1_000)).entries[-1]
    shop.later(days=10)
    after = shop.sell(member, shop.open_price(1_000)).entries[-1]
    assert (before.points, before.program_version) == (10, 1)
    assert (after.points, after.program_version) == (20, 2)
    assert [(v.program.version, v.state) for v in minding.versions()] == [
        (1, "past"), (2, "in_force")
    ]  # fmt: skip


def test_the_next_number_follows_whatever_is_there_and_replaces_nothing(minding):
    first = minding.publish(read(PLAIN), START + timedelta(days=10))
    second = minding.publish(read(PLAIN), START + timedelta(days=5))
    assert (first.version, second.version) == (2, 3)
    assert [(v.program.version, v.state) for v in minding.versions()] == [
        (1, "in_force"), (3, "coming"), (2, "coming")
    ]  # fmt: skip


def test_nothing_begins_in_the_past_or_at_no_time(minding):
    with pytest.raises(ProgramDateRefused, match="past"):
        minding.publish(read(PLAIN), START - timedelta(seconds=1))
    with pytest.raises(ProgramDateRefused, match="missing"):
        minding.publish(read(PLAIN))
    assert minding.publish(read(PLAIN), START).effective_from == START


def test_a_moment_in_the_file_is_enough(minding):
    assert minding.publish(read(f"effective_from = 2026-12-01\n{PLAIN}")).version == 2


def test_a_machine_for_points_and_another_currency_are_refused(minding):
    with pytest.raises(ProgramRefused):
        minding.publish(read(PLAIN.replace("value = 100", "value = 10000")), START)
    with pytest.raises(OtherCurrency):
        minding.publish(read(PLAIN.replace("EUR", "PLN")), START)
    assert len(minding.versions()) == 1


def test_a_campaign_that_is_over_before_it_begins_is_seen_with_its_moment(minding):
    late = PLAIN + 'when.ends = "2026-12-01"\n'
    assert minding.check(read(late)) == []
    dated = read(f"effective_from = 2026-12-02\n{late}")
    assert [finding.code for finding in minding.check(dated)] == ["never_applies"]


def test_what_is_exported_is_what_is_there(minding):
    minding.publish(read(PLAIN), START + timedelta(days=1))
    assert minding.load(minding.export()) == minding.current()
    assert minding.load(minding.export(2)) == minding.version(2)
    assert minding.diff(minding.version(1)) == []
    assert [change.where for change in minding.diff(minding.version(1), against=2)][:1] == [
        ("redemption",)
    ]
    with pytest.raises(NoSuchVersion):
        minding.version(3)


def test_before_any_programme_there_is_none(shop):
    early = Programming(shop.database, shop.till, lambda: datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(NoProgram):
        early.current()
    assert [version.state for version in early.versions()] == ["coming"]


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


COUPONED = (
    PLAIN + '[[coupons]]\ncode = "ten"\n[[promotions]]\ncode = "p"\nneeds.coupon = "ten"\n'
    'gives = { kind = "percent_off", share = 1000 }\n'
    '[[rewards]]\ncode = "mug"\ncost = 50\ngives = { kind = "money_off", amount = 50 }\n'
    '[[promotions]]\ncode = "more"\ngives = { kind = "coupon", coupon = "ten" }\n'
    "needs.minimum = 5000\n"
)


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
    with pytest.raises(NoSuchCampaign):
        dry_run(shop.database, read(CAMPAIGN), "easter", SINCE, UNTIL)


# -- the command ---------------------------------------------------------------------------------


def test_the_programme_in_force_is_shown_in_words(ask, minding):
    code, said = ask("show")
    assert code == 0
    assert said[:4] == ["Elia 1, 1 Jan 2024", "", "Rules", "  1 point per €1"]
    minding.publish(read(COUPONED + "[referral]\npoints = 5\nminimum = 900\n"), START)
    code, said = ask("show", "2")
    assert "  50 points → €0.50 off" in said
    assert "  5 points for bringing a friend" in said
    assert "Levels" not in said


def test_a_programme_without_points_as_money_is_shown_without(ask, minding):
    minding.publish(read('code = "Stamps"\ncurrency = "EUR"\n'), START)
    assert "Points as money" not in ask("show")[1]


def test_a_file_is_checked_compared_tried_and_published(ask, shop):
    bought(shop, "Eleni", 1_000)
    file = (
        ask("export")[1][0]
        .replace("points = 1, per", "points = 2, per")
        .replace("effective_from", "# effective_from")
    )
    assert ask("check", "FILE", file=file) == (0, ["Nothing to be said against it."])
    assert ask("diff", "FILE") == (0, ["accrual: points 1 → 2"])
    _, said = ask("simulate", "FILE", "--days", "7")
    assert said[:3] == ["1 purchase, 1 member", "Points earned: 10 → 20", "Worth: €0.10 → €0.20"]
    assert said[-1] == "  accrual: Points 10 → 20, 1 member"
    assert ask("publish", "FILE") == (2, ["Say when it begins: --from 2026-12-01."])
    assert ask("publish", "FILE", "--from", "soon") == (2, ["soon is no day and no moment."])
    assert ask("publish", "FILE", "--from", "2026-12-01") == (
        0, ["Version 2 begins 1 Dec 2026 00:00."]
    )  # fmt: skip
    assert ask("publish", "FILE", "--from", "2026-12-02T09:00:00+02:00") == (
        0, ["Version 3 begins 2 Dec 2026 09:00."]
    )  # fmt: skip
    assert ask("versions")[1] == [
        "1  Elia  1 Jan 2024 02:00  in force", "2  Elia  1 Dec 2026 00:00  to come",
        "3  Elia  2 Dec 2026 09:00  to come",
    ]  # fmt: skip
    assert ask("diff", "FILE", file=ask("export", "1")[1][0]) == (0, ["Nothing changes."])


def test_what_is_wrong_is_said_and_nothing_happens(ask, shop, minding):
    code, said = ask("check", "FILE", file=PLAIN.replace("per =", "pre ="))
    assert code == 2
    assert said[0].startswith("FILE: line 12, rules[1].gives")
    machine = PLAIN.replace("value = 100", "value = 10000")
    refused = (
        "Refused: redemption: Points give back too much: 100 points are earned by spending "
        "€100.00 and are worth €100.00."
    )
    assert ask("check", "FILE", file=machine) == (2, [refused])
    assert ask("publish", "FILE", "--from", "2026-12-01") == (2, [refused])
    assert ask("check", "nowhere.toml") == (2, ["nowhere.toml: No such file or directory"])
    assert ask("show", "9") == (2, ["There is no version 9."])
    assert ask("simulate", "FILE", "--campaign", "x", file=PLAIN) == (
        2, ["There is no rule, promotion or reward x."]
    )  # fmt: skip
    assert ask("publish", "FILE", "--from", "2020-01-01")[1] == [
        "2020-01-01 00:00:00+02:00 is over: a version begins in time to come."
    ]
    assert ask("publish", "FILE", "--from", "2027-01-01", file=PLAIN.replace("EUR", "PLN")) == (
        2, ["The file counts in PLN, the shop in EUR."]
    )  # fmt: skip
    assert len(minding.versions()) == 1


def test_a_shop_without_a_programme_says_so(tmp_path, ask, shop):
    shop.moment = datetime(2020, 1, 1, tzinfo=UTC)
    assert ask("show") == (2, ["No programme is in force."])


def test_a_dry_run_and_what_is_taken_off_is_reported(ask, shop):
    bought(shop, "Eleni", 1_000)
    put_sale(shop, currency="USD")
    shop.later(days=1)
    off = PLAIN + '[[promotions]]\ncode = "p"\ngives = { kind = "money_off", amount = 100 }\n'
    _, said = ask("simulate", "FILE", "--campaign", "p", file=off)
    assert said[1] == "1 purchase left out"
    assert "  p: Points 0 → 0, Taken off €0.00 → €1.00, 1 member" in said


def test_a_long_simulation_says_how_far_it_is(ask, shop, monkeypatch):
    monkeypatch.setattr(programme, "_EVERY", 2)
    bought(shop, "Eleni", 1_000, 1_000)
    assert ask("simulate", "FILE", file=PLAIN)[1][0] == "2 purchases …"


def test_without_another_clock_it_is_now(shop):
    parser = argparse.ArgumentParser()
    programme.add_arguments(parser.add_subparsers())
    said: list[str] = []
    args = parser.parse_args(["programme", "versions"])
    assert programme.run(args, shop.database, shop.till, said.append) == 0
    assert said == ["1  Elia  1 Jan 2024 02:00  in force"]


def test_a_version_is_exported_to_a_file(ask, shop, tmp_path, minding):
    target = tmp_path / "out.toml"
    assert ask("export", "--to", str(target)) == (0, [])
    assert target.read_text("utf-8") == write(minding.current())


def test_points_are_explained_by_the_slip_or_by_the_entry(ask, shop, minding):
    minding.publish(
        read(PLAIN.replace('code = "accrual"', 'code = "a"\nname = { en = "Oil points" }')), START
    )
    member = bought(shop, "Eleni", 20_000)
    done = shop.sell(member, shop.open_price(1_050), points=100)
    explained = [
        "-100 points, 22 Nov 2026", "  Paid €1.00: 100 points are worth €1",
        "  Programme Elia, version 2", "+9 points, 22 Nov 2026",
        "  Oil points, on €9.50, 1 point per €1: +9", "  Programme Elia, version 2",
    ]  # fmt: skip
    assert ask("explain", done.sale.ref.lower()) == (0, explained)
    assert ask("explain", done.entries[-1].id)[1] == explained[3:]
    assert ask("explain", "T9-1") == (2, ["Nothing was found under T9-1."])
