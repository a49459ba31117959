"""Plays of games and imports in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from terminal.games.drawing import GameTotals
from terminal.games.plays import GamePlay, PlayId, totals_after
from terminal.ids import MemberId
from terminal.importing.records import ImportedRow, ImportId, ImportRecord
from tests.memory.state import Books


@dataclass(slots=True)
class MemoryGames:
    """``GameRecords``."""

    _books: Books

    def put_play(self, play: GamePlay) -> None:
        state = self._books.change()
        self._books.known_member(play.member_id)
        numbers = {(p.game, p.number): p.id for p in state.plays.values()}
        if numbers.get((play.game, play.number), play.id) != play.id:
            raise ValueError("two plays of a game can't have one number")
        state.plays[play.id] = play

    def get_play(self, play_id: PlayId) -> GamePlay | None:
        return self._books.look().plays.get(play_id)

    def plays_of(
        self, member_id: MemberId, game: str = "", since: datetime | None = None
    ) -> list[GamePlay]:
        theirs = [
            play
            for play in self._books.look().plays.values()
            if play.member_id == member_id
            and game in ("", play.game)
            and (since is None or play.played_at is None or play.played_at >= since)
        ]
        return sorted(theirs, key=lambda play: (play.created_at, play.id))

    def plays_in(self, game: str, above: int, limit: int) -> list[GamePlay]:
        plays = [p for p in self._books.look().plays.values() if p.game == game]
        return sorted((p for p in plays if p.number > above), key=_number)[:limit]

    def totals(self, game: str) -> GameTotals:
        plays = [p for p in self._books.look().plays.values() if p.game == game]
        return totals_after(max(plays, key=_number)) if plays else GameTotals()


def _number(play: GamePlay) -> int:
    return play.number


@dataclass(slots=True)
class MemoryImports:
    """``ImportRecords``."""

    _books: Books

    def put(self, record: ImportRecord) -> None:
        self._books.change().imports[record.id] = record

    def get(self, import_id: ImportId) -> ImportRecord | None:
        return self._books.look().imports.get(import_id)

    def all(self) -> list[ImportRecord]:
        by_id = sorted(self._books.look().imports.values(), key=lambda record: record.id)
        return sorted(by_id, key=lambda record: record.started_at, reverse=True)

    def put_row(self, row: ImportedRow) -> None:
        state = self._books.change()
        self._books.known_member(row.member_id)
        state.import_rows[(row.import_id, row.key)] = row

    def row(self, import_id: ImportId, key: str) -> ImportedRow | None:
        return self._books.look().import_rows.get((import_id, key))

    def rows(self, import_id: ImportId, after: int, limit: int) -> Sequence[ImportedRow]:
        return [row for row in self._rows(import_id) if row.number > after][:limit]

    def of_member(self, member_id: MemberId) -> list[ImportedRow]:
        rows = self._books.look().import_rows
        return [rows[key] for key in sorted(rows) if rows[key].member_id == member_id]

    def last_number(self, import_id: ImportId) -> int:
        return max((row.number for row in self._rows(import_id)), default=0)

    def _rows(self, import_id: ImportId) -> list[ImportedRow]:
        rows = self._books.look().import_rows.values()
        return sorted((r for r in rows if r.import_id == import_id), key=lambda r: r.number)
