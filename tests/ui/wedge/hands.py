"""A window with fields, the filter before it, and hands that press its keys."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout

from devices.scanners.us_keys import X11_KEYS
from devices.scanners.wedge import WedgeReader
from tests.devices.scanners.keyboards import GREEK, keys
from ui.wedge import KeyboardWedge

DOWN, UP = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
SHIFT, NO = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_NAMED = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, " ": Qt.Key.Key_Space}


class Counter(QDialog):
    """Two fields and a default button, as many pages have."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.pay = QLineEdit(), QLineEdit(), QPushButton("Pay")
        self.pay.setDefault(True)
        self.paid = self.asked = 0
        self.pay.clicked.connect(self._pay)
        layout = QVBoxLayout(self)
        for part in (self.first, self.second, self.pay):
            layout.addWidget(part)

    def _pay(self):
        self.paid += 1

    def ask(self):
        self.asked += 1

    def customEvent(self, event):  # noqa: N802 - Qt's name
        event.call()


class Later(QEvent):
    """Runs when the window comes to it."""

    def __init__(self, call):
        super().__init__(QEvent.Type.User)
        self.call = call


class Hand:
    """Presses keys of a window; the moments are the keys' own."""

    def __init__(self, window):
        self.window = window

    def press(self, stroke, *, modifiers=NO, key=None, released=True, repeated=False):
        key = key or _NAMED.get(stroke.text) or (ord(stroke.text.upper()) if stroke.text else 0)
        modifiers |= SHIFT if stroke.shift else NO
        for kind in (DOWN, UP) if released else (DOWN,):
            self.send(kind, key, modifiers, stroke, repeated=repeated)

    def send(self, kind, key, modifiers, stroke, *, repeated=False):
        event = QKeyEvent(kind, key, modifiers, stroke.scan_code, 0, 0, stroke.text, repeated, 1)
        event.setTimestamp(round(stroke.at))
        QCoreApplication.sendEvent(self.window, event)

    def type(self, strokes):
        """All keys at once: time is in the keys."""
        for stroke in strokes:
            self.press(stroke)


class Till:
    """A window with the filter before it."""

    def __init__(self, page, reader=None, **options):
        self.page, self.scans, self.rejected = page, [], []
        self.reader = reader or WedgeReader(
            on_scan=lambda scan: self.scans.append(scan.text),
            on_rejected=lambda one: self.rejected.append(one.reason.value),
            keys=X11_KEYS,
            **options,
        )
        self.wedge = KeyboardWedge(self.reader)
        self.wedge.start()
        self.window = page.windowHandle()
        self.hand = Hand(self.window)
        page.first.setFocus()

    @property
    def fields(self):
        return self.page.first.text(), self.page.second.text()


LINK = "https://shop.example/c;e1"


def greek(till, text, start=1000.0):
    """What X11 delivers of a Greek layout: dead keys and what follows come only when they go up."""
    dead = False
    for stroke in keys(text, [8], start=start, layout=GREEK):
        key = Qt.Key.Key_Dead_Acute if stroke.text in ":;" else None
        if key is None and not dead:
            till.hand.press(stroke)
        elif key is not None:
            till.hand.send(UP, key, SHIFT if stroke.shift else NO, replace(stroke, text=""))
        else:
            composed = QInputMethodEvent()
            composed.setCommitString("έ")
            QCoreApplication.sendEvent(QGuiApplication.focusObject(), composed)
            till.hand.send(UP, ord("Ε"), NO, stroke)
        dead = stroke.text == ";"
