"""What sync needs of an online store, whatever its kind.

Every ``put`` may be repeated with the same argument and then changes nothing more: an adapter looks
before it creates, by the id that the till made when the thing was decided. Failures are
``sync.errors``; nothing else may come out of an adapter on purpose. Amounts are minor units,
times aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from terminal.members import Member
from terminal.online import OnlineOrder
from terminal.returns import Return
from terminal.sales import Sale


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """Who answered. ``currency`` is ISO 4217; ``lacks`` names what a shop should still set up,
    though most things work without it: ``open_item`` (for goods that the store does not list)."""

    title: str
    currency: str
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's points and tier as they are at ``at``."""

    points: int
    tier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """A member as the online store is told of: the person, the card it shows, where they stand.

    ``member.email`` is never empty here: without one a member stays with the till.
    """

    member: Member
    card: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Customer:
    """A person as the online store knows them. ``email`` as it keeps it; ``card`` may be empty."""

    id: str
    email: str
    card: str
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class RemoteOrder:
    """An order's name there: ``id`` for machines, ``code`` for people."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class SaleNews:
    """A sale to be told. ``customer`` None: a guest. ``earned`` are the points it brought.

    ``fresh`` says that it was never tried before, which may save a look; it must not be trusted.
    """

    sale: Sale
    customer: str | None
    earned: int = 0
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Paid orders that are new or changed, and where to go on. ``more``: ask again at once."""

    orders: tuple[OnlineOrder, ...]
    cursor: str
    more: bool = False


EVERYTHING_BACK: Mapping[str, int] = {}
"""Nothing is kept of a sale."""


class OnlineStore(Protocol):
    """One online store. Used by one thread at a time."""

    @property
    def name(self) -> str:
        """The name under which links, cursors and orders are kept; never changes."""

    def check(self) -> StoreInfo:
        """Whether it answers, lets us in and is set up for us; raises what is wrong."""

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        """Make or update a customer; answers the id. Found by ``known_as`` if it still exists, else
        by e-mail, else made."""

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        """Make the sale a paid order, once. Raises Gone if its customer was deleted."""

    def put_return(
        self, back: Return, order: RemoteOrder, kept: Mapping[str, int] = EVERYTHING_BACK
    ) -> None:
        """Take goods back and refund them, once. ``kept``: of each SKU of the sale the pieces that
        the customer still has after this return (none of any: the whole order is back)."""

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Show a balance and a tier. Raises Gone if the customer was deleted."""

    def customer(self, customer: str) -> Customer | None:
        """A person by id, with their standing; None if deleted."""

    def find_customer(self, *, email: str = "", card: str = "") -> Customer | None:
        """A person by e-mail, else by card."""

    def changes(self, cursor: str | None) -> Page:
        """Paid orders since ``cursor``; None: from the beginning. May repeat, never leaves out."""

    def close(self) -> None:
        """Let go of connections."""
