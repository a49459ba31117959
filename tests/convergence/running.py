"""Thousands of schedules, outside CI.

``python -m tests.convergence --schedules 10000 [--seed N] [--steps 60] [--processes 2]
[--break idempotency|order|watermark] [--shrink]``

``python -m tests.convergence --real 30 [--seed N] [--steps 40] [--store postgres|sqljs]
[--break idempotency]`` lives them at a real PostgreSQL hub and a real Vendure store (``real``).
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from tests.convergence.plan import SWITCHES, Outcome, Plan, plan_of, shrink
from tests.convergence.real import servers
from tests.convergence.schedule import live
from tests.convergence.world import Template, prepare

MEMORY = Path("/dev/shm")  # noqa: S108 (where there is one, files need no disk)
_kept: list[tuple[tempfile.TemporaryDirectory[str], Template]] = []


def template() -> Template:
    """This process's own."""
    if not _kept:
        folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        _kept.append((folder, prepare(Path(folder.name))))
    return _kept[0][1]


def lived(plan: Plan) -> Outcome:
    """How a schedule ends; a bug in what is tested ends none but its own."""
    try:
        return live(plan, template(), MEMORY if MEMORY.is_dir() else None)
    except Exception as error:  # noqa: BLE001 (a run of thousands goes on)
        words = "".join(traceback.format_exception(error)[-4:])
        return Outcome(violation=words, kind=type(error).__name__)


def one(seed: int, steps: int, broken: str) -> tuple[int, Outcome]:
    """For the pool."""
    return seed, lived(plan_of(seed, steps, broken))


def told(plan: Plan, outcome: Outcome) -> str:
    """A failing schedule, to be read."""
    lines = [f"  {number:3} {words}" for number, words in enumerate(outcome.story, start=1)]
    head = f"seed {plan.seed}: {plan.tills} tills, {plan.members} customers, faults {plan.rate}"
    return "\n".join([head, outcome.violation, *lines])


def smaller(plan: Plan, kind: str) -> Plan:
    """The same failure in fewer steps."""
    return shrink(plan, lambda less: lived(less).kind == kind)


@dataclass
class Figures:
    """What came of all schedules."""

    schedules: int = 0
    steps: int = 0
    rounds: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def add(self, outcome: Outcome, steps: int) -> None:
        """One more."""
        self.schedules += 1
        self.steps += steps
        self.rounds += outcome.rounds
        self.faults += outcome.faults
        self.done += outcome.done
        self.kinds += Counter([outcome.kind] if outcome.violation else [])

    def __str__(self) -> str:
        took = time.monotonic() - self.began
        return (
            f"{self.schedules} schedules, {self.steps} steps, {self.rounds} rounds of healing"
            f" in {took:.0f} s ({self.schedules / took:.1f}/s)\nfaults: {dict(self.faults)}\n"
            f"done: {dict(self.done)}\nfound: {dict(self.kinds) or 'nothing'}"
        )


def main(arguments: list[str]) -> int:
    """Run, and say what came of it; 1 where something was found."""
    line = argparse.ArgumentParser(prog="tests.convergence")
    line.add_argument("--schedules", type=int, default=1000)
    line.add_argument("--real", type=int, default=0)
    line.add_argument("--store", choices=("postgres", "sqljs"), default="postgres")
    line.add_argument("--seed", type=int, default=1)
    line.add_argument("--steps", type=int, default=0)
    line.add_argument("--processes", type=int, default=1)
    line.add_argument("--break", choices=SWITCHES, default="", dest="broken")
    line.add_argument("--shrink", action="store_true")
    asked = line.parse_args(arguments)
    figures = _really(asked) if asked.real else _in_memory(asked)
    _say(str(figures))
    return 1 if figures.kinds else 0


def _in_memory(asked: argparse.Namespace) -> Figures:
    figures, steps = Figures(), asked.steps or 60
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        seeds = range(asked.seed, asked.seed + asked.schedules)
        work = partial(one, steps=steps, broken=asked.broken)
        found: Iterator[tuple[int, Outcome]] = pool.imap_unordered(work, seeds, chunksize=4)
        for seed, outcome in found:
            figures.add(outcome, steps)
            if outcome.violation:
                plan = plan_of(seed, steps, asked.broken)
                if asked.shrink:
                    plan = smaller(plan, outcome.kind)
                    outcome = replace(lived(plan))
                _say(told(plan, outcome) if asked.shrink else f"seed {seed}: {outcome.violation}")
            if figures.schedules % 500 == 0:
                _say(f"… {figures.schedules} schedules")
    return figures


def _really(asked: argparse.Namespace) -> Figures:
    steps = asked.steps or 40
    with servers(asked.store) as real:
        figures = Figures()
        for seed in range(asked.seed, asked.seed + asked.real):
            plan = plan_of(seed, steps, asked.broken, at_vendure=True)
            outcome = real.live(plan, template())
            figures.add(outcome, len(outcome.story))
            if outcome.violation:
                _say(told(plan, outcome))
            else:
                _say(f"seed {seed}: well, {outcome.rounds} rounds, {dict(outcome.faults)}")
    return figures


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
