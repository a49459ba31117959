"""Customers who are nobody here are remembered for as long as it can matter, and no longer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlDatabase
from terminal.online import Customer
from terminal.services import passed
from terminal.services.passed import LONG, is_heard, note_passed

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
STORE = "web"


@pytest.fixture
def till(tmp_path: Path) -> Iterator[SqlDatabase]:
    """A till that has joined a hub."""
    database = open_database(tmp_path / "till.db")
    with database.write() as uow:
        uow.journal.put_state("instance", "one")
        uow.commit()
    yield database
    database.close()


def passes(
    till: SqlDatabase, customer_id: str, changed: datetime | None, at: datetime = NOW,
    *, deleted: bool = False,
) -> None:  # fmt: skip
    seen = Customer(customer_id, "", updated_at=changed, deleted=deleted)
    with till.write() as uow:
        note_passed(uow, STORE, seen, at)
        uow.commit()


def remembered(till: SqlDatabase) -> set[str]:
    with till.read() as uow:
        rows = uow.journal.old_changes("passed", "9", 999)
    return {about.rpartition("\x1f")[2] for about in rows}


def test_who_never_becomes_anybody_is_let_go_of_after_a_year(till: SqlDatabase) -> None:
    passes(till, "edited", NOW)
    passes(till, "undated", None)
    passes(till, "gone", NOW - 3 * LONG, deleted=True)
    assert remembered(till) == {"edited", "undated", "gone"}
    passes(till, "again", NOW + LONG, NOW + LONG)
    assert remembered(till) == {"edited", "undated", "gone", "again"}, "within the year all stay"
    later = NOW + LONG + timedelta(days=1)
    passes(till, "again", later, later)
    assert remembered(till) == {"again"}


def test_what_a_customer_did_years_ago_was_seen_by_whoever_made_them_known(
    till: SqlDatabase,
) -> None:
    """So the first reading of a store of many years remembers those of its last year only."""
    passes(till, "old", NOW - LONG - timedelta(seconds=1))
    passes(till, "new", NOW - LONG)
    assert remembered(till) == {"new"}


def test_of_whom_it_is_heard_nothing_stays(till: SqlDatabase) -> None:
    passes(till, "17", NOW)
    with till.write() as uow:
        assert is_heard(uow, STORE, "17") == NOW.isoformat()
        assert is_heard(uow, STORE, "17") == ""
        uow.commit()
    assert remembered(till) == set()


def test_many_go_by_and_by_so_that_no_sale_waits(
    till: SqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passed, "_AT_ONCE", 2)
    for customer_id in "abcde":
        passes(till, customer_id, NOW)
    later = NOW + 2 * LONG
    left = []
    for _ in range(4):
        passes(till, "new", later, later)
        left.append(len(remembered(till) - {"new"}))
    assert left == [3, 1, 0, 0]
