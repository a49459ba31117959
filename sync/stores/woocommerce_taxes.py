"""What a WooCommerce shop's taxes do to amounts that a till knows with tax.

Lines and fees of the API are net, whatever the shop's own prices are like, so each rate must be
known to the last part: read from the shop's table, and corrected by every order that comes back,
since that shows by what it was really taxed.

A coupon's amount comes off what the shop's prices are like: where they are without tax, off the
net, and the customer saves the tax on it besides. Its least basket is held against what the cart
shows, with tax or without, whatever the prices are like.
"""

import logging
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from sync.errors import Misconfigured, Refused
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_wire import (
    Goods,
    Item,
    Order,
    Rate,
    Setting,
    TaxLine,
    number,
    rounded,
)

log = logging.getLogger(__name__)

_RATES: Final = 100
_STANDARD: Final = "standard"


class Taxes:
    """What a net amount is multiplied by, by tax class; the standard class has an empty name."""

    def __init__(self, api: WooApi) -> None:
        self._api = api
        self._factors: dict[str, Decimal] = {}
        self._included: bool | None = None
        self._shown_net = False
        self._asked = False
        self._sold: tuple[Decimal, Decimal] | None = None

    @property
    def included(self) -> bool:
        """Whether prices that the shop keeps have tax in them."""
        self._ask()
        return self._included is not False

    @property
    def off_coupons(self) -> Decimal:
        """What a coupon's amount is divided by, so that it is worth no less to whoever uses it
        where the shop is. Raises Refused where nothing tells."""
        self._ask()
        if self._included is None:
            raise Refused("forbidden", where="GET /settings/tax")
        return Decimal(1) if self._included else self._of_sold()[0]

    @property
    def off_minimum(self) -> Decimal:
        """What a coupon's least basket is divided by, so that nobody who fills it is sent away."""
        self._ask()
        return self._of_sold()[1] if self._shown_net else Decimal(1)

    @property
    def even(self) -> bool:
        """Whether a coupon of an amount is worth the same on all goods."""
        return self.included or len(set(self._of_sold())) == 1

    def factor(self, tax_class: str, tax_status: str = "taxable") -> Decimal:
        """1.24 for goods taxed by 24 %; 1 for what is not taxed."""
        self._ask()
        if tax_status != "taxable":
            return Decimal(1)
        return self._factors.get(tax_class or _STANDARD, Decimal(1))

    def hundredths(self, tax_class: str, tax_status: str) -> int:
        """The rate in hundredths of a percent."""
        return rounded((self.factor(tax_class, tax_status) - 1) * 10_000)

    def learn(self, order: Order, goods: Iterable[Goods]) -> None:
        """Believe the rates that an order was really taxed by. ``goods`` are those of its lines."""
        self._included = order.prices_include_tax
        rates = {line.rate_id: line for line in order.tax_lines}
        before = dict(self._factors)
        for item, of in zip(order.line_items, goods, strict=False):
            if of.tax_status == "taxable" and number(item.total):
                self._factors[of.tax_class or _STANDARD] = _of_item(item, rates)
        if self._factors != before:
            self._sold = None

    def look_again(self) -> None:
        """Read the shop's table anew when it is needed next; what orders taught stays."""
        self._asked, self._sold = False, None

    def _ask(self) -> None:
        """Read the shop's table once. A key may have no right to; then orders must teach."""
        if self._asked:
            return
        try:
            if self._setting("general", "woocommerce_calc_taxes") == "yes":
                self._read()
            else:
                self._included, self._shown_net = True, False
        except (Refused, Misconfigured) as error:
            log.info("the shop's taxes can't be read (%s): its orders will tell", error)
        self._asked = True

    def _read(self) -> None:
        included = self._setting("tax", "woocommerce_prices_include_tax")
        country = self._setting("general", "woocommerce_default_country")
        rates = self._api.get("/taxes", list[Rate], per_page=_RATES)
        self._included = included == "yes"
        self._factors = {**table(rates, country), **self._factors}
        self._shown_net = self._setting("tax", "woocommerce_tax_display_cart") == "excl"

    def _setting(self, group: str, name: str) -> str:
        return str(self._api.get(f"/settings/{group}/{name}", Setting).value)

    def _of_sold(self) -> tuple[Decimal, Decimal]:
        """The least and the greatest factor of the goods that are for sale: classes that stand in
        the table and on no product say nothing."""
        if self._sold is None:
            every = {_STANDARD: Decimal(1), **self._factors}
            several = len(set(every.values())) > 1
            sold = [every[name] for name in every if not several or self._is_sold(name)]
            each = sold or [every[_STANDARD]]
            self._sold = min(each), max(each)
        return self._sold

    def _is_sold(self, tax_class: str) -> bool:
        asked: dict[str, object] = {"status": "publish", "per_page": 1, "_fields": "id"}
        try:
            rows, _ = self._api.page("/products", list[Any], tax_class=tax_class, **asked)
        except Refused:  # a class of the table that the shop knows no more
            return False
        return bool(rows)


def table(rates: list[Rate], country: str) -> dict[str, Decimal]:
    """What each class is multiplied by for somebody who buys where the shop is (``FI``, ``US:CA``):
    of each priority the most particular rate counts."""
    here, _, state = country.partition(":")
    chosen: dict[tuple[str, int], Rate] = {}
    for rate in sorted(rates, key=lambda one: (one.country == here, one.state == state)):
        if rate.country in ("", here) and rate.state in ("", state):
            chosen[rate.cls, rate.priority] = rate
    parts: dict[str, list[tuple[Decimal, bool]]] = {}
    for (cls, _), rate in chosen.items():
        parts.setdefault(cls, []).append((number(rate.rate), rate.compound))
    return {cls: _multiplied(each) for cls, each in parts.items()}


def _of_item(item: Item, rates: dict[int, TaxLine]) -> Decimal:
    told = [rates[tax.id] for tax in item.taxes if tax.id in rates]
    return _multiplied([(one.rate_percent, one.compound) for one in told])


def _multiplied(parts: list[tuple[Decimal, bool]]) -> Decimal:
    factor = 1 + sum((percent for percent, compound in parts if not compound), Decimal(0)) / 100
    for percent, compound in parts:
        if compound:
            factor *= 1 + percent / 100
    return factor
