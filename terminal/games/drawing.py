"""The draw: what is promised before, the ticket, and what is won. Pure; anybody can repeat it.

Before a play its *terms* (the whole game and what has been given so far, as JSON text) and a secret
seed are fixed, and their commitment is printed. Afterwards the seed is shown, and with standard
tools anybody finds the same:

1. ``terms_sha`` = SHA-256 of the terms, in hexadecimal;
2. the commitment is SHA-256 of ``<play id>:<seed in hexadecimal>:<terms_sha>``;
3. for n = 1, 2, 3 … take HMAC-SHA-256 with the seed's bytes as key over ``<play id>:<n>``; its
   first eight hexadecimal digits are a number below 2^32. The first such number below the greatest
   multiple of ``out_of`` that fits is taken (so that no ticket is likelier than another);
4. the ticket is that number modulo ``out_of``, plus 1. The prizes own the tickets in the order of
   the terms, the consolation the last ones;
5. a prize whose stock is given away, or that would go beyond a budget, turns into the consolation.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

import msgspec

from terminal.games.model import Game, Prize

SEED_BYTES = 32
SPAN = 2**32
Why = Literal["", "stock", "budget_points", "budget_money"]


@dataclass(frozen=True, slots=True)
class Won:
    """What a member gets: points, the code of a coupon or a reward to be issued, or nothing."""

    kind: Literal["points", "coupon", "reward", "nothing"]
    points: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class GameTotals:
    """All that a game has given so far, to everybody; ``given``: (prize, how many), by prize.

    ``plays`` counts offered plays, revealed or not: a prize is set aside when it is offered.
    """

    plays: int = 0
    points: int = 0
    money: int = 0
    given: tuple[tuple[str, int], ...] = ()

    def of(self, prize: str) -> int:
        """How many of a prize were given."""
        return dict(self.given).get(prize, 0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The outcome: the ticket (from 1), the prize it names, and the prize it became.

    ``tries``: how many numbers it took (step 3). ``why``: what turned ``landed`` into the
    consolation, "" where nothing did. ``money``: what the prize costs the shop.
    """

    ticket: int
    tries: int
    landed: str
    prize: str
    won: Won
    money: int = 0
    why: Why = ""


class _Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    game: Game
    before: GameTotals


def terms_of(game: Game, before: GameTotals) -> str:
    """What a play is promised on: the game as it is and what is gone already, as JSON."""
    return msgspec.json.encode(_Terms(game, before)).decode()


def read_terms(terms: str) -> tuple[Game, GameTotals]:
    """The game and totals in terms. Raises msgspec.ValidationError or DecodeError."""
    read = msgspec.json.decode(terms, type=_Terms)
    return read.game, read.before


def fingerprint(terms: str) -> str:
    """``terms_sha``: SHA-256 of the terms, in hexadecimal."""
    return hashlib.sha256(terms.encode()).hexdigest()


def commit(seed: bytes, play_id: str, terms: str) -> str:
    """What is printed before: it fixes seed, odds and stock without showing the seed."""
    _require_seed(seed)
    text = f"{play_id}:{seed.hex()}:{fingerprint(terms)}"
    return hashlib.sha256(text.encode()).hexdigest()


def ticket_of(seed: bytes, play_id: str, out_of: int) -> tuple[int, int]:
    """The ticket, 1 to ``out_of``, each equally likely; and how many numbers it took."""
    _require_seed(seed)
    fair, tries = SPAN - SPAN % out_of, 0
    while True:
        tries += 1
        digest = hmac.digest(seed, f"{play_id}:{tries}".encode(), "sha256")
        number = int.from_bytes(digest[:4], "big")
        if number < fair:
            return number % out_of + 1, tries


def draw(game: Game, seed: bytes, play_id: str, before: GameTotals) -> Drawn:
    """What this play wins, after ``before`` was given. The same answer for ever."""
    ticket, tries = ticket_of(seed, play_id, game.out_of)
    landed = _owner(game, ticket)
    why = _gone(game, landed, before)
    prize = game.consolation if why else landed
    return Drawn(ticket, tries, landed.code, prize.code, _won(prize), prize.money, why)


def after(before: GameTotals, drawn: Drawn) -> GameTotals:
    """The totals once this play is counted too."""
    given = dict(before.given)
    given[drawn.prize] = given.get(drawn.prize, 0) + 1
    return GameTotals(
        before.plays + 1,
        before.points + drawn.won.points,
        before.money + drawn.money,
        tuple(sorted(given.items())),
    )


def _require_seed(seed: bytes) -> None:
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes, this one {len(seed)}")


def _owner(game: Game, ticket: int) -> Prize:
    for prize in game.prizes:
        if ticket <= prize.weight:
            return prize
        ticket -= prize.weight
    return game.consolation


def _gone(game: Game, prize: Prize, before: GameTotals) -> Why:
    if prize.stock is not None and before.of(prize.code) >= prize.stock:
        return "stock"
    if _beyond(before.points, prize.points, game.budget_points):
        return "budget_points"
    if _beyond(before.money, prize.money, game.budget_money):
        return "budget_money"
    return ""


def _beyond(spent: int, cost: int, budget: int | None) -> bool:
    """What costs nothing is never beyond a budget, not even one that was lowered meanwhile."""
    return budget is not None and cost > 0 and spent + cost > budget


def _won(prize: Prize) -> Won:
    if prize.points:
        return Won("points", points=prize.points)
    if prize.coupon:
        return Won("coupon", code=prize.coupon)
    if prize.reward:
        return Won("reward", code=prize.reward)
    return Won("nothing")
