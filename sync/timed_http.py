"""Connections that keep a deadline, under the session of ``requests``.

``requests`` bounds each read from a socket, so a line that gives a byte a second holds it for
hours: in the headers, in the answer of a proxy, in the body. Here every read and every write of a
request gets what is left of one deadline, and looking up a name too, which the system does
without any bound. All of it for one thread; ``close`` may come from another.
"""

import contextlib
import http.client
import io
import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

Address = tuple[Any, ...]
Found = Sequence[tuple[int, int, int, str, Address]]
Resolve = Callable[[str, int], Found]
"""Name and port -> what ``getaddrinfo`` answers; may hang."""

_LEAST: Final = 0.001


def system_names(host: str, port: int) -> Found:
    """What the machine knows of a name."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class Timing:
    """How long the request under way may still take, and the socket that it uses."""

    def __init__(self, connect_timeout: float, resolve: Resolve = system_names) -> None:
        self._connect_timeout = connect_timeout
        self._resolve = resolve
        self._until = 0.0
        self._socket: socket.socket | None = None
        self._closed = threading.Event()

    def begin(self, patience: float) -> None:
        """A request begins that may take ``patience`` seconds."""
        self._until = time.monotonic() + patience

    def left(self) -> float:
        """Seconds left; raises TimeoutError where there are none, or nobody waits any more."""
        left = self._until - time.monotonic()
        if left <= 0 or self._closed.is_set():
            raise TimeoutError("the deadline is over")
        return left

    def use(self, sock: socket.socket) -> None:
        """Let a socket wait as long as is left."""
        self._socket = sock
        sock.settimeout(max(self.left(), _LEAST))

    def close(self) -> None:
        """End what is under way, at once where a socket waits."""
        self._closed.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Not SSLSocket's own, which takes the reader's state away while it reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def connect(self, host: str, port: int, options: Sequence[Any]) -> socket.socket:
        """A connected socket, from the first of the name's addresses that answers. Raises OSError;
        ``socket.gaierror`` where the name is not found, TimeoutError where nobody answers."""
        until = time.monotonic() + min(self._connect_timeout, self.left())
        found = self._look_up(host, port, until - time.monotonic())
        failure = OSError("the name has no address")
        for place, (family, kind, protocol, _, address) in enumerate(found):
            # One address that swallows everything must leave time for the others.
            share = max(until - time.monotonic(), _LEAST) / (len(found) - place)
            sock = socket.socket(family, kind, protocol)
            try:
                for option in options:
                    sock.setsockopt(*option)
                sock.settimeout(share)
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                sock.settimeout(max(until - time.monotonic(), _LEAST))
                return sock
        raise failure

    def _look_up(self, host: str, port: int, seconds: float) -> Found:
        """In a thread of its own: a resolver that hangs can't be interrupted, only left alone."""
        answers: queue.SimpleQueue[Found | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name="name look-up", daemon=True).start()
        try:
            answer = answers.get(timeout=max(seconds, _LEAST))
        except queue.Empty as error:
            raise socket.gaierror(socket.EAI_AGAIN, "no answer") from error
        if isinstance(answer, UnicodeError):
            raise socket.gaierror(socket.EAI_NONAME, "not a name")
        if isinstance(answer, Exception):
            raise answer
        return answer


class _TimedReader(io.RawIOBase):
    """What comes in, each piece within what is left of the deadline."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, timing: Timing) -> None:
        super().__init__()
        self._sock = sock
        self._raw = raw
        self._timing = timing

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:  # noqa: ANN401 (whatever can be filled)
        self._timing.use(self._sock)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Timed(HTTPConnection):
    """A connection that keeps the deadline in all it does: looking up, connecting, the talk with a
    proxy, sending and reading."""

    timing: ClassVar[Timing]

    def _new_conn(self) -> socket.socket:
        try:
            return self.timing.connect(self._dns_host, self.port, self.socket_options or ())
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "nobody answers") from error
        except OSError as error:
            raise NewConnectionError(self, "no connection") from error

    def response_class(  # type: ignore[override]  # http.client takes whatever makes a response
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None
    ) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(sock, debuglevel, method)
        plain: Any = response.fp
        response.fp = io.BufferedReader(_TimedReader(sock, plain.detach(), self.timing))
        return response

    def _tunnel(self) -> None:
        super()._tunnel()
        self.timing.use(self.sock)  # for the handshake with the store, behind the proxy

    def send(self, data: Any) -> None:  # noqa: ANN401 (http.client's own)
        if self.sock is not None:
            self.timing.use(self.sock)
        super().send(data)


class TimedAdapter(HTTPAdapter):
    """What ``requests`` sends with. ``timing`` is begun anew before each request."""

    def __init__(self, timing: Timing) -> None:
        self._pools = _pools(timing)
        super().__init__(pool_connections=2, pool_maxsize=1)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,
        **named: Any,  # noqa: ANN401 (requests' own)
    ) -> None:
        super().init_poolmanager(connections, maxsize, block, **named)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:  # noqa: ANN401 (requests' own)
        manager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = self._pools
        return manager


class TimedSession(requests.Session):
    """A session that keeps a deadline, and follows nobody: it does not even read where to."""

    def __init__(self, timing: Timing) -> None:
        super().__init__()
        # Proxies and .netrc of the machine have no part in this.
        self.trust_env = False
        for scheme in ("http://", "https://"):
            self.mount(scheme, TimedAdapter(timing))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: an address that is none would be a failure otherwise."""


def _pools(timing: Timing) -> dict[str, Any]:
    """The pools of connections that keep this timing, by scheme."""

    class Plain(_Timed):
        pass

    class Safe(_Timed, HTTPSConnection):
        pass

    Plain.timing = Safe.timing = timing

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SafePool(HTTPSConnectionPool):
        ConnectionCls = Safe

    return {"http": PlainPool, "https": SafePool}
