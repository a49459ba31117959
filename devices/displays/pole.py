"""A pole display: one thread, the newest frame, back by itself after the cable was pulled.

`show` only leaves a frame behind and returns. The thread takes the newest one there is, at most
five times a second (forty characters need 50 ms at 9600 baud), so that a till never waits for a
display and a display never lags behind a till. After every opening it is set up anew and shows what
was last asked for.
"""

import logging
import threading
import time
from collections.abc import Callable

from devices.displays.base import DisplayState, Link
from devices.displays.protocols import CommandSet
from devices.errors import DeviceError

_log = logging.getLogger(__name__)

BETWEEN_FRAMES = 0.2
_BACK_OFF = (0.25, 0.5, 1.0, 2.0)
_LOOK_EVERY = 1.0
_PATIENCE = 1.0
_Lines = tuple[str, str]


def _ignore(_: object) -> None:
    """Stand in for a callback nobody asked for."""


class PoleDisplay:
    """Keeps two lines on a display. `on_state` is called on the display's thread.

    `refresh` seconds after the last frame it is sent once more, for a display that lost its power
    while its line stood; 0: never. `cause` is the code of the last `DeviceError`, "" when well.
    """

    def __init__(
        self,
        link: Link,
        commands: CommandSet,
        *,
        name: str = "display",
        on_state: Callable[[DisplayState], None] = _ignore,
        refresh: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link, self._commands, self._name = link, commands, name
        self._on_state = on_state
        self._refresh = refresh
        self._clock = clock
        self._state = DisplayState.STOPPED
        self.cause = ""
        self._wanted: _Lines | None = None
        self._news = threading.Condition()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._sent_at = -BETWEEN_FRAMES

    @property
    def state(self) -> DisplayState:
        """Whether the display is there, as far as its line tells."""
        return self._state

    def can_show(self, char: str, /) -> bool:
        """Say whether its character generator has this character."""
        return self._commands.letters.has(char)

    def show(self, upper: str, lower: str, /) -> None:
        """Show these lines as soon as the display can, instead of any that are still waiting."""
        with self._news:
            self._wanted = (upper, lower)
            self._news.notify_all()

    def start(self) -> None:
        """Begin on a thread of its own; a second call changes nothing."""
        if self._thread is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=f"display {self._name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Clear the display and let go of its line; a display that takes nothing is not waited for.

        From any thread, its own included.
        """
        with self._news:
            self._stopping.set()
            self._news.notify_all()
        thread, self._thread = self._thread, None
        if thread is None or thread is threading.current_thread():
            return
        thread.join(_PATIENCE)
        if thread.is_alive():
            self._link.cancel()
            thread.join()

    # -- the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        attempts = 0
        try:
            while not self._stopping.is_set():
                attempts = 0 if self._visit() else attempts + 1
                self._stopping.wait(_BACK_OFF[min(attempts, len(_BACK_OFF) - 1)])
        finally:
            self._become(DisplayState.STOPPED)

    def _visit(self) -> bool:
        """Serve the display until it goes away; say whether it was there at all."""
        there = False
        try:
            self._link.open()
            there = True
            self._serve()
            self._link.write(self._commands.clear())
        except DeviceError as error:
            if not self._stopping.is_set():
                self._become(DisplayState.AWAY, error)
        finally:
            self._link.close()
        return there

    def _serve(self) -> None:
        self._begin()
        shown: _Lines | None = None
        while not self._stopping.is_set():
            wanted = self._next(shown)
            if wanted is None:
                self._link.look()
                continue
            self._pause()
            wanted = self._wanted or wanted  # the newest, if there was another meanwhile
            if self._link.write(self._commands.frame(*wanted)):
                shown = wanted
            self._sent_at = self._clock()

    def _begin(self) -> None:
        """Set the display up; one behind a printer waits for the slip to be out."""
        while not self._link.write(self._commands.begin()):
            if self._stopping.wait(BETWEEN_FRAMES):
                return
        self._become(DisplayState.CONNECTED)

    def _next(self, shown: _Lines | None) -> _Lines | None:
        """Another frame than the one shown, or the same where it is time; None: look around."""
        with self._news:
            self._news.wait_for(lambda: self._stopping.is_set() or self._is_new(shown), _LOOK_EVERY)
            if self._stopping.is_set():
                return None
            due = self._refresh and self._clock() - self._sent_at >= self._refresh
            return self._wanted if due or self._is_new(shown) else None

    def _is_new(self, shown: _Lines | None) -> bool:
        return self._wanted is not None and self._wanted != shown

    def _pause(self) -> None:
        """Keep to five frames a second."""
        left = self._sent_at + BETWEEN_FRAMES - self._clock()
        if left > 0:
            self._stopping.wait(left)

    def _become(self, state: DisplayState, error: DeviceError | None = None) -> None:
        """Say a change of state once."""
        self.cause = error.code if error else ""
        if state is self._state:
            return
        self._state = state
        if state is not DisplayState.STOPPED:
            _log.info("display %s is %s %s", self._name, state.value, error.detail if error else "")
        self._on_state(state)
