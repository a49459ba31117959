"""Code pages in Epson numbering and the international sets that change twelve ASCII characters.

A byte that a page does not define decodes to U+FFFD: the paper shows a hole, and so does the text.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

HOLE = "\ufffd"

KATAKANA = "katakana"
"""Page 1 has no Python codec: half-width Katakana and the frames that receipts draw their rules
with.
"""

EPSON_PAGES: Mapping[int, str] = MappingProxyType(
    {
        0: "cp437", 1: KATAKANA, 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865",
        13: "cp857", 14: "cp737", 15: "iso8859_7", 16: "cp1252", 17: "cp866", 18: "cp852",
        19: "cp858", 21: "iso8859_11", 32: "cp720", 33: "cp775", 34: "cp855", 35: "cp861",
        36: "cp862", 37: "cp864", 38: "cp869", 39: "iso8859_2", 40: "iso8859_15", 44: "cp1125",
        45: "cp1250", 46: "cp1251", 47: "cp1253", 48: "cp1254", 49: "cp1255", 50: "cp1256",
        51: "cp1257", 52: "cp1258", 53: "kz1048",
    }
)  # fmt: skip

_KATAKANA_80 = "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯"
_KATAKANA_E0 = "═╞╪╡◢◣◥◤♠♥♦♣●○╱╲╳円年月日時分秒〒市区町村人▒"

_CHANGED = "#$@[\\]^`{|}~"
_INTERNATIONAL = (
    "#$@[\\]^`{|}~",  # 0 USA
    "#$à°ç§^`éùè¨",  # 1 France
    "#$§ÄÖÜ^`äöüß",  # 2 Germany
    "£$@[\\]^`{|}~",  # 3 United Kingdom
    "#$@ÆØÅ^`æøå~",  # 4 Denmark I
    "#¤ÉÄÖÅÜéäöåü",  # 5 Sweden
    "#$@°\\é^ùàòèì",  # 6 Italy
    "₧$@¡Ñ¿^`¨ñ}~",  # 7 Spain I
    "#$@[¥]^`{|}~",  # 8 Japan
    "#¤ÉÆØÅÜéæøåü",  # 9 Norway
    "#$ÉÆØÅÜéæøåü",  # 10 Denmark II
    "#$á¡Ñ¿é`íñóú",  # 11 Spain II
    "#$á¡Ñ¿éüíñóú",  # 12 Latin America
    "#$@[₩]^`{|}~",  # 13 Korea
    "#$ŽŠĐĆČžšđćč",  # 14 Slovenia, Croatia
    "#¥@[\\]^`{|}~",  # 15 China
    "#₫@[\\]^`{|}~",  # 16 Vietnam
    "#$@[\\]^`{|}~",  # 17 Arabia
)


class CodePages:
    """The numbering of one printer model: Epson's, with the pages that this model numbers
    otherwise.
    """

    def __init__(self, overrides: Mapping[int, str] | None = None) -> None:
        for name in (overrides or {}).values():
            if name != KATAKANA:
                codecs.lookup(name)
        self._pages = {**EPSON_PAGES, **(overrides or {})}

    def __contains__(self, number: int) -> bool:
        return number in self._pages

    def char(self, byte: int, number: int, international: int = 0) -> str:
        """The character printed for one byte of 20h or above."""
        if byte < 0x80:
            return _ascii(byte, international)
        name = self._pages.get(number)
        return HOLE if name is None else _upper_half(name)[byte - 0x80]


def _ascii(byte: int, international: int) -> str:
    place = _CHANGED.find(chr(byte))
    if place < 0 or international >= len(_INTERNATIONAL):
        return chr(byte)
    return _INTERNATIONAL[international][place]


@lru_cache(maxsize=64)
def _upper_half(name: str) -> str:
    if name == KATAKANA:
        half_width = "".join(chr(0xFF61 + offset) for offset in range(63))
        return _KATAKANA_80 + " " + half_width + _KATAKANA_E0 + HOLE
    return "".join(_printed(bytes([byte]).decode(name, "replace")) for byte in range(0x80, 0x100))


def _printed(char: str) -> str:
    """What a head puts on paper: C1 controls are holes, soft hyphens are hyphens, no-break spaces
    blank.
    """
    if "\x80" <= char <= "\x9f":
        return HOLE
    return {"\u00a0": " ", "\u00ad": "-"}.get(char, char[:1] or HOLE)
