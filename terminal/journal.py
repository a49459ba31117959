"""The journal: what this till committed and the hub is to be told, and what it keeps of the hub.

A till that has joined a hub notes each change of interest in the same transaction that makes it.
What is noted becomes facts, numbered without gaps and kept as they were made until long after the
hub has them. While facts of others are written nothing is noted.

``PLACES`` of kinds (see ``sync.hub.facts`` for what each says): a key of several parts is joined by
``SEPARATOR``. Slips, drawer openings, staff with their PINs, imports and games stay at their till;
what games give travels as vouchers and entries.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from terminal.cards import Card
from terminal.ids import CardNumber, MemberId, SaleId, TillCode
from terminal.members import Consent, Member
from terminal.records import HeldBadge, TierGrant
from terminal.returns import PendingReturn
from terminal.sales import Product
from terminal.stamps import Change
from terminal.vouchers import ValueEntry, Voucher

SEPARATOR = "\x1f"
FIELD = "field"
"""The kind of a note that one field of a member changed; its key is the member's id and the
field's name."""
MOVED = "moved"
"""The kind of a note that something was changed since it was made; its key is kind and key."""
CLONED = "cloned"
"""In the state: two computers are this till at once, by the hub's last word; "" they are not."""
KINDS = (
    "program", "product", "member", "card", "consent", "voucher", "value", "sale", "use", "entry",
    "return", "pending", "order", "grant", "badge", "referral", "link", "agreed", "cursor",
    "message", "task",
)  # fmt: skip
"""Every kind of fact, what others refer to first."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something changed: what kind of thing, and which. ``number`` is the order of committing."""

    number: int
    kind: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A fact as the journal keeps it: one of ours, or one of another till's that waits.

    ``number`` is the place in which it waits, ``why`` a code, ``waits_for`` the kind and key of
    what it needs, joined; both empty for ours.
    """

    till: str
    seq: int
    kind: str
    key: str
    member_id: str
    body: bytes
    at: datetime
    number: int = 0
    why: str = ""
    waits_for: str = ""


class JournalRecords(Protocol):
    """What a till notes, what it told, and what it keeps of the hub."""

    # -- noting ------------------------------------------------------------------------------

    def join(self, instance: str) -> None:
        """From now on everything is noted, under this name of the database."""

    def leave(self) -> None:
        """Nothing is noted any more, and all that belonged to the hub is forgotten."""

    def fill(self) -> int:
        """Note everything that is there, as at joining with data; how many notes."""

    def note(self, kind: str, key: str) -> None:
        """Note one thing, also while nothing else is noted."""

    def notes(self, limit: int) -> list[Note]:
        """The first ones, in the order of committing."""

    def count_notes(self) -> int: ...
    def forget(self, until: int) -> None:
        """Notes up to this number have become facts."""

    def quiet(self) -> AbstractContextManager[None]:
        """While it lasts nothing is noted, and entries may be replaced. For the part of one
        transaction; rolled back with it."""

    # -- state -------------------------------------------------------------------------------

    def state(self, name: str) -> str:
        """A value that was kept under a name; "" for none."""

    def put_state(self, name: str, value: str) -> None: ...
    def keep(self, facts: Sequence[Kept]) -> None:
        """Our own facts, as they will be told."""

    def kept(self, after: int, limit: int) -> list[Kept]:
        """Our own with a higher number, in order."""

    def drop_kept(self, until: int) -> None: ...
    def first_kept(self) -> int:
        """The number of the oldest fact of ours that is kept; 0 for none."""

    def park(self, fact: Kept) -> None:
        """Keep another till's fact that can't be written yet; the same one once. Another one under
        its number was told anew, after the hub was put back, and takes its place."""

    def parked(self, waits_for: str) -> list[Kept]:
        """Those that wait for this, in the order in which they came."""

    def parked_because(self, why: str) -> list[Kept]:
        """Those that wait for this reason, in the order in which they came."""

    def unpark(self, number: int) -> None: ...
    def count_parked(self) -> int: ...
    def changes(self, subject: str) -> Mapping[str, Change]:
        """The latest change of each field of something (``""``: of the whole)."""

    def put_change(self, subject: str, field: str, change: Change) -> None: ...
    def drop_change(self, subject: str, field: str) -> None: ...
    def old_changes(self, begins: str, before: str, limit: int) -> list[str]:
        """Subjects that begin like this, changed as a whole, where what was kept beside the change
        (``Change.before``) is a text before this one, and not empty."""

    # -- things by their keys ----------------------------------------------------------------

    def card(self, number: CardNumber) -> Card | None: ...
    def consent(self, consent_id: str) -> Consent | None: ...
    def opposites_before(self, consent: Consent) -> list[Consent]:
        """The opposite answers to the same question that were known when this one was recorded."""

    def value_entry(self, entry_id: str) -> ValueEntry | None: ...
    def uses(self, code: str) -> Mapping[str, str]:
        """The sales in which a voucher was used, and by whom ("": a guest)."""

    def grant(self, grant_id: str) -> TierGrant | None: ...
    def badge(self, member_id: MemberId, badge: str) -> HeldBadge | None: ...
    def pending(self, return_id: str) -> PendingReturn | None: ...
    def product(self, sku: str) -> Product | None: ...
    def namesakes(self, member: Member) -> list[MemberId]:
        """Other members with the same e-mail address or phone."""

    # -- what only facts of others do --------------------------------------------------------

    def move_card(self, card: Card) -> None:
        """Write a card whoever held it."""

    def drop_card(self, number: CardNumber) -> None: ...
    def drop_consent(self, consent_id: str) -> None: ...
    def replace_value_entry(self, entry: ValueEntry) -> None: ...
    def move_badge(self, badge: HeldBadge) -> None:
        """A badge that is held already was had at another moment, for something else."""

    def put_use(self, code: str, sale_id: str, member_id: str) -> bool:
        """Write down a use, whatever is left; False if it was known."""

    def drop_use(self, code: str, sale_id: str) -> bool: ...
    def put_voucher(self, voucher: Voucher) -> None:
        """Insert or replace by code. Raises UnknownMember."""

    def rename_sale(self, sale_id: SaleId, ref: str) -> None:
        """Another sale has this one's reference."""

    def rename_return(self, return_id: str, ref: str) -> None: ...
    def return_by_ref(self, ref: str) -> str:
        """The id of the return with this reference; "" for none."""

    def reach(self, till: TillCode, seq: int) -> None:
        """This number of a till was given out: the next one is a later one."""
