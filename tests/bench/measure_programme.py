"""The programme's arithmetic: a quote, the fold of a long history, one entry more, a simulation.

A quote is pricing, earning and what could be had, of 60 lines under 50 rules, promotions and
campaigns that all hold; its floor is a bare loop over the same lines. The fold's floor is the bare
sum of the same entries, that of one more entry an addition to a balance in a dictionary. The
simulation prices and earns past sales of a database by two programmes; its floor reads them.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

import main
from terminal import demo
from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlDatabase
from terminal.ledger import advance, fold
from terminal.programs.facts import NOTHING_CHOSEN
from terminal.programs.model import per_money
from terminal.quoting import quote
from terminal.sales import Basket
from terminal.services.simulation import STEP, simulate
from tests.bench.figures import Aim, Figure, Scale, in_turns, median, timed
from tests.bench.programmes import (
    FACTS,
    NOON,
    RULES,
    full_basket,
    full_programme,
    long_history,
    make_sales,
)
from tests.bench.shops import make_shop

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

LINES = 60
QUOTE = Aim(p99=1)
FOLD = Aim(p99=10)
ADVANCE = Aim(p99=0.1)
SIMULATION = Aim(p50=600)
"""For a thousand purchases: a million take ten minutes."""


def measure(scale: Scale) -> list[Figure]:
    """``programme-quote``, ``-fold``, ``-advance`` and ``-simulation``."""
    return [_quote(scale), _fold(scale), _advance(scale), _simulation(scale)]


def _quote(scale: Scale) -> Figure:
    program, account = full_programme(), fold(long_history(60))
    baskets = [full_basket(LINES, turn) for turn in range(3)]

    def ours(turn: int) -> float:
        basket = baskets[turn % len(baskets)]
        return timed(lambda: quote(basket, program, account, FACTS, NOTHING_CHOSEN, NOON))

    def floor(turn: int) -> float:
        basket = baskets[turn % len(baskets)]
        return timed(lambda: _loop(basket))

    kept = in_turns(scale.quotes, ours, floor, warm_up=20)
    said = quote(baskets[0], program, account, FACTS, NOTHING_CHOSEN, NOON)
    note = (
        f"{LINES} lines, {RULES} rules, promotions and campaigns: {len(said.applied)} take money"
        f" off, {len(said.accrual.parts)} give points; floor: a loop over the lines that adds them"
    )
    return Figure("programme-quote", "ms", *kept, note, QUOTE)


def _loop(basket: Basket) -> tuple[int, int]:
    total = pieces = 0
    for line in basket.lines:
        total += line.unit_price * line.quantity
        pieces += line.quantity
    return total, pieces


def _fold(scale: Scale) -> Figure:
    history = long_history(scale.folded)
    kept = in_turns(
        scale.folds,
        lambda turn: timed(lambda: fold(history)),
        lambda turn: timed(lambda: sum(entry.points for entry in history)),
    )
    note = f"{scale.folded} entries into an account with its lots; floor: their bare sum"
    return Figure("programme-fold", "ms", *kept, note, FOLD)


def _advance(scale: Scale) -> Figure:
    history = long_history(scale.folded + 1)
    account, entry = fold(history[:-1]), history[-1]
    balances = {"m": account.balance}

    def add() -> None:
        balances["m"] += entry.points

    kept = in_turns(
        scale.quotes,
        lambda turn: timed(lambda: advance(account, entry)),
        lambda turn: timed(add),
        warm_up=20,
    )
    note = (
        f"one entry after {scale.folded}, {len(account.lots)} lots; floor: adding it to a balance"
        " in a dictionary"
    )
    return Figure("programme-advance", "ms", *kept, note, ADVANCE)


def _simulation(scale: Scale) -> Figure:
    with tempfile.TemporaryDirectory(prefix="till-bench-") as name:
        file = Path(name) / "till.db"
        make_shop(file, 3_000)
        database = open_database(file)
        try:
            until = main.now()
            since = until - timedelta(days=400)
            lines = make_sales(database, scale.simulated, since, until)
            ours = _steps(lambda look: _simulated(database, since, until, look))
            floor = _steps(lambda look: _read(database, since, until, look))
        finally:
            database.close()
    minutes = median(ours) / 60
    note = (
        f"a thousand of {scale.simulated:,} sales, {lines} lines in all, by two programmes: a"
        f" million take about {minutes:.1f} minutes{_memory()}; floor: reading the same sales"
    )
    return Figure("programme-simulation", "ms", ours, floor, note, SIMULATION)


def _memory() -> str:
    if resource is None:
        return ""
    return f", at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB are held"


def _steps(run: Callable[[Callable[[int], None]], None]) -> list[float]:
    """Milliseconds for each thousand purchases, from what ``run`` says of its progress."""
    told: list[tuple[int, float]] = []
    run(lambda done: told.append((done, time.perf_counter())))
    return [
        (later - sooner) * 1_000_000 / (after - before)
        for (before, sooner), (after, later) in itertools.pairwise(told)
        if after > before
    ]


def _simulated(
    database: SqlDatabase, since: datetime, until: datetime, look: Callable[[int], None]
) -> None:
    program = demo.demo_program("EUR")
    changed = replace(program, version=2, rules=(per_money(2, 100), *program.rules[1:]))
    simulate(database, changed, since, until, look)


def _read(
    database: SqlDatabase, since: datetime, until: datetime, look: Callable[[int], None]
) -> None:
    number = 0
    with database.read() as uow:
        for number, _ in enumerate(uow.sales.stream(since, until)):
            if number % STEP == 0:
                look(number)
    look(number + 1)
