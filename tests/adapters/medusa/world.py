"""A Medusa shop for the contract: the imitation, or a real one; both are acted on by HTTP alone."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import requests

from sync.online_store import OnlineStore, Recognised
from sync.stores import medusa
from sync.stores.medusa import Access, FeedSettings, MedusaOnlineStore
from sync.wire import Line, Wire
from terminal.sales import Product, Sale
from tests.adapters.medusa.imitation import Imitation
from tests.adapters.medusa.server import MedusaServer
from tests.adapters.world import Act, Placed, SoldThere
from tests.faults import FaultProxy

GOODS = (
    Product("OIL-500", "Olive oil", 980, "EUR"),
    Product("HON-450", "Honey", 1190, "EUR"),
    Product("TEA-100", "Mountain tea", 450, "EUR"),
)
OVERLAP = timedelta(seconds=1)
_ORDER = (
    "id,status,display_id,metadata,customer_id,*items,shipping_total,canceled_at,"
    "*payment_collections,*payment_collections.payments,*payment_collections.payments.refunds"
)


class Owner:
    """The shop's owner, who signs in and does what is to be done there."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self.url = url
        self.email = email
        self.password = password
        self._http = requests.Session()
        self._http.trust_env = False
        told = self._http.post(
            f"{url}/auth/user/emailpass", json={"email": email, "password": password}, timeout=30
        )
        self._http.headers["Authorization"] = f"Bearer {told.json()['token']}"

    def ask(self, method: str, path: str, body: Any = None, **params: Any) -> dict[str, Any]:
        """What the shop says, which must be yes."""
        told = self._http.request(
            method, self.url + path, json=body, params=params or None, timeout=60
        )
        assert told.status_code == 200, f"{method} {path}: {told.status_code} {told.text[:300]}"
        answer: dict[str, Any] = told.json()
        return answer

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self.ask("GET", path, **params)

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        return self.ask("POST", path, body or {})

    def close(self) -> None:
        self._http.close()


class Furnished:
    """A shop with a region, goods, and keys; made once for each shop."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.region = self._region()
        self._price_with_tax()
        self.channel = owner.get("/admin/stores")["stores"][0]["default_sales_channel_id"]
        self.variants = {product.sku: self._product(product) for product in GOODS}
        self.key = owner.post("/admin/api-keys", {"title": "till", "type": "secret"})["api_key"]
        door = owner.post("/admin/api-keys", {"title": "web", "type": "publishable"})["api_key"]
        owner.post(f"/admin/api-keys/{door['id']}/sales-channels", {"add": [self.channel]})
        self.door: str = door["token"]

    def _region(self) -> str:
        for region in self.owner.get("/admin/regions")["regions"]:
            if region["currency_code"] == "eur":
                return str(region["id"])
        made = self.owner.post(
            "/admin/regions",
            {
                "name": "Europe", "currency_code": "eur", "countries": ["gr"],
                "payment_providers": ["pp_system_default"],
            },
        )  # fmt: skip
        return str(made["region"]["id"])

    def _price_with_tax(self) -> None:
        """Prices in euro are with tax, as the till's are."""
        told = self.owner.get("/admin/price-preferences", limit="100")["price_preferences"]
        wanted = {"attribute": "currency_code", "value": "eur"}
        mine = [one for one in told if {**one, **wanted} == one]
        path = f"/admin/price-preferences/{mine[0]['id']}" if mine else "/admin/price-preferences"
        self.owner.post(path, {**wanted, "is_tax_inclusive": True})

    def _product(self, product: Product) -> str:
        listed = self.owner.get("/admin/product-variants", sku=product.sku, fields="id,sku")
        if listed["variants"]:
            return str(listed["variants"][0]["id"])
        return self.make_product(product)

    def make_product(self, product: Product) -> str:
        """A product of one variant; the variant's id."""
        made = self.owner.post(
            "/admin/products",
            {
                "title": product.name, "status": "published",
                "options": [{"title": "size", "values": ["one"]}],
                "sales_channels": [{"id": self.channel}],
                "variants": [
                    {
                        "title": "one", "sku": product.sku, "manage_inventory": False,
                        "options": {"size": "one"},
                        "prices": [{"currency_code": "eur", "amount": product.price / 100}],
                    }
                ],
            },
        )  # fmt: skip
        return str(made["product"]["variants"][0]["id"])


class MedusaWorld:
    """One shop; ``now`` and ``wait`` are its clock."""

    kind = "medusa"
    currency = "EUR"
    goods = GOODS
    tiers = ("bronze", "gold")
    shows_lapse = True
    keeps_marketing = False
    can: frozenset[Act] = frozenset(
        {
            "shoppers", "delete_customer", "place_order", "pay_later", "refund", "cancel",
            "wrong_key", "faults", "outlast", "edit_products", "end_product",
        }
    )  # fmt: skip

    def __init__(
        self,
        shop: Furnished,
        *,
        now: Callable[[], datetime],
        wait: Callable[[float], object],
    ) -> None:
        self.shop = shop
        self.url = shop.owner.url
        self.now = now
        self.wait = wait
        self._network: FaultProxy | None = None

    def close(self) -> None:
        if self._network is not None:
            self._network.__exit__()

    # -- adapters --------------------------------------------------------------------------------

    def connect(
        self, *, network: bool = False, page_size: int | None = None, by_key: bool = True
    ) -> MedusaOnlineStore:
        url, owner = self.network().url if network else self.url, self.shop.owner
        line = Line(patience=30)
        access = Access(url=url, email=owner.email, secret=owner.password, line=line)
        if by_key:
            access = Access(url=url, secret=self.shop.key["token"], line=line)
        feed = FeedSettings(page_size=page_size or 100, overlap=OVERLAP)
        return MedusaOnlineStore(access, name="online", feed=feed)

    def network(self) -> FaultProxy:
        if self._network is None:
            self._network = FaultProxy(self.url).__enter__()
        return self._network

    def weak(self) -> tuple[OnlineStore, frozenset[str]]:
        raise NotImplementedError

    def stranger(self) -> MedusaOnlineStore:
        return MedusaOnlineStore(Access(url=self.url, secret="sk_" + "0" * 64))

    def bare(self) -> OnlineStore:
        raise NotImplementedError

    def recognise(self, wire: Wire, url: str) -> Recognised | None:
        return medusa.recognise(wire, url)

    def outlast(self) -> None:
        self.wait(OVERLAP.total_seconds() + 0.3)

    # -- people ----------------------------------------------------------------------------------

    def new_customer(
        self, email: str, given: str = "Example", family: str = "Sample", phone: str = ""
    ) -> str:
        secret = {"email": email, "password": "example-password"}
        token = self._public("/auth/customer/emailpass/register", secret, "")["token"]
        names = {"email": email, "first_name": given, "last_name": family}
        if phone:
            names["phone"] = phone
        return str(self._public("/store/customers", names, token)["customer"]["id"])

    def edit_customer(self, customer: str, **changes: str) -> None:
        names = {"given_name": "first_name", "family_name": "last_name", "phone": "phone"}
        told = {names[name]: value for name, value in changes.items()}
        self.shop.owner.post(f"/admin/customers/{customer}", told)

    def delete_customer(self, customer: str) -> None:
        self.shop.owner.ask("DELETE", f"/admin/customers/{customer}")

    def customers_with(self, email: str) -> list[str]:
        found = self.shop.owner.get("/admin/customers", q=email.lower(), limit="100")["customers"]
        return [x["id"] for x in found if (x["email"] or "").lower() == email.lower()]

    # -- orders ----------------------------------------------------------------------------------

    def place_order(
        self, goods: Mapping[str, int], email: str, coupons: Sequence[str] = ()
    ) -> Placed:
        placed = self.open_order(goods, email)
        self.pay_order(placed)
        return placed

    def open_order(self, goods: Mapping[str, int], email: str) -> Placed:
        owner = self.shop.owner
        draft = owner.post(
            "/admin/draft-orders",
            {
                "region_id": self.shop.region, "sales_channel_id": self.shop.channel,
                "customer_id": self.customers_with(email)[0], "no_notification_order": True,
                "items": [
                    {"variant_id": self.shop.variants[sku], "quantity": n}
                    for sku, n in goods.items()
                ],
            },
        )["draft_order"]  # fmt: skip
        owner.post(f"/admin/draft-orders/{draft['id']}/convert-to-order")
        total = _minor(draft["total"])
        return Placed(draft["id"], f"#{draft['display_id']}", total, total)

    def pay_order(self, order: Placed) -> None:
        owner, wanted = self.shop.owner, {"order_id": order.id}
        made = owner.post("/admin/payment-collections", {**wanted, "amount": order.total / 100})
        path = f"/admin/payment-collections/{made['payment_collection']['id']}/mark-as-paid"
        owner.post(path, wanted)

    def refund(self, order: Placed, amount: int) -> None:
        [payment] = self._payments(self._order(order.id))
        self.shop.owner.post(f"/admin/payments/{payment['id']}/refund", {"amount": amount / 100})

    def cancel(self, order: Placed) -> None:
        self.shop.owner.post(f"/admin/orders/{order.id}/cancel")

    def sold(self, sale: Sale) -> list[SoldThere]:
        found = []
        for path in ("/admin/orders", "/admin/draft-orders"):
            told = self.shop.owner.get(path, q=sale.id, fields=_ORDER, limit="100")
            found += told["orders" if path.endswith("/orders") else "draft_orders"]
        mine = [one for one in found if (one["metadata"] or {}).get("posSaleId") == sale.id]
        return [self._sold(one) for one in mine]

    def _sold(self, order: dict[str, Any]) -> SoldThere:
        total = sum(_minor(item["total"]) for item in order["items"])
        payments = self._payments(order)
        came = sum(_minor(one["amount"]) for one in payments)
        went = sum(_minor(x["amount"]) for one in payments for x in one.get("refunds") or ())
        pieces: dict[str, int] = {}
        for item in order["items"]:
            sku = item["variant_sku"] or (item["metadata"] or {}).get("sku", "")
            pieces[sku] = pieces.get(sku, 0) + int(item["quantity"])
        done = order["status"] == "completed" and came == total
        return SoldThere(order["id"], total, done, order["customer_id"] or "", went, pieces)

    def unfinished(self) -> int:
        return int(self.shop.owner.get("/admin/draft-orders", limit="1")["count"])

    # -- products --------------------------------------------------------------------------------

    def make_product(self, sku: str, name: str, price: int) -> None:
        self.shop.make_product(Product(sku, name, price, "EUR"))

    def price_product(self, sku: str, price: int) -> None:
        variant, product = self._variant(sku)
        given = {"prices": [{"currency_code": "eur", "amount": price / 100}]}
        self.shop.owner.post(f"/admin/products/{product}/variants/{variant}", given)

    def end_product(self, sku: str) -> None:
        _, product = self._variant(sku)
        self.shop.owner.post(f"/admin/products/{product}", {"status": "draft"})

    def _variant(self, sku: str) -> tuple[str, str]:
        fields = "id,sku,product_id"
        [found] = self.shop.owner.get("/admin/product-variants", sku=sku, fields=fields)["variants"]
        return found["id"], found["product_id"]

    def _order(self, order: str) -> dict[str, Any]:
        found: dict[str, Any] = self.shop.owner.get(f"/admin/orders/{order}", fields=_ORDER)
        return dict(found["order"])

    def _payments(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            payment
            for collection in order["payment_collections"] or ()
            for payment in collection.get("payments") or ()
            if payment["captured_at"]
        ]

    def _public(self, path: str, body: dict[str, str], token: str) -> dict[str, Any]:
        headers = {"x-publishable-api-key": self.shop.door}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        told = requests.post(self.url + path, json=body, headers=headers, timeout=30)
        assert told.status_code == 200, f"{path}: {told.status_code} {told.text[:300]}"
        answer: dict[str, Any] = told.json()
        return answer


def _minor(amount: Any) -> int:
    return int((Decimal(str(amount)) * 100).to_integral_value())


def basic(key: str) -> str:
    """A secret key as a header."""
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


@contextmanager
def imitated(shop: Imitation) -> Iterator[MedusaWorld]:
    """A world on an imitated shop, whose clock is turned instead of waited for."""
    with MedusaServer(shop) as server:
        owner = Owner(server.url, "admin@example.com", "supersecret")
        world = MedusaWorld(Furnished(owner), now=shop.now, wait=shop.wait)
        yield world
        world.close()
        owner.close()
