"""Coupons of ours in a WooCommerce shop, found by their code, which is lower case there.

An amount is told so that it is worth what it says to whoever uses it: a shop whose prices are
without tax takes it off before the tax. A coupon is ended by letting it run out: one that is
deleted could be used in an order under way and would be missed. One that is not good yet is kept as
a draft; the shop knows no first day, and finds drafts by searching alone. Its last moment is told
as ``date_expires`` with a zone: the shop shows ``date_expires_gmt`` and reads it from nobody, null
changes nothing there, and an empty text clears.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sync.errors import Refused
from sync.online_store import CouponNews
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_shop import WooShop
from sync.stores.woocommerce_wire import Coupon, gmt, minor, moment, money, number, rounded

_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_PERCENT: Final = 100
_MANY: Final = 100


class WooCoupons:
    """Puts coupons."""

    def __init__(self, api: WooApi, shop: WooShop) -> None:
        self._api, self._shop = api, shop

    def put(self, news: CouponNews) -> str:
        """Make, change or end; answers the id, empty for one that was never made."""
        found = self._find(news.code)
        if news.uses <= 0:
            return self._end(found) if found else ""
        self._shop.must_sell_in(news.currency)
        made = self._change(found, news) if found else self._make(news)
        return self._as_asked(made, news)

    def _find(self, code: str) -> Coupon | None:
        drafts = {"search": code.lower(), "status": "draft", "per_page": _MANY}
        for asked in ({"code": code}, drafts):
            for one in self._api.get("/coupons", list[Coupon], **asked):
                if one.code.lower() == code.lower():
                    return one
        return None

    def _make(self, news: CouponNews) -> Coupon:
        try:
            return self._api.send("POST", "/coupons", Coupon, self._body(news, new=True))
        except Refused as error:
            found = self._find(news.code) if error.problem == "conflict" else None
            if found is None:
                raise
            return self._change(found, news)

    def _change(self, found: Coupon, news: CouponNews) -> Coupon:
        return self._put(found, self._body(news, new=False))

    def _end(self, found: Coupon) -> str:
        self._must_end(self._put(found, {"date_expires": _until(_LONG_AGO)}), _LONG_AGO)
        return str(found.id)

    def _put(self, found: Coupon, body: dict[str, Any]) -> Coupon:
        return self._api.send("PUT", f"/coupons/{found.id}", Coupon, body)

    def _as_asked(self, made: Coupon, news: CouponNews) -> str:
        """The shop takes any text for an amount, and reads of it what it likes."""
        told = minor(made.amount, news.currency) if news.amount else number(made.amount) * _PERCENT
        if told != (self._worth(news) if news.amount else news.percent):
            self._end(made)
            raise Refused("total_differs", where="amount")
        try:
            self._must_end(made, news.ends)
        except Refused:
            self._end(made)
            raise
        return str(made.id)

    def _must_end(self, made: Coupon, ends: datetime | None) -> None:
        """It would be good for longer, or for ever."""
        if moment(made.date_expires_gmt) != (ends and ends.replace(microsecond=0)):
            raise Refused("total_differs", where="date_expires")

    def _worth(self, news: CouponNews) -> int:
        """What comes off there for a coupon's amount: the least that the shop can reckon with and
        that is worth no less, with its tax."""
        factor, step = self._shop.taxes.off_coupons, self._shop.facts.step
        told = int(news.amount / factor) // step * step
        while rounded(told * factor) < news.amount:
            told += step
        return told

    def _least(self, news: CouponNews) -> int:
        """The least basket as the shop's cart shows it."""
        return int(news.minimum / self._shop.taxes.off_minimum)

    def _body(self, news: CouponNews, *, new: bool) -> dict[str, Any]:
        """What the shop is told; what is not limited is only said where a limit may stand."""
        now = self._api.store_time
        early = news.starts is not None and now is not None and news.starts > now
        percent = f"{news.percent // _PERCENT}.{news.percent % _PERCENT:02d}"
        body: dict[str, Any] = {
            "code": news.code.lower(),
            "discount_type": "fixed_cart" if news.amount else "percent",
            "amount": money(self._worth(news), news.currency) if news.amount else percent,
            "description": news.title,
            "usage_limit": news.uses,
            "email_restrictions": [news.email] if news.email else [],
            "meta_data": [{"key": "pos_coupon", "value": news.code}],
        }
        if early or not new:
            body["status"] = "draft" if early else "publish"
        if news.minimum or not new:
            body["minimum_amount"] = money(self._least(news), news.currency)
        if news.ends or not new:
            body["date_expires"] = _until(news.ends) if news.ends else ""
        return body


def _until(at: datetime) -> str:
    return f"{gmt(at)}Z"
