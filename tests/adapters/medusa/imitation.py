"""An imitated Medusa shop: what it keeps and does, with the oddities that real ones showed.

E-mails are told apart by their case, and an order for a customer with capitals lands on another
one. Nothing is unique but an e-mail among the registered, and among the others. Lists of orders
ignore filters that they do not know; those of customers refuse them. Payments do not move an
order's time, and a second collection can be paid as well. Amounts are Decimals, as JSON shows them.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

Thing = dict[str, Any]

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHANNEL = "sc_00000000000000000000000001"


class RefusedError(Exception):
    """An answer that is none: HTTP code, kind and message."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.told = {"type": kind, "message": message} if kind else {"message": message}


def no(message: str, kind: str = "invalid_data", status: int = 400) -> RefusedError:
    return RefusedError(status, kind, message)


class Imitation:
    """One shop. ``ahead``: how much later it is there."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.ahead = 0.0
        self.keys: set[str] = set()
        self.doors: set[str] = set()
        self.tokens: set[str] = set()
        self.logins: dict[str, str] = {"admin@example.com": "supersecret"}
        self.people: dict[str, Thing] = {}
        self.orders: dict[str, Thing] = {}
        self.regions: dict[str, Thing] = {}
        self.products: dict[str, Thing] = {}
        self.preferences: dict[str, Thing] = {}
        self._numbers = itertools.count(1)
        self._ids = itertools.count(1)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def wait(self, seconds: float) -> None:
        self.ahead += seconds

    def stamp(self) -> str:
        """Milliseconds, no two alike: a shop takes longer than one for anything."""
        time.sleep(0.001)
        return self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def new_id(self, prefix: str) -> str:
        """Later ones sort behind earlier ones."""
        number, text = next(self._ids), ""
        for _ in range(26):
            number, rest = divmod(number, 32)
            text = _LETTERS[rest] + text
        return f"{prefix}_{text}"

    # -- people ----------------------------------------------------------------------------------

    def make_person(self, given: Mapping[str, Any], *, has_account: bool) -> Thing:
        email = given.get("email")
        self._free(email, has_account, None)
        at = self.stamp()
        person = {
            "id": self.new_id("cus"), "company_name": None, "first_name": None, "last_name": None,
            "email": None, "phone": None, **given, "has_account": has_account,
            "metadata": self.merged(None, given.get("metadata")),
            "created_at": at, "updated_at": at, "deleted_at": None,
        }  # fmt: skip
        self.people[person["id"]] = person
        return person

    def change_person(self, person: Thing, given: Mapping[str, Any]) -> Thing:
        if given.get("email"):
            self._free(given["email"], person["has_account"], person["id"])
        metadata = self.merged(person["metadata"], given.get("metadata"))
        person |= {**given, "metadata": metadata, "updated_at": self.stamp()}
        return person

    def person(self, known: str, *, put: bool = False) -> Thing:
        person = self.people.get(known)
        if person is None or person["deleted_at"]:
            how = f'with id "{known}"' if put else f"with id: {known}"
            raise no(f"Customer {how} not found", "not_found", 404)
        return person

    def living(self) -> list[Thing]:
        return [person for person in self.people.values() if not person["deleted_at"]]

    def _free(self, email: str | None, has_account: bool, but: str | None) -> None:
        for other in self.living():
            same = other["email"] == email and other["has_account"] == has_account
            if email and same and other["id"] != but:
                account = str(has_account).lower()
                raise no(f"Customer with email: {email}, has_account: {account}, already exists.")

    @staticmethod
    def merged(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Thing | None:
        """By key; an empty text takes a key away."""
        both = {**(old or {}), **(new or {})}
        kept = {key: value for key, value in both.items() if value != ""}
        return kept or (None if old is None and new is None else {})

    # -- orders ----------------------------------------------------------------------------------

    def make_draft(self, given: Mapping[str, Any]) -> Thing:
        region = self.regions[given["region_id"]]
        customer, email = given.get("customer_id"), given.get("email")
        if customer:
            if customer not in {person["id"] for person in self.living()}:
                message = f"Customer with id: {customer} was not found"
                raise no(message, "not_found", 404)
            email = email or self.people[customer]["email"]
        if email:
            customer = self._whose(email, customer)
        at = self.stamp()
        order = {
            "id": self.new_id("order"), "display_id": next(self._numbers), "status": "draft",
            "email": email, "customer_id": customer, "region_id": region["id"],
            "currency_code": region["currency_code"], "metadata": given.get("metadata"),
            "billing_address": given.get("billing_address"), "created_at": at, "updated_at": at,
            "canceled_at": None, "shipping_total": Decimal(0), "payment_collections": [],
            "items": [self._item(item) for item in given.get("items") or []],
        }  # fmt: skip
        self.orders[order["id"]] = order
        return order

    def _whose(self, email: str, customer: str | None) -> str:
        """The oddity: capitals make it somebody else's, made on the spot if need be. Those who are
        registered keep theirs."""
        low = email.lower()
        mine = [self.people[customer]] if customer else self._with(low)
        if mine and (mine[0]["has_account"] or mine[0]["email"] == low):
            return str(mine[0]["id"])
        others = [one for one in self._with(low) if not one["has_account"]]
        made = others[0] if others else self.make_person({"email": low}, has_account=False)
        return str(made["id"])

    def _with(self, email: str) -> list[Thing]:
        return [person for person in self.living() if person["email"] == email]

    def _item(self, given: Mapping[str, Any]) -> Thing:
        variant, product = self._variant(given.get("variant_id"))
        if variant and variant["manage_inventory"]:
            raise no(
                f"Sales channel {CHANNEL} is not associated with any stock location"
                f" for variant {variant['id']}."
            )
        price = given.get("unit_price")
        if price is None and variant:
            price = variant["prices"][0]["amount"]
        if price is None:
            raise no("Items must have a unit price")
        price, quantity = Decimal(str(price)), given["quantity"]
        return {
            "id": self.new_id("ordli"), "title": given.get("title") or product.get("title"),
            "product_title": product.get("title"), "variant_sku": variant.get("sku"),
            "variant_title": variant.get("title"), "metadata": given.get("metadata") or {},
            "variant_id": variant.get("id"), "unit_price": price, "quantity": quantity,
            "total": price * quantity, "is_giftcard": False, "adjustments": [],
            "detail": {"return_received_quantity": 0},
        }  # fmt: skip

    def _variant(self, wanted: str | None) -> tuple[Thing, Thing]:
        for product in self.products.values():
            for variant in product["variants"]:
                if wanted and variant["id"] == wanted:
                    return variant, product
        return {}, {}

    def order(self, known: str) -> Thing:
        if known not in self.orders:
            raise no(f"Order id not found: {known}", "not_found", 404)
        return self.orders[known]

    def convert(self, known: str) -> Thing:
        order = self.order(known)
        if order["status"] != "draft":
            raise no(f"Order {known} is not a draft order")
        order |= {"status": "pending", "updated_at": self.stamp()}
        return order

    def complete(self, known: str) -> Thing:
        order = self.order(known)
        order |= {"status": "completed", "updated_at": self.stamp()}
        return order

    def cancel(self, known: str) -> Thing:
        order, at = self.order(known), self.stamp()
        for collection in order["payment_collections"]:
            for payment in collection["payments"]:
                left = payment["amount"] - sum(one["amount"] for one in payment["refunds"])
                if left:
                    payment["refunds"].append(self._refund(payment, left, None))
            collection |= {"status": "canceled", "refunded_amount": collection["captured_amount"]}
        order |= {"status": "canceled", "canceled_at": at, "updated_at": at}
        return order

    # -- money -----------------------------------------------------------------------------------

    def collect(self, given: Mapping[str, Any]) -> Thing:
        order = self.order(given["order_id"])
        collection = {
            "id": self.new_id("pay_col"), "currency_code": order["currency_code"],
            "amount": Decimal(str(given["amount"])), "status": "not_paid",
            "authorized_amount": None, "captured_amount": None, "refunded_amount": None,
            "payments": [],
        }  # fmt: skip
        order["payment_collections"].append(collection)
        return collection

    def pay(self, known: str, given: Mapping[str, Any]) -> Thing:
        """An order's time stays as it was."""
        order = self.order(given["order_id"])
        collection = next(one for one in order["payment_collections"] if one["id"] == known)
        if collection["status"] != "not_paid":
            raise no("Can only mark 'not_paid' payment collection as paid", "not_allowed")
        if not collection["amount"]:
            raise no("Capture amount must be greater than 0.")
        payment = {
            "id": self.new_id("pay"), "amount": collection["amount"], "canceled_at": None,
            "captured_at": self.stamp(), "payment_collection_id": known, "refunds": [],
            "currency_code": order["currency_code"],
        }  # fmt: skip
        collection |= {
            "status": "completed", "payments": [payment], "authorized_amount": payment["amount"],
            "captured_amount": payment["amount"], "refunded_amount": 0,
        }  # fmt: skip
        return collection

    def refund(self, known: str, given: Mapping[str, Any]) -> Thing:
        for order in self.orders.values():
            for payment in self.payments(order):
                if payment["id"] == known:
                    return self._refunded(order, payment, given)
        raise no(f"Payment with id: {known} was not found", "not_found", 404)

    def _refunded(self, order: Thing, payment: Thing, given: Mapping[str, Any]) -> Thing:
        amount = Decimal(str(given["amount"]))
        if amount + sum(one["amount"] for one in payment["refunds"]) > payment["amount"]:
            raise no("You are not allowed to refund more than the captured amount")
        payment["refunds"].append(self._refund(payment, amount, given.get("note")))
        order["updated_at"] = self.stamp()
        return payment

    def _refund(self, payment: Thing, amount: Decimal, note: str | None) -> Thing:
        return {
            "id": self.new_id("ref"), "amount": amount, "note": note, "created_at": self.stamp(),
            "payment_id": payment["id"], "refund_reason_id": None, "refund_reason": None,
        }  # fmt: skip

    @staticmethod
    def payments(order: Thing) -> list[Thing]:
        return [
            one for collection in order["payment_collections"] for one in collection["payments"]
        ]

    def shown(self, order: Thing) -> Thing:
        """As an answer shows it: money that went back is off its total."""
        items = sum((item["total"] for item in order["items"]), Decimal(0))
        came = sum((one["amount"] for one in self.payments(order)), Decimal(0))
        went = sum(
            (x["amount"] for one in self.payments(order) for x in one["refunds"]), Decimal(0)
        )
        cancelled = order["status"] == "canceled"
        owed = Decimal(0) if cancelled else items - came
        return {
            **order, "total": items - went, "subtotal": items,
            "summary": {"pending_difference": owed},
        }  # fmt: skip

    # -- searching -------------------------------------------------------------------------------

    def found(
        self, rows: list[Thing], asked: Mapping[str, list[str]], *, searched: Callable[[Thing], str]
    ) -> tuple[list[Thing], int]:
        """Filtered, sorted and cut to a page."""
        for name, values in asked.items():
            field, _, operator = name.rstrip("]").partition("[")
            if field == "q":
                rows = [row for row in rows if values[0].lower() in searched(row).lower()]
            elif field in ("updated_at", "created_at"):
                rows = [row for row in rows if _holds(row[field], operator, values[0])]
            elif field == "deleted_at":
                rows = [row for row in rows if row["deleted_at"]]
            elif field in ("id", "customer_id", "email"):
                wanted = {*asked.get(field, []), *asked.get(f"{field}[]", [])}
                rows = [row for row in rows if row[field] in wanted]
        order = asked.get("order", ["id"])[0]
        if "," in order:
            raise RefusedError(500, "unknown_error", "An unknown error occurred.")
        rows = sorted(rows, key=lambda row: row[order.lstrip("-")], reverse=order[0] == "-")
        start, size = int(asked.get("offset", ["0"])[0]), int(asked.get("limit", ["50"])[0])
        return rows[start : start + size], len(rows)


def _holds(told: str, operator: str, wanted: str) -> bool:
    mine, other = datetime.fromisoformat(told), datetime.fromisoformat(wanted)
    return mine > other if operator == "$gt" else mine >= other
