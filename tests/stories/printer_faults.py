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
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import serial

from terminal.slips import SlipJob, SlipState
from tests.devices.lines import open_descriptors
from tests.stories.printer_rig import SECONDS, Rig

WAYS = ("tcp", "pty")
TEXT_LANGUAGES = ("en", "el", "bg", "hu", "pl")
LANGUAGES = (*TEXT_LANGUAGES, "he")
SETTLED = (SlipState.PRINTED, SlipState.CANCELLED)
QUERY = 12
"""Bytes of the questions before a slip."""
TEXT, RASTER = 900, 9000
"""About as many bytes has a slip of text, and the lines of a Hebrew one that are pictures."""


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


def run_beside(fault: Fault, rig: Rig, chance: Random, told: Told) -> None:
    """A well printer stands beside the broken one: what is queued next comes out unmended."""
    language = chance.choice(TEXT_LANGUAGES if fault.name == "slow" else LANGUAGES)
    fault.break_it(rig, chance, RASTER if language == "he" else TEXT)
    first = rig.queue(language)
    if fault.mended_by == "at_once":
        _wait_for_stop(rig)
        rig.spool.printer_is("front", "paper_out")
    second = rig.queue(chance.choice(LANGUAGES))
    rig.until_fate(second.id, PRINTED)
    rig.mend()
    ended = rig.until_fate(first.id, PRINTED, UNKNOWN)
    assert ended.state is PRINTED or UNKNOWN in fault.after, (fault.name, ended.cause)
    told.cases += 1
    told.fates[f"{ended.state.value} {ended.printer}"] += 1
    _answer(rig, first, ended, told)
    _read(rig, first, second)


CASES: dict[str, Callable[[Rig, Random, Told], None]] = {
    **{fault.name: partial(run_case, fault) for fault in FAULTS},
    "second client": run_second_client,
    **{f"{fault.name}, beside": partial(run_beside, fault) for fault in FAULTS},
}
"""By name, with one printer or with two."""


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
    patience = 10.0 if name.startswith("slow") else 1.5
    with TemporaryDirectory(prefix="till-faults-") as folder, leaving_nothing():
        rig = Rig(Path(folder), way, cache, patience=patience, beside=name.endswith("beside"))
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
