"""Keeps one till and one online store the same: tells what waits, takes in what is new there.

Knows nothing of HTTP and of Qt. What failures mean is in ``sync.pushing`` for what is told; what
fails while orders are taken in ends the round, and is asked again from the same place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sync.clock import ClockMeter
from sync.delivery import Delivery, Telling, Tells, plain_telling
from sync.errors import Misconfigured, Refused, Retryable
from sync.online_store import OnlineStore
from sync.pushing import MAX_ATTEMPTS, GoOn, Pushing
from sync.report import Report
from terminal.events import Event, MemberChanged
from terminal.ids import Clock, NewId
from terminal.ports import Contact, Database
from terminal.services.online_orders import OnlineOrders

__all__ = ["MAX_ATTEMPTS", "ORDERS", "Policy", "Report", "SyncEngine"]

ORDERS = "orders"
"""The name of the cursor into the online store's orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a shop wants of one online store. ``stores`` are the names of all that are told of
    points that moved, empty: this one. ``alone``: nobody but this process tells this store.
    ``telling``: how a member is shown there."""

    tells: Tells = "sales"
    stores: Sequence[str] = ()
    alone: bool = True
    telling: Telling = plain_telling


_PLAIN = Policy()


def _always() -> bool:
    return True


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
        self._listener = listener
        self._meter = ClockMeter(machine or clock)
        delivery = Delivery(database, store, clock, tells=policy.tells, telling=policy.telling)
        self._pushing = Pushing(
            database, store, delivery, clock=clock, jitter=jitter, meter=self._meter,
            alone=policy.alone,
        )  # fmt: skip
        stores = tuple(policy.stores) or (store.name,)
        self._orders = OnlineOrders(database, clock, new_id, stores=stores)

    @property
    def name(self) -> str:
        """The online store's."""
        return self._store.name

    def push(self, go_on: GoOn = _always) -> Report:
        """Tell everything that is due. ``go_on`` is asked between messages."""
        return self._pushing.push(go_on)

    def pull(self, go_on: GoOn = _always) -> Report:
        """Take in the orders that are new or changed over there."""
        report = Report()
        while go_on():
            with self._database.read() as uow:
                cursor = uow.sync.cursor(self._store.name, ORDERS)
            self._meter.ask()
            try:
                page = self._store.changes(cursor)
            except (Retryable, Misconfigured) as failure:
                return replace(report, failure=failure)
            except Refused as refusal:
                # A question that is refused will be refused again: a mistake in the set-up.
                mistake = Misconfigured(refusal.problem, where=refusal.where)
                return replace(report, failure=mistake)
            self._meter.heard(self._store.store_time)
            taken = self._orders.take(page.orders)
            self._keep_cursor(page.cursor, cursor)
            for member_id in sorted(taken.members):
                self._listener(MemberChanged(member_id))
            report = replace(report, taken=report.taken + taken.orders)
            if not page.more:
                break
        return report

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

    def back_again(self) -> None:
        """The online store answers again: nothing waits out its time."""
        with self._database.write() as uow:
            uow.outbox.hurry(self._clock(), self._store.name)
            uow.commit()

    def close(self) -> None:
        """Let go of the online store."""
        self._store.close()

    def _keep_cursor(self, cursor: str, before: str | None) -> None:
        if cursor == before:
            return
        with self._database.write() as uow:
            uow.sync.put_cursor(self._store.name, ORDERS, cursor)
            uow.commit()
