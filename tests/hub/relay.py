"""A network between a till and its hub that breaks when told to. It looks into nothing: what goes
through may be encrypted.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from typing import Self


class Relay:
    """Passes bytes on to a port of this machine; ``port`` is its own."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._lock = threading.Lock()
        self._orders: list[str] = []
        self.silent = False
        self._losing = 0
        self.lost = threading.Event()
        self._pairs: dict[socket.socket, tuple[socket.socket, bool]] = {}
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._order("end")
        self._thread.join(10)

    def lose_answers(self, count: int = 1) -> None:
        """The hub hears what is asked next and does it; its answer is cut off."""
        self._losing = count
        self.lost.clear()

    def silence(self, silent: bool = True) -> None:
        """Nothing comes through any more, and nobody hangs up."""
        self.silent = silent

    def cut(self) -> None:
        """Every connection breaks now."""
        self._order("cut")

    def _order(self, word: str) -> None:
        with self._lock:
            self._orders.append(word)
        self._wake.send(b"!")

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._woken:
                    self._woken.recv(100)
                    if self._obey():
                        return
                elif key.fileobj is self._listener:
                    self._accept()
                else:
                    self._pass_on(key.fileobj)

    def _obey(self) -> bool:
        with self._lock:
            orders, self._orders = self._orders, []
        for one in list(self._pairs):
            self._drop(one)
        if "end" not in orders:
            return False
        for one in (self._listener, self._wake, self._woken):
            one.close()
        self._selector.close()
        return True

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._target), timeout=20)
        except OSError:
            client.close()
            return
        for one, other, is_server in ((client, server, False), (server, client, True)):
            self._pairs[one] = (other, is_server)
            self._selector.register(one, selectors.EVENT_READ, None)

    def _pass_on(self, one: socket.socket) -> None:
        if one not in self._pairs:
            return
        other, is_server = self._pairs[one]
        try:
            data = one.recv(65536)
        except OSError:
            data = b""
        if data and self.silent:
            return
        if data and is_server and self._losing:
            self._losing -= 1
            data = b""
            if not self._losing:
                self.lost.set()
        if not data:
            self._drop(one)
            return
        try:
            other.sendall(data)
        except OSError:
            self._drop(one)

    def _drop(self, one: socket.socket) -> None:
        pair = self._pairs.pop(one, None)
        for each in (one, *(pair[:1] if pair else ())):
            self._pairs.pop(each, None)
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(each)
            each.close()
