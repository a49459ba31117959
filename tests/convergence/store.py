"""The online store of the simulation: the fake one, which also counts what it was told.

``once`` False: it forgets that it was told the same already, as a shop without idempotency would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.errors import Refused, SyncError
from sync.online_store import EVERYTHING_BACK, Profile, RemoteOrder, SaleNews, Standing, one_by_one
from terminal.returns import Return
from tests.sync.fake_store import FakeStore


@dataclass
class CountingStore(FakeStore):
    """Each sale should have one order, each return one refund."""

    once: bool = True
    made: list[str] = field(default_factory=list)
    """Sales, once for each order that was made for them."""
    refunded: list[str] = field(default_factory=list)
    """Returns, once for each refund."""
    asking: int = 0
    """Which request this is, in the order in which they were made."""
    stood: dict[str, int] = field(default_factory=dict)
    stale: int = 0
    """How often an older standing came after a newer one: the feed shows it; it is told anew."""

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        known = self.orders.get(news.sale.id)
        if known is not None and not self.once:
            del self.orders[news.sale.id]
        order = super().put_sale(news)
        if known is None or not self.once:
            self.made.append(news.sale.id)
        return order

    def put_sales(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        return one_by_one(self.put_sale, news)

    def put_return(
        self, back: Return, order: RemoteOrder, kept: Mapping[str, int] = EVERYTHING_BACK
    ) -> None:
        known = self.orders.get(back.sale_id)
        if known is None:
            raise Refused("sale_missing")
        if back.id not in self.refunded or not self.once:
            self.refunded.append(back.id)
            known.refunded += back.money_back

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        customer = super().put_member(profile, known_as)
        self._in_turn(customer)
        return customer

    def _stand(self, customer: str, standing: Standing) -> None:
        super()._stand(customer, standing)
        self._in_turn(customer)

    def _in_turn(self, customer: str) -> None:
        if self.asking < self.stood.get(customer, 0):
            self.stale += 1
        self.stood[customer] = max(self.asking, self.stood.get(customer, 0))
