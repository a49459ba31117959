"""Never twice: whatever breaks, whole copies on paper and the answer agree.

printed: exactly one whole copy. waiting: none. unknown: at most one, and the slip printed after it
comes out whole, whatever the broken one left behind in the printer.
"""

import random

import pytest

from devices.printers.base import PrintResult
from tests.devices.printers.slips import numbered, slip

pytestmark = pytest.mark.usefixtures("caplog")  # a printer lost in a slip is worth a warning
PRINTED = PrintResult("printed")
QUERY = 12
DEATHS = [1, 5, QUERY, QUERY + 1, *random.Random(7).sample(range(QUERY + 2, 700), 12)]
HEBREW_DEATHS = random.Random(11).sample(range(QUERY + 40, 15_000), 6)


def copies(counter, number=1):
    """How many whole copies of the slip are on paper, torn ones not counted."""
    return counter.paper.count(f"# {number:04}")


def agree(result, whole):
    assert (result.state, whole) in {
        ("printed", 1),
        ("waiting", 0),
        ("unknown", 0),
        ("unknown", 1),
    }


@pytest.mark.parametrize("after", DEATHS)
def test_a_connection_that_dies_anywhere_never_prints_twice(counter, after):
    emulator = counter.emulator
    emulator.die_after(after)
    printer = counter.printer()
    result = printer.print(slip("en"))
    agree(result, copies(counter))
    assert result.state == ("unknown" if after > QUERY else "waiting")
    emulator.plug_in()
    assert emulator.wait_until(lambda: emulator.idle)
    while counter.way == "pty" and not counter.link.exists():
        pass
    assert printer.print(slip("en", 2), after_unknown=True) == PRINTED
    assert copies(counter, 2) == 1
    assert emulator.sheets[-1].text.rstrip().endswith("# 0002")
    if after >= QUERY:  # a question torn in half leaves a byte or two no printer understands
        assert emulator.unknown == ()


@pytest.mark.parametrize("after", range(QUERY - 2, QUERY + 8))
def test_a_line_lost_while_a_mended_cutter_is_told_to_go_on_is_an_answer(counter, after):
    counter.emulator.error = "cutter"
    counter.emulator.die_after(after)
    result = counter.printer().print(numbered(1))
    agree(result, counter.paper.count("SLIP 0001"))
    assert result.state == "waiting"


@pytest.mark.parametrize("after", HEBREW_DEATHS)
def test_a_picture_torn_apart_does_not_spoil_the_next_slip(network, after):
    emulator = network.emulator
    emulator.die_after(after)
    printer = network.printer()
    assert printer.print(slip("he")) == PrintResult("unknown", "lost")
    assert printer.print(slip("he", 2), after_unknown=True) == PRINTED
    assert emulator.unknown == ()
    assert printer.print(slip("he", 3)) == PRINTED
    second, third = emulator.sheets[-2:]
    assert len(third.pictures) > 10
    assert second.pictures[-len(third.pictures) :][0].rows == third.pictures[0].rows
    assert "# 0002" in second.text


@pytest.mark.parametrize("after", [1, 40, 200, 400, 600])
def test_pulling_the_mains_in_the_middle_of_a_slip_is_unknown(network, after):
    emulator = network.emulator
    emulator.at(emulator.executed + after, emulator.power_off)
    printer = network.printer()
    result = printer.print(slip("en"))
    agree(result, copies(network))
    emulator.power_on()
    while not printer.status().reachable:
        pass
    assert printer.print(slip("en", 2), after_unknown=True) == PRINTED
    assert copies(network, 2) == 1


@pytest.mark.parametrize("after", random.Random(3).sample(range(20, 620), 8))
def test_paper_that_ends_anywhere_and_is_reloaded_gives_one_copy(counter, after):
    emulator = counter.emulator
    emulator.at(after, lambda: setattr(emulator, "paper", "out"))
    printing = counter.later(counter.printer().print, slip("el"))
    assert emulator.wait_until(lambda: emulator.paper == "out")
    emulator.paper = "ok"
    assert printing.result(20) == PRINTED
    assert counter.emulator.wait_sheets()
    assert copies(counter) == 1


def test_sixty_slips_with_every_kind_of_trouble_are_never_there_twice(network):
    emulator, chance = network.emulator, random.Random(5)
    printer = network.printer(patience=0.2, answer_seconds=0.2, resume_seconds=0.5)
    fates, unknown = {}, False
    for number in range(60):
        trouble = chance.choice(("none", "none", "die", "mute", "refuse", "cover"))
        emulator.die_after(chance.randrange(1, 400) if trouble == "die" else None)
        emulator.refuse = trouble == "refuse"
        emulator.cover_open = trouble == "cover"
        if trouble == "mute":
            emulator.at(
                emulator.executed + chance.randrange(20, 300),
                lambda: setattr(emulator, "mute", True),
            )
        fates[number] = printer.print(numbered(number), after_unknown=unknown).state
        unknown = unknown if fates[number] == "waiting" else fates[number] == "unknown"
        emulator.mute = False
    assert emulator.wait_until(lambda: emulator.idle)
    for number, state in fates.items():
        whole = network.paper.count(f"SLIP {number:04}")
        assert whole <= 1
        assert whole == 1 or state != "printed"
        assert whole == 0 or state != "waiting"
    assert {"printed", "unknown", "waiting"} == set(fates.values())
