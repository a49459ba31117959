"""One member's fresh data from an online store, while their card is at the counter.

What came is applied in one transaction: profile, and newest orders with their points. The counter
does not wait for it; what moved is told by ``MemberChanged`` as ever.
"""

from collections.abc import Sequence

from terminal.ids import MemberId
from terminal.online import Customer, OnlineOrder
from terminal.ports import Database
from terminal.services.online_members import OnlineMembers
from terminal.services.online_orders import OnlineOrders
from terminal.services.whose import is_erased, survivor_of


class Refreshing:
    """Applies what one store says of one member."""

    def __init__(
        self, database: Database, store: str, members: OnlineMembers, orders: OnlineOrders
    ) -> None:
        self._database = database
        self._store = store
        self._members = members
        self._orders = orders

    def whom(self, member_id: MemberId) -> tuple[str | None, str] | None:
        """(their customer there, their e-mail); None: the store can know nothing of them."""
        with self._database.read() as uow:
            member_id = survivor_of(uow, member_id)
            member = uow.members.get(member_id)
            link = uow.sync.link(self._store, "member", member_id)
            if member is None or is_erased(uow, member_id) or not (link or member.email):
                return None
            return link.remote_id if link else None, member.email

    def apply(
        self,
        member_id: MemberId,
        customer: Customer | None,
        orders: Sequence[OnlineOrder],
        *,
        customer_id: str = "",
    ) -> bool:
        """Whether something of the member moved. ``customer`` None: is gone there, if they were
        ``customer_id`` before."""
        with self._database.write() as uow:
            member_id = survivor_of(uow, member_id)
            before = (uow.members.get(member_id), uow.ledger.account(member_id))
            if customer is not None:
                self._members.take_one(uow, customer)
            elif customer_id:
                self._members.gone(uow, member_id, customer_id)
            known = sorted(orders, key=lambda order: (order.placed_at, order.remote_id))
            taken = self._orders.take_in(uow, known)
            moved = before != (uow.members.get(member_id), uow.ledger.account(member_id))
            uow.commit()
        return moved or member_id in taken.members
