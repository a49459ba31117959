"""The quote: everything a cashier and a customer are told before anything is booked.

Pure, so that the screen can ask it at every change of the basket, and the booking computes the
very same numbers again inside its transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from terminal.entries import Part
from terminal.errors import GuestCannotRedeem, OverRedeemCap
from terminal.ledger import Account
from terminal.programs import Accrual, Program, RedeemOffer, accrue, offer
from terminal.programs.choices import RewardChoice
from terminal.programs.choices import choices as reward_choices
from terminal.programs.facts import NOTHING_CHOSEN, Chosen, Facts, Occasion, Uses
from terminal.programs.priced import Priced, Refused
from terminal.programs.pricing import price, price_running
from terminal.programs.pricing_steps import NO_BUDGETS
from terminal.sales import Applied, Basket, BasketLine, Sale, SaleLine, to_pay


@dataclass(frozen=True, slots=True)
class Quote:
    """Amounts in minor units, points whole. ``accrual`` and ``balance_after`` None: a guest.

    ``points`` are all that would be spent, for rewards too; ``redeemed_value`` what points pay as
    money, ``off`` everything else that is taken off the ``goods``. ``refused`` says which coupons
    and rewards could not be used and why.
    """

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
    priced: Priced | None = None

    @property
    def off(self) -> int:
        """What offers take off, without what points pay as money."""
        return self.goods - self.net - self.redeemed_value

    @property
    def applied(self) -> tuple[Applied, ...]:
        """What takes money off or is handed over, in order."""
        return self.priced.applied if self.priced else ()

    @property
    def refused(self) -> tuple[Refused, ...]:
        """What was asked for in vain."""
        return self.priced.refused if self.priced else ()


def quote(
    basket: Basket,
    program: Program | None,
    account: Account | None,
    facts: Facts | None,
    chosen: Chosen,
    occasion: Occasion,
    *,
    budgets: Mapping[str, Uses] = NO_BUDGETS,
) -> Quote:
    """What this basket costs and gives. Raises what ``require_redeemable`` refuses, and BadLine.

    ``account`` and ``facts`` None: a guest, who gets what the programme gives to everybody, while
    ``budgets`` last. In
    another currency than the programme's, points are neither earned nor redeemed, as online.
    """
    if program is None or basket.currency != program.currency:
        return _plain(basket, program, account, chosen, occasion)
    if account is None or facts is None:
        if chosen.points or chosen.rewards:
            raise GuestCannotRedeem
        priced = price(program, basket.lines, None, chosen, occasion, budgets=budgets)
        return _made(basket, priced, None, None)
    if program.earning.running:

        def earns(priced: Priced) -> int:
            return _accrual(program, priced, facts, occasion).points

        priced = price_running(program, basket.lines, facts, chosen, occasion, earns)
    else:
        priced = price(program, basket.lines, facts, chosen, occasion)
    return _made(basket, priced, account, _accrual(program, priced, facts, occasion))


def choices(
    basket: Basket, program: Program, facts: Facts, chosen: Chosen, occasion: Occasion
) -> tuple[RewardChoice, ...]:
    """The catalogue as it stands for this basket, with the rewards chosen so far in it."""
    if basket.currency != program.currency:
        return ()
    plain = replace(chosen, points=0)
    if not program.earning.running:
        priced = price(program, basket.lines, facts, plain, occasion)
        return reward_choices(program, priced, facts, occasion)

    def earns(priced: Priced) -> int:
        return _accrual(program, priced, facts, occasion).points

    priced = price_running(program, basket.lines, facts, plain, occasion, earns)
    return reward_choices(program, priced, facts, occasion, running=earns(priced))


def sold_lines(priced: Priced) -> tuple[SaleLine, ...]:
    """The lines as they would be sold; pieces that came on top stand behind, at no price."""
    scanned = [
        SaleLine(
            line.sku, line.name, line.unit_price, line.quantity, off, line.detail, paid, line.goods
        )
        for line, off, paid in zip(priced.lines, priced.discounts, priced.points_paid, strict=True)
        if line.quantity
    ]
    return (*scanned, *(_free(line) for line in priced.lines if line.free))


def _free(line: BasketLine) -> SaleLine:
    goods = replace(line.goods, fixed=0)
    return SaleLine(line.sku, line.name, 0, line.free, 0, line.detail, 0, goods, line.free)


def offers_of(quoted: Quote, chosen: Chosen) -> tuple[Applied, ...]:
    """What a sale keeps of its offers; coupons that let a rule earn are used up as well."""
    used = {offer.coupon for offer in quoted.applied}
    let_earn = quoted.accrual.coupons if quoted.accrual else ()
    earning = [
        Applied(code=shown.kind, kind="rule", amount=0, coupon=shown.code)
        for shown in chosen.coupons
        if shown.kind in let_earn and shown.code not in used
    ]
    return (*quoted.applied, *earning)


def _accrual(program: Program, priced: Priced, facts: Facts, occasion: Occasion) -> Accrual:
    lines = sold_lines(priced)
    paid = lines[: sum(line.quantity > 0 for line in priced.lines)]
    made = accrue(program, paid, priced.applied, facts, occasion, coupons=priced.presented)
    if len(lines) == len(paid):
        return made
    return replace(made, parts=tuple(_widened(part, len(lines)) for part in made.parts))


def accrual_of(program: Program, sale: Sale, facts: Facts, occasion: Occasion) -> Accrual:
    """What a guest's sale would have earned: by the arithmetic of the quote, after the fact."""
    paid = [line for line in sale.lines if not line.free]
    made = accrue(program, paid, sale.offers, facts, occasion, currency=sale.currency)
    return replace(made, parts=tuple(_widened(part, len(sale.lines)) for part in made.parts))


def _widened(part: Part, lines: int) -> Part:
    """What came on top earns nothing."""
    more = (0,) * (lines - len(part.weights)) if part.weights else ()
    return replace(part, weights=(*part.weights, *more))


def _plain(
    basket: Basket,
    program: Program | None,
    account: Account | None,
    chosen: Chosen,
    occasion: Occasion,
) -> Quote:
    if account is None and (chosen.points or chosen.rewards):
        raise GuestCannotRedeem
    if chosen.points:
        raise OverRedeemCap(asked=chosen.points, cap=0)
    none = (0,) * len(basket.lines)
    here = offer(program, account.available(occasion.at), 0) if program and account else None
    priced = Priced(
        lines=basket.lines, discounts=none, points_paid=none, unpaid=none, applied=(), refused=(),
        goods=basket.total, net=basket.total, points=0, redeemed_value=0, offer=here,
    )  # fmt: skip
    return _made(basket, priced, account, None)


def _made(
    basket: Basket, priced: Priced, account: Account | None, accrual: Accrual | None
) -> Quote:
    earned = accrual.points if accrual else 0
    return Quote(
        goods=priced.goods,
        items=basket.items,
        currency=basket.currency,
        points=priced.points,
        redeemed_value=priced.redeemed_value,
        net=priced.net,
        due_cash=to_pay(priced.net, basket.currency, cash=True),
        offer=priced.offer,
        accrual=accrual,
        balance_after=account.balance - priced.points + earned if account else None,
        priced=priced,
    )


__all__ = [
    "NOTHING_CHOSEN", "Quote", "accrual_of", "choices", "offers_of", "quote", "sold_lines",
]  # fmt: skip
