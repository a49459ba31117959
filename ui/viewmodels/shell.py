"""The shell: what is true for the whole window. Scans, events, the cashier, the clock, the lights.

A scan goes to the page in front first and else to the counter; it never goes into a field. Until
the services are handed over (``ready``) the window says that the till is starting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from terminal.errors import TerminalError, UnknownCode
from terminal.events import (
    DeviceStatus,
    DrawerKicked,
    MemberChanged,
    SaleBooked,
    SlipMoved,
    SyncStatus,
)
from terminal.i18n import Words
from terminal.ids import Clock
from terminal.scans import Reading
from ui.messages import refusal
from ui.reading_words import misread
from ui.tasks import Runs
from ui.viewmodels.lights import LightsViewModel
from ui.viewmodels.notices import Judged, Notice, Opening, Tone

if TYPE_CHECKING:
    from terminal.services.models import SignedIn
    from ui.viewmodels.counter import CounterViewModel
    from ui.viewmodels.search import SearchViewModel
    from ui.viewmodels.services import CounterServices

Phase = Literal["starting", "ready", "broken"]
_COUNTERS = (MemberChanged, SaleBooked, SlipMoved, DrawerKicked)


class ScanTaker(Protocol):
    """A page in front of the counter."""

    def take_scan(self, text: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Scanned:
    """Posted over the bridge: a whole, clean scan, as in ``Reading``."""

    text: str
    symbology: str = ""
    source: str = ""
    ai: str = ""

    @property
    def reading(self) -> Reading:
        """The same, as services take it."""
        return Reading(self.text, self.symbology, self.source, self.ai)


@dataclass(frozen=True, slots=True)
class ScanRejected:
    """Posted over the bridge: something was read, but not cleanly. ``reason`` is the code of a
    reader's reason."""

    reason: str = ""


class ShellViewModel(QObject):
    """``changed``: phase, cashier or names. ``told``: a Notice. ``opening``: an Opening, None for
    back to the counter. ``ticked``: another minute. ``judged``: a Judged, for readers that wait for
    a word on their scan. Lives on the GUI thread.
    """

    changed = Signal()
    told = Signal(object)
    opening = Signal(object)
    ticked = Signal()
    judged = Signal(object)

    def __init__(
        self,
        words: Words,
        *,
        clock: Clock,
        shop: str,
        till: str,
        log_path: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.words = words
        self.shop, self.till = shop, till
        self.phase: Phase = "starting"
        self.problem = ""
        self.cashier: SignedIn | None = None
        self.counter: CounterViewModel | None = None
        self.search: SearchViewModel | None = None
        self.lights = LightsViewModel(words, self)
        self._clock = clock
        self._log_path = log_path
        self._front: ScanTaker | None = None
        self._services: CounterServices | None = None
        self._runs: Runs | None = None
        self._lookups: Runs | None = None
        self.time = words.time(clock())
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.lights.told.connect(self.told)
        self.lights.changed.connect(self._lights_changed)

    def _tick(self) -> None:
        time = self.words.time(self._clock())
        if time != self.time:
            self.time = time
            self.ticked.emit()

    # -- starting ----------------------------------------------------------------------------

    def ready(self, services: CounterServices, runs: Runs, lookups: Runs | None = None) -> None:
        """The database is open. ``lookups`` is a second lane, for searching as one types."""
        self._services, self._runs, self._lookups = services, runs, lookups or runs
        self._lookups.run(self._warm_up, _nothing, _nothing)
        self.phase = "ready"
        self.changed.emit()
        if self.cashier is None:
            self.opening.emit(Opening("sign_in"))
        else:
            self._begin()

    def _warm_up(self) -> None:
        """Load the formats of numbers and dates before the first scan needs them."""
        self.words.money(0, "EUR")
        self.words.number(0)
        self.words.day_month(self._clock())

    def cannot_start(self, error: TerminalError) -> None:
        """The database can't be used: say why and what to do."""
        self.phase, self.problem = "broken", refusal(error, self.words)
        self.changed.emit()

    def sign_in(self, cashier: SignedIn) -> None:
        """This is the cashier now; an open basket stays."""
        self.cashier = cashier
        if self.counter is not None:
            self.counter.cashier = cashier
        else:
            self._begin()
        self.changed.emit()

    def _begin(self) -> None:
        # Not needed for the first paint, as with everything that the counter is made of.
        from ui.viewmodels.counter import CounterViewModel
        from ui.viewmodels.search import SearchViewModel

        services, runs, lookups = self._services, self._runs, self._lookups
        if services is None or runs is None or lookups is None or self.cashier is None:
            return
        counter = CounterViewModel(services, runs, self.words, self.cashier)
        search = SearchViewModel(services, lookups, self.words, self)
        counter.setParent(self)
        counter.told.connect(self.told)
        counter.opening.connect(self.opening)
        counter.judged.connect(self.judged)
        counter.set_as_of(self.lights.as_of)
        search.chosen.connect(counter.choose)
        search.found.connect(counter.take)
        search.refused.connect(self._not_found)
        self.counter, self.search = counter, search
        self.changed.emit()

    def _not_found(self, error: TerminalError) -> None:
        w = self.words
        if self.counter is None:
            return
        if not isinstance(error, UnknownCode):
            self.counter.refuse(error)
            return
        text = w.t("Nothing found. Try the phone’s last digits, or enrol the customer.")
        self.told.emit(Notice(text, "warning", w.t("Enrol"), "F6", self.counter.enrol))

    # -- from other threads, over the bridge -------------------------------------------------

    @Slot(object)
    def heard(self, event: object) -> None:
        """Everything the bridge brings: scans, statuses, what was booked."""
        if isinstance(event, Scanned):
            self.scanned(event.reading)
        elif isinstance(event, ScanRejected):
            self.rejected(event.reason)
        elif isinstance(event, DeviceStatus | SyncStatus):
            self.lights.heard(event)
            if isinstance(event, DeviceStatus):
                self._hurry(event)
        elif isinstance(event, _COUNTERS) and self.counter:
            self.counter.heard(event)

    @Slot(object)
    def scanned(self, scan: object) -> None:
        """A clean scan (Reading, or text alone): to the page in front, else to the counter."""
        reading = scan if isinstance(scan, Reading) else Reading(str(scan))
        if self._front is not None and self._front.take_scan(reading.text):
            self.judged.emit(Judged(reading, good=True))
        elif self.counter is not None:
            self.opening.emit(None)
            self.counter.scanned(reading)
        else:
            self._not_yet(reading)

    def _not_yet(self, reading: Reading) -> None:
        waiting = self.words.t("The till is starting. Scan again in a moment.")
        if self.phase == "ready":
            waiting = self.words.t("Sign in first, then scan.")
        self.judged.emit(Judged(reading, good=False))
        self.told.emit(Notice(waiting, "warning"))

    @Slot(object)
    def rejected(self, reason: object = "") -> None:
        """A scan that was not read cleanly is nobody's card."""
        self.told.emit(misread(str(reason), self.words))

    @Slot(object)
    def failed(self, error: object) -> None:
        """Work or a slot failed in a way nobody foresaw: say what is safe, and where the log is."""
        if self.counter is not None:
            self.counter.work_failed()
        text = self.words.t("Something went wrong in the program. What was booked is safe.")
        if self._log_path:
            text = self.words.t(
                "Something went wrong in the program. What was booked is safe. Details: {path}",
                path=self._log_path,
            )
        if self.phase == "starting":
            self.phase, self.problem = "broken", text
            self.changed.emit()
        elif self.counter is None or not self.counter.booking.in_doubt:
            self.told.emit(Notice(text, "danger"))

    def _hurry(self, status: DeviceStatus) -> None:
        """A printer that is well again prints what waits at once."""
        if status.device == "printer" and status.well and self.counter is not None:
            self.counter.slips.hurry()

    def _lights_changed(self) -> None:
        if self.counter is not None:
            self.counter.set_as_of(self.lights.as_of)

    # -- pages -------------------------------------------------------------------------------

    def came_to_front(self, page: ScanTaker | None) -> None:
        """This page shows now; None: the counter."""
        self._front = page

    def open_page(self, name: str, subject: str = "") -> None:
        """Open a page, once there is something to open it on."""
        if self.phase == "ready" and (self.cashier is not None or name == "sign_in"):
            self.opening.emit(Opening(name, subject))

    def may_leave(self, result: object) -> bool:
        """Nobody gets past signing in."""
        from terminal.services.models import SignedIn

        return self.cashier is not None or isinstance(result, SignedIn)

    def page_finished(self, result: object) -> None:
        """What a page led to."""
        from terminal.services.models import MemberView, SignedIn

        if isinstance(result, SignedIn):
            self.sign_in(result)
        elif isinstance(result, MemberView) and self.counter is not None:
            self.counter.enrolled(result)
        elif isinstance(result, Opening):
            self.opening.emit(result)

    def touch_light(self, name: str) -> None:
        """A light was tapped: the online store has a page, a device says how it is."""
        if name == "sync" and self.lights.sync.state != "off":
            self.open_page("sync")
            return
        face = self.lights.face(name)
        if name == "printer" and self.counter is not None:
            self.counter.slips.hurry()
        tone: Tone = "positive" if face.state == "well" else "warning"
        notice = Notice(face.meaning, tone)
        if name != "sync":
            set_up = self.words.t("Set up")
            notice = Notice(face.meaning, tone, set_up, act=lambda: self.open_page("setup", name))
        self.told.emit(notice)


def _nothing(_: object) -> None:
    """Nothing to show."""
