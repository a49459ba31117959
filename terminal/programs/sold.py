"""What was sold, as earning sees it: lines with what was paid, and the basis that they make.

A till's sale, an order of the online store and a sum alone are all lines here. Amounts are minor
units of the programme's currency, tax included; without tax they are exact, as integers over a
common scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm
from operator import add
from typing import Protocol

from terminal.money import spread
from terminal.programs.policies import Basis
from terminal.sales import PLAIN, Applied, Goods

ALL_TAX = 10_000


class Sold(Protocol):
    """A line: ``paid`` is what it brought in, ``discount`` what was taken off it before."""

    @property
    def sku(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def paid(self) -> int: ...
    @property
    def discount(self) -> int: ...
    @property
    def points_paid(self) -> int: ...
    @property
    def goods(self) -> Goods: ...


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A line of which only totals are known; a whole order where not even lines are."""

    paid: int
    quantity: int = 1
    sku: str = ""
    discount: int = 0
    points_paid: int = 0
    goods: Goods = PLAIN


def converted(lines: Sequence[Sold], numerator: int, denominator: int) -> tuple[PaidLine, ...]:
    """Lines in another currency: one minor unit of theirs is ``numerator / denominator`` of ours.

    The whole sum is converted and rounded down once, then shared over the lines exactly, so that
    its basis is the order's and not that of roundings. Raises ValueError on a rate that is none.
    """
    if numerator <= 0 or denominator <= 0:
        raise ValueError("a rate of exchange is above zero")

    def shares(amounts: list[int]) -> list[int]:
        known = [max(amount, 0) for amount in amounts]
        return spread(max(sum(amounts), 0) * numerator // denominator, known)

    columns = zip(
        shares([line.paid for line in lines]),
        shares([line.discount for line in lines]),
        shares([line.points_paid for line in lines]),
        lines,
        strict=True,
    )
    return tuple(
        PaidLine(paid, line.quantity, line.sku, discount, points_paid, line.goods)
        for paid, discount, points_paid, line in columns
    )


@dataclass(frozen=True, slots=True)
class Off:
    """What was taken off a line, by reason: promotions and rewards, whether for the whole order
    (``wide``) or for some goods alone."""

    promotions: list[int]
    rewards: list[int]
    wide_promotions: list[int]
    wide_rewards: list[int]


def taken_off(lines: Sequence[Sold], applied: Sequence[Applied], wide: frozenset[str]) -> Off:
    """Discounts by line and reason. ``wide`` are the codes that mean the whole order.

    What no offer explains (an online order's own discounts) counts as a promotion for its goods;
    lines that offers put on top stand behind all others and are none of ours.
    """
    count = len(lines)
    off = Off([0] * count, [0] * count, [0] * count, [0] * count)
    columns = {
        ("reward", True): off.wide_rewards,
        ("reward", False): off.rewards,
        ("promotion", True): off.wide_promotions,
        ("promotion", False): off.promotions,
    }
    unexplained = [line.discount - line.points_paid for line in lines]
    for offer in applied:
        if offer.kind == "points":
            continue
        kind = "reward" if offer.kind == "reward" else "promotion"
        column = columns[kind, offer.kind == "tier" or own_code(offer.code) in wide]
        for place, amount in enumerate(offer.lines[:count]):
            column[place] += amount
            unexplained[place] -= amount
    for place, amount in enumerate(unexplained):
        off.promotions[place] += amount
    return off


def own_code(code: str) -> str:
    """The reward behind a code: a level's gift of it is the same thing for nothing."""
    return code.removeprefix("gift:")


def untaxed(line: Sold, amount: int, scale: int) -> int:
    """``amount`` of a line without tax and levies, times ``scale``; exact where the scale is
    ``tax_scale`` of the lines."""
    levies = line.goods.fixed * line.quantity
    return max(amount - levies, 0) * ALL_TAX * scale // (ALL_TAX + line.goods.tax)


def tax_scale(lines: Sequence[Sold]) -> int:
    """The scale at which all these lines without tax are whole numbers."""
    return lcm(*{ALL_TAX + line.goods.tax for line in lines})


def amounts(lines: Sequence[Sold], basis: Basis, off: Off, *, meant: bool) -> list[int]:
    """What was paid for each line, had only those discounts been that lower this basis.

    ``meant``: discounts for the whole order leave it alone.
    """
    found = [line.paid for line in lines]
    raised: list[list[int]] = []
    if basis.discounts == "ignored":
        raised.append(off.promotions)
    if basis.discounts == "ignored" or meant:
        raised.append(off.wide_promotions)
    if basis.rewards == "ignored":
        raised.append(off.rewards)
    if basis.rewards == "ignored" or meant:
        raised.append(off.wide_rewards)
    for column in raised:
        found = list(map(add, found, column))
    return found


def in_basis(
    lines: Sequence[Sold], kinds: Sequence[str], paid: Sequence[int], basis: Basis
) -> tuple[list[int], int]:
    """(what each line adds to a basis, the scale of these numbers). Never below zero."""
    found = list(paid)
    if basis.points_paid:
        found = [amount + line.points_paid for line, amount in zip(lines, found, strict=True)]
    if any(kind != "goods" for kind in kinds):
        pairs = zip(found, kinds, strict=True)
        found = [amount if counts(kind, basis) else 0 for amount, kind in pairs]
    scale = 1
    if basis.tax == "excluded":
        scale = tax_scale(lines)
        found = [untaxed(line, a, scale) for line, a in zip(lines, found, strict=True)]
    if min(found, default=0) < 0:
        found = spread(max(sum(found), 0), [max(amount, 0) for amount in found])
    return found, scale


def counts(kind: str, basis: Basis) -> bool:
    """Whether goods of a kind earn at all."""
    if kind == "goods":
        return True
    return basis.gift_cards if kind == "gift_card" else basis.shipping


def freed(lines: Sequence[Sold], applied: Sequence[Applied], frees: frozenset[str]) -> list[int]:
    """How many pieces of each line an offer gave for nothing. ``frees`` are codes that do so.

    A free piece takes off what a piece still cost at that point, so it is told by the amount.
    """
    free = [0] * len(lines)
    giving = [own_code(offer.code) in frees for offer in applied]
    hit = {
        place
        for offer, gives in zip(applied, giving, strict=True)
        if gives
        for place, amount in enumerate(offer.lines[: len(lines)])
        if amount > 0
    }
    for place in hit:
        line = lines[place]
        pieces, worth = line.quantity, line.paid + line.discount
        for offer, gives in zip(applied, giving, strict=True):
            amount = offer.lines[place] if place < len(offer.lines) else 0
            if gives and amount > 0 and worth > 0:
                given = (2 * amount * pieces + worth) // (2 * worth)
                free[place] += given
                pieces -= given
            worth -= amount
    return free
