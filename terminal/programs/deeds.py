"""Deeds: what a member reached – full stamp cards, milestones, challenges, rankings, quizzes.

Pure decisions about counts that somebody else looked up; what follows from them is booked by
``terminal.services.campaigning``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from terminal.errors import WrongAnswers
from terminal.programs.calendar import local_day, start_of_day
from terminal.programs.conditions import Period
from terminal.programs.matching import is_time, means_line
from terminal.programs.model import Challenge, Milestone, Program, Quiz, Threshold
from terminal.programs.wanted import period_start
from terminal.sales import Goods


def full_cards(program: Program, available: int) -> list[Threshold]:
    """The stamp cards that ``available`` points fill, one entry for each coupon, in the order of
    the file. After a threshold with ``stop`` no later one is looked at."""
    filled, left = [], available
    for threshold in program.thresholds:
        if not threshold.active:
            continue
        times = left // threshold.points
        filled += [threshold] * times
        left -= times * threshold.points
        if times and threshold.stop:
            break
    return filled


def milestones_passed(program: Program, before: int, after: int) -> list[Milestone]:
    """Those that lifetime points passed on the way from ``before`` to ``after``, rising."""
    passed = [mark for mark in program.milestones if before < mark.points <= after]
    return sorted(passed, key=lambda mark: mark.points)


def milestone_passed(program: Program, before: int, after: int) -> Milestone | None:
    """The highest milestone that was passed: one message even where several were at once."""
    return next(reversed(milestones_passed(program, before, after)), None)


@dataclass(frozen=True, slots=True)
class Done:
    """One line that a member bought and kept: when, what, how many pieces, minor units paid."""

    at: datetime
    sku: str
    goods: Goods
    quantity: int
    paid: int


def progress(challenge: Challenge, done: Iterable[Done], zone: ZoneInfo) -> int:
    """How far a member is with a challenge, by what was bought in its period.

    Visits are local days; what was bought outside ``when``, or does not meet ``only``, counts for
    nothing.
    """
    mine = [
        line
        for line in done
        if means_line(challenge.only, line.sku, line.goods)
        and is_time(challenge.when, line.at.astimezone(zone))
    ]
    match challenge.count:
        case "visits":
            return len({local_day(line.at, zone) for line in mine})
        case "categories":
            return len({line.goods.category for line in mine if line.goods.category})
        case "pieces":
            return sum(line.quantity for line in mine)
        case _:
            return sum(line.paid for line in mine)


def period_of(per: Period, now: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    """When the period that holds ``now`` began, and its stable name ("month 2026-11-01")."""
    first = period_start(per, local_day(now, zone))
    begins = start_of_day(first, zone) if per != "ever" else datetime.min.replace(tzinfo=now.tzinfo)
    return begins, f"{per} {first.isoformat()}"


def stands_since(program: Program, sold_at: datetime) -> datetime:
    """When a purchase can't come back any more: what a referral waits for."""
    return sold_at + timedelta(days=program.returning.days)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a ranking; equals share a place, and the next one is left out."""

    place: int
    member_id: str
    points: int


def ranking(earned: Mapping[str, int], out: frozenset[str], places: int) -> list[Place]:
    """The best ``places`` of those who take part; who stays out takes no place."""
    taking_part = [(points, who) for who, points in earned.items() if who not in out and points > 0]
    ordered = sorted(taking_part, key=lambda each: (-each[0], each[1]))
    table: list[Place] = []
    for index, (points, who) in enumerate(ordered):
        place = table[-1].place if table and table[-1].points == points else index + 1
        if place > places:
            break
        table.append(Place(place, who, points))
    return table


def quiz_points(quiz: Quiz, answers: Sequence[int]) -> int:
    """Points for the right answers. Raises WrongAnswers where not each question has one."""
    if len(answers) != len(quiz.questions):
        raise WrongAnswers(asked=len(quiz.questions), given=len(answers))
    right = sum(
        question.right == given for question, given in zip(quiz.questions, answers, strict=True)
    )
    return right * quiz.points
