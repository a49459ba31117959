"""What the tests of games share: a wheel, its plays, and games by chance."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from terminal.games import (
    Game,
    GameTotals,
    Prize,
    draw,
    odds,
    offered,
    totals_after,
)

NOON = datetime(2026, 12, 1, 10, tzinfo=UTC)
SEED = bytes(range(32))
# Upper critical values of chi-square at 0.001, as printed in tables, by degrees of freedom.
CRITICAL = {1: 10.828, 2: 13.816, 3: 16.266, 4: 18.467, 5: 20.515, 6: 22.458, 9: 27.877}


def wheel(**more) -> Game:
    """A wheel with three prizes of 10 000 tickets, one of them scarce."""
    return Game(
        **{
            "code": "autumn",
            "name": {"en": "Autumn wheel", "el": "Φθινοπωρινός τροχός"},
            "out_of": 10_000,
            "prizes": (
                Prize(code="jackpot", name="1,000 points", weight=25, points=1000, stock=3),
                Prize(code="fifty", name="50 points", weight=1_500, points=50),
                Prize(code="coffee", name="A coffee", weight=1_000, coupon="COFFEE", money=180),
            ),
            "consolation": Prize(code="wish", name="All the best", weight=7_475),
            "budget_points": 5_000,
            "budget_money": 36_000,
            **more,
        }
    )


def seed_of(n: object) -> bytes:
    """The n-th seed of a story."""
    return hashlib.sha256(f"story {n}".encode()).digest()


def play_of(n: int, game: Game, before: GameTotals, *, member: str = "m"):
    """The n-th play of a story."""
    return offered(
        game, before, seed_of(n), play_id=f"play-{n}", member_id=member, till="T1",
        at=NOON + timedelta(minutes=n),
    )  # fmt: skip


def plays(game: Game, count: int, member: str = "m") -> list:
    """So many plays, one after the other."""
    made, totals = [], GameTotals()
    for n in range(count):
        made.append(play_of(n, game, totals, member=member))
        totals = totals_after(made[-1])
    return made


def seed_that_lands_on(prize: str, game: Game, play_id: str) -> bytes:
    """The first seed of the story whose ticket is that prize's."""
    everything = (seed_of(n) for n in range(10_000))
    return next(s for s in everything if draw(game, s, play_id, GameTotals()).landed == prize)


def chi_square(landed: Counter, game: Game, draws: int) -> float:
    return float(
        sum((landed[o.prize.code] - o.share * draws) ** 2 / (o.share * draws) for o in odds(game))
    )


prizes = st.builds(
    lambda code, weight, worth, stock: Prize(
        code=f"p{code}", name="x", weight=weight, stock=stock,
        points=worth if code % 2 else 0, coupon="" if code % 2 else "C",
        money=0 if code % 2 else worth,
    ),
    st.integers(0, 9), st.integers(1, 40), st.integers(1, 300), st.none() | st.integers(0, 5),
)  # fmt: skip
games = st.builds(
    lambda some, rest, points, money: Game(
        code="g", name="g", prizes=tuple(some), budget_points=points, budget_money=money,
        out_of=sum(p.weight for p in some) + rest,
        consolation=Prize(code="rest", name="rest", weight=rest),
    ),
    st.lists(prizes, min_size=1, max_size=5, unique_by=lambda p: p.code), st.integers(0, 30),
    st.none() | st.integers(0, 900), st.none() | st.integers(0, 900),
)  # fmt: skip
