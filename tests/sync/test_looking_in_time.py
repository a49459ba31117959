"""A look at a member keeps its budget as a whole, whatever a store makes of each answer."""

import time

from sync.connect import connect_store
from sync.deadline import Deadline
from sync.refresh import Refreshed, Refresher
from terminal.services.refreshing import Refreshing
from terminal.settings import OnlineStoreSettings
from tests.sync.people import Sides
from tests.sync.rough_server import RoughServer, json_body

BUDGET = 0.4
SLOW = 0.6 * BUDGET
"""Well within the budget, for one answer."""


def drip(talk):
    """Every answer comes a byte at a time."""
    person = {"id": "cus_1", "email": "a@sample.example", "has_account": True}
    body = {
        "POST": json_body(token="signed-in"),  # noqa: S106 (of nobody)
        "GET": json_body(customer=person, orders=[]),
    }[talk.head.split()[0]]
    talk.send(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n")
    talk.send(f"Content-Length: {len(body) + 12}\r\n\r\n".encode())
    talk.drip(b" " * 12, SLOW / 12)
    talk.send(body)


def test_a_store_that_drips_is_given_up_in_the_middle_and_not_after_each_answer(shop, store):
    """Signing in, the customer, the orders: each in time, but not together."""
    sides = Sides(shop, store)
    member, _customer = sides.linked()
    within = Deadline(time.monotonic)
    with RoughServer(drip) as server:
        url = f"http://127.0.0.1:{server.port}"
        wanted = OnlineStoreSettings(kind="medusa", name="online", url=url, username="a@b.example")
        refresher = Refresher(
            connect_store(wanted, "secret", within=within),
            Refreshing(shop.database, "online", sides.puller.members, sides.puller.orders),
            clock=shop.clock, within=within, budget=BUDGET,
        )  # fmt: skip
        began = time.monotonic()
        assert refresher.refresh(member.id) == Refreshed(asked=True, problem="timeout")
        assert time.monotonic() - began < 5 * BUDGET, "not as long as three answers may take"
        refresher.close()
    assert len(server.calls) == 2, server.calls
