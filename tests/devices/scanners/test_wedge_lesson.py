"""The set-up learns a typing reader from one card scanned three times."""

from dataclasses import replace

import pytest

from devices.scanners.us_keys import X11_KEYS, Keystroke
from devices.scanners.wedge import Timing
from devices.scanners.wedge_lesson import WedgeLesson
from tests.devices.scanners.keyboards import CARD, GREEK, HUNGARIAN, OTHER, PLACES, Desk, keys


class Page:
    """A page that asks for three scans: what it learnt, and what its field got."""

    def __init__(self):
        self.counts, self.field, self._held, self._last = [], "", "", 0.0
        self.lesson = WedgeLesson(self.counts.append, keys=X11_KEYS)

    def type(self, strokes):
        for stroke in strokes:
            self._silence(stroke.at - self._last)
            self._last = stroke.at
            self._judged(
                self.lesson.press(
                    stroke.text, stroke.scan_code,
                    shift=stroke.shift, alt_gr=stroke.alt_gr, at=stroke.at,
                ),
                stroke.text,
            )  # fmt: skip
        self._silence(10_000)
        return self.lesson.learnt

    def _silence(self, lasted):
        if self.lesson.wait_ms and lasted >= self.lesson.wait_ms:
            self._judged(self.lesson.quiet(lasted), "")

    def _judged(self, answer, new):
        self._held += new
        if answer in ("release", "afresh"):
            keep = new if answer == "afresh" else ""
            self.field += self._held.removesuffix(keep)
            self._held = keep
        elif answer in ("swallow", "next"):
            self._held = new if answer == "next" else ""


def three(text, gaps, **options):
    return [
        stroke
        for start in (1000, 9000, 17000)
        for stroke in keys(text, gaps, start=start, **options)
    ]


@pytest.mark.parametrize(("end", "suffix"), [("\r", "cr"), ("\t", "tab"), ("", "none")])
def test_three_scans_tell_how_it_types(end, suffix):
    page = Page()
    learnt = page.type(three(CARD, [80, 78, 100, 80], end=end))
    assert (learnt.text, learnt.suffix, learnt.us_layout) == (CARD, suffix, False)
    assert (learnt.timing.median_ms, learnt.timing.longest_ms) == (80, 100)
    assert (learnt.idle_ms, learnt.caps_lock) == (100, False)
    assert (page.counts, page.field) == ([1, 2, 3], "")


def test_a_quick_reader_is_kept_within_what_settings_take():
    assert Page().type(three(CARD, [8])).idle_ms == 20


def test_what_was_learnt_is_what_reads_from_then_on():
    learnt = Page().type(three(CARD, [80, 90]))
    desk = Desk(timing=learnt.timing, us_layout=learnt.us_layout)
    assert desk.type(keys(OTHER, [82, 88])).texts == [OTHER]
    assert Desk(timing=Timing(learnt.idle_ms, learnt.idle_ms)).type(
        keys(OTHER, [82, 88])
    ).texts == [OTHER]


@pytest.mark.parametrize(
    ("text", "layout"), [(CARD, HUNGARIAN), ("]E0" + CARD, GREEK), ("]E0" + CARD, HUNGARIAN)]
)
def test_a_layout_that_is_not_the_readers_is_seen(text, layout):
    learnt = Page().type(three(text, [8], layout=layout))
    assert (learnt.text, learnt.us_layout) == (text, True)


def test_dead_keys_are_a_mismatch_too():
    learnt = Page().type(three("12:34-56", [8], layout={":": ""}))
    assert (learnt.text, learnt.us_layout) == ("12:34-56", True)


def test_plain_signs_for_digits_are_a_mismatch_too():
    shifted = dict(zip("1234567890", "!@#$%^&*()", strict=True))
    learnt = Page().type(three(CARD, [8], layout=shifted))
    assert (learnt.text, learnt.us_layout) == (CARD, True)


def test_a_reader_set_to_the_tills_layout_needs_no_repair():
    swapped = [
        replace(stroke, scan_code=PLACES["y"][0]) if stroke.text == "z" else stroke
        for stroke in three("zebra-10", [8])
    ]
    learnt = Page().type(swapped)
    assert (learnt.text, learnt.us_layout) == ("zebra-10", False)


def test_caps_lock_is_seen():
    learnt = Page().type(three("]E0" + CARD, [8], caps=True))
    assert learnt.caps_lock
    assert learnt.text == "]E0" + CARD


def test_two_codes_are_no_lesson_until_one_came_three_times():
    page = Page()
    assert page.type(keys(CARD, [8])) is None
    assert page.type(keys(OTHER, [8], start=3000) + keys(CARD, [8], start=5000)) is None
    assert page.type(keys(CARD, [8], start=7000) + keys(CARD, [8], start=9000)).text == CARD


def test_typing_by_hand_is_handed_back():
    page = Page()
    assert page.type(keys("Example", [300]) + keys("ok", [90], start=9000)) is None
    assert page.field == "Example\rok\r"
    assert page.counts == []


def test_a_scan_ended_by_silence_that_nobody_told_counts():
    page = Page()
    page._silence = lambda lasted: None
    page.type(keys(CARD, [8], end="") + keys("x", [8], start=5000, end=""))
    assert page.counts == [1]
    assert page.lesson.quiet(5) == "hold"
    page.lesson.forget()
    assert page.lesson.wait_ms == 0
    assert page.lesson.quiet(500) == "release"


def test_a_second_end_is_part_of_the_scan():
    page = Page()
    scan = keys(CARD, [8])
    page.type([*scan, Keystroke("\n", 0, shift=False, alt_gr=False, at=scan[-1].at + 5)])
    assert page.field == ""


def test_the_same_key_for_ever_has_no_gaps_to_learn_from():
    page = Page()
    assert page.type(keys("a", [8], end="")) is None
