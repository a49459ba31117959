"""A play and its record: everything that is needed to repeat it, and where plays are kept.

Until a play is revealed its seed stays in the books; what is shown of it is a ``PlayView``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

import msgspec

from terminal.games.drawing import (
    Drawn,
    GameTotals,
    after,
    commit,
    draw,
    fingerprint,
    read_terms,
    terms_of,
)
from terminal.games.model import Game
from terminal.ids import MemberId, TillCode

PlayId = NewType("PlayId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class GamePlay:
    """One play of one member, from the offer on; ``played_at`` and ``voucher`` are added later.

    Stored as columns and a record: ``id`` (key, UUID), ``game`` (the game's code), ``number`` (the
    game's own running number from 1, without gaps: unique with ``game``), ``member_id``,
    ``created_at`` (offered), ``played_at`` (revealed, None until then), both aware UTC, and the
    record: ``write_play`` makes the JSON text of the whole play, ``read_play`` reads it back.

    ``seed`` is hexadecimal and secret until the play is revealed. ``terms`` is the JSON text that
    the ``commitment`` covers, kept letter by letter. ``drawn`` is settled with the offer, so that
    what is committed to is set aside and comes out the same however late it is revealed.
    ``voucher`` is the code of the coupon or reward that was issued for it, "" for none.
    """

    id: PlayId
    game: str
    number: int
    member_id: MemberId
    till: TillCode
    created_at: datetime
    seed: str
    terms: str
    commitment: str
    drawn: Drawn
    played_at: datetime | None = None
    voucher: str = ""

    def __post_init__(self) -> None:
        """A time without a zone is nobody's."""
        for moment in (self.created_at, self.played_at):
            if moment is not None and moment.utcoffset() is None:
                raise ValueError("times of a play are timezone-aware")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayView:
    """A play as people may see it: ``seed`` "" and ``drawn`` None until it is revealed."""

    id: PlayId
    game: Game
    number: int
    created_at: datetime
    commitment: str
    terms: str
    played_at: datetime | None
    seed: str
    drawn: Drawn | None
    voucher: str

    @property
    def terms_sha(self) -> str:
        """The fingerprint of the terms, as the commitment covers it."""
        return fingerprint(self.terms)


class GameRecords(Protocol):
    """Plays as they are stored (``uow.games``)."""

    def put_play(self, play: GamePlay) -> None:
        """Insert, or replace by id. The pair (game, number) is unique."""

    def get_play(self, play_id: PlayId) -> GamePlay | None: ...
    def plays_of(
        self, member_id: MemberId, game: str = "", since: datetime | None = None
    ) -> list[GamePlay]:
        """A member's plays, of one game or ("") of all, oldest offer first (created_at, id). With
        ``since``: those not revealed yet and those with played_at at or after it; else all."""

    def plays_in(self, game: str, above: int, limit: int) -> list[GamePlay]:
        """All members' plays of a game with a number above this one, by number."""

    def totals(self, game: str) -> GameTotals:
        """What all plays of the game gave, revealed or not: ``totals_after`` the play with the
        highest number, which carries what was before it; empty totals where there is none."""


def offered(
    game: Game, before: GameTotals, seed: bytes, *, play_id: PlayId, member_id: MemberId,
    till: TillCode, at: datetime,
) -> GamePlay:  # fmt: skip
    """The next play of a game: committed and settled, not revealed."""
    terms = terms_of(game, before)
    return GamePlay(
        id=play_id, game=game.code, number=before.plays + 1, member_id=member_id, till=till,
        created_at=at, seed=seed.hex(), terms=terms, commitment=commit(seed, play_id, terms),
        drawn=draw(game, seed, play_id, before),
    )  # fmt: skip


def replay(play: GamePlay) -> Drawn:
    """The outcome found again from the record alone, whatever the record says it was."""
    game, before = read_terms(play.terms)
    return draw(game, bytes.fromhex(play.seed), play.id, before)


def totals_after(play: GamePlay) -> GameTotals:
    """What the game has given once this play is counted."""
    return after(read_terms(play.terms)[1], play.drawn)


def shown(play: GamePlay) -> PlayView:
    """What may be seen of a play by now."""
    open_ = play.played_at is None
    return PlayView(
        id=play.id, game=read_terms(play.terms)[0], number=play.number, created_at=play.created_at,
        commitment=play.commitment, terms=play.terms, played_at=play.played_at,
        seed="" if open_ else play.seed, drawn=None if open_ else play.drawn, voucher=play.voucher,
    )  # fmt: skip


def published(view: PlayView) -> str:
    """A play as JSON to be handed out: enough to check it with standard tools once revealed."""
    text = {
        "play": view.id,
        "game": view.game.code,
        "number": view.number,
        "commitment": view.commitment,
        "terms": view.terms,
        "seed": view.seed,
        "drawn": view.drawn,
    }
    return msgspec.json.format(msgspec.json.encode(text)).decode()


def write_play(play: GamePlay) -> str:
    """The record as JSON."""
    return msgspec.json.encode(play).decode()


def read_play(record: str | bytes) -> GamePlay:
    """A play from its record. Raises msgspec.ValidationError or DecodeError."""
    return msgspec.json.decode(record, type=GamePlay)
