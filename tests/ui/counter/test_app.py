"""The application object: dressed once, mirrored by language, and hooked for the unforeseen."""

import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.i18n import Words
from tests.ui.counter.shop import CounterShop
from ui.app import UnforeseenErrors, make_app, make_shell

FIRST_PAINT = """
import sys
import threading
from datetime import UTC, datetime
from terminal.i18n import Words
from ui.app import make_app, make_shell
from ui.viewmodels.shell import ShellViewModel
words = Words("en")
app = make_app([], words)
vm = ShellViewModel(words, clock=lambda: datetime.now(UTC), shop="Elia Deli", till="Till 1")
shell = make_shell(vm, {})
shell.show()
app.processEvents()
heavy = ("sqlalchemy", "alembic", "escpos", "requests", "babel", "serial", "PIL", "argon2")
print([name for name in heavy if name in sys.modules])
"""


def test_a_language_decides_the_direction(qapp: QApplication) -> None:
    assert make_app([], Words("he")).layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert make_app([], Words("en")).layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_the_first_paint_waits_for_nothing_heavy() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT], capture_output=True, text=True, check=True, timeout=60
    )
    assert answer.stdout.strip() == "[]", answer.stdout + answer.stderr


def test_an_error_nobody_caught_is_logged_and_told(
    qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[object] = []
    errors = UnforeseenErrors()
    errors.happened.connect(heard.append)
    restore = errors.install()
    try:
        error = RuntimeError("boom")
        sys.excepthook(RuntimeError, error, None)
    finally:
        restore()
    assert heard == [error]
    assert "nobody foresaw" in caplog.text


def test_an_error_of_a_thread_reaches_the_window_on_its_own_thread(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    vm = CounterShop().shell()
    said: list[object] = []
    vm.told.connect(said.append)
    vm.phase = "ready"
    errors = UnforeseenErrors()
    errors.happened.connect(vm.failed)
    restore = errors.install()
    try:
        thread = threading.Thread(target=lambda: 1 // 0)
        thread.start()
        thread.join()
    finally:
        restore()
    qtbot.waitUntil(lambda: bool(said))
    assert "ZeroDivisionError" in caplog.text


def test_closing_is_asked_first_and_told_afterwards(qapp: QApplication) -> None:
    allowed = [False]
    shell = make_shell(CounterShop().shell(), {}, may_close=lambda: allowed[0])
    told: list[bool] = []
    shell.closed.connect(lambda: told.append(True))
    shell.show()
    assert not shell.close()
    assert told == []
    allowed[0] = True
    assert shell.close()
    assert told == [True]
    shell.deleteLater()


def test_the_window_is_as_large_as_the_screen_lets_it(qapp: QApplication) -> None:
    shell = make_shell(CounterShop().shell(), {})
    assert shell.width() >= 1024
    assert shell.height() <= 768
    shell.deleteLater()
