"""Odds as people read them: whole tickets, exact shares, and what a game costs on average.

Shares are fractions until they become text; a percentage that had to be rounded says so with "~".
"""

from dataclasses import dataclass
from fractions import Fraction

from terminal.games.model import Game, Prize, said
from terminal.i18n import Words

EXACT_DECIMALS = 4
"""A percentage that ends within so many decimals is printed as it is."""


@dataclass(frozen=True, slots=True)
class Odds:
    """A prize with its tickets, ``first`` to ``last``; ``share`` of all draws that land on it."""

    prize: Prize
    first: int
    last: int
    share: Fraction


def odds(game: Game) -> tuple[Odds, ...]:
    """Every outcome that has tickets, in the order of its tickets."""
    table, first = [], 1
    for prize in (*game.prizes, game.consolation):
        if prize.weight:
            share = Fraction(prize.weight, game.out_of)
            table.append(Odds(prize, first, first + prize.weight - 1, share))
            first += prize.weight
    return tuple(table)


def odds_lines(game: Game, words: Words) -> list[tuple[str, str]]:
    """The table to be published: what, and "250 in 10,000 (2.5%)"."""
    return [
        (
            said(each.prize.name, words.language),
            words.t(
                "{n} in {total} ({percent})",
                n=words.number(each.prize.weight),
                total=words.number(game.out_of),
                percent=percent(each.share, words),
            ),
        )
        for each in odds(game)
    ]


def percent(share: Fraction, words: Words) -> str:
    """A share in percent: exact where it ends soon, else to two digits that say something."""
    hundred, decimals = share * 100, 0
    while (hundred * 10**decimals).denominator != 1 and decimals < EXACT_DECIMALS:
        decimals += 1
    exact = (hundred * 10**decimals).denominator == 1
    if not exact:
        decimals = 2
        while hundred * 10**decimals < 10:
            decimals += 1
    scaled = hundred * 10**decimals + Fraction(1, 2)
    return words.isolate(f"{'' if exact else '~'}{_decimal(int(scaled), decimals, words)}%")


def _decimal(scaled: int, decimals: int, words: Words) -> str:
    whole, rest = divmod(scaled, 10**decimals)
    point = "." if words.language in ("en", "he") else ","
    return f"{whole}{point}{rest:0{decimals}d}" if decimals else f"{whole}"


def cost_per_play(game: Game) -> tuple[Fraction, Fraction]:
    """What a play costs on average while everything lasts: points, and money in minor units."""
    points = sum((each.share * each.prize.points for each in odds(game)), Fraction(0))
    money = sum((each.share * each.prize.money for each in odds(game)), Fraction(0))
    return points, money


def doubts(game: Game, currency: str, words: Words) -> list[str]:
    """What is possible but hardly meant, each with the prize or figure that shows it."""
    worries = []
    for prize in game.prizes:
        name = words.quoted(said(prize.name, words.language))
        if game.budget_points is not None and prize.points > game.budget_points:
            worries.append(
                words.t(
                    "{prize} can never be won: it is {points} points, the budget is {budget}.",
                    prize=name,
                    points=words.number(prize.points),
                    budget=words.number(game.budget_points),
                )
            )
        if game.budget_money is not None and prize.money > game.budget_money:
            worries.append(
                words.t(
                    "{prize} can never be won: it costs {money}, the budget is {budget}.",
                    prize=name,
                    money=words.money(prize.money, currency),
                    budget=words.money(game.budget_money, currency),
                )
            )
        if prize.stock == 0:
            worries.append(
                words.t("{prize} can never be won: there are none in stock.", prize=name)
            )
        if game.budget_money is not None and not prize.money and (prize.coupon or prize.reward):
            worries.append(
                words.t("{prize} does not count against the budget: it has no cost.", prize=name)
            )
    if game.per_member_day is None and game.per_member is None:
        worries.append(words.t("A member can play without end: there is no limit."))
    return worries
