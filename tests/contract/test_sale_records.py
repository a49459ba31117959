"""Sales, returns, online orders, and what counts for tiers."""

from dataclasses import replace

import pytest

from terminal.errors import UnknownSale
from terminal.ids import MemberId, TillCode
from terminal.ports import Database
from tests.contract.samples import (
    ANNA,
    BELA,
    FULL_SALE,
    T0,
    TILL,
    after,
    back,
    member,
    order,
    sale,
    with_members,
)


def test_a_sale_comes_back_as_it_went_in(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        uow.sales.put(FULL_SALE)
        uow.commit()
    with database.read() as uow:
        assert uow.sales.get(FULL_SALE.id) == FULL_SALE
        assert uow.sales.by_ref(FULL_SALE.ref) == FULL_SALE
        assert uow.sales.last(TILL) == FULL_SALE
        assert uow.sales.of_member(ANNA, 5) == [FULL_SALE]
        assert uow.sales.by_ref("T9-000001") is None
        assert uow.sales.last(TillCode("T9")) is None


def test_a_guests_sale_can_be_claimed_later(database: Database) -> None:
    guests = replace(FULL_SALE, member_id=None)
    with_members(database)
    with database.write() as uow:
        uow.sales.put(guests)
        assert uow.sales.of_member(ANNA, 5) == []
        uow.sales.put(replace(FULL_SALE, lines=FULL_SALE.lines[:1]))
        uow.commit()
    with database.read() as uow:
        [claimed] = uow.sales.of_member(ANNA, 5)
        assert len(claimed.lines) == 1


def test_two_sales_cannot_have_one_reference(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        uow.sales.put(sale("s-1"))
        with pytest.raises(ValueError, match="ref"):
            uow.sales.put(sale("s-2", ref=sale("s-1").ref))


def test_a_members_sales_come_newest_first(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        for number in (2, 3, 1):
            uow.sales.put(sale(f"s-{number}", after(days=number)))
        uow.sales.put(sale("s-4", after(days=3)))
        uow.commit()
    with database.read() as uow:
        assert [each.id for each in uow.sales.of_member(ANNA, 3)] == ["s-4", "s-3", "s-2"]
        last = uow.sales.last(TILL)
        assert last is not None
        assert last.id == "s-4"


def test_a_return_is_found_by_its_sale_and_its_member(database: Database) -> None:
    with_members(database)
    first, second = back("r-1", "s-1", after(days=2)), back("r-2", "s-2", after(days=3))
    with database.write() as uow:
        for number in (1, 2, 3):
            uow.sales.put(sale(f"s-{number}"))
        uow.sales.put_return(first)
        uow.sales.put_return(second)
        uow.commit()
    with database.read() as uow:
        assert uow.sales.return_of(sale("s-1").id) == first
        assert uow.sales.get_return(second.id) == second
        assert uow.sales.returns_of_member(ANNA, 5) == [second, first]
        assert uow.sales.returns_of_member(ANNA, 1) == [second]
        assert uow.sales.return_of(sale("s-3").id) is None


def test_what_was_never_sold_cannot_come_back(database: Database) -> None:
    with database.write() as uow, pytest.raises(UnknownSale):
        uow.sales.put_return(back("r-1", "s-1", T0))


def test_an_order_is_known_by_its_store_and_number(database: Database) -> None:
    with_members(database)
    mine = order("1001", sale_id="", member_id=ANNA)
    with database.write() as uow:
        assert uow.sales.put_order(order("1001")) is True
        assert uow.sales.put_order(mine) is False
        assert uow.sales.put_order(replace(mine, store="other")) is True
        uow.commit()
    with database.read() as uow:
        assert uow.sales.get_order("web", "1001") == mine
        assert uow.sales.get_order("web", "1002") is None


def test_a_members_orders_come_newest_first(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        for number in (2, 3, 1):
            uow.sales.put_order(order(str(number), after(days=number), member_id=ANNA))
        uow.sales.put_order(order("9"))
        uow.commit()
    with database.read() as uow:
        assert [each.remote_id for each in uow.sales.orders_of_member(ANNA, 2)] == ["3", "2"]


def test_orders_wait_for_their_member_by_email(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        uow.sales.put_order(order("2", after(days=2)))
        uow.sales.put_order(order("1", after(days=1)))
        uow.sales.put_order(order("3", member_id=ANNA))
        uow.sales.put_order(order("4", email="bela@example.com"))
        uow.sales.put_order(order("5", sale_id="s-1"))
        uow.sales.put_order(order("6", email=""))
        free = uow.sales.unclaimed_orders("anna@example.com")
        assert [each.remote_id for each in free] == ["1", "2"]
        for each in free:
            uow.sales.put_order(replace(each, member_id=ANNA))
        assert uow.sales.unclaimed_orders("anna@example.com") == []
        assert uow.sales.unclaimed_orders("") == []


def test_what_counts_for_tiers_is_what_was_kept_in_shop_and_online(database: Database) -> None:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        uow.sales.put(sale("s-1", after(days=1), cents=700))
        uow.sales.put(replace(FULL_SALE, sold_at=after(days=2)))  # 1300 less 50 off
        uow.sales.put(sale("s-3", after(days=3), cents=50_000))
        uow.sales.put_return(back("r-1", "s-3", after(days=40)))
        uow.sales.put(sale("s-4", after(days=4), cents=90_000, member_id=BELA))
        uow.sales.put_order(order("1", after(days=2), member_id=ANNA))
        uow.sales.put_order(order("2", after(days=2), member_id=ANNA, sale_id="s-1"))
        uow.sales.put_order(order("3", after(days=2)))
        uow.sales.put(replace(sale("s-5", after(days=5), cents=70_000), currency="HUF"))
        forints = order("4", after(days=5), member_id=ANNA)
        uow.sales.put_order(replace(forints, currency="HUF"))
        uow.commit()
    with database.read() as uow:
        spent = uow.sales.spent
        assert spent(ANNA, "EUR", T0, after(days=30)) == 700 + 1250 + 2500
        assert spent(ANNA, "EUR", after(days=1), after(days=2)) == 700
        assert spent(ANNA, "EUR", after(days=2), after(days=2, microseconds=1)) == 1250 + 2500
        assert spent(ANNA, "HUF", T0, after(days=30)) == 70_000 + forints.goods
        assert spent(MemberId("m-c"), "EUR", T0, after(days=30)) == 0


def test_everybodys_returns_of_a_time_come_oldest_first(database: Database) -> None:
    with_members(database)
    late, early = back("late", "s-1", after(hours=3)), back("early", "s-2", after(hours=1))
    with database.write() as uow:
        uow.sales.put(sale("s-1"))
        uow.sales.put(sale("s-2", ref="T1-000099"))
        for each in (late, early, back("next day", "s-2", after(days=1))):
            uow.sales.put_return(each)
        uow.commit()
    with database.read() as uow:
        assert uow.sales.returns_between(T0, after(days=1)) == [early, late]
        assert uow.sales.returns_between(after(hours=1), after(hours=3)) == [early]
