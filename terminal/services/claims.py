"""Claims: the points of a purchase without a card go to a member who shows its slip later.

Once, within the days that the shop allows. The sale becomes the member's, so that its return takes
the points back, the history shows it and it counts for levels. What came back before earns
nothing. The online store is told the member's standing; an order that it has already stays a
guest's there.
"""

from collections.abc import Sequence
from datetime import datetime

from terminal.claiming import (
    Giver,
    claimable_until,
    claimed,
    derive_claim,
    require_claimable,
    usual_points,
)
from terminal.entries import LedgerEntry
from terminal.errors import UnknownCode, UnknownMember
from terminal.events import EventBus, SaleBooked
from terminal.ids import Clock, MemberId, NewId, SlipId, StaffId
from terminal.members import Member
from terminal.ports import Database, UnitOfWork
from terminal.programs import Program
from terminal.programs.calendar import local_day
from terminal.programs.wanted import wanted
from terminal.returns import late_entries
from terminal.sales import Sale
from terminal.services.campaigning import Followed, Scene, after_purchase
from terminal.services.facts import zone_of
from terminal.services.messages import tell_coupons, tell_standing
from terminal.services.models import ClaimDone, ClaimOffer, MemberView, Till
from terminal.services.returning import policy_of
from terminal.services.selling import chance_of, uses_of
from terminal.services.slip_jobs import paper_words, queue
from terminal.services.standing import expire_lapsed, facts_at, program_at, view_member
from terminal.slip_writer import claim_slip


class ClaimService:
    """Gives guests' sales to members."""

    def __init__(
        self, database: Database, till: Till, bus: EventBus, *, clock: Clock, new_id: NewId
    ) -> None:
        self._database = database
        self._till = till
        self._bus = bus
        self._clock = clock
        self._new_id = new_id

    def offer(self, text: str, member_id: MemberId | None = None) -> ClaimOffer:
        """What a guest's sale would give this member (None: somebody of whom nothing is known), by
        its slip's code or number. Raises UnknownCode, ForgedCode, ClaimRefused, AlreadyReturned,
        UnknownMember, NoProgram."""
        with self._database.read() as uow:
            sale, program = self._claimable(uow, text)
            until = claimable_until(sale, program, self._till.links.claim_days)
            if member_id is None:
                return ClaimOffer(sale, usual_points(sale, program), until)
            member = _member(uow, member_id)
            nobody = Giver(self._till.code, None, lambda: 0)
            entries = self._earned(uow, sale, program, member, nobody)
            back = self._came_back(uow, sale, entries)
            return ClaimOffer(sale, sum(entry.points for entry in (*entries, *back)), until)

    def claim(self, text: str, member_id: MemberId, cashier_id: StaffId) -> ClaimDone:
        """Book it. Raises what ``offer`` raises; then nothing is booked."""
        now = self._clock()
        with self._database.write() as uow:
            sale, program = self._claimable(uow, text)
            member = _member(uow, member_id)
            done = self._book(uow, claimed(sale, member_id), program, member, cashier_id, now)
            uow.commit()
        self._bus.tell(SaleBooked(done.sale.id, member_id))
        return done

    def _claimable(self, uow: UnitOfWork, text: str) -> tuple[Sale, Program]:
        links = self._till.links
        sale = uow.sales.by_ref(links.ref_of(text).upper())
        if sale is None:
            raise UnknownCode(text=text)
        program = program_at(uow, sale.sold_at)
        returns = uow.sales.returns_of(sale.id)
        require_claimable(sale, program, returns, links.claim_days, self._clock())
        return sale, program

    def _book(
        self,
        uow: UnitOfWork,
        sale: Sale,
        program: Program,
        member: Member,
        cashier_id: StaffId,
        now: datetime,
    ) -> ClaimDone:
        expire_lapsed(uow, member.id, self._till.code, now)
        before = view_member(uow, member.id, now)
        giver = Giver(self._till.code, cashier_id, lambda: uow.next_seq(self._till.code))
        entries = self._earned(uow, sale, program, member, giver)
        uow.sales.put(sale)
        uow.ledger.append(entries)
        self._count(uow, program, sale, entries)
        back = self._came_back(uow, sale, entries)
        uow.ledger.append(back)
        followed = self._follow(uow, sale, program, before, cashier_id, now)
        expire_lapsed(uow, member.id, self._till.code, now)  # where it would have lapsed by now
        tell_standing(uow, self._till, member.id, now, self._new_id)
        view = view_member(uow, member.id, now)
        every, coupons = (*entries, *back, *followed.entries), tuple(followed.coupons)
        given = [coupon.code for coupon in coupons]
        tell_coupons(uow, self._till, given, now, self._new_id)
        words = paper_words(self._till, view)
        slip = claim_slip(
            SlipId(self._new_id()), self._till, sale, every, view, words, vouchers=coupons
        )
        return ClaimDone(sale, every, view, queue(uow, slip, now), coupons)

    def _earned(
        self, uow: UnitOfWork, sale: Sale, program: Program, member: Member, giver: Giver
    ) -> list[LedgerEntry]:
        facts = facts_at(uow, member, program, sale.sold_at)
        return derive_claim(sale, member.id, program, facts, giver)

    def _came_back(
        self, uow: UnitOfWork, sale: Sale, earned: Sequence[LedgerEntry]
    ) -> list[LedgerEntry]:
        """What was returned before takes its points back, as if it had come back afterwards."""
        taken: list[LedgerEntry] = []
        returns = uow.sales.returns_of(sale.id)
        for number, back in enumerate(returns):
            policy = policy_of(uow.programs.at(back.returned_at))
            known = (*earned, *taken)
            taken += late_entries(sale, back, known, earlier=returns[:number], policy=policy)
        return taken

    def _count(
        self, uow: UnitOfWork, program: Program, sale: Sale, entries: Sequence[LedgerEntry]
    ) -> None:
        """Uses of rules with limits are the member's; those of offers no longer nobody's."""
        recorded = wanted(program).recorded
        day = local_day(sale.sold_at, zone_of(program)).isoformat()
        moved = [(sale.member_id, 1, use) for use in uses_of(sale, entries)]
        moved += [(None, -1, use) for use in uses_of(sale, ())]
        for whose, sign, (rule, points, money) in moved:
            if rule in recorded:
                uow.uses.add(rule, whose, day, sign, sign * points, sign * money)

    def _follow(
        self,
        uow: UnitOfWork,
        sale: Sale,
        program: Program,
        before: MemberView,
        cashier_id: StaffId,
        now: datetime,
    ) -> Followed:
        """Challenges of the period that runs, milestones and stamp cards, as of any purchase."""
        scene = Scene(
            uow=uow, program=program, till=self._till.code, now=now,
            chance=chance_of(self._new_id), cashier_id=cashier_id,
        )  # fmt: skip
        followed = Followed()
        lifetime = before.account.lifetime_earned
        after_purchase(scene, before.member.id, before.facts, sale.id, lifetime, followed)
        return followed


def _member(uow: UnitOfWork, member_id: MemberId) -> Member:
    member = uow.members.get(member_id)
    if member is None:
        raise UnknownMember(member_id=member_id)
    return member
