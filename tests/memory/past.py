"""What members did, looked up the slow and plain way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from terminal.ids import MemberId
from terminal.online import OnlineOrder
from terminal.records import Bought, Counted, Purchases, counted_back
from terminal.refunding import lines_kept
from terminal.sales import PLAIN, Sale
from terminal.shares import pieces
from tests.memory.state import Books


@dataclass(slots=True)
class MemoryPast:
    """The part of ``SaleRecords`` that looks back."""

    _books: Books

    def spent(self, member_id: MemberId, currency: str, since: datetime, until: datetime) -> int:
        return sum(each.counted for each in self.history(member_id, currency, since, until))

    def history(
        self, member_id: MemberId, currency: str, since: datetime, until: datetime
    ) -> list[Counted]:
        sales = self._sales_of(member_id, since, until)
        orders = self._orders_of(member_id, since, until)
        found = [
            *(
                Counted(s.sold_at, s.counted - self._back(s))
                for s in sales
                if s.currency == currency
            ),
            *(
                Counted(o.placed_at, o.goods - o.goods_back)
                for o in orders
                if o.currency == currency
            ),
        ]
        return sorted((each for each in found if each.counted), key=lambda each: each.at)

    def visits(self, member_id: MemberId, since: datetime, until: datetime) -> Iterator[datetime]:
        returned = {back.sale_id for back in self._books.look().returns.values()}
        kept = [
            sale.sold_at
            for sale in self._sales_of(member_id, since, until)
            if sale.id not in returned or self._back(sale) < sale.counted
        ]
        online = [
            order.placed_at
            for order in self._orders_of(member_id, since, until)
            if not order.goods or order.goods_back < order.goods
        ]
        yield from sorted([*kept, *online])

    def purchases(self, member_id: MemberId, before: datetime) -> Purchases:
        state = self._books.look()
        sales = [s.sold_at for s in state.sales.values() if s.member_id == member_id]
        orders = [o.placed_at for o in self._true_orders() if o.member_id == member_id]
        times = [at for at in (*sales, *orders) if at < before]
        return Purchases(len(times), max(times, default=None))

    def bought(self, member_id: MemberId, since: datetime, until: datetime) -> list[Bought]:
        state = self._books.look()
        found = []
        for sale in self._sales_of(member_id, since, until):
            lines = [back.lines for back in state.returns.values() if back.sale_id == sale.id]
            for line, back in zip(sale.lines, pieces(sale.lines, lines), strict=True):
                of, paid = line.goods, line.paid - line.paid * back // line.quantity
                kept = line.quantity - back if line.unit_price or not line.free else 0
                found.append(
                    Bought(sale.sold_at, line.sku, of.category, of.brand, of.tags, kept, paid)
                )
        for order in self._orders_of(member_id, since, until):
            for sku, quantity, paid in lines_kept(order):
                product = state.products.get(sku)
                of = product.goods if product else PLAIN
                found.append(
                    Bought(order.placed_at, sku, of.category, of.brand, of.tags, quantity, paid)
                )
        return sorted((each for each in found if each.quantity > 0), key=lambda each: each.at)

    def stream(self, since: datetime, until: datetime) -> Iterator[Sale]:
        inside = [s for s in self._books.look().sales.values() if since <= s.sold_at < until]
        yield from sorted(inside, key=lambda s: (s.member_id is None, s.member_id or "", s.sold_at))

    def orders_stream(self, since: datetime, until: datetime) -> Iterator[OnlineOrder]:
        inside = [o for o in self._true_orders() if since <= o.placed_at < until]
        yield from sorted(
            inside, key=lambda o: (o.member_id is None, o.member_id or "", o.placed_at)
        )

    def _sales_of(self, member_id: MemberId, since: datetime, until: datetime) -> list[Sale]:
        theirs = [s for s in self._books.look().sales.values() if s.member_id == member_id]
        inside = [sale for sale in theirs if since <= sale.sold_at < until]
        return sorted(inside, key=lambda sale: sale.sold_at)

    def _orders_of(
        self, member_id: MemberId, since: datetime, until: datetime
    ) -> list[OnlineOrder]:
        theirs = [order for order in self._true_orders() if order.member_id == member_id]
        inside = [order for order in theirs if since <= order.placed_at < until]
        return sorted(inside, key=lambda order: order.placed_at)

    def _true_orders(self) -> list[OnlineOrder]:
        return [order for order in self._books.look().orders.values() if not order.sale_id]

    def _back(self, sale: Sale) -> int:
        state = self._books.look()
        return counted_back(sale, [b for b in state.returns.values() if b.sale_id == sale.id])
