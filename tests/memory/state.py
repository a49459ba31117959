"""What is stored, and what a unit of work may do with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TypeVar

from terminal.cards import Card
from terminal.db.searching import place
from terminal.desk_tasks import Task
from terminal.drawer import DrawerKick
from terminal.errors import UnknownMember
from terminal.games.plays import GamePlay
from terminal.ids import MemberId
from terminal.importing.records import ImportedRow, ImportRecord
from terminal.ledger import Account, LedgerEntry
from terminal.members import Consent, Member
from terminal.online import OnlineOrder
from terminal.outbox import MessageStep, OutboxMessage
from terminal.ports import Contact, RemoteLink
from terminal.programs.facts import Uses
from terminal.programs.model import Program
from terminal.records import HeldBadge, Referral, TierGrant
from terminal.returns import PendingReturn, Return
from terminal.sales import Product, Sale
from terminal.slips import SlipJob
from terminal.staff import Staff
from terminal.stamps import Change
from terminal.vouchers import ValueEntry, Voucher


@dataclass(slots=True)
class State:
    members: dict[str, Member] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    entries: dict[str, LedgerEntry] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    sales: dict[str, Sale] = field(default_factory=dict)
    returns: dict[str, Return] = field(default_factory=dict)
    orders: dict[tuple[str, str], OnlineOrder] = field(default_factory=dict)
    outbox: dict[str, OutboxMessage] = field(default_factory=dict)
    steps: dict[str, tuple[MessageStep, ...]] = field(default_factory=dict)
    sent_at: dict[str, datetime] = field(default_factory=dict)
    slips: dict[str, SlipJob] = field(default_factory=dict)
    kicks: dict[str, DrawerKick] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    programs: dict[tuple[str, int], Program] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    cursors: dict[tuple[str, str], str] = field(default_factory=dict)
    links: dict[tuple[str, str, str], RemoteLink] = field(default_factory=dict)
    agreed: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    changes: dict[tuple[str, str], Change] = field(default_factory=dict)
    contacts: dict[str, tuple[Contact, ...]] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    uses: dict[tuple[str, str, str], Uses] = field(default_factory=dict)
    used: dict[str, Uses] = field(default_factory=dict)
    grants: dict[str, TierGrant] = field(default_factory=dict)
    badges: dict[tuple[str, str], HeldBadge] = field(default_factory=dict)
    referrals: dict[str, Referral] = field(default_factory=dict)
    pending_returns: dict[str, PendingReturn] = field(default_factory=dict)
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    voucher_uses: dict[tuple[str, str], str] = field(default_factory=dict)
    voucher_entries: dict[str, ValueEntry] = field(default_factory=dict)
    plays: dict[str, GamePlay] = field(default_factory=dict)
    imports: dict[str, ImportRecord] = field(default_factory=dict)
    import_rows: dict[tuple[str, str], ImportedRow] = field(default_factory=dict)

    def copy(self) -> "State":
        return State(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})


@dataclass(slots=True)
class Books:
    """The state of one unit of work, and whether it may change or is over."""

    state: State
    writing: bool
    over: bool = False

    def look(self) -> State:
        if self.over:
            raise RuntimeError("this unit of work is over")
        return self.state

    def change(self) -> State:
        state = self.look()
        if not self.writing:
            raise RuntimeError("a unit of work for reading tried to write")
        return state

    def known_member(self, member_id: MemberId | None) -> None:
        if member_id is not None and member_id not in self.state.members:
            raise UnknownMember(member_id=member_id)


T = TypeVar("T")


def newest(items: list[T], at: Callable[[T], datetime]) -> list[T]:
    """Newest first; of one moment, what became known last."""
    return sorted(items, key=at)[::-1]


def in_place(
    items: Sequence[T],
    typed: Sequence[str],
    key_of: Callable[[T], str],
    words_of: Callable[[T], list[str]],
) -> list[T]:
    """Items with all typed beginnings, each at its place."""
    hits = [(place(typed, key_of(item), words_of(item)), item) for item in items]
    found = [(at, item) for at, item in hits if at is not None]
    return [item for _at, item in sorted(found, key=lambda hit: hit[0])]
