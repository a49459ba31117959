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

from tests.adapters.contract import Contract
from tests.adapters.woo.real import NAMES, Estate, RealWorld, given, too_coarse

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
