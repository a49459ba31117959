"""Keys of readers and of people for the wedge tests: what they type, from which place, and when."""

from devices.scanners.us_keys import X11_KEYS, Keystroke
from devices.scanners.wedge import WedgeReader

CARD, OTHER = "2912345678906", "2912345678913"

PLACES = {
    typed: (code, shift)
    for code, pair in sorted(X11_KEYS.items(), reverse=True)  # the main rows, not the key pad
    for shift, typed in reversed(tuple(enumerate(pair)))
}
# What a few keys of the American layout type where the till's layout is another one.
HUNGARIAN = {"0": "ö", "y": "z", "z": "y", "Y": "Z", "Z": "Y", "-": "ü", "]": "ú", "/": "-"}
GREEK = dict(zip("ertyuiopasdfghjklzxcvbnm", "ερτυθιοπασδφγηξκλζχψωβνμ", strict=True)) | dict(
    zip("ERTYUIOPASDFGHJKLZXCVBNM", "ΕΡΤΥΘΙΟΠΑΣΔΦΓΗΞΚΛΖΧΨΩΒΝΜ", strict=True)
)
HEBREW = dict(zip("qwertyuiopasdfghjklzxcvbnm/", "/'קראטוןםפשדגכעיחלךזסבהנמצ.", strict=True))


def keys(text, gaps, start=1000.0, layout=None, end="\r", caps=False):
    """Strokes of an American reader on a till with another layout; gaps repeat."""
    strokes, at = [], start
    for place, character in enumerate(text):
        code, shift = PLACES.get(character, (0, 0))
        typed = (layout or {}).get(character, character)
        typed = typed.swapcase() if caps else typed
        strokes.append(Keystroke(typed, code, bool(shift), alt_gr=False, at=at))
        at += gaps[place % len(gaps)]
    if end:
        strokes.append(Keystroke(end, 36 if end == "\r" else 23, False, alt_gr=False, at=at))
    return strokes


class Desk:
    """A till with a field and a reader that types: what the field gets, and what is a scan.

    Time runs by the keys: silence is told as a window would, as soon as it is long enough.
    """

    def __init__(self, **options):
        self.scans, self.rejected, self.field, self.held = [], [], "", ""
        self.longest_hold = 0.0
        self.reader = WedgeReader(
            on_scan=self.scans.append,
            on_rejected=lambda one: self.rejected.append(one.reason),
            keys=X11_KEYS,
            **options,
        )
        self._last = 0.0

    @property
    def texts(self):
        return [scan.text for scan in self.scans]

    def type(self, strokes):
        for stroke in strokes:
            self._silence(stroke.at - self._last)
            self._last = stroke.at
            answer = self.reader.press(
                stroke.text, stroke.scan_code,
                shift=stroke.shift, alt_gr=stroke.alt_gr, at=stroke.at,
            )  # fmt: skip
            self._judged(answer, stroke.text)
        self._silence(10_000)
        assert self.held == ""
        return self

    def _silence(self, lasted):
        wait = self.reader.wait_ms
        if wait and lasted >= wait:
            self._judged(self.reader.quiet(wait), "")

    def _judged(self, answer, new):
        if answer == "hold":
            self.held += new
        elif answer in ("release", "afresh"):
            back = self.held + (new if answer == "release" else "")
            self.field += back
            self.held = new if answer == "afresh" else ""
        else:
            self.held = new if answer == "next" else ""
