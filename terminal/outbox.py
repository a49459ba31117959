"""The outbox: what the online store must still be told, in the order in which it happened.

A message is put in the same transaction as what it tells of. Messages of one member leave in
order; a blocked one (a person must look) holds back that member's later ones and nobody else's.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from terminal.ids import MemberId


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
    """Why a person gave it up."""


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How long the queue is. ``last_sent_at`` None: nothing was ever sent; ``oldest`` is since
    when the message waits that waits longest."""

    waiting: int = 0
    blocked: int = 0
    sent_today: int = 0
    last_sent_at: datetime | None = None
    oldest: datetime | None = None


def day_start(now: datetime) -> datetime:
    """When today began where the till stands: what "sent today" counts from."""
    local = now.astimezone()
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
