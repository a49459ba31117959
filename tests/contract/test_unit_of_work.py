"""What every unit of work keeps to, whatever it is made of."""

import threading

import pytest

from terminal.ids import TillCode
from terminal.ports import Database
from tests.contract.samples import (
    ANNA,
    BELA,
    FULL_ENTRY,
    TILL,
    member,
    with_members,
)


def test_what_was_not_committed_never_was(database: Database) -> None:
    with database.write() as uow:
        uow.members.put(member())
        uow.ledger.append([FULL_ENTRY])
        uow.next_seq(TILL)
    with database.read() as uow:
        assert uow.members.get(ANNA) is None
        assert uow.ledger.entries(ANNA) == []
    with database.write() as uow:
        assert uow.next_seq(TILL) == 1


def test_an_exception_leaves_nothing_behind(database: Database) -> None:
    def put_and_fail() -> None:
        with database.write() as uow:
            uow.members.put(member())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    with database.read() as uow:
        assert uow.members.count() == 0


def test_after_a_commit_the_unit_is_over(database: Database) -> None:
    with database.write() as uow:
        uow.members.put(member())
        uow.commit()
        with pytest.raises(RuntimeError, match="over"):
            uow.members.put(member(BELA))
        with pytest.raises(RuntimeError, match="over"):
            uow.commit()
    with database.read() as uow:
        assert uow.members.count() == 1
    with pytest.raises(RuntimeError, match="over"):
        uow.members.count()


def test_an_account_is_not_told_of_a_transaction_that_is_over(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        uow.ledger.append([FULL_ENTRY])
        assert uow.ledger.account(ANNA).balance == 42
        uow.commit()
        with pytest.raises(RuntimeError, match="over"):
            uow.ledger.account(ANNA)


def test_a_reader_can_change_nothing(database: Database) -> None:
    with database.read() as uow, pytest.raises(RuntimeError, match="reading"):
        uow.members.put(member())
    with database.read() as uow, pytest.raises(RuntimeError, match="reading"):
        uow.next_seq(TILL)


def test_a_writer_inside_a_writer_is_a_mistake_and_not_a_deadlock(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError, match="inside"), database.write():
        pass


def test_a_reader_sees_one_moment_and_waits_for_nobody(database: Database) -> None:
    with_members(database)
    with database.read() as reader:
        assert reader.members.count() == 1
        with database.write() as writer:
            writer.members.put(member(BELA))
            assert reader.members.count() == 1
            writer.commit()
        assert reader.members.count() == 1
    with database.read() as reader:
        assert reader.members.count() == 2


def test_writers_of_several_threads_take_turns(database: Database) -> None:
    def count_up() -> None:
        for _ in range(10):
            with database.write() as uow:
                uow.next_seq(TILL)
                uow.commit()

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.write() as uow:
        assert uow.next_seq(TILL) == 41


def test_each_till_counts_for_itself(database: Database) -> None:
    with database.write() as uow:
        numbers = [uow.next_seq(TillCode(till)) for till in ("T1", "T1", "T2", "T1")]
    assert numbers == [1, 2, 1, 3]
