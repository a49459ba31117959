"""What a Vendure store must have for us, and what our key may do there.

Rights are found out by asking for things that are not there: a key that may not is told FORBIDDEN,
one that may is told that there is no such thing. Custom fields and the price strategy are part of
the store's program: nothing over its API makes them.
"""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from sync.errors import Misconfigured, Refused, Retryable
from sync.online_store import Need, Recognised, Right
from sync.stores import vendure_documents
from sync.stores import vendure_shop_documents as documents
from sync.stores.vendure_customers import VendureCustomers
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_sales import SalesSettings
from sync.stores.vendure_shop_wire import ShopAnswer
from sync.stores.vendure_wire import Envelope, Made, Order, Variant, VariantsAnswer
from sync.wire import Wire

_NOWHERE: Final = "999999999"
_TRIED: Final = 137
_WHO: Final = "{ activeChannel { id } activeAdministrator { id } }"


class VendureSetup:
    """The set-up of one store."""

    def __init__(
        self, api: VendureApi, customers: VendureCustomers, settings: SalesSettings
    ) -> None:
        self._api = api
        self._customers = customers
        self._settings = settings

    # -- rights ----------------------------------------------------------------------------------

    def rights(self) -> tuple[Right, ...]:
        """Each right, by asking."""
        self._api.ask(documents.SHOP, dict[str, Any])  # whoever is not let in at all is told so
        reads = [self._right(code, (ask,)) for code, ask in documents.READS.items()]
        return (*reads, *(self._right(code, asks) for code, asks in documents.WRITES.items()))

    def _right(self, code: str, asks: Sequence[tuple[str, str]]) -> Right:
        missing = [permission for permission, document in asks if not self._may(document)]
        if not missing:
            return Right(code, ok=True, needed=code in _NEEDED)
        where = ", ".join(missing)
        return Right(code, ok=False, problem="forbidden", where=where, needed=code in _NEEDED)

    def _may(self, document: str) -> bool:
        asked = {"id": _NOWHERE} if "$id" in document else {}
        try:
            self._api.ask(document, dict[str, Any], **asked)
        except Misconfigured as error:
            if error.problem == "forbidden":
                return False
            raise
        except Refused:
            return True
        except Retryable as error:
            if error.problem != "server_error" or not error.where:
                raise  # the line, not what was asked
        return True

    # -- needs -----------------------------------------------------------------------------------

    def needs(self) -> tuple[Need, ...]:
        """Each thing, and whether it is there."""
        people, orders = (
            self._fields(documents.CUSTOMER_FIELDS),
            self._fields(documents.ORDER_FIELDS),
        )
        open_item = self._open_item()
        guest = self._customers.find(self._settings.guest_email, "")
        prices = self._takes_prices(open_item) if open_item and not orders else None
        return (
            Need("customer_fields", not people, where=people),
            Need("order_fields", not orders, where=orders),
            Need("open_item", open_item != "", can_make=True, where=self._settings.open_sku),
            Need("guest", guest is not None, can_make=True, where=self._settings.guest_email),
            # Found out with an open item alone.
            *(() if prices is None else (Need("own_prices", prices, where="tillUnitPrice"),)),
        )

    def prepare(self, codes: Sequence[str]) -> None:
        """Make these; Misconfigured("schema") for what only the shop's developers can."""
        for code in codes:
            if code == "open_item":
                self._make_open_item()
            elif code == "guest":
                self._customers.guest(self._settings.guest_email)
            else:
                raise Misconfigured("schema", where=code)

    def _fields(self, document: str) -> str:
        return ", ".join(sorted(self._api.lacks(document)))

    def _open_item(self) -> str:
        sku = self._settings.open_sku
        found = self._api.ask(documents.OPEN_ITEM, VariantsAnswer, sku=sku).product_variants.items
        return found[0].id if found else ""

    def _takes_prices(self, variant: str) -> bool:
        """Whether a draft of one open item costs what we say; thrown away at once."""
        draft = self._api.ask(vendure_documents.create_drafts(1), dict[str, Made])["d0"].id
        item = {
            "productVariantId": variant, "quantity": 1, "customFields": {"tillUnitPrice": _TRIED},
        }  # fmt: skip
        try:
            told = self._api.ask(documents.TRY_PRICE, dict[str, Order], order=draft, item=item)
        finally:
            self._api.ask(vendure_documents.DELETE_DRAFT, dict[str, Any], order=draft)
        return told["item"].total_with_tax == _TRIED

    def _make_open_item(self) -> None:
        if self._open_item():
            return
        language = self._api.ask(documents.SHOP, ShopAnswer).active_channel.default_language_code
        name, sku = "Open price item", self._settings.open_sku
        text = {"languageCode": language, "name": name, "slug": sku.lower(), "description": ""}
        made = self._api.ask(
            documents.CREATE_PRODUCT, dict[str, Made],
            # Switched off, no draft would take it; nothing leads to it, as it is in no collection.
            input={"enabled": True, "translations": [text]},
        )["made"]  # fmt: skip
        self._api.ask(
            documents.CREATE_VARIANT, dict[str, list[Variant]],
            input={
                "productId": made.id, "sku": sku, "price": 0, "trackInventory": "FALSE",
                "translations": [{"languageCode": language, "name": name}],
            },
        )  # fmt: skip


_NEEDED: Final = frozenset(
    {"read_customers", "write_customers", "read_orders", "write_orders", "read_products"}
)


def recognise(wire: Wire, url: str) -> Recognised | None:
    """Whether a Vendure Admin API answers here, or at its usual place beneath this address.

    It is known by its own error codes: a question that needs a login comes back as FORBIDDEN from
    a root field of Vendure's.
    """
    for address in _likely(url):
        answer = wire.ask(
            "POST", address, headers={"Content-Type": "application/json"},
            body=msgspec.json.encode({"query": _WHO}),
        )  # fmt: skip
        if answer.status in (200, 400) and answer.is_json and _is_vendures(answer.body):
            warns = () if address.startswith("https:") or _is_local(address) else ("not_https",)
            return Recognised("vendure", address, warns=warns)
    return None


def _likely(url: str) -> list[str]:
    plain = url.split("?")[0].rstrip("/")
    if urlsplit(plain).path.endswith("/admin-api"):
        return [plain]
    return [plain, f"{plain}/admin-api"]


def _is_vendures(body: bytes) -> bool:
    try:
        answer = msgspec.json.decode(body, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    paths = {problem.where for problem in answer.errors if problem.code == "FORBIDDEN"}
    return bool(paths & {"activeChannel", "activeAdministrator"})


def _is_local(address: str) -> bool:
    return (urlsplit(address).hostname or "") in ("127.0.0.1", "localhost", "::1")
