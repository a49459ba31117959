"""The contract on a real shop, where WOO_URL, WOO_KEY and WOO_SECRET (and WOO_CA) name one.

    WOO_URL=https://shop.example WOO_KEY=ck_… WOO_SECRET=cs_… WOO_CA=own-ca.pem \
        .venv/bin/pytest tests/adapters/woo/test_real_shop.py --allow-hosts=…

The key must read and write, its owner manage the shop. Everything that is made has this run's own
names and is taken away at the end. Mails go out as the shop is set up to send them.
"""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import pytest_socket

from sync.errors import Refused
from sync.online_store import CouponNews, SaleNews
from tests.adapters.contract import Contract
from tests.adapters.woo.real import NAMES, Estate, RealWorld, given, too_coarse
from tests.adapters.world import address, back_of, fresh, sale_of

ACCESS = given()
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="session")
def estate() -> Iterator[Estate]:
    assert ACCESS is not None
    _let_through(urlsplit(ACCESS.url).hostname or "")
    if too_coarse(ACCESS):
        pytest.skip(
            "this shop reckons with fewer decimals than the stories do: "
            "set two at WooCommerce → Settings → General → Number of decimals"
        )
    estate = Estate.open(ACCESS)
    yield estate
    _let_through(urlsplit(ACCESS.url).hostname or "")
    estate.close()


def _let_through(host: str) -> None:
    """Only loopback is open to tests, and the one shop that was named."""
    pytest_socket.enable_socket()
    found = {str(one[4][0]) for one in socket.getaddrinfo(host, None)}
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", *found])


if ACCESS is None:

    def test_a_real_shop():
        pytest.skip(f"no real shop is named: {', '.join(NAMES)} are not set")

else:

    class TestRealShop(Contract):
        """The adapter under its contract, for real."""

        @pytest.fixture
        def world(self, estate: Estate) -> Iterator[RealWorld]:
            _let_through(urlsplit(estate.access.url).hostname or "")
            world = RealWorld(estate)
            yield world
            world.close()

        def test_an_order_in_the_bin_is_found_there_and_not_made_again(self, world: RealWorld):
            email = address("shopper")
            customer = world.new_customer(email)
            store, sale = world.connect(), sale_of(world)
            order = store.put_sale(SaleNews(sale, customer))
            world.throw_away(order.id)
            assert store.put_sales([SaleNews(sale, customer)]) == [order]
            assert world.sold(sale) == [], "it stays in the bin, alone"
            assert [o.cancelled for o in store.orders_of(customer) if o.sale_id == sale.id] == [
                True
            ]
            with pytest.raises(Refused) as refusal:
                store.put_return(back_of(world, sale), order)
            assert refusal.value.problem == "in_bin"
            store.close()

        def test_a_coupon_is_worth_its_amount_in_the_cart(self, world: RealWorld):
            """Whatever the shop's prices are like, and whatever its cart shows."""
            store, price = world.connect(), world.goods[0].price
            minimum = 2 * price
            news = CouponNews(code=fresh("CART"), title="2.00 off", currency=world.currency,
                amount=200, minimum=minimum)  # fmt: skip
            store.put_coupon(news)
            assert world.cart_with({world.goods[0].sku: 1}, news.code) == price, "refused"
            paid = world.cart_with({world.goods[0].sku: 2}, news.code)
            assert minimum - 202 <= paid <= minimum - 200
            store.close()
