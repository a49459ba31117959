"""Find your scanner: what a person is told, and what ends up in the file."""

import pytest

from terminal.services.setup_learning import KEYBOARD, TEST_CODE, TEST_QR, Stroke
from terminal.settings import Settings
from tests.setting_up.till import CODE, PRINTER, USB, Till


def test_three_scans_make_a_scanner_that_is_found_wherever_it_is_plugged_in(till):
    scanner = till.at("scanner")
    till.scan()
    assert (scanner.reads, scanner.result.text) == (1, "2 more times, please.")
    till.scan()
    assert scanner.result.text == "Once more, please."
    till.scan(b"]E0" + CODE + b"\r")
    assert scanner.result.title == "It reads, and nothing got lost"
    assert "5 201234 567894 arrived in 14 ms and ends with Enter" in scanner.result.text
    assert scanner.port == USB
    till.model.next()
    assert (till.settings.scanner.port, till.settings.scanner.suffix) == (USB, "cr")
    assert till.model.step == "printer"


@pytest.mark.parametrize(
    ("end", "says"), [(b"", "silence"), (b"\t", "Tab"), (b"\x03", "its own signs")]
)
def test_how_a_code_ends_is_said(till, end, says):
    scanner = till.at("scanner")
    till.scan(CODE + end, times=3)
    assert says in scanner.result.text


def test_a_garbled_scan_changes_the_speed_until_it_reads(till):
    scanner = till.at("scanner")
    till.scan(b"\xf8\x80")
    till.scan(b"\xf8\x81")
    speeds = [one[2] for one in till.devices.asked if one[0] == "speed"]
    assert speeds == [115200, 19200]
    assert "19200 baud" in scanner.result.text
    till.scan(times=3, baudrate=19200)
    till.model.next()
    assert till.settings.scanner.baudrate == 19200


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (b"2950000041099\r", "That was another code."),
        (CODE[:-1] + b"\r", "The last digit is missing."),
        (CODE[:7] + b"\r", "Only a part arrived."),
    ],
)
def test_what_is_no_reading_says_why(till, data, title):
    scanner = till.at("scanner")
    till.scan(data)
    assert (scanner.result.title, scanner.result.tone, scanner.reads) == (title, "warning", 0)


def strokes(text=TEST_CODE, gap=8):
    made = [Stroke(sign, 10 + int(TEST_CODE[n]), n * gap) for n, sign in enumerate(text)]
    return [*made, Stroke("\r", 36, len(text) * gap)]


def test_a_reader_that_types_is_found_too(till):
    scanner = till.at("scanner")
    for _ in range(3):
        scanner.keyed(strokes())
    assert scanner.source == KEYBOARD
    assert "COM mode" in scanner.advice
    assert [mark.text for mark in scanner.marks] == ["check digit right"]
    assert till.model.rows[0].title == "Scanner that types"
    till.scan()
    assert scanner.reads == 3
    till.model.next()
    assert till.settings.scanner.port == "keyboard"
    assert till.model.rows[0].detail == "like a keyboard"


def test_another_keyboard_layout_is_recognised_and_said(till):
    scanner = till.at("scanner")
    for _ in range(3):
        scanner.keyed(strokes(TEST_CODE.replace("0", "ö")))
    assert "keyboard layout does not matter" in [mark.text for mark in scanner.marks]
    assert "American keyboard" in scanner.advice
    till.model.next()
    assert till.settings.scanner.us_layout


def test_a_number_typed_by_hand_is_answered(till):
    scanner = till.at("scanner")
    scanner.keyed(strokes(gap=400))
    assert scanner.result.title == "You typed the number."
    assert not till.model.model.has_news


def test_once_a_line_spoke_keys_are_not_the_reader(till):
    scanner = till.at("scanner")
    till.scan()
    scanner.keyed(strokes())
    assert scanner.reads == 1
    assert scanner.advice == ""


def test_a_reader_that_reads_qr_codes_says_so(till):
    scanner = till.at("scanner")
    till.scan(b"]E0" + CODE + b"\r", times=3)
    till.scan(b"]Q1" + TEST_QR.encode() + b"\r")
    assert [mark.text for mark in scanner.marks] == [
        "check digit right", "keyboard layout does not matter", "says what kind of code it is",
        "reads QR codes too",
    ]  # fmt: skip


def test_from_the_start_forgets_what_was_read(till):
    scanner = till.at("scanner")
    till.scan(times=3)
    scanner.again()
    assert (scanner.reads, scanner.source, scanner.marks) == (0, "", [])
    scanner.keep()
    assert till.settings == Settings()


def test_a_typed_line_is_listened_to(till):
    scanner = till.at("scanner")
    scanner.listen_to("  ")
    scanner.listen_to(" /dev/pts/7 ")
    scanner.listen_to("/dev/pts/7")
    assert [one for one in till.devices.asked if one[0] == "listen"] == [
        ("listen", ()), ("listen", ("/dev/pts/7",)),
    ]  # fmt: skip
    till.scan(times=3, address="/dev/pts/7")
    till.model.next()
    assert till.settings.scanner.port == "/dev/pts/7"


def test_what_is_set_up_already_is_named(qapp, tmp_path):
    text = f'[scanner]\nport = "{USB}"\n[[more_scanners]]\nport = "keyboard"\n' + PRINTER
    made = Till(tmp_path, text=text)
    made.model.look()
    scanner = made.at("scanner")
    assert scanner.result.title == "Set up now: Reader, Scanner that types"
    made.model.later()
    assert made.model.printer.result.title == "Set up now: tcp://192.0.2.7:9100"
    made.model.back()
    made.devices.things = []
    made.model.look()
    scanner.again()
    scanner.enter()
    assert USB in scanner.result.title
    made.model.stop()


def test_two_readers_at_one_till(till):
    scanner = till.at("scanner")
    till.scan(times=3)
    scanner.another()
    assert till.model.step == "scanner"
    assert scanner.result.text == "Now scan the code with the other reader."
    till.scan(times=3, address="/dev/ttyS0")
    till.model.next()
    assert [one.port for one in till.settings.scanners] == [USB, "/dev/ttyS0"]


def test_a_file_that_can_not_be_changed_is_said_and_nothing_is_lost(till):
    scanner = till.at("scanner")
    till.scan(times=3)
    till.path.write_text("[scanner\n", "utf-8")
    till.model.next()
    assert scanner.result.title == "That could not be kept."
    assert (till.model.step, scanner.reads, scanner.busy) == ("scanner", 3, False)
