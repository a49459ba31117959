"""The real window for benches: opened over a backend, waited for, and watched while it paints."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QWidget

import main
from terminal.i18n import Words
from terminal.settings import Settings
from tests.bench.shops import CASHIER
from ui.app import make_app
from ui.viewmodels.counter import CounterViewModel
from ui.window import TillWindow

SIZE = (1366, 768)
PATIENCE_MS = 30_000


class Stuck(RuntimeError):  # noqa: N818 - it says what happened
    """What must come did not come."""


class Moment(QObject):
    """An event loop that runs until ``come`` is called; ``at`` is when that was, in seconds."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what
        self._loop = QEventLoop(self)
        self._watch = QTimer(self)
        self._watch.setSingleShot(True)
        self._watch.timeout.connect(self._loop.quit)
        self.at: float | None = None

    def come(self) -> None:
        """It is there."""
        if self.at is None:
            self.at = time.perf_counter()
            self._loop.quit()

    def wait(self, patience_ms: int = PATIENCE_MS) -> float:
        """Let the window live until then."""
        if self.at is None:
            self._watch.start(patience_ms)
            self._loop.exec()
            self._watch.stop()
        if self.at is None:
            raise Stuck(f"waited {patience_ms / 1000:g} s in vain for {self._what}")
        return self.at


class Painted(QObject):
    """Tells when one of some widgets has been painted while ``wanted`` holds.

    A paint event comes before the painting; a timer of no length started by it fires once the
    whole window has been painted and flushed.
    """

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._wanted: Callable[[], bool] = lambda: False
        self._moment: Moment | None = None
        for widget in widgets:
            widget.installEventFilter(self)

    def next(self, what: str, wanted: Callable[[], bool]) -> Moment:
        """The next time that it is painted so."""
        self._wanted, self._moment = wanted, Moment(what)
        return self._moment

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and self._moment is not None and self._wanted():
            QTimer.singleShot(0, self._moment.come)
            self._moment = None
        return False


class OpenTill:
    """The product's window over the product's backend, with a cashier signed in."""

    def __init__(self, folder: Path, settings: Settings, backend: main.Backend | None = None):
        words = Words(settings.screen.language)
        self.app = make_app(["bench"], words)
        self.backend = backend or main.Backend(folder, settings)
        self.window = TillWindow(
            self.backend, words, clock=main.now, prepare=lambda services: CASHIER
        )
        self.window.shell.resize(*SIZE)
        self.window.begin()
        self.until("the counter", lambda: self.window.vm.counter is not None)
        if settings.scanner.port:
            self.until("a scanner", lambda: self.window.vm.lights.scanner.state == "well")

    @property
    def counter(self) -> CounterViewModel:
        """What the cashier works with."""
        counter = self.window.vm.counter
        assert counter is not None
        return counter

    def until(self, what: str, happened: Callable[[], object]) -> None:
        """Let the window live until something is true."""
        moment = Moment(what)
        look = QTimer()
        look.timeout.connect(lambda: moment.come() if happened() else None)
        look.start(1)
        moment.wait()

    def settle(self, ms: int = 20) -> None:
        """Let what was asked for be painted."""
        end = time.perf_counter() + ms / 1000
        self.until("a pause", lambda: time.perf_counter() > end)

    def close(self) -> None:
        """End every thread."""
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()


class BareLabel:
    """The floor of everything that is painted: a window of the same size with one label in it."""

    def __init__(self) -> None:
        self._label = QLabel("no text yet")
        self._label.resize(*SIZE)
        self._label.show()
        self._painted = Painted(self._label)

    def repaint(self, text: str) -> float:
        """Milliseconds from a new text to a painted window."""
        moment = self._painted.next("a label", lambda: True)
        began = time.perf_counter()
        self._label.setText(text)
        return (moment.wait() - began) * 1000

    def close(self) -> None:
        """Put it away."""
        self._label.close()
        self._label.deleteLater()
