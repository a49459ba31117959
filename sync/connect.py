"""From what a shop wrote in its settings to sync workers over its online stores."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from sync.crew import SyncCrew
from sync.deadline import Deadline
from sync.engine import Policy, SyncEngine
from sync.errors import SyncError
from sync.looking import Looking, Talks
from sync.network import NetworkWatch
from sync.night import Night
from sync.online_store import OnlineStore
from sync.refresh import Refresher
from sync.wire import Line
from sync.worker import Engine, SyncWorker
from terminal.events import Event
from terminal.ids import Clock, NewId
from terminal.ports import Database
from terminal.services.models import Till
from terminal.services.online_members import OnlineMembers
from terminal.services.online_orders import OnlineOrders
from terminal.services.refreshing import Refreshing
from terminal.services.taking_in import taking_in
from terminal.settings import OnlineStoreSettings

Build = Callable[[OnlineStoreSettings, str, Line], OnlineStore]


def connect_store(
    wanted: OnlineStoreSettings,
    secret: str,
    *,
    proxy_login: str = "",
    within: Deadline | None = None,
) -> OnlineStore:
    """The online store of the settings; what is wrong with them is told when it is asked.

    ``proxy_login``: user:password of the proxy, where it wants one. ``within``: a deadline of all
    that is asked together, for one who stands and waits.
    """
    line = Line(ca=wanted.ca, proxy=_with_login(wanted.proxy, proxy_login), within=within)
    return _BUILDERS[wanted.kind](wanted, secret, line)


def _vendure(wanted: OnlineStoreSettings, secret: str, line: Line) -> OnlineStore:
    from sync.stores.vendure import Access, SalesSettings, VendureOnlineStore

    access = Access(
        url=wanted.url, username=wanted.username, secret=secret, ca=line.ca, proxy=line.proxy,
        connect_timeout=line.connect_timeout, patience=line.patience, within=line.within,
    )  # fmt: skip
    sales = SalesSettings(guest_email=wanted.guest_email)
    return VendureOnlineStore(access, name=wanted.called, sales=sales)


def _woocommerce(wanted: OnlineStoreSettings, secret: str, line: Line) -> OnlineStore:
    from sync.stores.woocommerce import Access, WooOnlineStore

    access = Access(
        url=wanted.url, key=wanted.username, secret=secret, ca=line.ca, proxy=line.proxy,
        connect_timeout=line.connect_timeout, patience=line.patience, within=line.within,
    )  # fmt: skip
    return WooOnlineStore(access, name=wanted.called)


def _shopify(wanted: OnlineStoreSettings, secret: str, line: Line) -> OnlineStore:
    from sync.stores.shopify import Access, ShopifyOnlineStore

    return ShopifyOnlineStore(Access(url=wanted.url, token=secret, line=line), name=wanted.called)


def _medusa(wanted: OnlineStoreSettings, secret: str, line: Line) -> OnlineStore:
    from sync.stores.medusa import Access, MedusaOnlineStore

    access = Access(url=wanted.url, email=wanted.username, secret=secret, line=line)
    return MedusaOnlineStore(access, name=wanted.called)


_BUILDERS: Final[Mapping[str, Build]] = {
    "vendure": _vendure, "woocommerce": _woocommerce, "shopify": _shopify,
    "medusa": _medusa,
}  # fmt: skip


def _with_login(proxy: str, login: str) -> str:
    if not proxy or not login:
        return proxy
    parts = urlsplit(proxy)
    user, _, password = login.partition(":")
    where = f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=where))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What every worker is made over. ``machine``: the machine's own clock, where ``clock`` is
    corrected; ``offset`` is told how far it was found off, in milliseconds."""

    database: Database
    till: Till
    clock: Clock
    new_id: NewId
    jitter: Callable[[], float]
    listener: Callable[[Event], None]
    machine: Clock | None = None
    offset: Callable[[int | None], None] = lambda offset_ms: None
    alone: bool = True
    """Whether nobody but this process talks to the online stores; False with a hub."""
    elected: Callable[[SyncEngine], Engine] = lambda engine: engine
    """What keeps a store's engine quiet while another till talks to the store."""


Open = Callable[[OnlineStoreSettings, Deadline | None], OnlineStore]
"""Settings and deadline (None: none) -> the store; looks the secret up by itself."""


def hire_stores(
    crew: SyncCrew, stores: Iterable[OnlineStoreSettings], open_store: Open, parts: Parts
) -> None:
    """A worker for each of the stores that this till talks to."""
    for wanted in stores:
        if wanted.talks:
            worker = worker_of(open_store(wanted, None), wanted, parts, crew.heard)
            crew.hire(worker, make_looking(open_store, wanted, parts, worker))


def worker_of(
    store: OnlineStore,
    wanted: OnlineStoreSettings,
    parts: Parts,
    listener: Callable[[Event], None],
) -> SyncWorker:
    """The worker that keeps database and online store together, not started."""
    policy = Policy(tells=wanted.tells, taking=taking_in(parts.till, wanted), alone=parts.alone)
    engine = SyncEngine(
        parts.database, store, clock=parts.clock, new_id=parts.new_id, jitter=parts.jitter,
        listener=listener, policy=policy, machine=parts.machine,
    )  # fmt: skip
    elected = parts.elected(engine)
    walk = engine.reconciler(tells_sales=wanted.tells == "sales")
    return SyncWorker(
        elected, clock=parts.clock, jitter=parts.jitter, listener=listener,
        interval=timedelta(seconds=wanted.pull_seconds), watch=NetworkWatch(),
        between=Night(walk, parts.clock, here=lambda: not getattr(elected, "elsewhere", False)),
    )  # fmt: skip


def make_looking(
    open_store: Open, wanted: OnlineStoreSettings, parts: Parts, talks: Talks
) -> Looking:
    """What looks at one member while they stand at the till, over a line of its own; ``talks``: who
    talks to the store otherwise."""
    taking = taking_in(parts.till, wanted)

    def open_one() -> Refresher:
        name = wanted.called
        orders = OnlineOrders(parts.database, parts.clock, parts.new_id, stores=taking.stores)
        members = OnlineMembers(
            parts.database, name, parts.clock, parts.new_id, taking=taking, orders=orders
        )
        within = Deadline(time.monotonic)
        return Refresher(
            open_store(wanted, within), Refreshing(parts.database, name, members, orders),
            clock=parts.clock, within=within, listener=parts.listener,
        )  # fmt: skip

    return Looking(open_one, worth_it=lambda: talks.is_open, after=talks.wake)


def try_store(store: OnlineStore | None) -> tuple[str, str] | None:
    """Ask the online store to let us in: (what it says, problem code or ""); None without one. What
    it should still be given is told as ``lacks:`` with the codes of ``StoreInfo.lacks``."""
    if store is None:
        return None
    try:
        info = store.check()
        return str(info), f"lacks:{','.join(info.lacks)}" if info.lacks else ""
    except SyncError as error:
        return error.problem, error.problem
    finally:
        store.close()
