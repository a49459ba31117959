"""How long a half done order is left alone: the store's clock is told in whole seconds only."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import Retryable
from sync.online_store import SaleNews
from sync.stores.vendure_sales import SalesSettings, VendureSales
from sync.stores.vendure_wire import CheckAnswer, OrdersAnswer
from tests.sync.online import sale_of

MOVED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class GoesOnError(Exception):
    """The order was not left alone any longer."""


class Api:
    """A store in which a till left one order before its payment. ``now`` is the true time."""

    def __init__(self, sale, moved):
        self.sale, self.now = sale, moved
        self.moved = moved

    @property
    def store_time(self):
        return self.now.replace(microsecond=0)

    def ask(self, document, shape, **variables):
        if shape is CheckAnswer:
            channel = {"code": "shop", "defaultCurrencyCode": "EUR"}
            return msgspec.convert(
                {"activeChannel": channel, "productVariants": {"items": []}}, shape
            )
        assert shape is OrdersAnswer
        order = {
            "id": "1", "state": "ArrangingPayment", "updatedAt": self.moved.isoformat(),
            "totalWithTax": self.sale.paid, "customFields": {"posSaleId": self.sale.id},
        }  # fmt: skip
        return msgspec.convert({"orders": {"items": [order], "totalItems": 1}}, shape)


@pytest.fixture(scope="module")
def sale():
    return sale_of()


@given(
    part=st.integers(0, 999), passed=st.integers(0, 6000), settle=st.sampled_from([0, 1, 5]),
)  # fmt: skip
def test_who_waits_as_long_as_the_store_asks_waits_once(sale, part, passed, settle):
    """Else a till comes again and again within one second, each time told to wait a moment."""
    api = Api(sale, MOVED + timedelta(milliseconds=part))
    api.now += timedelta(milliseconds=passed)
    sales = VendureSales(api, None, SalesSettings(settle=timedelta(seconds=settle)))
    sales._cashier.pay_one = _goes_on
    failure = _tried(sales, sale)
    if failure is not None:
        assert failure.problem == "in_progress"
        assert 0 < failure.retry_after <= settle + 1
        api.now += timedelta(seconds=failure.retry_after)
        assert _tried(sales, sale) is None


def _tried(sales, sale):
    """What the till is told; None: the order was gone on with."""
    try:
        sales.put(SaleNews(sale, None))
    except GoesOnError:
        return None
    except Retryable as failure:
        return failure
    raise AssertionError("nothing became of it")


def _goes_on(order, sale):
    raise GoesOnError
