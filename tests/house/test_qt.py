"""The Qt binding this product is locked to does not eat Python's own objects.

PySide6 6.12.0 dropped references to None and True which it did not own, and so ended the process
after some thousand signals on Python 3.11. The drift is measured in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys

from bootstrap.steps import environment

MEASURE = """
import json, sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

class Sender(QObject):
    told = Signal(object)
    asked = Signal()
    switched = Signal(bool)

application = QApplication([])
label, button, sender, heard = QLabel(), QPushButton(), Sender(), []
sender.told.connect(lambda value: heard.append(value is None))
before = {str(kept): sys.getrefcount(kept) for kept in (None, True, False)}
for turn in range(20_000):
    label.setText(f"{turn}")
    button.setEnabled(bool(turn % 2))
for turn in range(10_000):
    sender.told.emit(None)
    sender.asked.emit()
    sender.switched.emit(True)
heard_all = len(heard) == 10_000 and all(heard)
heard.clear()
after = {str(kept): sys.getrefcount(kept) for kept in (None, True, False)}
print(json.dumps({"heard": heard_all, "drift": {k: after[k] - before[k] for k in before}}))
"""


def test_signals_and_widgets_keep_the_reference_counts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        env=environment(QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["heard"]
    assert {name: drift for name, drift in told["drift"].items() if abs(drift) > 100} == {}
