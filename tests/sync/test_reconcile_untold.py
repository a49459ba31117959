"""Both sides compared: what a till of the hub sold that does not name the store."""

from dataclasses import replace
from datetime import timedelta

from terminal.ids import SaleId, TillCode
from terminal.services.reconciling import SEEN
from tests.sync.comparing import found, orders_told, sell


def test_what_a_till_without_the_store_in_its_settings_sold_is_found(sides, monkeypatch):
    """As the hub brought it: no message came along. What was sold before the store was there, or by
    a till that shares with nobody, was not meant for it."""
    member, _customer = sides.linked()
    told = sell(sides, member)
    orders_told(sides, told)
    sale = replace(told, id=SaleId(sides.shop.new_id()), ref="T2-000001", till=TillCode("T2"))
    with sides.shop.writing() as uow:
        uow.sales.put(sale)
    sides.shop.clock.advance(hours=1)
    assert "sale missing told" not in found(sides)
    with sides.shop.database.read() as uow:
        journal = type(uow.journal)
    for hours, seen in ((None, False), (0, False), (2, True)):
        if hours is not None:
            with sides.shop.writing() as uow:
                since = sides.shop.clock() - timedelta(hours=hours)
                uow.sync.put_cursor(sides.store.name, SEEN, since.isoformat())
        with monkeypatch.context() as shared:
            shared.setattr(journal, "state", lambda _, name: "T1" if name == "instance" else "")
            assert ("sale missing told" in found(sides)) is seen
    sides.round()
    orders_told(sides, sale)
    sides.shop.clock.advance(hours=1)
    assert "sale missing told" not in found(sides)
