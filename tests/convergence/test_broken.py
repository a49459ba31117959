"""The same schedules find the fault where a promise is broken on purpose."""

from __future__ import annotations

import pytest

from tests.convergence.plan import plan_of
from tests.convergence.running import lived


def schedules_until(broken: str, kinds: tuple[str, ...], most: int) -> int:
    """After how many schedules a fault of these kinds shows; 0: it does not."""
    for seed in range(1, most + 1):
        if lived(plan_of(seed, 60, broken)).kind in kinds:
            return seed
    return 0


LOST = ("tills differ", "sale missing", "return missing", "entry missing")


@pytest.mark.parametrize(
    ("switch", "kinds", "most"),
    [
        ("idempotency", ("sale twice", "refund twice"), 40),
        ("order", (*LOST, "bug logged", "fact waits"), 60),
        ("watermark", LOST, 120),
    ],
)
def test_what_is_broken_on_purpose_is_found(switch: str, kinds: tuple[str, ...], most: int) -> None:
    at = schedules_until(switch, kinds, most)
    assert at, f"{most} schedules did not find that {switch} was switched off"
    assert lived(plan_of(at, 60)).violation == ""
