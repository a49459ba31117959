"""Asking an online store for accounts that it may have made without our hearing its answer, of
people who were forgotten, or merged, before it was asked again (``terminal.services.half_told``).
"""

import logging
from collections.abc import Iterable

from sync.errors import Misconfigured, Refused, Retryable
from sync.online_store import OnlineStore
from sync.report import Report
from terminal.ids import Clock, NewId
from terminal.ports import Database
from terminal.services.half_told import Finding, sought

log = logging.getLogger(__name__)


class Seeking:
    """Looks for them before a round tells or takes in anything."""

    def __init__(
        self,
        database: Database,
        store: OnlineStore,
        clock: Clock,
        new_id: NewId,
        *,
        stores: Iterable[str],
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._finding = Finding(store.name, stores, new_id)

    def look(self) -> Report:
        """Ask for whoever is due; one request each. The failure, if the store is away."""
        with self._database.read() as uow:
            wanted = sought(uow, self._store.name, self._clock())
        for one in wanted:
            try:
                customer = self._store.find_customer(email=one.email)
            except (Retryable, Misconfigured) as failure:
                return Report(failure=failure)
            except Refused as refusal:
                log.info("an account can't be looked for: %s", refusal.problem)
                customer = None
            with self._database.write() as uow:
                self._finding.settle(uow, one, customer, self._clock())
                uow.commit()
        return Report()
