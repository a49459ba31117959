"""A hub in memory, with the promises of ``sync.hub.remote``: for simulations and for trying out.

What a real hub promises can be switched off on purpose, so that a simulation shows that it finds
the fault: ``once`` (a fact told again is passed over), ``ordered`` (nothing before its turn),
``watermark`` (nobody reads past a transaction that may still commit).
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from sync.errors import Misconfigured, Refused, Retryable
from sync.hub.remote import Fact, FactPage, Forked, Gap, Hub, Identity, Welcome, Wish, Word
from terminal.ids import Clock

ALIVE = 120
"""Seconds for which a machine counts as being there."""


class _Entry(msgspec.Struct):
    id: str
    member_id: str
    points: int
    source_id: str = ""


_entry = msgspec.json.Decoder(_Entry).decode


@dataclass(slots=True)
class _Write:
    """The facts of one transaction. ``open``: it may still commit."""

    facts: list[Fact]
    till: str
    open: bool = False


@dataclass(slots=True)
class _Reserved:
    wish: Wish
    until: datetime
    points: int


@dataclass(slots=True)
class _Heard:
    first: datetime
    last: datetime


@dataclass
class MemoryHub:
    """What all connections share. ``chance`` (0 to 1) decides in which order a careless hub reads.

    ``lose_next`` makes the next answer of a push get lost: its transaction commits when ``settle``
    says so, or when the same till comes again.
    """

    clock: Clock
    once: bool = True
    ordered: bool = True
    watermark: bool = True
    chance: Callable[[], float] = lambda: 0.0
    lose_next: bool = False
    away: bool = False
    """Nobody reaches it."""
    last: dict[str, int] = field(default_factory=dict)
    log: list[tuple[Fact, _Write]] = field(default_factory=list)
    under_way: list[_Write] = field(default_factory=list)
    told: dict[tuple[str, int], Fact] = field(default_factory=dict)
    heard: dict[str, dict[tuple[str, str], _Heard]] = field(default_factory=dict)
    instances: dict[str, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    balances: dict[str, int] = field(default_factory=dict)
    reserved: dict[str, _Reserved] = field(default_factory=dict)
    elected: dict[str, "MemoryConnection"] = field(default_factory=dict)
    _booked: dict[str, tuple[_Entry, bytes]] = field(default_factory=dict)
    """What each entry is in the balances, and the fact that said so."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def connect(self, me: Identity | None = None) -> "MemoryConnection":
        """One more connection."""
        return MemoryConnection(self, me)

    def join(self, me: Identity) -> None:
        """From now on this is the till; another one of its name is heard no more."""
        self.instances[me.till] = me.instance

    def revoke(self, till: str) -> None:
        """The till is heard no more; what it told stays, what it was promised is free."""
        self.revoked.add(till)
        for sale_id, one in list(self.reserved.items()):
            if one.wish.till == till:
                del self.reserved[sale_id]

    def settle(self, till: str = "") -> None:
        """What was under way commits; of one till, or of all."""
        with self.lock:
            for write in [one for one in self.under_way if not till or one.till == till]:
                self.under_way.remove(write)
                write.open = False
                self._book(write.facts)

    def _book(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            self.told[fact.till, fact.seq] = fact
            self.last[fact.till] = max(self.last.get(fact.till, 0), fact.seq)
            if fact.kind == "entry":
                self._book_entry(_entry(fact.body), fact.body)

    def _book_entry(self, entry: _Entry, body: bytes) -> None:
        """As tills do (``sync.hub.books``): of what several derived the greater one stands, in
        doubt by its letters, whatever order they come in."""
        known, said = self._booked.get(entry.id, (None, b""))
        if known is None:
            self._use_up(entry)
        elif (known.points, said) >= (entry.points, body):
            return
        else:
            self._move(known.member_id, -known.points)
        self._booked[entry.id] = entry, body
        self._move(entry.member_id, entry.points)

    def _move(self, member_id: str, points: int) -> None:
        self.balances[member_id] = self.balances.get(member_id, 0) + points

    def _use_up(self, entry: _Entry) -> None:
        """What was promised to its sale."""
        held = self.reserved.get(entry.source_id)
        if held is not None and entry.points < 0:
            held.points += entry.points
            if held.points <= 0:
                del self.reserved[entry.source_id]


class MemoryConnection:
    """One till's connection. ``me`` None: nobody asks who speaks."""

    def __init__(self, hub: MemoryHub, me: Identity | None = None) -> None:
        self._hub = hub
        self._me = me
        self._open = True

    def _there(self) -> MemoryHub:
        hub, me = self._hub, self._me
        if hub.away or not self._open:
            self._let_go()
            raise Retryable("unreachable")
        if me is not None and me.till in hub.revoked:
            raise Misconfigured("revoked")
        if me is not None and hub.instances.get(me.till, me.instance) != me.instance:
            raise Misconfigured("replaced")
        return hub

    def hello(self, me: Identity) -> Welcome:
        hub = self._there()
        with hub.lock:
            hub.settle(me.till)
            now = hub.clock()
            heard = hub.heard.setdefault(me.instance, {})
            mine = heard.setdefault((me.machine, me.run), _Heard(now, now))
            mine.last = now
            since = now - timedelta(seconds=ALIVE)
            others = {
                machine
                for (machine, run), one in heard.items()
                if (machine, run) != (me.machine, me.run)
                and one.last > (since if machine != me.machine else max(since, mine.first))
            }
            return Welcome(hub.last.get(me.till, 0), now, tuple(sorted(others)), ALIVE)

    def push(self, me: Identity, facts: Sequence[Fact]) -> int:
        hub = self._there()
        if any(fact.till != me.till for fact in facts):
            raise Misconfigured("forbidden", where="till")
        if any(fact.seq != facts[0].seq + place for place, fact in enumerate(facts)):
            raise Refused("bad_input", where="seq")
        with hub.lock:
            hub.settle(me.till)
            new = self._new(hub, me.till, facts)
            write = _Write(new, me.till, open=bool(new))
            hub.log += [(fact, write) for fact in new]
            hub.under_way += [write] if new else []
            if hub.lose_next and new:
                hub.lose_next = False
                raise Retryable("timeout")
            hub.settle(me.till)
            return hub.last.get(me.till, 0)

    def _new(self, hub: MemoryHub, till: str, facts: Sequence[Fact]) -> list[Fact]:
        known = hub.last.get(till, 0)
        if facts and facts[0].seq > known + 1 and hub.ordered:
            raise Gap(known + 1)
        for fact in facts:
            told = hub.told.get((till, fact.seq))
            if told is not None and hub.once and _said(told) != _said(fact):
                raise Forked(fact.seq)
        return [fact for fact in facts if fact.seq > known or not hub.once]

    def pull(self, cursor: str, limit: int) -> FactPage:
        hub = self._there()
        with hub.lock:
            start = int(cursor or 0)
            place, page = start, list[Fact]()
            held = 0
            while place < len(hub.log) and len(page) < limit:
                fact, write = hub.log[place]
                if write.open:
                    held += 1
                    if hub.watermark:
                        break
                else:
                    page.append(fact)
                place += 1
            if not hub.ordered:
                page.sort(key=lambda _fact: hub.chance())
            return FactPage(tuple(page), str(place), place < len(hub.log) and not held, bool(held))

    def reserve(self, wish: Wish) -> Word:
        hub = self._there()
        if self._me is not None and wish.till != self._me.till:
            raise Misconfigured("forbidden")
        if wish.points <= 0 or wish.seconds <= 0:
            raise Refused("bad_input")
        with hub.lock:
            now = hub.clock()
            held = hub.reserved.get(wish.sale_id)
            if held is not None and held.wish.till != wish.till:
                raise Refused("conflict")
            if held is not None and held.until <= now:
                held = None
            others = sum(
                one.points
                for sale_id, one in hub.reserved.items()
                if one.wish.member_id == wish.member_id
                and sale_id != wish.sale_id
                and one.until > now
            )
            available = hub.balances.get(wish.member_id, 0) - others
            granted = wish.points <= available
            granted = granted or (held is not None and held.points >= wish.points)
            if granted:
                until = now + timedelta(seconds=wish.seconds)
                hub.reserved[wish.sale_id] = _Reserved(wish, until, wish.points)
            return Word(granted, available)

    def release(self, sale_id: str) -> None:
        hub = self._there()
        held = hub.reserved.get(sale_id)
        if held is not None and (self._me is None or self._me.till == held.wish.till):
            del hub.reserved[sale_id]

    def elect(self, what: str) -> bool:
        hub = self._there()
        with hub.lock:
            return hub.elected.setdefault(what, self) is self

    def close(self) -> None:
        self._open = False
        self._let_go()

    def _let_go(self) -> None:
        for what, holder in list(self._hub.elected.items()):
            if holder is self:
                del self._hub.elected[what]


def _said(fact: Fact) -> tuple[str, str, str, bytes]:
    return fact.kind, fact.key, fact.member_id, fact.body


def _is_a_hub(connection: MemoryConnection) -> Hub:
    return connection
