"""One till's sync with the hub: what it committed goes out, what others committed comes in.

A round greets, tells, and reads. Whatever is interrupted is done again and changes nothing: facts
keep their numbers and letters from the moment they are made, and count once. Two things stop the
telling, never the selling: another machine that speaks under this till's name (a person must look),
and a backup that was put back: then our own facts come back from the hub first.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sync.errors import Misconfigured, Refused, Retryable
from sync.going_on import GoOn, always
from sync.hub.applying import CURSOR, KEPT, SEQ, TOLD, Applied, Books, fact_of
from sync.hub.remote import Fact, FactPage, Forked, Gap, Hub, Identity, Welcome
from sync.report import Report
from terminal.desk_tasks import Task, TaskKind
from terminal.events import Event, MemberChanged
from terminal.ids import Clock, TillCode, derived_id
from terminal.journal import CLONED
from terminal.outbox import OutboxCounts
from terminal.ports import Contact, Database
from terminal.services.granting import SETTLED

log = logging.getLogger(__name__)

REMOTE = "hub"
"""The name under which contacts with the hub are kept."""
PAGE = 500
RESTORING = "restoring"
_ALL = 1_000_000
_MARGIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the till stands with the hub. ``told``: our last number that it has, ``made``: the last
    there is, ``waiting``: facts of others that can't be written yet."""

    told: int
    made: int
    waiting: int


class HubEngine:
    """One till's sync with the hub; used by ``SyncWorker`` as any engine. For one thread.

    ``clock`` is the machine's own: how far the hub's is from it is measured at each greeting.
    ``stores``: the online stores that this till names; sales of tills that do not are told there.
    """

    def __init__(
        self,
        database: Database,
        hub: Hub,
        me: Identity,
        *,
        clock: Clock,
        listener: Callable[[Event], None] = lambda event: None,
        stores: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._database = database
        self._hub = hub
        self._me = me
        self._machine = clock
        self._listener = listener
        self._offset = timedelta()
        self._till = TillCode(me.till)
        self._books = Books(database, self._till, self._now, stores)
        self._looked_again = False
        self._greeted = 0

    def _now(self) -> datetime:
        """Now, by the hub's clock as it was last heard."""
        return self._machine() + self._offset

    # -- a round -----------------------------------------------------------------------------

    def push(self, go_on: GoOn = always) -> Report:
        """Greet, and tell what was committed here."""
        try:
            return self._push(go_on)
        except (Retryable, Misconfigured) as failure:
            return Report(failure=failure)
        except Refused as refusal:
            return Report(failure=Misconfigured(refusal.problem, where=refusal.where))

    def pull(self, go_on: GoOn = always) -> Report:
        """Write what others told, page by page."""
        taken = 0
        try:
            untold = self._books.untold()
            while go_on():
                page, written = self._hear()
                taken += written
                if not page.more:
                    self._books.tell_untold(untold)
                    break
            self._books.settle_returns()
        except (Retryable, Misconfigured) as failure:
            return Report(taken=taken, failure=failure)
        except Refused as refusal:
            failed = Misconfigured(refusal.problem, where=refusal.where)
            return Report(taken=taken, failure=failed)
        return Report(taken=taken)

    @property
    def name(self) -> str:
        """The name under which contacts with the hub are kept."""
        return REMOTE

    @property
    def requests(self) -> int:
        """How many rounds greeted the hub."""
        return self._greeted

    def probe(self) -> Report:
        """Greet, and nothing else."""
        try:
            self._greet()
        except (Retryable, Misconfigured) as failure:
            return Report(failure=failure)
        except Refused as refusal:
            return Report(failure=Misconfigured(refusal.problem, where=refusal.where))
        return Report()

    def contact(self) -> int | None:
        """The hub's clock less this machine's, in milliseconds; None: it was never heard."""
        with self._database.read() as uow:
            known = uow.sync.contact(REMOTE)
        return known.offset_ms if known else None

    def counts(self, day_start: datetime) -> OutboxCounts:
        """``waiting``: facts that are not told, and what was noted and is none yet; ``blocked``:
        facts of others that can't be written yet."""
        with self._database.read() as uow:
            journal = uow.journal
            told = int(journal.state(TOLD) or 0)
            first, contact = journal.kept(told, 1), uow.sync.contact(REMOTE)
            return OutboxCounts(
                waiting=int(journal.state(SEQ) or 0) - told + journal.count_notes(),
                blocked=journal.count_parked(),
                last_sent_at=contact.at if contact else None,
                oldest=first[0].at if first else None,
                tasks=uow.tasks.count(),
            )

    def back_again(self) -> None:
        """The hub answers again; nothing of its waits for a time of its own."""

    def close(self) -> None:
        """Let go of the hub."""
        self._hub.close()

    def standing(self) -> Standing:
        """How far telling and writing are."""
        with self._database.read() as uow:
            journal = uow.journal
            told, made = int(journal.state(TOLD) or 0), int(journal.state(SEQ) or 0)
            return Standing(told, made + bool(journal.notes(1)), journal.count_parked())

    # -- telling -----------------------------------------------------------------------------

    def _push(self, go_on: GoOn) -> Report:
        if not self._looked_again:
            self._books.look_again()
            self._looked_again = True
        welcome = self._greet()
        self._watch_for_clones(welcome)
        if welcome.last_seq > self._number(SEQ):
            self._come_back(welcome.last_seq)
        if self._state(RESTORING):
            if not self._read_ours(go_on):
                return Report()
        elif welcome.last_seq < self._number(TOLD):
            self._tell_anew(welcome.last_seq)
        return self._tell(go_on)

    def _greet(self) -> Welcome:
        asked = self._machine()
        self._greeted += 1
        welcome = self._hub.hello(self._me)
        read = self._machine()
        self._offset = welcome.now - (asked + (read - asked) / 2)
        with self._database.write() as uow:
            millis = round(self._offset / timedelta(milliseconds=1))
            uow.sync.put_contact(Contact(REMOTE, read, millis))
            uow.commit()
        return welcome

    def _tell(self, go_on: GoOn) -> Report:
        sent = 0
        while go_on():
            began = self._machine()
            used = self._books.make()
            with self._database.read() as uow:
                told = int(uow.journal.state(TOLD) or 0)
                kept = uow.journal.kept(told, PAGE)
            if kept:
                sent += self._tell_some([fact_of(each) for each in kept])
            elif not used:
                self._put(SETTLED, (began - _MARGIN).isoformat())
                break
        return Report(sent=sent)

    def _tell_some(self, facts: list[Fact]) -> int:
        told = facts[-1].seq
        try:
            self._hub.push(self._me, facts)
        except Gap as gap:
            self._tell_anew(gap.expected - 1)
            return 0
        except Forked:
            log.warning("the hub has other facts under our numbers")
            self._come_back(self._greet().last_seq)
            raise Retryable("in_progress") from None
        # No further than these were compared: what the hub has behind them may not be ours.
        with self._database.write() as uow:
            uow.journal.put_state(TOLD, str(told))
            uow.journal.drop_kept(told - KEPT)
            uow.commit()
        return len(facts)

    def _tell_anew(self, from_seq: int) -> None:
        """The hub lost facts (its own backup was put back): those that we keep are told again; of
        what is no longer kept everything is told as it is now."""
        with self._database.write() as uow:
            journal = uow.journal
            first = journal.first_kept()
            if first and first <= from_seq + 1:
                journal.put_state(TOLD, str(from_seq))
            else:
                if from_seq:
                    log.warning("the hub has lost facts of ours: everything is told once more")
                else:  # it is a new one, or this till joined under a new name
                    log.info("the hub has no facts of ours: everything is told")
                journal.drop_kept(int(journal.state(SEQ) or 0))
                journal.put_state(SEQ, str(from_seq))
                journal.put_state(TOLD, str(from_seq))
                journal.fill()
            uow.commit()

    # -- a clone, a backup -------------------------------------------------------------------

    def _watch_for_clones(self, welcome: Welcome) -> None:
        if welcome.others:
            self._stop((self._me.machine, *welcome.others))
        if self._state(CLONED):
            self._put(CLONED, "")

    def _stop(self, machines: tuple[str, ...]) -> None:
        """Two of us: a person must look, once for each pair of machines; nothing is told."""
        about = sorted({self._me.machine, *machines} - {""})
        with self._database.write() as uow:
            task = Task(
                id=derived_id(TaskKind.TILL_CLONED.value, self._me.instance, *about),
                kind=TaskKind.TILL_CLONED, made_at=self._now(), subject_id=self._me.till,
                details={"till": self._me.till, "machines": str(max(len(about), 2))},
            )  # fmt: skip
            uow.tasks.put(task)
            uow.journal.put_state(CLONED, "1")
            uow.commit()
        raise Misconfigured("till_cloned")

    def _come_back(self, known: int) -> None:
        """The hub knows more of us than we do. Our next number is one that nobody has: what was
        made and may not have been heard is told again under such numbers, and changes nothing
        where it was."""
        log.warning("this till came back from an older backup; its own facts are read first")
        with self._database.write() as uow:
            journal = uow.journal
            told = int(journal.state(TOLD) or 0)
            unheard = [
                replace(fact, seq=known + place)
                for place, fact in enumerate(journal.kept(told, _ALL), start=1)
            ]
            journal.drop_kept(int(journal.state(SEQ) or 0))
            journal.keep(unheard)
            earlier = journal.state(RESTORING).split()  # it was not done with reading them
            lacks = min(told, int(earlier[0])) if earlier else told
            journal.put_state(RESTORING, f"{lacks} {known}")
            journal.put_state(SEQ, str(known + len(unheard)))
            journal.put_state(TOLD, str(known))
            task = Task(
                id=derived_id(TaskKind.TILL_RESTORED.value, self._me.till, str(known)),
                kind=TaskKind.TILL_RESTORED, made_at=self._now(), subject_id=self._me.till,
                details={"till": self._me.till, "from": str(told), "to": str(known)},
            )  # fmt: skip
            uow.tasks.put(task)
            uow.commit()

    def _read_ours(self, go_on: GoOn) -> bool:
        """Our own facts that we do not have, among everybody's, before anything is told; whether
        that is done. Raises Retryable while some wait at the hub for an older transaction."""
        while go_on():
            page, _written = self._hear()
            if not self._state(RESTORING):
                return True
            if not page.more:
                raise Retryable("in_progress")
        return False

    # -- hearing -----------------------------------------------------------------------------

    def _hear(self) -> tuple[FactPage, int]:
        """A page of everybody's facts, and how many of them were written.

        Of our own those that we may not have: whatever lies beyond what was told, or compared, was
        told by a clone, or before a backup was put back, and the cursor passes it only once. That
        all of it was passed is kept with the cursor.
        """
        page = self._hub.pull(self._state(CURSOR), PAGE)
        lacks, known = self._lacking()
        ours = [fact.seq for fact in page.facts if fact.till == self._till]
        facts = [fact for fact in page.facts if fact.till != self._till or fact.seq > lacks]
        then = {CURSOR: page.cursor}
        # What the hub counts it may still hold back, behind a transaction of another till.
        if known and (max(ours, default=0) >= known or not (page.more or page.held_back)):
            then[RESTORING] = ""
        return page, self._taken(self._books.take(facts, then))

    def _lacking(self) -> tuple[int, int]:
        """Our last number up to which we have all, and the one up to which our own are read back
        (0: they are not)."""
        with self._database.read() as uow:
            journal = uow.journal
            reading = journal.state(RESTORING) or f"{journal.state(TOLD) or 0} 0"
            lacks, known = map(int, reading.split())
            return lacks, known

    # -- small things ------------------------------------------------------------------------

    def _taken(self, applied: Applied) -> int:
        for member_id in sorted(applied.members):
            self._listener(MemberChanged(member_id))
        return applied.facts

    def _state(self, name: str) -> str:
        with self._database.read() as uow:
            return uow.journal.state(name)

    def _number(self, name: str) -> int:
        return int(self._state(name) or 0)

    def _put(self, name: str, value: str) -> None:
        with self._database.write() as uow:
            uow.journal.put_state(name, value)
            uow.commit()
