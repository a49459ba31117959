"""The printer's sockets: TCP port 9100 and a serial line made of a pseudo terminal, on one thread.

The thread never blocks on a client: it reads only what the receive buffer has room for, so that the
TCP window of a busy printer closes and a serial line backs up, and it writes only what the client
takes.
"""

from __future__ import annotations

import selectors
import socket
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from devices.printers.emulator.machine import Machine

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
_LOOK_AGAIN_S = 0.1

Watch = tuple[int, int, Callable[[int], None]]
"""A file descriptor, the events waited for, and what to call with those that came."""


class Link(Protocol):
    """Something with file descriptors that the thread looks after. Called with the lock held."""

    def watches(self) -> list[Watch]:
        """What to wait for now; called before every wait."""
        ...

    @property
    def look_again(self) -> bool:
        """Whether something must be looked at that no descriptor will report."""
        ...

    def settle(self) -> None:
        """Make ports and lines be there, or not, as the faults say."""
        ...

    def cut_off(self) -> None:
        """Drop the client as a lost cable does."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


def _new_selector() -> selectors.BaseSelector:
    """One without a descriptor of its own, so that whoever counts descriptors counts only links."""
    if sys.platform == "win32":
        return selectors.SelectSelector()
    return selectors.PollSelector()


class IoLoop:
    """The thread that serves all links."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.links: list[Link] = []
        self._closing = False
        self._waiting = False
        self._left = threading.Condition()
        self._inner, self._outer = socket.socketpair()
        self._inner.setblocking(False)
        self._outer.setblocking(False)
        machine.wake_io = self.wake
        self._thread = threading.Thread(target=self._run, name="printer emulator: wires")
        self._thread.start()

    def wake(self) -> None:
        """Make the thread look again at what it waits for."""
        if threading.current_thread() is self._thread:
            return
        try:
            self._outer.send(b"!")
        except (BlockingIOError, OSError):
            return  # full: it will wake anyway; closed: nobody is left to wake

    def settle(self) -> None:
        """Bring all links to where the faults want them before the caller goes on."""
        with self._machine.lock:
            for link in self.links:
                link.settle()
            self._stop_waiting()

    def _stop_waiting(self) -> None:
        """The kernel keeps a closed descriptor alive while a thread waits for it in ``poll``: until
        that has ended, an unplugged line still takes bytes and a closed port still answers.
        """
        if threading.current_thread() is self._thread:
            return
        self.wake()
        with self._left:
            self._left.wait_for(lambda: not self._waiting, timeout=2.0)

    def close(self) -> None:
        """Stop, join, and close every link."""
        self._closing = True
        self.wake()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        with self._machine.lock:
            for link in self.links:
                link.close()
            self.links.clear()
        self._machine.wake_io = lambda: None
        self._inner.close()
        self._outer.close()

    def _run(self) -> None:
        while not self._closing:
            with _new_selector() as selector:
                timeout = self._register(selector)
                ready = self._select(selector, timeout)
                with self._left:
                    self._waiting = False
                    self._left.notify_all()
            for key, events in ready:
                with self._machine.lock:
                    key.data(events)

    def _select(
        self, selector: selectors.BaseSelector, timeout: float | None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        try:
            return selector.select(timeout)
        except OSError:
            return []  # a descriptor was closed meanwhile; the next look knows

    def _register(self, selector: selectors.BaseSelector) -> float | None:
        """Under the lock, so that no descriptor is closed or given away in between."""
        with self._machine.lock:
            selector.register(self._inner, READ, self._drain)
            for link in self.links:
                link.settle()
                for descriptor, events, handler in link.watches():
                    selector.register(descriptor, events, handler)
            self._waiting = True
            return _LOOK_AGAIN_S if any(link.look_again for link in self.links) else None

    def _drain(self, _: int) -> None:
        try:
            while self._inner.recv(4096):
                pass
        except BlockingIOError:
            return
