"""Coupons as promotions of a Vendure store, found by their code.

Vendure has no promotion for one customer alone: a code that nobody can guess stands in for that,
and each customer may use it only as often as the coupon is good. Uses count when an order is
placed. A coupon that is over is switched off, never deleted: orders still name it.
"""

from typing import Any

from sync.errors import Refused
from sync.online_store import CouponNews
from sync.stores import vendure_shop_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_paging import told
from sync.stores.vendure_shop_wire import CouponPut, Coupons, ShopAnswer


class VendureCoupons:
    """The coupons of one store."""

    def __init__(self, api: VendureApi) -> None:
        self._api = api
        self._language = ""

    def put(self, news: CouponNews) -> str:
        """Make, change or end one; empty for one that is to end and never was."""
        found = self._api.ask(documents.COUPON, Coupons, code=news.code).promotions.items
        if not news.uses:
            for one in found:
                if one.enabled:
                    self._put(documents.UPDATE_COUPON, {"id": one.id, "enabled": False})
            return found[0].id if found else ""
        given = self._given(news)
        if not found:
            return self._put(documents.CREATE_COUPON, given)
        return self._put(documents.UPDATE_COUPON, {"id": found[0].id, **given})

    def _put(self, document: str, given: dict[str, Any]) -> str:
        answer = self._api.ask(document, CouponPut, input=given).put
        if answer.error_code:
            raise Refused("bad_input", where=answer.error_code)
        return answer.id

    def _given(self, news: CouponNews) -> dict[str, Any]:
        if not self._language:
            shop = self._api.ask(documents.SHOP, ShopAnswer).active_channel
            if shop.default_currency_code != news.currency:
                raise Refused("other_currency")
            self._language = shop.default_language_code
        return {
            "enabled": True,
            "couponCode": news.code,
            "startsAt": told(news.starts) if news.starts else None,
            "endsAt": told(news.ends) if news.ends else None,
            "usageLimit": news.uses,
            "perCustomerUsageLimit": news.uses,
            "conditions": _conditions(news),
            "actions": [_action(news)],
            "translations": [{"languageCode": self._language, "name": news.title}],
        }


def _conditions(news: CouponNews) -> list[dict[str, Any]]:
    if not news.minimum:
        return []
    return [_operation("minimum_order_amount", amount=str(news.minimum), taxInclusive="true")]


def _action(news: CouponNews) -> dict[str, Any]:
    if news.amount:
        return _operation("order_fixed_discount", discount=str(news.amount))
    whole, part = divmod(news.percent, 100)
    return _operation("order_percentage_discount", discount=f"{whole}.{part:02}")


def _operation(code: str, **arguments: str) -> dict[str, Any]:
    pairs = [{"name": name, "value": value} for name, value in arguments.items()]
    return {"code": code, "arguments": pairs}
