"""From nothing to a working till, all of it by the pages: a real line, a real printer's bytes, a
real settings file; then the till opens with that file, reads a card and prints a slip.
"""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import main
from devices.displays.emulator import DisplayEmulator
from devices.printers.emulator import PrinterEmulator
from devices.probing import Probe
from terminal import demo
from terminal.i18n import Words
from terminal.services.models import SignedIn
from terminal.services.setup import SetupDevices, SetupService
from terminal.services.setup_learning import TEST_CODE, TEST_QR
from terminal.settings import Settings, load
from terminal.staff import Role, Staff
from tests.devices.lines import PtyLine
from tests.setting_up.scanning import scan_until
from ui.tasks import Tasks
from ui.theme import theme
from ui.viewmodels.setup.model import SetupModel
from ui.views.setup.page import SetupPage
from ui.window import TillWindow

PATIENCE_MS = 20_000
CODE = TEST_CODE.encode()


class Counter:
    """What really stands there: a reader on a line, a printer on the net, a pole on a line."""

    def __init__(self, folder):
        self.reader = PtyLine(folder / "reader")
        self.pole_line = str(folder / "pole")
        self.pole = DisplayEmulator("escpos")
        self.pole.serve_pty(folder / "pole")
        self.printer = PrinterEmulator(drawer_open_is_high=True)
        self.address = f"127.0.0.1:{self.printer.serve_tcp()}"

    def close(self):
        self.reader.unplug()
        self.printer.close()
        self.pole.close()


@pytest.fixture
def counter(tmp_path):
    made = Counter(tmp_path)
    yield made
    made.close()


class SetUp:
    """The page over the real hardware, on a lane of its own as in the window."""

    def __init__(self, qtbot, folder):
        self._qtbot, self.lane = qtbot, Tasks("setup")
        self.path = folder / "settings.toml"
        self.path.write_text("# Anna's till\n", "utf-8")
        devices: SetupDevices = Probe(
            folder / "cache", comports=lambda: [], printer_files=lambda: [], queues=lambda: [],
            every=0.05, answer_seconds=0.4,
        )  # fmt: skip
        self.applied = []
        service = SetupService(
            devices, self.path, load(self.path), applied=self.applied.append
        )  # fmt: skip
        self.model = SetupModel(service, self.lane, Words())
        self.page = SetupPage(self.model)
        self.page.resize(1366, 704)
        self.page.open_with("")
        self.page.show()

    def until(self, happened):
        self._qtbot.waitUntil(lambda: bool(happened()), timeout=PATIENCE_MS)

    def next(self, step):
        self.page.next.click()
        self.until(lambda: self.model.step == step)

    def close(self):
        self.page.hide()
        self.lane.stop()
        self.page.deleteLater()


@pytest.fixture
def set_up(qtbot, qapp, tmp_path):
    theme.apply(qapp, "light")
    made = SetUp(qtbot, tmp_path)
    yield made
    made.close()


def find_the_scanner(set_up, counter):
    view, model = set_up.page.views["scanner"], set_up.model.scanner
    view.address.setText(counter.reader.path)
    view.listen.click()
    set_up.until(lambda: [row for row in set_up.model.rows if row.title == counter.reader.path])
    for reads in (1, 2, 3):
        scan_until(lambda reads=reads: model.reads >= reads, counter.reader, set_up._qtbot)
    counter.reader.send(b"]Q1" + TEST_QR.encode() + b"\r")
    set_up.until(lambda: "reads QR codes too" in view.marks.texts())
    assert model.result.title == "It reads, and nothing got lost"
    set_up.next("printer")


def find_the_printer(set_up, counter):
    view, model = set_up.page.views["printer"], set_up.model.printer
    view.address.setText(counter.address)
    view.ask.click()
    set_up.until(lambda: model.facts is not None)
    assert (model.result.title, model.result.text) == ("It answers", "EPSON TM-T20II")
    set_up.next("sheet")


def look_at_the_sheet(set_up, counter):
    view, model = set_up.page.views["sheet"], set_up.model.sheet
    view.print.click()
    set_up.until(lambda: model.printed)
    assert "Test sheet" in counter.printer.wait_sheets(1)[0].text
    for language, choice in view.choices.items():
        choice.choose(3 if language == "he" else 1)
    view.cut.choose(1)
    set_up.next("drawer")


def learn_the_drawer(set_up, counter):
    view, model = set_up.page.views["drawer"], set_up.model.drawer
    view.kick.click()
    set_up.until(lambda: model.stage == "opened?")
    assert counter.printer.wait_until(lambda: counter.printer.drawer_open)
    view.yes.click()
    set_up.until(lambda: model.stage == "closing")
    counter.printer.drawer_open = False
    view.closed.click()
    set_up.until(lambda: model.stage == "done")
    assert model.tells
    view.opens.choose(1)
    set_up.next("display")


def show_it_to_the_customer(set_up, counter):
    model = set_up.model.display
    model.choose(f"serial://{counter.pole_line}?baud=9600")
    set_up.until(lambda: not model.busy)
    assert model.result.title == "Can both lines be read?"
    assert counter.pole.wait_lines("ABC abc 0123456789".ljust(20), "ä ö ü é è á ñ".ljust(20))
    with_all = []
    set_up.page.finished.connect(with_all.append)
    set_up.page.next.click()
    set_up.until(lambda: with_all)


class WorkingTill:
    """The till as the settings file says, with one member and the demo's goods."""

    def __init__(self, qtbot, folder, settings):
        self._qtbot = qtbot
        self.backend = main.Backend(folder / "till", settings)
        self.window = TillWindow(self.backend, Words(), clock=main.now, prepare=self._stock)
        self.window.begin()
        self.until(lambda: self.window.vm.counter is not None)
        self.until(lambda: self.window.vm.lights.scanner.state == "well")

    def _stock(self, services):
        self.goods = {p.sku: p for p in demo.demo_products("en", services.till.currency)}
        with services.database.write() as uow:
            uow.programs.put(demo.demo_program(services.till.currency))
            uow.products.put_all(self.goods.values())
            uow.staff.put(Staff("manager", "Anna", Role.MANAGER, ""))
            uow.commit()
        return SignedIn("manager", "Anna", Role.MANAGER)

    def until(self, happened):
        self._qtbot.waitUntil(lambda: bool(happened()), timeout=PATIENCE_MS)

    def close(self):
        self.window.close()
        self.window.shell.deleteLater()
        self.window.deleteLater()


def test_from_nothing_to_a_working_till_all_by_the_pages(set_up, counter, qtbot, tmp_path):
    find_the_scanner(set_up, counter)
    find_the_printer(set_up, counter)
    look_at_the_sheet(set_up, counter)
    learn_the_drawer(set_up, counter)
    show_it_to_the_customer(set_up, counter)
    set_up.page.hide()
    set_up.until(lambda: set_up.applied)
    kept = load(set_up.path)
    assert set_up.applied == [kept]
    assert (kept.scanner.port, kept.scanner.suffix) == (counter.reader.path, "cr")
    assert (kept.printer.target, kept.printer.paper) == (f"tcp://{counter.address}", "epson-tm-t20")
    assert (kept.printer.pages, kept.printer.pictures) == ("windows", ("he",))
    assert kept.printer.confirms
    assert (kept.drawer.opens, kept.drawer.open_is_high) == ("cash", True)
    assert kept.display.target == f"serial://{counter.pole_line}?baud=9600"
    assert set_up.path.read_text("utf-8").startswith("# Anna's till\n")
    assert kept != Settings()
    work_at_it(kept, counter, qtbot, tmp_path)


def work_at_it(settings, counter, qtbot, tmp_path):
    till = WorkingTill(qtbot, tmp_path, settings)
    try:
        oil = till.goods["OIL-500"]
        counter.reader.send(b"]E0" + oil.ean.encode() + b"\r")
        till.until(lambda: till.window.vm.counter.state.basket.items == 1)
        sheets = len(counter.printer.sheets)
        shell = till.window.shell
        QTest.keyClick(shell.focusWidget() or shell, Qt.Key.Key_F12)
        till.until(lambda: till.window.vm.counter.stage == "done")
        slip = counter.printer.wait_sheets(sheets + 1, timeout=20)[-1]
        assert "Elia Deli" in slip.text
        assert "Till 1" in slip.text
    finally:
        till.close()
