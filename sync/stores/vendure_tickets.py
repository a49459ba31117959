"""Tickets: what keeps a request that arrives long after its repeat from being done a second time.

Vendure knows no key of ours for a refund, a cancellation, a coupon or a customer's names. So each
such write needs a ticket that was put into the store before, and its document begins by asking for
that ticket and ends by throwing it away: where it is gone, the first mutation fails and nothing
after it is done. Whoever takes a ticket throws away those that others left for the same thing; what
still was on its way for them is dead then, but may be at work at this very moment: so they come
back when it has settled, and look at what is there only with a ticket in their hand.

A ticket for what is there already (an order, a customer) is a private note on it; one for what has
still to be made is an empty draft that bears its name in the field where a sale's id would be,
unique in the store.
"""

from datetime import timedelta
from math import ceil
from typing import Any, TypeVar

import msgspec

from sync.errors import Refused, Retryable, SyncError
from sync.stores import vendure_documents as drafts
from sync.stores import vendure_ticket_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_wire import Account, DraftAnswer

T = TypeVar("T")


class _Text(msgspec.Struct, frozen=True):
    note: str = ""


class _Note(msgspec.Struct, frozen=True):
    id: str
    data: _Text = _Text()


class _Notes(msgspec.Struct, frozen=True):
    items: list[_Note]


class _Noted(msgspec.Struct, frozen=True):
    history: _Notes


class _Taken(msgspec.Struct, frozen=True):
    taken: _Noted


class _Drafts(msgspec.Struct, frozen=True):
    items: list[Account]


class _Named(msgspec.Struct, frozen=True):
    orders: _Drafts


class Tickets:
    """Tickets of one store. ``settle``: how long a request that arrived may be at work there."""

    def __init__(self, api: VendureApi, settle: timedelta) -> None:
        self._api = api
        self._settle = float(ceil(settle.total_seconds()))

    # -- for what is there -----------------------------------------------------------------------

    def on_order(self, order: str, what: str) -> str:
        """A ticket for an order. Raises Refused("not_found"), or Retryable where somebody else had
        one."""
        return self._note(documents.NOTE_ON_ORDER, documents.DROP_ORDER_NOTE, order, what)

    def on_customer(self, customer: str, what: str) -> str:
        """The same for a customer."""
        return self._note(documents.NOTE_ON_CUSTOMER, documents.DROP_CUSTOMER_NOTE, customer, what)

    def back_from_order(self, ticket: str) -> None:
        """One that was not needed."""
        self._api.ask(documents.DROP_ORDER_NOTE, dict[str, Any], ticket=ticket)

    def back_from_customer(self, ticket: str) -> None:
        """Likewise."""
        self._api.ask(documents.DROP_CUSTOMER_NOTE, dict[str, Any], ticket=ticket)

    def _note(self, document: str, drop: str, on: str, what: str) -> str:
        told = self._api.ask(document, _Taken, on=on, note=f"{documents.NOTE}: {what}").taken
        tickets = [one.id for one in told.history.items if one.data.note.startswith(documents.NOTE)]
        if len(tickets) == 1:
            return tickets[0]
        for ticket in tickets:
            self._api.ask(drop, dict[str, Any], ticket=ticket)
        raise self._in_progress()

    # -- for what is not there yet ---------------------------------------------------------------

    def draft(self, name: str) -> str:
        """An empty draft that is the ticket of this name. Raises Retryable likewise."""
        draft = self._api.ask(drafts.CREATE_DRAFT, DraftAnswer).create_draft_order.id
        self._name(draft, name)
        return draft

    def _name(self, draft: str, name: str) -> None:
        try:
            self._api.ask(documents.NAME_DRAFT, dict[str, Any], ticket=draft, name=name)
        except Refused as error:
            if error.problem not in ("conflict", "not_found"):
                raise
            found = self._api.ask(documents.NAMED, _Named, name=name).orders.items
            for ticket in (draft, *(one.id for one in found)):
                self.back(ticket)
            raise self._in_progress() from error

    def back(self, draft: str) -> None:
        """One that was not needed, or is somebody's who is no longer awaited."""
        self._api.ask(documents.DROP_DRAFT, dict[str, Any], ticket=draft)

    # -- using them ------------------------------------------------------------------------------

    def ask(self, document: str, shape: type[T], **variables: object) -> T:
        """What a document with a ticket comes to. Raises Retryable where the ticket was gone and
        nothing was done."""
        try:
            return self._api.ask(document, shape, **variables)
        except Refused as error:
            if error.problem == "not_found" and error.where == documents.HELD:
                raise self._in_progress() from error
            raise

    def _in_progress(self) -> SyncError:
        return Retryable("in_progress", retry_after=self._settle)
