"""Thousands of schedules, outside CI.

``python -m tests.convergence --schedules 10000 [--seed N] [--steps 60] [--processes 2]
[--break idempotency|order|watermark] [--shrink]``
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
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.convergence.plan import SWITCHES, Outcome, Plan, plan_of, shrink
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


def main(arguments: list[str]) -> int:
    """Run, and say what came of it; 1 where something was found."""
    line = argparse.ArgumentParser(prog="tests.convergence")
    line.add_argument("--schedules", type=int, default=1000)
    line.add_argument("--seed", type=int, default=1)
    line.add_argument("--steps", type=int, default=60)
    line.add_argument("--processes", type=int, default=1)
    line.add_argument("--break", choices=SWITCHES, default="", dest="broken")
    line.add_argument("--shrink", action="store_true")
    asked = line.parse_args(arguments)
    began, faults, done, kinds = time.monotonic(), Counter[str](), Counter[str](), Counter[str]()
    count = rounds = 0
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        seeds = range(asked.seed, asked.seed + asked.schedules)
        work = partial(one, steps=asked.steps, broken=asked.broken)
        found: Iterator[tuple[int, Outcome]] = pool.imap_unordered(work, seeds, chunksize=4)
        for seed, outcome in found:
            count += 1
            rounds += outcome.rounds
            faults += outcome.faults
            done += outcome.done
            if outcome.violation:
                kinds[outcome.kind] += 1
                plan = plan_of(seed, asked.steps, asked.broken)
                if asked.shrink:
                    plan = smaller(plan, outcome.kind)
                    outcome = replace(lived(plan))
                _say(told(plan, outcome) if asked.shrink else f"seed {seed}: {outcome.violation}")
            if count % 500 == 0:
                _say(f"… {count} schedules, {count / (time.monotonic() - began):.1f}/s")
    took = time.monotonic() - began
    _say(
        f"{count} schedules, {count * asked.steps} steps, {rounds} rounds of healing"
        f" in {took:.0f} s ({count / took:.1f}/s)\nfaults: {dict(faults)}\ndone: {dict(done)}\n"
        f"found: {dict(kinds) or 'nothing'}"
    )
    return 1 if kinds else 0


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
