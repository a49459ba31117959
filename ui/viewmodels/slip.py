"""Slips as a cashier follows them: the one of this sale, and those that are not settled yet.

A slip's moves may be heard before the sale that made it has answered, so they are kept a while.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from terminal.errors import TerminalError
from terminal.events import SlipMoved
from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.services.printing import PrinterView
from terminal.slips import SlipJob, SlipState
from ui.messages import printer_cause, refusal
from ui.tasks import Runs
from ui.viewmodels.notices import Notice, Tone
from ui.viewmodels.services import SlipDesk

_KEPT = 64


@dataclass(frozen=True, slots=True)
class SlipChip:
    """Where the slip is, as a chip; ``remedy`` is what to do about it, "" when all is well."""

    text: str
    tone: Tone
    icon: str
    remedy: str = ""
    asks: bool = False
    """Nobody knows whether it came out: the cashier is asked."""


def chip(job: SlipJob, words: Words) -> SlipChip:
    """Where a slip is."""
    t = words.t
    if job.state is SlipState.PRINTED:
        return SlipChip(t("Printed"), "positive", "check")
    if job.state is SlipState.SENT:
        return SlipChip(t("Sent to the printer"), "positive", "check")
    if job.state is SlipState.UNKNOWN:
        text = t("The printer went silent. Nothing prints again by itself.")
        return SlipChip(t("Did it come out?"), "warning", "question", text, asks=True)
    if job.state is SlipState.CANCELLED:
        remedy = printer_cause(job.cause, words) if job.cause else ""
        return SlipChip(t("Not printed"), "neutral", "prohibit", remedy)
    if job.cause:
        return SlipChip(t("Waiting"), "warning", "clock", printer_cause(job.cause, words))
    return SlipChip(t("Printing"), "neutral", "printer")


class SlipsViewModel(QObject):
    """The slip on the screen (``job``) and all ``unsettled`` ones; ``changed`` when one moved."""

    changed = Signal()
    told = Signal(object)

    def __init__(
        self, desk: SlipDesk, runs: Runs, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._runs = runs
        self._words = words
        self._moves: OrderedDict[SlipId, SlipMoved] = OrderedDict()
        self.job: SlipJob | None = None
        self.unsettled: tuple[SlipJob, ...] = ()
        self.printers: tuple[PrinterView, ...] = ()

    def load(self) -> None:
        """Read what is not settled."""
        self._runs.run(self._read, self._loaded, self._refused, key="unsettled")

    def _read(self) -> tuple[list[SlipJob], list[PrinterView]]:
        return self._desk.unsettled(), self._desk.printers()

    def _loaded(self, found: tuple[list[SlipJob], list[PrinterView]]) -> None:
        jobs, printers = found
        self.unsettled, self.printers = tuple(jobs), tuple(printers)
        self.changed.emit()

    def _refused(self, error: TerminalError) -> None:
        self.told.emit(Notice(refusal(error, self._words), "warning"))

    def show(self, job: SlipJob | None) -> None:
        """Follow this slip, from where it is by now."""
        moved = self._moves.get(job.id) if job else None
        self.job = _after(job, moved) if job and moved else job
        self.changed.emit()

    def heard(self, moved: SlipMoved) -> None:
        """A slip moved."""
        self._moves[moved.slip_id] = moved
        while len(self._moves) > _KEPT:
            self._moves.popitem(last=False)
        if self.job is not None and self.job.id == moved.slip_id:
            self.job = _after(self.job, moved)
            self.changed.emit()
        self.load()

    def chip(self) -> SlipChip | None:
        """Where the slip on the screen is."""
        return chip(self.job, self._words) if self.job else None

    def troubled(self) -> list[SlipJob]:
        """Slips that a person should know of: they wait for something, or nobody knows."""
        return [job for job in self.unsettled if job.cause or job.state is SlipState.UNKNOWN]

    def other_printer(self, job: SlipJob) -> str:
        """Where else this slip could come out: a printer that nothing is known against, if any;
        "" where there is no other one."""
        used = job.printer or self.printers[0].name if self.printers else ""
        others = [each for each in self.printers if each.name != used]
        fit = [each for each in others if not each.cause]
        return (fit or others)[0].name if others else ""

    # -- what a cashier can do ---------------------------------------------------------------

    def came_out(self, slip_id: SlipId) -> None:
        """The cashier holds the slip."""
        self._runs.run(lambda: self._desk.came_out(slip_id), self._settled, self._refused)

    def cancel(self, slip_id: SlipId) -> None:
        """The slip is not wanted any more."""
        self._runs.run(lambda: self._desk.cancel(slip_id), self._settled, self._refused)

    def copy(self, slip_id: SlipId, printer: str = "") -> None:
        """Print it once more, marked COPY, on this printer or on any."""
        copy = self._desk.print_copy
        self._runs.run(lambda: copy(slip_id, printer), self._copied, self._refused)

    def to_other_printer(self, job: SlipJob) -> None:
        """A slip that waits goes to the other printer; of one that may be out a copy does."""
        other = self.other_printer(job)
        if job.state is SlipState.UNKNOWN:
            self.copy(job.id, other)
        else:
            send = self._desk.send_to
            self._runs.run(lambda: send(job.id, other), self._settled, self._refused)

    def hurry(self) -> None:
        """Try what waits now."""
        self._runs.run(self._desk.hurry, self._settled, self._refused)

    def _settled(self, nothing: None) -> None:
        self.load()

    def _copied(self, job: SlipJob | None) -> None:
        if job is not None:
            self.told.emit(Notice(self._words.t("A copy is on its way to the printer.")))
        self.load()


def _after(job: SlipJob, moved: SlipMoved) -> SlipJob:
    return replace(job, state=moved.state, cause=moved.cause)
