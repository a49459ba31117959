"""A coupon that is good in the web shop: five euro off, for its owner."""

from dataclasses import replace

from terminal.members import Member
from terminal.outbox import MessageKind
from terminal.programs.conditions import Needs
from terminal.programs.effects import MoneyOff
from terminal.programs.model import CouponKind, Promotion
from terminal.vouchers import Voucher, VoucherCode, VoucherKind
from tests.sync.shop import Shop

FIVE_OFF = Promotion(
    code="five", gives=MoneyOff(amount=500), needs=Needs(coupon="five", minimum=2000)
)
KIND = CouponKind(code="five", name={"en": "Five off", "el": "Πέντε"}, owned=True)


def give(shop: Shop, owner: Member | None = None, **changes: object) -> Voucher:
    """A coupon is given out at the till, and the online store is to hear of it."""
    voucher = Voucher(
        code=VoucherCode("C0000000000AB"), kind=VoucherKind.COUPON, issued_at=shop.clock(),
        coupon="five", owner=owner.id if owner else None,
    )  # fmt: skip
    voucher = replace(voucher, **changes)
    with shop.writing() as uow:
        uow.vouchers.put(voucher)
        shop.queue(uow, MessageKind.COUPON, voucher.code, voucher.owner)
    return voucher
