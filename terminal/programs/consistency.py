"""Whether a programme holds together: everything named exists, rises, and can happen at all.

``faults`` finds what no shop can mean, whatever it costs; costs are ``programs.checking``'s.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import msgspec

from terminal.games.model import Game
from terminal.members import LANGUAGES
from terminal.money import CURRENCIES
from terminal.programs.conditions import Limits, Needs, When, Who
from terminal.programs.effects import Donate, GiveCoupon, Steps
from terminal.programs.locating import Path
from terminal.programs.model import (
    Challenge,
    CouponKind,
    Milestone,
    Program,
    Quiz,
    Threshold,
)
from terminal.programs.policies import Expiry, Redemption, Tier
from terminal.programs.shapes import is_day, nearest

Fault = tuple[Path, str]
GIVING = ("rules", "promotions", "rewards", "challenges", "thresholds", "quizzes", "games")
"""Limits and budgets are counted by these codes, so none of them may be used twice."""
NAMED = ("coupons", "tiers", "badges", "milestones", "rankings", "causes")


def faults(program: Program) -> Iterator[Fault]:
    """Everything that contradicts itself, with its place."""
    yield from _shop(program)
    yield from _codes(program)
    yield from _publics(program)
    yield from _tiers(program.tiers)
    known = {
        name: tuple(each.code for each in getattr(program, name))
        for name in ("coupons", "badges", "tiers", "causes", "rewards")
    }
    for path, part in parts(program):
        check = _CHECKS.get(type(part))
        if check is not None:
            for key, what in check(part):
                yield (*path, *key), what
        for key, kind, code in _references(part):
            if code not in known[kind]:
                what = f"no {kind[:-1]} is called {code}; {nearest(code, known[kind])}"
                yield (*path, *key), what


def parts(program: Program) -> Iterator[tuple[Path, msgspec.Struct]]:
    """Every struct of a programme with its place, the whole first."""
    yield from _walk(program, ())


def _walk(value: object, at: Path) -> Iterator[tuple[Path, msgspec.Struct]]:
    if isinstance(value, msgspec.Struct):
        yield at, value
        for name in value.__struct_fields__:
            yield from _walk(getattr(value, name), (*at, name))
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from _walk(each, (*at, number))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: object) -> bool:
    """Whether this machine knows a time zone of that name."""
    return name in _zones()


def _shop(program: Program) -> Iterator[Fault]:
    if not is_zone(program.zone):
        yield ("zone",), f"no time zone is called {program.zone}; {_near_zone(program.zone)}"
    if program.currency not in CURRENCIES:
        what = f"{program.currency} can't be counted here; {nearest(program.currency, CURRENCIES)}"
        yield ("currency",), what
    for path, part in parts(program):
        for name in part.__struct_fields__:
            value = getattr(part, name)
            if isinstance(value, dict):
                yield from _languages(value, (*path, name))


def _near_zone(name: str) -> str:
    """By the whole name, or by the town alone, as people remember it."""
    town = [zone for zone in sorted(_zones()) if zone.lower().endswith(f"/{name.lower()}")]
    return nearest(name, sorted(_zones())) if not town else f"did you mean {town[0]}?"


def _languages(text: dict[str, str], at: Path) -> Iterator[Fault]:
    if not text:
        yield at, "has no text in any language"
    for language in text:
        if language not in LANGUAGES:
            yield (*at, language), f"is no language; known: {', '.join(LANGUAGES)}"


def _codes(program: Program) -> Iterator[Fault]:
    giving = [(s, n, e.code) for s in GIVING for n, e in enumerate(getattr(program, s))]
    yield from _twice(giving)
    for section in NAMED:
        yield from _twice((section, n, e.code) for n, e in enumerate(getattr(program, section)))


def _twice(codes: Iterable[tuple[str, int, str]]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for section, number, code in codes:
        here = f"{section}[{number + 1}]"
        if code in first:
            yield (section, number, "code"), f"{code} is the code of {first[code]} already"
        first.setdefault(code, here)


def _publics(program: Program) -> Iterator[Fault]:
    """What is typed at the counter must mean one kind of coupon, in capitals or not."""
    first: dict[str, str] = {}
    for number, kind in enumerate(program.coupons):
        typed = kind.public.casefold()
        if typed and typed in first:
            what = f"{kind.public} is typed for coupon {first[typed]} already"
            yield ("coupons", number, "public"), what
        first.setdefault(typed, kind.code)


def _tiers(tiers: Sequence[Tier]) -> Iterator[Fault]:
    low = tiers[0]
    if low.from_spend or low.points or low.visits:
        yield ("tiers", 0), f"the first level, {low.code}, is everybody's and needs nothing"
    reached: dict[str, int] = {}
    for number, tier in enumerate(tiers[1:], start=1):
        at: Path = ("tiers", number)
        asked = _asked(tier)
        if not asked:
            yield at, f"level {tier.code} needs nothing, so everybody would have it"
        elif tier.by_spend and not tier.from_spend:
            what = f"level {tier.code} is reached by spending 0; say by_spend = false"
            yield at, f"{what}, or from_spend"
        if tier.need == "two" and len(asked) < 2:
            yield (*at, "need"), f"level {tier.code} needs two of money, points and visits"
        for name, least in asked.items():
            before = reached.get(name, 0)
            if least <= before:
                what = f"level {tier.code} must need more than the one below: {least}"
                yield (*at, name), f"{what} after {before}"
        reached |= asked


def _asked(tier: Tier) -> dict[str, int]:
    """What a level is reached by."""
    spend = {"from_spend": tier.from_spend} if tier.by_spend and tier.from_spend else {}
    given = {"points": tier.points, "visits": tier.visits}
    return spend | {name: least for name, least in given.items() if least is not None}


def _references(part: object) -> Iterator[tuple[Path, str, str]]:
    """(key, section, code) of everything a part names."""
    if isinstance(part, GiveCoupon | Threshold | Needs | Challenge) and part.coupon is not None:
        yield ("coupon",), "coupons", part.coupon
    elif isinstance(part, Donate):
        yield ("cause",), "causes", part.cause
    elif isinstance(part, Tier) and part.gift is not None:
        yield ("gift",), "rewards", part.gift
    elif isinstance(part, Game):
        yield from _prizes(part)
    if isinstance(part, Challenge | Milestone) and part.badge is not None:
        yield ("badge",), "badges", part.badge
    if isinstance(part, Who):
        for number, code in enumerate(part.tiers):
            yield ("tiers", number), "tiers", code
        for number, code in enumerate(part.badges):
            yield ("badges", number), "badges", code


def _prizes(game: Game) -> Iterator[tuple[Path, str, str]]:
    for number, prize in enumerate(game.prizes):
        if prize.coupon:
            yield ("prizes", number, "coupon"), "coupons", prize.coupon
        if prize.reward:
            yield ("prizes", number, "reward"), "rewards", prize.reward


def _when(when: When | CouponKind) -> Iterator[Fault]:
    for name in ("starts", "ends"):
        day = getattr(when, name)
        if day and not is_day(day):
            yield (name,), f"there is no day {day}"
    if when.starts and when.ends and when.ends < when.starts:
        yield ("ends",), f"ends on {when.ends}, before it starts on {when.starts}"
    if isinstance(when, When) and when.hours and when.hours[0] == when.hours[1]:
        yield ("hours",), f"from {when.hours[0]} to {when.hours[1]} is no time at all"


def _who(who: Who) -> Iterator[Fault]:
    if who.ages and who.ages[1] < who.ages[0]:
        yield ("ages",), f"nobody is from {who.ages[0]} to {who.ages[1]} years old"
    both = sorted({*who.segments} & {*who.not_segments})
    if both:
        yield ("not_segments",), f"{both[0]} is both asked for and left out"


def _needs(needs: Needs) -> Iterator[Fault]:
    if needs.maximum is not None and needs.maximum < needs.minimum:
        yield ("maximum",), f"at least {needs.minimum} and at most {needs.maximum} is never"


def _limits(limits: Limits) -> Iterator[Fault]:
    for low, high in (("line_min", "line_max"), ("order_min", "order_max")):
        least, most = getattr(limits, low), getattr(limits, high)
        if most is not None and most < least:
            yield (high,), f"at least {least} and at most {most} is never"


def _steps(effect: Steps) -> Iterator[Fault]:
    for number, step in enumerate(effect.steps):
        if step.share is None and step.amount is None:
            yield ("steps", number), "a step takes off a share or an amount"
        if number and step.minimum <= effect.steps[number - 1].minimum:
            before = effect.steps[number - 1].minimum
            yield ("steps", number, "minimum"), f"steps rise: {step.minimum} after {before}"


def _expiry(expiry: Expiry) -> Iterator[Fault]:
    for number, text in enumerate(expiry.dates):
        if not is_day(f"2024-{text}"):  # a leap year: 29 February is a day
            yield ("dates", number), f"there is no day {text}"
    if expiry.kind == "dates" and not expiry.dates:
        yield ("dates",), "lapsing on dates needs dates, such as 12-31"
    if expiry.kind in ("months", "idle") and expiry.months == 0:
        yield ("months",), "points that lapse after 0 months are never there"


def _redemption(rule: Redemption) -> Iterator[Fault]:
    if rule.cap_points is not None and rule.cap_points < max(rule.minimum, rule.block):
        least = max(rule.minimum, rule.block)
        yield ("cap_points",), f"at least {least} points and at most {rule.cap_points} is never"


def _quiz(quiz: Quiz) -> Iterator[Fault]:
    for number, question in enumerate(quiz.questions):
        if question.right >= len(question.answers):
            what = f"answer {question.right} of {len(question.answers)} (counted from 0)"
            yield ("questions", number, "right"), f"there is no {what}"
    if not quiz.questions:
        yield ("questions",), "a quiz asks something"


def _challenge(challenge: Challenge) -> Iterator[Fault]:
    if not (challenge.points or challenge.coupon or challenge.badge):
        yield (), f"challenge {challenge.code} gives nothing: points, a coupon or a badge"


_CHECKS: dict[type, Callable[[Any], Iterator[Fault]]] = {
    When: _when,
    CouponKind: _when,
    Who: _who,
    Needs: _needs,
    Limits: _limits,
    Steps: _steps,
    Expiry: _expiry,
    Redemption: _redemption,
    Quiz: _quiz,
    Challenge: _challenge,
}
