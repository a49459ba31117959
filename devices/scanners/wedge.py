"""A reader that types: which keystrokes are a scan, and which are a person's.

Pure; whoever sees the keys feeds them and keeps them back as long as the answer says so. A scan is
a burst no hand can type; everything else is handed back in order and unharmed, at the latest when
the gap has passed. Readers as slow as a hand are recognised only after their timing was learnt, and
then only by what they read as well. Times are milliseconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import mean, median

from devices.scanners.base import Rejected, Scan, Symbology
from devices.scanners.discovery import KEYBOARD
from devices.scanners.framing import FrameFormat, Suffix
from devices.scanners.reader import ScanReader
from devices.scanners.symbologies import ReadingRules, read_frame
from devices.scanners.us_keys import PLATFORM_KEYS, Keys, Keystroke, typed_text, us_text

LEAST_KEYS = 6
QUICKEST_HAND_MS = 60
_ENDS = frozenset("\r\n\t")
_LEAST_GAP = 35.0
_SPREAD_MS = 12.0
_LEAST_TAIL = 140.0
_LEAST_MIXED = 10
_LIMIT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Timing:
    """How a reader types: the usual and the longest gap between two keys, as learnt."""

    median_ms: float = 10.0
    longest_ms: float = 20.0

    @property
    def gap(self) -> float:
        """Two keys this far apart are not of one scan."""
        return max(_LEAST_GAP, min(3 * self.median_ms, 1.5 * self.longest_ms))

    @property
    def is_slow(self) -> bool:
        """Whether a quick hand types like this reader."""
        return self.gap > QUICKEST_HAND_MS

    def has_rhythm(self, gaps: Sequence[float], *, strictly: bool = False) -> bool:
        """Whether the gaps are a machine's: all much alike, and, of a slow reader, like its own.

        Strictly: more even than any hand, but for the peaks that slow readers have.
        """
        usual = median(gaps)
        apart = sorted(abs(gap - usual) for gap in gaps)
        if not self.is_slow:
            return mean(apart) <= _SPREAD_MS
        within = 0.3 * self.median_ms <= min(gaps) and usual <= 1.1 * self.longest_ms
        if not strictly:
            return within and mean(apart) <= 0.2 * self.median_ms
        peaked = max(gaps) <= 1.5 * usual and usual >= 0.75 * self.median_ms
        return within and peaked and mean(apart[:-1] or apart) <= 0.07 * self.median_ms


def elapsed(then: float | None, now: float) -> float:
    """Milliseconds since then; for ever where there is no then, or the clock began anew."""
    return now - then if then is not None and now >= then else float("inf")


class Answer(StrEnum):
    """What becomes of the keys that are held back, and of the one just pressed."""

    HOLD = "hold"
    """Keep this one too."""
    RELEASE = "release"
    """Hand all back, and this one."""
    SWALLOW = "swallow"
    """They were a scan, this one included: nobody else sees them."""
    AFRESH = "afresh"
    """Hand back what is held; keep this one."""
    NEXT = "next"
    """What is held was a scan; keep this one."""


def _ignore(_: object) -> None:
    """Stand in for a callback nobody asked for."""


class WedgeReader:
    """One reader that types, behind all keys of a till.

    Callbacks come from within ``press`` and ``quiet``, on the caller's thread. With ``us_layout``
    the places of the keys are believed and never their letters; without it they are asked when the
    letters are no plain ones.
    """

    port = KEYBOARD

    def __init__(
        self,
        *,
        on_scan: Callable[[Scan], None],
        on_rejected: Callable[[Rejected], None] = _ignore,
        timing: Timing | None = None,
        us_layout: bool = False,
        prefix: str = "",
        rules: ReadingRules | None = None,
        keys: Keys = PLATFORM_KEYS,
    ) -> None:
        self._on_scan = on_scan
        self._on_rejected = on_rejected
        self._timing = timing or Timing()
        self._us_layout = us_layout
        self._prefix = prefix
        self._rules = rules or ReadingRules()
        self._keys = keys
        format_ = FrameFormat(Suffix.CR, prefix.encode(), limit=_LIMIT_BYTES)
        self._reader = ScanReader(KEYBOARD, format_=format_, rules=self._rules)
        self._held: list[Keystroke] = []
        self._flowed: float | None = None
        self._scanned: float | None = None

    @property
    def wait_ms(self) -> int:
        """After this long a silence ``quiet`` wants to be told; 0: nothing is held."""
        return round(self._patience) if self._held else 0

    def press(self, text: str, scan_code: int, *, shift: bool, alt_gr: bool, at: float) -> Answer:
        """A key that types ``text``: one character, what Enter and Tab type, "" for a dead key."""
        stroke = Keystroke(text, scan_code, shift, alt_gr, at)
        if text in _ENDS:
            return self._ended(stroke)
        if elapsed(self._flowed, at) < self._timing.gap:
            self._flowed = at
            return Answer.RELEASE
        if self._held and elapsed(self._held[-1].at, at) >= self._timing.gap:
            return self._begun_anew(stroke)
        self._held.append(stroke)
        return self._flow(at) if self._is_a_hand() else Answer.HOLD

    def quiet(self, ms: float) -> Answer:
        """Nothing was pressed for so long."""
        if self._held and ms < self._patience:
            return Answer.HOLD
        if not self._is_scan():
            self.forget()
            return Answer.RELEASE
        self._take(self._held[-1].at)
        return Answer.SWALLOW

    def forget(self) -> None:
        """What was held has been handed back for another cause: the focus moved, say."""
        self._held.clear()

    @property
    def _patience(self) -> float:
        return self._timing.gap * (2 if len(self._held) >= LEAST_KEYS else 1)

    @property
    def _tail(self) -> float:
        """For so long after a scan another end is its own: CR LF, or a late Enter."""
        return max(_LEAST_TAIL, 2 * self._timing.gap)

    def _ended(self, stroke: Keystroke) -> Answer:
        if not self._held:
            is_tail = elapsed(self._scanned, stroke.at) < self._tail
            return Answer.SWALLOW if is_tail else Answer.RELEASE
        in_time = elapsed(self._held[-1].at, stroke.at) < self._patience
        if in_time and self._is_scan():
            self._take(stroke.at)
            return Answer.SWALLOW
        self.forget()
        return Answer.RELEASE

    def _begun_anew(self, stroke: Keystroke) -> Answer:
        answer = Answer.AFRESH
        if elapsed(self._held[-1].at, stroke.at) >= self._patience and self._is_scan():
            self._take(self._held[-1].at)
            answer = Answer.NEXT
        self._held = [stroke]
        return answer

    def _is_a_hand(self) -> bool:
        """Of a slow reader: whether the gaps so far are none of its own."""
        gaps = self._gaps()
        if not self._timing.is_slow or not gaps:
            return False
        rolled = gaps[-1] < 0.3 * self._timing.median_ms
        return rolled or (len(gaps) >= 3 and not self._timing.has_rhythm(gaps))

    def _flow(self, at: float) -> Answer:
        """Somebody types as quickly as this reader: nothing is held until they pause."""
        self._flowed = at
        self.forget()
        return Answer.RELEASE

    def _gaps(self) -> list[float]:
        return [later.at - one.at for one, later in pairwise(self._held)]

    def _is_scan(self) -> bool:
        if len(self._held) < LEAST_KEYS or len({stroke.text for stroke in self._held}) == 1:
            return False
        gaps = self._gaps()
        if not self._timing.has_rhythm(gaps) or self._is_incomplete():
            return False
        if median(gaps) >= 1 and not self._timing.is_slow:
            return True
        # Keys that waited in a queue come all at once, whoever pressed them, and a slow reader is
        # no quicker than a hand: then the code itself decides.
        text = self._text()
        rhythm = self._timing.is_slow and self._timing.has_rhythm(gaps, strictly=True)
        return self._is_sure(text) or (rhythm and _is_mixed(text))

    def _is_incomplete(self) -> bool:
        """Whether a dead key ate a letter, and its place does not tell which."""
        eaten = any(not stroke.text for stroke in self._held)
        return eaten and us_text(self._held, self._keys) is None

    def _take(self, at: float) -> None:
        text = self._text()
        self.forget()
        self._scanned = at
        for outcome in self._reader.feed(text.encode("utf-8", "replace") + b"\r", at / 1000):
            if isinstance(outcome, Scan):
                self._on_scan(outcome)
            else:
                self._on_rejected(outcome)

    def _text(self) -> str:
        typed, places = typed_text(self._held), us_text(self._held, self._keys)
        if places is None or places == typed:
            return typed
        if self._us_layout or not typed.isascii() or len(typed) < len(self._held):
            return places
        return places if self._is_sure(places) and not self._is_sure(typed) else typed

    def _is_sure(self, text: str) -> bool:
        return is_sure(text.removeprefix(self._prefix), self._rules)


def _is_mixed(text: str) -> bool:
    """Whether this is a long code of digits and letters, as links and customer numbers are."""
    digits = sum(character.isdigit() for character in text)
    return 0 < digits < len(text) and " " not in text and len(text) >= _LEAST_MIXED


_SURE = frozenset(Symbology) - {Symbology.UNKNOWN}


def is_sure(text: str, rules: ReadingRules) -> bool:
    """Whether the code itself says that it was read whole: by check digit or identifier."""
    found = read_frame(text.encode("utf-8", "replace"), KEYBOARD, rules) if text else ()
    return any(isinstance(one, Scan) and one.symbology in _SURE for one in found)
