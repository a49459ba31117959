"""Pages come and go while their work is under way; nothing of them dies on another thread.

A QObject that dies on a lane's thread, by its last reference or by the cyclic collector, leaves its
timers and queued calls behind on the GUI thread, which then touches freed memory.
"""

import gc
import random
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtTest import QTest

from tests.stories.conftest import Opens
from tests.stories.open_till import OpenTill
from ui.views.page import Page

TIMES = 200
PAGES = ("enrol", "return", "office", "sign_in")


class Deaths:
    """On which thread each watched object died."""

    def __init__(self) -> None:
        self.watched, self.threads = 0, []

    def watch_page(self, page: Page) -> None:
        """The page and the view models it holds."""
        models = [held for held in vars(page).values() if isinstance(held, QObject)]
        for one in (page, *models):
            self.watch(one)

    def watch(self, one: QObject) -> None:
        self.watched += 1
        weakref.finalize(one, self._died, type(one).__name__)

    def elsewhere(self) -> list[tuple[str, str]]:
        """What died on another thread than the GUI's."""
        main = threading.main_thread().name
        return [death for death in self.threads if death[1] != main]

    def _died(self, name: str) -> None:
        self.threads.append((name, threading.current_thread().name))


def test_two_hundred_pages_die_on_the_thread_they_lived_on(till: OpenTill) -> None:
    member, chance, deaths = till.enrol(1), random.Random(200), Deaths()
    shell, vm = till.window.shell, till.window.vm
    for turn in range(TIMES):
        name = chance.choice(PAGES)
        vm.open_page(name, member.member.id if name == "office" else "")
        deaths.watch_page(shell.page())
        if name == "office":
            shell.page().open_with(member.member.id)
        till.counter.slips.load()
        # Sometimes gone before the work has begun, sometimes in its middle, sometimes after it.
        QTest.qWait(chance.choice((0, 0, 1, 5)))
        shell.back_to_counter()
        if turn % 20 == 0:
            gc.collect()
    till.window.lane.run(lambda: None, lambda done: None, lambda refused: None)
    till.until(lambda: not till.window.lane._kept and not till.window.office_lane._kept)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert deaths.elsewhere() == []
    assert len(deaths.threads) >= deaths.watched * 9 // 10, "and they do die"


@pytest.fixture
def python_collects() -> Iterator[None]:
    """Python's own collector is at work, as it is before a window opens."""
    gc.enable()
    yield
    gc.disable()


def test_while_a_window_is_open_only_its_thread_collects_cycles(
    python_collects: None, open_till: Opens
) -> None:
    till, deaths = open_till(), Deaths()
    assert not gc.isenabled(), "Python collects on any thread"
    for _ in range(2000):
        timed = QObject()
        timed.startTimer(1)
        timed.itself = timed  # a cycle, as of a view and its lambda
        deaths.watch(timed)
        del timed
    till.until(lambda: len(deaths.threads) == deaths.watched)
    assert deaths.elsewhere() == []
    till.close()
    assert gc.isenabled()
    gc.disable()  # before the closed window is collected on a thread of the printer
