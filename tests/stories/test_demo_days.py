"""The demo's own bad days, and settings that name devices which can't be."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import main
from devices.demo_parts import DemoCounter
from terminal import demo
from terminal.i18n import Words
from terminal.settings import PrinterSettings, ScannerSettings, Settings
from tests.stories.open_till import PATIENCE_MS
from ui.demo import DemoBench
from ui.theme import theme
from ui.window import TillWindow


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path, parts: DemoCounter) -> Iterator[DemoBench]:
    """The demo shop with its panel, as ``run --demo`` puts it together."""
    theme.apply(qapp, "light")
    bench = DemoBench(main.now, parts.send, parts.order)
    parts.on_sheet = bench.sheet
    settings = demo.demo_settings(Settings(), parts.scanner, parts.printer)
    window = TillWindow(
        main.Backend(tmp_path, settings), Words(), clock=main.now, prepare=bench.prepare
    )
    bench.beside(window)
    window.begin()
    yield bench
    window.close()
    for beside in (bench.panel, bench.customer):
        if beside is not None:
            beside.close()


def test_every_switch_of_the_demo_breaks_the_printer_and_mends_it(
    bench: DemoBench, parts: DemoCounter, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bench.panel is not None, timeout=PATIENCE_MS)
    faults = list(bench._faults(Words()))
    assert faults
    for fault in faults:
        emulator = parts.emulator
        well = (emulator.online, emulator.mute)
        fault.switch(True)
        assert (emulator.online, emulator.mute) != well, fault.title
        fault.switch(False)
        assert (emulator.online, emulator.mute) == well, fault.title


def test_the_demos_customer_sees_what_is_scanned_on_glass_and_on_a_screen(
    bench: DemoBench, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bench.panel is not None, timeout=PATIENCE_MS)
    assert bench.panel.pole.lines()[0].strip() == "Welcome!"
    assert not bench.customer.isVisible()
    bench.panel.customer.click()
    assert bench.customer.isVisible()
    lights = bench._window.vm.lights
    qtbot.waitUntil(lambda: lights.scanner.state == "well", timeout=PATIENCE_MS)
    product = bench._stock.products[1]
    bench._scan(f"]E0{product.ean}\r".encode())
    qtbot.waitUntil(lambda: bench.panel.pole.lines()[0].strip() == product.name)
    assert bench.customer.who.shown.rows[0].name == product.name
    bench.panel.customer.click()
    assert not bench.customer.isVisible()


def test_addresses_that_mean_nothing_leave_a_till_that_sells(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    theme.apply(qapp, "light")
    settings = replace(
        Settings(),
        scanner=ScannerSettings(port="nonsense://x"),
        printer=PrinterSettings(target="nonsense://x"),
    )
    bench = DemoBench(main.now, lambda data: None, lambda words: None)
    backend = main.Backend(tmp_path, settings)
    window = TillWindow(backend, Words(), clock=main.now, prepare=bench.prepare)
    window.begin()
    try:
        lights = window.vm.lights
        for light in ("scanner", "printer"):
            qtbot.waitUntil(
                lambda light=light: getattr(lights, light).state == "broken", timeout=PATIENCE_MS
            )
        counter = window.vm.counter
        counter.scanned(bench._stock.products[0].ean)
        qtbot.waitUntil(lambda: counter.state.basket.items == 1)
        counter.take_payment()
        qtbot.waitUntil(lambda: counter.done is not None)
        qtbot.waitUntil(
            lambda: backend.hardware.slips.slip_of_sale(counter.done.sale.id).cause == "unreachable"
        )
    finally:
        window.close()
    assert "reader's port" in caplog.text
