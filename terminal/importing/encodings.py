"""Which encoding a file is in, found out from its bytes.

A mark in front decides; then whether all of it is UTF-8; then which of the old one-script code
pages makes words of it that people of that script write. A shop's own country decides close calls.
"""

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from terminal.folding import fold

CHUNK = 1 << 20
_SAMPLE = 1 << 17
_TORN = "\ufffd".encode()
_HIGH = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(r"[^\W\d_]+")

_COMMON = {
    "cp1253": "αοιετσνηυρπκλμγδ",
    "cp1251": "аоиетнрсвлкдпмгб",
    "cp1255": "יוהלאתרמבשנדכחפק",
    "cp1250": "áéíóöőúüűąćęłńśźż",
}
"""The letters that most of a text is made of, folded; for cp1250 those that plain Latin lacks."""

_COUNTRY = {
    "GR": "cp1253", "CY": "cp1253", "BG": "cp1251", "IL": "cp1255", "HU": "cp1250", "PL": "cp1250",
}  # fmt: skip


def find_encoding(path: Path, country: str) -> str:
    """Python's name of the file's encoding. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if marked := _marked(head):
        return marked
    good, bad = _as_utf8(path)
    if bad == 0 or good > 4 * bad:  # a few torn letters: those rows are refused, not all renamed
        return "utf-8-sig"
    return _code_page(_sample(path), country)


def _marked(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Without a mark, UTF-16 shows by its digits and commas: zeros, all on one side of the pairs.
    zeros, later = head.count(0), head[1::2].count(0)
    if zeros * 50 > len(head):
        if later * 10 >= zeros * 9:
            return "utf-16-le"
        if later * 10 <= zeros:
            return "utf-16-be"
    return ""


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _as_utf8(path: Path) -> tuple[int, int]:
    """How many letters beyond ASCII read well as UTF-8, and how many bytes don't."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    tail = b""
    for chunk in chain(_chunks(path), [b""]):
        text = decoder.decode(chunk, final=not chunk)
        # A file may hold the sign for a torn letter itself, well written.
        torn = text.count("\ufffd") - (tail + chunk).count(_TORN)
        tail = chunk[-2:]
        bad += torn
        good += len(text) - torn - len(text.encode("ascii", "ignore"))
    return good, bad


def _sample(path: Path) -> bytes:
    """Lines with letters beyond ASCII, enough of them to judge by."""
    lines: list[bytes] = []
    size = 0
    for chunk in _chunks(path):
        for line in chunk.splitlines():
            if _HIGH.search(line):
                lines.append(line)
                size += len(line)
        if size > _SAMPLE:
            break
    return b"\n".join(lines)[:_SAMPLE]


def _code_page(sample: bytes, country: str) -> str:
    likely = _COUNTRY.get(country, "cp1250")
    scores = {page: _score(sample, page) + (page == likely) * 5 for page in _COMMON}
    return max(scores, key=lambda page: (scores[page], page == likely))


def _score(sample: bytes, page: str) -> int:
    """Of a hundred letters beyond ASCII, how many look right; none do in words of two scripts."""
    letters = right = 0
    for word in _WORD.findall(sample.decode(page, "replace")):
        high = [char for char in word if not char.isascii()]
        letters += len(high)
        plain = len(word) - len(high)
        if (page == "cp1250") == (plain > 0):
            right += sum(_looks_right(char, page) for char in high)
    return right * 100 // letters if letters else 0


def _looks_right(char: str, page: str) -> bool:
    return (char.lower() if page == "cp1250" else fold(char)) in _COMMON[page]
