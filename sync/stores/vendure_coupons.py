"""Coupons as promotions of a Vendure store, found by their code.

Vendure has no promotion for one customer alone: a code that nobody can guess stands in for that,
and each customer may use it only as often as the coupon is good. Uses count when an order is
placed. A coupon that is over is switched off, never deleted: orders still name it.

A code is not unique there: one made twice comes off twice, and one that is switched on late is good
although it was spent. So whatever is told of a coupon goes under a ticket (``vendure_tickets``).
"""

from collections.abc import Sequence
from typing import Any

from sync.errors import Refused
from sync.online_store import CouponNews
from sync.stores import vendure_shop_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_paging import told
from sync.stores.vendure_shop_wire import CouponResult, Coupons, ShopAnswer
from sync.stores.vendure_tickets import Tickets


class VendureCoupons:
    """The coupons of one store."""

    def __init__(self, api: VendureApi, tickets: Tickets) -> None:
        self._api = api
        self._tickets = tickets
        self._language = ""

    def put(self, news: CouponNews) -> str:
        """Make, change or end one; empty for one that is to end and never was."""
        given = self._given(news) if news.uses else {}
        name = f"coupon {news.code}"
        ticket = self._tickets.draft(name)
        found = self._api.ask(documents.COUPON, Coupons, code=news.code).promotions.items
        if given and not found:
            return self._put(ticket, name, [given], make=True)
        if given:
            # Made twice by somebody else, it is good once.
            others = [{"id": one.id, "enabled": False} for one in found[1:] if one.enabled]
            return self._put(ticket, name, [{"id": found[0].id, **given}, *others])
        still = [{"id": one.id, "enabled": False} for one in found if one.enabled]
        if still:
            return self._put(ticket, name, still)
        self._tickets.back(ticket)
        return found[0].id if found else ""

    def _put(
        self, ticket: str, name: str, each: Sequence[dict[str, Any]], *, make: bool = False
    ) -> str:
        """Answers the id of the first."""
        document = documents.put_coupons(len(each), make=make)
        inputs = {f"put{n}": given for n, given in enumerate(each)}
        shape = dict[str, CouponResult]
        try:
            told = self._tickets.ask(document, shape, ticket=ticket, name=name, **inputs)
        except Refused:
            self._tickets.back(ticket)
            raise
        for put in inputs:
            if told[put].error_code:
                raise Refused("bad_input", where=told[put].error_code)
        return told["put0"].id

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
