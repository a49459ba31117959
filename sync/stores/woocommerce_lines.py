"""What a till sale looks like as lines and fees of a WooCommerce order. Pure.

Goods that the shop lists are lines with their product and what was paid, net: the shop adds the
tax, and comes to the same cent since six decimals are told. Everything else is a fee that is not
taxed, over what was paid. A fee is never negative: WooCommerce taxes those whatever it is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from sync.stores.woocommerce_taxes import Taxes
from sync.stores.woocommerce_wire import Goods, money
from terminal.money import decimals_of
from terminal.sales import Sale, SaleLine

FREE: Final = "pos_free"
"""The field of a line with pieces that an offer put on top: they are not counted in returns."""
_PARTS: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line, or without ``goods`` a fee. ``worth`` and ``paid`` in minor units, tax included."""

    name: str
    quantity: int
    worth: int
    paid: int
    goods: Goods | None = None
    free: bool = False


def entries(sale: Sale, listed: Mapping[str, Goods]) -> list[Entry]:
    """The order's entries; they add up to what was paid, cash rounding included. ``listed`` are the
    shop's products by SKU in lower case."""
    made = [one for line in sale.lines for one in _of_line(line, listed.get(line.sku.lower()))]
    if sale.rounding > 0:
        made.append(Entry("+/-", 1, sale.rounding, sale.rounding))
    left = -sale.rounding if sale.rounding < 0 else 0
    for n in sorted(range(len(made)), key=lambda n: -made[n].paid):
        taken = min(left, made[n].paid)
        made[n] = replace(made[n], paid=made[n].paid - taken)
        left -= taken
    return made


def _of_line(line: SaleLine, goods: Goods | None) -> list[Entry]:
    name = line.name or line.sku or "-"
    made = [Entry(name, line.quantity, line.unit_price * line.quantity, line.paid, goods)]
    if goods is not None and line.free > 0:
        made.append(Entry(name, line.free, 0, 0, goods, free=True))
    return made


def bodies(
    made: list[Entry], currency: str, taxes: Taxes, mark: str = ""
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines and fees as they are sent. ``mark`` goes into the first name, to be searched for."""
    lines: list[dict[str, Any]] = []
    fees: list[dict[str, Any]] = []
    for entry in made:
        named = {"name": f"{entry.name} · {mark}"} if mark and not (lines or fees) else {}
        if entry.goods is None:
            total = money(entry.paid, currency)
            fees.append({"name": entry.name, "total": total, "tax_status": "none", **named})
        else:
            lines.append({**_product(entry, entry.goods), **named,
                **amounts(entry, entry.goods, currency, taxes)})  # fmt: skip
    return lines, fees


def amounts(entry: Entry, goods: Goods, currency: str, taxes: Taxes) -> dict[str, str]:
    """What a line was worth and what was paid for it, as the shop keeps them: net."""
    factor = taxes.factor(goods.tax_class, goods.tax_status)
    return {
        "subtotal": net(max(entry.worth, entry.paid), currency, factor),
        "total": net(entry.paid, currency, factor),
    }


def net(gross: int, currency: str, factor: Decimal) -> str:
    """An amount without its tax, exact enough that the tax added to it makes the same again."""
    if factor == 1:
        return money(gross, currency)
    exact = Decimal(gross).scaleb(-decimals_of(currency)) / factor
    return f"{exact.quantize(_PARTS):f}"


def _product(entry: Entry, goods: Goods) -> dict[str, Any]:
    which = (
        {"product_id": goods.parent_id, "variation_id": goods.id}
        if goods.type == "variation" and goods.parent_id
        else {"product_id": goods.id}
    )
    free = {"meta_data": [{"key": FREE, "value": "1"}]} if entry.free else {}
    return {**which, "quantity": entry.quantity, **free}
