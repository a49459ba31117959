"""Who asks to be forgotten while a store is disconnected is forgotten there once it is back."""

from dataclasses import replace

from terminal.events import EventBus
from terminal.outbox import MessageKind
from terminal.services.erasing import ErasingService
from tests.sync.people import ANNA, BOSS, TILL


def test_a_store_that_was_disconnected_forgets_them_once_it_is_connected_again(sides):
    anna, customer = sides.linked(ANNA)
    sides.round()
    shop = sides.shop
    service = ErasingService(
        shop.database, replace(TILL, online_stores=()), EventBus(),
        clock=shop.clock, new_id=shop.new_id,
    )  # fmt: skip
    for _ in range(2):
        assert service.erase(anna.id, BOSS).stores == ("online",)
        [queued] = shop.queued(MessageKind.ERASE)
        assert (queued.store, queued.subject_id) == ("online", customer)
    assert sides.store.erased == []
    sides.store.edits(customer, phone="+306900004417")
    sides.round()  # it is connected again
    assert sides.store.erased == [customer]
    assert sides.member(anna).phone == ""
    assert len(sides.members()) == 1
