"""Magnetic stripes of loyalty cards: tracks between sentinels, ``%…?``, ``;…?``, ``+…?``.

Pure. Whatever can be a bank's is dropped before it comes here. A reader sends the tracks of one
swipe in one frame or one after the other; the number is that of the second track, which has digits
only, else that of the first, up to its first field separator.
"""

import re

_SWIPE = re.compile(r"(?:%[^?;%]*\?.?)?(?:;[^?;%]*\?.?)?(?:\+[^?;%]*\?.?)?")
_TRACK = re.compile(r"([%;+])([^?;%]*)\?")
_NUMBER = re.compile(r"[A-Za-z0-9]{4,32}")
_FAILED = "E"


def is_stripe(text: str) -> bool:
    """Say whether a bare text begins as a swipe does, whole or torn."""
    return text[:1] in ("%", ";") or (text[:1] == "+" and text.endswith("?"))


def stripe_number(text: str) -> str | None:
    """Return the card number on the tracks; None for a swipe that was not read whole."""
    if not _SWIPE.fullmatch(text):
        return None
    tracks = {sentinel: _field(body) for sentinel, body in _TRACK.findall(text)}
    numbers = (tracks.get(sentinel, "") for sentinel in (";", "%", "+"))
    return next((number for number in numbers if _NUMBER.fullmatch(number)), None)


def _field(body: str) -> str:
    """The first field of a track; a track that the reader could not read has none."""
    number = re.split(r"[\^=]", body, maxsplit=1)[0].strip()
    return "" if number == _FAILED else number
