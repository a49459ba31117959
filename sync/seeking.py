"""Asking an online store for accounts that it may have made without our hearing its answer, of
people who were forgotten, or merged, before it was asked again (``terminal.services.half_told``).
"""

import logging
from collections.abc import Iterable

from sync.bugs import log_bug
from sync.errors import Misconfigured, Refused, Retryable
from sync.online_store import Customer, OnlineStore
from sync.report import Report
from terminal.errors import DataInUse, DiskFull
from terminal.ids import Clock, NewId
from terminal.ports import Database
from terminal.services.half_told import Finding, Sought, sought

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
        """Ask for whoever is due; one request each. The failure, if the store is away or lets
        nobody in; what concerns one of them puts that one off."""
        with self._database.read() as uow:
            wanted = sought(uow, self._store.name, self._clock())
        for one in wanted:
            try:
                self._settle(one, self._asked(one))
            except Misconfigured as failure:
                return Report(failure=failure)
            except Retryable as failure:
                if failure.away:
                    return Report(failure=failure)
                self._put_off(one)
            except (DataInUse, DiskFull):
                raise
            except Exception as error:  # noqa: BLE001 (one of them must not hold up the store)
                log_bug(log, "an account could not be looked for", error)
                self._put_off(one)
        return Report()

    def _asked(self, one: Sought) -> Customer | None:
        try:
            return self._store.find_customer(email=one.email)
        except Refused as refusal:
            log.info("an account can't be looked for: %s", refusal.problem)
            return None

    def _settle(self, one: Sought, customer: Customer | None) -> None:
        with self._database.write() as uow:
            self._finding.settle(uow, one, customer, self._clock())
            uow.commit()

    def _put_off(self, one: Sought) -> None:
        with self._database.write() as uow:
            self._finding.put_off(uow, one, self._clock())
            uow.commit()
