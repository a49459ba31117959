"""A Shopify shop, made anew for each story."""

from collections.abc import Iterator

import pytest

from tests.adapters.shopify.world import ShopifyWorld


@pytest.fixture
def world() -> Iterator[ShopifyWorld]:
    with ShopifyWorld() as world:
        yield world
