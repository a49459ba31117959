"""A till's outbox, told through the engine to shops of each kind, and what they then show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sync.engine import SyncEngine
from terminal.sales import SaleLine
from tests.adapters.medusa.imitation import Imitation
from tests.adapters.medusa.server import MedusaServer
from tests.adapters.medusa.world import Furnished, MedusaWorld, Owner
from tests.adapters.shopify.world import ShopifyWorld
from tests.adapters.world import World, address, fresh
from tests.fakes import MemoryDatabase
from tests.sync.shop import Clock, Shop


@pytest.fixture(params=["shopify", "medusa"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "shopify":
        with ShopifyWorld() as shop:
            yield shop
        return
    imitated = Imitation()
    with MedusaServer(imitated) as server:
        owner = Owner(server.url, "admin@example.com", "supersecret")
        medusa = MedusaWorld(Furnished(owner), now=imitated.now, wait=imitated.wait)
        yield medusa
        medusa.close()
        owner.close()


def test_what_a_till_booked_stands_in_the_shop_once(world):
    clock = Clock()
    till = Shop(MemoryDatabase(), clock)
    store = world.connect()
    engine = SyncEngine(
        till.database, store, clock=clock, new_id=till.new_id, jitter=lambda: 0.5
    )  # fmt: skip
    email = address()
    member = till.enrol(email, fresh("CARD"))
    sale = till.sell(member, SaleLine("OIL-500", "Olive oil", 980, 3, 100), points=100)
    guest = till.sell(None, SaleLine("TEA-100", "Tea", 450, 2))
    back = till.take_back(guest)
    report = engine.push()
    assert report.failure is None
    assert till.open_messages() == []
    [order], [other] = world.sold(sale), world.sold(guest)
    assert (order.total, order.paid, order.refunded) == (sale.paid, True, 0)
    assert other.refunded == back.money_back
    person = store.find_customer(email=email)
    assert order.customer == person.id
    assert person.standing.points == till.balance(member)
    taken = engine.pull()
    assert taken.failure is None
    assert till.balance(member) == person.standing.points, "our own sales earned a second time"
    store.close()
