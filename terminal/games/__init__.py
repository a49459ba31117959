"""Games: a draw with published odds that anybody can check afterwards.

``model`` is the game as data, ``drawing`` the draw and its recipe, ``plays`` the record of one play
and the port where records are kept, ``table`` the odds as they are published, ``faces`` the wheel
and the card, ``auditing`` the check of it all.
"""

from terminal.games.auditing import Audit, Finding, audit
from terminal.games.drawing import Drawn, GameTotals, Won, after, commit, draw, ticket_of
from terminal.games.faces import fields_of, stop_of
from terminal.games.model import Game, Prize, said
from terminal.games.plays import (
    GamePlay,
    GameRecords,
    PlayId,
    PlayView,
    offered,
    published,
    read_play,
    replay,
    shown,
    totals_after,
    write_play,
)
from terminal.games.table import Odds, cost_per_play, doubts, odds, odds_lines, percent

__all__ = [
    "Audit",
    "Drawn",
    "Finding",
    "Game",
    "GamePlay",
    "GameRecords",
    "GameTotals",
    "Odds",
    "PlayId",
    "PlayView",
    "Prize",
    "Won",
    "after",
    "audit",
    "commit",
    "cost_per_play",
    "doubts",
    "draw",
    "fields_of",
    "odds",
    "odds_lines",
    "offered",
    "percent",
    "published",
    "read_play",
    "replay",
    "said",
    "shown",
    "stop_of",
    "ticket_of",
    "totals_after",
    "write_play",
]
