"""The set-up's pages worked by hand: keys, buttons, a reader that types, and all of it fits."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from terminal.i18n import Words
from terminal.services.setup import SetupService
from terminal.services.setup_learning import KEYBOARD, TEST_CODE
from terminal.settings import load
from tests.setting_up.fakes import Burst, Drawer, Facts, FakeDevices, thing
from ui.tasks import Inline
from ui.theme import theme
from ui.viewmodels.setup.display import ScreenFace
from ui.viewmodels.setup.model import SetupModel
from ui.views.components.fit import misfits
from ui.views.setup.page import SetupPage

CODE = TEST_CODE.encode()


def devices():
    return FakeDevices(
        things=[
            thing("/dev/ttyUSB0", identity="usb:0403:6001:A1", name="Honeywell HH490"),
            thing("/dev/ttyS0", name="Serial port 1"),
            thing("/dev/ttyUSB1", name="USB-Serial", problem="busy", holder="ModemManager (811)"),
            thing("/dev/usb/lp0", kind="usb_printer", name="EPSON TM-T20II"),
        ],
        printers={
            "/dev/usb/lp0": Facts(""),
            "serial:///dev/ttyS0": Facts("serial:///dev/ttyS0?baud=9600", picture_seconds=56),
        },
        neighbours=["tcp://192.0.2.7:9100"],
        drawer=Drawer(),
    )


class Desk:
    """The page over fake devices; what is kept goes into a real file."""

    def __init__(self, folder, words=None):
        self.devices = devices()
        self.path = folder / "settings.toml"
        service = SetupService(self.devices, self.path, load(self.path))
        screens = [ScreenFace(1, "HDMI-2")]
        self.model = SetupModel(service, Inline(), words or Words(), screens)
        self.page = SetupPage(self.model)

    def scan(self, times=3):
        for _ in range(times):
            self.devices.heard(Burst(b"]E0" + CODE + b"\r"))

    @property
    def settings(self):
        return load(self.path)

    def view(self, step):
        return self.page.views[step]


@pytest.fixture
def make(qtbot, qapp, tmp_path):
    theme.apply(qapp, "light")
    made = []

    def make(step="", words=None, size=(1366, 704)):
        desk = Desk(tmp_path, words)
        made.append(desk)
        qtbot.addWidget(desk.page)
        desk.page.resize(*size)
        desk.page.open_with(step)
        desk.page.show()
        qtbot.waitExposed(desk.page)
        desk.page.activateWindow()
        desk.page.focus_first()
        return desk

    yield make
    for desk in made:
        desk.page.hide()


def key(page, which, text=""):
    QTest.keyClick(QApplication.focusWidget() or page, which)


def test_from_nothing_to_a_till_that_is_set_up_by_enter_and_a_few_buttons(make):
    desk = make()
    page = desk.page
    desk.scan()
    assert page.next.text() == "Next: slip printer"
    key(page, Qt.Key.Key_Return)
    printer = desk.view("printer")
    next(row for row in printer.list.rows if row.text() == "EPSON TM-T20II").click()
    key(page, Qt.Key.Key_Return)
    sheet = desk.view("sheet")
    sheet.print.click()
    for language in ("en", "el", "bg", "hu", "pl"):
        sheet.choices[language].choose(1)
    sheet.choices["he"].choose(3)
    sheet.cut.choose(1)
    sheet.longest.choose(3)
    page.next.click()
    drawer = desk.view("drawer")
    drawer.kick.click()
    drawer.yes.click()
    desk.devices.drawer.is_open = False
    drawer.closed.click()
    drawer.opens.choose(1)
    page.next.click()
    display = desk.view("display")
    display.list.rows[0].click()
    display.protocol.choose(1)
    display.charset.choose(2)
    display.again.click()
    display.second.choose(1)
    assert page.next.text() == "Done"
    with pytest.MonkeyPatch.context():
        finished = []
        page.finished.connect(finished.append)
        page.next.click()
    assert finished == [None]
    kept = desk.settings
    assert (kept.scanner.port, kept.printer.target) == ("usb:0403:6001:A1", "/dev/usb/lp0")
    assert (kept.printer.pages, kept.printer.pictures) == ("windows", ("he",))
    assert (kept.drawer.opens, kept.display.screen) == ("cash", 1)
    assert (kept.display.protocol, kept.display.charset) == ("cd5220", "greek")


def test_later_skips_and_back_returns(make):
    desk = make()
    page = desk.page
    assert page.later.isHidden()
    desk.scan()
    page.later.click()
    assert desk.model.step == "printer"
    assert not desk.settings.scanners
    page.back.click()
    assert desk.model.step == "scanner"
    page.steps["drawer"].click()
    assert desk.model.step == "drawer"


def test_help_takes_the_place_of_what_is_connected(make):
    desk = make()
    page = desk.page
    actions = {action.key: action for action in SetupPage.keys(page)}
    actions["F1"].callback()
    assert page.side.currentIndex() == 1
    assert page.help.text() == "What is connected"
    for view in page.views.values():
        assert view.help
    page.help.click()
    assert page.side.currentIndex() == 0
    actions["Esc"].callback()
    assert page.take_scan("2950000041099")


def test_a_light_opens_the_step_it_is_about(make):
    assert make("printer").model.step == "printer"


def test_what_goes_and_comes_stays_in_the_list(make):
    desk = make()
    shown = [line for line in desk.page.devices if not line.isHidden()]
    assert len(shown) == 4
    desk.devices.things = desk.devices.things[:1]
    desk.model.look()
    assert [line.accessibleName() for line in desk.page.devices if not line.isHidden()] == [
        "Honeywell HH490, no scanner on it yet"
    ]


def test_the_printer_page_takes_an_address_a_paper_and_the_network(make, monkeypatch):
    opened = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: opened.append(menu))
    desk = make("printer")
    view, model = desk.view("printer"), desk.model.printer
    menu = view.papers_menu()
    menu.actions()[1].trigger()
    assert view.paper.text() == "58 mm, 32 columns"
    menu.deleteLater()
    view.paper.click()
    assert [action.text() for action in opened[0].actions()] == [n for _, n in model.papers]
    opened[0].deleteLater()
    view.search.click()
    assert view.list.rows[4].text() == "In the network"
    view.list.rows[4].click()
    assert model.result.title == "Nothing answers there"
    view.address.setText("192.0.2.9")
    view.ask.click()
    assert model.chosen == "tcp://192.0.2.9:9100"
    model.searching = True
    view.search.click()
    assert model._stop.is_set()


def test_no_and_another_way(make):
    desk = make("drawer")
    desk.devices.drawer = Drawer(pin=5)
    desk.model.printer.choose("/dev/usb/lp0")
    desk.model.printer.keep()
    desk.model.go("drawer")
    view = desk.view("drawer")
    view.kick.click()
    view.no.click()
    assert desk.model.drawer.result.title == "Then another way."


def test_a_choice_on_the_sheet_can_be_taken_back(make):
    desk = make("printer")
    desk.model.printer.choose("/dev/usb/lp0")
    desk.model.next()
    view = desk.view("sheet")
    view.print.click()
    view.choices["el"].choose(2)
    view.choices["el"].choose(0)
    view.cut.choose(2)
    view.cut.choose(0)
    assert desk.model.sheet.answers == {}
    assert desk.model.sheet.cuts is None


# -- keys ---------------------------------------------------------------------------------------


def typed(page, text, *, places=True):
    """Keys as the system brings them: with the place of the key, in no time."""
    for number, sign in enumerate(text):
        which = Qt.Key.Key_Return if sign == "\r" else Qt.Key(ord(sign.upper()))
        place = 10 + int(TEST_CODE[number]) if places and number < len(TEST_CODE) else 36
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            event = QKeyEvent(kind, which, Qt.KeyboardModifier.NoModifier, place, 0, 0, sign)
            QApplication.sendEvent(QApplication.focusWidget() or page, event)


def test_a_reader_that_types_is_heard_and_its_enter_does_not_go_on(make):
    desk = make()
    for _ in range(3):
        typed(desk.page, TEST_CODE + "\r")
    assert desk.model.scanner.done
    assert desk.model.step == "scanner"
    key(desk.page, Qt.Key.Key_Return)
    assert desk.model.step == "printer"
    assert desk.settings.scanner.port == KEYBOARD


def test_another_layout_is_repaired(make):
    desk = make()
    for _ in range(3):
        typed(desk.page, TEST_CODE.replace("0", "Ö") + "\r")
    desk.page.next.click()
    assert desk.settings.scanner.us_layout


def test_a_reader_without_an_end_is_heard_when_it_falls_silent(make, qtbot):
    desk = make()
    typed(desk.page, TEST_CODE)
    qtbot.waitUntil(lambda: desk.model.scanner.reads == 1, timeout=15_000)
    assert desk.model.scanner._learner.last.suffix == "none"


def test_keys_that_are_no_reader_do_what_they_always_do(make, qtbot):
    desk = make()
    view = desk.view("scanner")
    view.address.edit.setFocus()
    QTest.keyClicks(view.address.edit, "/dev/pts/9")
    QTest.keyClick(view.address.edit, Qt.Key.Key_Return)
    assert ("listen", ("/dev/pts/9",)) in desk.devices.asked
    assert desk.model.step == "scanner"
    qtbot.waitUntil(lambda: desk.page.focusWidget() is not view.address.edit)
    typed(desk.page, "12")
    held = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(desk.page, Qt.Key.Key_7, held)
    assert desk.model.scanner.reads == 0
    desk.page.hide()
    view.keys.start()
    view.keys.stop()
    view.keys.stop()


def test_enter_on_the_page_itself_goes_on(make):
    desk = make("printer")
    QTest.keyClick(desk.page, Qt.Key.Key_Return)
    assert desk.model.step == "sheet"
    QTest.keyClick(desk.page, Qt.Key.Key_Left)
    assert desk.model.step == "sheet"


def test_a_page_that_goes_gives_the_devices_back(make):
    desk = make()
    assert desk.devices.heard is not None
    desk.page.hide()
    assert desk.devices.heard is None


# -- fitting ------------------------------------------------------------------------------------


class LongWords(Words):
    """English that takes two fifths more room, as Greek and Hungarian do."""

    def t(self, message, **values):
        text = super().t(message, **values)
        more = round(len(text) * 0.4)
        if len(text) < 30:
            head, *tail = text.split(" ")
            return " ".join([head + "o" * min(max(more, 2), 9), *tail])
        return " ".join([text, *["oooooooo"] * (more // 9)])


def fits(page, qtbot, size):
    qtbot.wait(1)
    found = [str(misfit) for misfit in misfits(page)]
    if (page.width(), page.height()) != size:
        found.append(f"{page.width()} by {page.height()} in {size}")
    assert not found, "\n".join(found)


@pytest.fixture(params=["en", "el", "hu", "he", "long"])
def words(request, qapp):
    before = qapp.layoutDirection()
    direction = Qt.LayoutDirection
    rtl = request.param == "he"
    qapp.setLayoutDirection(direction.RightToLeft if rtl else direction.LeftToRight)
    yield LongWords("en") if request.param == "long" else Words(request.param)
    qapp.setLayoutDirection(before)


@pytest.mark.parametrize("size", [(1366, 704), (1024, 704)])
def test_every_page_fits(make, qtbot, words, size):
    desk = make(words=words, size=size)
    page, model = desk.page, desk.model
    fits(page, qtbot, size)
    desk.devices.heard(Burst(b"\xf8\x80"))
    fits(page, qtbot, size)
    desk.scan()
    fits(page, qtbot, size)
    page.toggle_help()
    fits(page, qtbot, size)
    page.toggle_help()
    model.next()
    fits(page, qtbot, size)
    for target in ("serial:///dev/ttyS0", "tcp://192.0.2.7:9100", "/dev/usb/lp0"):
        model.printer.choose(target)
        fits(page, qtbot, size)
    model.next()
    fits(page, qtbot, size)
    model.sheet.print()
    for language in model.sheet.lines:
        model.sheet.answer(language, "C" if language == "he" else "A")
    fits(page, qtbot, size)
    model.next()
    fits(page, qtbot, size)
    model.drawer.kick()
    model.drawer.opened(True)
    fits(page, qtbot, size)
    desk.devices.drawer.is_open = False
    model.drawer.closed()
    fits(page, qtbot, size)
    model.next()
    model.display.choose("printer")
    fits(page, qtbot, size)
