"""The display emulator's end of a cable: TCP, or a pty under a name that stays."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
from collections.abc import Callable
from pathlib import Path


class Serving:
    """Serves one display; `feed` is called on its thread."""

    def __init__(self, feed: Callable[[bytes], None]) -> None:
        self._feed = feed
        self._selector = selectors.DefaultSelector()
        self._lock = threading.RLock()
        self._listener: socket.socket | None = None
        self._clients: list[socket.socket] = []
        self._ends: tuple[int, int] | None = None
        self._link: Path | None = None
        self._wake_read, self._wake_write = os.pipe()
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._closing = False
        self._port = 0
        self._thread = threading.Thread(target=self._run, name="display emulator", daemon=True)

    def tcp(self, port: int) -> int:
        """Listen on a port of 127.0.0.1, 0 for any; return it."""
        self._port = port
        self._listen()
        self._thread.start()
        return self._port

    def pty(self, link: Path) -> str:
        """Make a terminal under a name; return the name."""
        self._link = link
        self._make_terminal()
        self._thread.start()
        return str(link)

    def unplug(self) -> None:
        """Pull the cable."""
        with self._lock:
            self._let_go()
        os.write(self._wake_write, b"x")

    def plug_in(self) -> None:
        """Put it back."""
        with self._lock:
            if self._link is not None:
                self._make_terminal()
            else:
                self._listen()
        os.write(self._wake_write, b"x")

    def close(self) -> None:
        """End the thread and give everything back."""
        self._closing = True
        os.write(self._wake_write, b"x")
        self._thread.join()
        self._let_go()
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _listen(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        self._selector.register(self._listener, selectors.EVENT_READ)

    def _make_terminal(self) -> None:
        import tty

        near, far = os.openpty()
        tty.setraw(far)
        os.set_blocking(near, False)
        self._ends = (near, far)
        self._selector.register(near, selectors.EVENT_READ)
        if self._link is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(os.ttyname(far))

    def _let_go(self) -> None:
        for one in (*self._clients, *filter(None, [self._listener])):
            self._selector.unregister(one)
            one.close()
        self._clients, self._listener = [], None
        if self._ends is not None:
            self._selector.unregister(self._ends[0])
            for end in self._ends:
                os.close(end)
            self._ends = None
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def _run(self) -> None:
        while not self._closing:
            ready = self._selector.select()
            with self._lock:
                for key, _ in ready:
                    self._serve(key.fileobj)

    def _serve(self, what: object) -> None:
        if what == self._wake_read:
            os.read(self._wake_read, 64)
        elif self._ends is not None and what == self._ends[0]:
            with contextlib.suppress(BlockingIOError):
                self._feed(os.read(self._ends[0], 4096))
        elif what is self._listener and self._listener is not None:
            client, _ = self._listener.accept()
            self._clients.append(client)
            self._selector.register(client, selectors.EVENT_READ)
        elif isinstance(what, socket.socket) and what in self._clients:
            self._hear(what)

    def _hear(self, client: socket.socket) -> None:
        try:
            data = client.recv(4096)
        except OSError:
            data = b""
        if data:
            self._feed(data)
            return
        self._clients.remove(client)
        self._selector.unregister(client)
        client.close()
