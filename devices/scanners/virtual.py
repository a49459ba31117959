"""A scanner for people without one: real bytes on a real line, sent by a button.

On POSIX the line is a pseudo-terminal, elsewhere a loopback socket; the till opens it by path or
URL like any other scanner and can't tell the difference.
"""

import contextlib
import os
import socket
import sys
import threading


class VirtualScanner:
    """A line to open at ``port``; ``send`` puts bytes on it, from any thread.

    ``close`` may come twice: a descriptor closed twice would be somebody else's by then.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._line: _Line = _SocketLine() if sys.platform == "win32" else _PtyLine()

    @property
    def port(self) -> str:
        """What to give a ``SerialScanner``."""
        return self._line.port

    def send(self, data: bytes) -> None:
        """Put bytes on the line; without anyone listening they are lost, as on a real one."""
        with self._lock:
            if not self._closed:
                self._line.send(data)

    def close(self) -> None:
        """Pull the cable."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._line.close()


class _Line:
    port: str

    def send(self, data: bytes) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class _SocketLine(_Line):
    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = f"socket://127.0.0.1:{self._server.getsockname()[1]}"
        self._client: socket.socket | None = None
        self._thread = threading.Thread(target=self._accept, name="virtual-scanner", daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            self._client = client

    def send(self, data: bytes) -> None:
        client = self._client
        if client is not None:
            with contextlib.suppress(OSError):  # it went away in between
                client.sendall(data)

    def close(self) -> None:
        # A blocked accept() only wakes when its own socket is shut down first.
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        if self._client is not None:
            self._client.close()
        self._thread.join(2.0)


if sys.platform != "win32":
    import tty

    class _PtyLine(_Line):
        def __init__(self) -> None:
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)
            # With nobody reading, a full line must not hold up whoever presses the button.
            os.set_blocking(self._master, False)
            self.port = os.ttyname(self._slave)

        def send(self, data: bytes) -> None:
            with contextlib.suppress(BlockingIOError):
                os.write(self._master, data)

        def close(self) -> None:
            # The slave stays open until now: a reader that comes and goes must not hang it up.
            os.close(self._slave)
            os.close(self._master)
