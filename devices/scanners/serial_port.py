"""A reader on a serial line: one thread, one port, back by itself after the cable was pulled.

`timeout=None` with `cancel_read()` keeps the thread asleep until a byte comes and still lets it
stop at once; ports that cannot be cancelled (`socket://`, `rfc2217://`) are asked five times a
second instead. A reader that is known by what it is and not by its path is looked up anew at each
opening. Nothing is ever written to a reader unless it waits for an answer. Callbacks run on the
scanner's thread and must not block it.
"""

import logging
import threading
import time
from collections.abc import Callable

from devices.errors import DeviceUnplugged
from devices.scanners.acknowledge import HeldScan, Replies
from devices.scanners.base import Rejected, Scan, ScannerState
from devices.scanners.debounce import Debounce
from devices.scanners.discovery import Whereabouts, checked
from devices.scanners.framing import FrameFormat, Suffix
from devices.scanners.reader import Heard, ScanReader
from devices.scanners.serial_line import GONE, Line, absence_named, open_line
from devices.scanners.symbologies import ReadingRules

_log = logging.getLogger(__name__)

_BACK_OFF = (0.25, 0.5, 1.0)
_POLL_SECONDS = 0.2
_QUIET_SECONDS = 0.05
_LOOK_SECONDS = 3.0


def _ignore(_: object) -> None:
    """Stand in for a callback nobody asked for."""


class SerialScanner:
    """Reads one port and says what it saw; opens it again for as long as it has not been stopped.

    `port` is an identity (`usb:…`), a device path, a pty or a pyserial URL; `where` finds it.
    `settle` seconds after each opening are thrown away, and then whatever still arrives without a
    pause: a plug-in sends noise and halves. With `acknowledge` every code is answered, a good one
    after the till's word (`answer`) or 0.3 s. Raises BadAddress.
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
        acknowledge: bool = False,
        debounce_seconds: float = 1.5,
        settle: float = 0.3,
        where: Whereabouts | None = None,
        opener: Callable[[str, int], Line] = open_line,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._port = port
        self._where = where or Whereabouts(checked(port))
        self._baudrate = baudrate
        self._on_scan = on_scan
        self._on_rejected = on_rejected
        self._on_state = on_state
        self._format = format_ or FrameFormat()
        self._rules = rules or ReadingRules()
        self._replies = Replies() if acknowledge else None
        self._held = HeldScan()
        self._debounce = Debounce(debounce_seconds)
        self._settle = settle
        self._opener = opener
        self._clock = clock
        self._state = ScannerState.STOPPED
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._line: Line | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> str:
        """The address the scanner was made with."""
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

    def answer(self, *, good: bool, text: str = "") -> None:
        """The till's word on the scan just told, from any thread; too late is no harm.

        ``text`` says which scan is meant, so that a late word never falls on the next one. A reader
        that does not wait for answers gets none.
        """
        self._held.give(good=good, text=text)

    def stop(self) -> None:
        """Stop and release the port; from any thread, its own included."""
        self.leave()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def leave(self) -> None:
        """Ask the thread to end and don't wait for it."""
        self._stopping.set()
        self._held.give(good=True)
        with self._lock:
            cancel = getattr(self._line, "cancel_read", None)
            if cancel is not None:
                cancel()

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
            with absence_named(self._port):
                path = self._where.path()
                line = self._open(path)
        except DeviceUnplugged as error:
            self._become(ScannerState.AWAY, error.detail)
            return False
        try:
            self._listen(line, path)
        except DeviceUnplugged as error:
            self._become(ScannerState.AWAY, error.detail)
        finally:
            self._close(line)
        return True

    def _open(self, path: str) -> Line:
        line = self._opener(path, self._baudrate)
        if not hasattr(line, "cancel_read"):
            line.timeout = _POLL_SECONDS
        elif self._format.suffix is Suffix.NONE:
            line.timeout = self._format.idle
        elif self._where.moves:
            line.timeout = _LOOK_SECONDS
        with self._lock:
            self._line = line
        return line

    def _close(self, line: Line) -> None:
        with self._lock:
            self._line = None
        try:
            line.close()
        except GONE as error:  # closing what is already gone is no news
            _log.debug("scanner %s: closing failed: %s", self._port, error)

    def _listen(self, line: Line, path: str) -> None:
        with absence_named(self._port):
            self._let_settle(line)
        # The debounce outlives a re-plug: the card may still lie in front of the reader.
        reader = ScanReader(
            self._port, format_=self._format, rules=self._rules, debounce=self._debounce
        )
        if not self._stopping.is_set():
            self._become(ScannerState.CONNECTED, f"at {path}" if path != self._port else "")
        looked = self._clock()
        while not self._stopping.is_set():
            with absence_named(self._port):
                chunk = line.read(line.in_waiting or 1)
            now = self._clock()
            for heard in reader.heard(chunk, now):
                self._settled(line, heard, now)
            if not chunk and now - looked >= _LOOK_SECONDS:
                looked = now
                self._look(path)

    def _look(self, path: str) -> None:
        """Some drivers keep a dead line open without a word: ask whether the device is there."""
        with absence_named(self._port):
            now_at = self._where.path()
        if now_at != path:
            raise DeviceUnplugged(self._port, f"no longer at {path}")

    def _let_settle(self, line: Line) -> None:
        if not self._settle:
            return
        self._stopping.wait(self._settle)
        line.reset_input_buffer()
        for _ in range(int(1 / _QUIET_SECONDS)):
            if self._stopping.wait(_QUIET_SECONDS) or not line.in_waiting:
                return
            line.reset_input_buffer()

    def _settled(self, line: Line, heard: Heard, now: float) -> None:
        if self._replies is None:
            for outcome in heard.outcomes:
                self._tell(outcome)
            return
        if self._replies.is_repeat(heard.key, now):
            reply = self._replies.again(heard.key, now)
        else:
            judged = [self._judged(outcome) for outcome in heard.outcomes]  # each is told
            reply = self._replies.first(heard.key, self._clock(), good=all(judged))
        with absence_named(self._port):
            line.write(reply)

    def _judged(self, outcome: Scan | Rejected) -> bool:
        if isinstance(outcome, Rejected):
            self._tell(outcome)
            return False
        self._held.hold(outcome.text)
        self._tell(outcome)
        return self._stopping.is_set() or self._held.wait()

    def _tell(self, outcome: Scan | Rejected) -> None:
        if isinstance(outcome, Scan):
            self._on_scan(outcome)
            return
        _log.warning(
            "scanner %s: %d bytes dropped: %s", self._port, outcome.length, outcome.reason.value
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
