"""Which speed a reader talks at, found out while a person scans.

At a wrong speed bytes are noise without an end; at the right one a code comes out whole. Nothing is
written to the reader.
"""

import time
from collections.abc import Callable, Sequence

from devices.scanners.base import Scan, Symbology
from devices.scanners.framing import FrameFormat, Framer, Spoilt, Suffix
from devices.scanners.serial_line import GONE, Line, absence_named, open_line
from devices.scanners.symbologies import ReadingRules, read_frame

SPEEDS = (9600, 19200, 38400, 115200)
"""Baud rates in the order they are tried: most readers leave the factory with the first."""
_SILENCE = 0.12
_LISTENING = 0.05
_ANY_END = FrameFormat(suffix=Suffix.NONE, idle=_SILENCE)


class SpeedTrial:
    """Judges what is heard at one speed; ``now`` is seconds of one steady clock."""

    def __init__(self, rules: ReadingRules | None = None) -> None:
        self._rules = rules or ReadingRules()
        self._framer = Framer(_ANY_END)
        self._unsure = ""

    def hear(self, chunk: bytes, now: float) -> bool | None:
        """Whether the speed is right; None while nothing tells.

        A code with a check digit or an identifier tells at once, any other text when it comes twice
        and the same. A payment card tells nothing and is forgotten.
        """
        frames = self._framer.feed(chunk, now) if chunk else self._framer.expire(now)
        verdicts = [self._verdict(frame) for frame in frames]
        told = [verdict for verdict in verdicts if verdict is not None]
        return any(told) if told else None

    def _verdict(self, frame: bytes | Spoilt) -> bool | None:
        if isinstance(frame, Spoilt):
            return False
        found = read_frame(frame, "", self._rules)
        scans = [one for one in found if isinstance(one, Scan)]
        if not scans:
            return None if _is_plain(frame) else False
        if any(one.symbology is not Symbology.UNKNOWN for one in scans):
            return True
        again, self._unsure = scans[0].text == self._unsure, scans[0].text
        return True if again else None


def _is_plain(frame: bytes) -> bool:
    """Whether this is text: torn or refused for another cause than the speed."""
    return all(0x20 <= byte < 0x7F for byte in frame)


def find_speed(
    path: str,
    *,
    speeds: Sequence[int] = SPEEDS,
    seconds: float = 60.0,
    trying: Callable[[int], None] = lambda speed: None,
    cancelled: Callable[[], bool] = lambda: False,
    rules: ReadingRules | None = None,
    opener: Callable[[str, int], Line] = open_line,
    clock: Callable[[], float] = time.monotonic,
) -> int | None:
    """The speed at which a scan comes out clean; None when the time is up or ``cancelled`` says so.

    Each scan that is noise moves on to the next speed, round and round; ``trying`` is told which.
    Blocks. Raises DeviceUnplugged.
    """
    until = clock() + seconds
    with absence_named(path):
        line = opener(path, speeds[0])
    line.timeout = _LISTENING
    try:
        turn = 0
        while clock() < until and not cancelled():
            speed = speeds[turn % len(speeds)]
            trying(speed)
            with absence_named(path):
                if _is_right(line, speed, SpeedTrial(rules), until, cancelled, clock):
                    return speed
            turn += 1
        return None
    finally:
        _close(line)


def _is_right(
    line: Line,
    speed: int,
    trial: SpeedTrial,
    until: float,
    cancelled: Callable[[], bool],
    clock: Callable[[], float],
) -> bool:
    line.baudrate = speed
    line.reset_input_buffer()
    while clock() < until and not cancelled():
        verdict = trial.hear(line.read(line.in_waiting or 1), clock())
        if verdict is not None:
            return verdict
    return False


def _close(line: Line) -> None:
    try:
        line.close()
    except GONE:
        return  # gone already
