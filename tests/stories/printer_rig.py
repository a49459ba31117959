"""A software printer on a real line, under the real transports, spool and books.

The hands of a story: queue a slip, look at the paper, mend what was broken.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from devices.printers.emulator import PrinterEmulator, Sheet
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.line_transport import LineTransport
from devices.printers.models import PROFILES
from devices.printers.tcp_transport import TcpTransport
from devices.printers.transport import Transport
from terminal.db.engine import open_database
from terminal.events import Event, EventBus
from terminal.ids import SlipId, id_maker
from terminal.services.printing import PrintSpool
from terminal.slips import Block, Slip, SlipJob, SlipState
from tests.devices.lines import unknown_to
from tests.devices.printers import slips as sample

SECONDS = 20.0


def now() -> datetime:
    return datetime.now(UTC)


def slip_of(number: int, language: str) -> Slip:
    """A slip with everything in it; its last line is its number."""
    made = sample.slip(language, number)
    blocks = tuple(Block(b.kind, b.text, b.value, b.align, b.bold, b.size) for b in made.blocks)
    return Slip(SlipId(f"p-{number:04}"), language, made.rtl, blocks)


def _tcp(port: int) -> Transport:
    return TcpTransport(f"tcp://127.0.0.1:{port}", "127.0.0.1", port, stall_seconds=0.5)


class Rig:
    """A printer on one kind of line under a spool with its thread; slips have running numbers.

    With ``beside`` a second one that is always well stands beside it.
    """

    def __init__(
        self, folder: Path, way: str, cache: Path, *, patience: float = 1.5, beside: bool = False
    ) -> None:
        self.way, self.cache = way, cache
        self.emulator = PrinterEmulator()
        self.emulators = [self.emulator]
        self.link = folder / "printer"
        self.address = self.emulator.serve_tcp() if way == "tcp" else 0
        if way == "pty":
            self.emulator.serve_pty(self.link)
        self.printer = self._printer(self._transport, patience)
        self.printers = {"front": self.printer}
        if beside:
            self.emulators.append(PrinterEmulator())
            port = self.emulators[1].serve_tcp()
            self.printers["back"] = self._printer(lambda: _tcp(port), patience)
        self.database = open_database(folder / "till.db")
        self.bus = EventBus()
        self.bus.subscribe(self._heard)
        self._moved = threading.Condition()
        self.spool = self.open_spool()
        self.spool.recover()
        self.spool.start()
        self._number = 0

    def open_spool(self) -> PrintSpool:
        """A spool over these books and printers; the one before it must have stopped."""
        self.spool = PrintSpool(
            self.database, self.printers, self.bus, clock=now, new_id=id_maker(now)
        )
        return self.spool

    def _printer(self, transport: Callable[[], Transport], patience: float) -> EscposPrinter:
        return EscposPrinter(
            transport, PROFILES["80"], cache_dir=self.cache, answer_seconds=0.3,
            patience=patience, resume_seconds=8.0, poll_seconds=0.05,
        )  # fmt: skip

    def _transport(self) -> Transport:
        if self.way == "pty":
            return LineTransport(str(self.link), str(self.link), baudrate=115200, stall_seconds=0.5)
        return _tcp(self.address)

    def _heard(self, event: Event) -> None:
        with self._moved:
            self._moved.notify_all()

    def close(self) -> None:
        self.spool.stop(0.2)
        for printer in self.printers.values():
            printer.close()
        self.spool.stop()
        for emulator in self.emulators:
            emulator.close()
            assert unknown_to(emulator) == [], "the printer was sent what it does not know"
        self.database.close()

    # -- slips -------------------------------------------------------------------------------

    def queue(self, language: str) -> SlipJob:
        self._number += 1
        slip, at = slip_of(self._number, language), now()
        job = SlipJob(id=slip.id, slip=slip, sale_id=None, created_at=at)
        with self.database.write() as uow:
            uow.slips.put(job)
            uow.commit()
        self.spool.wake()
        return job

    def job(self, slip_id: SlipId) -> SlipJob:
        with self.database.read() as uow:
            found = uow.slips.get(slip_id)
        assert found is not None
        return found

    def until(self, happened: Callable[[], object], what: str) -> None:
        """Wait for a move of a slip that makes it true."""
        with self._moved:
            assert self._moved.wait_for(lambda: bool(happened()), SECONDS), what

    def until_fate(self, slip_id: SlipId, *states: SlipState) -> SlipJob:
        with self._moved:
            self._moved.wait_for(lambda: self.job(slip_id).state in states, SECONDS)
        found = self.job(slip_id)
        assert found.state in states, (found.state, found.cause, states)
        return found

    def tried(self, slip_id: SlipId) -> SlipJob:
        """Once it waits and says why, or once nothing more will happen to it by itself."""

        def so() -> bool:
            job = self.job(slip_id)
            if job.state is SlipState.QUEUED:
                return bool(job.cause)
            return job.state in (SlipState.PRINTED, SlipState.SENT, SlipState.UNKNOWN)

        self.until(so, f"{slip_id} was never tried")
        return self.job(slip_id)

    # -- paper -------------------------------------------------------------------------------

    def sheets(self) -> tuple[Sheet, ...]:
        found: list[Sheet] = []
        for emulator in self.emulators:
            emulator.wait_until(lambda each=emulator: each.idle or not each.online, SECONDS)
            found += [*emulator.sheets, emulator.paper_in_printer]
        return tuple(found)

    def whole(self, job: SlipJob) -> int:
        """Whole copies on paper, marked COPY or not: those that came to their last line."""
        number = f"# {job.slip.id.removeprefix('p-')}"
        return sum(sheet.text.count(number) for sheet in self.sheets())

    def reads_well(self, slip: Slip) -> None:
        """It stands on the paper as from a printer that has never known trouble."""
        wanted = reference(self, slip)
        number = wanted.text[wanted.text.rindex("# ") :].split()[1]
        sheets = [sheet for sheet in self.sheets() if f"# {number}" in sheet.text]
        assert any(_reads_like(sheet, wanted) for sheet in sheets), "garbled"

    # -- hands -------------------------------------------------------------------------------

    def mend(self) -> None:
        """Everything is well again, and whoever watches the printer says so."""
        emulator = self.emulator
        emulator.die_after(None)
        emulator.plug_in()
        emulator.mute = emulator.freeze = emulator.refuse = emulator.cover_open = False
        emulator.paper, emulator.error, emulator.rate = "ok", "", None
        emulator.power_on()
        self.spool.printer_is("front", "")

    def executed_from_now(self, count: int) -> int:
        return self.emulator.executed + count


_references: dict[str, Sheet] = {}


def reference(rig: Rig, slip: Slip) -> Sheet:
    """How this slip looks from a printer that has never known trouble."""
    key = repr(slip.blocks)
    if key not in _references:
        with PrinterEmulator() as emulator:
            port = emulator.serve_tcp()
            printer = EscposPrinter(
                lambda: TcpTransport("", "127.0.0.1", port), PROFILES["80"], cache_dir=rig.cache
            )
            assert printer.print(slip).state == "printed"
            _references[key] = emulator.wait_sheets()[0]
            printer.close()
    return _references[key]


def _reads_like(sheet: Sheet, wanted: Sheet) -> bool:
    """A slip that broke off stays on the paper above the next one."""
    if not sheet.text.endswith(wanted.text):
        return False
    rows = [picture.rows for picture in sheet.pictures]
    return rows[len(rows) - len(wanted.pictures) :] == [each.rows for each in wanted.pictures]
