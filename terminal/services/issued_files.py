"""What is issued as the content of files, by the ending of their names.

Each function sets type at once, where that may be done (Qt: the GUI thread), and answers the rest
as work for any thread: reading keys, signing.
"""

from collections.abc import Callable

from terminal.errors import UnknownFileKind
from terminal.services.issuing import IssuingService, PaperMaker
from terminal.slips import Slip
from terminal.wallet.card import PhoneCard

CARD_KINDS = (".png", ".html", ".pkpass")
SLIP_KINDS = (".pdf", ".png", ".html")

Content = Callable[[], bytes]


def card_file(
    issuing: IssuingService, papers: PaperMaker, card: PhoneCard, kind: str, logo: bytes
) -> Content:
    """A card for the phone: a picture, a page, Apple's pass. Raises UnknownFileKind; the work
    raises what the pass needs and does not have.
    """
    if kind == ".png":
        data = papers.phone_picture(card, logo)
        return lambda: data
    if kind == ".html":
        return lambda: issuing.card_page(card).encode("utf-8")
    if kind == ".pkpass":
        pictures = papers.pass_pictures(card.shop, logo)
        return lambda: issuing.apple_pass(card, pictures)
    raise UnknownFileKind(kind=kind, known=", ".join(CARD_KINDS))


def slip_file(
    issuing: IssuingService, papers: PaperMaker, slip: Slip, kind: str, logo: bytes
) -> Content:
    """A slip: a page to print, a picture, a web page. Raises UnknownFileKind."""
    if kind == ".html":
        return lambda: issuing.slip_page(slip).encode("utf-8")
    if kind not in SLIP_KINDS:
        raise UnknownFileKind(kind=kind, known=", ".join(SLIP_KINDS))
    make = papers.slip_document if kind == ".pdf" else papers.slip_picture
    data = make(slip, logo)
    return lambda: data
