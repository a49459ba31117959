"""Takes in what is new or changed in an online store: orders, customers, products.

Each feed has a cursor of its own and is read page by page; a page's cursor is kept after the page
is in the books, so that a crash only reads it again. What goes wrong in one feed leaves the others
alone. Stores are not believed: one that counts more rows than it shows is read once more, one that
promises more for ever is left, and a row that can't be booked is put aside as a task for a person.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sync.bugs import log_bug
from sync.clock import ClockMeter
from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.feed_round import FeedRound
from sync.going_on import GoOn, always
from sync.online_store import Customer, CustomerPage, OnlineStore, Page, ProductPage
from sync.report import Report
from terminal.desk_tasks import Task, TaskKind
from terminal.errors import DataInUse, DiskFull
from terminal.events import Event, MemberChanged
from terminal.ids import Clock, MemberId, NewId, derived_id
from terminal.online import OnlineOrder
from terminal.ports import Database, UnitOfWork
from terminal.services.online_members import OnlineMembers
from terminal.services.online_orders import OnlineOrders
from terminal.services.online_products import OnlineProducts
from terminal.services.taking_in import TakingIn
from terminal.services.web_back import any_over, note_asked, settle_over
from terminal.services.whose import member_by_email

log = logging.getLogger(__name__)

ORDERS, CUSTOMERS, PRODUCTS = "orders", "customers", "products"
"""The names of the cursors into the online store's feeds."""
SWEPT = "customers.swept"
"""Where it is kept when all customers were last gone through."""
NEW_CUSTOMERS = 25
"""How many new customers are looked at one by one in a round, where they can't be listed."""
REST = timedelta(minutes=5)
"""How long a feed rests that failed for itself."""

AnyPage = Page | CustomerPage | ProductPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often things are asked that need not be asked every round."""

    sweep: timedelta = timedelta(hours=6)
    """All customers, where a store can't list those that changed."""
    products: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of rows: how to ask for them, what to do with them, what names one."""

    name: str
    ask: Callable[[str | None], AnyPage]
    take: Callable[[Sequence[Any]], tuple[int, frozenset[MemberId]]]
    rows: Callable[[Any], Sequence[Any]]
    key: Callable[[Any], str]


@dataclass(slots=True)
class _Resting:
    until: datetime
    times: int = 1


@dataclass(slots=True)
class Told:
    """What was taken by now. ``on_page`` hears of each page: rows, and how many there are;
    ``beside`` writes what is to be kept beside its cursor, in the same transaction."""

    taken: int = 0
    members: set[MemberId] = field(default_factory=set)
    on_page: Callable[[int, int | None], None] = lambda rows, total: None
    beside: Callable[[UnitOfWork], None] | None = None
    keeps_members: bool = True


class Puller:
    """Takes one online store's news in. For one thread at a time.

    ``problems`` are those of the last round by feed: codes of ``sync.errors``.
    """

    def __init__(
        self,
        database: Database,
        store: OnlineStore,
        *,
        clock: Clock,
        new_id: NewId,
        taking: TakingIn | None = None,
        listener: Callable[[Event], None] = lambda event: None,
        meter: ClockMeter | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._listener = listener
        self._meter = meter
        self._pace = pace or Pace()
        taking = taking or TakingIn(stores=(store.name,))
        self._taking = taking
        self.orders = OnlineOrders(database, clock, new_id, stores=taking.stores)
        self.members = OnlineMembers(
            database,
            store.name,
            clock,
            new_id,
            taking=taking,
            orders=self.orders,
            sweeps=self._sweeps,
        )
        self.products = OnlineProducts(database, taking.currency)
        self.problems: dict[str, str] = {}
        self._resting: dict[str, _Resting] = {}
        self._distrusted: set[str] = set()
        self._stopped: set[str] = set()
        """Feeds that were left in the middle: of what is left nobody knows how much it is."""
        self._asked_products: datetime | None = None

    # -- a round ---------------------------------------------------------------------------------

    def pull(self, go_on: GoOn = always) -> Report:
        """Take in what is new. The report's failure is one that concerns the whole store, or that
        its orders could not be asked for; a feed that fails for itself rests a while."""
        self.problems = {}
        told, failure = Told(), None
        for feed in self._due():
            if not go_on():
                break
            failed = self._try(feed, told, go_on)
            if failed is None:
                self._resting.pop(feed.name, None)
                continue
            self.problems[feed.name] = failed.problem
            if feed.name == ORDERS or _is_everybodys(failed):
                failure = failure or _as_failure(failed)
            else:
                self._rest(feed.name)
            if _is_everybodys(failed):
                break
        for member_id in sorted(told.members):
            self._listener(MemberChanged(member_id))
        return Report(taken=told.taken, failure=failure)

    def feed(self, name: str, *, quiet: bool = False) -> Feed:
        """A feed by its name; ``quiet``: without a message for each standing that moved."""
        match name:
            case "orders":
                return Feed(
                    ORDERS, self._store.changes, lambda rows: self._take_orders(rows, quiet=quiet),
                    lambda page: page.orders, lambda order: str(order.remote_id),
                )  # fmt: skip
            case "customers":
                return Feed(
                    CUSTOMERS, self._store.customer_changes, self._take_customers,
                    lambda page: page.customers, lambda customer: str(customer.id),
                )  # fmt: skip
            case _:
                return Feed(
                    PRODUCTS, self._store.products, self._take_products,
                    lambda page: page.products, lambda product: str(product.sku),
                )  # fmt: skip

    def read(self, feed: Feed, told: Told | None = None, go_on: GoOn = always) -> bool:
        """Read a feed to its end; False where ``go_on`` stopped it. Raises SyncError."""
        told, began = told or Told(), self._clock()
        cursor = self._cursor(feed.name)
        now = FeedRound(cursor)
        while go_on():
            page = self._ask(feed, cursor)
            self._take(feed, feed.rows(page), told)
            now.page(map(feed.key, feed.rows(page)), page.total, page.cursor)
            told.on_page(len(feed.rows(page)), page.total)
            self._keep(feed.name, page.cursor, cursor, told.beside)
            cursor = page.cursor
            if page.more and now.leads_nowhere:
                raise Retryable("bad_answer", where=feed.name)
            if page.more:
                continue
            if feed.name in self._stopped or not self._is_short(feed.name, now):
                self._stopped.discard(feed.name)
                self._heard_all(feed.name, began)
                return True
            cursor, now = now.began_at, FeedRound(now.began_at, again=True)
        self._stopped.add(feed.name)
        return False

    # -- which feeds -----------------------------------------------------------------------------

    def _due(self) -> list[Feed]:
        """Customers first: then their orders find them."""
        now, names = self._clock(), []
        if self._customers_due(now):
            names.append(CUSTOMERS)
        names.append(ORDERS)
        if self._store.capabilities.products and self._products_due(now):
            self._asked_products = now
            names.append(PRODUCTS)
        rested = [n for n in names if n not in self._resting or self._resting[n].until <= now]
        return [self.feed(name) for name in rested]

    def _products_due(self, now: datetime) -> bool:
        return self._asked_products is None or now - self._asked_products >= self._pace.products

    @property
    def _sweeps(self) -> bool:
        return self._store.capabilities.customer_changes == "sweep"

    def _customers_due(self, now: datetime) -> bool:
        """A sweep that was begun goes on; the next one waits."""
        if not self._sweeps:
            return True
        swept = self._cursor(SWEPT)
        return not swept or now - datetime.fromisoformat(swept) >= self._pace.sweep

    def _rest(self, name: str) -> None:
        times = self._resting[name].times + 1 if name in self._resting else 1
        wait = min(REST * (1 << min(times - 1, 6)), timedelta(hours=1))
        self._resting[name] = _Resting(self._clock() + wait, times)

    # -- one feed --------------------------------------------------------------------------------

    def _try(self, feed: Feed, told: Told, go_on: GoOn) -> SyncError | None:
        """What went wrong."""
        try:
            ended = self.read(feed, told, go_on)
        except SyncError as error:
            log.info("%s can't be taken in: %s", feed.name, error)
            return error
        except Exception as error:  # noqa: BLE001 (the sync loop: one feed must not end the others)
            log_bug(log, f"taking in {feed.name} failed", error)
            return Retryable("internal")
        if ended and feed.name == CUSTOMERS and self._sweeps:
            self._keep(SWEPT, self._clock().isoformat(), None)
        return None

    def _ask(self, feed: Feed, cursor: str | None) -> AnyPage:
        if self._meter:
            self._meter.ask()
        page = feed.ask(cursor)
        if self._meter:
            self._meter.heard(self._store.store_time)
        return page

    def _take(self, feed: Feed, rows: Sequence[Any], told: Told) -> None:
        try:
            taken, members = feed.take(rows)
        except (SyncError, DataInUse, DiskFull):
            raise
        except Exception as error:  # noqa: BLE001 (the sync loop: one row must not end the feed)
            log_bug(log, f"a page of {feed.name} can't be booked", error)
            taken, members = self._one_by_one(feed, rows)
        told.taken += taken
        if told.keeps_members:
            told.members |= members

    def _one_by_one(self, feed: Feed, rows: Sequence[Any]) -> tuple[int, frozenset[MemberId]]:
        """All but those that can't be booked, for each of which there is a task."""
        count, members = 0, frozenset[MemberId]()
        for row in rows:
            try:
                taken, moved = feed.take([row])
            except (SyncError, DataInUse, DiskFull):
                raise
            except Exception as error:  # noqa: BLE001 (likewise)
                log_bug(log, f"a row of {feed.name} can't be booked", error)
                self._put_aside(feed.name, feed.key(row))
                continue
            count += taken
            members |= moved
        return count, members

    def _put_aside(self, feed: str, key: str) -> None:
        with self._database.write() as uow:
            uow.tasks.put(
                Task(
                    id=derived_id("can't be booked", self._store.name, feed, key),
                    kind=TaskKind.DIFFERENCE, made_at=self._clock(), store=self._store.name,
                    subject_id=key, details={"what": feed, "why": "internal"},
                )
            )  # fmt: skip
            uow.commit()

    def _is_short(self, name: str, now: FeedRound) -> bool:
        """Whether rows were counted that did not come: read once more, and if they still do not,
        the store counts wrong."""
        if now.total is None or now.seen >= now.total or name in self._distrusted:
            return False
        if now.again:
            log.warning("%s: %s of %s came, also the second time", name, now.seen, now.total)
            self._distrusted.add(name)
            return False
        return True

    # -- into the books --------------------------------------------------------------------------

    def _take_orders(
        self, rows: Sequence[Any], *, quiet: bool = False
    ) -> tuple[int, frozenset[MemberId]]:
        if self._sweeps and not quiet:
            self._look_at_new(rows)
        taken = self.orders.take(rows, quiet=quiet)
        return taken.orders, taken.members

    def _heard_all(self, feed: str, asked_at: datetime) -> None:
        """All orders of until then are in the books: coupons that are over can be settled."""
        if feed != ORDERS:
            return
        with self._database.read() as uow:
            if not any_over(uow, asked_at):
                return
        with self._database.write() as uow:
            note_asked(uow, self._store.name, asked_at)
            settle_over(uow, self._taking.stores, asked_at, self._new_id)
            uow.commit()

    def _take_customers(self, rows: Sequence[Any]) -> tuple[int, frozenset[MemberId]]:
        taken = self.members.take(rows)
        return taken.customers + taken.linked + taken.created, taken.members

    def _take_products(self, rows: Sequence[Any]) -> tuple[int, frozenset[MemberId]]:
        return self.products.take(rows), frozenset()

    def _look_at_new(self, orders: Sequence[OnlineOrder]) -> None:
        """Where customers can only be swept, those who buy are looked at when they do."""
        with self._database.read() as uow:
            new = {
                order.customer_id: None
                for order in orders
                if order.customer_id
                and uow.sync.link_back(self._store.name, "member", order.customer_id) is None
                and (self._taking.members == "all" or member_by_email(uow, order.email))
            }
        found = [self._looked_at(customer) for customer in list(new)[:NEW_CUSTOMERS]]
        self.members.take([customer for customer in found if customer is not None])

    def _looked_at(self, customer_id: str) -> Customer | None:
        """None: nobody, or somebody whom the store can't show; their orders count all the same."""
        try:
            return self._store.customer(customer_id)
        except SyncError as error:
            if _is_everybodys(error):
                raise
            log.info("a customer can't be looked at: %s", error)
            return None

    # -- cursors ---------------------------------------------------------------------------------

    def _cursor(self, name: str) -> str | None:
        with self._database.read() as uow:
            return uow.sync.cursor(self._store.name, name)

    def _keep(
        self,
        name: str,
        cursor: str,
        before: str | None,
        beside: Callable[[UnitOfWork], None] | None = None,
    ) -> None:
        if cursor == before and beside is None:
            return
        with self._database.write() as uow:
            uow.sync.put_cursor(self._store.name, name, cursor)
            if beside is not None:
                beside(uow)
            uow.commit()


def _is_everybodys(failure: SyncError) -> bool:
    """Whether nothing else would fare better: the store is away, or lets us in no more."""
    if isinstance(failure, Misconfigured):
        return failure.problem in ("wrong_password", "wrong_key", "no_address", "wrong_address")
    return isinstance(failure, Retryable) and (failure.away or failure.problem == "timeout")


def _as_failure(failure: SyncError) -> Retryable | Misconfigured:
    """A question that is refused will be refused again: a mistake in the set-up."""
    if isinstance(failure, Refused):
        return Misconfigured(failure.problem, where=failure.where)
    if isinstance(failure, Retryable | Misconfigured):
        return failure
    return Retryable("internal")
