"""Plays of games in SQLite: their keys as columns, all else in the record itself."""

from datetime import datetime

from sqlalchemy import select

from terminal.db import programme_tables as tables
from terminal.db.programme import put_of_member
from terminal.db.statements import AnyRow, Runner, Statement, limited, param, upsert, word
from terminal.db.values import micros, micros_or_none
from terminal.games.drawing import GameTotals
from terminal.games.plays import GamePlay, PlayId, read_play, totals_after, write_play
from terminal.ids import MemberId

_P = tables.game_plays
_PUT = upsert(_P, ["id"])
_GET = Statement(select(_P.c.record).where(_P.c.id == param("id")))
_OF_MEMBER = Statement(
    select(_P.c.record)
    .where(
        _P.c.member_id == param("member_id"),
        (param("game") == word("")) | (_P.c.game == param("game")),
        _P.c.played_at.is_(None) | (param("since").is_(None)) | (_P.c.played_at >= param("since")),
    )
    .order_by(_P.c.created_at, _P.c.id)
)
_IN = Statement(
    limited(
        select(_P.c.record)
        .where(_P.c.game == param("game"), _P.c.number > param("above"))
        .order_by(_P.c.number)
    )
)
_LAST = Statement(
    limited(select(_P.c.record).where(_P.c.game == param("game")).order_by(_P.c.number.desc()))
)


class SqlGames:
    """``GameRecords`` over the table game_plays."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put_play(self, play: GamePlay) -> None:
        """Raises UnknownMember; ValueError where the game's number is another play's."""
        columns = {
            "id": play.id,
            "game": play.game,
            "number": play.number,
            "member_id": play.member_id,
            "created_at": micros(play.created_at),
            "played_at": micros_or_none(play.played_at),
            "record": write_play(play),
        }
        put_of_member(self._runner, _PUT, columns, play.member_id)

    def get_play(self, play_id: PlayId) -> GamePlay | None:
        return _play(self._runner.one(_GET, id=play_id))

    def plays_of(
        self, member_id: MemberId, game: str = "", since: datetime | None = None
    ) -> list[GamePlay]:
        rows = self._runner.all(
            _OF_MEMBER, member_id=member_id, game=game, since=micros_or_none(since)
        )
        return [read_play(row[0]) for row in rows]

    def plays_in(self, game: str, above: int, limit: int) -> list[GamePlay]:
        rows = self._runner.all(_IN, game=game, above=above, limit=limit)
        return [read_play(row[0]) for row in rows]

    def totals(self, game: str) -> GameTotals:
        last = _play(self._runner.one(_LAST, game=game, limit=1))
        return GameTotals() if last is None else totals_after(last)


def _play(row: AnyRow | None) -> GamePlay | None:
    return None if row is None else read_play(row[0])
