"""The two faces of a draw: where the wheel stops, what stands under the scratch card's fields.

Both are pictures of a draw that is settled; they follow from it and decide nothing. Nothing is
shown as nearly won: a wheel's segments are as wide as the odds, and on a card no prize stands twice
unless it stands three times.
"""

from fractions import Fraction

from terminal.games.drawing import ticket_of
from terminal.games.model import Game
from terminal.games.plays import PlayView

FIELDS = 9
ALIKE = 3


def stop_of(game: Game, ticket: int) -> Fraction:
    """Where the wheel stops, as a share of a full turn from the first prize's edge.

    The segment of each prize is as wide as its share of the tickets, in their order, so this lies
    within the segment of the prize that the ticket names.
    """
    return Fraction(2 * ticket - 1, 2 * game.out_of)


def fields_of(view: PlayView) -> tuple[str, ...]:
    """Prize codes under the nine fields, "" for an empty one; three alike are won.

    The same play has the same card, however often it is shown. ValueError before the reveal.
    """
    if view.drawn is None:
        raise ValueError("this play was not revealed yet")
    landed, game = view.drawn.landed, view.game
    alike = [landed] * ALIKE if landed != game.consolation.code else []
    others = [prize.code for prize in game.prizes if prize.code != landed]
    fields = [*alike, *others, *[""] * FIELDS][:FIELDS]
    return tuple(_shuffled(fields, bytes.fromhex(view.seed), view.id))


def _shuffled(fields: list[str], seed: bytes, play_id: str) -> list[str]:
    """Fisher and Yates, by numbers that follow from the play."""
    for last in range(len(fields) - 1, 0, -1):
        other = ticket_of(seed, f"{play_id}:field:{last}", last + 1)[0] - 1
        fields[last], fields[other] = fields[other], fields[last]
    return fields
