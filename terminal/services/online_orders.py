"""Taking orders of the online store into the books, with the points that follow from them.

May be given the same order any number of times, in any order, by any number of tills: the entry's
id is computed from the order, so it earns once. One STANDING message is queued per member and
order that moved points, in the same transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from terminal.cards import CardState
from terminal.entries import LedgerEntry
from terminal.ids import CardNumber, Clock, MemberId, NewId
from terminal.members import Member
from terminal.online import OnlineOrder, derive_earn, earn_id
from terminal.outbox import MessageKind, OutboxMessage
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.programs import Program
from terminal.programs.accrual import money_of
from terminal.programs.calendar import local_day
from terminal.programs.wanted import wanted
from terminal.sales import PLAIN, Goods
from terminal.services.facts import zone_of
from terminal.services.standing import facts_at

CHUNK = 100
"""Rows per transaction: a cashier's sale never waits for more than this."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of some orders: new or changed ones, and members whose points or history moved."""

    orders: int = 0
    members: frozenset[MemberId] = frozenset()


class OnlineOrders:
    """Books orders for members, now or when the member enrols.

    ``stores`` are those that are told of the points that moved.
    """

    def __init__(
        self, database: Database, clock: Clock, new_id: NewId, *, stores: Sequence[str]
    ) -> None:
        self._database = database
        self._stores = stores
        self._clock = clock
        self._new_id = new_id

    def take(self, orders: Iterable[OnlineOrder]) -> Taken:
        """Store orders and let them earn, oldest first, a hundred a transaction."""
        # Oldest first, so that each finds what was spent before it and every till the same tier.
        queue = sorted(orders, key=lambda order: (order.placed_at, order.remote_id))
        count, members = 0, set[MemberId]()
        for start in range(0, len(queue), CHUNK):
            with self._database.write() as uow:
                for order in queue[start : start + CHUNK]:
                    changed, member_id = self._take_one(uow, order)
                    count += changed
                    if changed and member_id:
                        members.add(member_id)
                uow.commit()
        return Taken(count, frozenset(members))

    def claim(self, uow: UnitOfWork, member: Member) -> Sequence[OnlineOrder]:
        """Give a member the orders of their e-mail address that nobody holds yet.

        Within the caller's transaction; answers the orders, oldest first.
        """
        if not member.email:
            return []
        mine = [
            replace(order, member_id=member.id)
            for order in uow.sales.unclaimed_orders(member.email)
        ]
        for order in mine:
            uow.sales.put_order(order)
            self._earn(uow, order, member.id)
        return mine

    def _take_one(self, uow: UnitOfWork, order: OnlineOrder) -> tuple[bool, MemberId | None]:
        if order.sale_id:
            # Our own sale on its way back: it has earned at the till.
            link = RemoteLink(order.store, "sale", order.sale_id, order.remote_id, order.code)
            if uow.sync.link(order.store, "sale", order.sale_id) != link:
                uow.sync.put_link(link)
            return False, None
        known = uow.sales.get_order(order.store, order.remote_id)
        holder = known.member_id if known and known.member_id else _holder(uow, order)
        order = replace(order, member_id=holder)
        if order == known:
            return False, holder
        uow.sales.put_order(order)
        if holder is not None:
            self._earn(uow, order, holder)
        return True, holder

    def _earn(self, uow: UnitOfWork, order: OnlineOrder, member_id: MemberId) -> None:
        program = uow.programs.at(order.placed_at)
        member = uow.members.get(member_id)
        if program is None or member is None:  # placed before there was a programme
            return
        if uow.ledger.get(earn_id(order)) is not None:
            return  # what is known better by now must not make it earn a second time
        facts = facts_at(uow, member, program, order.placed_at)
        entries = derive_earn(order, member_id, program, facts, lambda sku: _goods(uow, sku))
        if entries and uow.ledger.append(entries):
            self._count(uow, program, entries)
            self._tell_standing(uow, member_id)

    def _count(self, uow: UnitOfWork, program: Program, entries: Sequence[LedgerEntry]) -> None:
        """Write down each use of a rule that has limits, dates or an audience."""
        recorded = wanted(program).recorded
        for entry in entries:
            day = local_day(entry.decided_at, zone_of(program)).isoformat()
            for part in entry.parts:
                if part.rule in recorded:
                    uow.uses.add(part.rule, entry.member_id, day, 1, part.points, money_of(part))

    def _tell_standing(self, uow: UnitOfWork, member_id: MemberId) -> None:
        now = self._clock()
        for store in self._stores:
            uow.outbox.put(
                OutboxMessage(
                    key=self._new_id(), kind=MessageKind.STANDING, subject_id=member_id,
                    member_id=member_id, created_at=now, due_at=now, store=store,
                )
            )  # fmt: skip


def _goods(uow: UnitOfWork, sku: str) -> Goods:
    product = uow.products.by_code(sku) if sku else None
    return product.goods if product else PLAIN


def _holder(uow: UnitOfWork, order: OnlineOrder) -> MemberId | None:
    """Whose order it is: by the customer's link, then by an active card, then by e-mail."""
    link = uow.sync.link_back(order.store, "member", order.customer_id)
    if order.customer_id and link and uow.members.get(MemberId(link.local_id)):
        return MemberId(link.local_id)
    by_card = uow.members.by_card(CardNumber(order.card_number)) if order.card_number else None
    if by_card and by_card[1].state is CardState.ACTIVE:
        return by_card[0].id
    by_email = uow.members.by_email(order.email) if order.email else None
    return by_email.id if by_email else None
