"""The office: find a member, see everything they did on either channel, correct a mistake."""

from dataclasses import replace
from datetime import datetime

from terminal.errors import NotAllowed, NothingToCorrect, ReasonMissing
from terminal.events import EventBus, MemberChanged
from terminal.ids import Clock, EntryId, MemberId, NewId
from terminal.ledger import EntryKind, LedgerEntry
from terminal.members import Member
from terminal.ports import Database, UnitOfWork
from terminal.programs import tier_for, window_start
from terminal.programs.accrual import lapse_of
from terminal.services.messages import tell_standing
from terminal.services.models import MemberHit, MemberPage, MemberView, SignedIn, Till
from terminal.services.standing import expire_lapsed, program_at, view_member
from terminal.services.timeline import timeline
from terminal.staff import Role

HISTORY = 500
"""How many sales, returns and orders a member page reaches back."""


class OfficeService:
    """What a manager does about members."""

    def __init__(
        self, database: Database, till: Till, bus: EventBus, *, clock: Clock, new_id: NewId
    ) -> None:
        self._database = database
        self._till = till
        self._bus = bus
        self._clock = clock
        self._new_id = new_id

    def search(self, query: str, limit: int = 50) -> list[MemberHit]:
        """Members by name, card, phone or e-mail, as typed; best first."""
        now = self._clock()
        with self._database.read() as uow:
            return [self._hit(uow, member, now) for member in uow.members.search(query, limit)]

    def count(self) -> int:
        """How many members there are."""
        with self._database.read() as uow:
            return uow.members.count()

    def _hit(self, uow: UnitOfWork, member: Member, now: datetime) -> MemberHit:
        program = program_at(uow, now)
        spent = uow.sales.spent(member.id, program.currency, window_start(program, now), now)
        cards = uow.members.cards(member.id)
        return MemberHit(
            member,
            tier_for(program, spent).code,
            cards[-1].number if cards else None,
            uow.ledger.account(member.id).balance,
        )

    def page(self, member_id: MemberId) -> MemberPage:
        """The member with one timeline of both channels. Raises UnknownMember."""
        now = self._clock()
        with self._database.read() as uow:
            view = view_member(uow, member_id, now)
            items = timeline(uow, member_id, HISTORY)
            since = window_start(view.program, now)
            online = sum(
                order.goods
                for order in uow.sales.orders_of_member(member_id, HISTORY)
                if order.placed_at >= since and order.currency == view.program.currency
            )
            consents = tuple(uow.members.consents(member_id))
        return MemberPage(view, tuple(items), consents, view.spent - online, online)

    def adjust(self, member_id: MemberId, points: int, reason: str, who: SignedIn) -> MemberView:
        """Correct a member's points by a signed amount, with a reason. Managers only.

        Raises NotAllowed, NothingToCorrect, ReasonMissing, UnknownMember. Taking more than there
        is makes a debt: a correction states what is true.
        """
        if who.role is not Role.MANAGER:
            raise NotAllowed(role=who.role.value, needed=Role.MANAGER.value)
        if points == 0:
            raise NothingToCorrect
        if len(reason.strip()) < 3:
            raise ReasonMissing
        now = self._clock()
        with self._database.write() as uow:
            expire_lapsed(uow, member_id, self._till.code, now)
            view_member(uow, member_id, now)
            uow.ledger.append([self._correction(uow, member_id, points, reason.strip(), who, now)])
            tell_standing(uow, self._till, member_id, now, self._new_id)
            view = view_member(uow, member_id, now)
            uow.commit()
        self._bus.tell(MemberChanged(member_id))
        return view

    def _correction(
        self,
        uow: UnitOfWork,
        member_id: MemberId,
        points: int,
        reason: str,
        who: SignedIn,
        now: datetime,
    ) -> LedgerEntry:
        program = program_at(uow, now)
        return LedgerEntry(
            id=EntryId(self._new_id()), member_id=member_id, kind=EntryKind.ADJUST, points=points,
            decided_at=now, till=self._till.code, seq=uow.next_seq(self._till.code),
            cashier_id=who.id, lapses_at=lapse_of(program, now) if points > 0 else None,
            program=program.code, program_version=program.version, reason=reason,
        )  # fmt: skip

    def change_note(self, member_id: MemberId, note: str) -> None:
        """What the next cashier should know about the member."""
        now = self._clock()
        with self._database.write() as uow:
            view = view_member(uow, member_id, now)
            uow.members.put(replace(view.member, note=note.strip(), updated_at=now))
            uow.commit()
        self._bus.tell(MemberChanged(member_id))


def expire_due(
    database: Database, till: Till, clock: Clock, new_id: NewId, batch: int = 100
) -> int:
    """Book what lapsed for members who were not seen since; answers how many points.

    In transactions of at most ``batch`` members, so that a cashier never waits for it. The online
    store is told of each, or it would go on showing points that are gone.
    """
    points = 0
    while True:
        now = clock()
        with database.write() as uow:
            members = uow.ledger.with_lapsed(now, batch)
            for member_id in members:
                points += expire_lapsed(uow, member_id, till.code, now)
                tell_standing(uow, till, member_id, now, new_id)
            uow.commit()
        if len(members) < batch:
            return points
