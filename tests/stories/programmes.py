"""What stories of programmes share: a plain file, members who buy, sales made elsewhere."""

from __future__ import annotations

from datetime import timedelta

from terminal.ids import MemberId, SaleId
from terminal.online import OnlineOrder, OrderLine
from terminal.sales import Goods, Product, Sale, SaleLine, Tender, TenderKind
from tests.shop import START

TEA = Product("TEA", "Tea", 450, "EUR", goods=Goods(category="tea"))
SINCE, UNTIL = START - timedelta(days=1), START + timedelta(days=60)

PLAIN = """
code = "Elia"
currency = "EUR"

[redemption]
block = 100
value = 100
minimum = 100

[[rules]]
code = "accrual"
gives = { kind = "per_money", points = 1, per = 100 }
"""

COUPONED = (
    PLAIN + '[[coupons]]\ncode = "ten"\n[[promotions]]\ncode = "p"\nneeds.coupon = "ten"\n'
    'gives = { kind = "percent_off", share = 1000 }\n'
    '[[rewards]]\ncode = "mug"\ncost = 50\ngives = { kind = "money_off", amount = 50 }\n'
    '[[promotions]]\ncode = "more"\ngives = { kind = "coupon", coupon = "ten" }\n'
    "needs.minimum = 5000\n"
)


def bought(shop, name: str, *prices: int):
    """A member who buys for these prices, a day apart."""
    member = shop.enrol(name)
    for price in prices:
        shop.sell(member, shop.open_price(price))
        shop.later(days=1)
    return member


def put_sale(shop, **more: object) -> None:
    """A sale as another till would have booked it."""
    line = SaleLine("TEA", "Tea", 450, 2, goods=TEA.goods)
    usual = {
        "id": SaleId(shop.new_id()), "ref": "T2-000001", "till": "T2", "seq": 1,
        "cashier_id": "cashier", "member_id": None, "currency": "EUR", "lines": (line,),
        "points_redeemed": 0, "redeemed_value": 0, "rounding": 0, "change": 0,
        "tenders": (Tender(TenderKind.CARD, 900),), "sold_at": shop.clock(),
    }  # fmt: skip
    with shop.database.write() as uow:
        uow.sales.put(Sale(**(usual | more)))
        uow.commit()


def put_order(shop, member_id: str | None, **more: object) -> None:
    usual = {
        "store": "web", "remote_id": shop.new_id(), "code": "W1", "customer_id": "", "email": "",
        "card_number": "", "placed_at": shop.clock(), "currency": "EUR", "goods": 2_050,
        "total": 2_550, "member_id": MemberId(member_id) if member_id else None,
        "lines": (OrderLine("Tea", 1, 450, "TEA"), OrderLine("Oil", 1, 1_600, "gone")),
    }  # fmt: skip
    with shop.database.write() as uow:
        uow.products.put_all([TEA])
        uow.sales.put_order(OnlineOrder(**(usual | more)))
        uow.commit()
