"""What goes wrong between a till and what it talks to, and when its power fails.

Everything is decided by one chance, so that a seed tells the same story again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sync.errors import Retryable
from terminal.merging import ON_ITS_WAY

HUB_CALLS = frozenset({"hello", "push", "pull", "reserve", "release", "elect"})
STORE_CALLS = frozenset(
    {
        "check", "put_member", "put_sale", "put_sales", "put_return", "put_standing",
        "put_standings", "put_coupon", "erase", "customer", "find_customer", "orders_of",
        "changes", "customer_changes", "products",
    }
)  # fmt: skip
LATE = frozenset(
    {"push", "reserve", "put_member", "put_sale", "put_return", "put_standing", "put_coupon"}
)
"""What may arrive once more long after it was given up. A whole profile no later than a quarter of
an hour (``ON_ITS_WAY``): what comes then was said there, for every store there is."""
FATES = ("lost request", "lost answer", "duplicate", "late")
LATE_FATES = (*FATES, "late", "late", "late")


class CrashError(BaseException):
    """The power went."""


@dataclass(frozen=True, slots=True)
class Late:
    """A request that nobody waits for any more."""

    name: str
    sent: datetime
    run: Callable[[], object]


@dataclass
class Weather:
    """How bad it is. ``rate``: of the calls that go wrong, while there is weather at all."""

    chance: random.Random = field(default_factory=random.Random)
    rate: float = 0.0
    crash_in: int = -1
    """Await points until the power goes; -1: it does not."""
    meanwhile_in: int = -1
    """Calls until somebody does something while the answer is awaited."""
    meanwhile: Callable[[], None] = lambda: None
    asked: int = 0
    slow: bool = False
    """Whether what is given up arrives late more often than not."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    late: list[Late] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)

    def pulse(self) -> None:
        """An await point: here the power may go."""
        if self.crash_in < 0:
            return
        self.crash_in -= 1
        if self.crash_in < 0:
            self.count["crash"] += 1
            raise CrashError

    def calm(self) -> None:
        """Nothing more goes wrong."""
        self.rate, self.crash_in, self.meanwhile_in = 0.0, -1, -1

    def call(self, cut: bool, name: str, run: Callable[[], Any]) -> Any:
        """One request and its answer. ``cut``: there is no line at all."""
        self.pulse()
        if cut:
            self.count["cut off"] += 1
            raise Retryable("unreachable")
        fates = LATE_FATES if self.slow and name in LATE else FATES
        fate = self.chance.choice(fates) if self.chance.random() < self.rate else ""
        if fate == "late" and name not in LATE:
            fate = "lost request"
        if fate:
            self.count[fate] += 1
        if fate in ("lost request", "late"):
            if fate == "late":
                self.late.append(Late(name, self.clock(), run))
            raise Retryable("timeout")
        self._meanwhile()
        answer = run()
        if fate == "duplicate":
            answer = run()
        self._meanwhile()
        self.pulse()
        if fate == "lost answer":
            raise Retryable("timeout")
        return answer

    def arrive(self) -> None:
        """An old request comes in after all; whoever sent it hears nothing of it."""
        if self.late:
            late = self.late.pop(self.chance.randrange(len(self.late)))
            if late.name == "put_member" and self.clock() - late.sent > ON_ITS_WAY:
                self.count["never arrived"] += 1
                return
            self.count["arrived late"] += 1
            self.count[f"arrived late: {late.name}"] += 1
            with suppress(Exception):  # nobody listens any more
                late.run()

    def _meanwhile(self) -> None:
        if self.meanwhile_in < 0:
            return
        self.meanwhile_in -= 1
        if self.meanwhile_in < 0:
            self.count["meanwhile"] += 1
            self.meanwhile()


@dataclass
class Line:
    """Between one till and the hub or the online store: as the inner one, on a bad line."""

    inner: Any
    calls: frozenset[str]
    weather: Weather
    cut: Callable[[], bool]

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name not in self.calls:
            return found

        def ask(*args: Any, **more: Any) -> Any:
            self.weather.asked += 1
            number = self.weather.asked

            def run() -> Any:
                if hasattr(self.inner, "asking"):
                    self.inner.asking = number
                return found(*args, **more)

            return self.weather.call(self.cut(), name, run)

        return ask


@dataclass
class Power:
    """A database whose program may end before and after each commit."""

    inner: Any
    weather: Weather

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def write(self) -> Any:
        """As the inner one."""
        unit = self.inner.write()
        return unit if self.weather.crash_in < 0 else _Unit(unit, self.weather)


@dataclass
class _Unit:
    inner: Any
    weather: Weather

    def __enter__(self) -> Any:
        self.inner.__enter__()
        return self

    def __exit__(self, *args: object) -> None:
        self.inner.__exit__(*args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def commit(self) -> None:
        """Done, or the power went before or after it."""
        self.weather.pulse()
        self.inner.commit()
        self.weather.pulse()
