"""A till whose settings lack the online store: what it sells is told there by one that names it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.hub import untold
from sync.hub.applying import fact_of
from sync.hub.engine import HubEngine
from terminal.ids import SaleId
from terminal.outbox import MessageKind, OutboxMessage
from terminal.ports import RemoteLink
from terminal.services import suite
from tests.hub.deeds import writing
from tests.hub.till_stand import Chain, TillAt, Two


def names(till: TillAt, *stores: str) -> None:
    """The online stores in the till's settings."""
    shop = till.shop
    shop.till = replace(shop.till, online_stores=stores)
    shop.services = suite.build(
        shop.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id
    )
    till.engine = HubEngine(
        shop.database, till.hub, till.me, clock=shop.clock, stores=lambda: stores
    )


@pytest.fixture
def two(chain: Chain, two: Two) -> Two:
    """The first names the store, the second none."""
    one, other = two
    names(one, "vendure")
    names(other)
    chain.settle()
    chain.later(minutes=1)
    return two


def told(till: TillAt, kind: MessageKind, subject: str) -> list[OutboxMessage]:
    with till.database.read() as uow:
        return uow.outbox.of_subject(kind, subject)


def sell(till: TillAt, *, member: bool = True) -> SaleId:
    shop = till.shop
    who = shop.enrol(email="anna@sample.example") if member else None
    return shop.sell(who, shop.basket("OIL-500")).sale.id


def test_what_it_sells_and_takes_back_is_told_by_the_till_that_names_the_store(
    chain: Chain, two: Two
) -> None:
    one, other = two
    sale, guests = sell(other), sell(other, member=False)
    with other.database.read() as uow:
        kept = uow.sales.get(sale)
    assert kept is not None
    assert kept.member_id is not None
    back = other.shop.services.counter.take_back(kept.ref, "damaged", "cashier").back
    assert told(other, MessageKind.SALE, sale) == []

    chain.settle(3)
    for kind, subject in (
        (MessageKind.SALE, sale), (MessageKind.SALE, guests), (MessageKind.RETURN, back.id),
        (MessageKind.STANDING, kept.member_id),
    ):  # fmt: skip
        assert [m.store for m in told(one, kind, subject)] == ["vendure"], kind
    chain.settle()
    chain.agree()
    with one.database.read() as uow:
        assert untold.waiting(uow) == []


def test_what_came_with_its_message_is_told_once(chain: Chain, two: Two) -> None:
    one, other = two
    names(other, "vendure")
    sale = sell(other)
    chain.settle(4)
    assert len(told(one, MessageKind.SALE, sale)) == 1


def test_a_message_that_comes_a_call_later_than_its_sale_is_waited_for(
    two: Two,
) -> None:
    one, other = two
    names(other, "vendure")
    other.round()
    sale = sell(other)
    other.engine._books.make()
    with other.database.read() as uow:
        made = uow.journal.kept(int(uow.journal.state("told") or 0), 1000)
    facts = [fact_of(each) for each in made]
    cut = 1 + [(fact.kind, fact.key) for fact in facts].index(("sale", sale))
    other.hub.push(other.me, facts[:cut])
    one.round()
    with one.database.read() as uow:
        assert [heard.subject_id for heard in untold.waiting(uow)] == [sale]
    other.hub.push(other.me, facts[cut:])
    one.round()
    one.round()
    assert [message.key for message in told(one, MessageKind.SALE, sale)] == [sale]
    with one.database.read() as uow:
        assert untold.waiting(uow) == []


def test_what_was_sold_before_the_store_was_there_is_not_meant_for_it(
    chain: Chain, two: Two
) -> None:
    one, other = two
    sale = sell(other)
    chain.later(minutes=1)
    names(one, "vendure", "second")
    chain.settle(4)
    assert [m.store for m in told(one, MessageKind.SALE, sale)] == ["vendure"]


def test_what_the_store_has_already_is_not_told(chain: Chain, two: Two) -> None:
    one, other = two
    sale = sell(other)
    with writing(one) as uow:
        uow.sync.put_link(RemoteLink("vendure", "sale", sale, "17"))
    chain.settle(4)
    assert told(one, MessageKind.SALE, sale) == []


def test_of_many_the_oldest_wait_no_longer(
    chain: Chain, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    monkeypatch.setattr(untold, "MOST", 2)
    sales = [sell(other, member=False) for _ in range(5)]
    other.round()
    one.round()
    with one.database.read() as uow:
        assert [heard.subject_id for heard in untold.waiting(uow)] == sales[-2:]
    assert [len(told(one, MessageKind.SALE, sale)) for sale in sales] == [1, 1, 1, 0, 0]
    chain.settle()
    assert [len(told(one, MessageKind.SALE, sale)) for sale in sales] == [1] * 5
