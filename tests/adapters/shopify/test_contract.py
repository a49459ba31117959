"""The contract of adapters, on a shop that speaks Shopify's own schema."""

from collections.abc import Iterator

import pytest

from tests.adapters.contract import Contract
from tests.adapters.shopify.world import ShopifyWorld
from tests.adapters.world import World


class TestShopify(Contract):
    """All of it."""

    @pytest.fixture
    def world(self) -> Iterator[World]:
        with ShopifyWorld() as world:
            yield world
