"""Samples, percentiles, and the figures that come of them. Times are milliseconds unless said."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured. The sanity tests use a small one, where no figure means anything."""

    members: int = 1_000_000
    scans: int = 400
    sales: int = 600
    synced_sales: int = 50
    starts: int = 20
    slips: int = 400
    signals: int = 1_000
    pushed: int = 100
    push_rounds: int = 3
    pulled: int = 1_000
    gap_seconds: float = 30.0
    gap_orders: int = 500
    searches: int = 200
    """For each length of text."""
    quotes: int = 2_000
    folds: int = 100
    folded: int = 10_000
    simulated: int = 20_000


@dataclass(frozen=True, slots=True)
class Aim:
    """What a bench wants: at most so much, in the bench's unit or as times the floor."""

    p50: float | None = None
    p99: float | None = None
    ratio: float | None = None
    most: float | None = None
    """For the largest sample of all."""

    def words(self, unit: str) -> str:
        """The aim, as the table shows it."""
        wanted = [
            (self.p50, "p50 <= {:g} " + unit), (self.p99, "p99 <= {:g} " + unit),
            (self.most, "max < {:g} " + unit), (self.ratio, "<= {:g} x floor"),
        ]  # fmt: skip
        return ", ".join(text.format(value) for value, text in wanted if value is not None) or "-"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table. ``n`` 0: it could not be measured, ``note`` says why."""

    name: str
    unit: str
    ours: Sequence[float] = ()
    floor: Sequence[float] = ()
    note: str = ""
    aim: Aim = Aim()

    @property
    def n(self) -> int:
        """How many samples of ours."""
        return len(self.ours)

    @property
    def ratio(self) -> float | None:
        """Median by median of the floor."""
        if not self.ours or not self.floor or not median(self.floor):
            return None
        return median(self.ours) / median(self.floor)

    @property
    def held(self) -> bool | None:
        """Whether the aim was met; None where nothing was measured."""
        if not self.ours:
            return None
        pairs = (
            (median(self.ours), self.aim.p50), (p99(self.ours), self.aim.p99),
            (max(self.ours), self.aim.most), (self.ratio or 0.0, self.aim.ratio),
        )  # fmt: skip
        return all(limit is None or value <= limit for value, limit in pairs)

    def told(self) -> dict[str, object]:
        """As it stands in the file."""
        return {
            "name": self.name, "n": self.n, "unit": self.unit,
            "p50": _rounded(median, self.ours), "p99": _rounded(p99, self.ours),
            "floor_p50": _rounded(median, self.floor), "floor_p99": _rounded(p99, self.floor),
            "ratio": None if self.ratio is None else round(self.ratio, 3), "note": self.note,
        }  # fmt: skip


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least ``share`` of them don't exceed."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(samples: Sequence[float]) -> float:
    """The fiftieth percentile."""
    return percentile(samples, 0.5)


def p99(samples: Sequence[float]) -> float:
    """The ninety-ninth; of fewer than a hundred samples it is the largest."""
    return percentile(samples, 0.99)


def _rounded(of: Callable[[Sequence[float]], float], samples: Sequence[float]) -> float | None:
    return round(of(samples), 4) if samples else None


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that ``work`` takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def in_turns(
    rounds: int,
    ours: Callable[[int], float],
    floor: Callable[[int], float],
    *,
    warm_up: int = 5,
    swap: bool = True,
) -> tuple[list[float], list[float]]:
    """Samples of both, taken in turns and in changing order, so that noise hits both alike.

    Without ``swap`` the floor always comes second, for floors that repeat what ours did.
    Each gets the number of the round, from 0; the warm-up's rounds come first and are not kept.
    """
    kept: tuple[list[float], list[float]] = ([], [])
    for number in range(warm_up + rounds):
        first, second = (1, 0) if swap and number % 2 else (0, 1)
        for which in (first, second):
            sample = (ours, floor)[which](number)
            if number >= warm_up:
                kept[which].append(sample)
    return kept
