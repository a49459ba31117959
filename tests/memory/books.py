"""Ledger, sales, returns and orders in memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from terminal.errors import UnknownSale
from terminal.ids import EntryId, MemberId, ReturnId, SaleId, TillCode
from terminal.ledger import Account, EntryKind, LedgerEntry, replay
from terminal.online import OnlineOrder
from terminal.returns import Return
from terminal.sales import Sale
from tests.memory.past import MemoryPast
from tests.memory.state import Books, newest


@dataclass(slots=True)
class MemoryLedger:
    """``LedgerRecords``."""

    _books: Books

    def append(self, entries: Sequence[LedgerEntry]) -> list[EntryId]:
        state = self._books.change()
        new: dict[str, LedgerEntry] = {}
        for entry in entries:
            if entry.id not in state.entries and entry.id not in new:
                self._books.known_member(entry.member_id)
                new[entry.id] = entry
        state.entries.update(new)
        for member_id in {entry.member_id for entry in new.values()}:
            state.accounts[member_id] = replay(self.entries(member_id)).account
        return [EntryId(entry_id) for entry_id in new]

    def account(self, member_id: MemberId) -> Account:
        return self._books.look().accounts.get(member_id, Account())

    def get(self, entry_id: EntryId) -> LedgerEntry | None:
        return self._books.look().entries.get(entry_id)

    def entries(self, member_id: MemberId) -> list[LedgerEntry]:
        theirs = [e for e in self._books.look().entries.values() if e.member_id == member_id]
        return sorted(theirs, key=lambda entry: entry.order)

    def of_source(self, source_id: str) -> list[LedgerEntry]:
        return self._sorted(lambda e: bool(source_id) and e.source_id == source_id)

    def between(self, since: datetime, until: datetime) -> Iterator[LedgerEntry]:
        yield from self._sorted(lambda e: since <= e.decided_at < until)

    def earned_since(self, member_id: MemberId, since: datetime) -> int:
        theirs = self._sorted(lambda e: e.member_id == member_id and e.decided_at >= since)
        return sum(e.points for e in theirs if e.kind is EntryKind.EARN)

    def qualifying(self, member_id: MemberId, since: datetime, until: datetime) -> int:
        known = self._books.look().entries

        def counts_at(entry: LedgerEntry) -> datetime:
            return known.get(entry.reverses or "", entry).decided_at

        theirs = self._sorted(lambda e: e.member_id == member_id)
        return sum(e.qualifying for e in theirs if since <= counts_at(e) < until)

    def _sorted(self, meant: Callable[[LedgerEntry], bool]) -> list[LedgerEntry]:
        found = filter(meant, self._books.look().entries.values())
        return sorted(found, key=lambda entry: entry.order)

    def with_lapsed(self, now: datetime, limit: int) -> list[MemberId]:
        lapsed = [
            (account.next_lapse, member_id)
            for member_id, account in self._books.look().accounts.items()
            if account.next_lapse is not None and account.next_lapse <= now
        ]
        return [MemberId(member_id) for _at, member_id in sorted(lapsed)][:limit]


@dataclass(slots=True)
class MemorySales(MemoryPast):
    """``SaleRecords``."""

    def put(self, sale: Sale) -> None:
        state = self._books.change()
        self._books.known_member(sale.member_id)
        if any(known.ref == sale.ref and known.id != sale.id for known in state.sales.values()):
            raise ValueError("two sales can't have one reference")
        state.sales[sale.id] = sale

    def get(self, sale_id: SaleId) -> Sale | None:
        return self._books.look().sales.get(sale_id)

    def by_ref(self, ref: str) -> Sale | None:
        return next((s for s in self._books.look().sales.values() if s.ref == ref), None)

    def last(self, till: TillCode) -> Sale | None:
        theirs = [s for s in self._books.look().sales.values() if s.till == till]
        return max(theirs, key=lambda sale: sale.seq, default=None)

    def of_member(self, member_id: MemberId, limit: int) -> list[Sale]:
        theirs = [s for s in self._books.look().sales.values() if s.member_id == member_id]
        return newest(theirs, lambda sale: sale.sold_at)[:limit]

    def put_return(self, back: Return) -> None:
        state = self._books.change()
        if back.sale_id not in state.sales:
            raise UnknownSale(ref=back.sale_id)
        if any(known.ref == back.ref and known.id != back.id for known in state.returns.values()):
            raise ValueError("two returns can't have one reference")
        state.returns[back.id] = back

    def return_of(self, sale_id: SaleId) -> Return | None:
        return next(iter(self.returns_of(sale_id)), None)

    def returns_of(self, sale_id: SaleId) -> list[Return]:
        backs = [r for r in self._books.look().returns.values() if r.sale_id == sale_id]
        return sorted(backs, key=lambda back: back.returned_at)

    def get_return(self, return_id: ReturnId) -> Return | None:
        return self._books.look().returns.get(return_id)

    def returns_between(self, since: datetime, until: datetime) -> list[Return]:
        returns = self._books.look().returns.values()
        theirs = [back for back in returns if since <= back.returned_at < until]
        return sorted(theirs, key=lambda back: back.returned_at)

    def returns_of_member(self, member_id: MemberId, limit: int) -> list[Return]:
        state = self._books.look()
        theirs = [
            back
            for back in state.returns.values()
            if state.sales[back.sale_id].member_id == member_id
        ]
        return newest(theirs, lambda back: back.returned_at)[:limit]

    def put_order(self, order: OnlineOrder) -> bool:
        state = self._books.change()
        self._books.known_member(order.member_id)
        new = (order.store, order.remote_id) not in state.orders
        state.orders[(order.store, order.remote_id)] = order
        return new

    def get_order(self, store: str, remote_id: str) -> OnlineOrder | None:
        return self._books.look().orders.get((store, remote_id))

    def orders_of_member(self, member_id: MemberId, limit: int) -> list[OnlineOrder]:
        theirs = [o for o in self._books.look().orders.values() if o.member_id == member_id]
        return newest(theirs, lambda order: order.placed_at)[:limit]

    def unclaimed_orders(
        self,
        email: str,
        cards: Sequence[str] = (),
        customers: Sequence[tuple[str, str]] = (),
    ) -> list[OnlineOrder]:
        free = [
            order
            for order in self._books.look().orders.values()
            if order.member_id is None
            and not order.sale_id
            and (
                (email and order.email == email)
                or (order.card_number and order.card_number in cards)
                or (order.customer_id and (order.store, order.customer_id) in customers)
            )
        ]
        return sorted(free, key=lambda order: order.placed_at)
