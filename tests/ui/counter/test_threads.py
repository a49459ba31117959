"""The counter on real lanes and over the bridge, as in the product: nothing is lost."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from terminal.events import DeviceStatus
from tests.ui.counter.conftest import Open
from tests.ui.counter.window import Window
from ui.bridge import ThreadBridge
from ui.tasks import Tasks
from ui.viewmodels.shell import Scanned


@pytest.fixture
def lane() -> Iterator[Tasks]:
    tasks = Tasks("counter")
    yield tasks
    tasks.stop()


@pytest.fixture
def live(open_window: Open, lane: Tasks) -> Window:
    """A window whose services run on a lane and whose events come over the bridge."""
    window = open_window(runs=lane)
    bridge = ThreadBridge(window.shell)
    window.deaf()
    window.shop.bus.subscribe(bridge.post)
    window.post = bridge.post
    bridge.posted.connect(window.vm.heard)
    lane.failed.connect(window.vm.failed)
    return window


def test_scans_follow_each_other_in_order_and_the_sale_is_booked_once(
    live: Window, qtbot: QtBot
) -> None:
    before = live.shop.sales()
    codes = [live.shop.ean(0), live.shop.ean(1), live.shop.card(0), live.shop.ean(1)]
    for code in codes:
        live.post(Scanned(code))
    qtbot.waitUntil(lambda: live.counter.state.basket.items == 3 and not live.counter.looking)
    live.key(Qt.Key.Key_F12)
    live.key(Qt.Key.Key_F12)
    live.page.sale.totals.pay.click()
    qtbot.waitUntil(lambda: live.counter.stage == "done")
    assert live.shop.sales() == before + 1
    assert live.counter.done is not None
    assert live.counter.done.view is not None
    live.shop.spool.run_once()
    qtbot.waitUntil(lambda: live.page.done.slip.chip.text() == "Printed")


def test_a_fault_while_booking_is_settled_by_pressing_again(
    live: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before, sell = live.shop.sales(), live.shop.counter.sell
    live.post(Scanned(live.shop.ean(0)))
    qtbot.waitUntil(lambda: live.counter.state.basket.items == 1)

    def sell_and_break(request: object) -> object:
        sell(request)  # type: ignore[arg-type]
        raise OSError("the answer was lost")

    monkeypatch.setattr(live.shop.counter, "sell", sell_and_break)
    live.key(Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: live.counter.booking.in_doubt)
    assert "F12" in live.shell.toast.accessibleName()
    monkeypatch.setattr(live.shop.counter, "sell", sell)
    live.key(Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: live.counter.stage == "done")
    assert live.shop.sales() == before + 1


def test_a_printer_that_is_well_again_prints_what_waits(live: Window, qtbot: QtBot) -> None:
    live.post(Scanned(live.shop.ean(0)))
    qtbot.waitUntil(lambda: live.counter.state.basket.items == 1)
    live.shop.printer.outcome.state, live.shop.printer.outcome.cause = "waiting", "paper_out"
    live.key(Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: live.counter.stage == "done")
    live.shop.spool.run_once()
    live.shop.bus.tell(DeviceStatus("printer", False, "paper_out"))
    qtbot.waitUntil(lambda: live.page.done.slip.chip.text() == "Waiting")
    assert live.shop.spool.run_once() is False, "not due yet"
    live.shop.printer.outcome.state = "printed"
    live.shop.bus.tell(DeviceStatus("printer", True))
    qtbot.waitUntil(lambda: live.shop.spool.run_once())
    qtbot.waitUntil(lambda: live.page.done.slip.chip.text() == "Printed")
