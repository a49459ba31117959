"""The outbox: what the online store must still be told, in the order in which it happened.

A message is put in the same transaction as what it tells of. Messages of one member leave in
order; a blocked one (a person must look) holds back that member's later ones and nobody else's.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from terminal.ids import MemberId, StaffId


class MessageKind(StrEnum):
    """What a message tells."""

    MEMBER = "member"
    """The member's data as they are when the message is sent."""
    SALE = "sale"
    RETURN = "return"
    STANDING = "standing"
    """Balance and tier as they are when the message is sent."""
    COUPON = "coupon"
    """A coupon of ours as it is when the message is sent: to be used there, or no longer."""
    ERASE = "erase"
    """The person is to be forgotten there; the subject is the customer's id in that store."""


class MessageState(StrEnum):
    """Where a message is on its way."""

    WAITING = "waiting"
    BLOCKED = "blocked"
    SENT = "sent"
    GIVEN_UP = "given_up"
    """A person decided, with a reason, that it need not be told."""


class BlockReason(StrEnum):
    """Why a person must look."""

    REFUSED = "refused"
    """The online store understood and said no."""
    EXHAUSTED = "exhausted"
    """It failed too often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """One thing to tell one online store. ``key`` is the idempotency key; ``subject_id`` names
    sale, return, member or coupon.

    ``number`` is given by the outbox and is the order of leaving.
    """

    key: str
    kind: MessageKind
    subject_id: str
    member_id: MemberId | None
    created_at: datetime
    due_at: datetime
    number: int = 0
    attempts: int = 0
    state: MessageState = MessageState.WAITING
    blocked: BlockReason | None = None
    problem: str = ""
    """What the online store or the network said last, without personal data."""
    store: str = ""
    """The online store that is told."""
    where: str = ""
    """The part that it spoke of, in its own words: a field of its interface, never data."""
    reason: str = ""
    """Why a person gave it up; of a sent one that there was nothing to tell of, a code: see
    ``Untold``."""


class Untold(StrEnum):
    """Why a message is done although the online store was told nothing."""

    NO_EMAIL = "no_email"
    """The member has no e-mail address and so stays with the till."""
    POINTS_ONLY = "points_only"
    """By the shop's policy sales and returns are not told there."""
    NO_RETURNS = "no_returns"
    """That kind of online store can't be told of returns."""
    NO_COUPONS = "no_coupons"
    """That kind of online store can't be given coupons."""
    NOT_FOR_WEB = "not_for_web"
    """What this coupon does can't be said to an online store."""
    MEMBER_GONE = "member_gone"
    NO_POINTS = "no_points"
    """Nothing was booked yet, so what the store shows stays."""


class StepKind(StrEnum):
    """What became of a message on its way."""

    DEFERRED = "deferred"
    BLOCKED = "blocked"
    RELEASED = "released"
    """A person looked and had it tried again."""
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class MessageStep:
    """One step of a message's history. ``by``: who decided, where a person did."""

    key: str
    at: datetime
    kind: StepKind
    problem: str = ""
    where: str = ""
    by: StaffId | None = None


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How long the queue is. ``last_sent_at`` None: nothing was ever sent; ``oldest`` is since
    when the message waits that waits longest; ``given_up`` counts what people decided need not be
    told, ever."""

    waiting: int = 0
    blocked: int = 0
    sent_today: int = 0
    last_sent_at: datetime | None = None
    oldest: datetime | None = None
    given_up: int = 0
    tasks: int = 0
    """Questions to a person that are open, of any store: filled where both are wanted at once."""


def day_start(now: datetime) -> datetime:
    """When today began where the till stands: what "sent today" counts from."""
    local = now.astimezone()
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


class OutboxRecords(Protocol):
    """Where messages are kept. Nothing is ever deleted from it."""

    def put(self, message: OutboxMessage) -> None:
        """Queue once: a key that is known already is passed over."""

    def get(self, key: str) -> OutboxMessage | None: ...
    def due(self, now: datetime, limit: int, store: str) -> list[OutboxMessage]:
        """Waiting messages for one online store whose time has come, by number, one or more per
        member in order: none behind a blocked or not yet due one of the same member and store.

        A standing is told as it is, so it waits for what tells of the person only: a sale that
        is blocked must not keep the balance online from being right.
        """

    def sent(self, key: str, at: datetime, untold: str = "") -> None:
        """Done. ``untold``: why nothing was told, if so."""

    def defer(self, key: str, until: datetime, problem: str, where: str = "") -> None:
        """Try again at ``until``; counts one attempt."""

    def block(self, key: str, why: BlockReason, problem: str, where: str = "") -> None: ...
    def give_up(self, key: str, reason: str, at: datetime) -> None:
        """A person decided that it need not be told: never due again, kept with the reason."""

    def release(self, key: str, now: datetime) -> None:
        """A person has looked: waiting again, attempts forgotten, due at once."""

    def hurry(self, now: datetime, store: str | None = None) -> None:
        """Everything that waits (for one store, or any) is due now: the network is back."""

    def open(self, limit: int) -> list[OutboxMessage]:
        """Blocked ones first, then waiting, each by number."""

    def given_up(self, limit: int) -> list[OutboxMessage]:
        """Those that people gave up, the latest first."""

    def of_subject(self, kind: MessageKind, subject_id: str) -> list[OutboxMessage]:
        """Everything ever put about one thing, by number, sent and given up included."""

    def counts(self, day_start: datetime, store: str | None = None) -> OutboxCounts:
        """How long the queue is, for one store or all."""

    def add_step(self, step: MessageStep) -> None:
        """Write down what became of a message."""

    def steps(self, key: str) -> list[MessageStep]:
        """A message's history, oldest first."""
