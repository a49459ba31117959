"""What a till needs of the hub, whatever it is made of: PostgreSQL, or memory in a simulation.

The hub keeps **facts**: what a till committed, in the order in which it did, each with the till's
own running number, so that a gap, a clone and a restored backup show. Facts are never changed.
Every till reads everybody's, by a cursor that passes nobody over: a fact is handed out only when
no older transaction can still commit before it. Telling the same facts again changes nothing.

Failures are ``sync.errors`` as for online stores; what is peculiar to a hub is below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sync.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that a till committed.

    ``seq`` is the till's own number, 1, 2, 3 … without gaps. ``kind`` says what ``body`` (JSON) is,
    ``key`` which one of them. ``at`` is the till's time, ``member_id`` whose it is, "" nobody's.
    """

    till: str
    seq: int
    kind: str
    key: str
    member_id: str
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who speaks. ``instance`` is made when a till joins and lies in its database; ``machine`` says
    which computer it runs on (a hash), ``run`` which start of the program."""

    till: str
    instance: str
    machine: str
    run: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the hub knows of the till that greets. ``last_seq``: the last fact it told (0: none).
    ``others``: machines that speak under the same instance and were heard within ``alive`` seconds
    (a clone). ``now``: the hub's clock."""

    last_seq: int
    now: datetime
    others: tuple[str, ...] = ()
    alive: int = 0


@dataclass(frozen=True, slots=True)
class FactPage:
    """Facts of all tills (the asking one's too), and where to go on. ``more``: ask again at once.
    ``held_back``: facts that are there, but wait for an older transaction."""

    facts: tuple[Fact, ...]
    cursor: str
    more: bool = False
    held_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Points to be redeemed in a sale that is not booked yet. The same ``sale_id`` again asks for
    the same thing; it holds until the sale's entry arrives, or for ``seconds``."""

    sale_id: str
    member_id: str
    till: str
    points: int
    seconds: int = 300


@dataclass(frozen=True, slots=True)
class Word:
    """The hub's word on a wish. ``available``: what it would grant at most."""

    granted: bool
    available: int


class Gap(Refused):
    """Facts before these have not arrived: tell them again from ``expected`` on."""

    def __init__(self, expected: int) -> None:
        super().__init__("gap")
        self.expected = expected


class Forked(Refused):
    """The hub has another fact under the number ``seq``: this till was cloned, or came back from a
    backup that is older than what it told."""

    def __init__(self, seq: int) -> None:
        super().__init__("forked")
        self.seq = seq


class Hub(Protocol):
    """One connection to the hub. Used by one thread at a time."""

    def hello(self, me: Identity) -> Welcome:
        """At each contact's beginning; also says that this till is alive."""

    def push(self, me: Identity, facts: Sequence[Fact]) -> int:
        """Tell facts in the order of ``seq``, all or none; answers the last number it has now.
        Those that it has already are passed over. Raises Gap and Forked."""

    def pull(self, cursor: str, limit: int) -> FactPage:
        """Facts behind the cursor ("": from the beginning), in an order that keeps each till's."""

    def reserve(self, wish: Wish) -> Word:
        """Grant points at once and for one only, or not. Answers within the connection's patience
        or raises Retryable; whether it was granted is then unknown, and asking again tells."""

    def release(self, sale_id: str) -> None:
        """The sale was given up."""

    def elect(self, what: str) -> bool:
        """Whether this connection is the one that does ``what`` (talks to an online store); it
        stays so until it closes or breaks."""

    def close(self) -> None:
        """Let go; what was elected is free for others."""
