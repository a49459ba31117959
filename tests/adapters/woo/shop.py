"""The imitation's state, and who answers which question."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.adapters.woo.goods import Goods
from tests.adapters.woo.money import refund, show_refund
from tests.adapters.woo.orders import Orders
from tests.adapters.woo.people import UNKNOWN, People
from tests.adapters.woo.rules import Asked, Told, WooError, after, paged, stamp, text

LARGEST_BATCH = 100
KINDS = {"orders": "order", "customers": "user", "coupons": "coupon", "products": "product"}


class Shop:
    """One shop. ``rate``: its prices have this tax in them (0.255); None: it has no taxes.
    ``hpos``: orders in tables of their own. ``offset``: hours east of Greenwich."""

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        hpos: bool = True,
        rate: Decimal | None = None,
        version: str = "10.0.2",
        offset: int = 2,
    ) -> None:
        self.now, self.hpos, self.rate, self.version, self.offset = now, hpos, rate, version, offset
        self.rates: dict[str, Decimal] = {}
        """Of tax classes besides the standard one."""
        self.included = True
        """Whether its prices have the tax in them, where it has taxes."""
        self.cart_shows_tax = True
        self.shows_taxes = True
        self.currency, self.places = "EUR", 2
        self.home = "http://127.0.0.1"
        self.pretty = True
        self.plugin = True
        self.extra_statuses: tuple[str, ...] = ()
        self.going_on: list[Callable[[], object]] = []
        """What it still has to do of batches whose answer never came."""
        self.breaks_after: int | None = None
        """Of the next batch, so many are done before the line breaks; the rest later."""
        self._numbers: dict[str, int] = {}
        self.people, self.goods, self.orders = People(self), Goods(self), Orders(self)

    @property
    def finds_exactly(self) -> bool:
        """Whether orders can be asked for by who made them: since 9.9."""
        major, minor = self.version.split(".")[:2]
        return (int(major), int(minor)) >= (9, 9)

    @property
    def links(self) -> dict[str, Any]:
        return {"self": [{"href": self.home, "targetHints": {"allow": ["GET"]}}],
                "collection": [{"href": self.home}]}  # fmt: skip

    def next(self, kind: str) -> int:
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return self._numbers[kind]

    def number_from(self, kind: str, number: int) -> None:
        """The next of a kind is this."""
        self._numbers[kind] = number - 1

    @property
    def prices_have_tax(self) -> bool:
        return self.rate is not None and self.included

    def text(self, amount: Decimal) -> str:
        """An amount as it is shown."""
        return text(amount, self.places)

    def rate_of(self, product: dict[str, Any]) -> Decimal:
        if self.rate is None or product["tax_status"] != "taxable":
            return Decimal(0)
        return self.rates.get(product["tax_class"], self.rate)

    def moment(self, text: str | None, *, local: bool) -> datetime | None:
        if not text:
            return None
        told = datetime.fromisoformat(text)
        if told.tzinfo is not None:
            return told.astimezone(UTC)
        at = told.replace(tzinfo=UTC)
        return at - timedelta(hours=self.offset) if local else at

    def index(self) -> dict[str, Any]:
        ours = ["wc/v3", "wc/v1", "wc-analytics", "wc/store", "wc/v2"] if self.plugin else []
        return {
            "name": "Example &amp; Sample", "url": self.home, "home": self.home,
            "gmt_offset": self.offset, "timezone_string": "Europe/Helsinki",
            "namespaces": ["oembed/1.0", *ours, "wp/v2", "wp-block-editor/v1"],
        }  # fmt: skip

    def answer(self, asked: Asked) -> Told:
        """What becomes of a request that was let in."""
        method = "PUT" if asked.method in ("PUT", "PATCH") else asked.method
        for pattern, methods in self._routes():
            found = re.fullmatch(pattern, asked.path)
            if found and method in methods:
                return methods[method](asked, *found.groups())
        raise WooError(
            404, "rest_no_route", "No route was found matching the URL and request method."
        )

    def _routes(self) -> list[tuple[str, dict[str, Callable[..., Told]]]]:
        people, goods, orders = self.people, self.goods, self.orders
        shown, coupon = people.show, goods.show_coupon
        return [
            (r"/customers", {"GET": lambda a: people.listed(a),
                "POST": lambda a: self._made("customers", shown(people.make(a.body)))}),
            (r"/customers/batch", {"POST": lambda a: self._batch(a, "customers")}),
            (r"/customers/(\d+)", {
                "GET": lambda a, i: Told(200, shown(people.one(i))),
                "PUT": lambda a, i: Told(200, shown(people.change(i, a.body))),
                "POST": lambda a, i: Told(200, shown(people.change(i, a.body))),
                "DELETE": lambda a, i: Told(200, shown(people.drop(i, a.query)))}),
            (r"/orders", {"GET": orders.listed, "OPTIONS": lambda a: Told(200, self._options()),
                "POST": lambda a: self._made("orders", orders.show(orders.make(a.body)))}),
            (r"/orders/batch", {"POST": lambda a: self._batch(a, "orders")}),
            (r"/orders/(\d+)", {
                "GET": lambda a, i: Told(200, orders.show(orders.one(i))),
                "PUT": lambda a, i: Told(200, orders.show(orders.change(i, a.body))),
                "DELETE": lambda a, i: Told(200, orders.drop(i, a.query))}),
            (r"/orders/(\d+)/refunds", {"GET": self._refunds_of, "POST": self._refund}),
            (r"/orders/(\d+)/refunds/(\d+)", {"DELETE": self._take_back}),
            (r"/refunds", {"GET": self._refunds}),
            (r"/products", {"GET": goods.listed,
                "POST": lambda a: self._made("products", goods.show(goods.make(a.body)))}),
            (r"/products/(\d+)", {
                "GET": lambda a, i: Told(200, goods.show(goods.one(i))),
                "PUT": lambda a, i: Told(200, goods.show(goods.change(i, a.body))),
                "DELETE": lambda a, i: Told(200, goods.show(goods.drop(i, a.query)))}),
            (r"/products/(\d+)/variations", {"GET": lambda a, i: goods.kinds(i, a)}),
            (r"/coupons", {"GET": goods.list_coupons,
                "POST": lambda a: self._made("coupons", coupon(goods.make_coupon(a.body)))}),
            (r"/coupons/batch", {"POST": lambda a: self._batch(a, "coupons")}),
            (r"/coupons/(\d+)", {
                "GET": lambda a, i: Told(200, coupon(goods.coupon(i))),
                "PUT": lambda a, i: Told(200, coupon(goods.change_coupon(i, a.body))),
                "DELETE": lambda a, i: Told(200, coupon(goods.drop_coupon(i, a.query)))}),
            (r"/system_status", {"GET": lambda a: Told(200, self._status())}),
            (r"/taxes", {"GET": lambda a: paged(a, self._tax_rates(), dict, self.home)}),
            (r"/settings/(\w+)/(\w+)", {"GET": self._setting}),
        ]  # fmt: skip

    def _made(self, kind: str, body: dict[str, Any]) -> Told:
        if kind == "products":
            body |= {"generated_slug": "", "permalink_template": ""}
        place = f"{self.home}/wp-json/wc/v3/{kind}/{body['id']}"
        return Told(201, body, {"Location": place})

    def _batch(self, asked: Asked, kind: str) -> Told:
        """One after the other; nothing is rolled back, and the answer is 200 in any case."""
        body = asked.body or {}
        entries = [(verb, one) for verb in ("create", "update", "delete")
                   for one in body.get(verb) or []]  # fmt: skip
        if len(entries) > LARGEST_BATCH:
            raise WooError(
                413, "woocommerce_rest_request_entity_too_large",
                "Unable to accept more than 100 items for this request.",
            )  # fmt: skip
        if not entries:
            return Told(200, [])
        now, self.breaks_after = self.breaks_after, None
        if now is not None:
            for verb, one in entries[:now]:
                self._entry(kind, verb, one)
            self.going_on += [
                lambda verb=verb, one=one: self._entry(kind, verb, one)
                for verb, one in entries[now:]
            ]
            raise BrokenOffError
        told: dict[str, list[Any]] = {}
        for verb, one in entries:
            told.setdefault(verb, []).append(self._entry(kind, verb, one))
        return Told(200, told)

    def go_on(self) -> None:
        """Finish what was under way."""
        todo, self.going_on = self.going_on, []
        for one in todo:
            one()

    def _entry(self, kind: str, verb: str, one: Any) -> dict[str, Any]:
        made: dict[str, tuple[Callable[..., Any], ...]] = {
            "customers": (lambda g: self.people.make(g, batch=True), self.people.change,
                          self.people.drop, self.people.show),
            "orders": (lambda g: self.orders.make(g, batch=True),
                       lambda i, g: self.orders.change(i, g, batch=True),
                       self.orders.drop, lambda row: self.orders.show(row)),
            "coupons": (self.goods.make_coupon, self.goods.change_coupon, self.goods.drop_coupon,
                        self.goods.show_coupon),
        }  # fmt: skip
        make, change, drop, show = made[kind]
        try:
            if verb == "create":
                return show(make(one))
            if verb == "update":
                return show(change(one.get("id"), one))
            return show(drop(one, {"force": "true"}))
        except WooError as error:
            id_ = 0 if verb == "create" else one.get("id") if verb == "update" else one
            return {"id": id_, "error": error.entry}

    # -- refunds ---------------------------------------------------------------------------------

    def _refunds_of(self, asked: Asked, order: str) -> Told:
        rows = self.orders.one(order)["refunds"]
        return paged(asked, rows, lambda one: show_refund(self, one), self.home)

    def _refund(self, asked: Asked, order: str) -> Told:
        made = show_refund(self, refund(self, self.orders.one(order), asked.body))
        place = f"{self.home}/wp-json/wc/v3/orders/(?P<order_id>[\\d]+)/refunds/{made['id']}"
        return Told(201, made, {"Location": place})

    def _take_back(self, asked: Asked, order: str, id_: str) -> Told:
        row = self.orders.one(order)
        gone = [one for one in row["refunds"] if one["id"] == int(id_)]
        row["refunds"] = [one for one in row["refunds"] if one["id"] != int(id_)]
        return Told(200, show_refund(self, gone[0]))

    def _refunds(self, asked: Asked) -> Told:
        rows = [one for row in self.orders.rows.values() for one in row["refunds"]]
        wanted = after("after", asked.query, self.offset)
        if wanted:
            rows = [
                r for r in rows if datetime.fromisoformat(stamp(r["created"]) or "") > wanted[1]
            ]
        rows.sort(key=lambda one: one["id"], reverse=asked.query.get("order", "desc") == "desc")
        return paged(asked, rows, lambda one: show_refund(self, one, parent=True), self.home)

    # -- set-up ----------------------------------------------------------------------------------

    def _options(self) -> dict[str, Any]:
        choices = [
            "any", "trash", "auto-draft", "pending", "processing", "on-hold", "completed",
            "cancelled", "refunded", "failed", "checkout-draft", *self.extra_statuses,
        ]  # fmt: skip
        args: dict[str, Any] = {
            "offset": {"type": "integer", "required": False},
            "status": {"type": "array", "items": {"type": "string", "enum": choices}},
        }
        if self.finds_exactly:
            args["created_via"] = {"type": "array", "items": {"type": "string"}}
        return {"endpoints": [{"methods": ["GET"], "args": args}]}

    def _status(self) -> dict[str, Any]:
        return {
            "environment": {"version": self.version, "wp_version": "6.8.3"},
            "settings": {"api_enabled": False, "HPOS_enabled": self.hpos,
                         "HPOS_sync_enabled": False, "currency": self.currency,
                         "number_of_decimals": self.places},
        }  # fmt: skip

    def _tax_rates(self) -> list[dict[str, Any]]:
        if self.rate is None or not self.shows_taxes:
            return []
        classes = {"standard": self.rate, **self.rates}
        return [
            {"id": n, "country": "FI", "state": "", "rate": f"{rate * 100:.4f}", "name": "VAT",
             "priority": 1, "compound": False, "shipping": True, "order": 0, "class": cls}
            for n, (cls, rate) in enumerate(classes.items(), 1)
        ]  # fmt: skip

    def _setting(self, asked: Asked, group: str, name: str) -> Told:
        known = {
            "woocommerce_calc_taxes": "no" if self.rate is None else "yes",
            "woocommerce_prices_include_tax": "yes" if self.prices_have_tax else "no",
            "woocommerce_tax_display_cart": "incl" if self.cart_shows_tax else "excl",
            "woocommerce_default_country": "FI", "woocommerce_currency": self.currency,
        }  # fmt: skip
        if name not in known:
            raise WooError(404, "rest_setting_setting_invalid", "Invalid setting.")
        return Told(200, {"id": name, "value": known[name], "label": "", "type": "select"})


def _told_time(at: datetime) -> datetime:
    return datetime.fromisoformat(stamp(at) or "")


class BrokenOffError(Exception):
    """No answer comes."""


__all__ = ["UNKNOWN", "BrokenOffError", "Shop"]
