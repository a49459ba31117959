"""Printing: carries slips from the books to the paper, each once.

Printing is a consequence of a booked sale; nothing is booked because something printed, and nothing
prints twice by itself: a slip that may have come out asks the cashier. Slips come out of a printer
in the order of their sales; which printer takes one is told in ``print_lanes``.
"""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from terminal.errors import TerminalError
from terminal.events import Event, EventBus, SlipMoved
from terminal.i18n import Words
from terminal.ids import Clock, NewId, SaleId, SlipId
from terminal.ports import Database, SlipPrinter, UnitOfWork
from terminal.services.print_lanes import Lane, choose
from terminal.slips import SlipJob, SlipState, as_copy

log = logging.getLogger(__name__)

KEEP = timedelta(hours=12)
KEEP_TEST = timedelta(minutes=2)
"""Whoever asked for a test sheet stands before the printer, or has gone."""
TOO_OLD = "too_old"
OPEN = (SlipState.QUEUED, SlipState.SENDING, SlipState.UNKNOWN)
ON_PAPER = (SlipState.PRINTED, SlipState.SENT)
_LOOK_SECONDS = 1.0
_MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class PrinterView:
    """A printer as a cashier may choose it; ``cause`` is "" when nothing is known against it."""

    name: str
    cause: str = ""


class PrintSpool:
    """The queue between the books and the printers, which are tried in their order.

    ``printers`` is one printer or several by name. Each has a thread that repeats what ``run_once``
    does for all of them. A slip that waited longer than ``keep`` is cancelled as ``too_old``.
    """

    def __init__(
        self,
        database: Database,
        printers: SlipPrinter | Mapping[str, SlipPrinter],
        bus: EventBus,
        *,
        clock: Clock,
        new_id: NewId,
        keep: timedelta = KEEP,
    ) -> None:
        named = printers if isinstance(printers, Mapping) else {"": printers}
        self._lanes = tuple(Lane(name, printer) for name, printer in named.items())
        self._torn: set[str] = set()
        self._database = database
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._keep = keep
        self._stopping = threading.Event()
        self._started = False
        self._threads: list[threading.Thread] = []

    def recover(self) -> int:
        """After a start: what was being sent when the power went is unknown, never sent again."""
        with self._database.write() as uow:
            open_jobs = uow.slips.unsettled()
            broken = [job for job in open_jobs if job.state is SlipState.SENDING]
            for job in broken:
                uow.slips.move(job.id, SlipState.UNKNOWN, "interrupted")
            uow.commit()
        torn = {job.printer for job in open_jobs if job.state is not SlipState.QUEUED}
        nobodys = bool(torn - {lane.name for lane in self._lanes})
        for lane in self._lanes:
            lane.after_unknown = nobodys or lane.name in torn
        return len(broken)

    def start(self) -> None:
        """Print what waits, on a thread for each printer."""
        self._started = True
        for number, lane in enumerate(self._lanes, 1):
            thread = threading.Thread(
                target=self._run, args=(lane,), name=f"spool-{number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def use(self, printers: Mapping[str, SlipPrinter], timeout: float = 2.0) -> None:
        """From now on these printers; with none slips wait. The ones before finish what they have
        at hand, as far as the time allows; whoever closes them ends the rest."""
        for lane in self._lanes:
            lane.retired = True
        self.wake()
        self._join(timeout)
        self._torn |= {lane.name for lane in self._lanes if lane.may_be_torn}
        torn = {name: name in self._torn for name in printers}
        self._torn -= set(printers)
        self._lanes = tuple(Lane(name, made, torn[name]) for name, made in printers.items())
        if self._started:
            self.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the slips at hand and end the threads, all within the time."""
        self._stopping.set()
        self.wake()
        self._join(timeout)

    def _join(self, timeout: float) -> None:
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._threads = [thread for thread in self._threads if thread.is_alive()]

    def wake(self) -> None:
        """Something was queued, or a printer stands otherwise than before."""
        for lane in self._lanes:
            lane.wake.set()

    def _run(self, lane: Lane) -> None:
        while not (self._stopping.is_set() or lane.retired):
            if not self._tried(lane):
                lane.wake.wait(_LOOK_SECONDS)
            lane.wake.clear()

    def _tried(self, lane: Lane) -> bool:
        """One slip, outliving books that can't be written now; a full disk passes."""
        try:
            went = self._serve(lane)
        except TerminalError as error:
            if not lane.troubled:
                log.warning("the books can't be written, slips wait: %s", error.code)
            lane.troubled = True
            return False
        lane.troubled = False
        return went

    def run_once(self) -> bool:
        """Let each printer print the next slip that is its own; False when none had any."""
        served = [self._serve(lane) for lane in self._lanes]
        return any(served)

    def _serve(self, lane: Lane) -> bool:
        self._settle_owed(lane)
        job = self._claimed(lane)
        if job is None:
            return False
        lane.begins(self._clock())
        outcome = lane.printer.print(job.slip, after_unknown=lane.after_unknown)
        if outcome.state == "waiting":
            lane.failed(outcome.cause, self._clock())
        else:
            lane.ended(known=outcome.state != "unknown")
        lane.owed = (job, outcome.state, outcome.cause)
        self._settle_owed(lane)
        self.wake()
        return True

    # -- the books ---------------------------------------------------------------------------

    def _claimed(self, lane: Lane) -> SlipJob | None:
        """The next slip of this printer, now its own; no other printer and no till can have it."""
        now, lanes = self._clock(), self._lanes
        with self._database.read() as uow:
            waiting = uow.slips.queued(_MOST_WAITING)
        over = any(self._is_over(job, now) for job in waiting)
        if lane.retired or (not over and choose(lane, lanes, waiting, now) is None):
            return None
        with self._database.write() as uow:  # look again: now nobody else can take it
            waiting = uow.slips.queued(_MOST_WAITING)
            told = self._cancel_over(uow, waiting, now)
            fresh = [job for job in waiting if not self._is_over(job, now)]
            job = choose(lane, lanes, fresh, now)
            if job is not None:
                uow.slips.move(job.id, SlipState.SENDING, "", printer=lane.name)
                told.append(SlipMoved(job.id, SlipState.SENDING, ""))
            uow.commit()
        self._tell(told)
        return job

    def _is_over(self, job: SlipJob, now: datetime) -> bool:
        kept = KEEP_TEST if job.slip.kind == "test" else self._keep
        return now - job.created_at > kept

    def _cancel_over(self, uow: UnitOfWork, waiting: list[SlipJob], now: datetime) -> list[Event]:
        """Slips that nobody stands at the counter for any more."""
        over = [job for job in waiting if self._is_over(job, now)]
        for job in over:
            uow.slips.move(job.id, SlipState.CANCELLED, TOO_OLD)
        return [SlipMoved(job.id, SlipState.CANCELLED, TOO_OLD) for job in over]

    def _settle_owed(self, lane: Lane) -> None:
        """Book what became of the last slip, if that could not be booked at once."""
        if lane.owed is not None:
            self._settle(*lane.owed)
            lane.owed = None

    def _settle(self, job: SlipJob, outcome: str, cause: str) -> None:
        state = SlipState.QUEUED if outcome == "waiting" else SlipState(outcome)
        if state is SlipState.UNKNOWN:
            log.warning("slip %s may or may not have come out (%s)", job.id, cause)
        with self._database.write() as uow:
            now = uow.slips.get(job.id)
            cancelled = now is not None and now.state is SlipState.CANCELLED
            if cancelled and state not in ON_PAPER:
                return  # not wanted any more
            printer = job.printer if state is SlipState.QUEUED else None
            uow.slips.move(job.id, state, cause, printer=printer)
            uow.commit()
        self._bus.tell(SlipMoved(job.id, state, cause))

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            self._bus.tell(event)

    # -- what a cashier can do ---------------------------------------------------------------

    def unsettled(self) -> list[SlipJob]:
        """Slips that wait or whose fate is unknown."""
        with self._database.read() as uow:
            return uow.slips.unsettled()

    def printers(self) -> list[PrinterView]:
        """The printers there are, in the order in which they are tried."""
        return [PrinterView(lane.name, lane.cause) for lane in self._lanes]

    def printer_is(self, name: str, cause: str) -> None:
        """Whoever watches the printer of this name found it well ("") or not."""
        for lane in self._lanes:
            if lane.name == name:
                lane.heard(cause, self._clock())
        self.wake()

    def hurry(self) -> None:
        """The cashier put paper in: try what waits now."""
        for lane in self._lanes:
            lane.hurry()
        self.wake()

    def came_out(self, slip_id: SlipId) -> None:
        """The cashier holds the slip whose fate was unknown."""
        self._answer(slip_id, SlipState.PRINTED, (SlipState.UNKNOWN,))

    def cancel(self, slip_id: SlipId) -> None:
        """The slip is not wanted any more."""
        self._answer(slip_id, SlipState.CANCELLED, OPEN)

    def _answer(self, slip_id: SlipId, state: SlipState, of: tuple[SlipState, ...]) -> None:
        with self._database.write() as uow:
            job = uow.slips.get(slip_id)
            if job is None or job.state not in of:
                return  # it came to another end meanwhile
            uow.slips.move(slip_id, state, "")
            uow.commit()
        self._bus.tell(SlipMoved(slip_id, state, ""))

    def send_to(self, slip_id: SlipId, printer: str) -> None:
        """A slip that waits goes to this printer, and to no other; "" sets it free again."""
        with self._database.write() as uow:
            job = uow.slips.get(slip_id)
            if job is None or job.state is not SlipState.QUEUED:
                return
            uow.slips.move(slip_id, SlipState.QUEUED, "", printer=printer)
            uow.commit()
        self._bus.tell(SlipMoved(slip_id, SlipState.QUEUED, ""))
        self.hurry()

    def print_copy(self, slip_id: SlipId, printer: str = "") -> SlipJob | None:
        """Print the slip once more, marked COPY, on this printer or any; an unknown one is settled
        by it."""
        now = self._clock()
        with self._database.write() as uow:
            job = uow.slips.get(slip_id)
            if job is None:
                return None
            first = job if job.copy_of is None else uow.slips.get(job.copy_of) or job
            stamp = Words(first.slip.language, paper=True).t("COPY")
            slip = as_copy(first.slip, SlipId(self._new_id()), stamp)
            copy = SlipJob(
                id=slip.id, slip=slip, sale_id=first.sale_id, created_at=now, copy_of=first.id,
                printer=printer,
            )  # fmt: skip
            uow.slips.put(copy)
            if job.state is SlipState.UNKNOWN:
                uow.slips.move(job.id, SlipState.CANCELLED, "")
            uow.commit()
        self.wake()
        return copy

    def slip_of_sale(self, sale_id: SaleId) -> SlipJob | None:
        """The newest slip of a sale."""
        with self._database.read() as uow:
            jobs = uow.slips.of_sale(sale_id)
        return jobs[-1] if jobs else None
