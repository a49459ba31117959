"""What can be asked of the small shop, as Shopify answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import GraphQLError

from tests.adapters.shopify.shop import Code, Shop, Thing
from tests.adapters.shopify.views import (
    View,
    buyer_view,
    connection,
    iso,
    kind_view,
    order_view,
    product_view,
    refund_view,
)

_TERM = re.compile(r"""(\w+):(>=)?(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+))""")


class Queries:
    """Root fields of a query; a method's name is the field's."""

    def __init__(self, shop: Shop, scopes: frozenset[str]) -> None:
        self._shop = shop
        self._scopes = scopes

    def fields(self) -> dict[str, Callable[..., Any]]:
        names = [name for name in dir(self) if not name.startswith("_") and name != "fields"]
        return {name: self._guarded(name, getattr(self, name)) for name in names}

    def _guarded(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(info: object, **given: Any) -> Any:
            self._shop.before(name)
            with self._shop.lock:
                return method(info, **given)

        return call

    def _needs(self, *scopes: str) -> None:
        if self._scopes.isdisjoint(scopes):
            raise GraphQLError("Access denied", extensions={"code": "ACCESS_DENIED"})

    # -- the shop --------------------------------------------------------------------------------

    def shop(self, _: object) -> View:
        return {
            "name": "Example shop",
            "currencyCode": self._shop.currency,
            "taxesIncluded": self._shop.taxes_included,
            "myshopifyDomain": "example.myshopify.com",
        }

    def currentAppInstallation(self, _: object) -> View:  # noqa: N802 (a field's name)
        return {"accessScopes": [{"handle": scope} for scope in sorted(self._scopes)]}

    def metafieldDefinitions(  # noqa: N802
        self, info: object, ownerType: str, namespace: str, **given: Any  # noqa: N803
    ) -> View:  # fmt: skip
        known = [
            {
                "key": one.key, "namespace": one.namespace, "type": {"name": one.type},
                "capabilities": {"uniqueValues": {"enabled": one.unique}},
            }
            for one in self._shop.definitions
            if (one.owner, one.namespace) == (ownerType, namespace)
        ]  # fmt: skip
        return connection(known)(info, **given)

    def location(self, _: object, id: str | None = None) -> View:
        self._needs("read_locations")
        return {"id": id or "gid://shopify/Location/1"}

    # -- people ----------------------------------------------------------------------------------

    def customer(self, _: object, id: str) -> View | None:
        self._needs("read_customers", "write_customers")
        buyer = self._shop.buyers.get(id)
        return buyer and buyer_view(self._shop, buyer)

    def nodes(self, _: object, ids: list[str]) -> list[View | None]:
        self._needs("read_customers", "write_customers")
        return [
            buyer_view(self._shop, self._shop.buyers[one]) if one in self._shop.buyers else None
            for one in ids
        ]

    def customerByIdentifier(self, _: object, identifier: dict[str, Any]) -> View | None:  # noqa: N802
        self._needs("read_customers", "write_customers")
        if "emailAddress" in identifier:
            buyer = self._shop.by_email(identifier["emailAddress"])
        else:
            buyer = self._holder("CUSTOMER", identifier["customId"])  # type: ignore[assignment]
        return buyer and buyer_view(self._shop, buyer)

    def customers(self, info: object, query: str | None = None, **given: Any) -> View:
        self._needs("read_customers", "write_customers")
        # Shopify matches customers by whole days.
        rows = self._found(self._shop.buyers, query, by_day=True)
        views = [buyer_view(self._shop, one) for one in rows]  # type: ignore[arg-type]
        return connection(views, [one.id for one in rows])(info, **given)

    # -- orders ----------------------------------------------------------------------------------

    def order(self, _: object, id: str) -> View | None:
        self._needs("read_orders", "write_orders")
        order = self._shop.orders.get(id)
        return order and order_view(self._shop, order)

    def orderByIdentifier(self, _: object, identifier: dict[str, Any]) -> View | None:  # noqa: N802
        self._needs("read_orders", "write_orders")
        order = self._holder("ORDER", identifier["customId"])
        return order and order_view(self._shop, order)  # type: ignore[arg-type]

    def orders(self, info: object, query: str | None = None, **given: Any) -> View:
        self._needs("read_orders", "write_orders")
        rows = self._found(self._shop.orders, query)
        views = [order_view(self._shop, one) for one in rows]  # type: ignore[arg-type]
        return connection(views, [one.id for one in rows])(info, **given)

    def refund(self, _: object, id: str) -> View | None:
        self._needs("read_orders", "write_orders")
        for order in self._shop.orders.values():
            for refund in order.refunds:
                if refund.id == id:
                    return refund_view(self._shop, refund)
        return None

    # -- products and coupons --------------------------------------------------------------------

    def product(self, _: object, id: str) -> View | None:
        self._needs("read_products")
        product = self._shop.products.get(id)
        return product and product_view(product)

    def products(self, info: object, query: str | None = None, **given: Any) -> View:
        self._needs("read_products")
        rows = self._found(self._shop.products, query)
        views = [product_view(one) for one in rows]  # type: ignore[arg-type]
        return connection(views, [one.id for one in rows])(info, **given)

    def productVariants(self, info: object, query: str, **given: Any) -> View:  # noqa: N802
        self._needs("read_products")
        wanted = [value.lower() for name, _, value in terms(query) if name == "sku"]
        # A search finds what is alike: whatever begins like it, in any case.
        found = [
            kind_view(kind)
            for product in self._shop.products.values()
            for kind in product.kinds
            if kind.sku and any(kind.sku.lower().startswith(one) for one in wanted if one)
        ]
        return connection(found)(info, **given)

    def codeDiscountNodeByCode(self, _: object, code: str) -> View | None:  # noqa: N802
        self._needs("read_discounts", "write_discounts")
        known = self._shop.codes.get(code.upper())
        return known and code_view(known)

    # -- searching -------------------------------------------------------------------------------

    def _holder(self, owner: str, asked: Mapping[str, str]) -> Thing | None:
        namespace, key = asked.get("namespace", ""), asked["key"]
        if not self._shop.is_unique(owner, namespace, key):
            raise GraphQLError(
                "Metafield definition not found", extensions={"code": "RESOURCE_NOT_FOUND"}
            )
        return self._shop.holder(owner, namespace, key, asked["value"])

    def _found(
        self, things: Mapping[str, Thing], query: str | None, *, by_day: bool = False
    ) -> list[Thing]:
        """In the order of what the index knows, which may be behind."""
        until = self._shop.now() - self._shop.lag
        listed = [(one.indexed_at(until), one) for one in things.values()]
        rows = [(at, one.number, one) for at, one in listed if at is not None]
        for name, operator, value in terms(query or ""):
            if name == "updated_at" and operator == ">=":
                since = datetime.fromisoformat(value)
                if by_day:
                    since = datetime.combine(since.date(), datetime.min.time(), UTC)
                rows = [row for row in rows if row[0] >= since - timedelta(microseconds=999_999)]
            elif name == "source_identifier":
                rows = [row for row in rows if _alike(getattr(row[2], "source", None), value)]
            else:
                raise GraphQLError(f"{name} is not searched here")
        return [one for _, _, one in sorted(rows, key=lambda row: row[:2])]


def _alike(text: str | None, value: str) -> bool:
    """A search is no comparison: it finds what begins alike, in any case."""
    return text is not None and text.lower().startswith(value.lower())


def code_view(code: Code) -> View:
    return {
        "id": code.id,
        "codeDiscount": {
            "__typename": "DiscountCodeBasic",
            "status": "EXPIRED" if code.ended else "ACTIVE",
        },
    }


def terms(query: str) -> list[tuple[str, str, str]]:
    """(field, comparison, value) of each term."""
    found = []
    for name, operator, double, single, bare in _TERM.findall(query):
        value = double.replace('\\"', '"').replace("\\\\", "\\") if double else single or bare
        found.append((name, operator, value))
    return found


__all__ = ["Queries", "code_view", "iso", "terms"]
