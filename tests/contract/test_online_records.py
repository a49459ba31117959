"""What an online order leaves behind once part of it came back, and whose it can become."""

from dataclasses import replace

import pytest

from terminal.errors import UnknownMember
from terminal.online import OnlineRefund, OrderLine
from terminal.ports import Database
from tests.contract.samples import ANNA, BELA, after, card, consent, member, order, with_members

ALWAYS = (after(days=-1000), after(days=1000))


def test_what_was_paid_back_counts_no_more(database: Database) -> None:
    with_members(database, member())
    lines = (OrderLine("Honey", 2, 1000, "HON"), OrderLine("Oil", 1, 2000, "OIL"))
    plain = replace(order("1", after(days=1), member_id=ANNA), goods=3000, lines=lines)
    part = replace(plain, refunds=(OnlineRefund("r", 500, None, (("HON", 1),)),))
    whole = replace(plain, remote_id="2", placed_at=after(days=2), refunds=(
        OnlineRefund("a", 2000), OnlineRefund("b", 9000),
    ))  # fmt: skip
    cancelled = replace(plain, remote_id="3", placed_at=after(days=3), cancelled=True)
    with database.write() as uow:
        for each in (part, whole, cancelled):
            uow.sales.put_order(each)
        assert uow.sales.spent(ANNA, "EUR", *ALWAYS) == 2500
        history = uow.sales.history(ANNA, "EUR", *ALWAYS)
        assert [(each.at, each.counted) for each in history] == [(after(days=1), 2500)]
        assert list(uow.sales.visits(ANNA, *ALWAYS)) == [after(days=1)]
        kept = [(each.sku, each.quantity, each.paid) for each in uow.sales.bought(ANNA, *ALWAYS)]
        assert kept == [("HON", 1, 500), ("OIL", 1, 2000)]


def test_stores_of_old_are_known_by_how_far_they_were_read(database: Database) -> None:
    with database.write() as uow:
        assert uow.sync.stores() == []
        for store, feed in (("web", "orders"), ("web", "customers"), ("old", "orders")):
            uow.sync.put_cursor(store, feed, "1")
        assert uow.sync.stores() == ["old", "web"]


def test_orders_nobody_holds_are_found_by_card_and_customer_too(database: Database) -> None:
    with_members(database, member())
    with database.write() as uow:
        uow.sales.put_order(replace(order("1", after(days=3)), email="a@sample.example"))
        uow.sales.put_order(replace(order("2", after(days=1)), email="", card_number="2950"))
        uow.sales.put_order(replace(order("3", after(days=2)), email="", customer_id="c7"))
        uow.sales.put_order(replace(order("4", member_id=ANNA), customer_id="c7"))
        uow.sales.put_order(replace(order("5", sale_id="s"), card_number="2950", email=""))
        uow.sales.put_order(replace(order("6"), email="", card_number="", customer_id=""))
        store = order("1").store
        found = uow.sales.unclaimed_orders("a@sample.example", ["2950", ""], [(store, "c7")])
        assert [each.remote_id for each in found] == ["2", "3", "1"]
        twice = uow.sales.unclaimed_orders(
            "a@sample.example", (), [(store, order("1").customer_id)]
        )
        assert [each.remote_id for each in twice].count("1") == 1
        assert uow.sales.unclaimed_orders("", (), [("another store", "c7"), (store, "")]) == []


def test_cards_and_answers_leave_with_their_member(database: Database) -> None:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        uow.members.put_card(card("2950000000015"))
        uow.members.put_card(card("2950000000022"))
        uow.members.put_consent(consent("k-1"))
        assert uow.members.move_cards(ANNA, BELA) == 2
        assert uow.members.cards(ANNA) == []
        assert {each.member_id for each in uow.members.cards(BELA)} == {BELA}
        assert uow.members.drop_cards(BELA) == 2
        assert uow.members.drop_consents(ANNA) == 1
        assert uow.members.consents(ANNA) == uow.members.cards(BELA) == []
        assert uow.members.drop_cards(ANNA) == uow.members.drop_consents(BELA) == 0


def test_nobody_gets_cards_who_is_not_there(database: Database) -> None:
    with_members(database, member())
    with database.write() as uow:
        uow.members.put_card(card("2950000000015"))
        with pytest.raises(UnknownMember):
            uow.members.move_cards(ANNA, "nobody")
