"""How the file is opened, and what SQLite is told to guarantee."""

import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.db.connections import driver_of
from terminal.db.engine import open_database
from terminal.db.statements import Statement, param
from terminal.db.unit_of_work import SqlDatabase
from terminal.drawer import DrawerKick, KickId, KickReason
from terminal.ids import MemberId
from tests.contract.samples import (
    ANNA,
    CASHIER,
    FULL_ENTRY,
    FULL_SALE,
    T0,
    TILL,
    entry,
    job,
    member,
    message,
    with_members,
)


def _again(picked: str) -> str:
    """Statement that puts each entry once more, with these columns."""
    return f"INSERT OR REPLACE INTO ledger_entries SELECT {picked} FROM ledger_entries"  # noqa: S608


def test_a_commit_is_on_the_disk_and_references_hold(database: SqlDatabase) -> None:
    with database.write() as uow:
        driver = driver_of(uow.runner.require_open())

        def pragma(name: str) -> object:
            return driver.execute(f"PRAGMA {name}").fetchone()[0]

        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2
        assert pragma("foreign_keys") == 1
        assert pragma("recursive_triggers") == 1
        assert pragma("busy_timeout") == 5000
        assert driver.isolation_level is None


def test_a_sale_with_all_that_follows_is_one_transaction(database: SqlDatabase) -> None:
    """One COMMIT is one sync of the log, the only slow thing in a sale."""
    with_members(database)
    said: list[str] = []
    with database.write() as uow:
        driver = driver_of(uow.runner.require_open())
    driver.set_trace_callback(said.append)
    with database.write() as uow:
        uow.next_seq(TILL)
        uow.sales.put(FULL_SALE)
        uow.ledger.append([FULL_ENTRY, entry("e-2", -1, FULL_ENTRY.decided_at, seq=2)])
        uow.outbox.put(message("a"))
        uow.slips.put(job("p-1", sale_id=FULL_SALE.id))
        uow.commit()
    driver.set_trace_callback(None)
    control = [words for words in said if words.split()[0] in ("BEGIN", "COMMIT", "ROLLBACK")]
    assert control == ["BEGIN IMMEDIATE", "COMMIT"]


def test_entries_can_be_neither_changed_nor_deleted(
    database: SqlDatabase, plain: sqlite3.Connection
) -> None:
    with_members(database)
    with database.write() as uow:
        uow.ledger.append([FULL_ENTRY])
        uow.commit()
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        plain.execute("UPDATE ledger_entries SET points = 1000")
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        plain.execute("DELETE FROM ledger_entries")
    assert plain.execute("SELECT points FROM ledger_entries").fetchall() == [(42,)]


@pytest.mark.parametrize(
    "change",
    ["outcome = 'paper_out'", "staff_id = 'c-9', outcome = 'kicked'", "reason = 'sale'", "no = 9",
     "sale_id = 's-1'", "at = 0", "till = 'T9'", "id = 'k-3'"],
)  # fmt: skip
def test_of_an_opening_of_the_drawer_only_the_outcome_comes_later(
    database: SqlDatabase, plain: sqlite3.Connection, change: str
) -> None:
    done = DrawerKick(
        id=KickId("k-1"), at=T0, till=TILL, staff_id=CASHIER, reason=KickReason.MANUAL,
        outcome="kicked",
    )  # fmt: skip
    with database.write() as uow:
        uow.drawer.put(done)
        uow.drawer.put(replace(done, id=KickId("k-2"), outcome=""))
        uow.commit()
    open_one = "" if change.startswith("outcome") else " WHERE id = 'k-2'"
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        plain.execute(f"UPDATE drawer_kicks SET {change}{open_one}")  # noqa: S608 - a test's own
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        plain.execute("DELETE FROM drawer_kicks")
    plain.execute("UPDATE drawer_kicks SET outcome = 'kicked' WHERE id = 'k-2'")


def test_not_even_by_replacing_one(database: SqlDatabase) -> None:
    with_members(database)
    with database.write() as uow:
        uow.ledger.append([FULL_ENTRY])
        driver = driver_of(uow.runner.require_open())
        columns = [row[1] for row in driver.execute("PRAGMA table_info(ledger_entries)")]
        picked = ", ".join("1000" if name == "points" else name for name in columns)
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            driver.execute(_again(picked))


@pytest.mark.parametrize("column", ["points", "decided_at", "basis"])
def test_a_float_is_refused_near_points_and_money(
    database: SqlDatabase, plain: sqlite3.Connection, column: str
) -> None:
    with_members(database)
    with database.write() as uow:
        uow.ledger.append([FULL_ENTRY])
        uow.commit()
    columns = [row[1] for row in plain.execute("PRAGMA table_info(ledger_entries)")]
    values = {"no": "9", "id": "'other'", column: "1.5"}
    picked = ", ".join(values.get(name, name) for name in columns)
    with pytest.raises(sqlite3.IntegrityError, match="cannot store REAL"):
        plain.execute(_again(picked))


def test_an_entry_of_nothing_is_refused_by_the_file_too(
    database: SqlDatabase, plain: sqlite3.Connection
) -> None:
    with_members(database)
    with database.write() as uow:
        uow.ledger.append([FULL_ENTRY])
        uow.commit()
    columns = [row[1] for row in plain.execute("PRAGMA table_info(ledger_entries)")]
    values = {"no": "9", "id": "'other'", "points": "0", "qualifying": "0"}
    picked = ", ".join(values.get(name, name) for name in columns)
    with pytest.raises(sqlite3.IntegrityError, match="moves"):
        plain.execute(_again(picked))


def test_connections_are_held_and_not_made_for_each_call(
    database: SqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look() -> None:
        with database.read() as uow:
            uow.members.count()
        with_members(database)

    look()

    def no_more(*_: object, **__: object) -> sqlite3.Connection:
        raise AssertionError("a new connection was made")

    monkeypatch.setattr(sqlite3, "connect", no_more)
    for _ in range(3):
        look()
    other = threading.Thread(target=look)
    other.start()
    other.join()
    with database.read() as uow:
        assert uow.members.count() == 1


def test_what_was_written_is_there_after_opening_again(path: Path) -> None:
    first = open_database(path)
    with_members(first)
    first.close()
    assert not path.with_name(f"{path.name}-wal").exists(), "the log was not written back"
    second = open_database(path)
    with second.read() as uow:
        assert uow.members.get(ANNA) == member()
    second.close()


def test_a_closed_database_says_so(path: Path) -> None:
    database = open_database(path)
    reader = database.read()
    with reader:
        database.close()
        assert reader.members.count() == 0, "who was reading may finish"
    for unit in (database.write, database.read):
        with pytest.raises(RuntimeError, match="closed"), unit():
            pass
    database.close()


def test_opening_an_up_to_date_file_does_without_alembic(path: Path) -> None:
    open_database(path).close()
    code = (
        "import sys; from pathlib import Path; from terminal.db.engine import open_database;"
        f"open_database(Path({str(path)!r})).close();"
        f"open_database(Path({str(path) + '.new'!r})).close();"
        "print(sorted(name for name in sys.modules if name.split('.')[0] == 'alembic'),"
        " 'sqlalchemy.orm' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] False"


def test_a_value_baked_into_a_statement_is_noticed() -> None:
    from sqlalchemy import select

    from terminal.db.tables import members

    assert Statement(select(members.c.id).where(members.c.id == param("id"))).text
    with pytest.raises(ValueError, match="baked"):
        _ = Statement(select(members.c.id).where(members.c.id == "m-1")).text


def test_a_row_that_breaks_a_rule_is_a_mistake_and_no_refusal(database: SqlDatabase) -> None:
    broken = member()
    object.__setattr__(broken, "note", None)
    with database.write() as uow, pytest.raises(ValueError, match="note"):
        uow.members.put(broken)
    with database.read() as uow:
        assert uow.members.get(MemberId("ghost")) is None
