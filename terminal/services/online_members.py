"""Taking an online store's customers into the books: linked, merged, or made members.

A customer is linked by what both know (never by a card number, which anybody can type), and from
then on merged field by field (``terminal.merging``). May be given the same customer any number of
times; the second time nothing happens. Messages go to the store only where something of ours is
new there. What can't be decided is a task.

Who becomes a member by buying online gets no points for joining and has agreed to nothing but what
the store says.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from terminal.cards import Card, card_number, is_own_card
from terminal.desk_tasks import Task, TaskKind
from terminal.errors import InvalidCard, UnknownMember
from terminal.ids import CardNumber, Clock, MemberId, NewId, StaffId, derived_id
from terminal.members import Member
from terminal.merging import (
    FIELDS,
    MARKETING,
    SEEN,
    YES,
    Answers,
    Conflict,
    Fields,
    Merged,
    decided,
    merge,
    told_already,
    untold,
)
from terminal.online import Customer
from terminal.outbox import MessageKind, MessageState
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.services.half_told import note_told, recognise
from terminal.services.online_answers import is_second, take_refusal, write_answer
from terminal.services.online_orders import OnlineOrders
from terminal.services.passed import ask_of_gone, is_heard, note_passed
from terminal.services.profile_sides import answer, is_stale, latest, ours_of, theirs_of, unlike
from terminal.services.shown import look_at_shown
from terminal.services.taking_in import TakingIn
from terminal.services.whose import (
    is_erased,
    is_forgotten,
    linked_member,
    made_of,
    member_by_email,
    survivor_of,
    tell,
)

CHUNK = 100
"""Rows per transaction: a cashier's sale never waits for more than this."""
OVERTAKEN = "overtaken"
"""The outcome of a question that answered itself."""


@dataclass(frozen=True, slots=True)
class TakenCustomers:
    """What came of some customers. ``left``: nobody's here, and by policy nobody becomes a member.
    ``members`` are those whose profile, cards or points moved."""

    customers: int = 0
    linked: int = 0
    created: int = 0
    left: int = 0
    members: frozenset[MemberId] = frozenset()

    def __add__(self, other: "TakenCustomers") -> "TakenCustomers":
        """Both together."""
        return TakenCustomers(
            self.customers + other.customers, self.linked + other.linked,
            self.created + other.created, self.left + other.left, self.members | other.members,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Telling:
    """A member as one store is to be told of them: where both sides changed a field and nobody has
    decided yet, the store keeps its own. ``marketing`` None: never asked."""

    member: Member
    marketing: bool | None


@dataclass(slots=True)
class _Count:
    """While a transaction lasts."""

    taken: TakenCustomers = field(default_factory=TakenCustomers)

    def add(self, **more: object) -> None:
        """Count on."""
        self.taken = self.taken + TakenCustomers(**more)  # type: ignore[arg-type]


class OnlineMembers:
    """Keeps members and one store's customers the same. ``sweeps``: all of them come again, so that
    nobody need be remembered who was passed over."""

    def __init__(
        self,
        database: Database,
        store: str,
        clock: Clock,
        new_id: NewId,
        *,
        taking: TakingIn,
        orders: OnlineOrders,
        sweeps: bool = False,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._taking = taking
        self._orders = orders
        self._sweeps = sweeps

    def take(self, customers: Iterable[Customer]) -> TakenCustomers:
        """Link, merge or make members, a hundred a transaction."""
        queue, taken = list(customers), TakenCustomers()
        for start in range(0, len(queue), CHUNK):
            count = _Count()
            with self._database.write() as uow:
                for customer in queue[start : start + CHUNK]:
                    self.take_one(uow, customer, count)
                    look_at_shown(uow, self._store, customer, self._clock(), self._new_id)
                uow.commit()
            taken = taken + count.taken
        return taken

    def look(self, customer: Customer) -> None:
        """Take one in before they are told anything; a second account is left alone."""
        with self._database.write() as uow:
            self.take_one(uow, customer)
            uow.commit()

    def take_one(self, uow: UnitOfWork, customer: Customer, count: _Count | None = None) -> None:
        """The same within the caller's transaction."""
        count = count or _Count()
        member = linked_member(uow, self._store, customer.id)
        if is_forgotten(uow, self._store, customer.id) or (member and is_erased(uow, member.id)):
            return
        if customer.deleted:
            if member is not None:
                self.gone(uow, member.id, customer.id)
            else:
                self._pass(uow, customer)
            return
        if member is None:
            member = self._meet(uow, customer, count)
        if member is None:
            self._pass(uow, customer)
            count.add(left=1)
        elif is_second(uow, self._store, member, customer):
            if take_refusal(uow, self._store, member, customer, self._clock()):
                self._tell(uow, member.id, {*self._taking.stores, self._store})
                count.add(customers=1, members=frozenset({member.id}))
        elif self._merge(uow, member, customer):
            count.add(customers=1, members=frozenset({member.id}))

    def gone(self, uow: UnitOfWork, member_id: MemberId, customer_id: str) -> None:
        """A member's customer is there no longer: a person decides whether that was meant."""
        ask_of_gone(uow, self._store, member_id, customer_id, self._clock())

    def _pass(self, uow: UnitOfWork, customer: Customer) -> None:
        if not self._sweeps:
            note_passed(uow, self._store, customer, self._clock())

    # -- what is told ------------------------------------------------------------------------

    def telling(self, uow: UnitOfWork, member: Member) -> Telling:
        """The member as this store is to be told."""
        theirs = {
            task.details["field"]: task.details["theirs"]
            for task in self._open(uow, member.id)
            if task.kind is TaskKind.PROFILE_CONFLICT
        }
        shown = replace(member, **theirs) if theirs else member  # type: ignore[arg-type]
        return Telling(shown, answer(uow, member))

    def tell_again(self, uow: UnitOfWork, member_id: MemberId) -> int:
        """What the store should know and does not show is told once more."""
        base = uow.sync.agreed(self._store, member_id) or {}
        uow.sync.put_agreed(self._store, member_id, untold(base), self._clock())
        return self._tell(uow, member_id, (self._store,))

    def unlike(self, uow: UnitOfWork, member: Member, customer: Customer) -> list[str]:
        """Fields that the store holds otherwise than it was told, and nobody is asked about."""
        asked = {task.details.get("field") for task in self._open(uow, member.id)}
        theirs = theirs_of(customer, self._taking.country)
        agreed = uow.sync.agreed(self._store, member.id) or {}
        found = unlike(ours_of(uow, member), theirs, agreed)
        return [name for name in found if name not in asked]

    def decide(self, task_id: str, keep: str, by: StaffId | None) -> bool:
        """A person's word on a conflict: ``ours`` or ``theirs`` is right. Raises UnknownMember;
        False where somebody decided before."""
        with self._database.write() as uow:
            task = uow.tasks.get(task_id)
            if task is None or not uow.tasks.settle(task_id, keep, by, self._clock()):
                return False
            member = uow.members.get(survivor_of(uow, task.member_id)) if task.member_id else None
            if member is None:
                raise UnknownMember(member_id=task.member_id)
            said = task.details
            conflict = Conflict(said["field"], said["ours"], said["theirs"])
            base = decided(uow.sync.agreed(self._store, member.id), conflict, keep)
            uow.sync.put_agreed(self._store, member.id, base, self._clock())
            ours = ours_of(uow, member)
            known = Customer("", "")
            self._apply(uow, member, known, merge(base, ours, {conflict.name: conflict.theirs}))
            uow.commit()
        return True

    # -- linking -----------------------------------------------------------------------------

    def _meet(self, uow: UnitOfWork, customer: Customer, count: _Count) -> Member | None:
        """A customer nobody is linked with."""
        email = theirs_of(customer, self._taking.country).get("email", "")
        if email and email == self._taking.guest_email:
            return None
        member = member_by_email(uow, email) or recognise(uow, self._store, email, self._clock())
        if member is None:
            return self._make(uow, customer, count) if self._taking.members == "all" else None
        if uow.sync.link(self._store, "member", member.id) is not None:
            return None  # another customer is this member's; their orders come by the address
        self._link(uow, member, customer)
        count.add(linked=1)
        return member

    def _make(self, uow: UnitOfWork, customer: Customer, count: _Count) -> Member | None:
        theirs = theirs_of(customer, self._taking.country)
        if not any(theirs.get(name) for name in ("email", "phone")):
            return None  # nobody could find them again
        now, taking = self._clock(), self._taking
        name = theirs.get("given_name") or theirs.get("email", "").partition("@")[0]
        known = {name: value for name, value in theirs.items() if name in FIELDS}
        if known.get("phone") and uow.members.by_phone(known["phone"]):
            del known["phone"]  # whose it is is asked when they are merged
        made = Member(
            id=made_of(self._store, customer.id), language=taking.language,
            joined_at=now, updated_at=now, given_name=name or known["phone"],
            family_name=known.get("family_name", ""), email=known.get("email", ""),
            phone=known.get("phone", ""), birthday=known.get("birthday", ""),
        )  # fmt: skip
        uow.members.put(made)
        self._card(uow, made.id, customer.card, now)
        self._link(uow, made, customer)
        others = [store for store in taking.stores if store != self._store]
        self._tell(uow, made.id, others)
        count.add(created=1)
        return made

    def _card(self, uow: UnitOfWork, member_id: MemberId, typed: str, now: datetime) -> None:
        """Only a card of the shop's own range that nobody has."""
        try:
            number = card_number(typed)
        except InvalidCard:
            return
        if is_own_card(number, self._taking.card_prefix) and uow.members.by_card(number) is None:
            uow.members.put_card(Card(CardNumber(number), member_id, now))

    def _link(self, uow: UnitOfWork, member: Member, customer: Customer) -> None:
        uow.sync.put_link(RemoteLink(self._store, "member", member.id, customer.id))
        is_heard(uow, self._store, customer.id)
        note_told(uow, self._store, member.id)
        self._orders.claim(uow, member)
        if self._told_all(uow, member):
            ours = told_already(ours_of(uow, member))
            uow.sync.put_agreed(self._store, member.id, ours, self._clock())
        account = uow.ledger.account(member.id)
        shown = customer.standing.points if customer.standing else 0
        outdated = bool(account.entries) and shown != account.balance
        if outdated or (not customer.card and uow.members.cards(member.id)):
            self._tell(uow, member.id, (self._store,))

    def _told_all(self, uow: UnitOfWork, member: Member) -> bool:
        """Whether the store was told of the member as they are."""
        return any(
            message.state is MessageState.SENT and message.store == self._store
            and message.created_at >= member.updated_at
            for message in uow.outbox.of_subject(MessageKind.MEMBER, member.id)
        )  # fmt: skip

    # -- merging -----------------------------------------------------------------------------

    def _merge(self, uow: UnitOfWork, member: Member, customer: Customer) -> bool:
        """Whether something moved."""
        ours, theirs = ours_of(uow, member), theirs_of(customer, self._taking.country)
        base = uow.sync.agreed(self._store, member.id)
        if is_stale(base, customer):
            return False
        if base is None and self._told_all(uow, member):
            base = told_already(ours)
        consent = latest(uow, member.id)
        answers = Answers(consent.recorded_at if consent else None, customer.updated_at)
        return self._apply(uow, member, customer, merge(base, ours, theirs, answers), base)

    def _apply(
        self,
        uow: UnitOfWork,
        member: Member,
        customer: Customer,
        merged: Merged,
        base: Fields | None = None,
    ) -> bool:
        now = self._clock()
        take, agreed = dict(merged.take), dict(merged.agreed)
        if customer.updated_at is not None:
            agreed[SEEN] = customer.updated_at.isoformat()
        for name in self._claimed_by_others(uow, member, take):
            del take[name]
            agreed.pop(name, None)
            if base and name in base:
                agreed[name] = base[name]
        self._ask_conflicts(uow, member, merged)
        if agreed != base:
            uow.sync.put_agreed(self._store, member.id, agreed, now)
        if merged.tell:
            self._tell(uow, member.id, (self._store,), once=merged.again)
        if take:
            self._write(uow, member, customer, dict(take))
            others = [store for store in self._taking.stores if store != self._store]
            self._tell(uow, member.id, others)
        return bool(take or merged.tell)

    def _write(
        self, uow: UnitOfWork, member: Member, customer: Customer, take: dict[str, str]
    ) -> None:
        now = self._clock()
        answer = take.pop(MARKETING, None)
        if answer is not None:
            write_answer(uow, self._store, member, customer, now, granted=answer == YES)
        changed = replace(member, **take, updated_at=now)  # type: ignore[arg-type]
        uow.members.put(changed)
        if "email" in take:
            self._orders.claim(uow, changed)

    def _claimed_by_others(self, uow: UnitOfWork, member: Member, take: Fields) -> list[str]:
        """Fields by which another member is known: two records of one person, it seems."""
        finders = {"email": uow.members.by_email, "phone": uow.members.by_phone}
        clashes = []
        for name, find in finders.items():
            other = find(take[name]) if take.get(name) else None
            if other is not None and survivor_of(uow, other.id) != member.id:
                told = {"other": other.id, "why": name}
                self._ask(uow, TaskKind.DUPLICATE, member.id, "", told, *sorted(
                    (member.id, other.id)
                ))  # fmt: skip
                clashes.append(name)
        return clashes

    # -- asking ------------------------------------------------------------------------------

    def _ask_conflicts(self, uow: UnitOfWork, member: Member, merged: Merged) -> None:
        asked = {
            self._ask(
                uow, TaskKind.PROFILE_CONFLICT, member.id, "",
                {"field": each.name, "ours": each.ours, "theirs": each.theirs},
                member.id, each.name, each.ours, each.theirs,
            )
            for each in merged.conflicts
        }  # fmt: skip
        spoken = merged.settled | {each.name for each in merged.conflicts}
        for task in self._open(uow, member.id):
            if task.id not in asked and task.details.get("field") in spoken:
                uow.tasks.settle(task.id, OVERTAKEN, None, self._clock())

    def _open(self, uow: UnitOfWork, member_id: MemberId) -> list[Task]:
        known = uow.tasks.of_member(member_id)
        return [task for task in known if not task.outcome and task.store == self._store]

    def _ask(
        self,
        uow: UnitOfWork,
        kind: TaskKind,
        member_id: MemberId,
        subject_id: str,
        details: Fields,
        *about: str,
    ) -> str:
        task_id = derived_id(kind.value, self._store, *about)
        uow.tasks.put(
            Task(
                id=task_id, kind=kind, made_at=self._clock(), member_id=member_id,
                store=self._store, subject_id=subject_id, details=details,
            )
        )  # fmt: skip
        return task_id

    def _tell(
        self, uow: UnitOfWork, member_id: MemberId, stores: Iterable[str], *, once: bool = False
    ) -> int:
        kind, now = MessageKind.MEMBER, self._clock()
        return tell(uow, stores, kind, member_id, member_id, now, self._new_id, once=once)
