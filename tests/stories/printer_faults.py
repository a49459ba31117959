"""A printer that fails in every way there is, under the real spool, books and transports.

    python -m tests.stories.printer_faults 30        # every fault thirty times on each kind of line

Each case is one slip that meets a fault, and one that is queued behind it. Whatever happens: never
two whole copies without COPY on them, each slip ends as it should, everything drains once the
printer is mended, and what comes after a broken slip reads as if nothing had been.
"""

from __future__ import annotations

import logging
import secrets
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import serial

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
from tests.devices.lines import open_descriptors
from tests.devices.printers import slips as sample

WAYS = ("tcp", "pty")
TEXT_LANGUAGES = ("en", "el", "bg", "hu", "pl")
LANGUAGES = (*TEXT_LANGUAGES, "he")
SETTLED = (SlipState.PRINTED, SlipState.CANCELLED)
QUERY = 12
"""Bytes of the questions before a slip."""
TEXT, RASTER = 900, 9000
"""About as many bytes has a slip of text, and the lines of a Hebrew one that are pictures."""
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
    """One printer on one kind of line under a spool with a thread; slips have running numbers."""

    def __init__(
        self, folder: Path, way: str, cache: Path, *, patience: float = 1.5, behind: int = 0
    ) -> None:
        self.way, self.cache = way, cache
        self.emulator = PrinterEmulator()
        self.link = folder / "printer"
        self.address = self.emulator.serve_tcp() if way == "tcp" else 0
        if way == "pty":
            self.emulator.serve_pty(self.link)
        self.printer = self._printer(self._transport, patience)
        self.printers = {"front": self.printer}
        if behind:
            self.printers["back"] = self._printer(lambda: _tcp(behind), patience)
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
        self.emulator.close()
        self.database.close()

    # -- slips -------------------------------------------------------------------------------

    def queue(self, language: str) -> SlipJob:
        self._number += 1
        slip, at = slip_of(self._number, language), now()
        job = SlipJob(id=slip.id, slip=slip, sale_id=None, created_at=at, due_at=at)
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
        emulator = self.emulator
        emulator.wait_until(lambda: emulator.idle or not emulator.online, SECONDS)
        return (*self.emulator.sheets, self.emulator.paper_in_printer)

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


@dataclass(frozen=True)
class Fault:
    """``break_it`` sets the fault; ``before`` says what may become of the slip before anybody mends
    anything, ``after`` what may become of it once somebody has."""

    name: str
    break_it: Callable[[Rig, Random, int], None]
    before: frozenset[tuple[SlipState, str]]
    after: frozenset[SlipState]
    mended_by: str = "hand"
    """``hand``: once the slip was tried. ``at_once``: while it is being printed."""


def _states(*pairs: tuple[SlipState, str]) -> frozenset[tuple[SlipState, str]]:
    return frozenset(pairs)


_PRINTED = frozenset({SlipState.PRINTED})
_UNKNOWN = frozenset({SlipState.UNKNOWN})
_EITHER = _PRINTED | _UNKNOWN
QUEUED, PRINTED, UNKNOWN = SlipState.QUEUED, SlipState.PRINTED, SlipState.UNKNOWN


def _set(name: str, value: object) -> Callable[[Rig, Random, int], None]:
    """From the beginning."""
    return lambda rig, _chance, _size: setattr(rig.emulator, name, value)


def _set_within(name: str, value: object) -> Callable[[Rig, Random, int], None]:
    """In the middle of the slip, at a byte that chance names."""

    def arm(rig: Rig, chance: Random, size: int) -> None:
        emulator, at = rig.emulator, rig.executed_from_now(QUERY + chance.randrange(1, size))
        emulator.at(at, lambda: setattr(emulator, name, value))

    return arm


def _dies(rig: Rig, chance: Random, size: int) -> None:
    rig.emulator.die_after(chance.randrange(1, QUERY + size))


def _loses_power(rig: Rig, chance: Random, size: int) -> None:
    emulator = rig.emulator
    emulator.at(rig.executed_from_now(QUERY + chance.randrange(1, size)), emulator.power_off)


FAULTS = (
    Fault(
        "refuse", _set("refuse", True), _states((QUEUED, "unreachable"), (PRINTED, "")), _PRINTED,
    ),
    Fault("freeze", _set("freeze", True), _states((QUEUED, "timeout")), _PRINTED),
    Fault(
        "freeze within", _set_within("freeze", True),
        _states((UNKNOWN, "timeout"), (UNKNOWN, "lost"), (PRINTED, "")), _EITHER,
    ),
    Fault("mute", _set("mute", True), _states((QUEUED, "timeout")), _PRINTED),
    Fault("mute within", _set_within("mute", True), _states((UNKNOWN, "timeout")), _UNKNOWN),
    Fault("slow", _set("rate", 2000), _states((PRINTED, "")), _PRINTED),
    Fault(
        "die", _dies,
        _states((UNKNOWN, "lost"), (QUEUED, "unreachable"), (QUEUED, "busy"), (QUEUED, "timeout")),
        _EITHER,
    ),
    Fault("paper out", _set("paper", "out"), _states((QUEUED, "paper_out")), _PRINTED),
    Fault("paper out within", _set_within("paper", "out"), _states(), _PRINTED, "at_once"),
    Fault("cover", _set("cover_open", True), _states((QUEUED, "cover_open")), _PRINTED),
    Fault("cover within", _set_within("cover_open", True), _states(), _PRINTED, "at_once"),
    Fault("cutter", _set("error", "cutter"), _states((QUEUED, "cutter"), (PRINTED, "")), _PRINTED),
    Fault("cutter within", _set_within("error", "cutter"), _states(), _PRINTED, "at_once"),
    Fault("power", _loses_power, _states((UNKNOWN, "lost"), (UNKNOWN, "timeout")), _UNKNOWN),
)  # fmt: skip


@dataclass
class Told:
    """What became of the slips of one fault."""

    cases: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    copies: int = 0


def run_case(fault: Fault, rig: Rig, chance: Random, told: Told) -> None:
    """One slip meets the fault, another one waits behind it, and everything comes to its end."""
    language = chance.choice(TEXT_LANGUAGES if fault.name == "slow" else LANGUAGES)
    size = RASTER if language == "he" else TEXT
    fault.break_it(rig, chance, size)
    first = rig.queue(language)
    second_in = chance.choice(LANGUAGES)
    if fault.mended_by == "at_once":
        _wait_for_stop(rig)
        second = rig.queue(second_in)
    else:
        found = rig.tried(first.id)
        assert (found.state, found.cause) in fault.before, (fault.name, found.state, found.cause)
        assert rig.whole(first) <= 1
        assert found.state is not QUEUED or rig.whole(first) == 0
        second = rig.queue(second_in)
    rig.mend()
    ended = rig.until_fate(first.id, PRINTED, UNKNOWN)
    assert ended.state in fault.after, (fault.name, ended.state, ended.cause)
    rig.until_fate(second.id, PRINTED)
    told.cases += 1
    told.fates[ended.state.value] += 1
    _answer(rig, first, ended, told)
    _read(rig, first, second)


def _wait_for_stop(rig: Rig) -> None:
    emulator = rig.emulator
    assert emulator.wait_until(lambda: not emulator.online, SECONDS), "the fault never came"


def _answer(rig: Rig, first: SlipJob, ended: SlipJob, told: Told) -> None:
    """The cashier looks at the paper: there it is, or a copy is printed, which says so."""
    whole = rig.whole(first)
    if ended.state is PRINTED:
        assert whole == 1, f"printed, but {whole} on paper"
        return
    assert whole <= 1, "twice on paper"
    if whole:
        rig.spool.came_out(first.id)
        assert rig.job(first.id).state is PRINTED
        return
    copy = rig.spool.print_copy(first.id)
    assert copy is not None
    rig.until_fate(copy.id, PRINTED)
    told.copies += 1
    assert rig.whole(first) == 1
    rig.reads_well(copy.slip)


def _read(rig: Rig, first: SlipJob, second: SlipJob) -> None:
    assert rig.whole(second) == 1
    rig.reads_well(second.slip)
    assert rig.job(first.id).state in SETTLED
    assert rig.spool.unsettled() == []


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


@contextmanager
def held(rig: Rig) -> Iterator[None]:
    """Somebody else talks to the printer."""
    with ExitStack() as stack:
        if rig.way == "tcp":
            line = stack.enter_context(socket.create_connection(("127.0.0.1", rig.address)))
            line.sendall(b"\x10\x04\x01")
            assert line.recv(1)
        else:
            stack.enter_context(serial.Serial(str(rig.link), exclusive=True))
        yield


def run_second_client(rig: Rig, chance: Random, told: Told) -> None:
    """The printer serves another till; ours waits, and says so."""
    with held(rig):
        first = rig.queue(chance.choice(LANGUAGES))
        found = rig.tried(first.id)
        assert (found.state, found.cause) in {(QUEUED, "busy"), (QUEUED, "timeout")}
        second = rig.queue(chance.choice(LANGUAGES))
    rig.mend()
    told.cases += 1
    told.fates[rig.until_fate(first.id, PRINTED, UNKNOWN).state.value] += 1
    rig.until_fate(second.id, PRINTED)
    assert (rig.whole(first), rig.whole(second)) == (1, 1)
    _read(rig, first, second)


CASES: dict[str, Callable[[Rig, Random, Told], None]] = {
    **{fault.name: partial(run_case, fault) for fault in FAULTS},
    "second client": run_second_client,
}


@contextmanager
def leaving_nothing() -> Iterator[None]:
    """No thread and no descriptor is left."""
    threads, descriptors = set(threading.enumerate()), open_descriptors()
    yield
    left = [thread.name for thread in set(threading.enumerate()) - threads]
    assert left == []
    assert open_descriptors() <= descriptors


def run_fault(name: str, way: str, times: int, seed: int, cache: Path) -> Told:
    """One fault so many times on one line, with one printer that lives through all of them."""
    chance, told = Random(f"{name} {way} {seed}"), Told()
    with TemporaryDirectory(prefix="till-faults-") as folder, leaving_nothing():
        rig = Rig(Path(folder), way, cache, patience=10.0 if name == "slow" else 1.5)
        try:
            for _ in range(times):
                CASES[name](rig, chance, told)
        finally:
            rig.close()
    return told


def main(times: int, names: Sequence[str]) -> None:
    """All of it (or the faults of these names), with figures; a slow printer is a very slow one."""
    slow = next(fault for fault in FAULTS if fault.name == "slow")
    CASES["slow"] = partial(run_case, replace(slow, break_it=_set("rate", 200)))
    logging.disable(logging.WARNING)
    seed, total = secrets.randbits(32), 0
    print(f"seed {seed}")
    with TemporaryDirectory(prefix="till-cache-") as cache:
        for way in WAYS:
            for name in names or CASES:
                began = time.perf_counter()
                told = run_fault(name, way, times, seed, Path(cache))
                seconds, fates = time.perf_counter() - began, dict(told.fates)
                print(f"{way:4}{name:18}{told.cases:4} cases, {fates}, {told.copies} copies, "
                      f"{seconds:.0f} s", flush=True)  # fmt: skip
                total += told.cases
    print(f"{total} cases: never twice, never garbled, everything drained, nothing left open")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
