"""Facts in and out of one till's database: what was noted becomes our facts, what others told is
written, a hundred in a transaction.

A fact that can't be written now never stops the others: what names something that is not here yet
waits for it, what a newer program wrote waits for ours, what is broken is kept for a person. What
waits is in the database, and tried again when what it waits for has come.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from sync.bugs import log_bug
from sync.hub.facts import FORMAT, Made, Said, UnknownFactError, make, read, subject
from sync.hub.people import ask_of_accounts
from sync.hub.remote import Fact
from sync.hub.scene import Scene, WaitsError
from sync.hub.things import TAKERS
from sync.hub.untold import Heard, note_heard, tell_untold, waiting
from terminal.desk_tasks import Task, TaskKind
from terminal.errors import DatabaseBroken, DataInUse, DiskFull, TerminalError, UnknownMember
from terminal.ids import Clock, MemberId, TillCode, derived_id
from terminal.journal import FIELD, MOVED, SEPARATOR, Kept, Note
from terminal.ports import Database, UnitOfWork
from terminal.services.carrying import carry_over
from terminal.services.erasing import forget_late
from terminal.services.merging_members import carry_refusals
from terminal.services.passed import look_at_passed
from terminal.services.returning import settle_waiting
from terminal.services.shown import tell_outdated
from terminal.services.whose import survivor_of
from terminal.stamps import Stamps

log = logging.getLogger(__name__)

CHUNK = 100
"""Facts in a transaction: a cashier's sale never waits for more than this."""
KEPT = 1000
"""How many of our own facts stay after the hub has them."""
NEWER, MISSING, BROKEN = "newer", "missing", "broken"
"""Why a fact waits."""
CURSOR, SEQ, TOLD, STAMP, SEEN_FORMAT = "cursor", "seq", "told", "stamp", "format"
"""Names in the journal's state: how far we read, our last number, the last one the hub has, our
latest stamp, what the program that last looked could read."""
_OF_ONE = (
    TerminalError, ValueError, LookupError, TypeError, ArithmeticError, AttributeError,
    AssertionError,
)  # fmt: skip
"""What a thing that makes no sense leads to."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of facts: how many were written, how many wait now, and who is to be looked at."""

    facts: int = 0
    waiting: int = 0
    members: frozenset[MemberId] = frozenset()


@dataclass(slots=True)
class _Doomed:
    """Facts of a chunk that can't be written, found by trying."""

    why: dict[int, tuple[str, str]] = field(default_factory=dict)
    parked: dict[int, tuple[str, str]] = field(default_factory=dict)


class _FailedError(Exception):
    def __init__(self, index: int, why: str, waits_for: str) -> None:
        super().__init__(why)
        self.index, self.why, self.waits_for = index, why, waits_for


class _ParkedFailedError(Exception):
    def __init__(self, number: int, why: str, waits_for: str) -> None:
        super().__init__(why)
        self.number, self.why, self.waits_for = number, why, waits_for


class Books:
    """The till's side of facts. For one thread at a time. ``stores``: the online stores that this
    till names."""

    def __init__(
        self,
        database: Database,
        till: TillCode,
        clock: Clock,
        stores: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._stores = stores
        self._database = database
        self._till = till
        self._clock = clock

    # -- ours --------------------------------------------------------------------------------

    def make(self, limit: int = CHUNK) -> int:
        """What was noted becomes facts; how many notes were used up."""
        with self._database.write() as uow:
            used = self._make(uow, limit)
            uow.commit()
        return used

    def _make(self, uow: UnitOfWork, limit: int) -> int:
        notes = uow.journal.notes(limit)
        if not notes:
            return 0
        stamps = Stamps(self._till, uow.journal.state(STAMP))
        seq, now, kept = int(uow.journal.state(SEQ) or 0), self._clock(), []
        for kind, key, changed in _collapsed(notes):
            made = self._made(uow, kind, key, changed, stamps)
            if made is not None:
                seq += 1
                kept.append(_numbered(made, self._till, seq, now))
        uow.journal.keep(kept)
        uow.journal.put_state(SEQ, str(seq))
        uow.journal.put_state(STAMP, stamps.last)
        uow.journal.forget(notes[-1].number)
        return len(notes)

    def _made(
        self, uow: UnitOfWork, kind: str, key: str, changed: frozenset[str], stamps: Stamps
    ) -> Made | None:
        """The fact of one thing. One of which none can be made is for a person: it must not keep
        the till from telling and hearing everything else."""
        try:
            return make(uow, kind, key, changed, lambda: stamps.tick(self._clock()))
        except Exception as error:
            if not _speaks_of_one(error):
                raise
            log_bug(log, f"no fact can be made of a {kind}", error)
            uow.tasks.put(
                Task(
                    id=derived_id("no fact", kind, key), kind=TaskKind.DIFFERENCE,
                    made_at=self._clock(), subject_id=key,
                    details={"what": kind, "why": "internal"},
                )
            )  # fmt: skip
            return None

    # -- theirs ------------------------------------------------------------------------------

    def take(self, facts: Sequence[Fact], then: Mapping[str, str]) -> Applied:
        """Write facts of others, and in the transaction of the last of them what is so ``then``, in
        the journal's state: how far we have read, and what follows from it."""
        while self._many_notes():  # at joining: not all of them in one transaction below
            self.make()
        done = Applied()
        for start in range(0, len(facts), CHUNK):
            last = start + CHUNK >= len(facts)
            applied = self._take_chunk(facts[start : start + CHUNK], then if last else {})
            done = Applied(
                done.facts + applied.facts, done.waiting + applied.waiting,
                done.members | applied.members,
            )  # fmt: skip
        if not facts and then:
            self._take_chunk((), then)
        return done

    def _many_notes(self) -> bool:
        with self._database.read() as uow:
            return len(uow.journal.notes(CHUNK)) == CHUNK

    def _carry_late(self, scene: Scene) -> None:
        """We booked for a member whom another till had merged into somebody: it goes there. With
        what was heard, so that no power cut comes between."""
        uow = scene.uow
        for member_id in sorted(scene.moved):
            survivor = survivor_of(uow, member_id)
            if (
                survivor != member_id
                and uow.ledger.account(member_id).balance
                and any(entry.till == self._till for entry in uow.ledger.entries(member_id))
                and uow.members.get(survivor) is not None
            ):
                carry_over(uow, member_id, survivor, scene.now, self._till)
                tell_outdated(uow, (member_id, survivor), scene.now)

    def _take_chunk(
        self, facts: Sequence[Fact], then: Mapping[str, str], waited: int | None = None
    ) -> Applied:
        """``waited``: the number under which the one fact waited until now."""
        said = [_understood(fact) for fact in facts]
        doomed = _Doomed()
        while True:
            try:
                return self._try_chunk(facts, said, then, doomed, waited)
            except _FailedError as failed:
                doomed.why[failed.index] = (failed.why, failed.waits_for)
            except _ParkedFailedError as failed:
                doomed.parked[failed.number] = (failed.why, failed.waits_for)

    def _try_chunk(
        self,
        facts: Sequence[Fact],
        said: list[Said | str],
        then: Mapping[str, str],
        doomed: _Doomed,
        waited: int | None,
    ) -> Applied:
        with self._database.write() as uow:
            while self._make(uow, CHUNK):  # what we know ourselves is stamped before others'
                pass
            stamps = Stamps(self._till, uow.journal.state(STAMP))
            scene = Scene(uow, self._till, self._clock(), stamps)
            waiting = 0
            if waited is not None:
                uow.journal.unpark(waited)
            with uow.journal.quiet():
                any_parked = uow.journal.count_parked() > 0
                for index, (fact, each) in enumerate(zip(facts, said, strict=True)):
                    waiting += self._take_one(scene, index, fact, each, doomed)
                if any_parked or waiting:
                    self._retry(scene, doomed)
            self._carry_late(scene)
            stores = self._stores()
            forget_late(uow, scene.moved, stores, scene.now)
            carry_refusals(uow, scene.moved, scene.now)
            ask_of_accounts(scene)
            tell_outdated(uow, scene.moved | scene.told, scene.now)
            look_at_passed(uow, scene.moved, scene.now)
            tell_untold(uow, note_heard(uow, scene.heard, stores, scene.now), stores, scene.now)
            uow.journal.put_state(STAMP, stamps.last)
            for name, value in then.items():
                uow.journal.put_state(name, value)
            uow.commit()
        return Applied(len(facts) - waiting, waiting, frozenset(scene.moved))

    def _take_one(
        self, scene: Scene, index: int, fact: Fact, said: Said | str, doomed: _Doomed
    ) -> int:
        """1 if it waits."""
        if isinstance(said, str):
            scene.uow.journal.park(_waiting(fact, said, ""))
            return 1
        if index in doomed.why:
            scene.uow.journal.park(_waiting(fact, *doomed.why[index]))
            return 1
        try:
            TAKERS[fact.kind](scene, fact, said)
        except Exception as error:
            raise _FailedError(index, *_reason(error)) from error
        if said.strange:
            scene.uow.journal.park(_waiting(fact, NEWER, ""))
        return 0

    def _retry(self, scene: Scene, doomed: _Doomed) -> None:
        """Whatever waits for something that has just come."""
        journal = scene.uow.journal
        while scene.made:
            for kept in journal.parked(scene.made.pop(0)):
                if kept.number in doomed.parked:
                    self._wait_on(scene, kept, *doomed.parked[kept.number])
                else:
                    self._take_parked(scene, kept)

    def _wait_on(self, scene: Scene, kept: Kept, why: str, waits_for: str) -> None:
        """What it waited for has come, and something else is missing."""
        scene.uow.journal.unpark(kept.number)
        scene.uow.journal.park(_waiting(fact_of(kept), why, waits_for))

    def _take_parked(self, scene: Scene, kept: Kept) -> None:
        fact = fact_of(kept)
        said = _understood(fact)
        if isinstance(said, str):
            return
        try:
            TAKERS[fact.kind](scene, fact, said)
        except Exception as error:
            raise _ParkedFailedError(kept.number, *_reason(error)) from error
        if not said.strange:
            scene.uow.journal.unpark(kept.number)

    def look_again(self) -> int:
        """After an update: what a newer program wrote may be understood now. How many were."""
        with self._database.read() as uow:
            if uow.journal.state(SEEN_FORMAT) == str(FORMAT):
                return 0
            kept = [*uow.journal.parked_because(NEWER), *uow.journal.parked_because(BROKEN)]
        before = len(kept)
        for each in kept:
            before -= self._take_chunk([fact_of(each)], {}, each.number).waiting
        with self._database.write() as uow:
            uow.journal.put_state(SEEN_FORMAT, str(FORMAT))
            uow.commit()
        return before

    def untold(self) -> list[Heard]:
        """Sales of others that came without a message for one of our stores."""
        with self._database.read() as uow:
            return waiting(uow)

    def tell_untold(self, heard: Sequence[Heard]) -> None:
        """Nothing more comes along with these."""
        if heard:
            with self._database.write() as uow:
                tell_untold(uow, heard, self._stores(), self._clock())
                uow.commit()

    def settle_returns(self) -> None:
        """Returns that we took before their sale was known get their points; told as ours."""
        with self._database.read() as uow:
            ours = [one for one in uow.pending_returns.all() if one.till == self._till]
            sales = {one.sale_ref for one in ours if uow.sales.by_ref(one.sale_ref) is not None}
        for ref in sorted(sales):
            with self._database.write() as uow:
                sale = uow.sales.by_ref(ref)
                if sale is not None:
                    settle_waiting(uow, sale)
                uow.commit()


def fact_of(kept: Kept) -> Fact:
    """What the journal keeps, as it travels."""
    return Fact(
        till=kept.till, seq=kept.seq, kind=kept.kind, key=kept.key, member_id=kept.member_id,
        body=kept.body, at=kept.at,
    )  # fmt: skip


def _waiting(fact: Fact, why: str, waits_for: str) -> Kept:
    return Kept(
        till=fact.till, seq=fact.seq, kind=fact.kind, key=fact.key, member_id=fact.member_id,
        body=fact.body, at=fact.at, why=why, waits_for=waits_for,
    )  # fmt: skip


def _numbered(made: Made, till: TillCode, seq: int, at: datetime) -> Kept:
    return Kept(
        till=till, seq=seq, kind=made.kind, key=made.key, member_id=made.member_id, body=made.body,
        at=at,
    )  # fmt: skip


def _understood(fact: Fact) -> Said | str:
    """What it says; why it can't be read."""
    try:
        return read(fact.kind, fact.body)
    except UnknownFactError:
        return NEWER
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        log_bug(log, f"a fact ({fact.kind}) can't be read", error)
        return BROKEN


def _reason(error: Exception) -> tuple[str, str]:
    """Why a fact waits and for what; raises what is no fault of the fact."""
    if isinstance(error, WaitsError):
        return MISSING, error.waits_for
    if isinstance(error, UnknownMember):
        return MISSING, subject("member", str(error.details.get("member_id", "")))
    if not _speaks_of_one(error):
        raise error
    log_bug(log, "a fact can't be written", error)
    return BROKEN, ""


def _speaks_of_one(error: Exception) -> bool:
    """Whether it is about the thing at hand, and not about the database: then the others go on."""
    if isinstance(error, DataInUse | DiskFull | DatabaseBroken):
        return False
    return isinstance(error, _OF_ONE)


def _collapsed(notes: Sequence[Note]) -> list[tuple[str, str, frozenset[str]]]:
    """Each thing once, where it was first noted, with the fields of a member that changed ("": it
    is new), or ``MOVED`` of another thing."""
    found: dict[tuple[str, str], set[str]] = {}
    for note in notes:
        if note.kind == FIELD:
            member_id, name = note.key.split(SEPARATOR)
            found.setdefault(("member", member_id), set()).add(name)
        elif note.kind == MOVED:
            kind, key = note.key.split(SEPARATOR, 1)
            found.setdefault((kind, key), set()).add(MOVED)
        else:
            found.setdefault((note.kind, note.key), set()).add("")
    return [(kind, key, frozenset(changed)) for (kind, key), changed in found.items()]
