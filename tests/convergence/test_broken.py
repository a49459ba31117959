"""The same schedules find the fault where a promise is broken on purpose."""

from __future__ import annotations

import pytest

from tests.convergence.plan import plan_of
from tests.convergence.running import lived

FIRST = 127


def schedules_until(broken: str, kinds: tuple[str, ...], most: int) -> int:
    """The seed that shows a fault of these kinds; 0: none of so many does."""
    for seed in range(FIRST, FIRST + most):
        if lived(plan_of(seed, 60, broken)).kind in kinds:
            return seed
    return 0


LOST = ("tills differ", "sale missing", "return missing", "entry missing")


@pytest.mark.parametrize(
    ("switch", "kinds", "most"),
    [
        ("idempotency", ("sale twice", "refund twice"), 40),
        ("order", (*LOST, "bug logged", "fact waits"), 60),
        ("watermark", LOST, 60),
    ],
)
def test_what_is_broken_on_purpose_is_found(switch: str, kinds: tuple[str, ...], most: int) -> None:
    at = schedules_until(switch, kinds, most)
    assert at, f"{most} schedules did not find that {switch} was switched off"
    assert lived(plan_of(at, 60)).violation == ""
