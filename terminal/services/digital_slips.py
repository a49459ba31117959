"""Digital slips on their way to customers: a page for each sale, in a folder that the shop's web
server shows.

The name of a page is the slip's signed code, which nobody can guess. It is written on a thread of
its own after the sale is in the books; a folder that is away is tried again, and after a start what
the last day lacks is written. Old pages are removed.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from terminal.errors import TerminalError, UnknownSale
from terminal.events import Event, EventBus, SaleBooked
from terminal.files import write_whole
from terminal.ids import Clock, SaleId
from terminal.ports import Database
from terminal.services.issuing import IssuingService
from terminal.settings import SlipSettings

log = logging.getLogger(__name__)

CATCH_UP = timedelta(days=1)
RETRY_S = 30.0
CLEAN_EVERY = timedelta(hours=1)


class DigitalSlips:
    """Writes and removes pages. ``run_once`` is what its thread repeats; ``heard`` listens to the
    bus and never blocks.
    """

    def __init__(
        self, database: Database, issuing: IssuingService, folder: Path, days: int, clock: Clock
    ) -> None:
        self._database = database
        self._issuing = issuing
        self._folder = folder
        self._kept = timedelta(days=days)
        self._clock = clock
        self._waiting: deque[SaleId] = deque()
        self._cleaned: datetime | None = None
        self._caught_up = self._troubled = False
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="digital-slips", daemon=True)

    def start(self) -> None:
        """Write what comes, on a thread of its own."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the page at hand and end the thread."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout)

    def heard(self, event: Event) -> None:
        """A sale was booked: its page is due."""
        if isinstance(event, SaleBooked):
            self._waiting.append(event.sale_id)
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                went = self.run_once()
            except (TerminalError, OSError) as error:
                went = False
                self._say(error)
            self._wake.wait(CLEAN_EVERY.total_seconds() if went else RETRY_S)

    def run_once(self) -> bool:
        """Write what is due and remove what is old. Raises FileNotWritten and what storage refuses
        with; what was not written is due still.
        """
        self._clean()
        if not self._caught_up:
            self._catch_up()
        while self._waiting:
            with self._database.read() as uow:
                sale = uow.sales.get(self._waiting[0])
            if sale is not None:
                self._write(sale.ref)
            self._waiting.popleft()
        self._troubled = False
        return True

    def _write(self, ref: str, *, anew: bool = True) -> None:
        """The page of a sale; a sale that never had a slip has none."""
        with suppress(UnknownSale):
            made = self._issuing.digital_slip(ref)
            path = self._folder / f"{made.code}.html"
            if anew or not path.exists():
                write_whole(path, self._issuing.slip_page(made.slip).encode("utf-8"))

    def _catch_up(self) -> None:
        """What was booked while nobody wrote."""
        now = self._clock()
        with self._database.read() as uow:
            sales = list(uow.sales.stream(now - CATCH_UP, now + CATCH_UP))
        for sale in sorted(sales, key=lambda sale: sale.ref):
            self._write(sale.ref, anew=False)
        self._caught_up = True

    def _clean(self) -> None:
        """Remove pages whose time is over; other files in the folder are not ours."""
        now = self._clock()
        if self._cleaned is not None and now - self._cleaned < CLEAN_EVERY:
            return
        oldest = (now - self._kept).timestamp()
        for path in self._folder.glob("v1.*.html"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
        self._cleaned = now

    def _say(self, error: Exception) -> None:
        """Once, not at every try."""
        if not self._troubled:
            log.warning("digital slips wait: %s", error)
        self._troubled = True


def keep_pages(
    database: Database, issuing: IssuingService, wanted: SlipSettings, clock: Clock, bus: EventBus
) -> Callable[[], None]:
    """Write a page of each sale from now on; the answer ends it."""
    folder = Path(wanted.digital_folder)
    pages = DigitalSlips(database, issuing, folder, wanted.digital_days, clock)
    deaf = bus.subscribe(pages.heard)
    pages.start()

    def stop() -> None:
        deaf()
        pages.stop()

    return stop
