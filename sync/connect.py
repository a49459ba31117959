"""From what a shop wrote in its settings to a sync worker over its online store."""

from collections.abc import Callable
from datetime import timedelta

from sync.engine import SyncEngine
from sync.errors import SyncError
from sync.online_store import OnlineStore
from sync.stores.vendure import Access, SalesSettings, VendureOnlineStore
from sync.worker import SyncWorker
from terminal.events import Event
from terminal.ids import Clock, NewId
from terminal.ports import Database
from terminal.settings import OnlineStoreSettings


def connect_store(wanted: OnlineStoreSettings, secret: str) -> OnlineStore:
    """The online store of the settings; what is wrong with them is told when it is asked."""
    access = Access(url=wanted.url, username=wanted.username, secret=secret)
    return VendureOnlineStore(access, sales=SalesSettings(guest_email=wanted.guest_email))


def make_worker(
    database: Database,
    store: OnlineStore,
    wanted: OnlineStoreSettings,
    *,
    clock: Clock,
    new_id: NewId,
    jitter: Callable[[], float],
    listener: Callable[[Event], None],
) -> SyncWorker:
    """The worker that keeps database and online store together, not started."""
    engine = SyncEngine(
        database, store, clock=clock, new_id=new_id, jitter=jitter, listener=listener
    )
    return SyncWorker(
        engine,
        database,
        clock=clock,
        jitter=jitter,
        listener=listener,
        interval=timedelta(seconds=wanted.pull_seconds),
    )


def try_store(store: OnlineStore | None) -> tuple[str, str] | None:
    """Ask the online store to let us in: (what it says, problem code or ""); None without one."""
    if store is None:
        return None
    try:
        return str(store.check()), ""
    except SyncError as error:
        return error.problem, error.problem
    finally:
        store.close()
