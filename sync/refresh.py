"""A look at one member in an online store, the moment their card is read.

Runs off the counter's way, over a connection of its own, within a budget: what has not come by then
comes with the next round. A member who was looked at just now is not looked at again, and a store
that does not answer is left alone for a while.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sync.deadline import Deadline
from sync.errors import SyncError
from sync.online_store import OnlineStore
from terminal.events import Event, MemberChanged
from terminal.ids import Clock, MemberId
from terminal.online import OnlineOrder
from terminal.services.refreshing import Refreshing

log = logging.getLogger(__name__)

BUDGET: Final = 1.5
"""Seconds for all of it."""
FRESH: Final = timedelta(seconds=30)
PAUSE: Final = timedelta(seconds=60)
_MANY: Final = 500


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How a look ended. ``asked``: the store was; ``whole``: with orders; ``problem`` as of
    ``sync.errors``."""

    asked: bool
    moved: bool = False
    whole: bool = False
    problem: str = ""


class Refresher:
    """Looks members up in one store. For one thread at a time.

    ``store`` is a connection of its own that keeps the deadline ``within``, which each look begins
    anew: signing in, the customer and their orders together take no more than ``budget`` seconds.
    """

    def __init__(
        self,
        store: OnlineStore,
        refreshing: Refreshing,
        *,
        clock: Clock,
        within: Deadline,
        listener: Callable[[Event], None] = lambda event: None,
        budget: float = BUDGET,
    ) -> None:
        self._store = store
        self._refreshing = refreshing
        self._clock = clock
        self._within = within
        self._listener = listener
        self._budget = budget
        self._seen: dict[MemberId, datetime] = {}
        self._rests_until: datetime | None = None

    def refresh(self, member_id: MemberId) -> Refreshed:
        """Look one member up and apply what is new."""
        now = self._clock()
        if self._rests_until is not None and now < self._rests_until:
            return Refreshed(asked=False)
        if self._is_fresh(member_id, now):
            return Refreshed(asked=False)
        whom = self._refreshing.whom(member_id)
        if whom is None:
            return Refreshed(asked=False)
        try:
            return self._look(member_id, *whom)
        except SyncError as error:
            log.info("a member could not be looked up: %s", error)
            self._rests_until = now + PAUSE
            return Refreshed(asked=True, problem=error.problem)

    def close(self) -> None:
        """Let go of the connection."""
        self._store.close()

    def _look(self, member_id: MemberId, known_as: str | None, email: str) -> Refreshed:
        self._within.begin(self._budget)
        if known_as:
            customer = self._store.customer(known_as)
        else:
            customer = self._store.find_customer(email=email)
        orders = self._orders_of(customer.id) if customer else ()
        moved = self._refreshing.apply(
            member_id, customer, orders or (), customer_id=known_as or ""
        )
        self._rests_until = None
        if moved:
            self._listener(MemberChanged(member_id))
        return Refreshed(asked=True, moved=moved, whole=orders is not None)

    def _orders_of(self, customer: str) -> tuple[OnlineOrder, ...] | None:
        """None: the budget was used up before they came, and they come with the next round."""
        try:
            return self._store.orders_of(customer) if self._within.left > 0 else None
        except SyncError:
            if self._within.left > 0:
                raise
            return None

    def _is_fresh(self, member_id: MemberId, now: datetime) -> bool:
        """Whether they were looked at just now; else they are from here on."""
        seen = self._seen.get(member_id)
        if seen is not None and now - seen < FRESH:
            return True
        if len(self._seen) >= _MANY:
            self._seen.clear()
        self._seen[member_id] = now
        return False
