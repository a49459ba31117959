"""What there is to know of a WooCommerce shop before telling it anything: its money, its version,
what its lists can be asked for. Asked once, again by ``check``, and every half hour: a shop may be
set to another currency, or to another number of decimals, at any time.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.online_store import StoreInfo
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_taxes import Taxes
from sync.stores.woocommerce_wire import (
    Options,
    Order,
    Setting,
    StatusSettings,
    SystemStatus,
    plain,
    rounded,
)
from terminal.money import CURRENCIES, decimals_of

log = logging.getLogger(__name__)

_GENERAL: Final = "WooCommerce → Settings → General"
_TAX: Final = "WooCommerce → Settings → Tax"
_STATUS: Final = (
    "environment.version,settings.currency,settings.number_of_decimals,settings.HPOS_enabled"
)
_USUAL: Final = ("processing", "completed", "on-hold", "cancelled", "refunded", "failed")
BIN: Final = "trash"
_ANY: Final = "any"
_NO_ORDERS: Final = frozenset({_ANY, BIN, "auto-draft", "draft", "checkout-draft", "pending"})
_FINDS_EXACTLY: Final = (9, 9)
_KNOWN_FOR: Final = 1800.0


@dataclass(frozen=True, slots=True)
class Facts:
    """``hpos``: orders have tables of their own (None: not told). ``finds_exactly``: orders can be
    asked for by who made them. ``statuses``: of orders that may have been paid, the shop's own
    ones too; never drafts. ``everywhere``: each a question that together see every order, drafts
    and the bin too. ``step``: the least amount it reckons with, in minor units."""

    title: str
    currency: str
    version: str
    hpos: bool | None
    finds_exactly: bool
    statuses: tuple[str, ...]
    everywhere: tuple[str, ...]
    step: int = 1

    @property
    def is_coarse(self) -> bool:
        """Whether it knows no amounts that coins can settle."""
        known = CURRENCIES.get(self.currency)
        return self.step > (known.cash_step if known else 1)


def _step(currency: str, places: int | None) -> int:
    return 1 if places is None else int(10 ** max(decimals_of(currency) - places, 0))


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:2]
    return tuple(int(part) if part.isdigit() else 0 for part in parts)


class WooShop:
    """One shop's facts and taxes."""

    def __init__(
        self, api: WooApi, monotonic: Callable[[], float] = time.monotonic
    ) -> None:  # fmt: skip
        self._api, self._monotonic = api, monotonic
        self.taxes = Taxes(api)
        self._facts: Facts | None = None
        self._looked = monotonic()

    @property
    def facts(self) -> Facts:
        """As they were when last asked, not long ago. Where they can't be asked again, the old ones
        hold: what is asked of the shop next says what is wrong."""
        if self._facts is None:
            return self.look()
        now = self._monotonic()
        if now - self._looked < _KNOWN_FOR:
            return self._facts
        self._looked = now
        try:
            return self.look_again()
        except SyncError as error:
            log.info("the shop can't be looked at again (%s)", error)
            return self._facts

    def check(self) -> StoreInfo:
        """Whether it answers, lets us in and sells what we sell; raises what is wrong. ``lacks``:
        ``decimals`` (it knows only coarser amounts than the till), ``coupon_tax`` (a coupon of an
        amount is worth more on some goods than on others)."""
        facts = self.look()
        lacks = [code for code, there, _ in self.wants() if not there]
        return StoreInfo(facts.title, facts.currency, tuple(lacks), facts.version)

    def wants(self) -> tuple[tuple[str, bool, str], ...]:
        """What it should be set to so that no amount is off: the code, whether it is, and where."""
        facts = self.facts
        places = decimals_of(facts.currency)
        return (
            ("decimals", not facts.is_coarse, f"{_GENERAL} → Number of decimals: {places}"),
            ("coupon_tax", self.taxes.even, f"{_TAX} → Prices entered with tax"),
        )

    def look(self) -> Facts:
        """Ask anew. Raises what keeps us out."""
        index = self._api.index()
        if "wc/v3" not in index.namespaces:
            raise Misconfigured("plugin_off")
        version, settings = self._status()
        currency = settings.currency or self._currency()
        if not currency:
            # Amounts would be told in a money that nobody knows to be the shop's.
            raise Misconfigured("forbidden", where="GET /system_status")
        finds_exactly, statuses, everywhere = self._lists(version)
        self._facts = Facts(
            plain(index.name) or self._api.base.partition("://")[2], currency, version,
            settings.hpos, finds_exactly, statuses, everywhere,
            _step(currency, settings.number_of_decimals),
        )  # fmt: skip
        self._looked = self._monotonic()
        if self._facts.step > 1:
            log.info("the shop reckons with %s decimals", settings.number_of_decimals)
        return self._facts

    def look_again(self) -> Facts:
        """Ask anew, of taxes too."""
        self.taxes.look_again()
        return self.look()

    def heard(self, total: str, currency: str) -> bool:
        """What an order's total is written like says how many decimals the shop is set to by now.
        Answers whether that was news: then more may have changed, and all was looked at anew."""
        step = _step(currency, len(total.partition(".")[2]))
        if not total or step == self.facts.step:
            return False
        self._facts = replace(self.look_again(), step=step)
        return True

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

    def _lists(self, version: str) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
        """What orders can be asked for by. ``any`` leaves out the bin, even where both are named:
        only every status by its name sees all in one question. Some servers answer OPTIONS
        themselves, or not at all: then the version tells, and what comes back is looked at in any
        case."""
        try:
            options = self._api.send("OPTIONS", "/orders", Options)
        except SyncError as error:
            if isinstance(error, Retryable) and error.problem not in ("not_json", "bad_answer"):
                raise
            return not version or _numbers(version) >= _FINDS_EXACTLY, _USUAL, (_ANY, BIN)
        status = options.argument("status")
        every = tuple(one for one in status.choices if one != _ANY) if status else ()
        told = tuple(one for one in every if one not in _NO_ORDERS)
        everywhere = (",".join(every),) if BIN in every else (_ANY, BIN)
        return options.argument("created_via") is not None, told or _USUAL, everywhere

    def _currency(self) -> str:
        try:
            told = self._api.get("/settings/general/woocommerce_currency", Setting)
            return str(told.value)
        except SyncError as error:
            if not isinstance(error, Refused | Misconfigured):
                raise
        orders = self._api.get("/orders", list[Order], per_page=1, _fields="currency")
        return orders[0].currency if orders else ""
