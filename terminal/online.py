"""What the online store tells us: its orders, and the points that follow from them.

Entry ids are computed from the order, so that any number of tills, and any number of looks at the
same order, derive one and the same entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from terminal.entries import Channel, EntryKind, LedgerEntry
from terminal.ids import EntryId, MemberId, TillCode, derived_id
from terminal.money import spread
from terminal.programs.accrual import Accrual, Credit, accrue, credits
from terminal.programs.calendar import zone
from terminal.programs.facts import Facts, Occasion
from terminal.programs.model import Program
from terminal.programs.sold import PaidLine
from terminal.sales import PLAIN, Goods

ONLINE_TILL = TillCode("online")


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an online order; ``total`` in minor units, tax and discounts included."""

    name: str
    quantity: int
    total: int
    sku: str = ""


@dataclass(frozen=True, slots=True)
class OnlineRefund:
    """Goods of an order that were paid back. ``goods`` are minor units, tax included, of its lines;
    money given back for shipping is not in it. ``id`` is the store's. ``pieces`` name SKUs and how
    many came back, where the store tells."""

    id: str
    goods: int
    at: datetime | None = None
    pieces: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's points and tier as they are at ``at``. ``lapsing`` points are the next to lapse,
    at ``lapses_at``; none where nothing does. Not ``booked``: nothing ever was, and only the tier
    is the till's to tell; points that are shown there came from elsewhere and stay."""

    points: int
    tier: str
    at: datetime
    lapsing: int = 0
    lapses_at: datetime | None = None
    booked: bool = True


@dataclass(frozen=True, slots=True)
class Customer:
    """A person as an online store knows them, its HTML entities undone.

    ``email`` trimmed and lower case; empty text: not told. ``card`` is what stands in the profile,
    which the person may have typed: never a proof. ``marketing`` None: the store does not say.
    ``registered``: has an account there. ``deleted``: is gone there.
    """

    id: str
    email: str
    card: str = ""
    standing: Standing | None = None
    given_name: str = ""
    family_name: str = ""
    phone: str = ""
    birthday: str = ""
    marketing: bool | None = None
    registered: bool = True
    deleted: bool = False
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineOrder:
    """A paid order of the online store.

    ``goods`` are minor units paid for goods, tax and discounts included, without shipping: the
    basis for earning. ``total`` is the whole bill. ``placed_at`` is when it was paid.
    """

    store: str
    remote_id: str
    code: str
    customer_id: str
    email: str
    card_number: str
    placed_at: datetime
    currency: str
    goods: int
    total: int
    lines: tuple[OrderLine, ...]
    sale_id: str = ""
    """Filled when the order is one of our own till sales on its way back."""
    member_id: MemberId | None = None
    refunds: tuple[OnlineRefund, ...] = ()
    """Everything that was given back so far, in the store's order."""
    cancelled: bool = False
    """Cancelled or thrown away as a whole, however much of the money went back."""
    coupons: tuple[str, ...] = ()
    """Codes that were used in it, in capitals."""

    @property
    def goods_back(self) -> int:
        """Minor units of goods that came back so far, never more than there were."""
        back = self.goods if self.cancelled else sum(one.goods for one in self.refunds)
        return min(back, self.goods)


def earn_id(order: OnlineOrder) -> EntryId:
    """The id of the entry by which this order earns."""
    return EntryId(derived_id("earn", order.store, order.remote_id))


def derive_earn(
    order: OnlineOrder,
    member_id: MemberId,
    program: Program,
    facts: Facts,
    goods_of: Callable[[str], Goods] = lambda _sku: PLAIN,
) -> list[LedgerEntry]:
    """What the order earns by the programme in force when it was placed; empty if nothing.

    ``facts`` are the member's at that moment, ``goods_of`` what the shop knows of a SKU: rules for
    some goods see the same goods as at the till. Points that live by different terms are entries of
    their own.
    """
    if order.currency != program.currency:
        return []
    occasion = Occasion(order.placed_at, zone(program.zone), "online")
    accrual = accrue(program, paid_lines(order, goods_of), (), facts, occasion)
    return [
        _entry(order, member_id, program, accrual, credit, number)
        for number, credit in enumerate(credits(accrual, program, occasion))
    ]


def paid_lines(
    order: OnlineOrder, goods_of: Callable[[str], Goods] = lambda _sku: PLAIN
) -> tuple[PaidLine, ...]:
    """The order's lines by what was paid for each; what a store took off the whole is spread."""
    totals = [max(line.total, 0) for line in order.lines]
    if not order.lines or not sum(totals):
        return (PaidLine(order.goods),)
    return tuple(
        PaidLine(paid, line.quantity, line.sku, goods=goods_of(line.sku))
        for paid, line in zip(spread(max(order.goods, 0), totals), order.lines, strict=True)
    )


def _entry(
    order: OnlineOrder,
    member_id: MemberId,
    program: Program,
    accrual: Accrual,
    credit: Credit,
    number: int,
) -> LedgerEntry:
    more = EntryId(derived_id("earn", order.store, order.remote_id, str(number)))
    return LedgerEntry(
        id=earn_id(order) if number == 0 else more,
        member_id=member_id,
        kind=EntryKind.EARN,
        points=credit.points,
        decided_at=order.placed_at,
        till=ONLINE_TILL,
        seq=number,
        channel=Channel.ONLINE,
        usable_at=credit.usable_at,
        lapses_at=credit.lapses_at,
        held=credit.held,
        keeps_until=credit.keeps_until,
        qualifying=credit.qualifying,
        program=program.code,
        program_version=program.version,
        parts=credit.parts,
        basis=accrual.basis,
        currency=order.currency,
        rate=accrual.rate,
        source_id=f"{order.store}:{order.remote_id}",
    )
