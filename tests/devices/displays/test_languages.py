"""Both command sets, byte by byte through a display that was written from the manuals."""

import pytest

from devices.displays.emulator import DisplayEmulator
from devices.displays.protocols import CD5220_LETTERS, ESCPOS_LETTERS, protocol_for

UPPER, LOWER = "Extra virgin        ", "2 x 6.40       12.80"
WORDS = {
    "ascii": "Olive oil {~}", "latin": "Café 9.80€ ½ ñß", "greek": "Ελιά ώριμη Ϊ",
    "cyrillic": "Мляко щъркел ё", "central": "Őszi szűz żółć ęą",
}  # fmt: skip


def shown(protocol, charset, upper, lower):
    commands = protocol_for(protocol, charset)
    rom = commands.letters.codec if protocol == "cd5220" and charset == "greek" else "cp437"
    display = DisplayEmulator(protocol, rom=rom)
    display.feed(commands.begin() + commands.frame(upper, lower))
    assert display.unknown == []
    return display


@pytest.mark.parametrize("protocol", ["escpos", "cd5220"])
@pytest.mark.parametrize("charset", sorted(ESCPOS_LETTERS))
def test_every_set_of_letters_arrives_as_it_was_meant(protocol, charset):
    letters = protocol_for(protocol, charset).letters
    text = "".join(char for char in WORDS[charset] if letters.has(char))
    assert shown(protocol, charset, text, LOWER).lines == (text.ljust(20), LOWER)
    assert len(text) > 8


@pytest.mark.parametrize("protocol", ["escpos", "cd5220"])
@pytest.mark.parametrize("charset", sorted(CD5220_LETTERS))
def test_every_character_that_a_display_claims_to_have_is_shown_as_itself(protocol, charset):
    letters = protocol_for(protocol, charset).letters
    claimed = [chr(code) for code in range(0x20, 0x3000) if letters.has(chr(code))]
    assert len(claimed) >= 95
    for start in range(0, len(claimed), 20):
        text = "".join(claimed[start : start + 20]).ljust(20)
        assert shown(protocol, charset, text, LOWER).lines == (text, LOWER)


@pytest.mark.parametrize("protocol", ["escpos", "cd5220"])
def test_no_control_character_gets_through_a_text(protocol):
    display = shown(protocol, "latin", "A\x0cB\x1b@\r\nC", "\x00")
    assert display.lines == ("A?B?@??C".ljust(20), "?".ljust(20))


@pytest.mark.parametrize("protocol", ["escpos", "cd5220"])
def test_a_frame_leaves_nothing_of_the_one_before(protocol):
    display = shown(protocol, "ascii", "X" * 30, "Y" * 20)
    assert display.lines == ("X" * 20, "Y" * 20)
    commands = protocol_for(protocol, "ascii")
    display.feed(commands.frame("a", ""))
    assert display.lines == ("a".ljust(20), " " * 20)
    display.feed(commands.clear())
    assert display.lines == (" " * 20, " " * 20)
    assert display.unknown == []


def test_a_display_that_lost_its_power_is_mended_by_the_next_frame():
    commands = protocol_for("escpos", "greek")
    display = shown("escpos", "greek", "Καλημέρα", "")
    display.power_cycle()
    display.feed(commands.frame("Καλημέρα", ""))
    assert display.lines[0] == "Καλημέρα".ljust(20)


@pytest.mark.parametrize("protocol", ["escpos", "cd5220"])
def test_what_a_display_does_not_know_is_not_guessed(protocol):
    display = DisplayEmulator(protocol)
    display.feed(b"\x01\x1bZ\x1f\x99" if protocol == "escpos" else b"\x01\x1bZ\x1bQZ\x1bfz")
    assert len(display.unknown) == 3 if protocol == "escpos" else 4


def test_a_page_that_a_rom_does_not_have_is_noticed():
    display = DisplayEmulator("escpos", pages=frozenset(range(6)))
    display.feed(protocol_for("escpos", "latin").begin())
    assert display.unknown == ["ESC t 19"]


def test_positions_and_single_movements_are_those_of_the_manual():
    display = DisplayEmulator("escpos")
    display.feed(b"AB\x1f$\x14\x01Z\x0b_\x0aC\x0dD\x09E\x08\x08F\x18G\x1f$\x15\x01")
    assert display.lines == ("_B" + " " * 17 + "Z", "G".ljust(20))
    assert display.unknown == ["position 21, 1"]
    partner = DisplayEmulator("cd5220")
    partner.feed(b"\x1b@\x1bl\x03\x02x\x1b*\x02")
    assert partner.lines[1] == "  x".ljust(20)
    assert partner.unknown == []
