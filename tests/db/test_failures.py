"""What goes wrong with files and disks is told in words that help."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from terminal.db.connections import driver_of
from terminal.db.engine import open_database
from terminal.db.failures import DAMAGED, NOT_OURS, READ_ONLY, UNREACHABLE
from terminal.db.statements import Statement
from terminal.db.unit_of_work import SqlDatabase
from terminal.errors import DatabaseBroken, DataInUse, DiskFull
from tests.contract.samples import member, with_members


def _refused(path: Path) -> str:
    with pytest.raises(DatabaseBroken) as refusal:
        open_database(path)
    assert refusal.value.details["path"] == str(path)
    return str(refusal.value.details["problem"])


def test_a_file_of_something_else_is_not_opened(path: Path) -> None:
    path.write_bytes(b"Shopping list: olives, bread, tea. " * 40)
    assert _refused(path) == NOT_OURS
    assert path.read_bytes().startswith(b"Shopping list"), "and not touched"


def test_a_database_of_another_program_is_not_opened(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (text TEXT)")
    assert _refused(path) == NOT_OURS


def test_a_damaged_header_is_noticed_when_opening(path: Path) -> None:
    open_database(path).close()
    with path.open("rb+") as file:
        file.seek(100)
        file.write(b"\xff" * 400)
    assert _refused(path) == DAMAGED


def test_a_missing_folder_is_said_to_be_out_of_reach(tmp_path: Path) -> None:
    assert _refused(tmp_path / "nowhere" / "till.sqlite") == UNREACHABLE


def test_damage_met_while_working_is_named_too(path: Path) -> None:
    database = open_database(path)
    with_members(database, *(member(f"m-{n}", "Sample", "x" * 300) for n in range(300)))
    database.close()
    with path.open("rb+") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * (path.stat().st_size // 3))
    database = open_database(path)
    with database.read() as uow, pytest.raises(DatabaseBroken, match=DAMAGED):
        uow.members.search("sam", 300)
    database.close()


@pytest.fixture
def nobody(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database that may only be read, and somebody who is not root: root may write anywhere."""
    open_database(path).close()
    path.chmod(0o444)
    path.parent.chmod(0o755)
    monkeypatch.chdir(path.parent)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield Path(path.name)
    if root:
        os.seteuid(0)


def test_a_read_only_file_is_refused_before_anything_is_booked(nobody: Path) -> None:
    assert _refused(nobody) == READ_ONLY


def test_a_folder_that_is_closed_to_us_is_out_of_reach(nobody: Path) -> None:
    if os.access(Path.cwd().parent, os.X_OK, effective_ids=True):
        pytest.skip("the tests' folder is open to everybody here")
    assert _refused(Path.cwd() / nobody) == UNREACHABLE


def test_a_lock_that_nobody_gives_up_is_not_waited_for_for_ever(path: Path) -> None:
    database = open_database(path, busy_ms=30)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataInUse) as refusal, database.write():
            pass
        assert refusal.value.details == {"path": str(path)}
        other.execute("ROLLBACK")
    with_members(database)
    database.close()


def _fill(database: SqlDatabase) -> None:
    with database.write() as uow:
        for number in range(2000):
            uow.members.put(member(f"m-{number}", "Sample", "x" * 500))
        uow.commit()


def test_when_the_disk_is_full_nothing_is_booked_and_work_goes_on_later(
    database: SqlDatabase,
) -> None:
    with_members(database)
    with database.write() as uow:
        uow.runner.value(Statement(text("PRAGMA max_page_count = 120")))
    with pytest.raises(DiskFull) as refusal:
        _fill(database)
    assert refusal.value.details == {"path": str(database.path)}
    with database.write() as uow:
        assert uow.members.count() == 1
        uow.runner.value(Statement(text("PRAGMA max_page_count = 1000000")))
    _fill(database)
    with database.read() as uow:
        assert uow.members.count() == 2001


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full_is_told_as_such(small_disk: Path) -> None:
    database = open_database(small_disk / "till.sqlite")
    with_members(database)
    with pytest.raises(DiskFull):
        _fill(database)
    with database.read() as uow:
        assert uow.members.count() == 1
    database.close()


def test_a_copy_onto_a_full_disk_leaves_no_half_copy(
    database: SqlDatabase, small_disk: Path
) -> None:
    _fill(database)
    with pytest.raises(DiskFull):
        database.backup(small_disk / "copy.sqlite")
    assert list(small_disk.iterdir()) == []


def test_a_copy_is_one_whole_file_made_while_somebody_writes(
    database: SqlDatabase, tmp_path: Path
) -> None:
    with_members(database)
    with database.write() as uow:
        uow.members.put(member("m-2"))
        database.backup(tmp_path / "copy.sqlite")
        uow.commit()
    files = {file.name for file in tmp_path.iterdir() if file.name.startswith("copy")}
    assert files == {"copy.sqlite"}
    copy = open_database(tmp_path / "copy.sqlite")
    with copy.read() as uow:
        assert uow.members.count() == 1
    copy.close()


def test_a_full_disk_keeps_no_till_from_closing(path: Path) -> None:
    """What is tidied up at the end needs room; what was booked is there without it."""
    database = open_database(path)
    with_members(database, member("m-1"))
    driver = driver_of(database._writer._connection)
    driver.set_authorizer(
        lambda action, name, *_: sqlite3.SQLITE_DENY if name == "optimize" else sqlite3.SQLITE_OK
    )
    with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        driver.execute("PRAGMA optimize")
    database.close()
    again = open_database(path)
    with again.read() as uow:
        assert uow.members.count() == 1
    again.close()
