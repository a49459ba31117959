"""Verify finds what is wrong, says it in words, and repairs nothing but caches."""

import sqlite3
from dataclasses import replace

import pytest

from terminal.db.unit_of_work import SqlDatabase
from terminal.db.verify import repair_accounts, verify
from terminal.desk_tasks import Task, TaskKind
from terminal.ids import EntryId
from terminal.ledger import EntryKind
from terminal.sales import Applied, SaleLine, Tender, TenderKind
from terminal.shares import ReturnLine
from terminal.vouchers import ValueEntry, ValueKind, Voucher, VoucherCode, VoucherKind
from tests.contract.samples import (
    ANNA,
    BELA,
    FULL_SALE,
    T0,
    TILL,
    after,
    back,
    entry,
    member,
    sale,
    with_members,
)


@pytest.fixture
def shop(database: SqlDatabase) -> SqlDatabase:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        uow.sales.put(replace(FULL_SALE, seq=1))
        uow.sales.put(sale("s-2"))
        uow.sales.put_return(back("r-1", "s-2", after(days=1), seq=3))
        uow.ledger.append(
            [
                entry("e-1", 500, seq=11, lapses_at=after(days=9)),
                entry("e-2", -200, after(hours=1), seq=12, source_id=FULL_SALE.id),
                entry("e-3", 11, after(hours=1), seq=13, source_id=FULL_SALE.id),
                entry("e-4", 7, member_id=BELA, seq=14),
            ]
        )
        uow.commit()
    return database


def codes(database: SqlDatabase) -> list[tuple[str, str]]:
    return [(each.code, each.subject) for each in verify(database).findings]


def test_a_healthy_shop_is_well(shop: SqlDatabase) -> None:
    report = verify(shop)
    assert report.ok
    assert str(report) == "2 members, 4 ledger entries, 2 sales: all well"


@pytest.mark.parametrize(
    "damage",
    [
        "balance = balance + 1",
        "debt = 5",
        "lifetime_earned = 0",
        "lots = '[]'",
        "entries = 9",
        "next_lapse = NULL",
        "last_id = 'e-0'",
    ],
)
def test_a_wrong_account_is_found_and_put_right(
    shop: SqlDatabase, plain: sqlite3.Connection, damage: str
) -> None:
    plain.execute(f"UPDATE accounts SET {damage} WHERE member_id = ?", (ANNA,))  # noqa: S608
    assert codes(shop) == [("wrong_account", ANNA)]
    assert repair_accounts(shop) == [ANNA]
    assert verify(shop).ok
    assert repair_accounts(shop) == []


def test_a_lost_account_is_found_and_made_again(
    shop: SqlDatabase, plain: sqlite3.Connection
) -> None:
    plain.execute("DELETE FROM accounts WHERE member_id = ?", (BELA,))
    [finding] = verify(shop).findings
    assert "balance is kept as 0 but the entries say 7" in finding.words
    repair_accounts(shop)
    with shop.read() as uow:
        assert uow.ledger.account(BELA).balance == 7


def test_an_account_from_nowhere_is_found_and_dropped(
    shop: SqlDatabase, plain: sqlite3.Connection
) -> None:
    with_members(shop, member("m-c"))
    columns = [row[1] for row in plain.execute("PRAGMA table_info(accounts)")]
    picked = ", ".join("'m-c'" if name == "member_id" else name for name in columns)
    plain.execute(
        f"INSERT INTO accounts SELECT {picked} FROM accounts WHERE member_id = ?",  # noqa: S608
        (BELA,),
    )
    assert codes(shop) == [("wrong_account", "m-c")]
    repair_accounts(shop)
    assert verify(shop).ok


def test_points_that_were_earned_twice_are_found(shop: SqlDatabase) -> None:
    with shop.write() as uow:
        uow.ledger.append([entry("e-9", 11, after(hours=2), seq=19, source_id=FULL_SALE.id)])
        uow.commit()
    assert codes(shop) == [("earned_twice", FULL_SALE.id)]
    assert repair_accounts(shop) == [], "books are not rewritten"


def test_money_that_does_not_add_up_is_found(shop: SqlDatabase) -> None:
    short = (Tender(TenderKind.CASH, 1),)
    lines = (SaleLine("A1", "Ελιές", 900, 1, 30, points_paid=10),)
    with shop.write() as uow:
        uow.sales.put(sale("s-4", tenders=short))
        uow.sales.put(sale("s-5", lines=lines, redeemed_value=20, tenders=(), change=-870))
        uow.commit()
    assert sorted(codes(shop)) == [("wrong_discount", "s-5"), ("wrong_payment", "s-4")]


@pytest.mark.parametrize("line", [(900, 1, 901, 0), (900, 1, 30, 31), (900, 1, 30, -1)])
def test_a_line_with_more_off_than_it_costs_is_found(
    shop: SqlDatabase, line: tuple[int, int, int, int]
) -> None:
    price, quantity, off, by_points = line
    sold = SaleLine("A1", "Ελιές", price, quantity, off, points_paid=by_points)
    paid = {"tenders": (), "change": off - price}
    with shop.write() as uow:
        uow.sales.put(sale("s-7", lines=(sold,), redeemed_value=by_points, **paid))
        uow.commit()
    assert codes(shop) == [("wrong_line", "s-7")]


def test_offers_that_are_not_what_was_taken_off_are_found(shop: SqlDatabase) -> None:
    with shop.write() as uow:
        uow.sales.put(sale("s-8", offers=(Applied("ten", "promotion", 10, (10,)),)))
        uow.commit()
    assert codes(shop) == [("wrong_offers", "s-8")]


def test_a_card_that_paid_more_than_left_it_is_found(shop: SqlDatabase) -> None:
    """Nor less: what a sale took of a card stands on both."""
    card = Voucher(
        code=VoucherCode("G123"), kind=VoucherKind.GIFT_CARD, issued_at=T0, currency="EUR"
    )  # fmt: skip
    paid = ValueEntry(
        id="v-1", code=card.code, kind=ValueKind.PAY, amount=-400, currency="EUR", decided_at=T0,
        till=TILL, seq=90, source_id=FULL_SALE.id,
    )  # fmt: skip
    with shop.write() as uow:
        uow.vouchers.put(card)
        uow.vouchers.append([paid])
        uow.commit()
    assert codes(shop) == [("wrong_card", FULL_SALE.id)]
    with shop.write() as uow:
        uow.vouchers.append([replace(paid, id="v-2", amount=-100, seq=91)])
        uow.commit()
    assert codes(shop) == []


def test_a_budget_that_forgot_what_was_given_is_found(
    shop: SqlDatabase, plain: sqlite3.Connection
) -> None:
    with shop.write() as uow:
        uow.uses.add("double", ANNA, "2026-03-01", 1, 50, 0)
        uow.uses.add("double", BELA, "2026-03-02", 1, 50, 0)
        uow.uses.add("double", None, "2026-03-02", 1, 0, 200)
        uow.commit()
    assert codes(shop) == []
    plain.execute("UPDATE rule_totals SET points = 99")
    assert codes(shop) == [("wrong_total", "double")]


def test_a_bill_that_counts_for_more_than_it_was_is_found(
    shop: SqlDatabase, plain: sqlite3.Connection
) -> None:
    plain.execute("UPDATE sales SET counted = counted + 1 WHERE id = 's-2'")
    plain.execute("UPDATE returns SET counted = counted + 2")
    assert codes(shop) == [("wrong_count", "s-2"), ("wrong_return", "s-2")]


def test_a_net_that_is_not_the_lines_is_found(shop: SqlDatabase, plain: sqlite3.Connection) -> None:
    plain.execute("UPDATE sale_lines SET quantity = quantity + 1 WHERE sku = 'B2'")
    assert codes(shop) == [("wrong_net", FULL_SALE.id)]


def test_points_on_the_sale_that_the_ledger_does_not_know_are_found(shop: SqlDatabase) -> None:
    with shop.write() as uow:
        uow.sales.put(sale("s-6", points_redeemed=100))
        uow.commit()
    assert codes(shop) == [("wrong_redemption", "s-6")]


def test_numbers_and_returns_that_were_given_twice_are_found(shop: SqlDatabase) -> None:
    with shop.write() as uow:
        uow.sales.put_return(back("r-2", "s-2", after(days=2), seq=3))
        uow.commit()
    assert codes(shop) == [("returned_twice", "s-2"), ("number_twice", "T1-3")]


def test_numbers_of_a_till_that_was_there_twice_are_well_once_a_person_has_seen_to_it(
    shop: SqlDatabase,
) -> None:
    with shop.write() as uow:
        uow.sales.put_return(back("r-2", FULL_SALE.id, after(days=2), seq=3))
        uow.tasks.put(Task(id="first", kind=TaskKind.TILL_CLONED, made_at=T0, subject_id=TILL))
        uow.commit()
    report = verify(shop)
    assert not report.ok
    assert "settle the question" in str(report)
    with shop.write() as uow:
        uow.tasks.settle("first", "seen", None, after(days=3))
        uow.commit()
    report = verify(shop)
    assert report.ok
    assert "all well" in str(report)
    assert "number_twice T1-3: the till was there twice" in str(report)
    with shop.write() as uow:
        uow.tasks.put(Task(id="again", kind=TaskKind.TILL_RESTORED, made_at=T0, subject_id=TILL))
        uow.commit()
    assert not verify(shop).ok


def test_parts_of_a_sale_come_back_one_after_the_other(shop: SqlDatabase) -> None:
    def returned(number: int, *lines: ReturnLine) -> list[tuple[str, str]]:
        with shop.write() as uow:
            uow.sales.put_return(
                back(f"r-{number}", FULL_SALE.id, after(days=number), lines=lines, seq=number)
            )
            uow.commit()
        return codes(shop)

    assert returned(30, ReturnLine(0, 1), ReturnLine(1, 1)) == []
    assert returned(31, ReturnLine(0, 1)) == []
    assert returned(32, ReturnLine(0, 1)) == [("returned_twice", FULL_SALE.id)]


def test_points_that_lapse_at_different_times_are_earned_in_several_entries(
    shop: SqlDatabase,
) -> None:
    with shop.write() as uow:
        held = entry("e-9", 1, seq=20, source_id=FULL_SALE.id, lapses_at=after(days=3))
        uow.ledger.append([held, replace(held, id=EntryId("e-8"), held=True, seq=21)])
        uow.commit()
    assert codes(shop) == []


def test_a_return_heard_of_before_its_sale_lends_its_number_to_its_entries(
    shop: SqlDatabase,
) -> None:
    with shop.write() as uow:
        taken = entry("e-9", -1, after(days=1), seq=3, source_id="r-1", kind=EntryKind.CLAWBACK)
        late = replace(taken, id=EntryId("e-8"), decided_at=after(days=1, microseconds=1))
        uow.ledger.append([taken, late])
        uow.commit()
    assert codes(shop) == []
    with shop.write() as uow:
        uow.ledger.append([replace(taken, id=EntryId("e-7"), source_id="")])
        uow.commit()
    assert codes(shop) == [("number_twice", "T1-3")]


def test_orphans_are_found(shop: SqlDatabase, plain: sqlite3.Connection) -> None:
    plain.execute("PRAGMA foreign_keys = OFF")
    plain.execute("UPDATE returns SET sale_id = 'gone'")
    assert codes(shop) == [("orphan", "returns#1")]


def test_damage_to_the_file_is_found_before_anything_else(
    shop: SqlDatabase, plain: sqlite3.Connection
) -> None:
    plain.execute("PRAGMA writable_schema = ON")
    plain.execute(
        "UPDATE sqlite_master SET sql = replace(sql, '\tnote TEXT NOT NULL', '\tnote INT NOT NULL')"
        " WHERE name = 'members'"
    )
    plain.execute("PRAGMA writable_schema = RESET")
    report = verify(shop)
    assert {finding.code for finding in report.findings} == {"damaged"}
