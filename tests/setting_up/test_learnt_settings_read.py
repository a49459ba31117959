"""What the set-up learns is what the till reads by: the learnt reader, on a real line, reads cards
that it never saw.
"""

import dataclasses
import queue

import msgspec
import pytest

from devices.scanners.setup import ReaderSetup, make_scanners
from terminal.cards import own_card
from terminal.services.setup_learning import (
    KEYBOARD,
    TEST_CODE,
    Learner,
    Stroke,
    read_burst,
    read_strokes,
)
from tests.devices.lines import PtyLine
from tests.setting_up.fakes import Burst

CARDS = [own_card("2950", number) for number in (7, 4417)]
WAYS = [
    "{}\r", "{}\r\n", "{}\n", "{}\t", "{}", "\x02{}\x03", "]E0{}\r", "T1-]E0{}\r", "T1-{}\r",
    "d{}\r", "\x02]E0{}\x03",
]  # fmt: skip


def set_up(settings):
    names = {one.name for one in dataclasses.fields(ReaderSetup)}
    told = msgspec.structs.asdict(settings)
    return ReaderSetup(**{name: value for name, value in told.items() if name in names})


@pytest.mark.parametrize("way", WAYS, ids=[repr(way) for way in WAYS])
def test_a_reader_that_was_learnt_reads_other_cards(tmp_path, way):
    line = PtyLine(tmp_path / "reader")
    learner = Learner()
    for _ in range(3):
        learner.take(read_burst(Burst(way.format(TEST_CODE).encode(), line.path)))
    heard, there = queue.Queue(), queue.Queue()
    readers = make_scanners(
        [set_up(learner.settings(line.path))], scanned=heard.put, rejected=heard.put,
        changed=lambda address, state: there.put(state), card_prefix="2950",
    )  # fmt: skip
    readers.start()
    try:
        assert there.get(timeout=20) == ""
        for card in CARDS:
            line.send(way.format(card).encode())
            assert heard.get(timeout=20).text == card
    finally:
        readers.stop()
        line.unplug()


@pytest.mark.parametrize("gap", [8, 85])
@pytest.mark.parametrize("layout", ["us", "hu"])
def test_a_typing_reader_that_was_learnt_reads_other_cards(gap, layout):
    places = {"1": 10, "2": 11, "3": 12, "4": 13, "5": 14, "6": 15, "7": 16, "8": 17, "9": 18,
              "0": 19}  # fmt: skip

    def typed(code):
        texts = code.replace("0", "ö") if layout == "hu" else code
        keys = [
            Stroke(text, places[digit], n * gap)
            for n, (text, digit) in enumerate(zip(texts, code, strict=True))
        ]
        return [*keys, Stroke("\r", 36, len(code) * gap)]

    learner = Learner()
    for _ in range(3):
        learner.take(read_strokes(typed(TEST_CODE)))
    assert learner.last.us_layout == (layout == "hu")
    heard = []
    readers = make_scanners(
        [set_up(learner.settings(KEYBOARD))], scanned=heard.append, rejected=heard.append,
        changed=lambda address, state: None, card_prefix="2950",
    )  # fmt: skip
    keyboard = readers.keyboard
    for card in CARDS:
        at = 0.0
        for key in typed(card):
            at = key.at_ms + 10_000.0 * CARDS.index(card)
            keyboard.press(key.text, key.place, shift=False, alt_gr=False, at=at)
        keyboard.quiet(2000.0)
    assert [scan.text for scan in heard] == CARDS
