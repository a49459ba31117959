"""The contract on the imitation: every story, in shops of four kinds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.contract import Contract
from tests.adapters.woo.world import WooWorld

SHOPS = {
    "https": {"tls": True, "hpos": True, "taxed": False},
    "https, taxes, orders among posts": {"tls": True, "hpos": False, "taxed": True},
    "http, taxes on top": {"tls": False, "hpos": True, "on_top": True},
    "http, old, orders among posts": {
        "tls": False, "hpos": False, "taxed": False, "version": "9.8.0",
    },
}  # fmt: skip
FAULTY = ("https, taxes, orders among posts", "http, old, orders among posts")


class TestWooCommerce(Contract):
    """The adapter under its contract."""

    @pytest.fixture(params=SHOPS)
    def world(self, request: pytest.FixtureRequest, certificate: Path) -> Iterator[WooWorld]:
        world = WooWorld(certificate, **SHOPS[request.param])
        if request.param not in FAULTY:  # the lines are the same ones, and time is short
            world.can -= {"faults"}
        yield world
        world.close()
