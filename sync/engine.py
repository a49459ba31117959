"""Keeps one till and one online store the same: tells what waits, takes in what is new there.

Knows nothing of HTTP and of Qt. What failures mean is in ``sync.pushing`` for what is told, in
``sync.pulling`` for what is taken in.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sync.clock import ClockMeter
from sync.delivery import Delivery, Tells
from sync.errors import Misconfigured, Refused, Retryable
from sync.going_on import GoOn, always
from sync.online_store import OnlineStore
from sync.pulling import ORDERS, Pace, Puller
from sync.pushing import MAX_ATTEMPTS, Pushing
from sync.reconcile import Reconciler
from sync.report import Report
from sync.seeking import Seeking
from sync.starting import Starting
from terminal.events import Event
from terminal.ids import Clock, NewId
from terminal.outbox import OutboxCounts
from terminal.ports import Contact, Database
from terminal.services.taking_in import TakingIn

__all__ = ["MAX_ATTEMPTS", "ORDERS", "Policy", "Report", "SyncEngine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a shop wants of one online store. ``taking``: how what comes from there is taken in,
    and which stores are told of it; None: as ``TakingIn`` says, and this store alone. ``alone``:
    nobody but this process tells this store. ``pace``: how often what need not be asked often."""

    tells: Tells = "sales"
    taking: TakingIn | None = None
    alone: bool = True
    pace: Pace | None = None


_PLAIN = Policy()


class SyncEngine:
    """One till's sync with one online store. For one thread at a time.

    ``machine`` is the machine's own clock, that its offset is measured of; None: ``clock`` is.
    """

    def __init__(
        self,
        database: Database,
        store: OnlineStore,
        *,
        clock: Clock,
        new_id: NewId,
        jitter: Callable[[], float],
        listener: Callable[[Event], None] = lambda event: None,
        policy: Policy = _PLAIN,
        machine: Clock | None = None,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._listener = listener
        self._meter = ClockMeter(machine or clock)
        self._pulling = Puller(
            database, store, clock=clock, new_id=new_id, taking=policy.taking, listener=listener,
            meter=self._meter, pace=policy.pace,
        )  # fmt: skip
        delivery = Delivery(
            database, store, clock, tells=policy.tells, telling=self._pulling.members.telling,
            look=self._pulling.members.look,
        )  # fmt: skip
        stores = policy.taking.stores if policy.taking else (store.name,)
        self._seeking = Seeking(database, store, clock, new_id, stores=stores)
        self._starting = Starting(database, store.name, clock, new_id)
        self._pushing = Pushing(
            database, store, delivery, clock=clock, jitter=jitter, meter=self._meter,
            alone=policy.alone,
        )  # fmt: skip

    @property
    def name(self) -> str:
        """The online store's."""
        return self._store.name

    @property
    def requests(self) -> int:
        """How many the store was asked, where its adapter counts them."""
        return int(getattr(self._store, "requests", 0))

    def push(self, go_on: GoOn = always) -> Report:
        """Tell everything that is due. ``go_on`` is asked between messages."""
        if not self._store.capabilities.starts_coupons:
            self._starting.look()
        away = self.seek()
        return away if away.failure else self._pushing.push(go_on)

    def seek(self) -> Report:
        """Look for accounts of which the store's answer was lost, where they are nobody's by now:
        only who asked the store to make them knows of it, whoever tells the store by now."""
        return self._seeking.look()

    def pull(self, go_on: GoOn = always) -> Report:
        """Take in what is new or changed over there."""
        return self._pulling.pull(go_on)

    def probe(self) -> Report:
        """One cheap question: whether the store answers and lets us in."""
        self._meter.ask()
        try:
            self._store.check()
        except (Retryable, Misconfigured) as failure:
            return Report(failure=failure)
        except Refused as refusal:
            return Report(failure=Misconfigured(refusal.problem, where=refusal.where))
        self._meter.heard(self._store.store_time)
        return Report()

    def reconciler(self, *, tells_sales: bool = True) -> Reconciler:
        """What compares both sides over the same store, between two rounds."""
        return Reconciler(
            self._database, self._store, self._pulling.members, self._pulling.orders,
            clock=self._clock, new_id=self._new_id, tells_sales=tells_sales,
            listener=self._listener,
        )  # fmt: skip

    def contact(self) -> int | None:
        """Keep when the store answered, if it did since the last time, and how far this machine's
        clock was off then. Answers the offset that is known, in milliseconds."""
        offset = self._meter.take()
        with self._database.read() as uow:
            known = uow.sync.contact(self._store.name)
        if offset is None:
            return known.offset_ms if known else None
        with self._database.write() as uow:
            uow.sync.put_contact(Contact(self._store.name, self._clock(), offset))
            uow.commit()
        return offset

    def counts(self, day_start: datetime) -> OutboxCounts:
        """How much waits for this store, and what was told today."""
        with self._database.read() as uow:
            counts = uow.outbox.counts(day_start, self._store.name)
            return replace(counts, tasks=uow.tasks.count())

    def back_again(self) -> None:
        """The online store answers again: nothing waits out its time."""
        with self._database.write() as uow:
            uow.outbox.hurry(self._clock(), self._store.name)
            uow.commit()

    def close(self) -> None:
        """Let go of the online store."""
        self._store.close()
