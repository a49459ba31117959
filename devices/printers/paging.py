"""Text as bytes on one code page, with a currency sign fetched from another where it must be.

The page of a slip never changes with its text; only a currency sign the page lacks switches to the
spare page and back, which costs six bytes where a picture of the line would cost two thousand.
"""

import re

from devices.printers.profiles import CodePage
from devices.printers.text import encode

_FETCHED = re.compile("([€]+)")


def select(page: CodePage) -> bytes:
    """Return the command that chooses a page."""
    return b"\x1bt%c" % page.number


def on_page(text: str, page: CodePage, spare: CodePage | None) -> bytes | None:
    """Return the bytes of laid-out text, or None when neither page has a character of it."""
    plain = encode(text, page.codec)
    if plain is not None or spare is None or spare.codec == page.codec:
        return plain
    parts = [
        _fetched(part, page, spare) if place % 2 else encode(part, page.codec)
        for place, part in enumerate(_FETCHED.split(text))
    ]
    return None if None in parts else b"".join(part for part in parts if part)


def _fetched(signs: str, page: CodePage, spare: CodePage) -> bytes | None:
    found = encode(signs, spare.codec)
    return None if found is None else select(spare) + found + select(page)
