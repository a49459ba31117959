"""A member's web coupons as they stand now. Works in the caller's unit of work."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from terminal.ids import MemberId, SaleId
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.services.web_back import went_back
from terminal.services.web_terms import bought_by
from terminal.vouchers import Voucher, VoucherCode
from terminal.web_coupons import reward_of


class WebCouponState(StrEnum):
    """Where a coupon is."""

    GOOD = "good"
    OVER = "over"
    """Its time is over; its points go back once the stores have told of all their orders."""
    USED = "used"
    BACK = "back"
    """Its points went back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebCoupon:
    """A member's coupon. ``ref``: the sale or order it was used in; ``program`` is the version of
    the programme that sold it, for the name of its ``reward``."""

    code: VoucherCode
    reward: str
    points: int
    state: WebCouponState
    issued_at: datetime
    ends: datetime | None
    ref: str = ""
    program: Program | None = None


def coupons_of(uow: UnitOfWork, member_id: MemberId, now: datetime) -> list[WebCoupon]:
    """Newest first."""
    mine = [voucher for voucher in uow.vouchers.of_member(member_id) if reward_of(voucher.coupon)]
    return [_told(uow, voucher, now) for voucher in reversed(mine)]


def _told(uow: UnitOfWork, voucher: Voucher, now: datetime) -> WebCoupon:
    bought = bought_by(uow, voucher)
    state, used = _state(uow, voucher, now), uow.vouchers.uses(voucher.code)
    return WebCoupon(
        code=voucher.code, reward=reward_of(voucher.coupon), points=-bought.points if bought else 0,
        state=state, issued_at=voucher.issued_at, ends=voucher.ends,
        ref=_ref(uow, used[0]) if used else "",
        program=uow.programs.version(bought.program, bought.program_version) if bought else None,
    )  # fmt: skip


def _state(uow: UnitOfWork, voucher: Voucher, now: datetime) -> WebCouponState:
    if went_back(uow, voucher.code):
        return WebCouponState.BACK
    if voucher.uses_left == 0:
        return WebCouponState.USED
    over = voucher.ends is not None and voucher.ends <= now
    return WebCouponState.OVER if over else WebCouponState.GOOD


def _ref(uow: UnitOfWork, source: str) -> str:
    """What a use is called: the number of a sale, or of an order of an online store."""
    sale = uow.sales.get(SaleId(source))
    if sale is not None:
        return sale.ref
    store, _, remote = source.partition(":")
    order = uow.sales.get_order(store, remote)
    return order.code if order else ""
