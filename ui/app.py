"""The application object: fonts, theme, scale, direction, and the hook for what nobody foresaw.

Nothing here knows devices, sync or the database; ``main`` puts the parts together.
"""

import gc
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from terminal.i18n import Words
from ui.theme import painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import ThemeName
from ui.viewmodels.shell import ShellViewModel
from ui.views.components.field import Edit
from ui.views.page import Page
from ui.views.shell import Shell

log = logging.getLogger(__name__)

LEAST_SIZE = (1024, 768)
USUAL_SIZE = (1366, 768)
_SIGN = 128


def make_app(
    argv: Sequence[str], words: Words, *, look: ThemeName = "light", scale: int = 100
) -> QApplication:
    """The one QApplication, dressed. ``scale`` is percent; it counts only before the first one."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        if scale != 100:
            os.environ["QT_SCALE_FACTOR"] = f"{scale // 100}.{scale % 100:02d}"
        app = QApplication([*argv, "-style", "fusion"])
        app.setProperty(theme.IN_FUSION, True)
    app.setApplicationName("Loyalty terminal")
    app.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if words.rtl else Qt.LayoutDirection.LeftToRight
    )
    theme.apply(app, look)
    app.setWindowIcon(_sign())
    Edit.menu_words = _menu_words(words)
    return app


def _menu_words(words: Words) -> dict[str, str]:
    """Qt's names for what can be done with typed text, and ours."""
    t = words.t
    return {
        "edit-undo": t("Undo"), "edit-redo": t("Redo"), "edit-cut": t("Cut"),
        "edit-copy": t("Copy"), "edit-paste": t("Paste"), "edit-delete": t("Delete"),
        "select-all": t("Select all"),
    }  # fmt: skip


def _sign() -> QIcon:
    """The shop's sign, for the window's frame and the task bar."""
    pixmap = QPixmap(_SIGN, _SIGN)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = painting.crisp(QPainter(pixmap))
    ground = QRectF(0, 0, _SIGN, _SIGN)
    painting.box(painter, ground, _SIGN / 4, theme.color("accent"))
    inner = ground.adjusted(_SIGN / 4, _SIGN / 4, -_SIGN / 4, -_SIGN / 4)
    paint_icon(painter, inner, "leaf", theme.color("on_accent"), "fill")
    painter.end()
    return QIcon(pixmap)


class Collector(QObject):
    """Collects cyclic garbage on the GUI thread only.

    Python collects on whichever thread happens to allocate, and a widget or view model in a cycle
    must not die on another thread than its own. Generations keep Python's own proportions; what
    lives at the start is set aside, so that a full collection stays short.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._was_on = False
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Take over from Python's own collecting."""
        self._was_on = gc.isenabled()
        gc.disable()
        gc.freeze()
        self._timer.start()

    def set_aside(self) -> None:
        """What has come by now stays for as long as the window: don't look at it again."""
        gc.freeze()

    def stop(self) -> None:
        """Give it back, if it was Python's before."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return


class UnforeseenErrors(QObject):
    """Catches what no one did, logs it and tells the window on its own thread; the till goes on.

    ``happened`` carries the exception; connect it to ``ShellViewModel.failed``.
    """

    happened = Signal(object)

    def install(self) -> Callable[[], None]:
        """Take the place of Python's hooks, in all threads; the answer puts them back."""
        before, before_threads = sys.excepthook, threading.excepthook
        sys.excepthook, threading.excepthook = self._hook, self._thread_hook

        def restore() -> None:
            sys.excepthook, threading.excepthook = before, before_threads

        return restore

    def _thread_hook(self, what: threading.ExceptHookArgs) -> None:
        if what.exc_value is not None:
            self._hook(what.exc_type, what.exc_value, what.exc_traceback)

    def _hook(
        self,
        kind: type[BaseException],
        error: BaseException,
        traceback: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        log.critical("something nobody foresaw", exc_info=(kind, error, traceback))
        self.happened.emit(error)


def make_shell(
    vm: ShellViewModel,
    pages: Mapping[str, Callable[[], Page]],
    *,
    may_close: Callable[[], bool] = lambda: True,
) -> Shell:
    """The main window at a size that the screen has room for; not shown yet."""
    shell = Shell(vm, pages, may_close=may_close)
    room = QApplication.primaryScreen().availableGeometry()
    width, height = min(USUAL_SIZE[0], room.width()), min(USUAL_SIZE[1], room.height())
    shell.resize(max(width, LEAST_SIZE[0]), height)
    return shell
