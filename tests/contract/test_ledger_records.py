"""The append-only ledger and the accounts folded from it."""

from terminal.ids import MemberId
from terminal.ledger import Account, EntryKind, replay
from terminal.ports import Database
from tests.contract.samples import (
    ANNA,
    BELA,
    FULL_ENTRY,
    after,
    entry,
    member,
    with_members,
)


def test_an_entry_comes_back_as_it_went_in(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        assert uow.ledger.append([FULL_ENTRY]) == ["e-full"]
        uow.commit()
    with database.read() as uow:
        assert uow.ledger.entries(ANNA) == [FULL_ENTRY]
        account = uow.ledger.account(ANNA)
    assert account == replay([FULL_ENTRY]).account
    assert account.lots[0].lapses_at == FULL_ENTRY.lapses_at


def test_a_release_moves_no_points_and_some_entries_only_count_for_levels(
    database: Database,
) -> None:
    with_members(database)
    held = entry("e-1", 10, held=True)
    counts = entry("e-2", 0, after(days=1), kind=EntryKind.CLAWBACK, qualifying=-3)
    free = entry("e-3", 0, after(days=2), kind=EntryKind.RELEASE, reverses=held.id)
    with database.write() as uow:
        uow.ledger.append([held])
        assert uow.ledger.account(ANNA).available(after(days=1)) == 0
        uow.ledger.append([counts, free])
        uow.commit()
    with database.read() as uow:
        assert uow.ledger.entries(ANNA) == [held, counts, free]
        assert uow.ledger.account(ANNA).available(after(days=3)) == 10


def test_appending_the_same_entry_twice_records_it_once(database: Database) -> None:
    with_members(database)
    first, second = entry("e-1", 10), entry("e-2", -4, after(minutes=1))
    with database.write() as uow:
        assert uow.ledger.append([first, first]) == ["e-1"]
        uow.commit()
    with database.write() as uow:
        assert uow.ledger.append([first, second]) == ["e-2"]
        assert uow.ledger.append([]) == []
        uow.commit()
    with database.read() as uow:
        assert uow.ledger.entries(ANNA) == [first, second]
        assert uow.ledger.account(ANNA) == replay([first, second]).account


def test_a_late_entry_moves_the_account_as_if_it_had_come_in_time(database: Database) -> None:
    """An online order is heard of after points were spent at the till: no debt remains."""
    with_members(database)
    spent = entry("e-2", -30, after(hours=2), seq=2)
    late = entry("e-1", 50, after(hours=1), lapses_at=after(days=30))
    with database.write() as uow:
        uow.ledger.append([spent])
        assert uow.ledger.account(ANNA).debt == 30
        uow.ledger.append([late])
        uow.commit()
    with database.read() as uow:
        account = uow.ledger.account(ANNA)
        assert account == replay([late, spent]).account
        assert (account.balance, account.debt, account.lots[0].remaining) == (20, 0, 20)
        assert [each.id for each in uow.ledger.entries(ANNA)] == ["e-1", "e-2"]


def test_entries_given_in_any_order_are_folded_in_theirs(database: Database) -> None:
    with_members(database)
    entries = [entry("e-3", -5, seq=3), entry("e-1", 7, seq=1), entry("e-2", 9, seq=2)]
    with database.write() as uow:
        assert uow.ledger.append(entries) == ["e-3", "e-1", "e-2"]
        uow.commit()
    with database.read() as uow:
        assert uow.ledger.account(ANNA) == replay(entries).account


def test_entries_of_several_members_move_their_own_accounts(database: Database) -> None:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        uow.ledger.append([entry("e-1", 7), entry("e-2", 9, member_id=BELA), entry("e-3", 1)])
        assert uow.ledger.account(ANNA).balance == 8
        assert uow.ledger.account(BELA).balance == 9


def test_a_member_without_entries_has_an_empty_account(database: Database) -> None:
    with_members(database)
    with database.read() as uow:
        assert uow.ledger.account(ANNA) == Account()
        assert uow.ledger.entries(ANNA) == []


def test_members_with_lapsed_lots_are_named_until_the_lots_are_empty(database: Database) -> None:
    with_members(database, member(), member(BELA), member("m-c"))
    with database.write() as uow:
        uow.ledger.append(
            [
                entry("e-1", 5, lapses_at=after(days=2)),
                entry("e-2", 5, lapses_at=after(days=1), member_id=BELA),
                entry("e-3", 5, member_id=MemberId("m-c")),
            ]
        )
        uow.commit()
    with database.write() as uow:
        assert uow.ledger.with_lapsed(after(hours=23), 10) == []
        assert uow.ledger.with_lapsed(after(days=1), 10) == [BELA]
        assert uow.ledger.with_lapsed(after(days=9), 10) == [BELA, ANNA]
        assert uow.ledger.with_lapsed(after(days=9), 1) == [BELA]
        uow.ledger.append([entry("e-4", -5, after(hours=1), member_id=BELA)])
        assert uow.ledger.with_lapsed(after(days=9), 10) == [ANNA]
