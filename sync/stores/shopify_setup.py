"""Who answers, what our key may do there, and the fields that a Shopify shop needs for us."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sync.errors import Retryable
from sync.online_store import Need, Right, StoreInfo
from sync.stores import shopify_documents as documents
from sync.stores.shopify_documents import NAMESPACE
from sync.stores.shopify_http import ShopifyApi, refusal
from sync.stores.shopify_wire import Definition, ScopesAnswer, ShopAnswer

CUSTOMER_FIELDS: Final = {
    "card": ("Loyalty card", "id"),
    "points": ("Points", "number_integer"),
    "tier": ("Tier", "single_line_text_field"),
    "standing": ("Points, tier and what lapses next", "json"),
}
ORDER_FIELDS: Final = {"sale_id": ("Sale at the till", "id")}
_FIELDS: Final[Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]]] = {
    "customer_fields": ("CUSTOMER", CUSTOMER_FIELDS),
    "order_fields": ("ORDER", ORDER_FIELDS),
}
_SHOWN: Final = ("points", "tier", "standing")
"""Shown to shoppers in their accounts, where the shop's pages do so."""

_OLDER: Final = "read_all_orders"
"""Without it a shop shows the orders of the last 60 days, and no others."""
_RIGHTS: Final = (
    ("read_customers", ("read_customers", "write_customers"), True),
    ("write_customers", ("write_customers",), True),
    ("read_orders", ("read_orders", "write_orders"), True),
    ("write_orders", ("write_orders",), True),
    ("read_products", ("read_products", "write_products"), True),
    ("write_coupons", ("write_discounts",), False),
)


class ShopifySetup:
    """Looks at the shop, and sets it up when asked to."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    def check(self) -> StoreInfo:
        """The shop. ``order_fields`` missing: no sale can be told; ``tax_included``: its prices
        are without tax, so they can't be taken over."""
        told = self._api.ask(documents.SHOP, ShopAnswer)
        lacks = [code for code in _FIELDS if not _is_there(code, told)]
        if not told.shop.taxes_included:
            lacks.append("tax_included")
        shop = told.shop
        return StoreInfo(shop.name, shop.currency_code, tuple(lacks), self._api.version)

    def rights(self) -> tuple[Right, ...]:
        """By the scopes that the shop granted."""
        told = self._api.ask(documents.SCOPES, ScopesAnswer).current_app_installation
        granted = {scope.handle for scope in told.access_scopes}
        rights = []
        for code, scopes, needed in _RIGHTS:
            ok = not granted.isdisjoint(scopes)
            problem, where = ("", "") if ok else ("forbidden", scopes[0])
            if ok and code == "read_orders" and _OLDER not in granted:
                # Most works without: only what is older is in no list.
                ok, problem, where, needed = False, "forbidden", _OLDER, False
            rights.append(Right(code, ok, problem, where, needed))
        return tuple(rights)

    def needs(self) -> tuple[Need, ...]:
        """Fields on customers and orders."""
        told = self._api.ask(documents.SHOP, ShopAnswer)
        return tuple(
            Need(code, _is_there(code, told), can_make=True, where=NAMESPACE) for code in _FIELDS
        )

    def prepare(self, codes: Sequence[str]) -> None:
        """Define the fields that are not there yet."""
        wanted = [code for code in _FIELDS if code in codes]
        if not wanted:
            return
        told = self._api.ask(documents.SHOP, ShopAnswer)
        for code in wanted:
            known = {one.key for one in _known(code, told)}
            owner, fields = _FIELDS[code]
            for key in fields.keys() - known:
                self._define(owner, key, *fields[key])

    def _define(self, owner: str, key: str, name: str, kind: str) -> None:
        definition: dict[str, Any] = {
            "ownerType": owner, "namespace": NAMESPACE, "key": key, "name": name, "type": kind
        }  # fmt: skip
        if kind == "id":
            definition["capabilities"] = {"uniqueValues": {"enabled": True}}
        if key in _SHOWN:
            definition["access"] = {"customerAccount": "READ"}
        told = self._api.put(documents.DEFINE, definition=definition)
        for error in told.user_errors:
            if error.code == "TAKEN":  # another till was quicker
                continue
            raise refusal(error) if error.code else Retryable("bad_answer", where=error.where)


def _known(code: str, told: ShopAnswer) -> list[Definition]:
    return (told.customer_fields if code == "customer_fields" else told.order_fields).nodes


def _is_there(code: str, told: ShopAnswer) -> bool:
    """Whether every field is there, of its kind, and unique where it must be."""
    known = {one.key: one for one in _known(code, told)}
    return all(
        key in known
        and known[key].type.name == kind
        and (kind != "id" or known[key].capabilities.unique_values.enabled)
        for key, (_, kind) in _FIELDS[code][1].items()
    )
