"""The catalogue as it stands for one member and basket: what can be had, what is still missing."""

from dataclasses import dataclass

from terminal.programs.catalogue import Offer
from terminal.programs.discounts import Cut
from terminal.programs.effects import Donate
from terminal.programs.facts import Facts, Occasion
from terminal.programs.model import Program
from terminal.programs.priced import Priced
from terminal.programs.pricing_steps import Pricing


@dataclass(frozen=True, slots=True)
class RewardChoice:
    """A reward on the screen. ``value``: minor units it takes off this basket, or that pieces
    handed over cost here. ``why`` as in ``Refused``; empty: it can be had (``reachable``)."""

    code: str
    cost: int
    value: int
    reachable: bool
    missing_points: int
    why: str = ""


def choices(
    program: Program, priced: Priced, facts: Facts | None, occasion: Occasion, *, running: int = 0
) -> tuple[RewardChoice, ...]:
    """Every reward of the catalogue, in the order of the file; a guest has none.

    ``priced`` is the basket before points are paid as money; rewards chosen in it count.
    """
    if facts is None:
        return ()
    lines = [line for line in priced.lines if line.quantity]
    sale = Pricing(program, lines, facts, occasion, running=running)
    sale.resume(priced)
    return tuple(_choice(sale, reward) for reward in sale.view.rewards.values())


def _choice(sale: Pricing, named: Offer) -> RewardChoice:
    reward = sale.for_today(named)
    found = sale.cut(reward)
    reason = sale.why_not(reward)
    if reason is None and not found:
        reason = ("nothing_to_discount", {})
    reason = reason or sale.short_of(reward)
    value = reward.gives.value if isinstance(reward.gives, Donate) else _value(sale, found)
    why = reason[0] if reason else ""
    return RewardChoice(named.code, reward.cost, value, not why, sale.missing(reward), why)


def _value(sale: Pricing, found: Cut) -> int:
    prices = (line.unit_price for line in sale.bill.lines if line.sku == found.sku)
    return sum(found.shares) + found.pieces * next(prices, 0)
