"""Schedules as data: made of a seed, and made smaller while they still fail.

A step is a name and a number; the number decides everything about it (which till, how much, what
goes wrong meanwhile), so that a schedule without some of its steps still tells the same of the
others.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

DEEDS = {
    "enrol": 6, "sell": 16, "take_back": 4, "edit": 3, "answer": 3, "card": 2, "correct": 2,
    "coupon": 2, "merge": 1, "erase": 1, "publish": 1, "registers": 2, "edits": 2,
    "unsubscribes": 1, "orders": 5, "refunds": 2, "cancels": 1,
}  # fmt: skip
HAPPENINGS = {
    "hub_round": 16, "store_round": 12, "time": 6, "month": 1, "skew": 2, "cut": 3, "hub_away": 1,
    "store_away": 2, "arrive": 4, "notice": 2, "lose_election": 2, "crash": 2, "back_up": 1,
    "restore": 1, "clone": 0.3, "absent": 0.5,
}  # fmt: skip
NEWER = {"gift": 3, "pay_gift": 6, "level": 2}
"""What a real Vendure store has no goods for, or no place to show."""
FAVOURITES, MORE = 8, 6
SELDOM = ("hub_away", "store_away", "absent", "erase", "month")
"""What would keep everything else from happening."""
SWITCHES = ("idempotency", "order", "watermark")


@dataclass(frozen=True, slots=True)
class Step:
    """What happens, and the number that decides the rest."""

    name: str
    number: int

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole schedule. ``slow``: requests are late more often than lost. ``nameless``: so many of
    the tills name no online store in their settings. ``past``: so many customers the store has
    before any till talks to it: they come in by a first import."""

    seed: int
    tills: int
    members: str
    rate: float
    steps: tuple[Step, ...]
    broken: str = ""
    slow: bool = False
    nameless: int = 0
    past: int = 0


@dataclass
class Outcome:
    """How it ended. ``violation`` "": well."""

    violation: str = ""
    kind: str = ""
    story: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    rounds: int = 0


def plan_of(seed: int, steps: int = 60, broken: str = "", *, at_vendure: bool = False) -> Plan:
    """The schedule of a seed. ``at_vendure``: with what a real Vendure has a place for.

    In half of the others a few steps happen much more often than the rest: what seldom meets when
    all are alike meets there."""
    chance = random.Random(seed)
    weights = {**DEEDS, **HAPPENINGS}
    if not at_vendure:
        weights |= NEWER
        often = chance.sample(sorted(weights), FAVOURITES) if chance.random() < 0.5 else []
        weights |= {name: max(weights[name], 2) * MORE for name in often if name not in SELDOM}
    names = chance.choices(list(weights), list(weights.values()), k=steps)
    plan = Plan(
        seed, chance.randint(2, 4), chance.choice(("known", "known", "all")),
        chance.choice((0.02, 0.08, 0.2)),
        tuple(Step(name, chance.getrandbits(40)) for name in names), broken,
    )  # fmt: skip
    if at_vendure:
        return plan
    nameless = 1 if plan.tills > 2 and chance.random() < 0.2 else 0
    past = chance.randint(2, 7) if chance.random() < 0.25 else 0
    rate, slow = plan.rate * chance.choice((1, 2)), chance.random() < 0.3
    return replace(plan, rate=rate, slow=slow, nameless=nameless, past=past)


def shrink(plan: Plan, fails: Callable[[Plan], bool], *, tries: int = 400) -> Plan:
    """Without every step that it fails without: big pieces first, then one by one."""
    size = max(len(plan.steps) // 2, 1)
    while size and tries > 0:
        place = 0
        while place < len(plan.steps) and tries > 0:
            less = replace(plan, steps=_without(plan.steps, place, size))
            tries -= 1
            if fails(less):
                plan = less
            else:
                place += size
        size //= 2
    return plan


def _without(steps: Sequence[Step], place: int, size: int) -> tuple[Step, ...]:
    return (*steps[:place], *steps[place + size :])
