"""A long run of games: every play written down, read back, drawn again and audited.

    python -m tests.unit.games_long 1000000

Seeds come from the machine's own chance, so every run is another one; it ends with 1 where the
audit finds anything, or where the luck is of the kind that fair odds show once in 10 000 runs.
"""

import secrets
import sys
from collections.abc import Iterator
from time import perf_counter

from terminal.games import (
    Audit,
    GamePlay,
    GameTotals,
    audit,
    offered,
    read_play,
    replay,
    totals_after,
    write_play,
)
from tests.unit.gaming import NOON, wheel


def long_game(count: int) -> Iterator[GamePlay]:
    """Plays of one game, each through its written record and found again from it."""
    game, totals = wheel(budget_points=5_000_000, budget_money=9_000_000), GameTotals()
    for n in range(count):
        play = offered(
            game, totals, secrets.token_bytes(32), play_id=f"play-{n}", member_id="m", till="T1",
            at=NOON,
        )  # fmt: skip
        again = read_play(write_play(play))
        if replay(again) != play.drawn:
            raise SystemExit(f"play {n} is not found again from its record")
        totals = totals_after(again)
        yield again


def tell(found: Audit, seconds: float) -> None:
    print(f"{found.totals.plays:,} plays in {seconds:.0f} s, findings: {len(found.findings)}")
    for each in found.tallies:
        print(f"  {each.prize:8} landed {each.landed:9,}  expected {float(each.expected):11,.1f}"
              f"  given {each.given:9,}")  # fmt: skip
    print(
        f"  points {found.totals.points:,} of 5,000,000, money {found.totals.money:,} of 9,000,000"
    )
    print(f"  chi-square {float(found.chi_square):.3f}, likelihood {found.likelihood:.3f}")


if __name__ == "__main__":
    started = perf_counter()
    result = audit(long_game(int(sys.argv[1])))
    tell(result, perf_counter() - started)
    sys.exit(bool(result.findings) or result.likelihood < 0.0001)
