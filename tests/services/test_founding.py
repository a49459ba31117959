"""A new shop: what is there before anybody is."""

from terminal.db.engine import open_database
from terminal.services.founding import found
from tests.shop import Shop, till


def test_a_new_shop_has_a_cautious_programme_and_nobody_yet(tmp_path):
    shop = Shop(open_database(tmp_path / "till.db"), till(currency="HUF", country="HU"))
    assert found(shop.database, shop.till, shop.clock)
    with shop.database.read() as uow:
        program = uow.programs.at(shop.moment)
    assert (program.currency, program.rules[0].gives.per, program.version) == ("HUF", 40_000, 1)
    shop.database.close()


def test_a_shop_that_runs_is_left_alone(shop):
    with shop.database.read() as uow:
        before = uow.programs.at(shop.moment)
    assert not found(shop.database, shop.till, shop.clock)
    with shop.database.read() as uow:
        assert uow.programs.at(shop.moment) == before
