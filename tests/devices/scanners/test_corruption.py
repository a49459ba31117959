"""Lines that lose, glue, garble and invent bytes: whoever is recognised was there.

Ten thousand scans are spoilt, with `LONG=1` a million. The members' cards are numbered one after
the other, as a shop's are: a wrong digit that passes for a card is somebody's.
"""

import os
import random
from itertools import pairwise

import pytest

from devices.scanners import Scan
from devices.scanners.framing import FrameFormat, Suffix
from devices.scanners.reader import ScanReader
from devices.scanners.symbologies import ReadingRules, check_digit

COUNT = 1_000_000 if os.environ.get("LONG") else 10_000
BYTE_SECONDS = 10 / 9600
NOISE = b"\x00\xff\xf8\x80\xfe\xc0\x7f"


def card(number):
    body = f"2950{number:08}"
    return body + check_digit(body)


MEMBERS = {card(number) for number in range(20_000)}


class Line:
    """Bytes with their moments; scans come as quick as a hand makes them."""

    def __init__(self, seed, head=b"]E0", tail=b"\r\n"):
        self.chance = random.Random(seed)
        self._head, self._tail = head, tail
        self.reader = ScanReader("P", rules=ReadingRules(own_prefix="2950"))
        self.sent, self.now = [], 0.0

    def scan(self):
        code = card(self.chance.randrange(20_000))
        self.sent.append(code)
        self.now += self.chance.uniform(0.6, 3.0)
        return [
            (byte, self.now + place * BYTE_SECONDS)
            for place, byte in enumerate(self._head + code.encode() + self._tail)
        ]

    def recognised(self, stream):
        found = []
        for byte, now in stream:
            heard = self.reader.feed(bytes([byte]), now)
            found += [one.text for one in heard if isinstance(one, Scan)]
        return [text for text in found if text in MEMBERS]


def cut(stream, chance):
    """The line drops a piece: of one scan, or from one into the next."""
    start = chance.randrange(len(stream))
    return stream[:start] + stream[start + chance.randint(1, 25) :]


def glue(stream, chance):
    return [one for one in stream if one[0] not in b"\r\n" or chance.random() < 0.3]


def noise(stream, chance):
    """Bytes of no meaning between and instead of the others."""
    spoilt = []
    for byte, now in stream:
        roll = chance.random()
        if roll < 0.05:
            spoilt.append((chance.choice(NOISE), now))
        spoilt.append((chance.choice(NOISE) if roll > 0.97 else byte, now))
    return spoilt


def bit(stream, chance):
    """One bit is another: every single wrong digit is caught by the check digit."""
    place = chance.randrange(len(stream))
    byte, now = stream[place]
    return [*stream[:place], (byte ^ 1 << chance.randrange(8), now), *stream[place + 1 :]]


def wrong_speed(stream, chance):
    """What a receiver at twice the speed makes of it: every bit counts for two."""
    spoilt = []
    for byte, now in stream:
        bits = [0, *(byte >> place & 1 for place in range(8)), 1]
        twice = [level for level in bits for _ in range(2)]
        for first, second in ((1, 9), (11, 19)):
            value = sum(level << place for place, level in enumerate(twice[first:second]))
            spoilt.append((value & 0xFF, now))
    return spoilt


@pytest.mark.parametrize(
    "spoil", [cut, glue, noise, bit, wrong_speed], ids=lambda one: one.__name__
)
@pytest.mark.parametrize("head", [b"]E0", b""], ids=["identified", "bare"])
def test_no_corruption_ever_recognises_somebody_who_was_not_there(spoil, head):
    line = Line(seed=11, head=head)
    for _ in range(COUNT // 20):
        line.sent.clear()
        stream = spoil(line.scan() + line.scan(), line.chance)
        seen = line.recognised(stream)
        assert set(seen) <= set(line.sent), f"{spoil.__name__}: {seen} of {line.sent}"
        line.recognised([(0x0D, line.now + 0.1)])  # the reader's next end


def test_what_arrives_whole_is_always_recognised():
    line = Line(seed=12)
    pairs = [line.scan() for _ in range(200)]
    assert line.recognised([one for scan in pairs for one in scan]) == line.sent
    assert all(first != second for first, second in pairwise(line.sent))


def test_readers_without_suffix_recognise_nobody_who_was_not_there():
    line = Line(seed=13, tail=b"")
    line.reader = ScanReader(
        "P", format_=FrameFormat(Suffix.NONE), rules=ReadingRules(own_prefix="2950")
    )
    for _ in range(COUNT // 10):
        line.sent.clear()
        stream = cut(line.scan() + line.scan(), line.chance)
        assert set(line.recognised(stream)) <= set(line.sent)
        line.now += 1.0
        line.reader.feed(b"", line.now)
