"""One shop a test on a database file of its own, with its books in order; and two printers."""

from datetime import timedelta

import pytest

from terminal.db.verify import verify
from terminal.services.printing import PrintSpool
from tests.services.printer_stand import Standing
from tests.shop import open_shop


@pytest.fixture
def shop(tmp_path):
    shop = open_shop(tmp_path / "till.db")
    yield shop
    report = verify(shop.database)
    shop.database.close()
    assert report.ok, str(report)


@pytest.fixture
def front():
    return Standing()


@pytest.fixture
def back():
    return Standing()


@pytest.fixture
def spool(shop, front, back):
    spool = PrintSpool(
        shop.database, {"front": front, "back": back}, shop.bus, clock=shop.clock,
        new_id=shop.new_id, keep=timedelta(hours=12),
    )  # fmt: skip
    yield spool
    spool.stop()
