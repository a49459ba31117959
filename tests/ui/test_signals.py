"""Ten thousand signals: a PySide that drops references to True or None ends the process by then."""

import sys
import threading

from PySide6.QtCore import QObject, Signal, Slot

from ui.bridge import ThreadBridge

MANY = 10_000


class Sender(QObject):
    told = Signal(object)


class Ear(QObject):
    def __init__(self):
        super().__init__()
        self.heard = []

    @Slot(object)
    def hear(self, what):
        self.heard.append(what)


def test_ten_thousand_signals_cost_no_reference(qapp):
    sender, ear = Sender(), Ear()
    sender.told.connect(ear.hear)
    held = {one: sys.getrefcount(one) for one in (True, False, None)}
    for number in range(MANY):
        sender.told.emit(number)
    assert ear.heard == list(range(MANY))
    for one, count in held.items():
        assert abs(sys.getrefcount(one) - count) < MANY / 100


def test_ten_thousand_scans_come_over_the_bridge_in_order(qtbot):
    bridge, ear = ThreadBridge(), Ear()
    bridge.posted.connect(ear.hear)
    held = sys.getrefcount(None)
    scanner = threading.Thread(target=lambda: [bridge.post(number) for number in range(MANY)])
    scanner.start()
    qtbot.waitUntil(lambda: len(ear.heard) == MANY)
    scanner.join()
    assert ear.heard == list(range(MANY))
    assert abs(sys.getrefcount(None) - held) < MANY / 10
