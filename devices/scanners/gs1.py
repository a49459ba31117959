"""GS1 messages and links: what they say is known by, and under which application identifier.

Pure. Only codes that say they are GS1 (by AIM identifier or the maker's letter) come here, and
links with an identifier in their path: the bare digits 96385074 are an article as well as a message
(96), and nobody could tell. Reading takes biip, which takes about 0.1 s to load and so is loaded at
the first such code.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from devices.scanners.base import Reason
from devices.scanners.check_digits import check_digit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biip.gs1_element_strings import GS1ElementString

GTIN, GSRN, COUPON = "01", "8018", "255"

_LINK = re.compile(r"https?://[^\s?#]+/01/[0-9]{8,14}(?:[/?#]|$)", re.IGNORECASE)
_SEPARATOR = "\x1d"


class Known(NamedTuple):
    """The number a thing is known by: an article (01), a member (8018) or a coupon (255).

    Articles are the shortest form that means the same: 13 digits, 8 where they are an EAN-8, 14 for
    a carton.
    """

    text: str
    ai: str


def is_link(text: str) -> bool:
    """Say whether this is a GS1 Digital Link to an article, on any domain."""
    return _LINK.match(text) is not None


def read_link(link: str) -> Known | None:
    """Return the article that a link leads to; None where there is none in it."""
    from biip import BiipException
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    try:
        parsed = GS1DigitalLinkURI.parse(link)
    except (BiipException, ValueError):
        return None
    known = _known(parsed.element_strings)
    return known if isinstance(known, Known) else None


def read_message(message: str) -> Known | Reason | None:
    """Return what a GS1 message is about; None where it is about something else, or no message."""
    from biip import BiipException
    from biip.gs1_messages import GS1Message

    try:
        parsed = GS1Message.parse(message.strip(_SEPARATOR))
    except (BiipException, ValueError):
        return None
    return _known(parsed.element_strings)


def _known(elements: "Iterable[GS1ElementString]") -> Known | Reason | None:
    by_ai = {element.ai.ai: element for element in elements}
    if article := by_ai.get(GTIN):
        if article.gtin is None:
            return Reason.WRONG_CHECK_DIGIT
        return Known(short_gtin(article.value), GTIN)
    if member := by_ai.get(GSRN):
        return _member(member.value)
    coupon = by_ai.get(COUPON)
    return Known(coupon.value, COUPON) if coupon else None


def _member(number: str) -> Known | Reason:
    right = check_digit(number[:-1]) == number[-1]
    return Known(number, GSRN) if right else Reason.WRONG_CHECK_DIGIT


def short_gtin(gtin: str) -> str:
    """Return an article number of 14 digits as it stands on the article itself."""
    if gtin.startswith("000000"):
        return gtin[6:]
    return gtin.removeprefix("0")
