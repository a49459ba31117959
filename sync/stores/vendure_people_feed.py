"""Customers of a Vendure store, new or changed.

Deleted ones leave no trace in lists: they are only found by asking for known ids. The customer in
whose name guests' sales stand is nobody, and is left out.
"""

from datetime import timedelta
from typing import Any

import msgspec

from sync.online_store import CustomerPage
from sync.stores import vendure_people_documents as documents
from sync.stores.vendure_customers import VendureCustomers, told_customer
from sync.stores.vendure_feed import read
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_paging import Place, Times, since_filter, turn
from sync.stores.vendure_people_wire import CustomerResult, CustomersAnswer

_UPDATED = "updatedAt"


class VendurePeople:
    """The customers of one store."""

    def __init__(
        self, api: VendureApi, customers: VendureCustomers, take: int, overlap: timedelta,
        nobody: str,
    ) -> None:  # fmt: skip
        self._source = _Customers(api, customers, nobody.strip().lower())
        self._take = take
        self._overlap = overlap

    def changes(self, cursor: str | None) -> CustomerPage:
        """The page after ``cursor``."""
        place = read(cursor, Place) or Place()
        turned = turn(self._source, place, self._take, self._overlap)
        people = tuple(told_customer(row) for row in turned.rows)
        cursor = msgspec.json.encode(turned.place).decode()
        return CustomerPage(people, cursor, more=not turned.done, total=turned.total)


class _Customers:
    def __init__(self, api: VendureApi, customers: VendureCustomers, nobody: str) -> None:
        self._api = api
        self._customers = customers
        self._somebody = {"emailAddress": {"notEq": nobody}}

    def rows(self, since: Times, skip: int, take: int) -> tuple[list[CustomerResult], int]:
        wanted: dict[str, Any] = {**self._somebody}
        if since:
            wanted["_or"] = since_filter(since, _UPDATED)
        document = documents.changes(lapse=self._customers.lapse)
        found = self._api.ask(
            document, CustomersAnswer, filter=wanted, skip=skip, take=take
        ).customers
        return found.items, found.total_items

    def latest(self) -> Times:
        told = self._api.ask(documents.LATEST, CustomersAnswer, filter=self._somebody)
        found = told.customers.items
        return self.times(found[0]) if found else {}

    def times(self, row: CustomerResult) -> Times:
        return {_UPDATED: row.updated_at} if row.updated_at else {}
