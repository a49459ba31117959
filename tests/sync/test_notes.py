"""What a service and a window on the same data tell each other by files."""

import sys
from datetime import UTC, datetime, timedelta

import pytest

from sync.notes import TELLS_EVERY, Beat, Board, Herald, Note, Wish
from terminal.events import ImportMoved, SyncStatus

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
ONLINE = SyncStatus("online", waiting=3, last_success=AT, store="shop", clock_ms=-12)


@pytest.fixture
def board(tmp_path):
    return Board(tmp_path)


def test_what_is_said_is_read_as_it_was(board, tmp_path):
    assert board.read() is None
    beat = Beat(
        at=AT, stores=(ONLINE,), imports=(ImportMoved("b", "open", "orders", 7),), members=2
    )
    assert board.put(beat)
    assert board.read() == beat
    (tmp_path / "sync" / "status.json").write_bytes(b'{"at": "half')
    assert board.read() is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such modes")
def test_only_its_owner_reads_it(board, tmp_path):
    board.put(Beat(at=AT))
    board.ask(Wish.WAKE)
    folder = tmp_path / "sync"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}


def test_the_same_wish_twice_is_one_and_settings_come_first(board):
    for wish in (Wish.HURRY, Wish.WAKE, Wish.WAKE, Wish.STORES):
        board.ask(wish)
    board.ask(Wish.BEGIN, "b/../c")
    assert board.taken() == [
        Note(Wish.STORES), Note(Wish.BEGIN, "b/../c"), Note(Wish.WAKE), Note(Wish.HURRY),
    ]  # fmt: skip
    assert board.taken() == []


def test_of_an_import_the_last_wish_counts_and_each_store_has_its_own(board):
    board.ask(Wish.BEGIN, "a")
    board.ask(Wish.PAUSE, "a")
    board.ask(Wish.BEGIN, "b")
    assert board.taken() == [Note(Wish.BEGIN, "b"), Note(Wish.PAUSE, "a")]


def test_a_wish_taken_by_a_service_that_died_before_it_acted_is_not_lost(board, tmp_path):
    board.ask(Wish.WAKE)
    note = tmp_path / "sync" / "wake.note"
    note.replace(note.with_suffix(".taken"))
    assert board.taken() == [Note(Wish.WAKE)]


def test_a_torn_note_says_nothing_and_does_not_stay(board, tmp_path):
    board.ask(Wish.WAKE)
    (tmp_path / "sync" / "wake.note").write_bytes(b"{")
    board.ask(Wish.HURRY)
    assert board.taken() == [Note(Wish.HURRY)]
    assert list((tmp_path / "sync").iterdir()) == []


def test_a_folder_that_can_t_be_written_costs_the_news_and_nothing_else(tmp_path, caplog):
    (tmp_path / "sync").write_text("in the way")
    board = Board(tmp_path)
    board.ask(Wish.WAKE)
    assert not board.put(Beat(at=AT))
    assert (board.taken(), board.read()) == ([], None)
    assert all(record.levelname == "INFO" for record in caplog.records)


def test_a_note_that_can_t_be_taken_away_is_left_for_the_next_look(board, tmp_path, caplog):
    caplog.set_level("INFO")
    board.ask(Wish.WAKE)
    (tmp_path / "sync" / "wake.taken").mkdir()
    assert board.taken() == []
    assert "can't be read now" in caplog.text
    (tmp_path / "sync" / "wake.taken").rmdir()
    assert board.taken() == [Note(Wish.WAKE)]


def test_news_is_said_at_once_and_else_every_few_seconds(board):
    seconds, clock = [0.0], [AT]
    herald = Herald(board, lambda: clock[0], lambda: seconds[0])
    failed = ImportMoved("b", "failed", problem="not_found", where="the customer 17")
    herald.tell([ONLINE], [failed], 0)
    first = board.read()
    assert first == Beat(
        at=AT, stores=(ONLINE,), imports=(ImportMoved("b", "failed", problem="not_found"),)
    )
    clock[0] += timedelta(seconds=1)
    herald.tell([ONLINE], [failed], 0)
    assert board.read() == first
    herald.tell([ONLINE], [failed], 1)
    assert board.read().members == 1
    seconds[0] += TELLS_EVERY
    clock[0] += timedelta(seconds=1)
    herald.tell([ONLINE], [failed], 1)
    assert board.read().at == AT + timedelta(seconds=2)


def test_news_that_could_not_be_written_is_said_with_the_next_look(tmp_path, caplog):
    way = tmp_path / "sync"
    way.write_text("in the way")
    board = Board(tmp_path)
    herald = Herald(board, lambda: AT, lambda: 0.0)
    herald.tell([ONLINE], [], 0)
    way.unlink()
    herald.tell([ONLINE], [], 0)
    assert board.read() == Beat(at=AT, stores=(ONLINE,))
