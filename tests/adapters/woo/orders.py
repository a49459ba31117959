"""Orders of the imitation: made, changed, listed, thrown away."""

import random
from typing import TYPE_CHECKING, Any

from tests.adapters.woo.goods import _changed
from tests.adapters.woo.money import add_up, fee_of, line_of, with_coupon
from tests.adapters.woo.people import BILLING, SHIPPING
from tests.adapters.woo.rules import (
    Asked,
    Told,
    WooError,
    after,
    choose,
    clean,
    decimal,
    invalid,
    is_address,
    merged,
    paged,
    stamp,
)

if TYPE_CHECKING:
    from tests.adapters.woo.shop import Shop

ORDERS = ("date", "id", "include", "title", "slug", "modified")
STATUSES = (
    "auto-draft", "pending", "processing", "on-hold", "completed", "cancelled", "refunded",
    "failed", "checkout-draft",
)  # fmt: skip
UNKNOWN = ("woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
PAID = ("processing", "completed")


class Orders:
    """All orders."""

    def __init__(self, shop: "Shop") -> None:
        self.shop = shop
        self.rows: dict[int, dict[str, Any]] = {}
        self.mails: list[tuple[str, str]] = []

    # -- asked -----------------------------------------------------------------------------------

    def listed(self, asked: Asked) -> Told:
        query = asked.query
        after("modified_after", query, self.shop.offset)
        rows = [row for row in self.rows.values() if self._of_status(row, query)]
        if self.shop.finds_exactly and "created_via" in query:
            wanted = set(query["created_via"].split(","))
            rows = [row for row in rows if row["created_via"] in wanted]
        if "customer" in query:
            rows = [row for row in rows if row["customer_id"] == int(query["customer"])]
        if "include" in query:
            ids = {int(one) for one in query["include"].split(",")}
            rows = [row for row in rows if row["id"] in ids]
        if "search" in query:
            rows = [row for row in rows if self._speaks_of(row, query["search"].lower())]
        rows = _changed(rows, query, self.shop.offset)
        self._sort(rows, query)
        return paged(asked, rows, self.show, self.shop.home)

    def _of_status(self, row: dict[str, Any], query: dict[str, str]) -> bool:
        """``any`` holds drafts of the checkout and never the bin, not even when it is named too."""
        wanted = query.get("status", "any").split(",")
        if "any" in wanted:
            return row["status"] not in ("trash", "auto-draft")
        return row["status"] in wanted

    def _speaks_of(self, row: dict[str, Any], word: str) -> bool:
        """Names, e-mail and goods; the transaction with tables of its own only; never meta."""
        names = [line["name"] for part in ("lines", "fees") for line in row[part]]
        places = [*names, row["billing"]["email"], row["billing"]["first_name"],
                  row["billing"]["last_name"], str(row["id"])]  # fmt: skip
        if self.shop.hpos:
            places.append(row["transaction_id"])
        return any(word in place.lower() for place in places)

    def _sort(self, rows: list[dict[str, Any]], query: dict[str, str]) -> None:
        order_by = choose(query, "orderby", ORDERS, "date")
        down = query.get("order", "desc") == "desc"
        if order_by == "modified":
            random.shuffle(rows)  # within a second they stand as they like
        else:
            rows.sort(key=lambda row: row["id"], reverse=down)
        keys = {"modified": "modified", "date": "created"}
        if order_by in keys:
            rows.sort(key=lambda row: row[keys[order_by]].replace(microsecond=0), reverse=down)

    def one(self, id_: Any, *, status: int = 404) -> dict[str, Any]:
        row = self.rows.get(int(id_ or 0))
        if row is None:
            raise WooError(status, *UNKNOWN)
        return row

    # -- told ------------------------------------------------------------------------------------

    def make(self, given: dict[str, Any], *, batch: bool = False) -> dict[str, Any]:
        if "id" in given:
            said = "Cannot create existing shop_order."
            raise WooError(400, "woocommerce_rest_shop_order_exists", said)
        self._check(given, batch=batch)
        row = self._blank(given)
        self._address(row, given, batch=batch)
        self._fill(row, given)
        self.rows[row["id"]] = row
        add_up(self.shop, row)
        self._coupons(row, given)
        status = given.get("status", "pending")
        if status not in STATUSES:
            status = "completed"  # a batch stores nonsense as something
        self.move(row, status)
        if given.get("set_paid"):
            self._pay(row, given)
        return row

    def change(self, id_: Any, given: dict[str, Any], *, batch: bool = False) -> dict[str, Any]:
        row = self.one(id_, status=400)
        self._check(given, batch=batch)
        self._address(row, given, batch=batch)
        for told in given.get("line_items") or []:
            line = next((one for one in row["lines"] if one["id"] == told.get("id")), None)
            if line is not None:
                line.update(line_of(self.shop, {**line["given"], **told}, line["id"]))
        row["fees"] += [fee_of(self.shop, one) for one in given.get("fee_lines") or []]
        if given.get("line_items") or given.get("fee_lines"):
            add_up(self.shop, row)
        row["transaction_id"] = given.get("transaction_id", row["transaction_id"])
        before = [dict(one) for one in row["meta"]]
        self._meta(row, given)
        if "status" in given:
            self.move(row, given["status"])
        if given.get("set_paid") and row["paid_at"] is None:
            self._pay(row, given)
        if self.shop.hpos or before == row["meta"] or "status" in given:
            row["modified"] = self.shop.now()
        return row

    def drop(self, id_: Any, query: dict[str, str]) -> dict[str, Any]:
        row = self.one(id_)
        if query.get("force") == "true":
            del self.rows[row["id"]]
            return self.show(row)
        if row["status"] == "trash":
            said = "The shop_order has already been deleted."
            raise WooError(410, "woocommerce_rest_already_trashed", said)
        before = self.show(row)
        row["meta"] = [
            {"id": self.shop.next("meta"), "key": "_wp_trash_meta_status",
             "value": f"wc-{row['status']}"},
            *row["meta"],
        ]  # fmt: skip
        row["status"], row["modified"] = "trash", self.shop.now()
        return before

    def move(self, row: dict[str, Any], status: str) -> None:
        """Stock and dates follow the status."""
        now = self.shop.now()
        if status in PAID and not row["reduced"]:
            self._stock(row, -1)
        if status == "cancelled" and row["reduced"]:
            self._stock(row, 1)
        if status in PAID and row["paid_at"] is None:
            row["paid_at"] = now
        if status == "completed" and row["completed_at"] is None:
            row["completed_at"] = now
            self.mails.append((row["billing"]["email"], "completed"))
        row["status"], row["modified"] = status, now

    def _stock(self, row: dict[str, Any], sign: int) -> None:
        row["reduced"] = sign < 0
        for line in row["lines"]:
            product = self.shop.goods.products.get(line["product_id"])
            if product is not None and product["stock"] is not None:
                product["stock"] += sign * line["quantity"]

    def _pay(self, row: dict[str, Any], given: dict[str, Any]) -> None:
        needs_care = any(line["product_id"] for line in row["lines"])
        if row["status"] in ("pending", "on-hold", "failed", "checkout-draft"):
            self.move(row, "processing" if needs_care else "completed")
        row["transaction_id"] = given.get("transaction_id", row["transaction_id"])
        row["paid_at"] = row["paid_at"] or self.shop.now()
        customer = self.shop.people.users.get(row["customer_id"])
        if customer is not None:
            customer["paying"] = True

    def _check(self, given: dict[str, Any], *, batch: bool) -> None:
        if batch:
            return
        if "status" in given and given["status"] not in STATUSES:
            said = f"status is not one of {', '.join(STATUSES[:-1])}, and {STATUSES[-1]}."
            raise invalid("status", said, "rest_not_in_enum")
        for n, line in enumerate(given.get("line_items") or []):
            if "quantity" in line and not isinstance(line["quantity"], int):
                name = f"line_items[{n}][quantity]"
                raise invalid("line_items", f"{name} is not of type integer.",
                    "rest_invalid_type", {"param": name})  # fmt: skip
        for n, fee in enumerate(given.get("fee_lines") or []):
            if "total" in fee and not isinstance(fee["total"], str):
                name = f"fee_lines[{n}][total]"
                raise invalid("fee_lines", f"{name} is not of type string.",
                    "rest_invalid_type", {"param": name})  # fmt: skip
        email = (given.get("billing") or {}).get("email")
        if email and not is_address(email):
            raise invalid("billing", "Invalid email address.", "rest_invalid_email")

    def _address(self, row: dict[str, Any], given: dict[str, Any], *, batch: bool) -> None:
        customer = given.get("customer_id", row["customer_id"])
        if customer and customer not in self.shop.people.users:
            raise WooError(400, "woocommerce_rest_invalid_customer_id", "Customer ID is invalid.")
        billing = given.get("billing") or {}
        if batch and billing.get("email") and not is_address(billing["email"]):
            raise WooError(400, "order_invalid_billing_email", "Invalid billing email address")
        row["customer_id"] = customer
        for name, value in billing.items():
            if name in row["billing"]:
                row["billing"][name] = clean(str(value))
        if customer and not row["billing"]["email"]:  # nobody asked for that
            row["billing"]["email"] = self.shop.people.users[customer]["email"]

    def _blank(self, given: dict[str, Any]) -> dict[str, Any]:
        now = self.shop.now()
        return {
            "id": 0, "status": "pending", "currency": given.get("currency", self.shop.currency),
            "created": now, "modified": now, "paid_at": None, "completed_at": None,
            "customer_id": 0, "billing": dict.fromkeys(BILLING, ""),
            "shipping": {**dict.fromkeys(SHIPPING, ""), "phone": ""}, "reduced": False,
            "payment_method": given.get("payment_method", ""),
            "payment_method_title": given.get("payment_method_title", ""),
            "transaction_id": "", "created_via": given.get("created_via", "rest-api")[:100],
            "customer_note": given.get("customer_note", ""), "meta": [], "lines": [], "fees": [],
            "shipping_lines": [], "coupons": [], "taxes": [], "refunds": [],
        }  # fmt: skip

    def _fill(self, row: dict[str, Any], given: dict[str, Any]) -> None:
        lines = [line_of(self.shop, one) for one in given.get("line_items") or []]
        row["id"] = self.shop.next("post")
        row["lines"] = lines
        row["fees"] = [fee_of(self.shop, one) for one in given.get("fee_lines") or []]
        row["shipping_lines"] = [
            {"id": self.shop.next("item"), "title": one.get("method_title", ""),
             "gross": one.get("gross", "0")}
            for one in given.get("shipping_lines") or []
        ]  # fmt: skip
        row["transaction_id"] = given.get("transaction_id", "")
        self._meta(row, given)

    def _meta(self, row: dict[str, Any], given: dict[str, Any]) -> None:
        merged(row["meta"], given.get("meta_data"), lambda: self.shop.next("meta"), user=False)
        if not self.shop.hpos:
            return
        row["meta"] = [one for one in row["meta"] if len(str(one["value"])) < 65_536]

    def _coupons(self, row: dict[str, Any], given: dict[str, Any]) -> None:
        for told in given.get("coupon_lines") or []:
            try:
                with_coupon(self.shop, row, told["code"])
            except WooError as error:
                row["status"] = "checkout-draft"
                error.body["data"]["new_draft_order_id"] = row["id"]
                raise

    # -- shown -----------------------------------------------------------------------------------

    def show(self, row: dict[str, Any]) -> dict[str, Any]:
        offset, home, text = self.shop.offset, self.shop.home, self.shop.text
        return {
            "id": row["id"], "parent_id": 0, "status": row["status"], "currency": row["currency"],
            "version": self.shop.version, "prices_include_tax": self.shop.prices_have_tax,
            "date_created": stamp(row["created"], offset),
            "date_modified": stamp(row["modified"], offset),
            "discount_total": text(row["discount"]), "discount_tax": text(row["discount_tax"]),
            "shipping_total": text(row["shipping_total"]), "shipping_tax": "0.00",
            "cart_tax": text(row["tax"]), "total": text(row["total"]),
            "total_tax": text(row["tax"]), "customer_id": row["customer_id"],
            "order_key": f"wc_order_{row['id']}", "billing": dict(row["billing"]),
            "shipping": dict(row["shipping"]), "payment_method": row["payment_method"],
            "payment_method_title": row["payment_method_title"],
            "transaction_id": row["transaction_id"], "customer_ip_address": "",
            "customer_user_agent": "", "created_via": row["created_via"],
            "customer_note": row["customer_note"],
            "date_completed": stamp(row["completed_at"], offset),
            "date_paid": stamp(row["paid_at"], offset), "cart_hash": "", "number": str(row["id"]),
            "meta_data": [dict(one) for one in row["meta"]],
            "line_items": [one["show"](row) for one in row["lines"]],
            "tax_lines": row["taxes"], "shipping_lines": self._shipping(row),
            "fee_lines": [one["show"](row) for one in row["fees"]],
            "coupon_lines": [dict(one) for one in row["coupons"]],
            "refunds": [{"id": one["id"], "reason": one["reason"], "total": "-" + one["amount"]}
                        for one in row["refunds"]],
            "payment_url": f"{home}/checkout/order-pay/{row['id']}/", "is_editable": False,
            "needs_payment": False, "needs_processing": True,
            "date_created_gmt": stamp(row["created"]), "date_modified_gmt": stamp(row["modified"]),
            "date_completed_gmt": stamp(row["completed_at"]),
            "date_paid_gmt": stamp(row["paid_at"]), "currency_symbol": "€",
            "_links": self.shop.links,
        }  # fmt: skip

    def _shipping(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        text = self.shop.text
        return [
            {"id": one["id"], "method_title": one["title"], "total": text(decimal(one["gross"])),
             "total_tax": "0.00", "taxes": [], "meta_data": []}
            for one in row["shipping_lines"]
        ]  # fmt: skip
