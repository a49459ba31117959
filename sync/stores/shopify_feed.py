"""Paid orders, customers and products of a Shopify shop, new or changed.

Lists bring an order with its first lines and the names of its refunds; what more there is, is
asked for order by order, since a list is charged for all that it might bring. Amounts are those of
the shop's own currency, whatever the shopper paid in.
"""

import html
from datetime import UTC, datetime, timedelta
from typing import Final

from sync.errors import Refused
from sync.online_store import Customer, CustomerPage, Page, ProductPage
from sync.stores import shopify_documents as documents
from sync.stores.shopify_customers import customer_of
from sync.stores.shopify_http import ShopifyApi
from sync.stores.shopify_order_wire import Refunded, Row, Sold, ToReturn
from sync.stores.shopify_rounds import Rounds
from sync.stores.shopify_setup import ShopifySetup
from sync.stores.shopify_wire import Found, PageAnswer, Person, Product, Variant, minor
from terminal import sales
from terminal.online import OnlineOrder, OnlineRefund, OrderLine

_PAID: Final = ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")
_ON_SALE: Final = ("ACTIVE", "UNLISTED")
_REFUNDS_LISTED: Final = 10
_ONLY_VARIANT: Final = "Default Title"
_OF_ONE_PERSON: Final = 10


class ShopifyFeed:
    """What one shop tells, under the name it has here."""

    def __init__(
        self,
        api: ShopifyApi,
        setup: ShopifySetup,
        name: str,
        *,
        page_size: int | None,
        overlap: timedelta,
    ) -> None:
        self._api = api
        self._setup = setup
        self._name = name
        self._currency = ""
        self._orders = Rounds(self._ask_orders, page_size=page_size or 10, overlap=overlap)
        self._people = Rounds(self._ask_people, page_size=page_size or 100, overlap=overlap)
        self._goods = Rounds(self._ask_goods, page_size=page_size or 15, overlap=overlap)

    # -- orders ----------------------------------------------------------------------------------

    def changes(self, cursor: str | None) -> Page:
        """The page of orders after ``cursor``."""
        step = self._orders.step(cursor)
        orders = tuple(self._order(row) for row in step.rows if _counts(row))
        return Page(orders, step.cursor, more=step.more)

    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]:
        """A person's newest paid orders."""
        shape = Found[PageAnswer[Sold]]
        found = self._api.ask(documents.ORDERS_OF, shape, id=customer, first=_OF_ONE_PERSON).found
        rows = found.page.nodes if found else []
        return tuple(self._order(row) for row in rows if _counts(row))

    def _ask_orders(self, query: str | None, first: int, after: str | None) -> PageAnswer[Sold]:
        return self._api.ask(
            documents.ORDERS, PageAnswer[Sold], query=query, first=first, after=after
        )

    def _order(self, row: Sold) -> OnlineOrder:
        lines = [
            (line, _paid_for(line, row.taxes_included))
            for line in self._lines(row)
            if line.quantity
        ]
        email = row.email or _email_of(row.customer)
        card = row.customer.card if row.customer else None
        return OnlineOrder(
            store=self._name,
            remote_id=row.id,
            code=row.name,
            customer_id=row.customer.id if row.customer else "",
            email=email.strip().lower(),
            card_number=card.value if card else "",
            placed_at=row.processed_at,
            currency=row.total_price_set.shop_money.currency_code,
            goods=sum(paid for _, paid in lines),
            total=row.total_price_set.minor,
            lines=tuple(
                OrderLine(html.unescape(line.name), line.quantity, paid, line.sku or "")
                for line, paid in lines
            ),
            sale_id=_sale_of(row),
            refunds=tuple(self._refund(one, row) for one in self._refund_ids(row)),
            cancelled=row.cancelled_at is not None,
            coupons=tuple(code.upper() for code in row.discount_codes),
        )

    def _lines(self, row: Sold) -> list[Row]:
        lines, info = list(row.line_items.nodes), row.line_items.page_info
        while info.has_next_page:
            shape = Found[PageAnswer[Row]]
            more = self._api.ask(documents.ROWS, shape, id=row.id, after=info.end_cursor).found
            if more is None:
                break
            lines += more.page.nodes
            info = more.page.page_info
        return lines

    def _refund_ids(self, row: Sold) -> list[str]:
        listed = [refund.id for refund in row.refunds]
        if len(listed) < _REFUNDS_LISTED:
            return listed
        whole = self._api.ask(documents.ORDER_TO_RETURN, Found[ToReturn], id=row.id, after=None)
        return [refund.id for refund in whole.found.refunds] if whole.found else listed

    def _refund(self, refund: str, order: Sold) -> OnlineRefund:
        """Its goods by lines; where it names none, the money that was not for shipping."""
        goods, pieces, after = 0, dict[str, int](), None
        while True:
            told = self._api.ask(documents.REFUND, Found[Refunded], id=refund, after=after).found
            if told is None:
                raise Refused("not_found", where="refund")
            for row in told.page.nodes:
                tax = 0 if order.taxes_included else row.total_tax_set.minor
                goods += row.subtotal_set.minor + tax
                sku = row.line_item.sku or ""
                pieces[sku] = pieces.get(sku, 0) + row.quantity
            after = told.page.page_info.end_cursor
            if not told.page.page_info.has_next_page:
                break
        if not pieces:
            goods = max(told.total_refunded_set.minor - _shipping(told, order), 0)
        return OnlineRefund(refund, goods, told.created_at, tuple(sorted(pieces.items())))

    # -- people ----------------------------------------------------------------------------------

    def customer_changes(self, cursor: str | None) -> CustomerPage:
        """The page of customers after ``cursor``."""
        step = self._people.step(cursor)
        people = tuple(_person(row) for row in step.rows)
        return CustomerPage(people, step.cursor, more=step.more)

    def _ask_people(self, query: str | None, first: int, after: str | None) -> PageAnswer[Person]:
        shape = PageAnswer[Person]
        return self._api.ask(documents.CUSTOMERS, shape, query=query, first=first, after=after)

    # -- products --------------------------------------------------------------------------------

    def products(self, cursor: str | None) -> ProductPage:
        """The page of products after ``cursor``; none where prices are without tax, since the
        till's are with it."""
        if not self._currency:
            shop = self._setup.check()
            if "tax_included" in shop.lacks:
                return ProductPage((), cursor or "")
            self._currency = shop.currency
        step = self._goods.step(cursor)
        listed: list[sales.Product] = []
        gone: list[str] = []
        for row in step.rows:
            variants = [one for one in self._variants(row) if one.sku]
            if row.status in _ON_SALE:
                listed += [self._product(row, one) for one in variants]
            else:
                gone += [one.sku or "" for one in variants]
        return ProductPage(tuple(listed), step.cursor, more=step.more, gone=tuple(gone))

    def _ask_goods(self, query: str | None, first: int, after: str | None) -> PageAnswer[Product]:
        shape = PageAnswer[Product]
        return self._api.ask(documents.PRODUCTS, shape, query=query, first=first, after=after)

    def _variants(self, row: Product) -> list[Variant]:
        variants, info = list(row.variants.nodes), row.variants.page_info
        while info.has_next_page:
            shape = Found[PageAnswer[Variant]]
            after = info.end_cursor
            more = self._api.ask(documents.MORE_VARIANTS, shape, id=row.id, after=after).found
            if more is None:
                break
            variants += more.page.nodes
            info = more.page.page_info
        return variants

    def _product(self, row: Product, variant: Variant) -> sales.Product:
        goods = sales.Goods(
            category=row.product_type, brand=row.vendor, tags=tuple(row.tags),
            kind="gift_card" if row.is_gift_card else "goods",
        )  # fmt: skip
        return sales.Product(
            variant.sku or "", html.unescape(row.title), minor(variant.price, self._currency),
            self._currency, "" if variant.title == _ONLY_VARIANT else html.unescape(variant.title),
            variant.barcode or "", goods,
        )  # fmt: skip


def _counts(row: Sold) -> bool:
    """Paid for real, however much of it went back since."""
    return not row.test and row.display_financial_status in _PAID


def _paid_for(line: Row, taxes_included: bool) -> int:
    off = sum(part.allocated_amount_set.minor for part in line.discount_allocations)
    tax = 0 if taxes_included else sum(one.price_set.minor for one in line.tax_lines)
    return line.original_total_set.minor - off + tax


def _shipping(told: Refunded, order: Sold) -> int:
    return sum(
        one.subtotal_amount_set.minor + (0 if order.taxes_included else one.tax_amount_set.minor)
        for one in told.refund_shipping_lines.nodes
    )


def _sale_of(row: Sold) -> str:
    """The sale whose order it is; orders told before there was a field for it say so in a note."""
    if row.sale:
        return row.sale.value
    notes = {one.key: one.value or "" for one in row.custom_attributes}
    return notes.get("posSaleId", "")


def _email_of(person: Person | None) -> str:
    email = person.default_email_address if person else None
    return email.email_address if email else ""


def _person(row: Person) -> Customer:
    if not row.erased:
        return customer_of(row)
    return Customer(row.id, "", deleted=True, updated_at=row.updated_at)


def as_utc(moment: datetime) -> str:
    """A time as Shopify's search and inputs want it."""
    return moment.astimezone(UTC).isoformat()
