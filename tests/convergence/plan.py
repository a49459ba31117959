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
    """A whole schedule."""

    seed: int
    tills: int
    members: str
    rate: float
    steps: tuple[Step, ...]
    broken: str = ""


@dataclass
class Outcome:
    """How it ended. ``violation`` "": well."""

    violation: str = ""
    kind: str = ""
    story: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    rounds: int = 0


def plan_of(seed: int, steps: int = 60, broken: str = "") -> Plan:
    """The schedule of a seed."""
    chance = random.Random(seed)
    weights = {**DEEDS, **HAPPENINGS}
    names = chance.choices(list(weights), list(weights.values()), k=steps)
    return Plan(
        seed, chance.randint(2, 4), chance.choice(("known", "known", "all")),
        chance.choice((0.02, 0.08, 0.2)),
        tuple(Step(name, chance.getrandbits(40)) for name in names), broken,
    )  # fmt: skip


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
