"""What follows from purchases: stamp cards, milestones, challenges, limits and budgets, days."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace as changed_in

from terminal.entries import EntryKind
from terminal.errors import VoucherBlocked
from terminal.programs.conditions import Cap, Limits, Needs, Selector, When, Who
from terminal.programs.effects import MoneyOff, PerOrder
from terminal.programs.model import (
    Badge,
    Challenge,
    CouponKind,
    Milestone,
    Promotion,
    Rule,
    Threshold,
    per_money,
)
from terminal.programs.policies import Pending, Tier
from terminal.returns import ReturnLine
from terminal.sales import Basket, Goods, Product
from terminal.services.models import MemberView
from tests.shop import Shop

PLAIN = per_money(1, 100)
COUPON = CouponKind(code="free", valid_days=30)
STAMPS = Threshold(code="card", points=50, coupon="free")


def bare(shop: Shop, *rules: Rule, **more: object) -> None:
    """A programme of these rules and nothing else: what a story is about is all there is."""
    empty = dict.fromkeys(
        ("promotions", "rewards", "coupons", "challenges", "badges", "thresholds"), ()
    )
    shop.run(**{**empty, "rules": rules or (PLAIN,), "tiers": (Tier("bronze"),), **more})


def badges(shop: Shop, member: MemberView) -> set[str]:
    with shop.database.read() as uow:
        return {held.badge for held in uow.badges.of_member(member.member.id)}


def earned(done) -> int:
    return sum(entry.points for entry in done.entries if entry.kind is EntryKind.EARN)


def bonus(done) -> int:
    return sum(entry.points for entry in done.entries if entry.kind is EntryKind.BONUS)


def of_category(category: str, price: int = 1_000) -> Basket:
    goods = Goods(category=category)
    return Basket("EUR").add(Product(f"SKU-{category}", category, price, "EUR", goods=goods))


def at(shop: Shop, *moment: int) -> None:
    """Athens stands two hours before UTC in winter; this is UTC."""
    shop.moment = datetime(*moment, tzinfo=UTC)


# -- stamp cards -----------------------------------------------------------------------------------


def test_points_turn_into_coupons_each_time_a_card_is_full(shop):
    """C31: 120 points are two coupons and 20 points."""
    bare(shop, thresholds=(STAMPS,), coupons=(COUPON,))
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(12_000))
    assert len(done.vouchers) == 2
    assert done.view.account.balance == 20
    assert [e.points for e in done.entries] == [120, -50, -50]
    shop.later(seconds=1)
    assert shop.services.counter.present(done.vouchers[0].code, eleni).kind == "free"


def test_of_two_cards_the_first_may_be_the_only_one(shop):
    """C33: thresholds of 100 (stop) and 50, 150 points."""
    hundred = Threshold(code="large", points=100, coupon="free", stop=True)
    off = changed_in(STAMPS, code="off", active=False, points=1)
    bare(shop, thresholds=(off, hundred, STAMPS), coupons=(COUPON,))
    done = shop.sell(shop.enrol(), shop.open_price(15_000))
    assert [part.rule for e in done.entries[1:] for part in e.parts] == ["threshold:large"]
    assert done.view.account.balance == 50


def test_points_that_wait_fill_no_card_until_they_are_released(shop):
    """D17."""
    bare(shop, thresholds=(STAMPS,), coupons=(COUPON,), pending=Pending(until="release"))
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(5_500))
    assert (done.vouchers, done.view.account.available(shop.moment)) == ((), 0)
    (entry,) = done.entries
    after = shop.services.happenings.release(eleni.member.id, entry.id, "cashier")
    assert (after.account.balance, after.available) == (5, 5)
    again = shop.services.happenings.release(eleni.member.id, entry.id, "cashier")
    assert again.account == after.account


def test_points_that_wait_some_days_fill_a_card_at_the_next_purchase(shop):
    bare(shop, thresholds=(STAMPS,), coupons=(COUPON,), pending=Pending(days=7))
    eleni = shop.enrol()
    assert shop.sell(eleni, shop.open_price(5_000)).vouchers == ()
    shop.later(days=8)
    assert len(shop.sell(eleni, shop.open_price(50)).vouchers) == 1


def test_a_whole_return_makes_points_of_an_unused_coupon_again(shop):
    """Nothing is left of a sale that came back: neither a debt nor a coupon."""
    bare(shop, thresholds=(STAMPS,), coupons=(COUPON,))
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(12_000))
    offered = shop.services.counter.find_sale(done.sale.ref)
    assert offered.points.taken == 120
    back = shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    assert (back.view.account.balance, back.view.account.debt) == (0, 0)
    shop.later(seconds=1)
    for coupon in done.vouchers:
        with pytest.raises(VoucherBlocked):
            shop.services.counter.present(coupon.code, eleni)


def test_a_coupon_that_was_used_stays_spent_points(shop):
    bare(
        shop, thresholds=(STAMPS,), coupons=(COUPON,),
        promotions=(
            Promotion(code="off", gives=MoneyOff(500), needs=Needs(coupon="free"), guests=True),
        ),
    )  # fmt: skip
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(12_000))
    shop.later(seconds=1)
    shop.sell(None, shop.open_price(500), codes=(done.vouchers[0].code,))
    back = shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    assert (back.view.account.balance, back.view.account.debt) == (-50, 50)


# -- milestones ------------------------------------------------------------------------------------


def test_a_milestone_is_reached_once_even_if_points_come_back_and_come_again(shop):
    """D21: nothing again at 99; from 0 to 120 only the higher one is told, both are held."""
    bare(
        shop, milestones=(
            Milestone(code="m100", points=100, badge="star"), Milestone(code="m50", points=50),
        ), badges=(Badge(code="star"),),
    )  # fmt: skip
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(6_000))
    assert badges(shop, eleni) == {"milestone:m50"}
    done = shop.sell(eleni, shop.open_price(3_900))
    shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    assert badges(shop, eleni) == {"milestone:m50"}
    for _ in range(2):
        done = shop.sell(eleni, shop.open_price(4_000))
        shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    with shop.database.read() as uow:
        held = uow.badges.of_member(eleni.member.id)
    assert [badge.badge for badge in held].count("milestone:m100") == 1
    nikos = shop.enrol("Nikos")
    shop.sell(nikos, shop.open_price(12_000))
    assert badges(shop, nikos) == {"milestone:m50", "milestone:m100", "star"}


def test_a_badge_opens_a_rule(shop):
    star = Rule(code="star", gives=PerOrder(7), who=Who(badges=("star",)))
    bare(
        shop, PLAIN, star, milestones=(Milestone(code="m", points=10, badge="star"),),
        badges=(Badge(code="star"),),
    )  # fmt: skip
    eleni = shop.enrol()
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 10
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 17


# -- challenges ------------------------------------------------------------------------------------

THREE = Challenge(code="three", count="visits", target=3, points=30, badge="regular")


def test_three_visits_are_three_days_of_the_shops_calendar(shop):
    """23:30 and 00:30 in Athens are two days; twice within a day is one."""
    bare(shop, challenges=(THREE,), badges=(Badge(code="regular"),))
    eleni = shop.enrol()
    at(shop, 2026, 11, 23, 21, 30)
    assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 0
    at(shop, 2026, 11, 23, 22, 30)
    assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 0
    shop.later(hours=1)
    assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 0
    shop.later(days=1)
    done = shop.sell(eleni, shop.open_price(1_000))
    assert bonus(done) == 30
    assert "regular" in badges(shop, eleni)
    shop.later(days=1)
    assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 0
    at(shop, 2026, 12, 1, 10)
    for _ in range(2):
        assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 0
        shop.later(days=1)
    assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 30


def test_what_is_no_longer_reached_is_taken_back_and_can_be_reached_again(shop):
    """Buying, returning and keeping the points is no way to earn; an exchange costs nothing."""
    bare(
        shop, challenges=(changed_in(THREE, coupon="free"),), badges=(Badge(code="regular"),),
        coupons=(COUPON,),
    )  # fmt: skip
    eleni = shop.enrol()
    for _ in range(2):
        shop.sell(eleni, shop.open_price(1_000))
        shop.later(days=1)
    before = shop.balance(eleni)
    done = shop.sell(eleni, shop.basket("OIL-500", "HON-450"))
    assert bonus(done) == 30
    (coupon,) = done.vouchers
    counter = shop.services.counter
    part = counter.take_back(done.sale.ref, "gift", "cashier", (ReturnLine(0, 1),))
    assert all(entry.points > -30 for entry in part.entries), "still a visit"
    back = counter.take_back(done.sale.ref, "gift", "cashier")
    assert back.view.account.balance == before
    shop.later(seconds=1)
    with pytest.raises(VoucherBlocked):
        counter.present(coupon.code, eleni)
    again = shop.sell(eleni, shop.open_price(1_000))
    assert bonus(again) == 30
    assert len(again.vouchers) == 1


def test_a_sale_of_before_the_programme_asks_for_no_challenge(shop):
    """A programme with challenges now; the sale was under one without."""
    bare(shop)
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(1_000))
    shop.later(days=1)
    bare(shop, challenges=(THREE,))
    assert shop.services.counter.take_back(done.sale.ref, "gift", "cashier").view


def test_five_categories_pieces_or_money(shop):
    categories = Challenge(code="five", count="categories", target=3, points=10, per="year")
    pieces = Challenge(
        code="pieces", count="pieces", target=2, points=20, only=Selector(categories=("tea",))
    )
    money = Challenge(code="money", count="money", target=4_000, points=40)
    bare(shop, challenges=(categories, pieces, money))
    eleni = shop.enrol()
    assert bonus(shop.sell(eleni, of_category("tea"))) == 0
    assert bonus(shop.sell(eleni, of_category("tea"))) == 20
    assert bonus(shop.sell(eleni, of_category("honey"))) == 0
    assert bonus(shop.sell(eleni, of_category("oil"))) == 50


def test_a_challenge_has_dates_people_limits_and_a_budget(shop):
    one = Challenge(code="one", count="visits", target=1, points=10, per="day")
    bare(
        shop,
        challenges=(
            changed_in(one, code="later", when=When(starts="2027-01-01")),
            changed_in(one, code="off", active=False),
            changed_in(one, code="gold", who=Who(tiers=("gold",))),
            changed_in(one, code="budget", points=1, limits=Limits(budget_times=2)),
            changed_in(one, code="points", points=2, limits=Limits(budget_points=5)),
            changed_in(
                one, code="cap", points=100, limits=Limits(caps=(Cap(per="month", times=1),))
            ),
            changed_in(
                one, code="most", points=1_000, limits=Limits(caps=(Cap(per="year", points=1_500),))
            ),
        ),
    )
    eleni, nikos = shop.enrol(), shop.enrol("Nikos")
    assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 1 + 2 + 100 + 1_000
    shop.later(days=1)
    assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 1 + 2
    assert bonus(shop.sell(nikos, shop.open_price(1_000))) == 100 + 1_000
    shop.later(days=14)
    assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 100


def test_what_was_bought_before_a_challenge_began_does_not_count(shop):
    two = Challenge(code="two", count="visits", target=2, points=9, when=When(starts="2026-11-22"))
    bare(shop, challenges=(two,))
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(1_000))
    shop.later(days=1)
    assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 0
    shop.later(days=1)
    assert bonus(shop.sell(eleni, shop.open_price(1_000))) == 9


def test_a_challenge_may_give_a_coupon_or_nothing_but_a_badge(shop):
    coupon = Challenge(
        code="c", count="visits", target=1, coupon="free", limits=Limits(budget_times=1)
    )
    badge = Challenge(code="b", count="visits", target=1, badge="here")
    bare(shop, challenges=(coupon, badge), coupons=(COUPON,), badges=(Badge(code="here"),))
    eleni, nikos = shop.enrol(), shop.enrol("Nikos")
    done = shop.sell(eleni, shop.open_price(1_000))
    assert (bonus(done), len(done.vouchers)) == (0, 1)
    assert "here" in badges(shop, eleni)
    assert shop.sell(nikos, shop.open_price(1_000)).vouchers == ()
    shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    assert len(shop.sell(nikos, shop.open_price(1_000)).vouchers) == 1, "the budget has room again"


# -- days and people -------------------------------------------------------------------------------


def test_a_birthday_is_kept_once_though_its_week_crosses_new_year(shop):
    gift = Rule(
        code="birthday", gives=PerOrder(50), who=Who(birthday=(3, 3)),
        limits=Limits(caps=(Cap(per="year", times=1),)),
    )  # fmt: skip
    bare(shop, gift)
    eleni = shop.enrol(birthday="01-01")
    at(shop, 2026, 12, 30, 10)
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 50
    at(shop, 2027, 1, 2, 10)
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 0
    at(shop, 2027, 12, 29, 10)
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 50


def test_those_born_on_a_leap_day_have_a_birthday_every_year(shop):
    bare(shop, Rule(code="birthday", gives=PerOrder(50), who=Who(birthday=(0, 0))))
    leap = shop.enrol(birthday="2004-02-29")
    at(shop, 2027, 2, 28, 10)
    assert earned(shop.sell(leap, shop.open_price(1_000))) == 50
    at(shop, 2028, 2, 28, 10)
    assert earned(shop.sell(leap, shop.open_price(1_000))) == 0
    at(shop, 2028, 2, 29, 10)
    assert earned(shop.sell(leap, shop.open_price(1_000))) == 50


def test_who_stayed_away_is_missed(shop):
    bare(shop, Rule(code="missed", gives=PerOrder(20), who=Who(away_days=30)))
    eleni = shop.enrol()
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 0
    shop.later(days=29)
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 0
    shop.later(days=30)
    assert earned(shop.sell(eleni, shop.open_price(1_000))) == 20


def test_the_first_and_the_second_purchase(shop):
    first = Rule(code="first", gives=PerOrder(10), who=Who(order_numbers=(1,)))
    second = Rule(code="second", gives=PerOrder(5), who=Who(order_numbers=(2,)))
    bare(shop, first, second)
    eleni = shop.enrol()
    found = []
    for _ in range(3):
        found.append(earned(shop.sell(eleni, shop.open_price(100))))
        shop.later(minutes=1)
    assert found == [10, 5, 0]


def test_fans_by_two_rules_that_look_back_differently(shop):
    near = Who(fan_of=("tea",), fan_times=2, fan_days=7)
    far = Who(fan_of=("tea",), fan_times=2, fan_days=60)
    bare(shop, Rule(code="near", gives=PerOrder(1), who=near),
         Rule(code="far", gives=PerOrder(10), who=far))  # fmt: skip
    eleni = shop.enrol()
    shop.sell(eleni, of_category("tea"))
    shop.sell(eleni, of_category("tea"))
    shop.later(days=1)
    assert earned(shop.sell(eleni, of_category("tea"))) == 0, "two purchases of a day are one"
    shop.later(days=1)
    assert earned(shop.sell(eleni, shop.open_price(100))) == 11
    shop.later(days=20)
    assert earned(shop.sell(eleni, shop.open_price(100))) == 10


def test_happy_hours_go_by_the_shops_clock(shop):
    happy = Rule(code="happy", gives=PerOrder(5), when=When(hours=("16:00", "18:00")))
    bare(shop, happy)
    eleni = shop.enrol()
    found = []
    for hour, minute in ((13, 59), (14, 0), (15, 59), (16, 0)):
        at(shop, 2026, 11, 24, hour, minute)
        found.append(earned(shop.sell(eleni, shop.open_price(100))))
    assert found == [0, 5, 5, 0]
