"""A game as data: what can be won, how often, and how much of it there is.

The odds are whole tickets: of ``out_of`` tickets each prize has ``weight`` and the consolation the
rest. A wheel and a scratch card are the same draw; ``face`` is only how it is shown. Amounts are
minor units of the programme's currency, days are the shop's local ones.
"""

import re
from collections import Counter
from datetime import date
from typing import Literal

import msgspec

Text = str | dict[str, str]
"""What people read: one text for all, or one for each language ("en", "el", …)."""
MOST_TICKETS = 10**9
"""A draw is made from 32 bits, so that it can be checked by hand; more tickets do not fit."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a programme: refuses keys it does not know."""


class Prize(_Data, frozen=True, kw_only=True):
    """One thing to win: ``points``, a ``coupon`` or a ``reward`` by its code, or nothing at all.

    ``weight``: its tickets. ``money``: what one of it costs the shop, counted against the budget of
    money. ``stock``: how many there are, None without end.
    """

    code: str
    name: Text
    weight: int
    points: int = 0
    coupon: str = ""
    reward: str = ""
    money: int = 0
    stock: int | None = None


class Game(_Data, frozen=True, kw_only=True):
    """A wheel or a scratch card with its published odds.

    ``consolation`` stands for every prize that has run out or would go beyond a budget; it is free
    and endless, so the budgets hold whatever is drawn. ``starts`` and ``ends`` are days, both
    included. ``per_member_day`` and ``per_member``: how often one member plays, in a local day and
    at all. ``budget_points``, ``budget_money``: for everybody together, None without end.
    """

    code: str
    name: Text
    face: Literal["wheel", "scratch"] = "wheel"
    out_of: int
    prizes: tuple[Prize, ...]
    consolation: Prize
    starts: date | None = None
    ends: date | None = None
    per_member_day: int | None = 1
    per_member: int | None = None
    budget_points: int | None = None
    budget_money: int | None = None
    active: bool = True

    def __post_init__(self) -> None:
        """Refuse a game that can't be played fairly, naming everything that is wrong with it."""
        wrong = _faults(self)
        if wrong:
            raise ValueError(f"game {self.code!r}: {'; '.join(wrong)}")

    def on(self, day: date) -> bool:
        """Whether it can be played on this day of the shop's calendar."""
        begun = self.starts is None or self.starts <= day
        return self.active and begun and (self.ends is None or day <= self.ends)

    def prize(self, code: str) -> Prize:
        """The prize or consolation of this code. KeyError where there is none."""
        return {each.code: each for each in (*self.prizes, self.consolation)}[code]


def said(text: Text, language: str) -> str:
    """A text in a language; English or the first one there is where it lacks that language."""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


def _faults(game: Game) -> list[str]:
    """Everything that makes the game impossible, in words."""
    everything = (*game.prizes, game.consolation)
    times = Counter(each.code for each in everything)
    wrong = [f"two prizes are called {code!r}" for code, n in times.items() if n > 1]
    wrong += [f"{code!r} is not a code" for code in (game.code, *times) if not _is_code(code)]
    if not game.prizes:
        wrong.append("there is nothing to win")
    for prize in everything:
        wrong += [f"prize {prize.code!r} {fault}" for fault in _prize_faults(prize)]
    wrong += [
        f"prize {p.code!r} has no ticket, nobody can win it" for p in game.prizes if not p.weight
    ]
    return [
        *wrong,
        *_odds_faults(game),
        *_consolation_faults(game.consolation),
        *_limit_faults(game),
    ]


def _is_code(code: str) -> bool:
    return _CODE.fullmatch(code) is not None


def _prize_faults(prize: Prize) -> list[str]:
    amounts = {
        "weight": prize.weight,
        "points": prize.points,
        "money": prize.money,
        "stock": prize.stock or 0,
    }
    wrong = [f"has a negative {what}: {n}" for what, n in amounts.items() if n < 0]
    if sum(map(bool, (prize.points, prize.coupon, prize.reward))) > 1:
        wrong.append("is more than one thing: points, a coupon or a reward")
    return wrong


def _odds_faults(game: Game) -> list[str]:
    if not 1 <= game.out_of <= MOST_TICKETS:
        return [f"out_of is {game.out_of}, it must be from 1 to {MOST_TICKETS}"]
    tickets = sum(each.weight for each in (*game.prizes, game.consolation))
    if tickets == game.out_of:
        return []
    off = (
        f"{game.out_of - tickets} missing"
        if tickets < game.out_of
        else f"{tickets - game.out_of} too many"
    )
    return [f"the odds add up to {tickets} of {game.out_of} tickets: {off}"]


def _consolation_faults(consolation: Prize) -> list[str]:
    wrong = []
    if consolation.points > 0 or consolation.money > 0:
        cost = f"{consolation.points} points and {consolation.money} of money"
        wrong.append(f"the consolation costs {cost}, but it is given when the budget is spent")
    if consolation.stock is not None:
        wrong.append("the consolation has a stock, but it is given when everything has run out")
    return wrong


def _limit_faults(game: Game) -> list[str]:
    budgets = {"budget_points": game.budget_points, "budget_money": game.budget_money}
    limits = {"per_member_day": game.per_member_day, "per_member": game.per_member}
    wrong = [f"{what} is negative: {n}" for what, n in budgets.items() if n is not None and n < 0]
    wrong += [
        f"{what} is {n}, nobody could play" for what, n in limits.items() if n is not None and n < 1
    ]
    if game.starts and game.ends and game.ends < game.starts:
        wrong.append(f"it ends on {game.ends}, before it starts on {game.starts}")
    return wrong
