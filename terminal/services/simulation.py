"""Simulation: what another programme would have given for the purchases that were made.

Every sale and online order of a span is priced and earns twice, by the engine that serves the
counter. Members are assumed to have bought what they bought, to have shown the coupons they showed
and to have spent the points they spent, as far as each programme lets them. Purchases stream by
member, one member is kept at a time, and the same past gives the same figures.

Not simulated: points for events, stamp cards and challenges, which no purchase alone decides; a
budget is used up in the order of members, not of days.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from terminal.errors import BadLine, NoSuchCampaign
from terminal.ids import MemberId
from terminal.ledger import Account
from terminal.online import OnlineOrder
from terminal.ports import Database, UnitOfWork
from terminal.programs import Accrual, accrue
from terminal.programs.accrual import money_of
from terminal.programs.facts import Chosen, Facts, Occasion, Presented, Uses
from terminal.programs.model import Program, Promotion, Reward, Rule
from terminal.programs.sold import PaidLine
from terminal.quoting import Quote, quote
from terminal.sales import PLAIN, Applied, Basket, BasketLine, Goods, Sale
from terminal.services.past_member import Past, count_budget, past_of, person_of
from terminal.services.simulated import Side, Simulated, Tally
from terminal.services.standing import program_at

__all__ = ["Side", "Simulated", "Tally", "dry_run", "simulate"]

Progress = Callable[[int], None]
Cancelled = Callable[[], bool]
STEP = 500
"""Purchases between two looks at who watches."""
Offer = Rule | Promotion | Reward
_OFFERS = ("rules", "promotions", "rewards")


def simulate(
    database: Database,
    program: Program,
    since: datetime,
    until: datetime,
    progress: Progress = lambda done: None,
    cancelled: Cancelled = lambda: False,
    *,
    old: Program | None = None,
) -> Simulated:
    """``program`` beside ``old`` (None: the one in force at ``until``) over [since, until).

    Raises NoProgram. ``progress`` is told how many purchases are done.
    """
    with database.read() as uow:
        before = old or program_at(uow, until)
        run = _Run(uow, Simulated(since, until, Side(before), Side(program)))
        for done, (member_id, purchase) in enumerate(_purchases(uow, since, until)):
            if done % STEP == 0:
                progress(done)
                if cancelled():
                    run.result.finished = False
                    return run.result
            run.take(member_id, purchase)
        progress(run.done)
        return run.result


def dry_run(
    database: Database,
    program: Program,
    code: str,
    since: datetime,
    until: datetime,
    progress: Progress = lambda done: None,
    cancelled: Cancelled = lambda: False,
) -> Simulated:
    """One campaign of a programme, as if it had run all that time, beside the same without it.

    Its weekdays, hours and days of the month stay. Raises NoSuchCampaign.
    """
    without, within = _with_and_without(program, code)
    return simulate(database, within, since, until, progress, cancelled, old=without)


def _with_and_without(program: Program, code: str) -> tuple[Program, Program]:
    for section in _OFFERS:
        offers = getattr(program, section)
        mine = [offer for offer in offers if offer.code == code]
        if mine:
            running = [_undated(offer) if offer.code == code else offer for offer in offers]
            others = [offer for offer in offers if offer.code != code]
            return (
                msgspec.structs.replace(program, **{section: tuple(others)}),
                msgspec.structs.replace(program, **{section: tuple(running)}),
            )
    raise NoSuchCampaign(campaign=code)


def _undated(offer: Offer) -> Offer:
    when = msgspec.structs.replace(offer.when, starts=None, ends=None)
    return msgspec.structs.replace(offer, when=when, active=True)


Purchase = Sale | OnlineOrder


def _purchases(
    uow: UnitOfWork, since: datetime, until: datetime
) -> Iterator[tuple[MemberId | None, Purchase]]:
    """Sales and orders by member, then time; guests last."""
    sales = ((s.member_id, s.sold_at, s) for s in uow.sales.stream(since, until))
    orders = ((o.member_id, o.placed_at, o) for o in uow.sales.orders_stream(since, until))
    merged: Iterator[tuple[MemberId | None, datetime, Purchase]] = heapq.merge(
        sales, orders, key=lambda each: (each[0] is None, each[0] or "", each[1])
    )
    return ((member_id, purchase) for member_id, _, purchase in merged)


class _Run:
    """Both programmes on their way through the purchases."""

    def __init__(self, uow: UnitOfWork, result: Simulated) -> None:
        self.result = result
        self._uow = uow
        self._goods: dict[str, Goods] = {}
        self._kinds = _coupon_kinds(result.old.program) | _coupon_kinds(result.new.program)
        self._budgets: dict[int, dict[str, Uses]] = {0: {}, 1: {}}
        self._member: MemberId | None = None
        self._pasts: tuple[Past, Past] | None = None

    @property
    def done(self) -> int:
        return self.result.sales + self.result.orders

    def take(self, member_id: MemberId | None, purchase: Purchase) -> None:
        """One purchase under both programmes."""
        if member_id != self._member:
            self._turn_to(member_id)
        result = self.result
        if isinstance(purchase, Sale):
            result.sales += 1
            done = [self._sale(n, side, purchase) for n, side in self._sides()]
        else:
            result.orders += 1
            done = [self._order(n, side, purchase) for n, side in self._sides()]
        result.guests += member_id is None
        result.skipped += not all(done)

    def _sides(self) -> tuple[tuple[int, Side], ...]:
        return ((0, self.result.old), (1, self.result.new))

    def _turn_to(self, member_id: MemberId | None) -> None:
        self._member = member_id
        self._pasts = None
        for _, side in self._sides():
            side.next_member()
        if member_id is not None:
            self.result.members += 1
            person, since = person_of(self._uow, member_id), self.result.since
            old, new = (
                past_of(self._uow, person, side.program, since, self._budgets[number])
                for number, side in self._sides()
            )
            self._pasts = (old, new)

    # -- sales -----------------------------------------------------------------------------------

    def _sale(self, number: int, side: Side, sale: Sale) -> bool:
        if sale.currency != side.program.currency:
            return False
        past = self._pasts[number] if self._pasts else None
        facts = past.facts(sale.sold_at, sale.points_redeemed) if past else None
        tenders = frozenset(tender.kind.value for tender in sale.tenders)
        occasion = Occasion(sale.sold_at, ZoneInfo(side.program.zone), "shop", tenders)
        try:
            quoted = self._quoted(number, side.program, sale, facts, occasion)
        except BadLine:
            return False
        self._count_offers(number, side, past, quoted.applied, quoted.net, sale.sold_at)
        side.net += quoted.net
        side.money_off += quoted.off
        side.redeemed += quoted.redeemed_value
        side.spent += quoted.points
        side.coupons += len(quoted.priced.coupons) if quoted.priced else 0
        if past is not None and quoted.accrual is not None:
            self._count_parts(side, past, quoted.accrual, quoted.net, sale.sold_at)
            categories = [line.goods.category for line in sale.lines if line.goods.category]
            counted, accrual = quoted.net + quoted.redeemed_value, quoted.accrual
            past.remember(sale.sold_at, counted, accrual.qualifying, accrual.points, categories)
        return True

    def _quoted(
        self,
        number: int,
        program: Program,
        sale: Sale,
        facts: Facts | None,
        occasion: Occasion,
    ) -> Quote:
        """The same basket, and as much of what the member chose as this programme allows."""
        basket = Basket(sale.currency, tuple(_basket_lines(sale)))
        chosen = self._chosen(sale, member=facts is not None)
        account = Account(balance=facts.available) if facts else None
        unpaid = Chosen(0, chosen.rewards, chosen.coupons)
        budgets = self._budgets[number]
        quoted = quote(basket, program, account, facts, unpaid, occasion, budgets=budgets)
        limit = quoted.offer
        if not chosen.points or limit is None:
            return quoted
        points = min(chosen.points, limit.most) // limit.block * limit.block
        if points < max(limit.minimum, 1):
            return quoted
        paying = Chosen(points, chosen.rewards, chosen.coupons)
        return quote(basket, program, account, facts, paying, occasion)

    def _chosen(self, sale: Sale, *, member: bool) -> Chosen:
        rewards = [offer for offer in sale.offers if offer.kind == "reward"]
        coupons = [
            Presented(offer.coupon, kind)
            for offer in sale.offers
            if offer.coupon and (kind := self._kinds.get(offer.code))
        ]
        shown = tuple(dict.fromkeys(coupons))  # one coupon may unlock several offers
        points = sale.points_redeemed - sum(offer.points for offer in rewards)
        codes = tuple(offer.code.removeprefix("gift:") for offer in rewards)
        return Chosen(points, codes, shown) if member else Chosen(coupons=shown)

    def _count_offers(
        self, number: int, side: Side, past: Past | None, applied: Sequence[Applied], paid: int,
        at: datetime,
    ) -> None:  # fmt: skip
        for offer in applied:
            side.count(
                offer.code, offer.kind, paid=paid, money=offer.amount, spent=offer.points,
                known=past is not None,
            )  # fmt: skip
            if past is not None:
                past.use(offer.code, at, offer.points, offer.amount)
            else:
                count_budget(self._budgets[number], offer.code, offer.points, offer.amount)

    def _count_parts(
        self, side: Side, past: Past, accrual: Accrual, paid: int, at: datetime
    ) -> None:
        side.earned += accrual.points
        for part in accrual.parts:
            kind = "tier" if part.rule.startswith("tier:") else "rule"
            side.count(part.rule, kind, paid=paid, points=part.points)
            past.use(part.rule, at, part.points, money_of(part))

    # -- orders ----------------------------------------------------------------------------------

    def _order(self, number: int, side: Side, order: OnlineOrder) -> bool:
        if order.currency != side.program.currency:
            return False
        side.net += order.goods
        past = self._pasts[number] if self._pasts else None
        if past is None:
            return True
        at = order.placed_at
        occasion = Occasion(at, ZoneInfo(side.program.zone), "online")
        lines = self._paid_lines(order)
        accrual = accrue(side.program, lines, (), past.facts(at, 0), occasion)
        self._count_parts(side, past, accrual, order.goods, at)
        categories = [line.goods.category for line in lines if line.goods.category]
        past.remember(at, order.goods, accrual.qualifying, accrual.points, categories)
        return True

    def _paid_lines(self, order: OnlineOrder) -> tuple[PaidLine, ...]:
        """The order's lines where they are the bill; else its goods as one."""
        lines = [
            PaidLine(line.total, line.quantity, line.sku, goods=self._known(line.sku))
            for line in order.lines
        ]
        if sum(line.paid for line in lines) != order.goods:
            return (PaidLine(order.goods),)
        return tuple(lines)

    def _known(self, sku: str) -> Goods:
        if sku not in self._goods:
            product = self._uow.products.by_code(sku) if sku else None
            self._goods[sku] = product.goods if product else PLAIN
        return self._goods[sku]


def _basket_lines(sale: Sale) -> Iterator[BasketLine]:
    """What was scanned; pieces that an offer put on top are the offer's business."""
    for line in sale.lines:
        if not line.free:
            yield BasketLine(
                line.sku, line.name, line.unit_price, line.quantity, line.detail, line.goods
            )


def _coupon_kinds(program: Program) -> dict[str, str]:
    """The kind of coupon behind what a sale keeps of it: an offer's code, or the kind itself."""
    kinds = {kind.code: kind.code for kind in program.coupons}
    offers: tuple[Promotion | Reward, ...] = (*program.promotions, *program.rewards)
    return kinds | {o.code: o.needs.coupon for o in offers if o.needs.coupon is not None}
