"""What was reached, decided from counts: cards, milestones, challenges, rankings, quizzes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from terminal.errors import WrongAnswers
from terminal.programs.conditions import Selector, When
from terminal.programs.deeds import (
    Done,
    Place,
    full_cards,
    milestone_passed,
    milestones_passed,
    period_of,
    progress,
    quiz_points,
    ranking,
    stands_since,
)
from terminal.programs.model import Challenge, Milestone, Program, Question, Quiz, Threshold
from terminal.programs.policies import Returning
from terminal.sales import Goods

ATHENS = ZoneInfo("Europe/Athens")
START = datetime(2026, 1, 1, tzinfo=UTC)


def program(**more: object) -> Program:
    return Program(code="Elia", version=1, effective_from=START, currency="EUR", **more)


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


def done(at: datetime, category: str = "", quantity: int = 1, paid: int = 100) -> Done:
    return Done(at, "A", Goods(category=category), quantity, paid)


def card(points: int, **more: object) -> Threshold:
    return Threshold(code=f"t{points}", points=points, coupon="c", **more)


def codes(shop: Program, available: int) -> list[str]:
    return [threshold.code for threshold in full_cards(shop, available)]


def test_cards_are_filled_in_the_order_of_the_file():
    """C31, C33."""
    assert codes(program(thresholds=(card(50),)), 120) == ["t50", "t50"]
    both = (card(100), card(50))
    assert codes(program(thresholds=both), 270) == ["t100", "t100", "t50"]
    stops = (card(100, stop=True), card(50))
    assert codes(program(thresholds=stops), 160) == ["t100"]
    assert codes(program(thresholds=stops), 60) == ["t50"], "it did not stop at what was not full"
    assert codes(program(thresholds=(card(10, active=False), card(50))), 50) == ["t50"]
    assert codes(program(thresholds=(card(50),)), -10) == []


def test_milestones_between_two_totals():
    high, low = Milestone(code="h", points=100), Milestone(code="l", points=50)
    shop = program(milestones=(high, low))
    assert milestones_passed(shop, 0, 100) == [low, high]
    assert milestone_passed(shop, 0, 100) == high
    assert milestone_passed(shop, 50, 99) is None
    assert milestones_passed(shop, 120, 40) == []


@pytest.mark.parametrize(
    ("count", "reached"), [("visits", 2), ("categories", 2), ("pieces", 6), ("money", 400)]
)
def test_how_far_a_challenge_is(count, reached):
    lines = [
        done(utc(2026, 11, 21, 21, 30), "tea", 3),
        done(utc(2026, 11, 21, 21, 45), "tea"),
        done(utc(2026, 11, 21, 22, 30), "oil"),  # the next day in Athens
        done(utc(2026, 11, 22, 9), ""),
    ]
    assert progress(Challenge(code="c", count=count, target=1), lines, ATHENS) == reached


def test_what_a_challenge_does_not_mean_counts_for_nothing():
    lines = [done(utc(2026, 11, 21, 10), "tea"), done(utc(2026, 11, 28, 10), "tea")]
    of_tea = Challenge(code="c", count="pieces", target=1, only=Selector(categories=("tea",)))
    assert progress(of_tea, [*lines, done(START, "oil")], ATHENS) == 2
    week = Challenge(code="c", count="pieces", target=1, when=When(ends="2026-11-22"))
    assert progress(week, lines, ATHENS) == 1
    card_sold = Done(START, "G", Goods(kind="gift_card"), 1, 5_000)
    assert progress(Challenge(code="c", count="money", target=1), [card_sold], ATHENS) == 0


@pytest.mark.parametrize(
    ("per", "began", "name"),
    [
        ("day", utc(2026, 11, 21, 22), "day 2026-11-22"),
        ("sale", utc(2026, 11, 21, 22), "sale 2026-11-22"),
        ("week", utc(2026, 11, 15, 22), "week 2026-11-16"),
        ("month", utc(2026, 10, 31, 22), "month 2026-11-01"),
        ("year", utc(2025, 12, 31, 22), "year 2026-01-01"),
        ("ever", datetime.min.replace(tzinfo=UTC), "ever 0001-01-01"),
    ],
)
def test_a_period_begins_at_midnight_of_the_shop(per, began, name):
    """Half past midnight on a Sunday in Athens is still Saturday in London."""
    assert period_of(per, utc(2026, 11, 21, 22, 30), ATHENS) == (began, name)


def test_a_purchase_stands_after_the_days_in_which_it_can_come_back():
    assert stands_since(program(returning=Returning(days=14)), START) == utc(2026, 1, 15)


def test_equals_share_a_place_and_who_stays_out_takes_none():
    earned = {"a": 50, "b": 90, "c": 50, "d": 10, "out": 1_000, "none": 0}
    table = ranking(earned, frozenset({"out"}), 3)
    assert table == [Place(1, "b", 90), Place(2, "a", 50), Place(2, "c", 50)]
    assert ranking(earned, frozenset({"out"}), 10)[-1] == Place(4, "d", 10)
    assert ranking({}, frozenset(), 3) == []


def test_a_quiz_counts_right_answers():
    asked = Question(text="?", answers=("a", "b"), right=1)
    quiz = Quiz(code="q", questions=(asked, asked, asked), points=5)
    assert quiz_points(quiz, (1, 0, 1)) == 10
    with pytest.raises(WrongAnswers):
        quiz_points(quiz, (1, 1))
