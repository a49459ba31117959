"""What there is to know of a WooCommerce shop before telling it anything: its money, its taxes, its
version, what its lists can be asked for. Asked once, and again by ``check``.

A till's prices have tax in them; lines and fees of the API have not, whatever the shop's own prices
are like. So each rate must be known to the last part: read from the shop's table, and corrected by
every order that comes back, since that shows by what it was really taxed.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.online_store import StoreInfo
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_wire import (
    Goods,
    Item,
    Options,
    Order,
    Rate,
    Setting,
    StatusSettings,
    SystemStatus,
    TaxLine,
    decimals,
    number,
    plain,
    rounded,
)

log = logging.getLogger(__name__)

_STATUS: Final = (
    "environment.version,settings.currency,settings.number_of_decimals,settings.HPOS_enabled"
)
_USUAL: Final = ("processing", "completed", "on-hold", "cancelled", "refunded", "failed")
_NO_ORDERS: Final = frozenset({"any", "trash", "auto-draft", "draft", "checkout-draft", "pending"})
_RATES: Final = 100
_STANDARD: Final = "standard"
_FINDS_EXACTLY: Final = (9, 9)


@dataclass(frozen=True, slots=True)
class Facts:
    """``hpos``: orders have tables of their own (None: not told). ``finds_exactly``: orders can be
    asked for by who made them. ``statuses``: of orders that may have been paid, the shop's own
    ones too; never drafts. ``step``: the least amount it reckons with, in minor units."""

    title: str
    currency: str
    version: str
    hpos: bool | None
    finds_exactly: bool
    statuses: tuple[str, ...]
    step: int = 1


class Taxes:
    """What a net amount is multiplied by, by tax class; the standard class has an empty name."""

    def __init__(self, api: WooApi) -> None:
        self._api = api
        self._factors: dict[str, Decimal] = {}
        self._included: bool | None = None
        self._asked = False

    @property
    def included(self) -> bool:
        """Whether prices that the shop keeps have tax in them."""
        self._ask()
        return self._included is not False

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
        for item, of in zip(order.line_items, goods, strict=False):
            if of.tax_status == "taxable" and number(item.total):
                self._factors[of.tax_class or _STANDARD] = _of_item(item, rates)

    def _ask(self) -> None:
        """Read the shop's table once. A key may have no right to; then orders must teach."""
        if self._asked:
            return
        try:
            if self._setting("general", "woocommerce_calc_taxes") == "yes":
                included = self._setting("tax", "woocommerce_prices_include_tax")
                country = self._setting("general", "woocommerce_default_country")
                rates = self._api.get("/taxes", list[Rate], per_page=_RATES)
                self._included = included == "yes"
                self._factors = {**table(rates, country), **self._factors}
        except (Refused, Misconfigured) as error:
            log.info("the shop's taxes can't be read (%s): its orders will tell", error)
        self._asked = True

    def _setting(self, group: str, name: str) -> str:
        return str(self._api.get(f"/settings/{group}/{name}", Setting).value)


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


def _step(currency: str, places: int | None) -> int:
    return 1 if places is None else int(10 ** max(decimals(currency) - places, 0))


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:2]
    return tuple(int(part) if part.isdigit() else 0 for part in parts)


class WooShop:
    """One shop's facts and taxes."""

    def __init__(self, api: WooApi) -> None:
        self._api = api
        self.taxes = Taxes(api)
        self._facts: Facts | None = None

    @property
    def facts(self) -> Facts:
        """As they were when last asked."""
        return self._facts or self.look()

    def check(self) -> StoreInfo:
        """Whether it answers, lets us in and sells what we sell; raises what is wrong."""
        facts = self.look()
        return StoreInfo(facts.title, facts.currency, (), facts.version)

    def look(self) -> Facts:
        """Ask anew. Raises what keeps us out."""
        index = self._api.index()
        if "wc/v3" not in index.namespaces:
            raise Misconfigured("plugin_off")
        version, settings = self._status()
        currency = settings.currency or self._currency()
        finds_exactly, statuses = self._lists(version)
        self._facts = Facts(
            plain(index.name) or self._api.base.partition("://")[2], currency, version,
            settings.hpos, finds_exactly, statuses, _step(currency, settings.number_of_decimals),
        )  # fmt: skip
        if self._facts.step > 1:
            log.info("the shop reckons with %s decimals", settings.number_of_decimals)
        return self._facts

    def must_sell_in(self, currency: str) -> None:
        """Refuse another currency: the shop itself would take any."""
        if self.facts.currency != currency:
            raise Refused("other_currency")

    def nearest(self, amount: int) -> int:
        """An amount as the shop can hold it: one set to no decimals knows no cents."""
        step = self.facts.step
        return rounded(Decimal(amount) / step) * step

    def _status(self) -> tuple[str, StatusSettings]:
        """Version and settings; a key that may not read them may still do everything else."""
        try:
            told = self._api.get("/system_status", SystemStatus, _fields=_STATUS)
        except Misconfigured as error:
            if error.problem != "forbidden":
                raise
            return "", StatusSettings()
        return told.environment.version, told.settings

    def _lists(self, version: str) -> tuple[bool, tuple[str, ...]]:
        """What orders can be asked for by. Some servers answer OPTIONS themselves, or not at all:
        then the version tells, and what comes back is looked at in any case."""
        try:
            options = self._api.send("OPTIONS", "/orders", Options)
        except SyncError as error:
            if isinstance(error, Retryable) and error.problem not in ("not_json", "bad_answer"):
                raise
            return not version or _numbers(version) >= _FINDS_EXACTLY, _USUAL
        status = options.argument("status")
        told = tuple(one for one in status.choices if one not in _NO_ORDERS) if status else ()
        return options.argument("created_via") is not None, told or _USUAL

    def _currency(self) -> str:
        try:
            told = self._api.get("/settings/general/woocommerce_currency", Setting)
            return str(told.value)
        except SyncError as error:
            if not isinstance(error, Refused | Misconfigured):
                raise
        orders = self._api.get("/orders", list[Order], per_page=1, _fields="currency")
        return orders[0].currency if orders else ""
