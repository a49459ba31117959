"""What the online store tells us: its orders, and the points that follow from them.

Entry ids are computed from the order, so that any number of tills, and any number of looks at the
same order, derive one and the same entry.
"""

from dataclasses import dataclass
from datetime import datetime

from terminal.ids import EntryId, MemberId, TillCode, derived_id
from terminal.ledger import Channel, EntryKind, LedgerEntry
from terminal.programs.accrual import accrue
from terminal.programs.calendar import zone
from terminal.programs.facts import Facts, Occasion
from terminal.programs.lapsing import lapse_of, usable_from
from terminal.programs.model import Program, Tier
from terminal.programs.sold import Bought

ONLINE_TILL = TillCode("online")


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an online order; ``total`` in minor units, tax and discounts included."""

    name: str
    quantity: int
    total: int
    sku: str = ""


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


def earn_id(order: OnlineOrder) -> EntryId:
    """The id of the entry by which this order earns."""
    return EntryId(derived_id("earn", order.store, order.remote_id))


def derive_earn(
    order: OnlineOrder, member_id: MemberId, program: Program, tier: Tier
) -> LedgerEntry | None:
    """What the order earns by the programme in force when it was placed; None if nothing."""
    if order.currency != program.currency:
        return None
    where = Occasion(order.placed_at, zone(program.zone), "online")
    accrual = accrue(program, (Bought(order.goods),), (), Facts(tier=tier.code), where)
    if accrual.points <= 0:
        return None
    return LedgerEntry(
        id=earn_id(order),
        member_id=member_id,
        kind=EntryKind.EARN,
        points=accrual.points,
        decided_at=order.placed_at,
        till=ONLINE_TILL,
        seq=0,
        channel=Channel.ONLINE,
        usable_at=usable_from(program, order.placed_at),
        lapses_at=lapse_of(program, order.placed_at),
        program=program.code,
        program_version=program.version,
        parts=accrual.parts,
        basis=accrual.basis,
        currency=order.currency,
        rate=accrual.rate,
        source_id=f"{order.store}:{order.remote_id}",
    )
