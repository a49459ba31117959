"""A real Vendure store as a world for the contract: its owner over the Admin API, its shoppers over
the Shop API."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.online_store import OnlineStore, Recognised
from sync.stores.vendure import (
    Access,
    FeedSettings,
    SalesSettings,
    VendureOnlineStore,
    recognise,
)
from sync.wire import Wire
from terminal.sales import Goods, Product, Sale
from tests.adapters.world import Act, CouponRefusedError, Placed, SoldThere, address, fresh
from tests.faults import FaultProxy
from tests.stores import (
    ADMIN_PASSWORD,
    ADMIN_USER,
    Admin,
    RefusedByStoreError,
    Shopper,
    VendureStore,
)

_GOODS = (
    ("OIL-500", "Olive oil, extra virgin 500 ml", 980, "9520000001018", 1300),
    ("HON-450", "Thyme honey 450 g", 1190, "9520000001032", 1300),
    ("TOW-LIN", "Linen tea towel", 890, "9520000001049", 2400),
)
_FIELDS = {"given_name": "firstName", "family_name": "lastName", "phone": "phoneNumber"}


class VendureWorld:
    """One running store. ``overlap``: PostgreSQL keeps microseconds, sql.js whole seconds."""

    kind = "vendure"
    currency = "EUR"
    tiers = ("bronze", "gold")
    shows_lapse = True
    keeps_marketing = False
    goods = tuple(
        Product(sku, name, price, "EUR", ean=ean, goods=Goods(tax=tax))
        for sku, name, price, ean, tax in _GOODS
    )
    can: frozenset[Act] = frozenset(
        {
            "shoppers", "delete_customer", "place_order", "pay_later", "refund", "cancel",
            "use_coupon", "edit_products", "end_product", "weak_key", "wrong_key", "bare",
            "faults", "outlast",
        }
    )  # fmt: skip

    def __init__(self, server: VendureStore, *, overlap: timedelta) -> None:
        self.server = server
        self.url = server.admin_api
        self.admin = Admin(server)
        self.overlap = overlap
        self._shoppers: dict[str, Shopper] = {}
        self._line: FaultProxy | None = None

    def close(self) -> None:
        for shopper in self._shoppers.values():
            shopper.close()
        self.admin.close()
        if self._line is not None:
            self._line.__exit__()

    def connect(self, *, network: bool = False, page_size: int | None = None) -> OnlineStore:
        url = self.network().url if network else self.url
        return self.adapter(Access(url=url, username=ADMIN_USER, secret=ADMIN_PASSWORD), page_size)

    def adapter(
        self, access: Access, page_size: int | None = None, **sales: Any
    ) -> VendureOnlineStore:
        return VendureOnlineStore(
            access,
            name="online",
            sales=SalesSettings(**{"settle": timedelta(), "forgotten": timedelta(), **sales}),
            feed=FeedSettings(
                page_size=page_size or 100, overlap=self.overlap, look_every=timedelta()
            ),
        )

    def network(self) -> FaultProxy:
        if self._line is None:
            self._line = FaultProxy(self.url)
            self._line.up()
        return self._line

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def outlast(self) -> None:
        """The store's own clock must run on."""
        time.sleep(2 * self.overlap.total_seconds() + 0.1)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def recognise(self, wire: Wire, url: str) -> Recognised | None:
        return recognise(wire, url)

    def weak(self) -> tuple[OnlineStore, frozenset[str]]:
        email = address("weak")
        self.make_administrator(
            email,
            ["ReadCustomer", "CreateCustomer", "UpdateCustomer", "ReadOrder", "CreateOrder",
             "UpdateOrder", "ReadCatalog", "ReadSettings", "ReadPromotion"],
        )  # fmt: skip
        store = self.adapter(Access(url=self.url, username=email, secret="weak"))  # noqa: S106
        return store, frozenset({"write_orders", "write_coupons", "erase_customers"})

    def make_administrator(self, email: str, permissions: list[str]) -> None:
        role = self.admin.ask(
            "mutation($i: CreateRoleInput!) { createRole(input: $i) { id } }",
            i={"code": fresh("role"), "description": "role", "permissions": permissions},
        )["createRole"]["id"]
        self.admin.ask(
            "mutation($i: CreateAdministratorInput!) { createAdministrator(input: $i) { id } }",
            i={
                "firstName": "Example", "lastName": "Weak", "emailAddress": email,
                "password": "weak", "roleIds": [role],
            },
        )  # fmt: skip

    def stranger(self) -> OnlineStore:
        wrong = "x" * 20 + self.server.api_key[20:]
        return self.adapter(Access(url=self.url, secret=wrong))

    def bare(self) -> OnlineStore:
        access = Access(url=self.url, username=ADMIN_USER, secret=ADMIN_PASSWORD)
        return self.adapter(access, open_sku=fresh("OPEN-"), guest_email=address("guest"))

    # -- behind the adapter's back ---------------------------------------------------------------

    def new_customer(
        self, email: str, given: str = "Example", family: str = "Sample", phone: str = ""
    ) -> str:
        shopper = Shopper(self.server).register(
            email, first_name=given, last_name=family, phone=phone or None
        )
        self._shoppers[email.lower()] = shopper
        return shopper.customer_id()

    def edit_customer(self, customer: str, **changes: str) -> None:
        given = {_FIELDS[name]: value for name, value in changes.items()}
        self.admin.ask(
            "mutation($i: UpdateCustomerInput!) { updateCustomer(input: $i) { __typename } }",
            i={"id": customer, **given},
        )

    def delete_customer(self, customer: str) -> None:
        self.admin.delete_customer(customer)

    def customers_with(self, email: str) -> list[str]:
        asked = self.admin.ask(
            "query($e: String!) { customers(options: {filter: {emailAddress: {eq: $e}}}) {"
            " items { id } } }",
            e=email.lower(),
        )
        return [found["id"] for found in asked["customers"]["items"]]

    def place_order(
        self, goods: Mapping[str, int], email: str, coupons: Sequence[str] = ()
    ) -> Placed:
        shopper = self._shoppers[email.lower()]
        for line in self._cart(shopper):
            shopper.ask(
                "mutation($id: ID!) { removeOrderLine(orderLineId: $id) { __typename } }", id=line
            )
        shopper.open_cart(goods)
        for code in coupons:
            try:
                shopper.ask(
                    "mutation($c: String!) { applyCouponCode(couponCode: $c) { __typename"
                    " ... on Order { couponCodes discounts { amountWithTax } }"
                    " ... on ErrorResult { errorCode message } } }",
                    c=code,
                )
            except RefusedByStoreError as refusal:
                raise CouponRefusedError(code) from refusal
            if not shopper.ask("{ activeOrder { discounts { amountWithTax } } }")["activeOrder"][
                "discounts"
            ]:
                shopper.ask(
                    "mutation($c: String!) { removeCouponCode(couponCode: $c) { id } }", c=code
                )
                raise CouponRefusedError(code)
        return self.placed(shopper.pay().code)

    def _cart(self, shopper: Shopper) -> list[str]:
        cart = shopper.ask("{ activeOrder { lines { id } } }")["activeOrder"]
        return [line["id"] for line in cart["lines"]] if cart else []

    def open_order(self, goods: Mapping[str, int], email: str) -> Placed:
        return self.placed(self._shoppers[email.lower()].open_cart(goods).code)

    def pay_order(self, order: Placed) -> None:
        email = self.admin.order(order.code)["customer"]["emailAddress"]
        self._shoppers[email].pay()

    def placed(self, code: str) -> Placed:
        """An order that somebody made."""
        found = self.admin.ask(
            "query($c: String!) { orders(options: {filter: {code: {eq: $c}}}) { items {"
            " id code subTotalWithTax totalWithTax } } }",
            c=code,
        )["orders"]["items"][0]
        return Placed(found["id"], found["code"], found["subTotalWithTax"], found["totalWithTax"])

    def refund(self, order: Placed, amount: int) -> None:
        self.admin.refund(order.code, amount)

    def cancel(self, order: Placed) -> None:
        self.admin.cancel(order.code)

    def sold(self, sale: Sale) -> list[SoldThere]:
        asked = self.admin.ask(
            "query($id: String!) { orders(options: {filter: {posSaleId: {eq: $id}}}) { items {"
            " id state totalWithTax customer { id }"
            " payments { amount state refunds { total state } }"
            " lines { quantity productVariant { sku } } } } }",
            id=sale.id,
        )
        return [_sold(order) for order in asked["orders"]["items"]]

    def unfinished(self) -> int:
        asked = self.admin.ask(
            '{ orders(options: {filter: {state: {eq: "Draft"}}}) { totalItems } }'
        )
        return int(asked["orders"]["totalItems"])

    def make_product(self, sku: str, name: str, price: int) -> None:
        text = {"languageCode": "en", "name": name, "slug": sku.lower(), "description": ""}
        made = self.admin.ask(
            "mutation($i: CreateProductInput!) { createProduct(input: $i) { id } }",
            i={"enabled": True, "translations": [text]},
        )["createProduct"]["id"]
        self.admin.ask(
            "mutation($i: [CreateProductVariantInput!]!) { createProductVariants(input: $i)"
            " { id } }",
            i=[{
                "productId": made, "sku": sku, "price": price, "stockOnHand": 100,
                "translations": [{"languageCode": "en", "name": name}],
            }],
        )  # fmt: skip

    def price_product(self, sku: str, price: int) -> None:
        self._change_variant(sku, price=price)

    def end_product(self, sku: str) -> None:
        self._change_variant(sku, enabled=False)

    def _change_variant(self, sku: str, **changes: Any) -> None:
        found = self.admin.ask(
            "query($s: String!) { productVariants(options: {filter: {sku: {eq: $s}}}) {"
            " items { id } } }",
            s=sku,
        )["productVariants"]["items"][0]["id"]
        self.admin.ask(
            "mutation($i: [UpdateProductVariantInput!]!) { updateProductVariants(input: $i)"
            " { id } }",
            i=[{"id": found, **changes}],
        )


def _sold(order: Mapping[str, Any]) -> SoldThere:
    payments = order["payments"] or []
    pieces: dict[str, int] = {}
    for line in order["lines"]:
        sku = line["productVariant"]["sku"]
        pieces[sku] = pieces.get(sku, 0) + line["quantity"]
    return SoldThere(
        id=order["id"],
        total=sum(payment["amount"] for payment in payments if payment["state"] == "Settled"),
        paid=order["state"] in ("PaymentSettled", "Cancelled") and bool(payments),
        customer=order["customer"]["id"] if order["customer"] else "",
        refunded=sum(
            refund["total"] for payment in payments for refund in payment["refunds"]
            if refund["state"] == "Settled"
        ),
        pieces=pieces,
    )  # fmt: skip
