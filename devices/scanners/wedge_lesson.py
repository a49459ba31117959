"""Learning how a reader types, from one card scanned three times.

Pure. Feeds on the same keys as a `WedgeReader` and can stand in its place while the set-up asks:
"scan this card three times". Whoever types by hand is handed everything back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from devices.scanners.discovery import KEYBOARD
from devices.scanners.symbologies import ReadingRules
from devices.scanners.us_keys import (
    PLATFORM_KEYS,
    Keys,
    Keystroke,
    caps_lock_was_on,
    typed_text,
    us_text,
)
from devices.scanners.wedge import LEAST_KEYS, Answer, Timing, elapsed, is_sure

SCANS = 3
HAND_MS = 250.0
"""No reader pauses longer between two keys, and no hand types a whole code quicker than this."""
_SUFFIXES = {"\r": "cr", "\n": "lf", "\t": "tab"}
_ENDS = frozenset(_SUFFIXES)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What three scans told. ``text`` is the code, as it will be read from now on.

    ``suffix`` is ``cr``, ``lf``, ``tab`` or ``none``; ``us_layout``: the keys' letters are not the
    code's; ``caps_lock``: it was on, which does no harm but should be said.
    """

    text: str
    timing: Timing
    suffix: str
    us_layout: bool
    caps_lock: bool

    @property
    def idle_ms(self) -> int:
        """The longest gap, as the settings keep it."""
        return min(max(round(self.timing.longest_ms), 20), 1000)


def learn(
    scans: Sequence[Sequence[Keystroke]],
    *,
    keys: Keys = PLATFORM_KEYS,
    rules: ReadingRules | None = None,
) -> Learnt | None:
    """What the scans have in common, ends included; None when they are not one code."""
    codes = [[stroke for stroke in scan if stroke.text not in _ENDS] for scan in scans]
    gaps = [later.at - one.at for scan in scans for one, later in pairwise(scan)]
    if not gaps or len({typed_text(code) for code in codes}) > 1:
        return None
    typed, places = typed_text(codes[0]), us_text(codes[0], keys)
    us_layout = places is not None and _is_better(places, typed, rules or ReadingRules())
    return Learnt(
        text=places if us_layout and places is not None else typed,
        timing=Timing(median(gaps), max(gaps)),
        suffix=_SUFFIXES.get(scans[-1][-1].text, "none"),
        us_layout=us_layout,
        caps_lock=all(caps_lock_was_on(code) for code in codes),
    )


def _is_better(places: str, typed: str, rules: ReadingRules) -> bool:
    if places == typed:
        return False
    eaten = len(typed) < len(places)  # by dead keys
    return eaten or not typed.isascii() or (is_sure(places, rules) and not is_sure(typed, rules))


class WedgeLesson:
    """Collects scans key by key; ``on_scan`` gets the count so far, ``learnt`` the lesson."""

    port = KEYBOARD

    def __init__(
        self,
        on_scan: Callable[[int], None] = lambda count: None,
        *,
        keys: Keys = PLATFORM_KEYS,
        rules: ReadingRules | None = None,
    ) -> None:
        self._on_scan = on_scan
        self._keys = keys
        self._rules = rules
        self._held: list[Keystroke] = []
        self._scans: list[tuple[Keystroke, ...]] = []
        self._scanned: float | None = None

    @property
    def wait_ms(self) -> int:
        """How long a silence ends a code."""
        return round(HAND_MS) if self._held else 0

    @property
    def learnt(self) -> Learnt | None:
        """The lesson; None until one code was scanned three times in a row."""
        if len(self._scans) < SCANS:
            return None
        return learn(self._scans[-SCANS:], keys=self._keys, rules=self._rules)

    def press(self, text: str, scan_code: int, *, shift: bool, alt_gr: bool, at: float) -> Answer:
        """A key that types something."""
        stroke = Keystroke(text, scan_code, shift, alt_gr, at)
        if not self._held and text in _ENDS:
            return Answer.SWALLOW if elapsed(self._scanned, at) < HAND_MS else Answer.RELEASE
        if self._held and elapsed(self._held[-1].at, at) >= HAND_MS:
            answer = Answer.NEXT if self._taken(self._held[-1].at) else Answer.AFRESH
            self._held = [stroke]
            return answer
        self._held.append(stroke)
        if text in _ENDS:
            return Answer.SWALLOW if self._taken(at) else Answer.RELEASE
        return Answer.HOLD

    def quiet(self, ms: float) -> Answer:
        """Nothing was pressed for so long."""
        if self._held and ms < HAND_MS:
            return Answer.HOLD
        taken = bool(self._held) and self._taken(self._held[-1].at)
        return Answer.SWALLOW if taken else Answer.RELEASE

    def forget(self) -> None:
        """What was held has been handed back."""
        self._held.clear()

    def _taken(self, at: float) -> bool:
        """Whether the held keys are a scan; they are let go of in any case."""
        scan, self._held = tuple(self._held), []
        if sum(stroke.text not in _ENDS for stroke in scan) < LEAST_KEYS:
            return False
        self._scanned = at
        self._scans.append(scan)
        self._on_scan(len(self._scans))
        return True
