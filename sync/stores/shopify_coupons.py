"""Coupons as discount codes of a Shopify shop, found by their code.

A coupon for one person is good for that customer alone: somebody else who has the code gets nothing
for it. What was used up stays used up, since the shop counts the uses of a code however often we
put it.
"""

from typing import Any

from sync.errors import Gone, Refused, Retryable
from sync.online_store import CouponNews
from sync.stores import shopify_documents as documents
from sync.stores.shopify_customers import ShopifyCustomers
from sync.stores.shopify_feed import as_utc
from sync.stores.shopify_http import ShopifyApi, done
from sync.stores.shopify_wire import CouponThere, Found, Put, decimal

_BASIC = "DiscountCodeBasic"
_ALWAYS = "2020-01-01T00:00:00Z"


class ShopifyCoupons:
    """Puts coupons."""

    def __init__(self, api: ShopifyApi, customers: ShopifyCustomers) -> None:
        self._api = api
        self._customers = customers

    def put(self, news: CouponNews) -> str:
        """Make, change or end; answers the id, empty for one that was never there to end."""
        there = self._look(news.code)
        if news.uses == 0:
            return self._end(there)
        given = self._input(news)
        if there is not None:
            return self._change(there, given)
        told = self._api.put(documents.MAKE_COUPON, input=given)
        if any(error.code in ("TAKEN", "DUPLICATE") for error in told.user_errors):
            there = self._look(news.code)  # somebody was quicker
            if there is not None:
                return self._change(there, given)
        return _id(told)

    def _look(self, code: str) -> CouponThere | None:
        return self._api.ask(documents.COUPON, Found[CouponThere], code=code).found

    def _end(self, there: CouponThere | None) -> str:
        if there is None:
            return ""
        if not there.ended:
            done(self._api.put(documents.END_COUPON, id=there.id))
        return there.id

    def _change(self, there: CouponThere, given: dict[str, Any]) -> str:
        if there.kind != _BASIC:
            raise Refused("conflict", where="code")
        return _id(self._api.put(documents.CHANGE_COUPON, id=there.id, input=given))

    def _input(self, news: CouponNews) -> dict[str, Any]:
        # The interface wants a fraction here; it is exact enough for hundredths of a percent.
        value: dict[str, Any] = {"percentage": news.percent / 10_000}
        if news.amount:
            off = decimal(news.amount, news.currency)
            value = {"discountAmount": {"amount": off, "appliesOnEachItem": False}}
        minimum = None
        if news.minimum:
            least = decimal(news.minimum, news.currency)
            minimum = {"subtotal": {"greaterThanOrEqualToSubtotal": least}}
        return {
            "title": news.title,
            "code": news.code,
            "context": self._who(news),
            "customerGets": {"items": {"all": True}, "value": value},
            "minimumRequirement": minimum,
            "startsAt": as_utc(news.starts) if news.starts else _ALWAYS,
            "endsAt": as_utc(news.ends) if news.ends else None,
            "usageLimit": news.uses,
        }

    def _who(self, news: CouponNews) -> dict[str, Any]:
        customer = news.customer
        if customer is None and news.email:
            found = self._customers.find(news.email, "")
            if found is None:
                raise Gone(where="email")
            customer = found.id
        return {"customers": {"add": [customer]}} if customer else {"all": "ALL"}


def _id(told: Put) -> str:
    node = done(told).code_discount_node
    if node is None:
        raise Retryable("bad_answer")
    return node.id
