"""Printing: carries slips from the books to the paper, one at a time.

Printing is a consequence of a booked sale; nothing is booked because something printed, and nothing
prints twice by itself: a slip that may have come out asks the cashier.
"""

import logging
import threading
from datetime import datetime, timedelta

from terminal.errors import TerminalError
from terminal.events import EventBus, SlipMoved
from terminal.i18n import Words
from terminal.ids import Clock, NewId, SaleId, SlipId
from terminal.ports import Database, SlipPrinter
from terminal.slips import SlipJob, SlipState, as_copy

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(seconds=30)


class PrintSpool:
    """The queue between the books and one printer. ``run_once`` is what its thread repeats."""

    def __init__(
        self,
        database: Database,
        printer: SlipPrinter,
        bus: EventBus,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._database = database
        self._printer = printer
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._after_unknown = False
        self._owed: tuple[SlipJob, str, str] | None = None
        self._troubled = False
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def recover(self) -> int:
        """After a start: what was being sent when the power went is unknown, never sent again."""
        with self._database.write() as uow:
            broken = [job for job in uow.slips.unsettled() if job.state is SlipState.SENDING]
            for job in broken:
                uow.slips.move(job.id, SlipState.UNKNOWN, "interrupted")
            uow.commit()
        self._after_unknown = bool(broken)
        return len(broken)

    def start(self) -> None:
        """Print what waits, on a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the slip at hand and end the thread."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def wake(self) -> None:
        """Something was queued."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            if not self._tried():
                self._wake.wait(1.0)

    def _tried(self) -> bool:
        """``run_once``, outliving books that can't be written now; a full disk passes."""
        try:
            went = self.run_once()
        except TerminalError as error:
            if not self._troubled:
                log.warning("the books can't be written, slips wait: %s", error.code)
            self._troubled = True
            return False
        self._troubled = False
        return went

    def run_once(self) -> bool:
        """Print the next slip if any is due; False when there was none."""
        self._settle_owed()
        job = self._next()
        if job is None:
            return False
        self._move(job, SlipState.SENDING, "")
        outcome = self._printer.print(job.slip, after_unknown=self._after_unknown)
        self._owed = (job, outcome.state, outcome.cause)
        self._settle_owed()
        return True

    def _next(self) -> SlipJob | None:
        """Once one is due the oldest goes, due or not: slips come out in the order of sales."""
        now = self._clock()
        with self._database.read() as uow:
            due = uow.slips.due(now, 1) and uow.slips.due(now + LONGEST_WAIT, 1)
        return due[0] if due else None

    def _settle_owed(self) -> None:
        """Book what became of the last slip, if that could not be booked at once."""
        if self._owed is not None:
            self._settle(*self._owed)
            self._owed = None

    def _settle(self, job: SlipJob, state: str, cause: str) -> None:
        if state == "waiting":
            wait = min(FIRST_WAIT * 2 ** min(job.attempts, 5), LONGEST_WAIT)
            self._move(job, SlipState.QUEUED, cause, self._clock() + wait)
            return
        self._after_unknown = state == "unknown"
        if self._after_unknown:
            log.warning("slip %s may or may not have come out (%s)", job.id, cause)
        self._move(job, SlipState(state), cause)

    def _move(
        self, job: SlipJob, state: SlipState, cause: str, due_at: datetime | None = None
    ) -> None:
        with self._database.write() as uow:
            uow.slips.move(job.id, state, cause, due_at)
            uow.commit()
        if state is not job.state or cause != job.cause:
            self._bus.tell(SlipMoved(job.id, state, cause))

    # -- what a cashier can do ---------------------------------------------------------------

    def unsettled(self) -> list[SlipJob]:
        """Slips that wait or whose fate is unknown."""
        with self._database.read() as uow:
            return uow.slips.unsettled()

    def hurry(self) -> None:
        """The cashier put paper in: try what waits now."""
        now = self._clock()
        with self._database.write() as uow:
            for job in uow.slips.unsettled():
                if job.state is SlipState.QUEUED:
                    uow.slips.move(job.id, SlipState.QUEUED, job.cause, now)
            uow.commit()
        self.wake()

    def came_out(self, slip_id: SlipId) -> None:
        """The cashier holds the slip whose fate was unknown."""
        self._answer(slip_id, SlipState.PRINTED)

    def cancel(self, slip_id: SlipId) -> None:
        """The slip is not wanted any more."""
        self._answer(slip_id, SlipState.CANCELLED)

    def _answer(self, slip_id: SlipId, state: SlipState) -> None:
        with self._database.write() as uow:
            uow.slips.move(slip_id, state, "")
            uow.commit()
        self._bus.tell(SlipMoved(slip_id, state, ""))

    def print_copy(self, slip_id: SlipId) -> SlipJob | None:
        """Print the slip once more, marked COPY; an unknown one is settled by it."""
        now = self._clock()
        with self._database.write() as uow:
            job = uow.slips.get(slip_id)
            if job is None:
                return None
            first = job if job.copy_of is None else uow.slips.get(job.copy_of) or job
            stamp = Words(first.slip.language, paper=True).t("COPY")
            slip = as_copy(first.slip, SlipId(self._new_id()), stamp)
            copy = SlipJob(
                id=slip.id, slip=slip, sale_id=first.sale_id, created_at=now, due_at=now,
                copy_of=first.id,
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
