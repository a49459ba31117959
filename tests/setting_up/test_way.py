"""The way through the set-up: where it begins, what is connected, what is done."""

from terminal.settings import Settings
from tests.setting_up.fakes import thing
from tests.setting_up.till import PRINTER, Till


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
