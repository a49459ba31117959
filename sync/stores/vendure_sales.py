"""Till sales as orders of a Vendure store, each once whatever gets lost on the way.

Some sales at once are three requests: empty drafts; a document that names each sale first (its id
is unique there) and then fills its draft; a document that pays. Before paying, an order's total
must be what the customer paid. Whoever finds somebody's unfinished draft of the same sale leaves it
alone until it has been still for ``settle``, then finishes it, or throws it away and begins anew.
What a document could not do for one sale is done for that one alone.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from math import ceil
from typing import Any, Final

from sync.errors import Gone, Misconfigured, Refused, Retryable, SyncError
from sync.online_store import RemoteOrder, SaleNews, StoreInfo
from sync.stores import vendure_documents as documents
from sync.stores.vendure_customers import VendureCustomers
from sync.stores.vendure_drafts import Drafts
from sync.stores.vendure_http import Partly, VendureApi
from sync.stores.vendure_lines import Piece, known_only, pieces_of
from sync.stores.vendure_paying import Cashier, is_finished
from sync.stores.vendure_wire import CheckAnswer, Order, OrdersAnswer, VariantsAnswer
from terminal.sales import Sale

log = logging.getLogger(__name__)

_DEFAULT: Final = "__default_channel__"
"""The name of a store's only channel: nobody gave it."""
_TRIES: Final = 3
_CLOCKS_AGREE: Final = 60.0
_ALIAS = re.compile(r"([a-z]+)(\d+)(?:_(\d+))?")
_ASKED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesSettings:
    """How sales look in the store. ``shipping``: code of the method where one is demanded;
    ``batch``: sales in one request; ``forgotten``: when an empty draft of a till is thrown away."""

    open_sku: str = "TILL-OPEN"
    guest_email: str = "guest@till.invalid"
    shipping: str = ""
    settle: timedelta = timedelta(seconds=5)
    batch: int = 10
    forgotten: timedelta = timedelta(minutes=30)


@dataclass(slots=True)
class _Job:
    """A sale on its way. ``refused``: places of the pieces that the store did not take."""

    news: SaleNews
    customer: str
    pieces: list[Piece]
    draft: str = ""
    order: Order | None = None
    error: SyncError | None = None
    refused: set[int] = field(default_factory=set)
    told: RemoteOrder | SyncError | None = None

    @property
    def sale(self) -> Sale:
        return self.news.sale


class VendureSales:
    """Puts sales. Remembers variants, the guest and the shipping method while it lives."""

    def __init__(
        self, api: VendureApi, customers: VendureCustomers, settings: SalesSettings
    ) -> None:
        self._api = api
        self._customers = customers
        self._settings = settings
        self._drafts = Drafts(api, settings.forgotten)
        self._cashier = Cashier(api, settings.open_sku, settings.shipping, self._item)
        self._variants: dict[str, str] = {}
        self._currency = ""
        self._guest = ""

    def check(self) -> StoreInfo:
        """The channel; raises what keeps sales from being told."""
        told = self._api.ask(documents.CHECK, CheckAnswer, sku=self._settings.open_sku)
        for variant in told.product_variants.items:
            self._variants[variant.sku] = variant.id
        self._currency = told.active_channel.default_currency_code
        lacks = () if told.product_variants.items else ("open_item",)
        code = told.active_channel.code
        title = self._api.host if code == _DEFAULT else code
        return StoreInfo(title, self._currency, lacks)

    def put(self, news: SaleNews) -> RemoteOrder:
        """One paid order for the sale."""
        [told] = self.put_many([news])
        if isinstance(told, SyncError):
            raise told
        return told

    def put_many(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """One paid order for each, or what keeps it from being one."""
        if not news:
            return []
        if not self._currency:
            self.check()
        told: dict[int, RemoteOrder | SyncError] = {}
        known = self._find([each.sale for each in news if not each.fresh])
        jobs: dict[int, _Job] = {}
        for n, each in enumerate(news):
            done = self._already(each.sale, known.get(each.sale.id))
            if done is None:
                jobs[n] = self._job(each)
            else:
                told[n] = done
        waiting = list(jobs.values())
        for start in range(0, len(waiting), self._settings.batch):
            self._make(waiting[start : start + self._settings.batch])
        for n, job in jobs.items():
            assert job.told is not None  # noqa: S101 (``_make`` leaves none out)
            told[n] = job.told
        return [told[n] for n in range(len(news))]

    # -- what is there already -------------------------------------------------------------------

    def _already(self, sale: Sale, order: Order | None) -> RemoteOrder | SyncError | None:
        """The sale's order or what is wrong with it; None where it has still to be made."""
        if sale.currency != self._currency:
            return Refused("other_currency")
        if order is None:
            return None
        try:
            return self._finish(order, sale)
        except (Refused, Misconfigured, Retryable) as error:
            return _of_one(error)

    def _find(self, sales: Sequence[Sale]) -> dict[str, Order]:
        ids = [sale.id for sale in sales]
        found: dict[str, Order] = {}
        for start in range(0, len(ids), _ASKED):
            asked = ids[start : start + _ASKED]
            told = self._api.ask(documents.ORDERS_OF_SALES, OrdersAnswer, sales=asked).orders
            found |= {order.custom_fields.pos_sale_id or "": order for order in told.items}
        return found

    def _finish(self, order: Order, sale: Sale) -> RemoteOrder | None:
        """The sale's order, paid; None if it was an unfinished draft that is thrown away now."""
        if is_finished(order):
            return RemoteOrder(order.id, order.code)
        self._let_settle(order)
        if order.state == "ArrangingPayment":
            if order.total_with_tax != sale.paid:
                raise Refused("total_differs")
            return self._cashier.pay_one(order, sale)
        if self._is_filled(order, sale):
            return self._cashier.pay_one(order, sale)
        self._drafts.drop(order.id)
        return None

    def _is_filled(self, order: Order, sale: Sale) -> bool:
        wanted = sum(piece.quantity for piece in pieces_of(sale, self._settings.open_sku))
        return (
            order.total_with_tax == sale.paid
            and order.pieces == wanted
            and order.customer is not None
        )

    def _let_settle(self, order: Order) -> None:
        """Leave alone what somebody may still be working on; times are the store's own."""
        now, moved = self._api.store_time, order.updated_at
        if now is None or moved is None:
            return
        still = (now.astimezone(UTC) - moved).total_seconds()
        if still < -_CLOCKS_AGREE:  # the database's clock and the application's do not
            return
        if still < self._settle:
            # Its clock is told in whole seconds, and shows a part of one only when that is over.
            raise Retryable("in_progress", retry_after=float(ceil(self._settle - still)))

    @property
    def _settle(self) -> float:
        return self._settings.settle.total_seconds()

    # -- making orders ---------------------------------------------------------------------------

    def _job(self, news: SaleNews) -> _Job:
        return _Job(news, news.customer or self._the_guest(), self._pieces(news.sale))

    def _the_guest(self) -> str:
        self._guest = self._guest or self._customers.guest(self._settings.guest_email)
        return self._guest

    def _pieces(self, sale: Sale) -> list[Piece]:
        """Pieces by what the store lists; looked up once a product."""
        pieces = pieces_of(sale, self._settings.open_sku)
        missing = sorted({piece.sku for piece in pieces} - self._variants.keys())
        if missing:
            found = self._api.ask(documents.VARIANTS, VariantsAnswer, skus=missing)
            self._variants |= {v.sku: v.id for v in found.product_variants.items}
        return known_only(pieces, self._variants, self._settings.open_sku)

    def _make(self, jobs: Sequence[_Job]) -> None:
        """An order for each; every job is told in the end."""
        for job in jobs:
            if self._settings.open_sku not in self._variants and _needs_open(job, self._variants):
                job.told = Refused("no_open_item")
        for n in range(_TRIES):
            rest = [job for job in jobs if job.told is None]
            if not rest:
                return
            # Together at first; what did not go well then goes alone, beside nobody.
            for some in [rest] if n == 0 else [[job] for job in rest]:
                self._make_some(some)
        for job in jobs:
            job.told = job.told or Refused("bad_input")

    def _make_some(self, jobs: Sequence[_Job]) -> None:
        """One go: jobs that are not told afterwards should have another."""
        for job, draft in zip(jobs, self._drafts.make(len(jobs)), strict=True):
            job.draft, job.order, job.error, job.refused = draft, None, None, set()
        self._fill(jobs)
        filled = [job for job in jobs if job.error is None and not job.refused]
        for job in filled:
            try:
                job.order = self._cashier.balanced(_made(job), job.sale)
            except (Refused, Misconfigured) as error:
                job.error = error
        good = [job for job in filled if job.error is None]
        for job, told in zip(
            good, self._cashier.pay([(_made(job), job.sale) for job in good]), strict=True
        ):
            job.told = told
        for job in jobs:
            if job.told is None:
                self._step_back(job)

    def _fill(self, jobs: Sequence[_Job]) -> None:
        """Fill each one's draft; what was not taken stands in its ``error`` and ``refused``."""
        rest = list(jobs)
        while rest:
            told = self._ask_to_fill(rest)
            at = _ALIAS.fullmatch(told.at)
            if told.error is None:
                for n, job in enumerate(rest):
                    self._take(job, n, told.done)
                return
            if at is None:
                raise told.error
            done = int(at.group(2))
            self._look_again(rest[:done])
            rest[done].error = told.error
            rest[done].refused = self._line_refused(rest[done], at)
            rest = rest[done + 1 :]

    def _ask_to_fill(self, jobs: Sequence[_Job]) -> Partly[Order]:
        variables: dict[str, Any] = {}
        for n, job in enumerate(jobs):
            variables[f"o{n}"], variables[f"customer{n}"] = job.draft, job.customer
            variables[f"fields{n}"] = {"id": job.draft, "customFields": _fields(job.news)}
            for k, piece in enumerate(job.pieces):
                variables[f"l{n}_{k}"] = self._item(piece)
        method = self._cashier.shipping_method
        if method:
            variables["method"] = method
        document = documents.fill([len(job.pieces) for job in jobs], shipping=bool(method))
        return self._api.ask_partly(document, Order, **variables)

    def _take(self, job: _Job, n: int, done: dict[str, Order]) -> None:
        """What the store said to each part of a job."""
        if f"shipping{n}" in done and done[f"shipping{n}"].error_code:
            self._cashier.shipping_method = ""
        job.order = done[f"customer{n}"]
        if job.order.error_code:
            job.error = Refused("bad_input", where="customer")
        job.refused = {k for k in range(len(job.pieces)) if done[f"l{n}_{k}"].error_code}

    def _look_again(self, jobs: Sequence[_Job]) -> None:
        """Those before a failure were filled, but the answer went with it."""
        known = self._find([job.sale for job in jobs])
        for job in jobs:
            job.order = known.get(job.sale.id)
            if job.order is None or not self._is_filled_as(job):
                job.error = Refused("bad_input")
                job.refused = set(range(len(job.pieces)))

    def _is_filled_as(self, job: _Job) -> bool:
        """Whether everything was taken: scarce goods are refused without an error."""
        order = _made(job)
        return order.pieces == sum(piece.quantity for piece in job.pieces)

    def _line_refused(self, job: _Job, at: "re.Match[str]") -> set[int]:
        """Which piece an error is about: a product that the store no longer has."""
        if at.group(1) != "l" or at.group(3) is None:
            return set()
        place = int(at.group(3))
        sku = job.pieces[place].sku
        self._variants.pop(sku, None)
        return set() if sku == self._settings.open_sku else {place}

    def _step_back(self, job: _Job) -> None:
        """Throw the draft away; tell the job's failure, or ready it for another go."""
        self._drafts.drop(job.draft)
        if job.refused:
            log.info("%d lines of sale %s are told as open items", len(job.refused), job.sale.ref)
            job.pieces = [
                piece.lumped(self._settings.open_sku) if n in job.refused else piece
                for n, piece in enumerate(job.pieces)
            ]
        elif job.error is not None:
            job.told = self._meaning(job, job.error)

    def _meaning(self, job: _Job, error: SyncError) -> RemoteOrder | SyncError | None:
        """What a failure is about: the customer, another request that was first, or itself."""
        if error.where.startswith("customer"):
            if job.news.customer:
                return Gone(where="customer")
            if job.customer != self._guest:
                return error
            self._guest = ""
            job.customer = self._the_guest()
            return None
        if error.problem == "conflict":
            known = self._find([job.sale]).get(job.sale.id)
            done = self._already(job.sale, known)
            return done or Retryable("in_progress", retry_after=self._settle)
        if error.problem == "not_found" and error.where.startswith("fields"):
            return Retryable("in_progress", retry_after=self._settle)  # somebody tidied our draft
        return error

    def _item(self, piece: Piece) -> dict[str, Any]:
        variant = self._variants.get(piece.sku)
        if variant is None:
            raise Refused("no_open_item")
        return {
            "productVariantId": variant,
            "quantity": piece.quantity,
            "customFields": {"tillUnitPrice": piece.unit_price},
        }


def _of_one(error: SyncError) -> SyncError:
    """A failure that is about one sale; what is about the line to the store is raised."""
    if isinstance(error, Retryable) and not error.of_message:
        raise error
    return error


def _made(job: _Job) -> Order:
    assert job.order is not None  # noqa: S101 (filled before)
    return job.order


def _needs_open(job: _Job, variants: dict[str, str]) -> bool:
    return any(piece.sku not in variants for piece in job.pieces)


def _fields(news: SaleNews) -> dict[str, Any]:
    sale = news.sale
    return {
        "posSaleId": sale.id,
        "posTerminalId": sale.till,
        "posReceiptNumber": sale.ref,
        "posSoldAt": sale.sold_at.astimezone(UTC).isoformat(),
        "loyaltyPointsEarned": news.earned,
        "loyaltyPointsRedeemed": sale.points_redeemed,
    }
