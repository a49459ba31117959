"""``cards``: cards to hand out, cards for phones, slips as files, and the key that signs them all.

``cards sheet --count 40 --out cards.pdf`` makes a PDF to print and cut: each number is new, belongs
to nobody and is never printed twice from the same books (tills with books of their own: give each a
range with ``--from``); with ``--member CARD`` it prints a card that somebody has once more. ``cards
wallet --member CARD --out FILE`` makes a picture, a page or a pass, by the file's ending; ``cards
slip REF --out FILE`` does so for a slip. ``cards key`` carries the signing key to the shop's other
tills, which could not read each other's codes without it.
"""

import argparse
import base64
from collections.abc import Callable
from pathlib import Path

from terminal.commands.means import Means
from terminal.errors import IssuerFileBroken
from terminal.files import can_write, write_whole
from terminal.i18n import Words
from terminal.ports import Database
from terminal.services.issued_files import card_file, slip_file
from terminal.services.issuing import OwnCard, code_key, take_key
from terminal.services.models import Till

Say = Callable[[str], None]
MOST = 1000
"""Cards of one go: what a shop can cut in an evening."""


def add_arguments(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """The command's own arguments; answers its parser, for what all commands share."""
    about = "Cards of the shop's own: sheets to print, cards for phones, digital slips."
    parser = subparsers.add_parser("cards", help=about, description=about)
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
    sheet = kinds.add_parser("sheet", help="a PDF of new cards to print and cut")
    sheet.add_argument("--count", type=_many, default=10, metavar="N", help="how many (10)")
    sheet.add_argument("--from", dest="first", type=_count, metavar="SERIAL",
                       help="the first serial; not said: after the last one")  # fmt: skip
    sheet.add_argument("--paper", choices=("a4", "letter"), default="a4")
    sheet.add_argument("--member", action="append", metavar="CARD",
                       help="print this card again, not new ones; repeatable")  # fmt: skip
    wallet = kinds.add_parser("wallet", help="a member's card for the phone")
    wallet.add_argument("--member", required=True, metavar="CARD", help="a card of the member's")
    wallet.add_argument("--google", action="store_true", help="say the link for Google Wallet")
    slip = kinds.add_parser("slip", help="a slip as a file: .html, .png or .pdf")
    slip.add_argument("ref", metavar="REF", help="the number on the slip")
    for added, needed in ((sheet, True), (wallet, False), (slip, True)):
        added.add_argument("--out", type=Path, metavar="FILE", required=needed)
    key = kinds.add_parser("key", help="the key that signs codes, for the shop's other tills")
    way = key.add_mutually_exclusive_group(required=True)
    way.add_argument("--write", type=Path, metavar="FILE", help="write it, for the owner's eyes")
    way.add_argument("--read", type=Path, metavar="FILE", help="use the one in this file")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a number from 1 on")
    return number


def _many(text: str) -> int:
    number = _count(text)
    if number > MOST:
        raise argparse.ArgumentTypeError(f"at most {MOST}")
    return number


def run(args: argparse.Namespace, database: Database, till: Till, say: Say) -> int:
    """Do what was asked for; ``args.means`` is what ``main`` hands in. Raises what issuing refuses
    with, before anything is written.
    """
    del database
    acts = {"sheet": _sheet, "wallet": _wallet, "slip": _slip, "key": _key}
    return acts[args.kind](args, args.means, till, Words(till.language), say)


def _sheet(args: argparse.Namespace, means: Means, till: Till, words: Words, say: Say) -> int:
    issuing = means.issuing
    logo, papers = issuing.logo(), means.papers()
    again = [issuing.phone_card_of(number) for number in args.member or ()]
    cards = [OwnCard(card.number, card.code) for card in again]
    can_write(args.out)  # numbers are taken for good: not for a sheet that can't be kept
    cards = cards or issuing.reserve(args.count, args.first)
    pages = papers.card_sheets(cards, till.shop, till.language, args.paper, logo)
    write_whole(args.out, pages)
    # New cards by their serials, which "--from" takes; a member's card has none.
    first, last = (card.serial or card.number for card in (cards[0], cards[-1]))
    say(words.n("{n} card: {first}", "{n} cards: {first} to {last}", len(cards),
                first=first, last=last))  # fmt: skip
    say(words.t("Print at actual size (100 %), then cut at the marks."))
    return 0


def _wallet(args: argparse.Namespace, means: Means, till: Till, words: Words, say: Say) -> int:
    del till, words
    issuing = means.issuing
    card = issuing.phone_card_of(args.member)
    if args.google:
        say(issuing.google_link(card))
    if args.out:
        kind = args.out.suffix.lower()
        content = card_file(issuing, means.papers(), card, kind, issuing.logo())
        write_whole(args.out, content())
    return 0


def _slip(args: argparse.Namespace, means: Means, till: Till, words: Words, say: Say) -> int:
    del till, words
    issuing = means.issuing
    digital = issuing.digital_slip(args.ref)
    kind = args.out.suffix.lower()
    content = slip_file(issuing, means.papers(), digital.slip, kind, issuing.logo())
    write_whole(args.out, content())
    if digital.url:
        say(digital.url)
    return 0


def _key(args: argparse.Namespace, means: Means, till: Till, words: Words, say: Say) -> int:
    del till
    if args.read:
        take_key(means.secrets, _read(args.read))
        say(
            words.t(
                "This till signs with that key now, and no longer knows what its old one signed."
            )
        )
        return 0
    text = base64.b64encode(code_key(means.secrets))
    write_whole(args.write, text + b"\n", mode=0o600)
    say(words.t("Whoever has this file can make the shop's cards. Delete it after use."))
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise IssuerFileBroken(path=str(path), why="unreadable") from error
