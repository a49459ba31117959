"""A reader on a serial line: one thread, one port, back by itself after the cable was pulled.

`timeout=None` with `cancel_read()` keeps the thread asleep until a byte comes and still lets it
stop at once; ports that cannot be cancelled (`socket://`, `rfc2217://`) are asked five times a
second instead. Callbacks run on the scanner's thread and must not block it.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, cast

import serial

from devices.errors import BadAddress, DeviceUnplugged
from devices.scanners.base import Rejected, Scan, ScannerState
from devices.scanners.debounce import Debounce
from devices.scanners.framing import FrameFormat
from devices.scanners.reader import ScanReader
from devices.scanners.symbologies import ReadingRules

try:
    from termios import error as _termios_error  # not an OSError, and raised after an unplug
except ImportError:  # Windows has no termios
    _termios_error = OSError  # type: ignore[misc,assignment]

_log = logging.getLogger(__name__)

# pyserial raises TypeError when a port vanishes between two of its own steps, and ValueError when
# the port that came back cannot do the speed.
_GONE = (OSError, serial.SerialException, TypeError, ValueError, _termios_error)
_BACK_OFF = (0.25, 0.5, 1.0, 1.5)
_POLL_SECONDS = 0.2
_QUIET_SECONDS = 0.05


class _Line(Protocol):
    timeout: float | None

    @property
    def in_waiting(self) -> int: ...
    def read(self, size: int, /) -> bytes: ...
    def reset_input_buffer(self) -> None: ...
    def close(self) -> None: ...


@contextmanager
def _absence_named(port: str) -> Iterator[None]:
    try:
        yield
    except _GONE as error:
        raise DeviceUnplugged(port, str(error)) from error


def _ignore(_: object) -> None:
    """Stand in for a callback nobody asked for."""


class SerialScanner:
    """Reads one port and says what it saw; opens it again for as long as it has not been stopped.

    `port` is a device path, a pty or a pyserial URL. `settle` seconds after each opening are
    thrown away, and then whatever still arrives without a pause: a plug-in sends noise and halves.
    """

    def __init__(
        self,
        port: str,
        baudrate: int = 9600,
        *,
        on_scan: Callable[[Scan], None],
        on_rejected: Callable[[Rejected], None] = _ignore,
        on_state: Callable[[ScannerState], None] = _ignore,
        format_: FrameFormat | None = None,
        rules: ReadingRules | None = None,
        debounce_seconds: float = 1.5,
        settle: float = 0.3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._port = port
        self._baudrate = baudrate
        self._on_scan = on_scan
        self._on_rejected = on_rejected
        self._on_state = on_state
        self._format = format_ or FrameFormat()
        self._rules = rules or ReadingRules()
        self._debounce = Debounce(debounce_seconds)
        self._settle = settle
        self._clock = clock
        self._state = ScannerState.STOPPED
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._line: _Line | None = None
        self._thread: threading.Thread | None = None
        self._check_address()

    @property
    def port(self) -> str:
        """The address the scanner was opened by."""
        return self._port

    @property
    def state(self) -> ScannerState:
        """Whether the reader is there right now."""
        return self._state

    def start(self) -> None:
        """Begin listening on a thread of its own; a second call changes nothing."""
        if self._thread is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=f"scanner {self._port}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop and release the port; from any thread, its own included."""
        self._stopping.set()
        with self._lock:
            cancel = getattr(self._line, "cancel_read", None)
            if cancel is not None:
                cancel()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _check_address(self) -> None:
        try:
            serial.serial_for_url(self._port, do_not_open=True)
        except ValueError as error:
            raise BadAddress(self._port, str(error)) from error

    def _run(self) -> None:
        attempts = 0
        try:
            while not self._stopping.is_set():
                attempts = 0 if self._visit() else attempts + 1
                self._stopping.wait(_BACK_OFF[min(attempts, len(_BACK_OFF) - 1)])
        finally:
            self._become(ScannerState.STOPPED)

    def _visit(self) -> bool:
        """Listen until the port goes away; say whether it was there at all."""
        try:
            with _absence_named(self._port):
                line = self._open()
        except DeviceUnplugged as error:
            self._become(ScannerState.AWAY, error.detail)
            return False
        try:
            self._listen(line)
        except DeviceUnplugged as error:
            self._become(ScannerState.AWAY, error.detail)
        finally:
            self._close(line)
        return True

    def _open(self) -> _Line:
        line = cast(
            _Line, serial.serial_for_url(self._port, self._baudrate, timeout=None, exclusive=True)
        )
        if not hasattr(line, "cancel_read"):
            line.timeout = _POLL_SECONDS
        elif not self._format.suffix:
            line.timeout = self._format.idle
        with self._lock:
            self._line = line
        return line

    def _close(self, line: _Line) -> None:
        with self._lock:
            self._line = None
        try:
            line.close()
        except _GONE as error:  # closing what is already gone is no news
            _log.debug("scanner %s: closing failed: %s", self._port, error)

    def _listen(self, line: _Line) -> None:
        with _absence_named(self._port):
            self._let_settle(line)
        # The debounce outlives a re-plug: the card may still lie in front of the reader.
        reader = ScanReader(
            self._port, format_=self._format, rules=self._rules, debounce=self._debounce
        )
        if not self._stopping.is_set():
            self._become(ScannerState.CONNECTED)
        while not self._stopping.is_set():
            with _absence_named(self._port):
                chunk = line.read(line.in_waiting or 1)
            self._tell(self._heard(reader, chunk))

    def _let_settle(self, line: _Line) -> None:
        if not self._settle:
            return
        self._stopping.wait(self._settle)
        line.reset_input_buffer()
        for _ in range(int(1 / _QUIET_SECONDS)):
            if self._stopping.wait(_QUIET_SECONDS) or not line.in_waiting:
                return
            line.reset_input_buffer()

    def _heard(self, reader: ScanReader, chunk: bytes) -> list[Scan | Rejected]:
        now = self._clock()
        return reader.feed(chunk, now) if chunk else reader.expire(now)

    def _tell(self, outcomes: list[Scan | Rejected]) -> None:
        for outcome in outcomes:
            if isinstance(outcome, Scan):
                self._on_scan(outcome)
            else:
                _log.warning(
                    "scanner %s: %d bytes dropped: %s",
                    self._port,
                    outcome.length,
                    outcome.reason.value,
                )
                self._on_rejected(outcome)

    def _become(self, state: ScannerState, why: str = "") -> None:
        """Say a change of state once."""
        if state is self._state:
            return
        self._state = state
        if state is not ScannerState.STOPPED:
            _log.info("scanner %s is %s %s", self._port, state.value, why)
        self._on_state(state)
