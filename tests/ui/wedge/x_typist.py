"""Types by the places of the keys at a real X server, as a reader and as a person would.

Run as a programme under a display of its own: layouts and codes as JSON in, what the field, the
button and the reader got as JSON out. The X server's own keymaps make letters of the places.
"""

import ctypes
import json
import subprocess
import sys

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout

from devices.scanners.us_keys import X11_KEYS
from devices.scanners.wedge import Timing, WedgeReader
from tests.devices.scanners.keyboards import PLACES
from ui.wedge import KeyboardWedge

SHIFT, RETURN = 50, 36
BY_HAND = (90, 20, 100, 120, 80, 110, 25)


class XKeys:
    """The test extension of the X server: keys go down and up without a keyboard."""

    def __init__(self):
        self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(None))

    def type(self, text, gaps):
        """The server itself keeps the time between the keys."""
        for turn, character in enumerate(text):
            place, shift = PLACES[character]
            self._press(place, gaps[turn % len(gaps)], shift=shift)
        self._press(RETURN, gaps[0])
        QTest.qWait(250 + sum(gaps[turn % len(gaps)] for turn in range(len(text) + 1)))

    def _press(self, place, gap, *, shift=False):
        for key, down in [(SHIFT, 1)] * shift + [(place, 1), (place, 0)] + [(SHIFT, 0)] * shift:
            self._test.XTestFakeKeyEvent(self._display, key, down, gap)
            gap = 0
        self._x.XFlush(self._display)


def tried(layout, code, *, us_layout, keys):
    """One layout: a scan, then a person who types and presses Enter."""
    subprocess.run(["setxkbmap", layout], check=True)
    page, field, pay = QDialog(), QLineEdit(), QPushButton("Pay")
    pay.setDefault(True)
    box = QVBoxLayout(page)
    box.addWidget(field)
    box.addWidget(pay)
    paid, scans = [], []
    pay.clicked.connect(lambda: paid.append(1))
    reader = WedgeReader(
        on_scan=lambda scan: scans.append(scan.text),
        timing=Timing(20, 40),  # a busy machine may be late by some milliseconds
        us_layout=us_layout,
        keys=X11_KEYS,
    )
    wedge = KeyboardWedge(reader)
    wedge.start()
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    field.setFocus()
    QTest.qWait(300)  # the server tells of its new keymap
    keys.type(code, (8,))
    scanned = [list(scans), field.text(), len(paid)]
    keys.type("hello 1", BY_HAND)
    typed = [scans[len(scanned[0]) :], field.text(), len(paid)]
    wedge.stop()
    page.close()
    return {"scanned": scanned, "typed": typed}


if __name__ == "__main__":
    app = QApplication([])
    xkeys = XKeys()
    wanted = json.loads(sys.argv[1])
    sys.stdout.write(
        json.dumps([tried(one, code, us_layout=us, keys=xkeys) for one, code, us in wanted])
    )
