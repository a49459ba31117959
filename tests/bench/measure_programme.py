"""The programme's arithmetic: a quote, the fold of a long history, the account after one more.

A quote is pricing, earning and what could be had, of 60 lines under 50 rules, promotions and
campaigns that all hold; its floor is a bare loop over the same lines. The fold's floor is the bare
sum of the same entries, that of one more entry an addition to a balance in a dictionary.
"""

from __future__ import annotations

from terminal.ledger import advance, fold
from terminal.programs.facts import NOTHING_CHOSEN
from terminal.quoting import quote
from terminal.sales import Basket
from tests.bench.figures import Aim, Figure, Scale, in_turns, timed
from tests.bench.programmes import (
    FACTS,
    NOON,
    RULES,
    full_basket,
    full_programme,
    long_history,
)

LINES = 60
QUOTE = Aim(p99=1)
FOLD = Aim(p99=10)
ADVANCE = Aim(p99=0.1)


def measure(scale: Scale) -> list[Figure]:
    """``programme-quote``, ``programme-fold`` and ``programme-advance``."""
    return [_quote(scale), _fold(scale), _advance(scale)]


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
