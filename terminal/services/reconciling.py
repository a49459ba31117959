"""Comparing both sides member by member, and mending what differs without overwriting anything.

The ledger is the truth about points: a balance that the store shows otherwise is told anew. The
store is the truth about its orders: what is missing of them is taken in, and what they should have
earned or given back is booked as entries of its own. A sale that the store lost is told again, one
that it has twice is for a person. What waits in the outbox is late and not different.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from terminal.desk_tasks import Task, TaskKind
from terminal.ids import Clock, MemberId, NewId, derived_id
from terminal.ledger import replay
from terminal.members import Member
from terminal.online import Customer, OnlineOrder
from terminal.outbox import MessageKind, MessageState, OutboxMessage
from terminal.ports import UnitOfWork
from terminal.sales import Sale
from terminal.services.online_members import OnlineMembers
from terminal.services.online_orders import OnlineOrders
from terminal.services.online_refunds import is_called_off
from terminal.services.standing import level_at

REPORT: Final = "reconcile_report"
"""Beside which cursor a report is kept."""
SEEN: Final = "reconcile_from"
"""Beside which cursor it is kept since when the store has been told."""
_OPEN = (MessageState.WAITING, MessageState.BLOCKED)
_LOOKED_AT = 20
"""How many of a member's newest sales are looked for."""
_SETTLED = timedelta(minutes=5)
"""What was sold or told so short a time ago is late, not missing."""


class Cause(StrEnum):
    """Why both sides differ."""

    LATE = "late"
    """It is on its way, or a person must look at its message."""
    EDITED = "edited"
    """Changed online, by a person or another program."""
    MISSING = "missing"
    """It was told, or happened there, and one side does not have it."""
    DOUBLE = "double"
    GONE = "gone"
    """The customer is no longer there."""
    UNKNOWN = "unknown"


class Mended(StrEnum):
    """What was done about it."""

    TOLD = "told"
    TAKEN = "taken"
    BOOKED = "booked"
    """By entries that make up for it."""
    ASKED = "asked"
    """A person is."""
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which both sides differ. ``what``: points, tier, card, profile, sale, order,
    ledger, customer."""

    member_id: MemberId
    what: str
    cause: Cause
    mended: Mended
    ours: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the store said of one member. ``customer`` None: is gone; ``orders``: the newest."""

    customer_id: str
    customer: Customer | None
    orders: Sequence[OnlineOrder] = ()


class Reconciling:
    """Compares and mends one member after the other, in the caller's transactions."""

    def __init__(
        self,
        store: str,
        members: OnlineMembers,
        orders: OnlineOrders,
        *,
        clock: Clock,
        new_id: NewId,
        tells_sales: bool = True,
    ) -> None:
        self._store = store
        self._members = members
        self._orders = orders
        self._clock = clock
        self._new_id = new_id
        self._tells_sales = tells_sales

    def compare(self, uow: UnitOfWork, member: Member, seen: Seen) -> list[Difference]:
        """What differs, mended as far as a program may."""
        if seen.customer is None or seen.customer.deleted:
            self._members.gone(uow, member.id, seen.customer_id)
            return [Difference(member.id, "customer", Cause.GONE, Mended.ASKED)]
        found = self._orders_of(uow, member, seen)
        found += self._ledger(uow, member)
        found += self._sales(uow, member, seen)
        found += self._profile(uow, member, seen.customer)
        return found + self._standing(uow, member, seen.customer)

    # -- points ------------------------------------------------------------------------------

    def _standing(self, uow: UnitOfWork, member: Member, customer: Customer) -> list[Difference]:
        """Told last: by now everything is booked that should be."""
        now, shown = self._clock(), customer.standing
        account, program = uow.ledger.account(member.id), uow.programs.at(now)
        tier = level_at(uow, member, program, now).tier.code if program else ""
        ours = (str(account.balance), tier)
        theirs = (str(shown.points) if shown else "", shown.tier if shown else "")
        pairs = zip(("points", "tier"), ours, theirs, strict=True)
        # While nothing was booked here, what the store shows came from elsewhere, but for a level.
        granted = uow.tiers.of_member(member.id)
        told = ("points", "tier") if account.entries else ("tier",) if granted else ()
        differing = [
            (what, mine, there) for what, mine, there in pairs if what in told and mine != there
        ]
        if not differing:
            return []
        waits = self._waits(uow, MessageKind.STANDING, member.id)
        waits = waits or self._waits(uow, MessageKind.MEMBER, member.id)
        if not waits:
            self._tell(uow, MessageKind.STANDING, member.id, member.id, "standing")
        cause = Cause.LATE if waits else self._why(shown is not None)
        mended = Mended.WAITS if waits else Mended.TOLD
        return [
            Difference(member.id, what, cause, mended, mine, there)
            for what, mine, there in differing
        ]

    def _why(self, known: bool) -> Cause:
        return Cause.EDITED if known else Cause.MISSING

    def _ledger(self, uow: UnitOfWork, member: Member) -> list[Difference]:
        """The cached account against its entries: a difference is a fault of ours."""
        account = uow.ledger.account(member.id)
        told = replay(uow.ledger.entries(member.id)).account
        if account == told:
            return []
        self._ask(uow, member.id, "ledger", str(account.balance), str(told.balance))
        mine, there = str(account.balance), str(told.balance)
        return [Difference(member.id, "ledger", Cause.UNKNOWN, Mended.ASKED, mine, there)]

    # -- orders and sales --------------------------------------------------------------------

    def _orders_of(self, uow: UnitOfWork, member: Member, seen: Seen) -> list[Difference]:
        found = []
        for order in sorted(seen.orders, key=lambda one: (one.placed_at, one.remote_id)):
            if order.sale_id:
                self._orders.take_in(uow, [order])
                continue
            known = uow.sales.get_order(order.store, order.remote_id)
            if self._orders.take_in(uow, [order]).orders:
                cause = Cause.MISSING if known is None else Cause.LATE
                found.append(Difference(member.id, "order", cause, Mended.TAKEN, "", order.code))
            elif self._orders.make_up(uow, order):
                found.append(
                    Difference(member.id, "order", Cause.MISSING, Mended.BOOKED, "", order.code)
                )
        return found

    def _sales(self, uow: UnitOfWork, member: Member, seen: Seen) -> list[Difference]:
        """Our sales of the time that the orders cover."""
        if not self._tells_sales:
            return []
        times = Counter(order.sale_id for order in seen.orders if order.sale_id)
        good = Counter(o.sale_id for o in seen.orders if o.sale_id and not o.cancelled)
        # Taking in the orders has asked a person already.
        found = [
            Difference(member.id, "sale", Cause.DOUBLE, Mended.ASKED, "1", str(count))
            for count in good.values()
            if count > 1
        ]
        since = min((o.placed_at for o in seen.orders), default=member.joined_at)
        whole = len(seen.orders) < _LOOKED_AT
        until = self._clock() - _SETTLED
        for sale in uow.sales.of_member(member.id, _LOOKED_AT):
            inside = sale.sold_at < until and (whole or sale.sold_at > since)
            if inside and not times[sale.id]:
                found += self._missing(uow, member, sale)
        return found

    def _missing(self, uow: UnitOfWork, member: Member, sale: Sale) -> list[Difference]:
        told = [m for m in uow.outbox.of_subject(MessageKind.SALE, sale.id) if self._mine(m)]
        if not told:
            return self._never_told(uow, member, sale)
        if any(m.state is MessageState.GIVEN_UP for m in told):
            return []
        if any(message.state in _OPEN for message in told):
            return [Difference(member.id, "sale", Cause.LATE, Mended.WAITS, sale.ref)]
        if not self._was_theirs(uow, member, sale, told):
            return []  # told as a guest's, before the member had an address
        link = uow.sync.link(self._store, "sale", sale.id)
        if link is not None and is_called_off(uow, sale, link):
            return []
        uow.sync.drop_link(self._store, "sale", sale.id)
        self._tell(uow, MessageKind.SALE, sale.id, member.id, f"again:{len(told)}")
        return [Difference(member.id, "sale", Cause.MISSING, Mended.TOLD, sale.ref)]

    def _never_told(self, uow: UnitOfWork, member: Member, sale: Sale) -> list[Difference]:
        """A till of the hub that does not name the store sold it; or it was never meant for it."""
        since, shared = uow.sync.cursor(self._store, SEEN), uow.journal.state("instance")
        if not since or not shared or sale.sold_at < datetime.fromisoformat(since):
            return []
        self._tell(uow, MessageKind.SALE, sale.id, member.id, "untold")
        return [Difference(member.id, "sale", Cause.MISSING, Mended.TOLD, sale.ref)]

    def _was_theirs(
        self, uow: UnitOfWork, member: Member, sale: Sale, told: Sequence[OutboxMessage]
    ) -> bool:
        """Whether the member was the customer of the order when it was made."""
        link = uow.sync.link(self._store, "member", member.id)
        return link is not None and bool(member.email) and told[0].member_id == member.id

    # -- the person --------------------------------------------------------------------------

    def _profile(self, uow: UnitOfWork, member: Member, customer: Customer) -> list[Difference]:
        before = uow.members.get(member.id)
        self._members.take_one(uow, customer)
        if uow.members.get(member.id) != before:
            return [Difference(member.id, "profile", Cause.EDITED, Mended.TAKEN)]
        missing = self._members.unlike(uow, member, customer)
        if not missing:
            return []
        what = ",".join(missing)
        if self._waits(uow, MessageKind.MEMBER, member.id):
            return [Difference(member.id, "profile", Cause.LATE, Mended.WAITS, what)]
        self._members.tell_again(uow, member.id)
        return [Difference(member.id, "profile", Cause.MISSING, Mended.TOLD, what)]

    # -- inside ------------------------------------------------------------------------------

    def _mine(self, message: OutboxMessage) -> bool:
        return message.store == self._store

    def _waits(self, uow: UnitOfWork, kind: MessageKind, subject_id: str) -> bool:
        about = uow.outbox.of_subject(kind, subject_id)
        return any(self._mine(message) and message.state in _OPEN for message in about)

    def _tell(
        self, uow: UnitOfWork, kind: MessageKind, subject_id: str, member_id: MemberId, why: str
    ) -> None:
        now = self._clock()
        uow.outbox.put(
            OutboxMessage(
                key=f"{self._new_id()}@{self._store}:{why}", kind=kind, subject_id=subject_id,
                member_id=member_id, created_at=now, due_at=now, store=self._store,
            )
        )  # fmt: skip

    def _ask(self, uow: UnitOfWork, member_id: MemberId, what: str, ours: str, theirs: str) -> None:
        uow.tasks.put(
            Task(
                id=derived_id("difference", self._store, member_id, what, ours, theirs),
                kind=TaskKind.DIFFERENCE, made_at=self._clock(), member_id=member_id,
                store=self._store,
                details={"what": what, "ours": ours, "theirs": theirs},
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """What a walk found: ``members`` looked at, ``alike`` of them without any difference, and how
    many differences of each kind ("points edited told"). ``examples``: the first of them."""

    members: int = 0
    alike: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    examples: tuple[Difference, ...] = ()
    began_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def differences(self) -> int:
        """All of them."""
        return sum(count for _name, count in self.counts)

    @property
    def open(self) -> int:
        """Those that wait for a person or their message."""
        words = (Mended.ASKED, Mended.WAITS)
        return sum(count for name, count in self.counts if name.rpartition(" ")[2] in words)

    def add(self, found: Sequence[Difference], most: int = 500) -> "Figures":
        """With one more member."""
        counts = Counter(dict(self.counts))
        counts.update(f"{d.what} {d.cause.value} {d.mended.value}" for d in found)
        return replace(
            self, members=self.members + 1, alike=self.alike + (not found),
            counts=tuple(sorted(counts.items())),
            examples=(*self.examples, *found)[:most],
        )  # fmt: skip


def keep_report(uow: UnitOfWork, store: str, figures: Figures) -> None:
    """Keep what the last whole walk found."""
    uow.sync.put_cursor(store, REPORT, msgspec.json.encode(figures).decode())


def last_report(uow: UnitOfWork, store: str) -> Figures | None:
    """What the last whole walk found; None: there was none."""
    kept = uow.sync.cursor(store, REPORT)
    return msgspec.json.decode(kept, type=Figures) if kept else None
