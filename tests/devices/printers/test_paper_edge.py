"""Where a slip ends: nothing of it stays in the printer for the next customer, and no tear crosses
its last line, on every printer there is, however far the knife is behind the head.
"""

from pathlib import Path

import pytest

from devices.printers.emulator import PrinterEmulator
from devices.printers.encoder import SlipEncoder
from devices.printers.models import PROFILES
from tests.devices.printers.slips import slip

DOTS_PER_MM = 8
TEAR_MM = 15
"""From the head up to the edge that paper is torn at, on small printers."""
CUTTERS = {key: profile for key, profile in PROFILES.items() if profile.cutter != "none"}
TORN = {key: profile for key, profile in PROFILES.items() if profile.cutter == "none"}


def feed(emulator, job):
    before = emulator.executed
    with Path(emulator.serve_pty()).open("wb", buffering=0) as line:
        line.write(job)
        assert emulator.wait_executed(before + len(job), 10)


@pytest.mark.parametrize("knife_mm", [0, 9, 12.5, 15, 25])
@pytest.mark.parametrize("language", ["en", "he"])
def test_a_knife_behind_the_head_leaves_nothing_to_the_next_customer(cache_dir, language, knife_mm):
    dots = round(knife_mm * DOTS_PER_MM)
    for profile in {profile.cutter: profile for profile in CUTTERS.values()}.values():
        with PrinterEmulator(width=profile.dots, knife_distance=dots) as emulator:
            job = SlipEncoder(profile, cache_dir).encode(slip(language), b"A1b2")
            feed(emulator, job)
            assert emulator.paper_in_printer.items == ()
            feed(emulator, job)
            first, second = emulator.sheets
            assert first.text.count("# 0001") == second.text.count("# 0001") == 1
            assert len(first.items) == len(second.items)


@pytest.mark.parametrize("key", CUTTERS)
def test_every_printer_with_a_knife_cuts_behind_the_slip(cache_dir, key):
    profile = CUTTERS[key]
    dots = profile.knife_mm * DOTS_PER_MM
    with PrinterEmulator(width=profile.dots, knife_distance=dots) as emulator:
        feed(emulator, SlipEncoder(profile, cache_dir).encode(slip("en"), b"A1b2"))
        (sheet,) = emulator.sheets
        assert "# 0001" in sheet.text
        assert sheet.cut == profile.cutter
        assert emulator.paper_in_printer.items == ()
        assert emulator.unknown == ()


@pytest.mark.parametrize("key", TORN)
def test_where_paper_is_torn_the_last_line_is_past_the_edge(cache_dir, key):
    profile = TORN[key]
    with PrinterEmulator(width=profile.dots) as emulator:
        feed(emulator, SlipEncoder(profile, cache_dir).encode(slip("en"), b"A1b2"))
        assert emulator.sheets == ()
        paper = emulator.tear_off()
        ends = max(one.top + one.height for one in paper.lines if one.height)
        assert "# 0001" in paper.text
        assert paper.height - ends >= TEAR_MM * DOTS_PER_MM
        assert not [event for event in paper.events if event.kind == "cut"]
