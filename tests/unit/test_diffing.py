"""What changed between two versions, thing by thing, and in words."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from terminal.changes_told import change_in_words
from terminal.i18n import Words
from terminal.programs.conditions import Cap, Limits, Needs, Selector, When, Who
from terminal.programs.diffing import Change, diff
from terminal.programs.effects import MoneyOff, PercentOff, PerMoney, PerOrder
from terminal.programs.model import (
    Badge,
    Challenge,
    CouponKind,
    Program,
    Promotion,
    Quiz,
    Referral,
    Reward,
    Rule,
    per_money,
)
from terminal.programs.policies import Expiry, Redemption, Tier

EN = Words("en")
BIRTHDAY = Rule(
    code="birthday", name={"en": "Birthday week", "el": "Γενέθλια"}, gives=PerOrder(30)
)  # fmt: skip
OLD = Program(
    code="Points", version=1, effective_from=datetime(2026, 1, 1, tzinfo=UTC), currency="EUR",
    rules=(per_money(1, 100), BIRTHDAY),
    promotions=(Promotion(code="p", name="Ten off", gives=MoneyOff(1_000)),),
    redemption=Redemption(block=100, value=100, minimum=100),
    tiers=(Tier("member"), Tier("gold", 50_000, 150, off=250)),
)  # fmt: skip


def changed(thing: msgspec.Struct, **values: object) -> msgspec.Struct:
    return msgspec.structs.replace(thing, **values)


def told(language: str = "en", **values: object) -> list[str]:
    new, words = changed(OLD, **values), Words(language)
    return [change_in_words(change, OLD, new, words) for change in diff(OLD, new)]


def birthday(**values: object) -> tuple[Rule, ...]:
    return (OLD.rules[0], changed(BIRTHDAY, **values))


def test_a_new_number_and_a_new_moment_are_no_change():
    assert diff(OLD, changed(OLD, version=2, effective_from=datetime(2027, 1, 1, tzinfo=UTC))) == []


def test_a_change_knows_its_place_and_both_values():
    assert diff(OLD, changed(OLD, rules=birthday(gives=PerOrder(50)))) == [
        Change(("rules", "birthday", "gives", "points"), 30, 50, birthday(gives=PerOrder(50))[1])
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rules": birthday(gives=PerOrder(50))}, "Birthday week: points 30 → 50"),
        ({"rules": birthday(gives=PerMoney(1, 50))},
         "Birthday week: 30 points → 1 point per €0.50"),
        ({"rules": birthday(when=When(weekdays=("mon",)))}, "Birthday week: always → on Monday"),
        ({"rules": birthday(who=Who(birthday=(0, 0)))},
         "Birthday week: every member → on the birthday"),
        ({"rules": birthday(only=Selector(skus=("TEA",)))},
         "Birthday week: all goods → only TEA"),
        ({"rules": birthday(needs=Needs(minimum=500))},
         "Birthday week: needs nothing → from €5 on"),
        ({"rules": birthday(limits=Limits(order_max=5))},
         "Birthday week: without limit → at most 5 points a sale"),
        ({"rules": birthday(active=False)}, "Birthday week: switched on yes → no"),
        ({"rules": birthday(group="season")}, "Birthday week: group nothing → season"),
        ({"rules": birthday(name="Cake")}, "Cake: name “Birthday week” → Cake"),
        ({"rules": birthday(expiry=Expiry(months=1))},
         "Birthday week: nothing → points lapse 1 month after they were earned · told 30 days "
         "before"),
        ({"rules": OLD.rules[::-1]}, "Rules: accrual, birthday → birthday, accrual"),
        ({"rules": OLD.rules[:1]}, "Gone: Birthday week: 30 points · for a purchase"),
        ({"rules": (*OLD.rules, Rule(code="x", gives=PerMoney(2, 100)))},
         "New: 2 points per €1"),
        ({"promotions": (changed(OLD.promotions[0], gives=MoneyOff(500)),)},
         "Ten off: amount €10 → €5"),
        ({"promotions": (changed(OLD.promotions[0], gives=PercentOff(1_250)),)},
         "Ten off: €10 off → 12.5 % off"),
        ({"promotions": (changed(OLD.promotions[0], limits=Limits(order_max=500)),)},
         "Ten off: without limit → at most €5 a sale"),
        ({"promotions": ()}, "Gone: Ten off: €10 off"),
        ({"rewards": (Reward(code="r", cost=5, gives=MoneyOff(5)),)},
         "New: 5 points → €0.05 off"),
        ({"challenges": (Challenge(code="c", count="visits", target=3, points=5),)},
         "New: 3 visits in a month → 5 points"),
        ({"tiers": (*OLD.tiers, Tier("top", 90_000, name="Top"))}, "New: Top: from €900 on"),
        ({"tiers": (OLD.tiers[0], Tier("gold", 50_000, 200, off=500))},
         "Gold: points times ×1.5 → ×2"),
        ({"tiers": (OLD.tiers[0], Tier("gold", 40_000, 150, off=250))},
         "Gold: from €500 → €400"),
        ({"tiers": (OLD.tiers[0], Tier("gold", 50_000, 150, off=500))},
         "Gold: off 2.5 % → 5 %"),
        ({"badges": (Badge(code="b", name={"el": "Σήμα"}),)}, "New: Σήμα"),
        ({"coupons": (CouponKind(code="c"),)}, "New: c"),
        ({"redemption": Redemption(block=100, value=200, minimum=100)},
         "Points as money: 100 points are worth €1 · at least 100 points → "
         "100 points are worth €2 · at least 100 points"),
        ({"redemption": None},
         "Points as money: 100 points are worth €1 · at least 100 points → nothing"),
        ({"referral": Referral(
            points=5, friend_points=3, minimum=500, caps=(Cap(per="year", times=2),))},
         "Bringing friends: nothing → 5 points for bringing a friend · 3 points for being brought "
         "by a friend · from €5 on · at most 2 times a year"),
        ({"referral": Referral(points=5, active=False)},
         "Bringing friends: nothing → 5 points for bringing a friend · switched off"),
        ({"zone": "Europe/Sofia"}, "zone: Europe/Athens → Europe/Sofia"),
        ({"tiers": (OLD.tiers[0], changed(OLD.tiers[1], visits=5))}, "Gold: visits nothing → 5"),
        ({"rules": birthday(name={"en": "Cake"})}, "Cake: name “Birthday week” → “Cake”"),
    ],
)  # fmt: skip
def test_each_change_is_said(values, said):
    assert said in told(**values)


def test_a_quiz_that_changed_is_told_by_what_there_is():
    quiz = Quiz(code="q", name="Quiz", points=1, questions=())
    old, new = changed(OLD, quizzes=(quiz,)), changed(OLD, quizzes=(changed(quiz, points=2),))
    assert [change_in_words(c, old, new, EN) for c in diff(old, new)] == ["Quiz: points 1 → 2"]
    both = Change(("quizzes", "q", "questions"), (), (BIRTHDAY, "x"), quiz)
    assert change_in_words(both, old, new, EN) == "Quiz: questions nothing → birthday, x"
    strange = Change(("quizzes", "q", "questions"), Badge(code="b"), Badge(code="c"), quiz)
    assert change_in_words(strange, old, new, EN) == "Quiz: b → c"


def test_the_name_is_the_readers():
    assert told("el", rules=birthday(gives=PerOrder(50)))[0].startswith("Γενέθλια: ")
