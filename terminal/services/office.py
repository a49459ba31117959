"""The office: find a member, see everything they did on either channel, correct a mistake."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from terminal.errors import (
    NotAllowed,
    NothingToCorrect,
    ReasonMissing,
    UnknownRanking,
    UnknownTier,
)
from terminal.events import EventBus, MemberChanged
from terminal.ids import Clock, EntryId, MemberId, NewId
from terminal.ledger import EntryKind, LedgerEntry
from terminal.members import Member
from terminal.ports import Database, UnitOfWork
from terminal.programs import window_start
from terminal.programs.accrual import lapse_of
from terminal.programs.calendar import zone
from terminal.programs.deeds import period_of, ranking
from terminal.records import TierGrant
from terminal.services.messages import tell_standing
from terminal.services.models import MemberHit, MemberPage, MemberView, Ranked, SignedIn, Till
from terminal.services.standing import expire_lapsed, level_at, program_at, view_member
from terminal.services.timeline import timeline
from terminal.services.web_list import coupons_of
from terminal.services.whose import survivor_of
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
        cards = uow.members.cards(member.id)
        return MemberHit(
            member,
            level_at(uow, member, program, now).tier.code,
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
            coupons = tuple(coupons_of(uow, member_id, now))
        return MemberPage(view, tuple(items), consents, view.spent - online, online, coupons)

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
            member_id = survivor_of(uow, member_id)  # the page was open while they were merged
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

    def grant_tier(
        self, member_id: MemberId, tier: str, until: datetime | None, reason: str, who: SignedIn
    ) -> MemberView:
        """Give a member at least this level, until a moment or for good. Managers only.

        Raises NotAllowed, ReasonMissing, UnknownMember, UnknownTier.
        """
        if who.role is not Role.MANAGER:
            raise NotAllowed(role=who.role.value, needed=Role.MANAGER.value)
        if len(reason.strip()) < 3:
            raise ReasonMissing
        now = self._clock()
        with self._database.write() as uow:
            program, member_id = program_at(uow, now), survivor_of(uow, member_id)
            if tier not in {each.code for each in program.tiers}:
                raise UnknownTier(tier=tier)
            uow.tiers.put(
                TierGrant(
                    id=self._new_id(), member_id=member_id, tier=tier, starts=now, ends=until,
                    reason=reason.strip(), cashier_id=who.id, at=now,
                )
            )  # fmt: skip
            tell_standing(uow, self._till, member_id, now, self._new_id)
            view = view_member(uow, member_id, now)
            uow.commit()
        self._bus.tell(MemberChanged(member_id))
        return view

    def ranking(self, code: str) -> list[Ranked]:
        """Who earned most in the present period, without those who stay out. Raises
        UnknownRanking.

        Earned is what purchases gave, less what came back.
        """
        now = self._clock()
        with self._database.read() as uow:
            program = program_at(uow, now)
            asked = next((each for each in program.rankings if each.code == code), None)
            if asked is None:
                raise UnknownRanking(ranking=code)
            begins, _name = period_of(asked.per, now, zone(program.zone))
            earned: Counter[str] = Counter()
            for entry in uow.ledger.between(begins, now):
                if entry.kind in (EntryKind.EARN, EntryKind.CLAWBACK):
                    earned[entry.member_id] += entry.points
            names = {member_id: _ranked_as(uow, member_id) for member_id in earned}
        out = frozenset(member_id for member_id, name in names.items() if not name)
        table = ranking(earned, out, asked.places)
        return [Ranked(place.place, names[place.member_id], place.points) for place in table]

    def change_note(self, member_id: MemberId, note: str) -> None:
        """What the next cashier should know about the member."""
        now = self._clock()
        with self._database.write() as uow:
            view = view_member(uow, member_id, now)
            uow.members.put(replace(view.member, note=note.strip(), updated_at=now))
            uow.commit()
        self._bus.tell(MemberChanged(member_id))


def _ranked_as(uow: UnitOfWork, member_id: str) -> str:
    """The name in a ranking; empty for who stays out of it."""
    member = uow.members.get(MemberId(member_id))
    return "" if member is None or member.ranking_opt_out else member.called


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
