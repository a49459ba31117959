"""Points for what members do besides buying: joining, reviews, surveys, birthdays and the like.

An event is named by what happened and where it came from, so that telling of it twice gives once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from terminal.entries import EntryKind, LedgerEntry
from terminal.errors import NothingGiven, UnknownMember
from terminal.events import EventBus, MemberChanged
from terminal.granting import GrantsPoints
from terminal.ids import Clock, EntryId, MemberId, NewId, SaleId, StaffId, derived_id
from terminal.members import Member
from terminal.ports import Database, UnitOfWork
from terminal.programs.accrual import award, credits, money_of
from terminal.programs.calendar import local_day
from terminal.programs.facts import Facts, Occasion
from terminal.programs.wanted import wanted
from terminal.services.campaigning import (
    Followed,
    Scene,
    after_points,
    answer_quiz,
    bring_friend,
    friends_due,
    settle_friends,
)
from terminal.services.facts import zone_of
from terminal.services.giving import (
    donate,
    donation_of,
    hand_over,
    may_donate,
    may_hand_over,
    transfer_of,
)
from terminal.services.granting import granted, untold
from terminal.services.messages import tell_coupons, tell_standing
from terminal.services.models import MemberView, Till
from terminal.services.selling import chance_of
from terminal.services.slip_jobs import queue_coupons
from terminal.services.standing import expire_lapsed, facts_at, program_at, view_member

CHUNK = 100
"""Friends per transaction: a cashier's sale never waits for more than this."""


def book_happening(
    scene: Scene, member: Member, happening: str, source_id: str, facts: Facts | None = None
) -> list[LedgerEntry]:
    """What the programme gives for an event, booked once for each source; empty: nothing."""
    uow, program = scene.uow, scene.program
    occasion = Occasion(scene.now, zone_of(program))
    known = facts or facts_at(uow, member, program, scene.now)
    accrual = award(program, happening, known, occasion)
    entries = [
        scene.entry(
            derived_id("event", happening, member.id, source_id, str(number)), member.id,
            EntryKind.BONUS, credit.points, parts=credit.parts, usable_at=credit.usable_at,
            lapses_at=credit.lapses_at, held=credit.held, keeps_until=credit.keeps_until,
            qualifying=credit.qualifying, source_id=source_id,
        )
        for number, credit in enumerate(credits(accrual, program, occasion))
    ]  # fmt: skip
    fresh = set(uow.ledger.append(entries))
    day, recorded = local_day(scene.now, zone_of(program)).isoformat(), wanted(program).recorded
    for entry in entries:
        for part in entry.parts if entry.id in fresh else ():
            if part.rule in recorded:
                uow.uses.add(part.rule, member.id, day, 1, part.points, money_of(part))
    return [entry for entry in entries if entry.id in fresh]


@dataclass(frozen=True, slots=True)
class Given:
    """Points that somebody wants to give away; ``source`` is what the hub knows that by."""

    source: SaleId
    giver: MemberId
    points: int
    key: str


class HappeningService:
    """Events, friends, quizzes, causes and households: what moves points without a sale."""

    def __init__(
        self,
        database: Database,
        till: Till,
        bus: EventBus,
        *,
        clock: Clock,
        new_id: NewId,
        grants: GrantsPoints | None = None,
    ) -> None:
        self._database = database
        self._till = till
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._grants = grants

    def award(
        self, member_id: MemberId, happening: str, source_id: str, cashier_id: StaffId | None = None
    ) -> MemberView:
        """Points for an event. Raises NothingGiven where there are none (any more)."""
        return self._change(
            member_id,
            cashier_id,
            lambda scene, member: _given(
                book_happening(scene, member, happening, source_id), happening
            ),
        )

    def quiz(
        self, member_id: MemberId, quiz_code: str, answers: tuple[int, ...], cashier_id: StaffId
    ) -> MemberView:
        """Answers to a quiz. Raises WrongAnswers, NothingGiven."""

        def answer(scene: Scene, member: Member) -> list[LedgerEntry]:
            quizzes = (quiz for quiz in scene.program.quizzes if quiz.code == quiz_code)
            quiz = next(quizzes, None)
            if quiz is None:
                raise NothingGiven(happening="quiz")
            return answer_quiz(scene, member.id, quiz, answers)

        return self._change(member_id, cashier_id, answer)

    def donate(
        self, member_id: MemberId, cause: str, points: int, cashier_id: StaffId, key: str = ""
    ) -> MemberView:
        """Points for a good cause; ``key`` makes the decision repeatable. Raises UnknownCause,
        TooMuchHandedOver, NotEnoughPoints; PointsJustSpent and OfflineCapReached where tills share
        a hub."""
        once = key or self._new_id()
        return self._give_away(
            Given(donation_of(once), member_id, points, once),
            cashier_id,
            lambda uow, now: may_donate(uow, program_at(uow, now), member_id, cause, points, now),
            lambda scene, unasked: [donate(scene, member_id, cause, points, once, unasked)[0]],
        )

    def hand_over(
        self,
        giver_id: MemberId,
        taker_id: MemberId,
        points: int,
        cashier_id: StaffId,
        key: str = "",
    ) -> MemberView:
        """Points to another member of the household; answers the giver. Raises NotOneHousehold,
        TooMuchHandedOver, NotEnoughPoints; PointsJustSpent and OfflineCapReached where tills share
        a hub."""
        once = key or self._new_id()
        return self._give_away(
            Given(transfer_of(once), giver_id, points, once),
            cashier_id,
            lambda uow, now: may_hand_over(
                uow, program_at(uow, now), giver_id, taker_id, points, now
            ),
            lambda scene, unasked: hand_over(scene, giver_id, taker_id, points, once, unasked),
        )

    def _give_away(
        self,
        given: Given,
        cashier_id: StaffId | None,
        check: Callable[[UnitOfWork, datetime], None],
        book: Callable[[Scene, int], list[LedgerEntry]],
    ) -> MemberView:
        """Where tills share a hub it is asked first, once for a decision that makes sense;
        ``book`` is told how many points nobody granted."""
        giver = given.giver

        def booked(unasked: int = 0) -> MemberView:
            return self._change(giver, cashier_id, lambda scene, member: book(scene, unasked))

        if self._grants is None or not self._is_new(given, check):
            return booked()
        with granted(
            self._grants, given.source, giver, given.points, lambda: self._untold(giver)
        ) as answered:
            return booked(0 if answered else given.points)

    def _is_new(self, given: Given, check: Callable[[UnitOfWork, datetime], None]) -> bool:
        with self._database.read() as uow:
            if uow.ledger.get(EntryId(given.key)) is not None:
                return False
            if uow.members.get(given.giver) is None:
                raise UnknownMember(member_id=given.giver)
            check(uow, self._clock())
        return True

    def _untold(self, member_id: MemberId) -> int:
        with self._database.read() as uow:
            return untold(uow, member_id, self._till.code)

    def bring(self, referrer_id: MemberId, friend_id: MemberId) -> None:
        """Note who brought whom. Raises OwnReferral, UnknownMember."""
        with self._database.write() as uow:
            bring_friend(self._scene(uow, None), referrer_id, friend_id)
            uow.commit()

    def settle_friends(self) -> int:
        """Give what friends' purchases that stand by now are worth; answers the points."""
        with self._database.read() as uow:
            now = self._clock()
            due = friends_due(uow, program_at(uow, now), now)
        return sum(self._settle(due[n : n + CHUNK]) for n in range(0, len(due), CHUNK))

    def _settle(self, friends: list[MemberId]) -> int:
        with self._database.write() as uow:
            scene = self._scene(uow, None)
            gained: dict[MemberId, list[LedgerEntry]] = {}
            for entry in settle_friends(scene, friends):
                gained.setdefault(entry.member_id, []).append(entry)
            for member_id, entries in gained.items():
                before = uow.ledger.account(member_id).lifetime_earned - _sum(entries)
                self._follow(scene, member_id, entries[0].id, before)
                tell_standing(uow, self._till, member_id, scene.now, self._new_id)
            uow.commit()
        for member_id in gained:
            self._bus.tell(MemberChanged(member_id))
        return sum(_sum(entries) for entries in gained.values())

    def release(self, member_id: MemberId, entry_id: str, cashier_id: StaffId) -> MemberView:
        """Let held points be spent: the order was delivered, the review checked.

        Raises NothingGiven where the member has no such entry that is held.
        """

        def book(scene: Scene, member: Member) -> list[LedgerEntry]:
            held = scene.uow.ledger.get(EntryId(entry_id))
            if held is None or held.member_id != member.id or not held.held:
                raise NothingGiven(happening="release")
            key = derived_id("release", entry_id)
            freed = scene.entry(key, member.id, EntryKind.RELEASE, 0, reverses=held.id)
            return [freed] if scene.uow.ledger.append([freed]) else []

        return self._change(member_id, cashier_id, book)

    def _scene(self, uow: UnitOfWork, cashier_id: StaffId | None) -> Scene:
        now = self._clock()
        return Scene(
            uow=uow, program=program_at(uow, now), till=self._till.code, now=now,
            chance=chance_of(self._new_id), cashier_id=cashier_id,
        )  # fmt: skip

    def _follow(self, scene: Scene, member_id: MemberId, source_id: str, before: int) -> None:
        """What points lead to; the coupons of a full stamp card are printed."""
        followed = Followed()
        after_points(scene, member_id, source_id, before, followed)
        if followed.coupons:
            view = view_member(scene.uow, member_id, scene.now)
            queue_coupons(scene.uow, self._till, view, followed, scene.now, self._new_id)
            given = [coupon.code for coupon in followed.coupons]
            tell_coupons(scene.uow, self._till, given, scene.now, self._new_id)

    def _change(
        self,
        member_id: MemberId,
        cashier_id: StaffId | None,
        book: Callable[[Scene, Member], list[LedgerEntry]],
    ) -> MemberView:
        """One transaction for one member; others are told what moved."""
        with self._database.write() as uow:
            scene = self._scene(uow, cashier_id)
            member = uow.members.get(member_id)
            if member is None:
                raise UnknownMember(member_id=member_id)
            expire_lapsed(uow, member_id, self._till.code, scene.now)
            before = uow.ledger.account(member_id).lifetime_earned
            entries = book(scene, member)
            if entries:
                self._follow(scene, member_id, entries[0].id, before)
            moved = {entry.member_id for entry in entries}
            for each in moved:
                tell_standing(uow, self._till, each, scene.now, self._new_id)
            view = view_member(uow, member_id, scene.now)
            uow.commit()
        for each in moved:
            self._bus.tell(MemberChanged(each))
        return view


def _sum(entries: list[LedgerEntry]) -> int:
    return sum(entry.points for entry in entries)


def _given(entries: list[LedgerEntry], happening: str) -> list[LedgerEntry]:
    if not entries:
        raise NothingGiven(happening=happening)
    return entries
