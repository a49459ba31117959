"""The audit of a game: every draw found again, nothing left out, and the luck as it was published.

It trusts nothing in the records but the seeds and the terms, and those only as far as commitments,
which members carry home on paper, bind them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import msgspec

from terminal.games.drawing import GameTotals, after, commit, draw, read_terms
from terminal.games.model import Game
from terminal.games.plays import GamePlay, PlayId
from terminal.games.table import odds

LEAST_EXPECTED = 5
Wrong = Literal["terms", "commitment", "draw", "number", "totals", "seed", "ledger"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a play.

    ``terms``: its seed or terms can't be read or are another game's; ``commitment``: not what was
    printed for this seed and these terms; ``draw``: the recipe finds another outcome; ``number``:
    plays before it are missing, or it stands twice; ``totals``: what it takes for given is not what
    the plays before it gave; ``seed``: another play had the same one; ``ledger``: the points in the
    books are not those it won (found by the service).
    """

    play_id: PlayId
    number: int
    what: Wrong


@dataclass(frozen=True, slots=True)
class Tally:
    """How often tickets named a prize, how often they should have, and how often it was given."""

    prize: str
    landed: int
    expected: Fraction
    given: int


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found. ``revealed`` of ``totals.plays`` plays were shown to their members."""

    totals: GameTotals
    revealed: int
    findings: tuple[Finding, ...]
    tallies: tuple[Tally, ...]

    @property
    def classes(self) -> tuple[tuple[int, Fraction], ...]:
        """(landed, expected) of each prize; rare ones together, until at least five are expected:
        below that, Pearson's sum says nothing."""
        landed, expected, others = 0, Fraction(0), []
        for tally in sorted(self.tallies, key=lambda each: each.expected):
            if expected < LEAST_EXPECTED:
                landed, expected = landed + tally.landed, expected + tally.expected
            else:
                others.append((tally.landed, tally.expected))
        return ((landed, expected), *others) if expected else ()

    @property
    def chi_square(self) -> Fraction:
        """How far the tickets are from the published odds (Pearson)."""
        parts = ((landed - expected) ** 2 / expected for landed, expected in self.classes)
        return sum(parts, Fraction(0))

    @property
    def likelihood(self) -> float:
        """How likely fair tickets are at least so far from the odds; below 0.001, ask why."""
        return upper_tail(float(self.chi_square), len(self.classes) - 1)


Shares = tuple[tuple[str, Fraction], ...]


@dataclass(slots=True)
class _Sums:
    """What the plays looked at so far add up to."""

    totals: GameTotals = field(default_factory=GameTotals)
    revealed: int = 0
    findings: list[Finding] = field(default_factory=list)
    landed: Counter[str] = field(default_factory=Counter)
    promised: Counter[Shares] = field(default_factory=Counter)
    seeds: set[str] = field(default_factory=set)

    def take(self, play: GamePlay) -> None:
        """Look at one play and count it. What breaks the chain is found once, not ever after."""
        try:
            game, before = read_terms(play.terms)
            wrong = list(self._look(play, game, before))
        except (msgspec.MsgspecError, ValueError):
            wrong, before = ["terms"], self.totals
        else:
            self.promised[_shares(game)] += 1
        self.findings += [Finding(play.id, play.number, what) for what in wrong]
        self.totals = after(before, play.drawn)
        self.landed[play.drawn.landed] += 1
        self.revealed += play.played_at is not None
        self.seeds.add(play.seed)

    def _look(self, play: GamePlay, game: Game, before: GameTotals) -> Iterator[Wrong]:
        seed = bytes.fromhex(play.seed)
        if game.code != play.game:
            yield "terms"
        if commit(seed, play.id, play.terms) != play.commitment:
            yield "commitment"
        if draw(game, seed, play.id, before) != play.drawn:
            yield "draw"
        if play.number != self.totals.plays + 1 or before.plays + 1 != play.number:
            yield "number"
        elif before != self.totals:
            yield "totals"
        if play.seed in self.seeds:
            yield "seed"


def audit(plays: Iterable[GamePlay]) -> Audit:
    """Audit all plays of one game, in the order of their numbers, from the first one on."""
    sums = _Sums()
    for play in plays:
        sums.take(play)
    expected: dict[str, Fraction] = {}
    for shares, times in sums.promised.items():
        for code, share in shares:
            expected[code] = expected.get(code, Fraction(0)) + share * times
    codes = dict.fromkeys((*expected, *sums.landed, *dict(sums.totals.given)))
    tallies = tuple(
        Tally(code, sums.landed[code], expected.get(code, Fraction(0)), sums.totals.of(code))
        for code in codes
    )
    return Audit(sums.totals, sums.revealed, tuple(sums.findings), tallies)


def _shares(game: Game) -> Shares:
    return tuple((each.prize.code, each.share) for each in odds(game))


def upper_tail(chi_square: float, freedom: int) -> float:
    """The share of the chi-square distribution beyond a value (a likelihood, never an amount).

    Q(a+1, x) = Q(a, x) + x^a e^-x / Gamma(a+1), from Q(1/2, x) = erfc(sqrt x) or Q(1, x) = e^-x.
    """
    if freedom < 1 or chi_square <= 0:
        return 1.0
    x, a = chi_square / 2, (0.5 if freedom % 2 else 1.0)
    tail = math.erfc(math.sqrt(x)) if freedom % 2 else math.exp(-x)
    while a < freedom / 2:
        tail += math.exp(a * math.log(x) - x - math.lgamma(a + 1))
        a += 1
    return min(tail, 1.0)
