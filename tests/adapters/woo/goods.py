"""Products, coupons and taxes of the imitation."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.adapters.woo.rules import (
    Asked,
    Told,
    WooError,
    after,
    choose,
    clean,
    decimal,
    merged,
    paged,
    stamp,
    text,
)

if TYPE_CHECKING:
    from tests.adapters.woo.shop import Shop

ORDERS = ("date", "id", "include", "title", "slug", "price", "popularity", "rating", "modified")

_AMOUNTS = ("amount", "minimum_amount")


class Goods:
    """Products and coupons."""

    def __init__(self, shop: "Shop") -> None:
        self.shop = shop
        self.products: dict[int, dict[str, Any]] = {}
        self.coupons: dict[int, dict[str, Any]] = {}

    # -- products --------------------------------------------------------------------------------

    def listed(self, asked: Asked) -> Told:
        query = asked.query
        status = query.get("status", "any")
        rows = [p for p in self.products.values() if _of_status(p, status) and not p["parent_id"]]
        if "tax_class" in query:
            classes = ["standard", *self.shop.rates]
            wanted = choose(query, "tax_class", tuple(classes), "").removeprefix("standard")
            rows = [p for p in rows if p["tax_class"] == wanted]
        if query.get("sku", "0") != "0":  # PHP takes "0" for nothing at all
            wanted = {sku.strip().lower() for sku in query["sku"].split(",")}
            rows = [p for p in self.products.values() if p["sku"].lower() in wanted]
        rows = _changed(rows, query, self.shop.offset)
        rows.sort(key=lambda p: p["id"], reverse=query.get("order", "desc") == "desc")
        choose(query, "orderby", ORDERS, "date")
        return paged(asked, rows, self.show, self.shop.home)

    def kinds(self, parent: Any, asked: Asked) -> Told:
        rows = [p for p in self.products.values() if p["parent_id"] == int(parent)]
        return paged(asked, sorted(rows, key=lambda p: p["id"]), self.show, self.shop.home)

    def one(self, id_: Any) -> dict[str, Any]:
        found = self.products.get(int(id_))
        if found is None:
            raise WooError(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
        return found

    def by_sku(self, sku: str) -> dict[str, Any] | None:
        live = (p for p in self.products.values() if p["status"] != "trash")
        return next((p for p in live if sku and p["sku"].lower() == sku.lower()), None)

    def make(self, given: dict[str, Any]) -> dict[str, Any]:
        known = self.by_sku(given.get("sku", ""))
        if known is not None:
            raise WooError(
                400, "product_invalid_sku", "Invalid or duplicated SKU.",
                {"status": 400, "resource_id": known["id"], "unique_sku": given["sku"] + "-1"},
            )  # fmt: skip
        now = self.shop.now()
        product = {
            "id": self.shop.next("post"), "name": "", "type": "simple", "status": "publish",
            "sku": "", "price": "", "tax_status": "taxable", "tax_class": "", "parent_id": 0,
            "global_unique_id": "", "stock": None, "created": now, "modified": now, "meta": [],
        }  # fmt: skip
        self._set(product, given)
        self.products[product["id"]] = product
        return product

    def change(self, id_: Any, given: dict[str, Any]) -> dict[str, Any]:
        product = self.one(id_)
        self._set(product, given)
        product["modified"] = self.shop.now()
        return product

    def drop(self, id_: Any, query: dict[str, str]) -> dict[str, Any]:
        product = self.one(id_)
        if query.get("force") == "true":
            return self.products.pop(product["id"])
        product["status"], product["modified"] = "trash", self.shop.now()
        return product

    def _set(self, product: dict[str, Any], given: dict[str, Any]) -> None:
        for name in ("type", "status", "sku", "tax_status", "tax_class", "global_unique_id",
                     "parent_id"):  # fmt: skip
            product[name] = given.get(name, product[name])
        product["name"] = clean(given.get("name", product["name"]))
        product["price"] = given.get("regular_price", product["price"])
        if given.get("manage_stock"):
            product["stock"] = given.get("stock_quantity", 0)
        merged(product["meta"], given.get("meta_data"), lambda: self.shop.next("meta"), user=False)

    def show(self, product: dict[str, Any]) -> dict[str, Any]:
        offset = self.shop.offset
        return {
            **EVERY_PRODUCT, "id": product["id"], "name": product["name"],
            "type": product["type"], "status": product["status"], "sku": product["sku"],
            "date_created": stamp(product["created"], offset),
            "date_created_gmt": stamp(product["created"]),
            "date_modified": stamp(product["modified"], offset),
            "date_modified_gmt": stamp(product["modified"]),
            "price": product["price"], "regular_price": product["price"],
            "tax_status": product["tax_status"], "tax_class": product["tax_class"],
            "manage_stock": product["stock"] is not None, "stock_quantity": product["stock"],
            "parent_id": product["parent_id"], "global_unique_id": product["global_unique_id"],
            "meta_data": [dict(one) for one in product["meta"]], "_links": self.shop.links,
        }  # fmt: skip

    # -- coupons ---------------------------------------------------------------------------------

    def list_coupons(self, asked: Asked) -> Told:
        status = asked.query.get("status", "publish")
        rows = sorted(self.coupons.values(), key=lambda c: c["id"])
        rows = [coupon for coupon in rows if _of_status(coupon, status)]
        if "code" in asked.query:  # whatever the status asked for, it knows published ones alone
            rows = [coupon for coupon in rows if coupon is self._published(asked.query["code"])]
        if "search" in asked.query:
            rows = [coupon for coupon in rows if asked.query["search"].lower() in coupon["code"]]
        rows = _changed(rows, asked.query, self.shop.offset)
        return paged(asked, rows, self.show_coupon, self.shop.home)

    def coupon(self, id_: Any) -> dict[str, Any]:
        found = self.coupons.get(int(id_))
        if found is None:
            raise WooError(404, "woocommerce_rest_shop_coupon_invalid_id", "Invalid ID.")
        return found

    def make_coupon(self, given: dict[str, Any]) -> dict[str, Any]:
        code = given["code"].lower()
        if self._published(code):  # of drafts there may be any number
            said = "The coupon code already exists"
            raise WooError(400, "woocommerce_rest_coupon_code_already_exists", said)
        now = self.shop.now()
        coupon = {
            "id": self.shop.next("post"), "code": code, "amount": "0.00", "status": "publish",
            "discount_type": "fixed_cart", "description": "", "expires": None, "usage_count": 0,
            "individual_use": False, "usage_limit": None, "usage_limit_per_user": None,
            "minimum_amount": "0.00", "email_restrictions": [], "used_by": [], "meta": [],
            "created": now, "modified": now,
        }  # fmt: skip
        self._set_coupon(coupon, given)
        self.coupons[coupon["id"]] = coupon
        return coupon

    def _published(self, code: str) -> dict[str, Any] | None:
        found = [c for c in self.coupons.values() if c["status"] == "publish"]
        return next((c for c in reversed(found) if c["code"] == code.lower()), None)

    def change_coupon(self, id_: Any, given: dict[str, Any]) -> dict[str, Any]:
        coupon = self.coupon(id_)
        self._set_coupon(coupon, given)
        coupon["modified"] = self.shop.now()
        return coupon

    def drop_coupon(self, id_: Any, query: dict[str, str]) -> dict[str, Any]:
        return self.coupons.pop(self.coupon(id_)["id"])

    def _set_coupon(self, coupon: dict[str, Any], given: dict[str, Any]) -> None:
        for name in ("status", "discount_type", "description", "individual_use", "usage_limit",
                     "usage_limit_per_user", "email_restrictions"):  # fmt: skip
            coupon[name] = given.get(name, coupon[name])
        for name in _AMOUNTS:
            if name in given:
                coupon[name] = str(decimal(given[name]))
        # Null changes nothing, and "date_expires_gmt" is read by nobody.
        if given.get("date_expires") is not None:
            coupon["expires"] = self.shop.moment(given["date_expires"], local=True)
        merged(coupon["meta"], given.get("meta_data"), lambda: self.shop.next("meta"), user=False)

    def show_coupon(self, coupon: dict[str, Any]) -> dict[str, Any]:
        offset = self.shop.offset
        plain = ("id", "code", "status", "discount_type", "description", "usage_count",
                 "individual_use", "usage_limit", "usage_limit_per_user", "email_restrictions",
                 "used_by")  # fmt: skip
        return {
            **{name: coupon[name] for name in plain},
            # In two decimals, whatever the shop is set to.
            **{name: text(Decimal(coupon[name])) for name in _AMOUNTS},
            "date_created": stamp(coupon["created"], offset),
            "date_created_gmt": stamp(coupon["created"]),
            "date_modified": stamp(coupon["modified"], offset),
            "date_modified_gmt": stamp(coupon["modified"]),
            "date_expires": stamp(coupon["expires"], offset),
            "date_expires_gmt": stamp(coupon["expires"]),
            "product_ids": [], "excluded_product_ids": [], "limit_usage_to_x_items": None,
            "free_shipping": False, "product_categories": [], "excluded_product_categories": [],
            "exclude_sale_items": False, "maximum_amount": "0.00",
            "meta_data": [dict(one) for one in coupon["meta"]], "_links": self.shop.links,
        }  # fmt: skip

    def applied(self, code: str, email: str, goods: Decimal) -> dict[str, Any]:
        """The coupon, if it is good for this order; raises the text that shoppers see."""
        code = code.lower()
        coupon = self._published(code)
        if coupon is None:
            raise _no_good(
                f"Coupon &quot;{code}&quot; cannot be applied because it does not exist."
            )
        if coupon["usage_limit"] and coupon["usage_count"] >= coupon["usage_limit"]:
            raise _no_good(f"Usage limit for coupon &quot;{code}&quot; has been reached.")
        wanted = [one.lower() for one in coupon["email_restrictions"]]
        if wanted and email.lower() not in wanted:
            said = "Please enter a valid email at checkout to use coupon code"
            raise _no_good(f"{said} &quot;{code}&quot;.")
        expired = coupon["expires"] is not None and self.shop.now() > coupon["expires"]
        if expired or goods < Decimal(coupon["minimum_amount"]):
            raise _no_good("This coupon is not valid.")
        return coupon


def _no_good(said: str) -> WooError:
    return WooError(400, "woocommerce_rest_invalid_coupon", said)


def _of_status(row: dict[str, Any], status: str) -> bool:
    return row["status"] != "trash" if status == "any" else row["status"] in status.split(",")


def _changed(rows: list[Any], query: dict[str, str], offset: int) -> list[Any]:
    wanted = after("modified_after", query, offset)
    if wanted is None:
        return rows
    column, at = wanted
    return [row for row in rows if _column(row["modified"], column, offset) > at]


def _column(at: datetime, column: str, offset: int) -> datetime:
    told = stamp(at, 0 if column == "gmt" else offset)
    return datetime.fromisoformat(told or "")


EVERY_PRODUCT: dict[str, Any] = {
    "slug": "", "permalink": "", "featured": False, "catalog_visibility": "visible",
    "description": "", "short_description": "", "sale_price": "", "date_on_sale_from": None,
    "date_on_sale_from_gmt": None, "date_on_sale_to": None, "date_on_sale_to_gmt": None,
    "on_sale": False, "purchasable": True, "total_sales": 0, "virtual": False,
    "downloadable": False, "downloads": [], "download_limit": -1, "download_expiry": -1,
    "external_url": "", "button_text": "", "backorders": "no", "backorders_allowed": False,
    "backordered": False, "low_stock_amount": None, "sold_individually": False, "weight": "",
    "dimensions": {"length": "", "width": "", "height": ""}, "shipping_required": True,
    "shipping_taxable": True, "shipping_class": "", "shipping_class_id": 0,
    "reviews_allowed": True, "average_rating": "0", "rating_count": 0, "upsell_ids": [],
    "cross_sell_ids": [], "purchase_note": "",
    "categories": [{"id": 15, "name": "Uncategorized", "slug": "uncategorized"}], "brands": [],
    "tags": [], "images": [], "attributes": [], "default_attributes": [], "variations": [],
    "grouped_products": [], "menu_order": 0, "price_html": "", "related_ids": [],
    "stock_status": "instock", "has_options": False, "post_password": "",
}  # fmt: skip
