"""Whatever the network did: after healing all sides hold the same.

Thousands more: ``python -m tests.convergence --schedules 10000 --processes 2``.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest

from tests.convergence.plan import plan_of
from tests.convergence.running import lived, smaller, told

EACH = int(os.environ.get("LONG", "50"))
STEPS = 30


@pytest.mark.parametrize("chunk", range(4))
def test_all_sides_end_with_the_same(chunk: int) -> None:
    for seed in range(1 + chunk * EACH, 1 + (chunk + 1) * EACH):
        plan = plan_of(seed, STEPS)
        outcome = lived(plan)
        if outcome.violation:
            less = smaller(plan, outcome.kind)
            pytest.fail(told(less, lived(less)))


def test_a_seed_tells_the_same_again() -> None:
    one, again = lived(plan_of(21, STEPS)), lived(plan_of(21, STEPS))
    assert (one.story, one.faults, one.rounds) == (again.story, again.faults, again.rounds)
    assert len(one.story) == STEPS


def test_hundreds_of_faults_happen() -> None:
    """A run in which nothing goes wrong shows nothing."""
    faults = sum(
        (lived(plan_of(seed, 60)).faults for seed in range(400, 440)), start=Counter[str]()
    )
    for kind in ("crash", "lost request", "lost answer", "duplicate", "late", "cut off"):
        assert faults[kind] > 0, kind
    assert faults["election lost"] > 0
    assert faults["meanwhile"] > 0


def test_what_fails_is_told_in_few_steps() -> None:
    plan = next(
        plan for seed in range(1, 60)
        if lived(plan := plan_of(seed, STEPS, "idempotency")).kind == "sale twice"
    )  # fmt: skip
    less = smaller(plan, "sale twice")
    assert len(less.steps) < 12
    assert lived(less).kind == "sale twice"
    assert lived(replace(less, broken="")).violation == ""
