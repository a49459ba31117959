"""Rewards as coupons for the web shop: points are paid now, the money comes off there, or here.

One transaction each: the points, the coupon, its slip, and what the online stores are told. Asking
again with the same plan answers with the coupon that is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from terminal.entries import EntryKind, LedgerEntry, Part
from terminal.errors import (
    EmailNeeded,
    NotAllowed,
    NotEnoughPoints,
    NoWebShop,
    ReasonMissing,
    RewardNotForWeb,
    UnknownMember,
    UnknownVoucher,
    VoucherBlocked,
    VoucherUsed,
)
from terminal.events import EventBus, MemberChanged
from terminal.granting import GrantsPoints
from terminal.ids import Clock, MemberId, NewId, SaleId, SlipId, StaffId, derived_id
from terminal.ledger import fold
from terminal.ports import Database, UnitOfWork
from terminal.programs.allowances import Allowances
from terminal.programs.calendar import end_of_day
from terminal.programs.catalogue import catalogue
from terminal.programs.lapsing import kept_until
from terminal.programs.matching import is_for, is_time
from terminal.programs.model import Reward
from terminal.services.facts import zone_of
from terminal.services.granting import granted, keep_within, untold
from terminal.services.messages import tell_coupons, tell_standing
from terminal.services.models import MemberView, SignedIn, Till
from terminal.services.selling import chance_of, occasion_of
from terminal.services.slip_jobs import paper_words, queue
from terminal.services.standing import expire_lapsed, view_member
from terminal.services.web_back import give_back, settle_over
from terminal.services.web_list import coupons_of
from terminal.services.web_terms import bought_by, bought_id, count_use
from terminal.slip_writer import web_coupon_slip
from terminal.slips import Slip
from terminal.staff import Role
from terminal.vouchers import Voucher, VoucherCode, VoucherKind, clean_code, voucher_code
from terminal.web_coupons import WebCoupon, kind_of, reward_offer


@dataclass(frozen=True, slots=True, kw_only=True)
class WebCouponPlan:
    """What would be booked, shown before it is: ``slip`` is what will be printed. ``id`` and
    ``code`` are made now and make the booking repeatable."""

    id: SaleId
    code: VoucherCode
    member_id: MemberId
    reward: str
    cost: int
    after: int
    ends: datetime
    slip: Slip


@dataclass(frozen=True, slots=True)
class WebCouponDone:
    """A coupon that was made, and the member as of now."""

    voucher: Voucher
    view: MemberView
    slip_id: SlipId


class WebCouponService:
    """Turns rewards into coupons for the web, and back."""

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

    # -- what can be had -------------------------------------------------------------------------

    @property
    def stores(self) -> tuple[str, ...]:
        """The online stores that take coupons."""
        without = set(self._till.couponless_stores)
        return tuple(store for store in self._till.online_stores if store not in without)

    def choices(self, view: MemberView) -> tuple[str, ...]:
        """Rewards that this member can have as a web coupon now; pure, nothing is read."""
        if not self.stores or not view.member.email:
            return ()
        return tuple(
            reward.code
            for reward in view.program.rewards
            if reward.active and reward.cost <= view.available and not self._why_not(view, reward)
        )

    def _why_not(self, view: MemberView, reward: Reward) -> str:
        """Why a reward can't be a coupon now; "": it can."""
        program, now = view.program, self._clock()
        if not program.web.allowed or reward_offer(reward) is None:
            return "not_for_web"
        occasion = occasion_of(program, now)
        if not is_time(reward.when, occasion.local):
            return "not_now"
        if not is_for(reward.who, view.facts, occasion):
            return "not_for_you"
        wanted_offer = catalogue(program).rewards[reward.code]
        refused = Allowances(view.facts, view.facts.budgets).refusal(wanted_offer)
        return refused[0] if refused else ""

    # -- making one ------------------------------------------------------------------------------

    def plan(self, member_id: MemberId, reward: str) -> WebCouponPlan:
        """What a reward would be as a coupon. Raises NoWebShop, EmailNeeded, RewardNotForWeb,
        NotEnoughPoints, UnknownMember."""
        now = self._clock()
        with self._database.read() as uow:
            view = view_member(uow, member_id, now)
            history = uow.ledger.entries(member_id)
        found = self._allowed(view, reward)
        new_id, code = SaleId(self._new_id()), voucher_code("C", chance_of(self._new_id)())
        voucher = _voucher(view, found, code, new_id, now)
        entry = self._redeemed(new_id, view, found, now)
        after = fold([*history, entry])
        slip = self._slip(SlipId(""), replace(view, account=after), voucher, [entry])
        return WebCouponPlan(
            id=new_id, code=code, member_id=view.member.id, reward=found.code, cost=found.cost,
            after=after.balance, ends=voucher.ends or now, slip=slip,
        )  # fmt: skip

    def make(self, plan: WebCouponPlan, cashier_id: StaffId) -> WebCouponDone:
        """Pay the points and make the coupon. Raises as ``plan``; PointsJustSpent and
        OfflineCapReached where tills share a hub."""
        if self._grants is None or self._is_made(plan):
            return self._make(plan, cashier_id)
        with granted(
            self._grants, plan.id, plan.member_id, plan.cost, lambda: self._untold(plan.member_id)
        ) as answered:
            return self._make(plan, cashier_id, 0 if answered else plan.cost)

    def _is_made(self, plan: WebCouponPlan) -> bool:
        with self._database.read() as uow:
            return uow.vouchers.get(plan.code) is not None

    def _untold(self, member_id: MemberId) -> int:
        with self._database.read() as uow:
            return untold(uow, member_id, self._till.code)

    def _make(self, plan: WebCouponPlan, cashier_id: StaffId, unasked: int = 0) -> WebCouponDone:
        now, slip_id = self._clock(), SlipId(derived_id("web coupon slip", plan.id))
        with self._database.write() as uow:
            known = uow.vouchers.get(plan.code)
            if known is not None:
                return WebCouponDone(known, view_member(uow, plan.member_id, now), slip_id)
            expire_lapsed(uow, plan.member_id, self._till.code, now)
            view = view_member(uow, plan.member_id, now)
            reward = self._allowed(view, plan.reward)
            if unasked:
                keep_within(uow, view.program, plan.member_id, unasked, self._till.code, now)
            seq = uow.next_seq(self._till.code)
            entry = self._redeemed(plan.id, view, reward, now, cashier_id, seq)
            uow.ledger.append([entry])
            voucher = _voucher(view, reward, plan.code, plan.id, now)
            uow.vouchers.put(voucher)
            count_use(uow, entry)
            view = view_member(uow, plan.member_id, now)
            queue(uow, self._slip(slip_id, view, voucher, [entry]), now)
            tell_coupons(uow, self._till, [voucher.code], now, self._new_id)
            tell_standing(uow, self._till, plan.member_id, now, self._new_id)
            uow.commit()
        self._bus.tell(MemberChanged(plan.member_id))
        return WebCouponDone(voucher, view, slip_id)

    def _allowed(self, view: MemberView, code: str) -> Reward:
        if not self.stores:
            raise NoWebShop
        if not view.member.email:
            raise EmailNeeded(member_id=view.member.id)
        active = (each for each in view.program.rewards if each.active)
        reward = next((each for each in active if each.code == code), None)
        why = self._why_not(view, reward) if reward else "not_for_web"
        if reward is None or why:
            raise RewardNotForWeb(reward=code, why=why)
        if reward.cost > view.available:
            raise NotEnoughPoints(asked=reward.cost, available=view.available)
        return reward

    def _redeemed(
        self,
        plan_id: SaleId,
        view: MemberView,
        reward: Reward,
        now: datetime,
        cashier_id: StaffId | None = None,
        seq: int = 0,
    ) -> LedgerEntry:
        program, offer = view.program, reward_offer(reward)
        amount = offer.amount if offer else 0
        return LedgerEntry(
            id=bought_id(plan_id), member_id=view.member.id, kind=EntryKind.REDEEM,
            points=-reward.cost, decided_at=now, till=self._till.code, seq=seq,
            cashier_id=cashier_id, program=program.code, program_version=program.version,
            parts=(Part(f"reward:{reward.code}", -reward.cost, amount, "", (1,)),), basis=amount,
            currency=program.currency, source_id=plan_id, keeps_until=kept_until(program, now),
        )  # fmt: skip

    def _slip(
        self, slip_id: SlipId, view: MemberView, voucher: Voucher, spent: Sequence[LedgerEntry]
    ) -> Slip:
        words = paper_words(self._till, view)
        return web_coupon_slip(slip_id, self._till, voucher, view, words, spent=spent)

    # -- and back --------------------------------------------------------------------------------

    def take_back(self, code: str, reason: str, who: SignedIn) -> MemberView:
        """A member changed their mind: the coupon is no longer good, the points are theirs again.
        Managers only.

        Raises NotAllowed, ReasonMissing, UnknownVoucher, VoucherUsed, VoucherBlocked.
        """
        if who.role is not Role.MANAGER:
            raise NotAllowed(role=who.role.value, needed=Role.MANAGER.value)
        if len(reason.strip()) < 3:
            raise ReasonMissing
        now = self._clock()
        with self._database.write() as uow:
            voucher = _open_coupon(uow, code)
            moved = give_back(
                uow, voucher, now, self._till.online_stores, now, self._new_id,
                till=self._till.code, cashier_id=who.id, reason=reason.strip(),
            )  # fmt: skip
            view = view_member(uow, moved[-1], now)
            uow.commit()
        for member_id in moved:
            self._bus.tell(MemberChanged(member_id))
        return view

    def settle(self) -> int:
        """Give the points back of coupons that are over; answers for how many members."""
        moved: list[MemberId] = []
        while True:
            with self._database.write() as uow:
                some = settle_over(
                    uow, self._till.online_stores, self._clock(), self._new_id,
                    couponless=self._till.couponless_stores,
                )  # fmt: skip
                uow.commit()
            if not some:
                break
            moved += some
        for member_id in dict.fromkeys(moved):
            self._bus.tell(MemberChanged(member_id))
        return len(set(moved))

    # -- what there is ---------------------------------------------------------------------------

    def of_member(self, member_id: MemberId) -> list[WebCoupon]:
        """A member's web coupons, newest first. Raises UnknownMember."""
        with self._database.read() as uow:
            if uow.members.get(member_id) is None:
                raise UnknownMember(member_id=member_id)
            return coupons_of(uow, member_id, self._clock())


def _voucher(
    view: MemberView, reward: Reward, code: VoucherCode, plan_id: SaleId, now: datetime
) -> Voucher:
    """Good to the end of the last local day."""
    program = view.program
    last = now + timedelta(days=program.web.valid_days)
    return Voucher(
        code=code, kind=VoucherKind.COUPON, issued_at=now, coupon=kind_of(reward.code),
        owner=view.member.id, ends=end_of_day(last, zone_of(program)), uses_left=1,
        source_id=bought_id(plan_id),
    )  # fmt: skip


def _open_coupon(uow: UnitOfWork, code: str) -> Voucher:
    """A coupon whose points can go back."""
    voucher = uow.vouchers.get(VoucherCode(clean_code(code)))
    if voucher is None or bought_by(uow, voucher) is None:
        raise UnknownVoucher(code=code)
    if voucher.uses_left == 0:
        raise VoucherUsed(code=voucher.code)
    if voucher.blocked:
        raise VoucherBlocked(code=voucher.code)
    return voucher
