"""The set-up as state, without a window: what a person is told, and what ends up in the file."""

import pytest

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.services.setup import SetupService, sheet_choices
from terminal.services.setup_learning import KEYBOARD, TEST_CODE, TEST_QR, Stroke
from terminal.settings import Settings, load
from tests.setting_up.fakes import Burst, Drawer, Facts, FakeDevices, SheetOut, thing
from ui.tasks import Inline
from ui.viewmodels.setup.display import ScreenFace
from ui.viewmodels.setup.model import SetupModel
from ui.viewmodels.setup.printer import target_of

CODE = TEST_CODE.encode()
USB = "usb:0403:6001:A1"


class Till:
    """A set-up over fake devices and a real settings file."""

    def __init__(self, folder, devices=None, text=""):
        self.path = folder / "settings.toml"
        self.path.write_text(text, "utf-8")
        self.devices = devices or FakeDevices(
            things=[thing("/dev/ttyUSB0", identity=USB, name="Reader"), thing("/dev/ttyS0")]
        )
        self.rested, self.applied = [], []
        self.service = SetupService(
            self.devices, self.path, load(self.path),
            rest=lambda: self.rested.append(1), applied=self.applied.append,
        )  # fmt: skip
        self.model = SetupModel(self.service, Inline(), Words(), [ScreenFace(1, "HDMI-2")])
        self.finished = []
        self.model.finished.connect(lambda: self.finished.append(1))

    @property
    def settings(self):
        return load(self.path)

    def at(self, step):
        self.model.start(step)
        return self.model.models[step]

    def scan(self, data=CODE + b"\r", times=1, **how):
        for _ in range(times):
            self.devices.heard(Burst(data, **how))


@pytest.fixture
def till(qapp, tmp_path):
    made = Till(tmp_path)
    yield made
    made.model.stop()


PRINTER = '[printer]\ntarget = "tcp://192.0.2.7:9100"\n'


@pytest.fixture
def printing(qapp, tmp_path):
    made = Till(tmp_path, FakeDevices(drawer=Drawer()), PRINTER)
    yield made
    made.model.stop()


# -- the way ----------------------------------------------------------------------------------


def test_the_way_begins_where_nothing_was_kept_yet_and_ends_with_the_devices_in_use(till):
    till.model.start()
    assert (till.model.step, till.rested) == ("scanner", [1])
    till.model.start("drawer")
    assert till.model.step == "scanner"
    till.model.next()
    assert till.model.step == "printer"
    for _ in range(4):
        till.model.later()
    assert till.finished == [1]
    till.model.stop()
    till.model.stop()
    assert till.applied == [Settings()]
    assert till.devices.heard is None


def test_it_goes_on_where_it_was_stopped(qapp, tmp_path):
    text = '[scanner]\nport = "keyboard"\n' + PRINTER
    assert Till(tmp_path, text=text).model.step == "sheet"
    text += "pictures = []\n[drawer]\nopens = 'cash'\n"
    assert Till(tmp_path, text=text).model.step == "display"
    assert Till(tmp_path, text=text + "[display]\nscreen = 1\n").model.step == "scanner"


def test_back_goes_one_step_and_from_the_first_out(till):
    till.at("printer")
    till.model.back()
    assert till.model.step == "scanner"
    till.model.back()
    assert till.finished == [1]


def test_how_far_one_is(till):
    till.model.start()
    assert till.model.title == "step 1 of 5, about 7 minutes left"
    assert not till.model.is_done("scanner")
    till.scan(times=3)
    till.model.next()
    assert till.model.is_done("scanner")


def test_what_is_connected_says_what_can_be_done_about_it(till):
    till.devices.things += [
        thing("/dev/ttyUSB3", problem="not_allowed"),
        thing("/dev/ttyUSB4", problem="busy", holder="ModemManager (811)"),
        thing("/dev/ttyUSB5", problem="busy"),
        thing("/dev/ttyUSB6", problem="missing"),
        thing("/dev/usb/lp0", kind="usb_printer"),
    ]
    till.model.start()
    told = {row.title: row for row in till.model.rows}
    assert told["Reader"].detail == "no scanner on it yet"
    assert told["/dev/usb/lp0"].detail == "printer, not set up"
    assert "Help" in told["/dev/ttyUSB3"].detail
    assert told["/dev/ttyUSB4"].detail == "Close ModemManager (811), which uses it."
    assert told["/dev/ttyUSB5"].detail == "Close the program that uses it."
    assert told["/dev/ttyUSB6"].detail == "Not there. Plug it in."
    till.scan()
    first = till.model.rows[0]
    assert (first.title, first.detail, first.chosen) == ("Reader", "scanner · just now", True)
    till.scan(times=2)
    till.model.next()
    assert till.model.rows[0].detail == "scanner, set up"


def test_something_plugged_in_is_seen_at_once(till):
    till.model.start()
    till.devices.things.append(thing("/dev/ttyACM0", name="Another reader"))
    till.model.look()
    assert "Another reader" in [row.title for row in till.model.rows]


def test_a_bug_leaves_no_step_waiting(till):
    step = till.at("printer")
    step.busy = True
    till.model.next()
    assert till.model.step == "printer"
    till.model.work_failed()
    assert not step.busy


# -- the scanner --------------------------------------------------------------------------------


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


# -- the printer --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        (" 192.0.2.7 ", "tcp://192.0.2.7:9100"),
        ("till-printer:9101", "tcp://till-printer:9101"),
        ("COM3", "serial://COM3"),
        ("/dev/ttyUSB1", "serial:///dev/ttyUSB1"),
        ("/dev/usb/lp1", "/dev/usb/lp1"),
        ("cups:Receipt", "cups:Receipt"),
        ("tcp://a:1", "tcp://a:1"),
        ("", ""),
    ],
)
def test_an_address_is_understood_as_people_type_it(typed, target):
    assert target_of(typed) == target


def test_a_printer_that_answers_is_kept_as_what_it_says_it_is(till):
    till.devices.printers["serial:///dev/ttyS0"] = Facts("serial:///dev/ttyS0?baud=38400")
    printer = till.at("printer")
    assert [target for target, _ in printer.choices] == [
        "serial:///dev/ttyUSB0", "serial:///dev/ttyS0",
    ]  # fmt: skip
    assert printer.paper_name == "80 mm, 48 columns"
    printer.choose("serial:///dev/ttyS0")
    assert (printer.result.title, printer.result.text) == ("It answers", "EPSON TM-T20II")
    assert printer.paper_name == "Epson TM-T20II, III, IV"
    assert [mark.text for mark in printer.marks] == ["says how it is"]
    till.model.next()
    kept = till.settings.printer
    assert (kept.target, kept.paper) == ("serial:///dev/ttyS0?baud=38400", "epson-tm-t20")
    assert till.model.step == "sheet"
    assert till.model.rows[0].detail == "printer, set up"


def test_a_scanners_line_is_never_asked_whether_it_is_a_printer(till):
    till.at("scanner")
    till.scan(times=3)
    till.model.next()
    assert [target for target, _ in till.model.printer.choices] == ["serial:///dev/ttyS0"]


@pytest.mark.parametrize(
    ("facts", "title", "part"),
    [
        (Facts("", cause="paper_out"), "It answers, but can't print now", "out of paper"),
        (Facts("", model=""), "It answers", "does not say its name"),
        (Facts("", answers=False, model=""), "It is there", "test sheet shows"),
        (Facts("", "unreachable", answers=False), "Nothing answers there", "power and the cable"),
        (Facts("", "busy", answers=False), "Nothing answers there", "Another program"),
        (Facts("", "not_allowed", answers=False), "Nothing answers there", "may not open"),
        (Facts("", "bad_address", answers=False), "Nothing answers there", "no address"),
        (Facts("", "timeout", answers=False), "Nothing answers there", "speed"),
    ],
)
def test_what_a_printer_says_becomes_a_sentence(till, facts, title, part):
    till.devices.printers["tcp://192.0.2.7:9100"] = facts
    printer = till.at("printer")
    printer.type("192.0.2.7")
    assert printer.result.title == title
    assert part in printer.result.text
    assert printer.has_news == (facts.answers or not facts.cause)


def test_a_line_too_slow_for_pictures_is_said_with_the_way_out(till):
    till.devices.printers["tcp://192.0.2.7:9100"] = Facts("", picture_seconds=56, paper_low=True)
    printer = till.at("printer")
    assert printer.advice == ""
    printer.type("192.0.2.7")
    assert "about 56 seconds" in printer.advice
    assert "38400" in printer.advice
    assert [mark.text for mark in printer.marks if not mark.good] == ["paper is nearly out"]


def test_nothing_typed_asks_nobody(till):
    printer = till.at("printer")
    printer.type(" ")
    printer.keep()
    assert till.devices.asked == []


def test_the_network_is_asked_only_on_demand_and_found_ones_are_choices(till):
    till.devices.neighbours = ["tcp://192.0.2.7:9100", "tcp://192.0.2.8:9100"]
    printer = till.at("printer")
    assert printer.neighbours == []
    printer.search()
    assert printer.neighbours == till.devices.neighbours
    assert not printer.searching
    assert printer.choices[-1] == ("tcp://192.0.2.8:9100", None)


def test_a_network_without_printers_says_where_the_address_stands(till):
    printer = till.at("printer")
    printer.search()
    assert "self-test" in printer.result.text


def test_looking_ends_when_the_person_goes_on(till):
    class Waiting(Inline):
        def run(self, work, done, refused, *, key=""):
            self.waiting = (work, done)

    printer, lane = till.at("printer"), Waiting()
    till.devices.neighbours = ["tcp://192.0.2.7:9100"]
    printer._runs = lane
    printer.search()
    printer.search()
    assert printer.searching
    printer.leave()
    work, done = lane.waiting
    done(work())
    assert (printer.neighbours, printer.searching) == ([], False)


def test_a_second_printer_to_fall_back_on(till):
    for host in ("a", "b"):
        till.devices.printers[f"tcp://{host}:9100"] = Facts("", model="")
    printer = till.at("printer")
    printer.choose_paper("58")
    printer.type("a")
    printer.choose_paper("58")
    printer.another()
    printer.type("b")
    till.model.next()
    assert [one.target for one in till.settings.printers] == ["tcp://a:9100", "tcp://b:9100"]
    assert till.settings.printer.paper == "58"


def test_what_was_learnt_of_a_printer_stays_while_it_is_the_same_one(till):
    till.path.write_text(PRINTER + "pictures = ['he']\nconfirms = true\n", "utf-8")
    till.service._settings = load(till.path)
    till.devices.printers["tcp://192.0.2.7:9100"] = Facts("", model="", profile="58")
    till.at("printer").type("192.0.2.7")
    till.model.next()
    kept = till.settings.printer
    assert (kept.pictures, kept.confirms, kept.paper) == (("he",), True, "58")
    till.model.back()
    till.devices.printers["tcp://other:9100"] = Facts("")
    till.model.printer.type("other")
    till.model.next()
    assert till.settings.printer.pictures is None


# -- the test sheet -----------------------------------------------------------------------------


def test_without_a_printer_there_is_no_sheet(till):
    sheet = till.at("sheet")
    assert not sheet.there_is_one
    sheet.print()
    sheet.keep()
    assert till.devices.asked == []
    assert sheet.marks == []


def test_the_lines_that_read_right_decide_how_slips_are_printed(printing):
    sheet = printing.at("sheet")
    sheet.print()
    assert sheet.result.title == "The sheet is out"
    for language in ("en", "el", "bg", "hu"):
        sheet.answer(language, "B")
    sheet.answer("pl", "A")
    sheet.answer("he", "C")
    assert [mark.text for mark in sheet.marks] == ["confirms every slip", "as pictures: Hebrew"]
    sheet.cut(False)
    sheet.measure(42)
    printing.model.next()
    kept = printing.settings.printer
    assert (kept.pages, kept.pictures, kept.confirms) == ("dos", ("pl", "he"), True)
    assert (kept.cutter, kept.paper) == ("none", "80-42")


def test_languages_nobody_looked_at_are_pictures_and_the_shops_own_must_be_looked_at(printing):
    sheet = printing.at("sheet")
    sheet.print()
    sheet.answer("el", "A")
    assert not sheet.has_news
    sheet.answer("en", "A")
    sheet.forget("el")
    sheet.cut(True)
    printing.model.next()
    kept = printing.settings.printer
    assert (kept.pages, kept.pictures) == ("windows", ("el", "bg", "hu", "pl", "he"))
    assert kept.cutter == "profile"


def test_a_known_model_keeps_its_profile_whatever_the_longest_line(qapp, tmp_path):
    made = Till(tmp_path, FakeDevices(), PRINTER + 'paper = "epson-tm-t20"\n')
    sheet = made.at("sheet")
    sheet.print()
    sheet.answer("en", "A")
    sheet.measure(32)
    made.model.next()
    assert made.settings.printer.paper == "epson-tm-t20"


@pytest.mark.parametrize(
    ("out", "title", "printed"),
    [
        (SheetOut("sent", confirms=False), "The sheet is sent", True),
        (SheetOut("unknown", confirms=False), "The line broke off", False),
        (SheetOut("waiting", "paper_out", confirms=False), "The sheet waits", False),
    ],
)
def test_a_sheet_that_is_not_surely_out_says_so(printing, out, title, printed):
    printing.devices.sheet = out
    sheet = printing.at("sheet")
    sheet.print()
    assert (sheet.result.title, sheet.printed, sheet.marks) == (title, printed, [])


def test_the_shops_own_language_decides_between_pages():
    ways = (("A", "windows"), ("B", "dos"), ("C", "picture"))
    variants = [(language, *way) for language in ("en", "el", "pl") for way in ways]
    answers = {"en": "A", "pl": "A", "el": "B"}
    assert sheet_choices(variants, answers, "el") == ("dos", ("en", "pl"))
    assert sheet_choices(variants, answers, "en") == ("windows", ("el",))


# -- the drawer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("high", [False, True])
def test_a_drawer_opens_and_its_switch_is_learnt(printing, high):
    hand = printing.devices.drawer = Drawer(open_is_high=high)
    drawer = printing.at("drawer")
    drawer.kick()
    assert drawer.result.title == "Did the drawer open?"
    drawer.opened(True)
    assert drawer.result.title == "Good. Now close it."
    hand.is_open = False
    drawer.closed()
    assert drawer.tells
    assert [mark.text for mark in drawer.marks] == ["plug 2", "tells open from closed"]
    printing.model.next()
    kept = printing.settings.drawer
    assert (kept.opens, kept.open_is_high, kept.pin) == ("never", high, 2)


def test_a_drawer_on_the_other_plug_is_found(printing):
    printing.devices.drawer = Drawer(pin=5, wired=False)
    drawer = printing.at("drawer")
    drawer.kick()
    drawer.opened(False)
    assert drawer.result.title == "Then another way."
    drawer.kick()
    drawer.opened(True)
    drawer.closed()
    assert "does not tell" in drawer.result.text
    drawer.choose("cash")
    printing.model.next()
    kept = printing.settings.drawer
    assert (kept.pin, kept.opens, kept.open_is_high) == (5, "cash", False)


def test_a_drawer_that_never_opens_says_what_to_look_at_and_stays_off(printing):
    printing.devices.drawer = Drawer(pin=99)
    drawer = printing.at("drawer")
    for _ in range(5):
        drawer.kick()
        drawer.opened(False)
    assert drawer.result.title == "No way opened it"
    assert len({one[1:] for one in printing.devices.asked if one[0] == "kick"}) == 5
    printing.model.next()
    assert printing.settings.drawer.opens == "never"


def test_a_printer_that_does_not_take_the_order_says_why(printing):
    printing.devices.drawer = Drawer(cause="unreachable")
    drawer = printing.at("drawer")
    drawer.kick()
    assert (drawer.result.title, drawer.stage) == ("The printer did not take it", "closed")


def test_a_hand_too_quick_is_asked_to_wait(printing):
    printing.devices.drawer = Drawer(cause="too_soon")
    drawer = printing.at("drawer")
    drawer.kick()
    assert drawer.result.title == "Wait a second, then try again."


def test_without_a_printer_no_drawer_is_opened(till):
    drawer = till.at("drawer")
    drawer.kick()
    drawer.keep()
    assert till.devices.asked == []
    assert not drawer.there_is_one


def test_only_when_it_opens_can_be_changed_later(printing):
    drawer = printing.at("drawer")
    drawer.choose("always")
    printing.model.next()
    assert printing.settings.drawer.opens == "always"


# -- the display --------------------------------------------------------------------------------


def test_a_pole_is_tried_with_both_languages_and_letters_until_it_reads(printing):
    printing.devices.things = [thing("/dev/ttyUSB2", name="Pole")]
    display = printing.at("display")
    printing.model.look()
    assert [target for target, _ in display.choices] == [
        "serial:///dev/ttyUSB2?baud=9600", "printer",
    ]  # fmt: skip
    display.choose("serial:///dev/ttyUSB2?baud=9600")
    assert display.result.title == "Can both lines be read?"
    display.choose_protocol(1)
    display.choose_charset(2)
    assert printing.devices.asked[-1][3:] == ("cd5220", "greek")
    printing.model.next()
    kept = printing.settings.display
    assert (kept.target, kept.protocol, kept.charset) == (
        "serial:///dev/ttyUSB2?baud=9600", "cd5220", "greek",
    )  # fmt: skip
    assert printing.finished == [1]


def test_a_pole_that_is_not_there_says_so_and_can_be_let_go(printing):
    printing.devices.pole = "unreachable"
    display = printing.at("display")
    display.choose("printer")
    assert display.result.title == "The display can't be reached"
    assert not display.shown
    display.choose("printer")
    assert display.target == ""
    assert not display.has_news
    display.show_sample()
    display.keep()
    assert len(printing.devices.asked) == 1


def test_a_second_screen_is_chosen_by_its_number(printing):
    display = printing.at("display")
    display.choose_screen(1)
    assert display.screens == (ScreenFace(1, "HDMI-2"),)
    printing.model.next()
    assert printing.settings.display.screen == 1


def test_a_refusal_while_asking_is_a_sentence(printing):
    class Refusing(Inline):
        def run(self, work, done, refused, *, key=""):
            refused(TerminalError())

    display = printing.at("display")
    display._runs = Refusing()
    display.choose("printer")
    assert (display.result.tone, display.busy) == ("danger", False)


def test_what_is_asked_is_asked_once(printing):
    class Never(Inline):
        def run(self, work, done, refused, *, key=""):
            """Still working."""

    sheet = printing.at("sheet")
    sheet._runs = Never()
    sheet.print()
    sheet.print()
    assert sheet.busy
