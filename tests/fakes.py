"""Storage in memory that keeps the promises of ``terminal.ports``.

The contract suite in ``tests/contract`` runs on this and on SQLite; what it does not check, nobody
may rely on. Rows are immutable, so a unit of work changes its own copies of the dictionaries and
``commit`` puts them in place of the database's.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from terminal.cards import Card
from terminal.db.searching import (
    Query,
    name_key,
    name_words,
    parse,
    product_key,
    product_words,
)
from terminal.errors import CardTaken, UnknownMember, UnknownSale
from terminal.folding import digits, fold
from terminal.ids import CardNumber, EntryId, MemberId, ReturnId, SaleId, SlipId, StaffId, TillCode
from terminal.ledger import Account, LedgerEntry, replay
from terminal.members import Consent, Member
from terminal.online import OnlineOrder
from terminal.outbox import BlockReason, MessageState, OutboxCounts, OutboxMessage
from terminal.ports import RemoteLink
from terminal.programs.model import Program
from terminal.returns import Return
from terminal.sales import Product, Sale
from terminal.slips import SlipJob, SlipState
from terminal.staff import Staff


@dataclass(slots=True)
class _State:
    members: dict[str, Member] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    entries: dict[str, LedgerEntry] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    sales: dict[str, Sale] = field(default_factory=dict)
    returns: dict[str, Return] = field(default_factory=dict)
    orders: dict[tuple[str, str], OnlineOrder] = field(default_factory=dict)
    outbox: dict[str, OutboxMessage] = field(default_factory=dict)
    sent_at: dict[str, datetime] = field(default_factory=dict)
    slips: dict[str, SlipJob] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    programs: dict[tuple[str, int], Program] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    cursors: dict[tuple[str, str], str] = field(default_factory=dict)
    links: dict[tuple[str, str, str], RemoteLink] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def copy(self) -> "_State":
        return _State(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})


@dataclass(slots=True)
class _Books:
    """The state of one unit of work, and whether it may change or is over."""

    state: _State
    writing: bool
    over: bool = False

    def look(self) -> _State:
        if self.over:
            raise RuntimeError("this unit of work is over")
        return self.state

    def change(self) -> _State:
        state = self.look()
        if not self.writing:
            raise RuntimeError("a unit of work for reading tried to write")
        return state

    def known_member(self, member_id: MemberId | None) -> None:
        if member_id is not None and member_id not in self.state.members:
            raise UnknownMember(member_id=member_id)


@dataclass(slots=True)
class MemoryMembers:
    """``MemberRecords``."""

    _books: _Books

    def get(self, member_id: MemberId) -> Member | None:
        return self._books.look().members.get(member_id)

    def by_card(self, number: CardNumber) -> tuple[Member, Card] | None:
        state = self._books.look()
        card = state.cards.get(number)
        return None if card is None else (state.members[card.member_id], card)

    def by_phone(self, phone: str) -> Member | None:
        return self._oldest(m for m in self._all() if phone and m.phone == phone)

    def by_email(self, email: str) -> Member | None:
        return self._oldest(m for m in self._all() if email and m.email == email)

    def put(self, member: Member) -> None:
        self._books.change().members[member.id] = member

    def search(self, query: str, limit: int) -> list[Member]:
        asked = parse(query)
        if asked == Query():
            newest = sorted(enumerate(self._all()), key=lambda at: (at[1].joined_at, at[0]))
            return [member for _no, member in newest[::-1]][:limit]
        found = {member.id: member for member in self._hits(asked)}
        return list(found.values())[:limit]

    def count(self) -> int:
        return len(self._books.look().members)

    def cards(self, member_id: MemberId) -> list[Card]:
        theirs = [c for c in self._books.look().cards.values() if c.member_id == member_id]
        return sorted(theirs, key=lambda card: (card.issued_at, card.number))

    def put_card(self, card: Card) -> None:
        state = self._books.change()
        known = state.cards.get(card.number)
        if known is not None and known.member_id != card.member_id:
            raise CardTaken(number=card.number, member_id=known.member_id)
        self._books.known_member(card.member_id)
        state.cards[card.number] = card

    def put_consent(self, consent: Consent) -> None:
        state = self._books.change()
        self._books.known_member(consent.member_id)
        state.consents[consent.id] = consent

    def consents(self, member_id: MemberId) -> list[Consent]:
        theirs = [c for c in self._books.look().consents.values() if c.member_id == member_id]
        return sorted(theirs, key=lambda consent: consent.recorded_at)

    def _all(self) -> list[Member]:
        return list(self._books.look().members.values())

    def _oldest(self, members: Iterable[Member]) -> Member | None:
        return min(members, key=lambda member: member.joined_at, default=None)

    def _hits(self, asked: Query) -> Iterator[Member]:
        everyone = sorted(self._all(), key=name_key)
        if asked.words:
            yield from (m for m in everyone if name_key(m).startswith(asked.phrase))
            yield from _in_order_of_word(everyone, name_words, asked.words)
        phones = [(m, digits(m.phone)) for m in self._all() if m.phone]
        cards = sorted(self._books.look().cards.values(), key=lambda card: card.number)
        by_id = self._books.look().members
        for start in asked.phones:
            hits = [(n, m) for m, n in phones if n.startswith(start)]
            yield from (m for _n, m in sorted(hits, key=lambda hit: hit[0]))
        if asked.card:
            yield from (by_id[c.member_id] for c in cards if c.number.startswith(asked.card))
        for end in asked.phones:
            hits = [(n[::-1], m) for m, n in phones if n.endswith(end)]
            yield from (m for _n, m in sorted(hits, key=lambda hit: hit[0]))
        if asked.card:
            ends = [card for card in cards if card.number.endswith(asked.card)]
            yield from (
                by_id[c.member_id] for c in sorted(ends, key=lambda card: card.number[::-1])
            )
        if asked.email:
            mails = [m for m in self._all() if m.email.startswith(asked.email)]
            yield from sorted(mails, key=lambda member: member.email)


T = TypeVar("T")


def _newest(items: list[T], at: Callable[[T], datetime]) -> list[T]:
    """Newest first; of one moment, what became known last."""
    return sorted(items, key=at)[::-1]


def _in_order_of_word(
    items: Sequence[T], words_of: Callable[[T], list[str]], typed: Sequence[str]
) -> list[T]:
    """Items with all typed beginnings, by the word that the first one began."""
    hits = []
    for item in items:
        own = words_of(item)
        if all(any(word.startswith(beginning) for word in own) for beginning in typed):
            hits.append((min(word for word in own if word.startswith(typed[0])), item))
    return [item for _word, item in sorted(hits, key=lambda hit: hit[0])]


@dataclass(slots=True)
class MemoryLedger:
    """``LedgerRecords``."""

    _books: _Books

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

    def entries(self, member_id: MemberId) -> list[LedgerEntry]:
        theirs = [e for e in self._books.look().entries.values() if e.member_id == member_id]
        return sorted(theirs, key=lambda entry: entry.order)

    def with_lapsed(self, now: datetime, limit: int) -> list[MemberId]:
        lapsed = [
            (account.next_lapse, member_id)
            for member_id, account in self._books.look().accounts.items()
            if account.next_lapse is not None and account.next_lapse <= now
        ]
        return [MemberId(member_id) for _at, member_id in sorted(lapsed)][:limit]


@dataclass(slots=True)
class MemorySales:
    """``SaleRecords``."""

    _books: _Books

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
        return _newest(theirs, lambda sale: sale.sold_at)[:limit]

    def put_return(self, back: Return) -> None:
        state = self._books.change()
        if back.sale_id not in state.sales:
            raise UnknownSale(ref=back.sale_id)
        if any(known.ref == back.ref and known.id != back.id for known in state.returns.values()):
            raise ValueError("two returns can't have one reference")
        state.returns[back.id] = back

    def return_of(self, sale_id: SaleId) -> Return | None:
        backs = [r for r in self._books.look().returns.values() if r.sale_id == sale_id]
        return min(backs, key=lambda back: back.returned_at, default=None)

    def get_return(self, return_id: ReturnId) -> Return | None:
        return self._books.look().returns.get(return_id)

    def returns_of_member(self, member_id: MemberId, limit: int) -> list[Return]:
        state = self._books.look()
        theirs = [
            back
            for back in state.returns.values()
            if state.sales[back.sale_id].member_id == member_id
        ]
        return _newest(theirs, lambda back: back.returned_at)[:limit]

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
        return _newest(theirs, lambda order: order.placed_at)[:limit]

    def unclaimed_orders(self, email: str) -> list[OnlineOrder]:
        free = [
            order
            for order in self._books.look().orders.values()
            if email and order.email == email and order.member_id is None and not order.sale_id
        ]
        return sorted(free, key=lambda order: order.placed_at)

    def spent(self, member_id: MemberId, since: datetime, until: datetime) -> int:
        state = self._books.look()
        back = {each.sale_id for each in state.returns.values()}
        shop = (
            sale.net
            for sale in state.sales.values()
            if sale.member_id == member_id and since <= sale.sold_at < until and sale.id not in back
        )
        online = (
            order.goods
            for order in state.orders.values()
            if order.member_id == member_id
            and since <= order.placed_at < until
            and not order.sale_id
        )
        return sum(shop) + sum(online)


@dataclass(slots=True)
class MemoryOutbox:
    """``OutboxRecords``."""

    _books: _Books

    def put(self, message: OutboxMessage) -> None:
        queue = self._books.change().outbox
        if message.key not in queue:
            queue[message.key] = replace(message, number=len(queue) + 1)

    def get(self, key: str) -> OutboxMessage | None:
        return self._books.look().outbox.get(key)

    def due(self, now: datetime, limit: int) -> list[OutboxMessage]:
        held: set[MemberId] = set()
        ready = []
        for message in self._unsent():
            waits = message.state is MessageState.BLOCKED or message.due_at > now
            if waits and message.member_id is not None:
                held.add(message.member_id)
            elif not waits and message.member_id not in held:
                ready.append(message)
        return ready[:limit]

    def sent(self, key: str, at: datetime) -> None:
        if self._set(key, state=MessageState.SENT, blocked=None, problem=""):
            self._books.change().sent_at[key] = at

    def defer(self, key: str, until: datetime, problem: str) -> None:
        if message := self._open(key):
            self._set(key, due_at=until, problem=problem, attempts=message.attempts + 1)

    def block(self, key: str, why: BlockReason, problem: str) -> None:
        if self._open(key):
            self._set(key, state=MessageState.BLOCKED, blocked=why, problem=problem)

    def release(self, key: str, now: datetime) -> None:
        if self._open(key):
            self._set(key, state=MessageState.WAITING, blocked=None, attempts=0, due_at=now)

    def hurry(self, now: datetime) -> None:
        for message in self._unsent():
            if message.state is MessageState.WAITING and message.due_at > now:
                self._set(message.key, due_at=now)

    def open(self, limit: int) -> list[OutboxMessage]:
        blocked_first = sorted(self._unsent(), key=lambda m: m.state is not MessageState.BLOCKED)
        return blocked_first[:limit]

    def counts(self, day_start: datetime) -> OutboxCounts:
        state = self._books.look()
        states = [message.state for message in state.outbox.values()]
        return OutboxCounts(
            waiting=states.count(MessageState.WAITING),
            blocked=states.count(MessageState.BLOCKED),
            sent_today=sum(at >= day_start for at in state.sent_at.values()),
            last_sent_at=max(state.sent_at.values(), default=None),
        )

    def _unsent(self) -> list[OutboxMessage]:
        queue = self._books.look().outbox.values()
        return [message for message in queue if message.state is not MessageState.SENT]

    def _open(self, key: str) -> OutboxMessage | None:
        message = self._books.change().outbox.get(key)
        return None if message is None or message.state is MessageState.SENT else message

    def _set(self, key: str, **changes: object) -> bool:
        queue = self._books.change().outbox
        if key in queue:
            queue[key] = replace(queue[key], **changes)  # type: ignore[arg-type]
        return key in queue


@dataclass(slots=True)
class MemorySlips:
    """``SlipRecords``."""

    _books: _Books

    def put(self, job: SlipJob) -> None:
        self._books.change().slips[job.id] = job

    def get(self, slip_id: SlipId) -> SlipJob | None:
        return self._books.look().slips.get(slip_id)

    def due(self, now: datetime, limit: int) -> list[SlipJob]:
        queued = [j for j in self._sorted() if j.state is SlipState.QUEUED and j.due_at <= now]
        return queued[:limit]

    def move(
        self, slip_id: SlipId, state: SlipState, cause: str, due_at: datetime | None = None
    ) -> None:
        slips = self._books.change().slips
        if job := slips.get(slip_id):
            slips[slip_id] = replace(
                job,
                state=state,
                cause=cause,
                due_at=due_at or job.due_at,
                attempts=job.attempts + (state is SlipState.SENDING),
            )

    def unsettled(self) -> list[SlipJob]:
        open_states = (SlipState.QUEUED, SlipState.SENDING, SlipState.UNKNOWN)
        return [job for job in self._sorted() if job.state in open_states]

    def of_sale(self, sale_id: SaleId) -> list[SlipJob]:
        return [job for job in self._sorted() if job.sale_id == sale_id]

    def _sorted(self) -> list[SlipJob]:
        return sorted(self._books.look().slips.values(), key=lambda job: job.created_at)


@dataclass(slots=True)
class MemoryStaff:
    """``StaffRecords``."""

    _books: _Books

    def get(self, staff_id: StaffId) -> Staff | None:
        return self._books.look().staff.get(staff_id)

    def all(self) -> list[Staff]:
        active = [person for person in self._books.look().staff.values() if person.active]
        return sorted(active, key=lambda person: (fold(person.name), person.id))

    def put(self, staff: Staff) -> None:
        self._books.change().staff[staff.id] = staff


@dataclass(slots=True)
class MemoryPrograms:
    """``ProgramRecords``."""

    _books: _Books

    def put(self, program: Program) -> None:
        self._books.change().programs[(program.code, program.version)] = program

    def at(self, moment: datetime) -> Program | None:
        past = [p for p in self._books.look().programs.values() if p.effective_from <= moment]
        return max(past, key=lambda p: (p.effective_from, p.version), default=None)


@dataclass(slots=True)
class MemoryProducts:
    """``ProductRecords``."""

    _books: _Books

    def put_all(self, products: Iterable[Product]) -> None:
        self._books.change().products.update({product.sku: product for product in products})

    def by_code(self, code: str) -> Product | None:
        products = self._books.look().products
        by_ean = (product for product in products.values() if code and product.ean == code)
        return next(by_ean, products.get(code))

    def search(self, query: str, limit: int) -> list[Product]:
        asked = parse(query)
        everything = sorted(self._books.look().products.values(), key=product_key)
        if not asked.sku:
            return everything[:limit]
        hits = []
        if asked.words:
            hits += [p for p in everything if product_key(p).startswith(asked.phrase)]
            hits += _in_order_of_word(everything, product_words, asked.words)
        by_sku = sorted(everything, key=lambda product: product.sku.casefold())
        hits += [p for p in by_sku if p.sku.casefold().startswith(asked.sku)]
        return list({product.sku: product for product in hits}.values())[:limit]


@dataclass(slots=True)
class MemorySync:
    """``SyncRecords``."""

    _books: _Books

    def cursor(self, store: str, feed: str) -> str | None:
        return self._books.look().cursors.get((store, feed))

    def put_cursor(self, store: str, feed: str, cursor: str) -> None:
        self._books.change().cursors[(store, feed)] = cursor

    def link(self, store: str, kind: str, local_id: str) -> RemoteLink | None:
        return self._books.look().links.get((store, kind, local_id))

    def link_back(self, store: str, kind: str, remote_id: str) -> RemoteLink | None:
        named = (store, kind, remote_id)
        links = reversed(self._books.look().links.values())
        return next((k for k in links if (k.store, k.kind, k.remote_id) == named), None)

    def put_link(self, link: RemoteLink) -> None:
        links = self._books.change().links
        links.pop((link.store, link.kind, link.local_id), None)
        links[(link.store, link.kind, link.local_id)] = link


class MemoryUnitOfWork:
    """``UnitOfWork``: works on copies until it commits."""

    def __init__(self, database: "MemoryDatabase", *, writing: bool) -> None:
        self._database, self._writing = database, writing

    def __enter__(self) -> Self:
        if self._writing:
            self._database.lock_for_writing()
        state = self._database.state
        self._books = _Books(state.copy() if self._writing else state, self._writing)
        self.members = MemoryMembers(self._books)
        self.ledger = MemoryLedger(self._books)
        self.sales = MemorySales(self._books)
        self.outbox = MemoryOutbox(self._books)
        self.slips = MemorySlips(self._books)
        self.staff = MemoryStaff(self._books)
        self.programs = MemoryPrograms(self._books)
        self.products = MemoryProducts(self._books)
        self.sync = MemorySync(self._books)
        return self

    def next_seq(self, till: TillCode) -> int:
        numbers = self._books.change().numbers
        numbers[till] = numbers.get(till, 0) + 1
        return numbers[till]

    def commit(self) -> None:
        state = self._books.look()
        self._books.over = True
        if self._writing:
            self._database.state = state

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._books.over = True
        if self._writing:
            self._database.unlock()


class MemoryDatabase:
    """``Database``: one state, replaced as a whole by each commit."""

    def __init__(self) -> None:
        self.state = _State()
        self._lock = threading.Lock()
        self._holder: int | None = None

    def write(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self, writing=True)

    def read(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self, writing=False)

    def lock_for_writing(self) -> None:
        if self._holder == threading.get_ident():
            raise RuntimeError("a unit of work for writing was opened inside another one")
        self._lock.acquire()
        self._holder = threading.get_ident()

    def unlock(self) -> None:
        self._holder = None
        self._lock.release()
