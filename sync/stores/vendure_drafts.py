"""Empty drafts of a Vendure store: making them, and throwing away those that nobody heard of.

``createDraftOrder`` takes no mark of ours, so when its answer is lost an empty draft stays behind.
It is known again by what is not in it (no line, no customer) and by who made it: the account that
tells till sales. One that bears a name all the same is a ticket that came too late
(``vendure_tickets``), or a sale that another draft was filled for. Its age is counted by the
store's own newest order, never by a clock of ours, and it is left alone for so long that no till
can still be filling it.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sync.errors import Misconfigured, Refused, Retryable
from sync.stores import vendure_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_wire import EmptyDraftsAnswer, Made

log = logging.getLogger(__name__)

_SELDOM: Final = 3600.0


class Drafts:
    """Drafts of one store. Tidies up before its first, now and then, and after a lost answer."""

    def __init__(
        self,
        api: VendureApi,
        forgotten: timedelta,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._forgotten = forgotten
        self._monotonic = monotonic
        self._due = monotonic()

    def make(self, number: int) -> list[str]:
        """So many empty drafts, by id."""
        if self._monotonic() >= self._due:
            self.tidy()
        try:
            made = self._api.ask(documents.create_drafts(number), dict[str, Made])
        except Retryable:
            # They may be there: looked for once they are old enough.
            self._due = self._monotonic() + self._forgotten.total_seconds()
            raise
        return [made[f"d{n}"].id for n in range(number)]

    def drop(self, draft: str) -> None:
        """Throw one away; one that is gone is gone."""
        try:
            self._api.ask(documents.DELETE_DRAFT, dict[str, Any], order=draft)
        except Refused as error:
            if error.problem != "not_found":
                raise

    def tidy(self) -> int:
        """Throw away what tills left behind; how many."""
        self._due = self._monotonic() + _SELDOM
        told = self._api.ask(documents.EMPTY_DRAFTS, EmptyDraftsAnswer)
        tills = set().union(*(order.makers for order in told.ours.items)) - {None}
        newest = max((order.created_at for order in told.newest.items), default=None)
        left = [
            draft
            for draft in told.orders.items
            if newest is not None
            and draft.is_empty
            and draft.makers
            and draft.makers <= tills
            and draft.created_at < newest - self._forgotten
        ]
        try:
            for draft in left:
                self.drop(draft.id)
        except Misconfigured:
            return 0  # without that right they stay, and do no harm
        if left:
            log.info("%d empty drafts that a till left behind were thrown away", len(left))
        return len(left)
