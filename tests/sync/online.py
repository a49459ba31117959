"""What tests of the Vendure adapter share: a way in, sales, members, and a look at the orders."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sync.engine import SyncEngine
from sync.errors import Retryable
from sync.online_store import Profile, Standing
from sync.pulling import CUSTOMERS, ORDERS, PRODUCTS
from sync.stores.vendure import Access, SalesSettings, VendureOnlineStore
from terminal.ids import MemberId, SaleId, StaffId, TillCode
from terminal.members import Member
from terminal.ports import Database
from terminal.sales import Sale, SaleLine, Tender, TenderKind
from tests.stores import ADMIN_PASSWORD, ADMIN_USER, Admin, VendureStore, unique

T = TypeVar("T")
NOW = datetime.now(UTC).replace(microsecond=0)


def connect(url: str, **sales: Any) -> VendureOnlineStore:
    return VendureOnlineStore(
        Access(url=url, username=ADMIN_USER, secret=ADMIN_PASSWORD, patience=20),
        name="online",
        sales=SalesSettings(**{"settle": timedelta(), **sales}),
    )


_marks: "WeakKeyDictionary[VendureStore, dict[str, str]]" = WeakKeyDictionary()


def hear_of_the_past(engine: SyncEngine, database: Database, server: VendureStore) -> None:
    """Take in what other tests did there; the first one everything, others from where it stood."""
    feeds = (ORDERS, CUSTOMERS, PRODUCTS)
    with database.write() as uow:
        for feed, mark in _marks.get(server, {}).items():
            uow.sync.put_cursor("online", feed, mark)
        uow.commit()
    assert not engine.pull().failure
    with database.read() as uow:
        marks = {feed: uow.sync.cursor("online", feed) for feed in feeds}
    _marks[server] = {feed: mark for feed, mark in marks.items() if mark}


def sale_of(*lines: SaleLine, points: int = 0, rounding: int = 0, currency: str = "EUR") -> Sale:
    lines = lines or (
        SaleLine("OIL-500", "Olive oil", 980, 2),
        SaleLine("HON-450", "Honey", 1190, 1),
    )
    paid = sum(line.paid for line in lines) + rounding
    return Sale(
        id=SaleId(unique("sale-")), ref=unique("T1-"), till=TillCode("T1"), seq=1,
        cashier_id=StaffId("c"), member_id=None, currency=currency, lines=lines,
        points_redeemed=points, redeemed_value=sum(line.discount for line in lines),
        rounding=rounding, tenders=(Tender(TenderKind.CASH, paid),), change=0, sold_at=NOW,
    )  # fmt: skip


def profile(email: str, card: str = "", points: int = 0, tier: str = "bronze") -> Profile:
    member = Member(
        id=MemberId(unique("m")), given_name="Example", family_name="Sample", email=email,
        joined_at=NOW, updated_at=NOW,
    )  # fmt: skip
    return Profile(member, card, Standing(points, tier, NOW))


def insist(ask: Callable[[], T], tries: int = 20) -> T:
    """Again and again, as the engine does, but waiting only as long as the store needs."""
    for _ in range(tries):
        try:
            return ask()
        except Retryable as failure:
            time.sleep(failure.retry_after or 0)
    raise AssertionError("never done")


def orders_of_sale(admin: Admin, sale: Sale) -> list[dict[str, Any]]:
    asked = admin.ask(
        "query($id: String!) { orders(options: {filter: {posSaleId: {eq: $id}}}) { items {"
        " id code state totalWithTax shippingLines { id } customer { id }"
        " payments { amount state method transactionId }"
        " lines { quantity unitPriceWithTax productVariant { sku } }"
        " customFields { posSaleId posTerminalId posReceiptNumber posSoldAt"
        " loyaltyPointsEarned loyaltyPointsRedeemed } } } }",
        id=sale.id,
    )
    found: list[dict[str, Any]] = asked["orders"]["items"]
    return found


def drafts(admin: Admin) -> int:
    asked = admin.ask('{ orders(options: {filter: {state: {eq: "Draft"}}}) { totalItems } }')
    return int(asked["orders"]["totalItems"])


def assert_told(admin: Admin, sale: Sale) -> dict[str, Any]:
    """There is one order of this sale, and it was paid once, what the customer paid."""
    [order] = orders_of_sale(admin, sale)
    assert order["state"] == "PaymentSettled"
    assert order["totalWithTax"] == sale.paid
    assert [payment["amount"] for payment in order["payments"]] == [sale.paid]
    return order
