"""Find your printer, and look at its test sheet."""

import pytest

from terminal.services.setup import sheet_choices
from terminal.settings import load
from tests.setting_up.fakes import Facts, FakeDevices, SheetOut
from tests.setting_up.till import PRINTER, Till
from ui.tasks import Inline
from ui.viewmodels.setup.printer import target_of


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
