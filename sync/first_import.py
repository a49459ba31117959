"""The first import from an online store: all customers, all orders, all products, told how far it
is.

Page by page, in bounded memory, by the same feeds and cursors as every later round, so that the
rounds go on where it ends. What was booked stays whatever happens next; how far it is stands beside
the cursors. While it runs nobody is told of standings; each member whose points moved is told once,
at its end. ``rehearse`` counts what it would do and writes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import msgspec

from sync.feed_round import FeedRound
from sync.online_store import OnlineStore
from sync.pulling import CUSTOMERS, ORDERS, PRODUCTS, SWEPT, Feed, Puller, Told
from terminal.connecting import GoOn, Part, Rehearsal
from terminal.ids import Clock, MemberId, NewId
from terminal.lots import Account
from terminal.merging import normal
from terminal.online import Customer, OnlineOrder, derive_earn
from terminal.outbox import MessageKind
from terminal.ports import Database, UnitOfWork
from terminal.programs import tier_for
from terminal.programs.facts import Facts
from terminal.services.enrolment import clean_phone
from terminal.services.taking_in import TakingIn
from terminal.services.whose import holder_of, linked_member, member_by_email, tell

STATE: Final = "import"
"""Where it is kept how far it is."""
MEMBERS: Final = "members"
PARTS: Final = (CUSTOMERS, ORDERS, PRODUCTS, MEMBERS)
PAGE: Final = 100
_MANY: Final = 100_000
_NOBODY: Final = MemberId("")

Tell = Callable[[Part], None]


class Where(msgspec.Struct, frozen=True):
    """How far an import is: the part that is brought in, and how many of it are in."""

    part: str = CUSTOMERS
    done: int = 0
    total: int | None = None
    after: str = ""

    @property
    def is_over(self) -> bool:
        """Whether all is in."""
        return self.part not in PARTS


class FirstImport:
    """One store's first import; ``terminal.connecting.FirstImport``. For one thread at a time."""

    def __init__(
        self,
        database: Database,
        store: OnlineStore,
        *,
        clock: Clock,
        new_id: NewId,
        taking: TakingIn,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._taking = taking
        self._puller = Puller(database, store, clock=clock, new_id=new_id, taking=taking)

    @property
    def where(self) -> Where:
        """How far it is."""
        with self._database.read() as uow:
            kept = uow.sync.cursor(self._store.name, STATE)
        return msgspec.json.decode(kept, type=Where) if kept else Where()

    # -- for good --------------------------------------------------------------------------------

    def run(self, told: Tell, go_on: GoOn) -> bool:
        """Bring in what is not in yet; whether all of it is now. Raises SyncError."""
        while not (now := self.where).is_over:
            if not go_on():
                return False
            told(Part(now.part, now.done, now.total))
            ended = self._members(now, told, go_on) if now.part == MEMBERS else self._feed(
                now, told, go_on
            )  # fmt: skip
            if not ended:
                return False
            following = (*PARTS, "")[PARTS.index(now.part) + 1]
            self._keep(Where(following))
        return True

    def _feed(self, now: Where, told: Tell, go_on: GoOn) -> bool:
        if now.part == PRODUCTS and not self._store.capabilities.products:
            return True
        counted = _Counted(now.done)

        def on_page(rows: int, total: int | None) -> None:
            counted.page(rows, total)
            told(Part(now.part, counted.done, counted.total))

        def beside(uow: UnitOfWork) -> None:
            self._put(uow, Where(now.part, counted.done, counted.total))

        books = Told(on_page=on_page, beside=beside, keeps_members=False)
        ended = self._puller.read(self._puller.feed(now.part, quiet=True), books, go_on)
        if ended and now.part == CUSTOMERS and self._store.capabilities.customer_changes == "sweep":
            with self._database.write() as uow:
                uow.sync.put_cursor(self._store.name, SWEPT, self._clock().isoformat())
                uow.commit()
        return ended

    def _members(self, now: Where, told: Tell, go_on: GoOn) -> bool:
        """Whoever has points, or had, is told of them, once and in order."""
        while True:
            if not go_on():
                return False
            with self._database.write() as uow:
                page = uow.sync.links(self._store.name, "member", now.after, PAGE)
                for link in page:
                    self._tell_standing(uow, MemberId(link.local_id))
                if page:
                    now = Where(MEMBERS, now.done + len(page), None, page[-1].local_id)
                    self._put(uow, now)
                uow.commit()
            if not page:
                return True
            told(Part(MEMBERS, now.done))

    def _tell_standing(self, uow: UnitOfWork, member_id: MemberId) -> None:
        if uow.ledger.account(member_id).entries:
            kind, now = MessageKind.STANDING, self._clock()
            stores = self._taking.stores
            tell(uow, stores, kind, member_id, member_id, now, self._new_id, once=True)

    def _keep(self, where: Where) -> None:
        with self._database.write() as uow:
            self._put(uow, where)
            uow.commit()

    def _put(self, uow: UnitOfWork, where: Where) -> None:
        uow.sync.put_cursor(self._store.name, STATE, msgspec.json.encode(where).decode())

    # -- a trial ---------------------------------------------------------------------------------

    def rehearse(self, told: Tell, go_on: GoOn) -> Rehearsal:
        """What ``run`` would do from the beginning, counted; as far as ``go_on`` lets it. Raises
        SyncError."""
        seen = _Rehearsed()
        meet, weigh = partial(self._meet, seen), partial(self._weigh, seen)
        self._walk(self._puller.feed(CUSTOMERS), told, go_on, meet)
        self._walk(self._puller.feed(ORDERS), told, go_on, weigh)
        with self._database.read() as uow:
            waiting = [m for m in uow.outbox.open(_MANY) if m.store == self._store.name]
        sales = sum(m.kind in (MessageKind.SALE, MessageKind.RETURN) for m in waiting)
        mails = self._store.capabilities.mails
        new = sum(m.kind is MessageKind.MEMBER for m in waiting)
        return Rehearsal(
            customers=seen.customers, linked=seen.linked, created=seen.created, left=seen.left,
            orders=seen.orders, would_earn=seen.points, sales_to_send=sales,
            mails=("customer" in mails) * new + ("order" in mails) * sales,
            would_change=sum(ours not in (None, shown) for shown, ours in seen.shown.values()),
        )  # fmt: skip

    def _walk(
        self, feed: Feed, told: Tell, go_on: GoOn, look: Callable[[UnitOfWork, Any], None]
    ) -> None:
        """Look at all rows of a feed, and take none in."""
        cursor: str | None = None
        counted, now = _Counted(0), FeedRound(None)
        while go_on():
            page = feed.ask(cursor)
            rows = feed.rows(page)
            with self._database.read() as uow:
                for row in rows:
                    look(uow, row)
            counted.page(len(rows), page.total)
            told(Part(feed.name, counted.done, counted.total))
            cursor = page.cursor
            now.page(map(feed.key, rows), None, cursor)
            if not page.more or now.leads_nowhere:
                return

    def _meet(self, seen: "_Rehearsed", uow: UnitOfWork, row: Customer) -> None:
        """What would become of a customer."""
        fields = {"email": row.email, "phone": row.phone}
        known = normal(fields, lambda text: clean_phone(text, self._taking.country))
        seen.customers += 1
        member = linked_member(uow, self._store.name, row.id)
        member = member or member_by_email(uow, known.get("email", ""))
        if member:
            seen.linked += 1
            seen.known.add(row.id)
            self._shows(seen, row, uow.ledger.account(member.id))
        elif self._taking.members == "all" and any(known.values()):
            seen.created += 1
            self._shows(seen, row, Account())
        else:
            seen.left += 1

    def _shows(self, seen: "_Rehearsed", customer: Customer, account: Account) -> None:
        """What the store shows of somebody, and what ours are; None while nothing is booked."""
        if customer.standing is not None:
            ours = account.balance if account.entries else None
            seen.shown[customer.id] = (customer.standing.points, ours)

    def _weigh(self, seen: "_Rehearsed", uow: UnitOfWork, row: OnlineOrder) -> None:
        """The points that an order would bring, as for somebody of whom nothing is known."""
        if row.sale_id or row.cancelled:
            return
        seen.orders += 1
        program = uow.programs.at(row.placed_at)
        person = self._taking.members == "all" and (row.customer_id or row.email)
        if program and (person or row.customer_id in seen.known or holder_of(uow, row)):
            facts = Facts(tier=tier_for(program, 0).code, joined_at=row.placed_at)
            points = sum(entry.points for entry in derive_earn(row, _NOBODY, program, facts))
            back = points * row.goods_back // row.goods if row.goods else 0
            seen.points += points - back
            if points:
                self._moves(seen, uow, row, points - back)

    def _moves(self, seen: "_Rehearsed", uow: UnitOfWork, row: OnlineOrder, points: int) -> None:
        """An order that is not in yet moves what its customer is shown."""
        if row.customer_id in seen.shown and not uow.sales.get_order(row.store, row.remote_id):
            shown, ours = seen.shown[row.customer_id]
            seen.shown[row.customer_id] = (shown, (ours or 0) + points)


@dataclass(slots=True)
class _Counted:
    """Rows of one part. The first page's total is what is still to come; ``total`` counts what was
    in before as well."""

    done: int
    total: int | None = None

    def page(self, rows: int, total: int | None) -> None:
        """One page more."""
        if self.total is None and total is not None:
            self.total = self.done + total
        self.done += rows
        if self.total is not None:
            self.total = max(self.total, self.done)


@dataclass(slots=True)
class _Rehearsed:
    """What was counted by now. ``known``: customers who would be linked, no more than members."""

    customers: int = 0
    linked: int = 0
    created: int = 0
    left: int = 0
    orders: int = 0
    points: int = 0
    known: set[str] = field(default_factory=set)
    shown: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    """Of those who would be told: the points that the store shows, and ours."""
