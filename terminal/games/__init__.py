"""Games: a draw with published odds that anybody can check afterwards.

``model`` is the game as data, ``drawing`` the draw and its recipe, ``plays`` the record of one play
and the port where records are kept.
"""

from terminal.games.drawing import Drawn, GameTotals, Won, after, commit, draw, ticket_of
from terminal.games.model import Game, Prize, said
from terminal.games.plays import (
    GamePlay,
    GameRecords,
    PlayId,
    offered,
    read_play,
    replay,
    totals_after,
    write_play,
)

__all__ = [
    "Drawn",
    "Game",
    "GamePlay",
    "GameRecords",
    "GameTotals",
    "PlayId",
    "Prize",
    "Won",
    "after",
    "commit",
    "draw",
    "offered",
    "read_play",
    "replay",
    "said",
    "ticket_of",
    "totals_after",
    "write_play",
]
