"""What a person at the till may set going by hand at an online store: the first import, comparing
both sides. Each over a line of its own, so that the worker's rounds are not disturbed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sync.first_import import FirstImport
from sync.going_on import GoOn, always
from sync.online_store import OnlineStore
from sync.reconcile import Progress, Reconciled, Reconciler, nobody
from terminal import connecting
from terminal.events import Event
from terminal.ids import Clock, NewId
from terminal.ports import Database
from terminal.services.models import Till
from terminal.services.online_members import OnlineMembers
from terminal.services.online_orders import OnlineOrders
from terminal.services.taking_in import TakingIn, taking_in
from terminal.settings import OnlineStoreSettings

Compare = Callable[[str, GoOn, Progress], Reconciled]
"""A store's name, whether to go on, who watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTheDesk:
    """``wake`` sets the workers going when something was queued."""

    database: Database
    till: Till
    clock: Clock
    new_id: NewId
    listener: Callable[[Event], None] = lambda event: None
    wake: Callable[[], None] = lambda: None

    def importing(self, store: OnlineStore, wanted: OnlineStoreSettings) -> connecting.FirstImport:
        """The first import of a store; the store itself is told of what follows, though the till
        may not know of it yet."""
        return FirstImport(
            self.database, store, clock=self.clock, new_id=self.new_id,
            taking=self._taking(wanted),
        )  # fmt: skip

    def compare(
        self,
        store: OnlineStore,
        wanted: OnlineStoreSettings,
        go_on: GoOn = always,
        progress: Progress = nobody,
    ) -> Reconciled:
        """Walk through all linked members of a store, mend what can be; lets go of it in the end.
        Trouble with the store is in the answer. It stops after a member when ``go_on`` says no,
        and the next walk goes on from there."""
        taking = self._taking(wanted)
        given = (self.database, self.clock, self.new_id)
        orders = OnlineOrders(*given, stores=taking.stores)
        members = OnlineMembers(
            self.database, wanted.called, self.clock, self.new_id, taking=taking, orders=orders
        )
        walk = Reconciler(
            self.database, store, members, orders, clock=self.clock, new_id=self.new_id,
            tells_sales=wanted.tells == "sales", listener=self.listener,
        )  # fmt: skip
        try:
            return walk.reconcile(progress, go_on)
        finally:
            store.close()
            self.wake()

    def _taking(self, wanted: OnlineStoreSettings) -> TakingIn:
        taking = taking_in(self.till, wanted)
        return replace(taking, stores=tuple(dict.fromkeys((*taking.stores, wanted.called))))
