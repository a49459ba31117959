"""What the terminal needs from the outside, as protocols.

Implementations: ``terminal.db`` (everything stored), ``devices`` (the printer; joined in ``main``),
``tests.fakes`` (in memory). One contract suite runs on every implementation of storage.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from terminal.cards import Card
from terminal.desk_tasks import TaskRecords
from terminal.drawer import DrawerRecords
from terminal.games.plays import GameRecords
from terminal.ids import CardNumber, EntryId, MemberId, ReturnId, SaleId, SlipId, StaffId, TillCode
from terminal.importing.records import ImportRecords
from terminal.journal import JournalRecords
from terminal.ledger import Account, LedgerEntry
from terminal.members import Consent, Member
from terminal.online import OnlineOrder
from terminal.outbox import OutboxRecords
from terminal.programs.model import Program
from terminal.records import (
    BadgeRecords,
    Bought,
    Counted,
    PendingReturnRecords,
    Purchases,
    ReferralRecords,
    TierRecords,
    UsageRecords,
)
from terminal.remotes import Contact, RemoteLink, SyncRecords
from terminal.returns import Return
from terminal.sales import Product, Sale
from terminal.slips import Slip, SlipJob, SlipState
from terminal.staff import Staff
from terminal.vouchers import VoucherRecords

__all__ = [
    "Contact", "Database", "JournalRecords", "KicksDrawer", "LedgerRecords", "MemberRecords",
    "OutboxRecords", "PrintOutcome", "ProductRecords", "ProgramRecords", "RemoteLink",
    "SaleRecords", "SlipPrinter", "SlipRecords", "StaffRecords", "SyncRecords", "UnitOfWork",
]  # fmt: skip


class MemberRecords(Protocol):
    """Members, their cards and their consents."""

    def get(self, member_id: MemberId) -> Member | None: ...
    def by_card(self, number: CardNumber) -> tuple[Member, Card] | None: ...
    def by_phone(self, phone: str) -> Member | None: ...
    def by_email(self, email: str) -> Member | None: ...
    def put(self, member: Member) -> None:
        """Insert or replace, with the folded names it is searched by."""

    def search(self, query: str, limit: int) -> list[Member]:
        """By name words (prefixes, any order, folded), card or phone digits (start or end), e-mail
        prefix. Best first: whole-prefix family names, then by name. Empty query: newest."""

    def count(self) -> int: ...
    def joined(self, since: datetime, until: datetime) -> int:
        """How many joined in [since, until)."""

    def of_household(self, household: str) -> list[Member]:
        """By name; nobody for an empty name."""

    def cards(self, member_id: MemberId) -> list[Card]: ...
    def put_card(self, card: Card) -> None:
        """Insert or replace by number. Raises CardTaken when another member has it."""

    def move_cards(self, of: MemberId, to: MemberId) -> int:
        """Give all of a member's cards to another one; how many they were."""

    def drop_cards(self, member_id: MemberId) -> int:
        """Forget all of a member's cards; how many they were."""

    def drop_consents(self, member_id: MemberId) -> int:
        """Forget what a member agreed to, and how they were asked; how many answers they were."""

    def put_consent(self, consent: Consent) -> None: ...
    def consents(self, member_id: MemberId) -> list[Consent]:
        """Oldest first."""


class LedgerRecords(Protocol):
    """The append-only entries and the accounts folded from them."""

    def append(self, entries: Sequence[LedgerEntry]) -> list[EntryId]:
        """Record entries once: ids that are known already are passed over. Updates the cached
        account by ``ledger.advance``, or by a replay when an entry is late. Answers the new ids."""

    def replace(self, entry: LedgerEntry) -> None:
        """Another till made the entry of this id too, from knowing more: it takes the place of
        ours. Only while the journal is ``quiet``; the account is replayed."""

    def account(self, member_id: MemberId) -> Account:
        """The cached account; an empty one for a member without entries."""

    def get(self, entry_id: EntryId) -> LedgerEntry | None: ...
    def entries(self, member_id: MemberId) -> list[LedgerEntry]:
        """All of a member's, in the ledger's order."""

    def of_source(self, source_id: str) -> list[LedgerEntry]:
        """Those of one sale, return or online order, in the ledger's order; none for ""."""

    def between(self, since: datetime, until: datetime) -> Iterator[LedgerEntry]:
        """Everybody's decided in [since, until), in the ledger's order (time decided, sequence,
        id). They stream: use them up before this unit of work is over."""

    def earned_since(self, member_id: MemberId, since: datetime) -> int:
        """Points that sales and online orders gave from that moment on, whatever came back."""

    def qualifying(self, member_id: MemberId, since: datetime, until: datetime) -> int:
        """Points for tiers by what was decided in [since, until). What an entry reverses counts
        with what it reverses, so that a return lowers the window of its sale."""

    def with_lapsed(self, now: datetime, limit: int) -> list[MemberId]:
        """Members with a lot whose time is over but that still holds points."""


class SaleRecords(Protocol):
    """Sales and returns of the tills that share this database, and online orders."""

    def put(self, sale: Sale) -> None: ...
    def get(self, sale_id: SaleId) -> Sale | None: ...
    def by_ref(self, ref: str) -> Sale | None: ...
    def last(self, till: TillCode) -> Sale | None: ...
    def of_member(self, member_id: MemberId, limit: int) -> list[Sale]:
        """Newest first."""

    def put_return(self, back: Return) -> None: ...
    def return_of(self, sale_id: SaleId) -> Return | None:
        """The first one."""

    def returns_of(self, sale_id: SaleId) -> list[Return]:
        """Oldest first."""

    def get_return(self, return_id: ReturnId) -> Return | None: ...
    def returns_between(self, since: datetime, until: datetime) -> list[Return]:
        """Everybody's in [since, until), oldest first."""

    def returns_of_member(self, member_id: MemberId, limit: int) -> list[Return]:
        """Newest first."""

    def put_order(self, order: OnlineOrder) -> bool:
        """Insert or replace by (store, remote id); True if it was not known."""

    def get_order(self, store: str, remote_id: str) -> OnlineOrder | None: ...
    def orders_of_member(self, member_id: MemberId, limit: int) -> list[OnlineOrder]:
        """Newest first."""

    def unclaimed_orders(
        self,
        email: str,
        cards: Sequence[str] = (),
        customers: Sequence[tuple[str, str]] = (),
    ) -> list[OnlineOrder]:
        """Orders that no member holds yet, oldest first: those of this e-mail address, of one of
        these card numbers, or of one of these customers (store, id)."""

    def spent(self, member_id: MemberId, currency: str, since: datetime, until: datetime) -> int:
        """Minor units of one currency that count for tiers in [since, until): the whole bills of
        sales (points are a tender there) less what came back of them, plus online orders' goods."""

    def history(
        self, member_id: MemberId, currency: str, since: datetime, until: datetime
    ) -> list[Counted]:
        """What ``spent`` adds up, purchase by purchase in order of time; zeros are left out."""

    def visits(self, member_id: MemberId, since: datetime, until: datetime) -> Iterator[datetime]:
        """When the member bought in [since, until), on both channels, in order of time, without
        sales that came back as a whole. They stream: the shop's zone makes days of them."""

    def purchases(self, member_id: MemberId, before: datetime) -> Purchases:
        """Sales and online orders before a moment, whether or not they came back."""

    def bought(self, member_id: MemberId, since: datetime, until: datetime) -> list[Bought]:
        """Lines of sales and online orders in [since, until), in order of time, less what came
        back of them."""

    def stream(self, since: datetime, until: datetime) -> Iterator[Sale]:
        """Everybody's sales in [since, until) by member id, then time; guests' last. They stream,
        a million in bounded memory: use them up before this unit of work is over."""

    def orders_stream(self, since: datetime, until: datetime) -> Iterator[OnlineOrder]:
        """Online orders likewise (nobody's last), without our own sales on their way back."""


class SlipRecords(Protocol):
    """Slips on their way to the paper."""

    def put(self, job: SlipJob) -> None: ...
    def get(self, slip_id: SlipId) -> SlipJob | None: ...
    def queued(self, limit: int) -> list[SlipJob]:
        """Those that wait for a printer, oldest first."""

    def move(
        self, slip_id: SlipId, state: SlipState, cause: str, *, printer: str | None = None
    ) -> None:
        """Into another state; moving to SENDING counts an attempt. Without ``printer`` that stays
        as it was."""

    def unsettled(self) -> list[SlipJob]:
        """Those queued, sending or unknown, oldest first."""

    def of_sale(self, sale_id: SaleId) -> list[SlipJob]:
        """Oldest first."""

    def naming(self, text: str) -> list[SlipJob]:
        """Those in which a text stands, oldest first; looks through all slips ever made."""


class StaffRecords(Protocol):
    """Who works here."""

    def get(self, staff_id: StaffId) -> Staff | None: ...
    def all(self) -> list[Staff]:
        """Active ones by name."""

    def by_badge(self, badge: str) -> Staff | None:
        """The active one who wears it; nobody for an empty text."""

    def put(self, staff: Staff) -> None:
        """Insert or replace by id. Raises BadgeTaken when another active one wears the badge."""


class ProgramRecords(Protocol):
    """Programme versions. The same version is answered as the same object, so that what was
    computed from it can be kept by identity."""

    def put(self, program: Program, now: datetime | None = None) -> None:
        """Insert by code and version; the same again changes nothing. Another body under a known
        version is taken only if that was not in force at ``now`` (never without ``now``): raises
        ProgramInForce."""

    def at(self, moment: datetime) -> Program | None:
        """The version in force at ``moment``: the latest effective_from not after it, then the
        highest version."""

    def next_after(self, moment: datetime) -> Program | None:
        """The version that comes into force next after ``moment``."""

    def version(self, code: str, version: int) -> Program | None: ...
    def all(self) -> list[Program]:
        """By effective_from, then version."""


class ProductRecords(Protocol):
    """What the shop sells."""

    def put_all(self, products: Iterable[Product]) -> None: ...
    def by_code(self, code: str) -> Product | None:
        """By EAN or SKU."""

    def search(self, query: str, limit: int) -> list[Product]:
        """By folded word prefixes of the name, or SKU prefix."""


class UnitOfWork(Protocol):
    """One transaction. Leaving without ``commit`` leaves nothing behind.

    Writers begin IMMEDIATE: what they read stays true until they commit.
    """

    @property
    def members(self) -> MemberRecords: ...
    @property
    def ledger(self) -> LedgerRecords: ...
    @property
    def sales(self) -> SaleRecords: ...
    @property
    def outbox(self) -> OutboxRecords: ...
    @property
    def slips(self) -> SlipRecords: ...
    @property
    def drawer(self) -> DrawerRecords: ...
    @property
    def staff(self) -> StaffRecords: ...
    @property
    def programs(self) -> ProgramRecords: ...
    @property
    def products(self) -> ProductRecords: ...
    @property
    def sync(self) -> SyncRecords: ...
    @property
    def tasks(self) -> TaskRecords: ...
    @property
    def uses(self) -> UsageRecords: ...
    @property
    def tiers(self) -> TierRecords: ...
    @property
    def badges(self) -> BadgeRecords: ...
    @property
    def referrals(self) -> ReferralRecords: ...
    @property
    def pending_returns(self) -> PendingReturnRecords: ...
    @property
    def vouchers(self) -> VoucherRecords: ...
    @property
    def games(self) -> GameRecords: ...
    @property
    def imports(self) -> ImportRecords: ...
    @property
    def journal(self) -> JournalRecords: ...

    def next_seq(self, till: TillCode) -> int:
        """The till's next running number; gaps only where a transaction was given up."""

    def commit(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Database(Protocol):
    """Where units of work come from. Usable from several threads."""

    def write(self) -> UnitOfWork:
        """For changes; waits for other writers of this process and of others."""

    def read(self) -> UnitOfWork:
        """For looking; never waits for writers and must not change anything."""


class PrintOutcome(Protocol):
    """What became of a slip that was handed to a printer.

    ``state``: ``printed`` (the printer said so), ``sent`` (it took all and can't say more),
    ``waiting`` (nothing was sent; ``cause`` says why), ``unknown`` (some bytes left, no answer).
    """

    @property
    def state(self) -> str: ...
    @property
    def cause(self) -> str: ...


class SlipPrinter(Protocol):
    """A printer. ``print`` blocks until the fate of the slip is known; it never raises for what a
    printer can do wrong."""

    def print(self, slip: Slip, /, *, after_unknown: bool = False) -> PrintOutcome: ...


KicksDrawer = Callable[[], str]
"""Sends the cash drawer one pulse at once or not at all, within a few seconds: "" when it left,
else the stable code of why not. It never raises for what a device can do wrong."""
