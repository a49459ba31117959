"""One shop a test, on a database file of its own; whatever happened, its books are in order."""

import pytest

from terminal.db.verify import verify
from tests.shop import open_shop


@pytest.fixture
def shop(tmp_path):
    shop = open_shop(tmp_path / "till.db")
    yield shop
    report = verify(shop.database)
    shop.database.close()
    assert report.ok, str(report)
