"""What the set-up learns of a reader from codes it knows: framing, prefixes, speed, layout.

Pure: bytes or key strokes with their times in, a verdict out. The code on the page holds every
digit, so that a reader that types through another keyboard layout can't pass by luck.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal, Protocol

from terminal.settings import ScannerSettings

TEST_CODE = "5201234567894"
"""The EAN-13 on the page."""
TEST_QR = "TEST QR CODE"
"""What the QR code on the page says."""
SCANS = 3
SPEEDS = (9600, 115200, 19200, 38400, 57600, 4800, 2400, 1200)
"""Baud rates in the order they are tried; most readers leave the factory with the first."""
HAND_MS = 250
"""Nobody's reader pauses longer between two keys, and nobody types a whole code quicker."""

KEYBOARD = "keyboard"

Suffix = Literal["any", "cr", "lf", "tab", "etx", "none"]
Miss = Literal["other", "garbage", "no_check_digit", "half", "typed"]
"""``other``: a code, but not the one on the page. ``garbage``: wrong speed. ``half``: torn."""

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]$")
_SUFFIXES: tuple[tuple[str, Suffix], ...] = (
    ("\r\n", "any"), ("\r", "cr"), ("\n", "lf"), ("\t", "tab"), ("\x03", "etx"),
)  # fmt: skip
_LETTERS = {TEST_CODE: "d", TEST_QR: "s"}
"""What Honeywell readers put in front of the two codes on the page."""


class Burst(Protocol):
    """What came over a line without a pause. Times in milliseconds."""

    @property
    def address(self) -> str:
        """Where the line is now."""
        ...

    @property
    def baudrate(self) -> int:
        """The speed it was read at."""
        ...

    @property
    def data(self) -> bytes: ...

    @property
    def took_ms(self) -> int:
        """From the first byte to the last."""
        ...

    @property
    def longest_gap_ms(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key as it came: its text ("\\r" for Enter), the place of the key, when (milliseconds)."""

    text: str
    place: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One of the two codes on the page, read right. ``matrix``: it was the QR code."""

    source: str
    suffix: Suffix
    prefix: str = ""
    aim: bool = False
    letter: bool = False
    check_block: bool = False
    us_layout: bool = False
    matrix: bool = False
    baudrate: int = 9600
    took_ms: int = 0
    gap_ms: int = 0


def read_burst(burst: Burst) -> Sample | Miss:
    """What a line said."""
    body, suffix, check_block = _unframed(burst.data)
    if not body.isascii() or not all(0x20 <= byte < 0x7F or byte == 0x1D for byte in body):
        return "garbage"
    told = _told(body.decode("ascii"))
    if isinstance(told, str):
        return told
    return replace(
        told, source=burst.address, suffix=suffix, check_block=check_block,
        baudrate=burst.baudrate, took_ms=burst.took_ms, gap_ms=burst.longest_gap_ms,
    )  # fmt: skip


def read_strokes(strokes: Sequence[Stroke]) -> Sample | Miss:
    """What was typed; by hand it is no reader."""
    ended = bool(strokes) and strokes[-1].text in ("\r", "\n", "\t")
    keys = strokes[:-1] if ended else strokes
    gaps = [later.at_ms - one.at_ms for one, later in pairwise(keys)]
    text = "".join(key.text for key in keys)
    told = _told(text)
    if isinstance(told, str) and _same_keys(keys):
        told = Sample(KEYBOARD, "none", us_layout=True)
    if isinstance(told, str):
        return told
    if max(gaps) > HAND_MS:
        return "typed"
    suffix: Suffix = ("tab" if strokes[-1].text == "\t" else "cr") if ended else "none"
    took = strokes[-1].at_ms - strokes[0].at_ms
    return replace(told, source=KEYBOARD, suffix=suffix, took_ms=took, gap_ms=max(gaps))


def _unframed(data: bytes) -> tuple[bytes, Suffix, bool]:
    """The code without what stands around it, how it ended, whether a check character followed."""
    body = data.lstrip(b"\x00\xff")  # noise of plugging in
    body = body[1:] if body[:1] == b"\x02" else body
    if body[-2:-1] == b"\x03":
        return body[:-2], "etx", True
    for ending, name in _SUFFIXES:
        if body.endswith(ending.encode()):
            return body.removesuffix(ending.encode()), name, False
    return body, "none", False


def _told(text: str) -> Sample | Miss:
    for code in (TEST_CODE, TEST_QR):
        head, found, tail = text.partition(code)
        if found and not tail:
            return _headed(head, code)
    if text.endswith(TEST_CODE[:-1]):
        return "no_check_digit"
    torn = len(text) > 2 and any(part in TEST_CODE for part in (text, text[-8:]))
    return "half" if torn else "other"


def _headed(head: str, code: str) -> Sample:
    aim = _AIM.search(head)
    if aim:
        return Sample("", "any", head[: aim.start()], aim=True, matrix=code == TEST_QR)
    letter = head == _LETTERS[code]
    return Sample("", "any", "" if letter else head, letter=letter, matrix=code == TEST_QR)


def _same_keys(keys: Sequence[Stroke]) -> bool:
    """Whether these are the keys of the code on an American keyboard, whatever they typed."""
    if len(keys) != len(TEST_CODE) or not all(key.place for key in keys):
        return False
    places = {digit: key.place for digit, key in zip(TEST_CODE, keys, strict=True)}
    of_each = all(places[digit] == key.place for digit, key in zip(TEST_CODE, keys, strict=True))
    return of_each and len(set(places.values())) == len(places)


@dataclass(slots=True)
class Learner:
    """Collects what the first source that speaks says; ``settings`` once it has spoken enough.

    Another source is told apart from it and not listened to.
    """

    samples: list[Sample] = field(default_factory=list)
    reads_qr: bool = False

    @property
    def source(self) -> str:
        """The reader that was chosen, "" while none has spoken."""
        return self.samples[0].source if self.samples else ""

    @property
    def done(self) -> bool:
        """Whether it has been read often enough."""
        return len(self.samples) >= SCANS

    @property
    def last(self) -> Sample:
        """The newest reading of the code on the page."""
        return self.samples[-1]

    def take(self, sample: Sample) -> bool:
        """Note a reading; False when it came from another reader than the one that was chosen."""
        if self.source and sample.source != self.source:
            return False
        if sample.matrix:
            self.reads_qr = True
        else:
            self.samples.append(sample)
        return True

    def settings(self, port: str) -> ScannerSettings:
        """Settings for the reader that was learnt; ``port``: where it is found from now on.

        Prefix and suffix are what the last scan had: whoever sets a reader meanwhile means it.
        """
        last = self.last
        gap = max(sample.gap_ms for sample in self.samples)
        return ScannerSettings(
            port=port,
            baudrate=last.baudrate,
            prefix=last.prefix,
            suffix=last.suffix,
            idle_ms=self._idle(gap),
            check_block=last.check_block,
            code_ids="honeywell" if last.letter else "aim",
            us_layout=last.us_layout,
        )

    def _idle(self, gap: int) -> int:
        """The longest gap between keys of a keyboard; the silence that ends a code of a line."""
        if self.source == KEYBOARD:
            return min(max(gap, 20), 1000)
        return min(max(3 * gap, 150), 1000)


def next_speed(tried: Sequence[int]) -> int:
    """A speed that was not tried yet, or the first again."""
    return next((speed for speed in SPEEDS if speed not in tried), SPEEDS[0])
