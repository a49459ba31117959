"""The first import: all of it, told how far it is, stopped and gone on with, rehearsed."""

import os
from dataclasses import replace

import pytest

from sync.errors import Retryable
from sync.first_import import STATE, FirstImport, Where
from terminal.connecting import Part, Rehearsal
from terminal.db.engine import open_database
from terminal.outbox import MessageKind
from terminal.services.taking_in import TakingIn
from tests.load.first_import import LargeStore, fill
from tests.sync.fake_store import ALL, SWEPT
from tests.sync.people import ANNA
from tests.sync.shop import program

CUSTOMERS = int(os.environ.get("LONG_CUSTOMERS", "300"))


def importing(shop, store, members="all"):
    store.clock = shop.clock
    taking = TakingIn(stores=(store.name,), members=members)
    return FirstImport(shop.database, store, clock=shop.clock, new_id=shop.new_id, taking=taking)


def people(store, number=7):
    return [store.registers(f"p{n}@sample.example", given_name=f"P{n}") for n in range(number)]


def nobody(part):
    """Nobody watches."""


def standings(shop):
    return [message.member_id for message in shop.queued(MessageKind.STANDING)]


def test_everything_comes_in_and_each_member_is_told_once(shop, store):
    store.page_size = 3
    for customer in people(store):
        for _ in range(3):
            store.orders_online(customer.id, 1000)
    parts = []
    assert importing(shop, store).run(parts.append, lambda: True)
    with shop.database.read() as uow:
        members = uow.members.search("", 100)
        assert {uow.ledger.account(member.id).balance for member in members} == {30}
    assert sorted(standings(shop)) == sorted(member.id for member in members)
    assert len(members) == 7
    assert parts[0] == Part("customers", 0, None)
    assert Part("customers", 7, 7) in parts
    assert Part("orders", 21, 21) in parts
    assert parts[-1] == Part("members", 7)


def test_whoever_has_no_points_is_told_nothing(shop, store):
    people(store)
    importing(shop, store).run(nobody, lambda: True)
    assert standings(shop) == []


def test_the_rounds_go_on_where_it_ends(shop, store, engine):
    customer = people(store, 1)[0]
    store.orders_online(customer.id, 1000)
    importing(shop, store).run(nobody, lambda: True)
    assert engine.pull().taken == 0
    store.orders_online(customer.id, 500)
    assert engine.pull().taken == 1


@pytest.mark.parametrize("stop", range(1, 14))
def test_stopped_anywhere_it_goes_on_and_nothing_is_twice(shop, store, stop):
    store.page_size = 2
    customers = people(store, 5)
    for customer in customers:
        store.orders_online(customer.id, 1000)
    turns = iter([True] * stop)
    first = importing(shop, store)
    first.run(nobody, lambda: next(turns, False))
    again = importing(shop, store)  # as after a crash
    assert again.run(nobody, lambda: True)
    assert again.where.is_over
    with shop.database.read() as uow:
        balances = [uow.ledger.account(m.id).balance for m in uow.members.search("", 100)]
    assert balances == [10] * 5
    assert len(standings(shop)) == 5


def test_a_store_that_goes_away_in_the_middle(shop, store):
    store.page_size = 2
    people(store, 5)
    store.script = ["", "", "down"]
    with pytest.raises(Retryable):
        importing(shop, store).run(nobody, lambda: True)
    where = importing(shop, store).where
    assert (where.part, where.done, where.total) == ("customers", 4, 5)
    parts = []
    assert importing(shop, store).run(parts.append, lambda: True)
    assert parts[0] == Part("customers", 4, 5)
    assert max(part.done for part in parts if part.name == "customers") <= max(
        part.total for part in parts if part.name == "customers" and part.total
    )


def test_what_is_in_is_not_brought_in_again(shop, store):
    people(store, 2)
    importing(shop, store).run(nobody, lambda: True)
    store.asked.clear()
    assert importing(shop, store).run(nobody, lambda: True)
    assert store.asked == []


def test_a_store_that_is_swept_and_lists_no_products(shop, store, engine):
    store.capabilities = replace(SWEPT, products=False)
    people(store, 3)
    assert importing(shop, store).run(nobody, lambda: True)
    assert [call for call in store.calls if call == "products"] == []
    store.calls.clear()
    engine.pull()
    assert "customer_changes" not in store.calls, "it was swept just now"


def test_an_unfinished_state_of_old_is_read(shop, store):
    with shop.writing() as uow:
        uow.sync.put_cursor("online", STATE, '{"part":"orders","done":5}')
    assert importing(shop, store).where == Where("orders", 5)


# -- the rehearsal ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "linked", "created", "left", "earn"),
    [("all", 1, 5, 1, 20 + 5), ("known", 1, 0, 6, 20)],
)
def test_a_rehearsal_counts_and_writes_nothing(shop, store, members, linked, created, left, earn):
    anna = shop.enrol(ANNA)
    shop.sell(anna)
    store.capabilities = replace(ALL, mails=frozenset({"customer", "order"}))
    known = store.registers("A@sample.example")
    store.registers("", given_name="Nobody")
    strangers = people(store, 5)
    first = store.orders_online(known.id, 1000)
    store.orders_online(known.id, 1000)
    store.orders_online(strangers[0].id, 1000)
    store.refunds(store.feed[-1], 500)
    store.orders_online("", 980, sale_id="ours")
    store.orders_online(known.id, 700, cancelled=True)
    store.orders_online(known.id, 0)
    store.orders_online(known.id, placed_at=shop.clock().replace(year=2001))
    store.feed.remove(store.feed[2])  # the state of the stranger's order before its refund
    before = shop.open_messages()
    parts = []
    found = importing(shop, store, members).rehearse(parts.append, lambda: True)
    assert found == Rehearsal(
        customers=7, linked=linked, created=created, left=left, orders=5, would_earn=earn,
        sales_to_send=1, mails=2,
    )  # fmt: skip
    assert first.goods == 1000
    assert parts[-1].name == "orders"
    with shop.database.read() as uow:
        assert uow.members.count() == 1
        assert uow.sync.cursor("online", "orders") is None
    assert shop.open_messages() == before


def test_a_rehearsal_ends_when_it_is_told_to(shop, store):
    store.page_size = 2
    people(store, 5)
    turns = iter([True, True])
    found = importing(shop, store).rehearse(nobody, lambda: next(turns, False))
    assert found.customers == 4


def test_a_rehearsal_of_a_store_that_promises_more_for_ever_ends(shop, store):
    people(store, 2)
    store.lies = {"customer_changes": "stuck"}
    assert importing(shop, store).rehearse(nobody, lambda: True).customers == 0


def test_before_there_is_a_programme_nothing_would_be_earned(shop, store):
    store.orders_online(people(store, 1)[0].id, placed_at=shop.clock().replace(year=2001))
    found = importing(shop, store).rehearse(nobody, lambda: True)
    assert (found.orders, found.would_earn) == (1, 0)


# -- its size --------------------------------------------------------------------------------------


def test_many_people_and_their_orders(tmp_path):
    database = open_database(tmp_path / "till.db")
    store = LargeStore(people=CUSTOMERS, bought=5 * CUSTOMERS)
    measured = {each.part: each for each in fill(database, store)}
    with database.read() as uow:
        assert uow.members.count() == CUSTOMERS
        member = uow.members.by_email("p1@sample.example")
        orders = uow.sales.orders_of_member(member.id, 100)
        assert len(orders) == 5
        earned = uow.ledger.account(member.id).balance
        assert earned >= sum(order.goods // 100 for order in orders)
    database.close()
    assert measured["orders"].rows == 5 * CUSTOMERS
    assert program().rules, "it earned by a programme"
