"""One shop a test, on a database file of its own."""

import pytest

from tests.shop import open_shop


@pytest.fixture
def shop(tmp_path):
    shop = open_shop(tmp_path / "till.db")
    yield shop
    shop.database.close()
