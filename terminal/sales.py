"""Basket before payment, sale after it. Pure: no clock, no chance, no storage."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from terminal.errors import EmptyBasket, NotPaid, OtherCurrency, Overpaid
from terminal.ids import MemberId, SaleId, StaffId, TillCode
from terminal.money import round_for_cash, spread


@dataclass(frozen=True, slots=True)
class Goods:
    """What rules go by. ``tax`` is the rate within the price, in hundredths of a percent (2 400 is
    24 %); ``fixed`` the part of one piece's price that is never discounted (a deposit, a levy).

    ``kind``: goods, gift_card (its sale is money kept for later) or shipping.
    """

    category: str = ""
    brand: str = ""
    tags: tuple[str, ...] = ()
    tax: int = 0
    fixed: int = 0
    kind: str = "goods"


PLAIN = Goods()


@dataclass(frozen=True, slots=True)
class Product:
    """Something the shop sells. ``price`` in minor units, tax included; ``ean`` may be empty."""

    sku: str
    name: str
    price: int
    currency: str
    detail: str = ""
    ean: str = ""
    goods: Goods = PLAIN


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A product and how many of it; ``unit_price`` in minor units.

    ``free``: pieces that an offer put on top; they cost nothing and are not ``quantity``.
    """

    sku: str
    name: str
    unit_price: int
    quantity: int = 1
    detail: str = ""
    goods: Goods = PLAIN
    free: int = 0

    @property
    def total(self) -> int:
        """Minor units."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Basket:
    """What a customer is about to buy. Immutable: every change is a new basket."""

    currency: str
    lines: tuple[BasketLine, ...] = ()

    @property
    def total(self) -> int:
        """What the goods cost, in minor units, before points."""
        return sum(line.total for line in self.lines)

    @property
    def items(self) -> int:
        """How many pieces."""
        return sum(line.quantity for line in self.lines)

    def add(self, product: Product, quantity: int = 1) -> "Basket":
        """With more of a product; the same product at the same price joins its line.

        Raises OtherCurrency: 980 forints are not 980 cents.
        """
        if product.currency != self.currency:
            raise OtherCurrency(currency=product.currency, expected=self.currency)
        for index, line in enumerate(self.lines):
            if (line.sku, line.name, line.unit_price) == (product.sku, product.name, product.price):
                return self.with_quantity(index, line.quantity + quantity)
        line = BasketLine(
            product.sku, product.name, product.price, quantity, product.detail, product.goods
        )
        return replace(self, lines=(*self.lines, line))

    def with_quantity(self, index: int, quantity: int) -> "Basket":
        """With another quantity in a line; zero takes the line out."""
        changed = (replace(self.lines[index], quantity=quantity),) if quantity > 0 else ()
        return replace(self, lines=self.lines[:index] + changed + self.lines[index + 1 :])


class TenderKind(StrEnum):
    """How money changes hands. Points are not a tender: they lower the price."""

    CASH = "cash"
    CARD = "card"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"


@dataclass(frozen=True, slots=True)
class Tender:
    """Money given for a sale, in minor units; what is given back is the sale's change."""

    kind: TenderKind
    amount: int
    code: str = ""
    """Of the gift card or store credit that pays."""

    def __post_init__(self) -> None:
        """Taking money out of one pocket to fill the other is no payment."""
        if self.amount < 0:
            raise ValueError("a tender is not negative")


@dataclass(frozen=True, slots=True)
class Applied:
    """Something that took money off, or was handed over, in a sale.

    ``kind``: promotion, reward, tier (a level's price) or points (points as money). ``amount`` is
    minor units off, ``lines`` its exact share for each line; ``points`` what it cost the member.
    ``coupon`` is the coupon that was used up, ``gives`` what was handed over: a kind of coupon, a
    gift or a cause.
    """

    code: str
    kind: str
    amount: int
    lines: tuple[int, ...] = ()
    points: int = 0
    coupon: str = ""
    gives: str = ""


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line as sold. ``discount`` is everything taken off it, ``points_paid`` the part of that
    which points paid as money; ``free`` pieces came on top and cost nothing."""

    sku: str
    name: str
    unit_price: int
    quantity: int
    discount: int = 0
    detail: str = ""
    points_paid: int = 0
    goods: Goods = PLAIN
    free: int = 0

    @property
    def paid(self) -> int:
        """What this line brought in, in minor units."""
        return self.unit_price * self.quantity - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A paid sale. Amounts in minor units of ``currency``; tenders less change make ``paid``.

    ``points_redeemed`` are all points spent in it, for rewards too; ``redeemed_value`` is what
    points paid as money. ``offers`` stand in the order in which they were applied.
    """

    id: SaleId
    ref: str
    till: TillCode
    seq: int
    cashier_id: StaffId
    member_id: MemberId | None
    currency: str
    lines: tuple[SaleLine, ...]
    points_redeemed: int
    redeemed_value: int
    rounding: int
    """What cash rounding added (or, negative, took off)."""
    tenders: tuple[Tender, ...]
    change: int
    sold_at: datetime
    offers: tuple[Applied, ...] = ()

    @property
    def goods(self) -> int:
        """What the goods cost before anything was taken off."""
        return sum(line.unit_price * line.quantity for line in self.lines)

    @property
    def net(self) -> int:
        """Goods less everything taken off: what there was to pay."""
        return self.goods - sum(line.discount for line in self.lines)

    @property
    def counted(self) -> int:
        """What counts towards a level: the bill, however it was paid; points are a tender there."""
        return self.net + self.redeemed_value

    @property
    def paid(self) -> int:
        """What was really paid, cash rounding included."""
        return self.net + self.rounding


def sale_lines(basket: Basket, redeemed_value: int) -> tuple[SaleLine, ...]:
    """Lines with the discount spread over them by value, to the last minor unit."""
    if not basket.lines:
        raise EmptyBasket
    shares = spread(redeemed_value, [line.total for line in basket.lines])
    return tuple(
        SaleLine(line.sku, line.name, line.unit_price, line.quantity, share, line.detail)
        for line, share in zip(basket.lines, shares, strict=True)
    )


def to_pay(net: int, currency: str, *, cash: bool) -> int:
    """What is asked for: rounded to coins when paid in cash alone."""
    return round_for_cash(net, currency) if cash else net


def settle(net: int, currency: str, tenders: tuple[Tender, ...]) -> tuple[int, int]:
    """(rounding, change) of a sale of ``net`` minor units paid with ``tenders``.

    Cash rounding applies only when cash alone pays; only cash gives change. Raises NotPaid and
    Overpaid.
    """
    only_cash = bool(tenders) and all(tender.kind is TenderKind.CASH for tender in tenders)
    due = to_pay(net, currency, cash=only_cash)
    over = sum(tender.amount for tender in tenders) - due
    if over < 0:
        raise NotPaid(missing=-over, currency=currency)
    cash = sum(tender.amount for tender in tenders if tender.kind is TenderKind.CASH)
    if over > cash:
        raise Overpaid(over=over - cash, currency=currency)
    return due - net, over


def sale_ref(till: TillCode, seq: int) -> str:
    """What stands on the slip and can be typed: till and its own running number."""
    return f"{till}-{seq:06d}"
