"""The mechanism: one roll of paper, one state, one print thread, shared by all interfaces.

The print thread takes bytes out of the receive buffers while the printer is on line, and it alone
calls the listeners (`on_sheet` …), never with the lock held. `lock` guards everything in
here and in the channels. A listener must not raise.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from devices.printers.emulator.channel import Channel
from devices.printers.emulator.codepages import CodePages
from devices.printers.emulator.paper import Event, Sheet
from devices.printers.emulator.status import State
from devices.printers.emulator.typesetter import Roll

Second = Literal["wait", "refuse", "serve"]
"""What a second network client gets while the first one is served."""

_SLICE = 512
_TICK_S = 0.02


@dataclass(slots=True)
class Faults:
    """What is wrong with the printer's way of talking. `die_after` counts down bytes still to be
    received.
    """

    mute: bool = False
    freeze: bool = False
    refuse: bool = False
    second: Second = "wait"
    unplugged: bool = False
    die_after: int | None = None
    rate: float | None = None
    pulse_allowed: bool = True
    power_off_allowed: bool = True


class Machine:
    """State, paper and history of the printer, and the thread that prints."""

    def __init__(
        self,
        state: State,
        *,
        width: int,
        knife_distance: int,
        pages: Mapping[int, str] | None,
        buffer_size: int,
        history: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lock = threading.Condition(threading.RLock())
        self.state = state
        self.faults = Faults()
        self.roll = Roll(width, knife_distance)
        self.page_overrides = dict(pages or {})
        self.pages = CodePages(self.page_overrides)
        self.sheets: deque[Sheet] = deque(maxlen=history)
        self.events: deque[Event] = deque(maxlen=10_000)
        self.received = bytearray()
        self.display = bytearray()
        self.executed = 0
        self.on_sheet: Callable[[Sheet], None] | None = None
        self.on_change: Callable[[], None] | None = None
        self.on_event: Callable[[Event], None] | None = None
        self.on_display: Callable[[bytes], None] | None = None
        self.wake_io: Callable[[], None] = lambda: None
        self._buffer_size = buffer_size
        self._clock = clock
        self._channels: list[Channel] = []
        self._news: deque[Sheet | Event | bytes] = deque()
        self._changed = False
        self._closing = False
        self._ready_at = 0.0
        self._triggers: list[tuple[int, Callable[[], None]]] = []
        self._thread = threading.Thread(target=self._run, name="printer emulator: print")
        self._thread.start()

    def open_channel(self) -> Channel:
        """A new interface with parsers and a receive buffer of its own."""
        with self.lock:
            channel = Channel(self, self._buffer_size)
            self._channels.append(channel)
            return channel

    def forget_channel(self, channel: Channel) -> None:
        """An interface is gone for good."""
        with self.lock:
            self._channels.remove(channel)

    @contextmanager
    def change(self) -> Iterator[State]:
        """Change the state: interfaces report it, the print thread and listeners learn of it."""
        with self.lock:
            yield self.state
            for channel in self._channels:
                channel.report_changes()
            self.touch()
        self.wake_io()

    def touch(self) -> None:
        """Something changed: tell whoever waits. Call with the lock held."""
        self._changed = True
        self.lock.notify_all()

    def record(self, event: Event) -> None:
        """Note an event, for the sheet in the printer and for the whole life."""
        self.events.append(event)
        self.roll.events.append(event)
        self._news.append(event)
        self.touch()

    def show(self, data: bytes) -> None:
        """Bytes for the customer display behind the printer."""
        self.display += data
        self._news.append(data)

    def deliver(self, sheet: Sheet) -> None:
        """A sheet came off."""
        self.sheets.append(sheet)
        self._news.append(sheet)
        self.touch()

    def at(self, executed: int, action: Callable[[], None]) -> None:
        """Do something exactly when so many bytes have been executed in all (now, if they have)."""
        with self.lock:
            self._triggers.append((executed, action))
            self._triggers.sort(key=lambda trigger: trigger[0])
            self.lock.notify_all()

    def recover(self, *, clear: bool) -> None:
        """DLE ENQ: a cutter or mechanical error goes away, printing resumes or starts afresh."""
        if self.state.error not in ("cutter", "mechanical"):
            return
        with self.change() as state:
            state.error = ""
            if clear:
                self.clear_buffers()
            self.record(Event("recovered", -1, "buffers cleared" if clear else "resumed"))

    def clear_buffers(self) -> None:
        """Received data that is not printed yet is thrown away, a half-received command too."""
        for channel in self._channels:
            channel.clear()
        self.touch()

    def pulse(self, pin: int, milliseconds: int, offset: int) -> None:
        """Kick the drawer: it opens."""
        with self.change() as state:
            state.drawer_open = True
            self.record(Event("drawer", offset, f"pin {pin}, {milliseconds} ms"))

    def power(self, *, on: bool) -> None:
        """Off loses buffers and modes, on starts afresh; the paper keeps what is printed on it."""
        with self.change() as state:
            if state.powered == on:
                return
            state.powered = on
            for channel in self._channels:
                channel.lose_power()
            self.record(Event("power", -1, "on" if on else "off"))

    def close(self) -> None:
        """Stop printing and join the thread."""
        with self.lock:
            self._closing = True
            self.lock.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    @property
    def idle(self) -> bool:
        """Whether everything received has been executed."""
        return not any(channel.waiting for channel in self._channels)

    def _run(self) -> None:
        while True:
            with self.lock:
                self.lock.wait_for(self._has_work, self._pause())
                if self._closing:
                    return
                self._trigger()
                self._print_some()
                changed, self._changed = self._changed, False
            self._tell(changed)

    def _has_work(self) -> bool:
        return self._closing or self._changed or self._due_trigger() or self._next() is not None

    def _pause(self) -> float | None:
        """How long a slow printer waits before the next bytes; None: until something happens."""
        wait = self._ready_at - self._clock()
        return wait if wait > 0 else None

    def _next(self) -> Channel | None:
        if not self.state.online or self._clock() < self._ready_at:
            return None
        return next((channel for channel in self._channels if channel.waiting), None)

    def _due_trigger(self) -> bool:
        return bool(self._triggers) and self._triggers[0][0] <= self.executed

    def _trigger(self) -> None:
        while self._due_trigger():
            self._triggers.pop(0)[1]()

    def _print_some(self) -> None:
        channel = self._next()
        if channel is None:
            return
        rate, count = self.faults.rate, min(_SLICE, channel.waiting)
        if rate:
            count = min(count, max(1, int(rate * _TICK_S)))
            self._ready_at = max(self._ready_at, self._clock() - _TICK_S) + count / rate
        if self._triggers:
            count = min(count, self._triggers[0][0] - self.executed)
        self.executed += count
        channel.execute(count)
        self.touch()
        self.wake_io()

    def _tell(self, changed: bool) -> None:
        while self._news:
            news = self._news.popleft()
            if isinstance(news, Sheet) and self.on_sheet is not None:
                self.on_sheet(news)
            elif isinstance(news, Event) and self.on_event is not None:
                self.on_event(news)
            elif isinstance(news, bytes) and self.on_display is not None:
                self.on_display(news)
        if changed and self.on_change is not None:
            self.on_change()
