"""The quote: everything a cashier and a customer are told before anything is booked.

Pure, so that the screen can ask it at every change of the basket, and the booking computes the
very same numbers again inside its transaction.
"""

from dataclasses import dataclass
from datetime import datetime

from terminal.errors import GuestCannotRedeem
from terminal.ledger import Account
from terminal.programs import (
    Accrual,
    Program,
    RedeemOffer,
    Tier,
    accrue,
    offer,
    redeem_value,
    require_redeemable,
)
from terminal.programs.calendar import zone
from terminal.programs.facts import Facts, Occasion
from terminal.programs.sold import Bought
from terminal.sales import Basket, to_pay


@dataclass(frozen=True, slots=True)
class Quote:
    """Amounts in minor units, points whole. ``accrual`` and ``balance_after`` None: a guest."""

    goods: int
    items: int
    currency: str
    points: int
    redeemed_value: int
    net: int
    due_cash: int
    offer: RedeemOffer | None
    accrual: Accrual | None
    balance_after: int | None


def quote(
    basket: Basket,
    program: Program | None,
    account: Account | None,
    tier: Tier | None,
    points: int,
    now: datetime,
) -> Quote:
    """What this basket costs and gives. Raises what ``require_redeemable`` refuses.

    In another currency than the programme's, points are neither earned nor redeemed, as online.
    """
    goods = basket.total
    if program is None or account is None or tier is None:
        if points:
            raise GuestCannotRedeem
        cash = to_pay(goods, basket.currency, cash=True)
        return Quote(goods, basket.items, basket.currency, 0, 0, goods, cash, None, None, None)
    available = account.available(now)
    counted = goods if basket.currency == program.currency else 0
    if points:
        require_redeemable(program, points, available, counted)
    value = redeem_value(program, points)
    net = goods - value
    where = Occasion(now, zone(program.zone))
    accrual = accrue(program, (Bought(min(net, counted)),), (), Facts(tier=tier.code), where)
    return Quote(
        goods=goods,
        items=basket.items,
        currency=basket.currency,
        points=points,
        redeemed_value=value,
        net=net,
        due_cash=to_pay(net, basket.currency, cash=True),
        offer=offer(program, available, counted),
        accrual=accrual,
        balance_after=account.balance - points + accrual.points,
    )
