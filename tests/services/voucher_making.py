"""Coupons and gift cards that the stories share."""

from terminal.programs.conditions import Needs
from terminal.programs.effects import MoneyOff
from terminal.programs.model import CouponKind, Promotion
from terminal.sales import Basket, Goods, Product, Tender, TenderKind
from terminal.services.vouchers import issue_coupon
from terminal.vouchers import (
    VoucherCode,
)
from tests.shop import Shop

TEN_OFF = Promotion(code="ten", gives=MoneyOff(1_000), needs=Needs(coupon="ten"), guests=True)
GIFT_CARD = Product("GIFT-50", "Gift card", 5_000, "EUR", goods=Goods(kind="gift_card"))


def coupons(shop: Shop, **kind: object) -> None:
    shop.run(coupons=(CouponKind(code="ten", **kind),), promotions=(TEN_OFF,))


def issued(shop: Shop, owner: str | None = None) -> str:
    with shop.database.write() as uow:
        program = uow.programs.at(shop.moment)
        coupon = issue_coupon(uow, program, "ten", owner, "story", shop.moment, lambda: 12345)
        uow.commit()
    return coupon.code


def value(shop: Shop, code: str) -> int:
    with shop.database.read() as uow:
        return uow.vouchers.value(VoucherCode(code))


def gift_card(shop: Shop) -> tuple[str, object]:
    """A gift card of 50.00, sold to a guest; its code and its sale."""
    done = shop.sell(None, Basket("EUR").add(GIFT_CARD))
    (card,) = done.vouchers
    return card.code, done.sale


def paid_with(code: str, amount: int) -> tuple[Tender, ...]:
    return (Tender(TenderKind.GIFT_CARD, amount, code),)
