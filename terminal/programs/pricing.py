"""Pricing: what a basket costs, and everything that was taken off it or handed over.

In this order, each step on what the one before left to pay: members' prices (fixed prices, then
the level's share off) → automatic promotions as they stand in the file → coupons as they were
presented → rewards as they were chosen → points as money. The same basket, programme, facts and
occasion give the same numbers everywhere; the order of scanning changes none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from terminal.programs.facts import Chosen, Facts, Occasion, Uses
from terminal.programs.model import Program
from terminal.programs.priced import Donation, Priced, Refused
from terminal.programs.pricing_steps import NO_BUDGETS, Pricing
from terminal.sales import BasketLine

__all__ = ["Donation", "Priced", "Refused", "price", "price_running"]


def price(
    program: Program,
    lines: Sequence[BasketLine],
    facts: Facts | None,
    chosen: Chosen,
    occasion: Occasion,
    *,
    running: int = 0,
    budgets: Mapping[str, Uses] = NO_BUDGETS,
) -> Priced:
    """What ``lines`` cost a member, or a guest (``facts`` None).

    ``running`` are points of this very sale that may pay for rewards in it, where a programme
    allows that; ``budgets`` are those that a guest's offers draw on. A coupon or reward that can't
    be used stands in ``refused``; points that can't be redeemed are refused at once, as by
    ``require_redeemable``. Raises BadLine and GuestCannotRedeem too.
    """
    sale = Pricing(program, lines, facts, occasion, running=running, budgets=budgets)
    sale.show(chosen.coupons)
    sale.members_prices()
    sale.promotions()
    for coupon in chosen.coupons:
        sale.coupon(coupon)
    for code in chosen.rewards:
        sale.reward(code)
    sale.points_as_money(chosen.points)
    return sale.priced()


def price_running(
    program: Program,
    lines: Sequence[BasketLine],
    facts: Facts,
    chosen: Chosen,
    occasion: Occasion,
    earns: Callable[[Priced], int],
) -> Priced:
    """As ``price`` where the points of a sale may be spent in the sale itself.

    A reward may lower what the sale earns, so what is spent must be covered by what it earns with
    the reward in it: what is not, is refused. Ends, as ``running`` falls at every turn.
    """
    running = earns(price(program, lines, facts, replace(chosen, rewards=(), points=0), occasion))
    while True:
        priced = price(program, lines, facts, chosen, occasion, running=running)
        earned = earns(priced)
        if priced.points <= facts.available + earned:
            return priced
        running = earned
