"""A member's web coupons as they stand now. Works in the caller's unit of work."""

from datetime import datetime

from terminal.ids import MemberId, SaleId
from terminal.ports import UnitOfWork
from terminal.services.web_back import went_back
from terminal.services.web_terms import bought_by
from terminal.vouchers import Voucher
from terminal.web_coupons import WebCoupon, WebCouponState, reward_of


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
