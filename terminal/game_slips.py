"""What is printed of a game: the promise before, with the odds, and the key to it afterwards.

Both slips carry the play's id; whoever keeps the first one can hold the second against it. A code
of 64 characters stands on two lines, so that it fits the narrowest paper without a break.
"""

from datetime import datetime

from terminal.games import Drawn, PlayView, odds_lines, said
from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.services.models import Till
from terminal.slips import Block, Slip
from terminal.slips_written.parts import RULE, centre, pair, sealed, spaced, stamp

HALF = 32


def offer_blocks(view: PlayView, words: Words) -> list[Block]:
    """Before the play: the odds, and the commitment that they and the result are fixed by."""
    face = {"wheel": words.t("One turn of the wheel"), "scratch": words.t("One scratch card")}
    return [
        centre(said(view.game.name, words.language), bold=True, size=2),
        centre(face[view.game.face]),
        pair(words.t("Play number"), words.number(view.number)),
        RULE,
        *(pair(what, share) for what, share in odds_lines(view.game, words)),
        Block(
            "text", words.t("What has run out turns into: {prize}.", prize=_consoles(view, words))
        ),
        RULE,
        Block("text", words.t("The result is settled and sealed with this code:")),
        *_hex(view.commitment),
        Block("text", words.t("After the play you get the key and can check that it was kept.")),
        Block("qr", f"{view.id} {view.commitment}", align="center"),
    ]


def reveal_blocks(view: PlayView, balance: int, words: Words) -> list[Block]:
    """After the play: what was won, why, the points now, and the key.

    ValueError for a play not revealed yet.
    """
    drawn = view.drawn
    if drawn is None:
        raise ValueError("this play was not revealed yet")
    return [
        centre(said(view.game.name, words.language)),
        centre(_name(view, drawn.prize, words), bold=True, size=2),
        *_won(view, drawn, words),
        pair(words.t("Points now"), words.number(balance), bold=True),
        RULE,
        pair(words.t("Play number"), words.number(view.number)),
        pair(words.t("Ticket"), _of(drawn.ticket, view.game.out_of, words)),
        Block("text", words.t("The code that you got before:")),
        *_hex(view.commitment),
        Block("text", words.t("The key to it:")),
        *_hex(view.seed),
        Block("qr", f"{view.id} {view.seed} {view.terms_sha}", align="center"),
    ]


def game_slip(slip_id: SlipId, till: Till, blocks: list[Block], at: datetime, words: Words) -> Slip:
    """A slip around such blocks, with what the country wants on it."""
    return sealed("game", slip_id, till, [*blocks, *stamp(till, at, words)], words)


def _won(view: PlayView, drawn: Drawn, words: Words) -> list[Block]:
    """The points or the code; and what the ticket would have given, where that was gone."""
    blocks = []
    if drawn.why:
        landed, console = _name(view, drawn.landed, words), _consoles(view, words)
        sentence = (
            words.t("{prize} has run out. In its place: {console}.", prize=landed, console=console)
            if drawn.why == "stock"
            else words.t(
                "{prize} is more than is left to win. In its place: {console}.",
                prize=landed,
                console=console,
            )
        )
        blocks.append(Block("text", sentence))
    if drawn.won.points:
        blocks.append(pair(words.t("Points won"), words.signed(drawn.won.points), bold=True))
    if view.voucher:
        blocks += [Block("barcode", view.voucher, align="center"), centre(spaced(view.voucher))]
    return blocks


def _name(view: PlayView, code: str, words: Words) -> str:
    return said(view.game.prize(code).name, words.language)


def _consoles(view: PlayView, words: Words) -> str:
    return said(view.game.consolation.name, words.language)


def _of(n: int, total: int, words: Words) -> str:
    return words.t("{n} of {total}", n=words.number(n), total=words.number(total))


def _hex(code: str) -> list[Block]:
    return [centre(code[:HALF]), centre(code[HALF:])]
