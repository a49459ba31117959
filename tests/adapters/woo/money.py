"""What lines, fees, taxes and refunds of the imitation come to. Everything is net but prices."""

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

from tests.adapters.woo.rules import CENT, WooError, cents, decimal, merged, stamp

if TYPE_CHECKING:
    from tests.adapters.woo.shop import Shop

PARTS = Decimal("0.000001")
RATE_ID = 1


def line_of(shop: "Shop", given: dict[str, Any], id_: int | None = None) -> dict[str, Any]:
    """A line; an unknown product is an empty one, and no error."""
    if not any(given.get(name) for name in ("product_id", "sku", "variation_id")):
        said = "Product ID or SKU is required."
        raise WooError(400, "woocommerce_rest_required_product_reference", said)
    products = shop.goods.products
    if given.get("sku"):
        product = shop.goods.by_sku(given["sku"])
    else:
        product = products.get(given.get("variation_id") or given["product_id"])
    quantity = given.get("quantity", 1)
    rate = shop.rate_of(product) if product else Decimal(0)
    price = decimal(product["price"]) if product else Decimal(0)
    within = 1 + rate if shop.included else Decimal(1)
    usual = (max(price * quantity, Decimal(0)) / within).quantize(PARTS)
    total = decimal(given["total"]) if "total" in given and product else usual
    subtotal = decimal(given["subtotal"]) if "subtotal" in given and product else max(usual, total)
    meta: list[dict[str, Any]] = []
    merged(meta, given.get("meta_data"), lambda: shop.next("meta"), user=False)
    line = {
        "id": id_ or shop.next("item"), "given": given, "product": product, "rate": rate,
        "product_id": (product["parent_id"] or product["id"]) if product else 0,
        "variation_id": product["id"] if product and product["parent_id"] else 0,
        "name": given.get("name", product["name"]) if product else "", "quantity": quantity,
        "subtotal": subtotal, "total": total, "meta": meta,
        "down": shop.included,
    }  # fmt: skip
    line["show"] = lambda row: _shown(shop, line)
    return line


def fee_of(shop: "Shop", given: dict[str, Any]) -> dict[str, Any]:
    """A fee; one that takes off is taxed whatever it is told."""
    total = cents(decimal(given.get("total", "0")))
    status = given.get("tax_status", "taxable")
    taxed = shop.rate is not None and (status == "taxable" or total < 0)
    rate = (shop.rate or Decimal(0)) if taxed else Decimal(0)
    fee = {"id": shop.next("item"), "name": given.get("name", ""), "total": total, "rate": rate,
           "status": status, "meta": [], "down": shop.included}  # fmt: skip
    text = shop.text
    fee["show"] = lambda row: {
        "id": fee["id"], "name": fee["name"], "tax_class": "", "tax_status": status, "amount": "",
        "total": text(total), "total_tax": text(tax_of(fee)), "taxes": _taxes(shop, fee, fee=True),
        "meta_data": [],
    }  # fmt: skip
    return fee


def tax_of(line: dict[str, Any], name: str = "total") -> Decimal:
    """Rounded line by line; halves go down where prices have tax in them."""
    return cents(line[name] * line["rate"], down=line["down"])


def add_up(shop: "Shop", row: dict[str, Any]) -> None:
    """The order's totals from its parts, each rounded by itself."""
    lines, fees = row["lines"], row["fees"]
    goods = sum((cents(line["total"]) for line in lines), Decimal(0))
    worth = sum((cents(line["subtotal"]) for line in lines), Decimal(0))
    row["tax"] = sum((tax_of(one) for one in (*lines, *fees)), Decimal(0))
    row["discount"] = worth - goods
    row["discount_tax"] = sum((tax_of(one, "subtotal") - tax_of(one) for one in lines), Decimal(0))
    row["shipping_total"] = sum(
        (decimal(one["gross"]) for one in row["shipping_lines"]), Decimal(0)
    )
    charged = sum((fee["total"] for fee in fees), Decimal(0))
    whole = goods + charged + row["tax"] + row["shipping_total"]
    row["total"] = whole.quantize(Decimal(1).scaleb(-shop.places), "ROUND_HALF_UP")
    taxed = [one for one in (*lines, *fees) if one["rate"]]
    row["taxes"] = [_rate_line(shop, row["tax"], taxed[0]["rate"])] if taxed else []


def with_coupon(shop: "Shop", row: dict[str, Any], code: str) -> None:
    """Take a coupon off the lines, by what each is worth as the shop's prices are: with its tax, or
    without; then the tax on it is saved besides. What is left of a cent is a whole one."""
    net = [cents(line["total"]) for line in row["lines"]]
    gross = [worth + tax_of(line) for worth, line in zip(net, row["lines"], strict=True)]
    each = gross if shop.included else net
    goods = sum(each, Decimal(0))
    customer = shop.people.users.get(row["customer_id"])
    email = row["billing"]["email"] or (customer["email"] if customer else "")
    coupon = shop.goods.applied(code, email, _basket(shop, row, net, gross))
    amount = Decimal(coupon["amount"])
    fixed = coupon["discount_type"] == "fixed_cart"
    off = amount.quantize(CENT, ROUND_CEILING) if fixed else cents(goods * amount / 100)
    left = min(off, goods)
    for n, (line, worth) in enumerate(zip(row["lines"], each, strict=True)):
        share = left if n == len(each) - 1 else cents(off * worth / goods)
        left -= share
        within = 1 + line["rate"] if shop.included else Decimal(1)
        line["total"] = ((worth - share) / within).quantize(PARTS)
    coupon["usage_count"] += 1
    coupon["used_by"].append(str(row["customer_id"] or email))
    row["coupons"].append({
        "id": shop.next("item"), "code": coupon["code"], "discount": f"{off.normalize():f}",
        "discount_tax": "0", "meta_data": [], "discount_type": coupon["discount_type"],
        "nominal_amount": int(amount), "free_shipping": False,
    })  # fmt: skip
    add_up(shop, row)


def _basket(
    shop: "Shop", row: dict[str, Any], net: list[Decimal], gross: list[Decimal]
) -> Decimal:  # fmt: skip
    """What a coupon's least basket is held against: at the checkout what the cart shows, in orders
    that are made otherwise what the prices are like."""
    web = row["created_via"] == "checkout"
    with_tax = shop.cart_shows_tax if web else shop.included
    return sum(gross if with_tax else net, Decimal(0))


def refund(shop: "Shop", row: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Give back. Lines that are not there are left out silently; the money goes all the same."""
    code = "woocommerce_rest_cannot_create_order_refund"
    told = given.get("line_items") or []
    by_line = sum((_told(one) for one in told), Decimal(0))
    amount = decimal(given["amount"]) if "amount" in given else by_line
    amount = amount.quantize(Decimal(1).scaleb(-shop.places), "ROUND_HALF_UP")
    back = sum((Decimal(one["amount"]) for one in row["refunds"]), Decimal(0))
    if amount < 0 or amount > row["total"] - back:
        raise WooError(500, code, "Invalid refund amount.", 500)
    if given.get("api_refund", True):
        said = "The payment gateway for this order does not exist."
        raise WooError(500, code, said, 500)
    lines = [made for one in told if (made := _refund_line(shop, row, one))]
    made = {
        "id": shop.next("post"), "parent_id": row["id"], "created": shop.now(),
        "amount": shop.text(amount), "reason": given.get("reason", ""), "lines": lines, "meta": [],
        "fees": [made for one in told if (made := _refund_fee(shop, row, one))],
    }  # fmt: skip
    merged(made["meta"], given.get("meta_data"), lambda: shop.next("meta"), user=False)
    row["refunds"].insert(0, made)
    if given.get("api_restock", True):
        for line in lines:
            product = shop.goods.products.get(line["product_id"])
            if product is not None and product["stock"] is not None:
                product["stock"] -= line["quantity"]
    if amount == row["total"] - back and amount > 0:
        row["status"] = "refunded"
    if shop.hpos:
        row["modified"] = shop.now()
    return made


def show_refund(shop: "Shop", one: dict[str, Any], *, parent: bool = False) -> dict[str, Any]:
    above = {"parent_id": one["parent_id"]} if parent else {}
    return {
        "id": one["id"], **above, "date_created": stamp(one["created"], shop.offset),
        "date_created_gmt": stamp(one["created"]), "amount": one["amount"],
        "reason": one["reason"], "refunded_by": 1, "refunded_payment": False,
        "meta_data": [dict(each) for each in one["meta"]], "line_items": one["lines"],
        "shipping_lines": [], "tax_lines": [], "fee_lines": one["fees"], "_links": shop.links,
    }  # fmt: skip


def _told(one: dict[str, Any]) -> Decimal:
    taxes = sum((decimal(tax["refund_total"]) for tax in one.get("refund_tax") or []), Decimal(0))
    return decimal(one.get("refund_total", 0)) + taxes


def _refund_line(shop: "Shop", row: dict[str, Any], told: dict[str, Any]) -> dict[str, Any] | None:
    line = next((one for one in row["lines"] if one["id"] == told["id"]), None)
    if line is None:
        return None
    net, text = -decimal(told.get("refund_total", 0)), shop.text
    tax = net - -_told(told) if told.get("refund_tax") else Decimal(0)
    return {
        "id": shop.next("item"), "name": line["name"], "product_id": line["product_id"],
        "variation_id": line["variation_id"], "quantity": -told.get("quantity", 0),
        "tax_class": "", "subtotal": text(net), "subtotal_tax": text(-tax), "total": text(net),
        "total_tax": text(-tax), "taxes": [], "sku": line["product"]["sku"], "price": 0,
        "image": {"id": "", "src": ""}, "parent_name": None,
        "meta_data": [_note(shop, "_refunded_item_id", str(line["id"]))],
    }  # fmt: skip


def _refund_fee(shop: "Shop", row: dict[str, Any], told: dict[str, Any]) -> dict[str, Any] | None:
    fee = next((one for one in row["fees"] if one["id"] == told["id"]), None)
    if fee is None:
        return None
    return {
        "id": shop.next("item"), "name": fee["name"], "tax_class": "", "tax_status": "none",
        "amount": "", "total": shop.text(-decimal(told.get("refund_total", 0))),
        "total_tax": "0.00",
        "taxes": [], "meta_data": [_note(shop, "_refunded_item_id", str(fee["id"]))],
    }  # fmt: skip


def _note(shop: "Shop", key: str, value: str) -> dict[str, Any]:
    return {"id": shop.next("meta"), "key": key, "value": value, "display_key": key,
            "display_value": value}  # fmt: skip


def _shown(shop: "Shop", line: dict[str, Any]) -> dict[str, Any]:
    product, total, text = line["product"], line["total"], shop.text
    kept = [
        {**one, "display_key": one["key"], "display_value": one["value"]} for one in line["meta"]
    ]
    if product is not None:
        kept.append(_note(shop, "_reduced_stock", str(line["quantity"])))
    return {
        "id": line["id"], "name": line["name"], "product_id": line["product_id"],
        "variation_id": line["variation_id"], "quantity": line["quantity"], "tax_class": "",
        "subtotal": text(line["subtotal"]), "subtotal_tax": text(tax_of(line, "subtotal")),
        "total": text(total), "total_tax": text(tax_of(line)), "taxes": _taxes(shop, line),
        "meta_data": kept, "sku": product["sku"] if product else None,
        "price": float(total / line["quantity"]) if line["quantity"] else 0,
        "image": {"id": "" if product else 0, "src": ""}, "parent_name": None,
    }  # fmt: skip


def _taxes(shop: "Shop", line: dict[str, Any], *, fee: bool = False) -> list[dict[str, Any]]:
    if not line["rate"]:
        return []
    text = shop.text
    subtotal = "" if fee else text(tax_of(line, "subtotal"))
    # Not rounded yet but for being shown.
    return [{"id": RATE_ID, "total": text(line["total"] * line["rate"]), "subtotal": subtotal}]


def _rate_line(shop: "Shop", tax: Decimal, rate: Decimal) -> dict[str, Any]:
    return {
        "id": shop.next("item"), "rate_code": "FI-VAT-1", "rate_id": RATE_ID, "label": "VAT",
        "compound": False, "tax_total": shop.text(tax), "shipping_tax_total": "0.00",
        "rate_percent": float(rate * 100), "meta_data": [],
    }  # fmt: skip
