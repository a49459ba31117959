"""Who answers, what our key may do there, and the region that sales belong to."""

from collections.abc import Sequence
from typing import Final

from msgspec import Raw

from sync.errors import Misconfigured, Refused
from sync.online_store import Need, Right, StoreInfo
from sync.stores.medusa_http import MedusaApi
from sync.stores.medusa_wire import Preferences, Region, Regions, Shop, Shops

_RIGHTS: Final = (
    (("read_customers", "write_customers"), "/admin/customers"),
    (("read_orders", "write_orders"), "/admin/draft-orders"),
    (("read_products",), "/admin/products"),
    (("read_settings",), "/admin/regions"),
)


class MedusaSetup:
    """Looks at the shop once, and remembers its region and channel while it lives.

    ``wanted`` is the region's id or name where the shop has several of one currency.
    """

    def __init__(self, api: MedusaApi, wanted: str = "") -> None:
        self._api = api
        self._wanted = wanted
        self._shop: Shop | None = None
        self._regions: list[Region] = []
        self._with_tax: dict[str, bool] = {}

    def check(self) -> StoreInfo:
        """The shop, in the currency of the region that sales belong to. ``tax_included`` missing:
        its prices are without tax, so they can't be taken over."""
        shops = self._api.get("/admin/stores", Shops).stores
        regions = self._api.get("/admin/regions", Regions, limit="200").regions
        if not shops:
            raise Misconfigured("schema", where="stores")
        self._shop, self._regions = shops[0], regions
        region = self._region_of("")
        if region is None:
            return StoreInfo(self._shop.name, "", ("region",))
        currency = region.currency_code.upper()
        lacks = () if self.with_tax(currency) else ("tax_included",)
        return StoreInfo(self._shop.name, currency, lacks)

    @property
    def channel(self) -> str | None:
        """Where sales are counted; the shop's own default."""
        return self._shop.default_sales_channel_id if self._shop else None

    @property
    def currency(self) -> str:
        """Of the shop, ISO 4217; empty while it has no region."""
        region = self._region_of("")
        return region.currency_code.upper() if region else ""

    def region(self, currency: str) -> str:
        """The region in which a sale of this currency is told. Raises Refused."""
        if not self._regions:
            self.check()
        if not self._regions:
            raise Misconfigured("schema", where="region")
        region = self._region_of(currency)
        if region is None:
            raise Refused("other_currency")
        return region.id

    def with_tax(self, currency: str) -> bool:
        """Whether prices of this currency are with tax."""
        if not self._with_tax:
            told = self._api.get("/admin/price-preferences", Preferences, limit="500")
            self._with_tax = {
                (one.value or "").upper(): one.is_tax_inclusive
                for one in told.price_preferences
                if one.attribute == "currency_code"
            }
        return self._with_tax.get(currency, False)

    def rights(self) -> tuple[Right, ...]:
        """Keys there may do everything that their user may; so reading tells of writing."""
        rights = []
        for codes, path in _RIGHTS:
            problem = self._problem(path)
            rights += [Right(code, not problem, problem, path if problem else "") for code in codes]
        return tuple(rights)

    def needs(self) -> tuple[Need, ...]:
        """A region with a currency; only the shop knows its taxes and countries."""
        self.check()
        return (Need("region", bool(self._regions), can_make=False, where="Regions"),)

    def prepare(self, codes: Sequence[str]) -> None:
        """Nothing there is ours to make."""

    def _problem(self, path: str) -> str:
        try:
            self._api.get(path, Raw, limit="1")
        except (Misconfigured, Refused) as error:
            return error.problem
        return ""

    def _region_of(self, currency: str) -> Region | None:
        some = [
            one for one in self._regions if one.currency_code.upper() == currency or not currency
        ]
        default = self._shop.default_region_id if self._shop else None
        return min(
            some,
            key=lambda one: (
                self._wanted not in (one.id, one.name) or not self._wanted,
                one.id != default,
                one.id,
            ),
            default=None,
        )
