"""What can be done in the small shop, as Shopify does it: nothing thrown, user errors told."""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, StringValueNode, VariableNode

from tests.adapters.shopify.queries import Queries, code_view
from tests.adapters.shopify.shop import Bought, Buyer, Code, Definition, Order, Paid, Refund
from tests.adapters.shopify.views import View, buyer_view, metafield, order_view, refund_view

_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def error(code: str | None, *field: str, **more: Any) -> View:
    return {"code": code, "field": list(field) or None, "message": "No.", **more}


def refused(*errors: View) -> View:
    return {"userErrors": list(errors)}


class Mutations(Queries):
    """Root fields of a mutation."""

    # -- people ----------------------------------------------------------------------------------

    def customerSet(  # noqa: N802 (a field's name)
        self, _: object, input: dict[str, Any], identifier: dict[str, Any] | None = None
    ) -> View:  # fmt: skip
        self._needs("write_customers")
        who = identifier or {}
        buyer = self._named(who)
        if buyer is None and "id" in who:
            return refused(error("NOT_FOUND", "identifier", "id"))
        wrong = self._wrong(input, buyer)
        if wrong:
            return refused(*wrong)
        if buyer is None:
            buyer = Buyer(id=self._shop.new_id("Customer"))
            self._shop.buyers[buyer.id] = buyer
        names = {"firstName": "first", "lastName": "last", "email": "email", "phone": "phone"}
        for name, attribute in names.items():
            if name in input:
                value = input[name]
                setattr(buyer, attribute, value.lower() if name == "email" and value else value)
        self._shop.touch(buyer)
        return {"customer": buyer_view(self._shop, buyer), "userErrors": []}

    def _named(self, who: dict[str, Any]) -> Buyer | None:
        if "id" in who:
            return self._shop.buyers.get(who["id"])
        return self._shop.by_email(who["email"]) if "email" in who else None

    def _wrong(self, given: dict[str, Any], buyer: Buyer | None) -> list[View]:
        wrong, email, phone = [], given.get("email"), given.get("phone")
        if email:
            other = self._shop.by_email(email)
            if not _EMAIL.fullmatch(email):
                wrong.append(error("INVALID", "input", "email"))
            elif other is not None and other is not buyer:
                wrong.append(error("TAKEN", "input", "email"))
        if phone:
            owner = next((x for x in self._shop.buyers.values() if x.phone == phone), None)
            if not _PHONE.fullmatch(phone):
                wrong.append(error("INVALID", "input", "phone"))
            elif owner is not None and owner is not buyer:
                wrong.append(error("TAKEN", "input", "phone"))
        return wrong

    def customerEmailMarketingConsentUpdate(self, _: object, input: dict[str, Any]) -> View:  # noqa: N802
        self._needs("write_customers")
        buyer = self._shop.buyers[input["customerId"]]
        buyer.marketing = input["emailMarketingConsent"]["marketingState"]
        self._shop.touch(buyer)
        return {"userErrors": []}

    def customerDelete(self, _: object, input: dict[str, Any]) -> View:  # noqa: N802
        self._needs("write_customers")
        if any(order.buyer == input["id"] for order in self._shop.orders.values()):
            return refused(error(None, "id"))
        gone = self._shop.buyers.pop(input["id"], None)
        return {"deletedCustomerId": gone and gone.id, "userErrors": []}

    def customerRequestDataErasure(self, _: object, customerId: str) -> View:  # noqa: N802, N803
        self._needs("write_customers")
        if customerId not in self._shop.buyers:
            return refused(error("DOES_NOT_EXIST", "customerId"))
        return {"customerId": customerId, "userErrors": []}

    # -- metafields ------------------------------------------------------------------------------

    def metafieldDefinitionCreate(self, _: object, definition: dict[str, Any]) -> View:  # noqa: N802
        unique = (definition.get("capabilities") or {}).get("uniqueValues") or {}
        made = Definition(
            owner=definition["ownerType"], namespace=definition["namespace"],
            key=definition["key"], type=definition["type"], unique=bool(unique.get("enabled")),
        )  # fmt: skip
        if any((x.owner, x.key) == (made.owner, made.key) for x in self._shop.definitions):
            return refused(error("TAKEN", "definition", "key"))
        if made.type == "id" and not made.unique:
            return refused(error("CAPABILITY_REQUIRED_BUT_DISABLED", "definition"))
        self._shop.definitions.append(made)
        return {
            "createdDefinition": {"id": self._shop.new_id("MetafieldDefinition")},
            "userErrors": [],
        }

    def metafieldsSet(self, _: object, metafields: list[dict[str, Any]]) -> View:  # noqa: N802
        self._needs("write_customers")
        wrong = [e for n, one in enumerate(metafields) for e in self._wrong_field(n, one)]
        if wrong:
            return refused(*wrong)
        told = []
        for one in metafields:
            buyer = self._shop.buyers[one["ownerId"]]
            self._shop.set_field(buyer, one["namespace"], one["key"], one["value"], one["type"])
            told.append(metafield(buyer)(None, one["key"], one["namespace"]))
        return {"metafields": told, "userErrors": []}

    def _wrong_field(self, n: int, one: dict[str, Any]) -> list[View]:
        buyer = self._shop.buyers.get(one["ownerId"])
        if buyer is None:
            return [error("INVALID", "metafields", str(n), "ownerId", elementIndex=n)]
        if not one["value"]:
            return [error("BLANK", "metafields", str(n), "value", elementIndex=n)]
        known = buyer.fields.get((one["namespace"], one["key"]))
        if "compareDigest" in one and one["compareDigest"] != (known and known.digest):
            return [error("STALE_OBJECT", "metafields", str(n), elementIndex=n)]
        owner = self._shop.holder("CUSTOMER", one["namespace"], one["key"], one["value"])
        if owner is not None and owner is not buyer:
            return [error("TAKEN", "metafields", str(n), "value", elementIndex=n)]
        return []

    def metafieldsDelete(self, _: object, metafields: list[dict[str, Any]]) -> View:  # noqa: N802
        self._needs("write_customers")
        for one in metafields:
            self._shop.buyers[one["ownerId"]].fields.pop((one["namespace"], one["key"]), None)
        return {"userErrors": []}

    # -- orders ----------------------------------------------------------------------------------

    def orderCreate(  # noqa: N802
        self, _: object, order: dict[str, Any], options: dict[str, Any] | None = None
    ) -> View:
        self._needs("write_orders")
        customer = ((order.get("customer") or {}).get("toAssociate") or {}).get("id")
        if customer and customer not in self._shop.buyers:
            return refused(error("INVALID", "order", "customer", "toAssociate", "id"))
        for one in order.get("metafields") or []:
            if self._shop.holder("ORDER", one["namespace"], one["key"], one["value"]):
                return refused(error("INVALID", "order", "metafields", "0", "value"))
        assert options is not None
        assert not options.get("sendReceipt"), "somebody would be sent a mail"
        made = self._made(order, customer)
        if isinstance(made, dict):
            return made
        self._shop.orders[made.id] = made
        for one in order.get("metafields") or []:
            self._shop.set_field(made, one["namespace"], one["key"], one["value"], one["type"])
        self._shop.touch(made)
        return {"order": order_view(self._shop, made), "userErrors": []}

    def _made(self, order: dict[str, Any], customer: str | None) -> Order | View:
        lines = []
        for given in order["lineItems"]:
            kind = self._kind(given.get("variantId"))
            if given.get("variantId") and kind is None:
                return refused(error("INVALID", "order", "lineItems", "0", "variantId"))
            price = _minor(given["priceSet"])
            if price < 0 or given["quantity"] < 1 or not given.get("title"):
                return refused(error("INVALID", "order", "lineItems", "0", "priceSet"))
            lines.append(
                Bought(
                    id=self._shop.new_id("LineItem"), name=given["title"], price=price,
                    sku=kind.sku if kind else given.get("sku"), quantity=given["quantity"],
                    tax=sum(_minor(tax["priceSet"]) for tax in given.get("taxLines") or []),
                )
            )  # fmt: skip
        buyer = self._shop.buyers.get(customer or "")
        made = Order(
            id=self._shop.new_id("Order"), name=f"#{len(self._shop.orders) + 1}", lines=lines,
            at=datetime.fromisoformat(order["processedAt"]), buyer=customer,
            email=buyer.email if buyer else None, source=order.get("sourceIdentifier"),
            paid_for=order.get("financialStatus") == "PAID",
            notes={one["key"]: one["value"] for one in order.get("customAttributes") or []},
        )  # fmt: skip
        for one in order.get("transactions") or []:
            made.payments.append(
                Paid(
                    id=self._shop.new_id("OrderTransaction"), kind=one["kind"],
                    amount=_minor(one["amountSet"]), gateway=one["gateway"],
                )
            )  # fmt: skip
        return made

    def _kind(self, variant: str | None) -> Any:
        kinds = [kind for product in self._shop.products.values() for kind in product.kinds]
        return next((kind for kind in kinds if kind.id == variant), None)

    def refundCreate(self, info: GraphQLResolveInfo, input: dict[str, Any]) -> View:  # noqa: N802
        self._needs("write_orders")
        key, text = _idempotency(info), json.dumps(input, sort_keys=True, default=str)
        if key in self._shop.kept:
            before, answer = self._shop.kept[key]
            if before != text:
                code = "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
                raise GraphQLError("Another request", extensions={"code": code})
            return answer
        answer = self._refunded(input)
        self._shop.kept[key] = (text, answer)
        return answer

    def _refunded(self, given: dict[str, Any]) -> View:
        order = self._shop.orders[given["orderId"]]
        lines, back = {one.id: one for one in order.lines}, []
        for one in given.get("refundLineItems") or []:
            line = lines[one["lineItemId"]]
            if one["quantity"] > line.quantity - line.back:
                return refused(error(None, "refundLineItems", "0", "quantity"))
            if one["restockType"] == "RETURN" and not one.get("locationId"):
                return refused(error(None, "refundLineItems", "0", "locationId"))
            back.append((line, one["quantity"]))
        money = [(one, int(Decimal(one["amount"]) * 100)) for one in given["transactions"]]
        paid = sum(one.amount for one in order.payments if one.kind == "SALE")
        if sum(amount for _, amount in money) > paid - order.given_back:
            return refused(error(None, "transactions"))
        for line, pieces in back:
            line.back += pieces
        for one, amount in money:
            order.payments.append(
                Paid(
                    id=self._shop.new_id("OrderTransaction"), kind="REFUND", amount=amount,
                    gateway=one["gateway"], parent=one["parentId"],
                )
            )  # fmt: skip
        refund = Refund(
            id=self._shop.new_id("Refund"), note=given.get("note"), at=self._shop.now(),
            lines=back, amount=sum(amount for _, amount in money),
        )  # fmt: skip
        order.refunds.append(refund)
        self._shop.touch(order)
        return {"refund": refund_view(self._shop, refund), "userErrors": []}

    # -- coupons ---------------------------------------------------------------------------------

    def discountCodeBasicCreate(self, _: object, basicCodeDiscount: dict[str, Any]) -> View:  # noqa: N802, N803
        self._needs("write_discounts")
        name = basicCodeDiscount["code"].upper()
        if name in self._shop.codes:
            return refused(error("TAKEN", "basicCodeDiscount", "code"))
        code = Code(id=self._shop.new_id("DiscountCodeNode"), given=basicCodeDiscount)
        self._shop.codes[name] = code
        return {"codeDiscountNode": code_view(code), "userErrors": []}

    def discountCodeBasicUpdate(  # noqa: N802
        self, _: object, id: str, basicCodeDiscount: dict[str, Any]  # noqa: N803
    ) -> View:  # fmt: skip
        self._needs("write_discounts")
        code = next(one for one in self._shop.codes.values() if one.id == id)
        code.given = {**code.given, **basicCodeDiscount}
        return {"codeDiscountNode": code_view(code), "userErrors": []}

    def discountCodeDeactivate(self, _: object, id: str) -> View:  # noqa: N802
        self._needs("write_discounts")
        code = next(one for one in self._shop.codes.values() if one.id == id)
        code.ended = True
        return {"codeDiscountNode": code_view(code), "userErrors": []}


def _minor(money: dict[str, Any]) -> int:
    return int(Decimal(money["shopMoney"]["amount"]) * 100)


def _idempotency(info: GraphQLResolveInfo) -> str:
    """The key that 2026-04 and later insist on."""
    for directive in info.field_nodes[0].directives or ():
        if directive.name.value == "idempotent":
            value = directive.arguments[0].value
            if isinstance(value, VariableNode):
                return str(info.variable_values.coerced[value.name.value])
            assert isinstance(value, StringValueNode)
            return value.value
    raise GraphQLError("An idempotency key is required", extensions={"code": "BAD_REQUEST"})
