"""A network that fails on demand: an HTTP proxy between our sync and the real store.

    with FaultProxy(store.admin_api) as network:
        network.lose_answer(when="addManualPaymentToOrder")   # the store books it, we never hear
        sync(network.url)

A fault strikes the next `times` requests that its `when` fits (None: all of them until `heal`),
after sparing the first `after`. `when` is a word of the GraphQL document (an operation or a field),
a function of the request, or nothing for any request. Every request is kept in `seen`.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length", "accept-encoding"}
PAGE = b"<!doctype html><title>Maintenance</title><p>Back soon."


@dataclass(slots=True)
class Seen:
    """One request as it came, and what became of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    forwarded: bool = False
    status: int | None = None
    fault: str | None = None

    @property
    def document(self) -> str:
        """The GraphQL document, empty when the body is none."""
        try:
            asked = json.loads(self.body or b"{}")
        except ValueError:
            return ""
        return str(asked.get("query", "")) if isinstance(asked, dict) else ""

    @property
    def variables(self) -> dict[str, Any]:
        """The GraphQL variables, empty when there are none."""
        if not self.document:
            return {}
        return dict(json.loads(self.body).get("variables") or {})

    def mentions(self, word: str) -> bool:
        """Whether the document has this operation or field."""
        return re.search(rf"\b{re.escape(word)}\b", self.document) is not None


PATIENCE = 60.0
"""Seconds for the store's answer to a request."""

When = str | Callable[[Seen], bool] | None


@dataclass(slots=True)
class _Fault:
    name: str
    when: When
    times: int | None
    after: int
    act: Callable[[_Handler, Seen], None] = field(repr=False)

    def fits(self, seen: Seen) -> bool:
        if self.times == 0:
            return False
        if isinstance(self.when, str):
            return seen.mentions(self.when)
        return self.when is None or self.when(seen)

    def strikes(self) -> bool:
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


class FaultProxy:
    """The proxy as a context manager; `url` stands in for the address it was given."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self.seen: list[Seen] = []
        self.port = 0
        self._faults: list[_Fault] = []
        self._lock = threading.Lock()
        self._at_work, self._busy = threading.Condition(), 0
        self._ending = threading.Event()
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """Address to give to the side under test."""
        return f"http://127.0.0.1:{self.port}{self._target.path}"

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        """The next test finds the store at rest: what is on its way to it is waited for."""
        self._ending.set()
        self.down()
        with self._at_work:
            if not self._at_work.wait_for(lambda: self._busy == 0, PATIENCE):
                raise AssertionError("the store does not answer a request that was passed on")

    # -- the state of the network ---------------------------------------------------------------

    def down(self) -> None:
        """Nobody listens any more: connections are refused, open ones end."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.drop_all()
            self._server = None

    def up(self) -> None:
        """Listen again, on the same port."""
        if self._server is None:
            self._server = _Server(("127.0.0.1", self.port), _Handler)
            self._server.proxy = self
            self.port = self._server.server_address[1]
            threading.Thread(
                target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
            ).start()

    def heal(self) -> None:
        """Forget every fault and listen."""
        with self._lock:
            self._faults.clear()
        self.up()

    # -- faults ---------------------------------------------------------------------------------

    def slow(
        self, seconds: float, when: When = None, *, times: int | None = 1, after: int = 0
    ) -> None:
        """The request waits this long before it goes on to the store."""

        def act(handler: _Handler, seen: Seen) -> None:
            if self._ending.wait(seconds):
                handler.hang_up()  # the test is over: nothing of it reaches the store any more
            else:
                handler.answer(*handler.forward(seen))

        self._add("slow", act, when, times, after)

    def status(
        self,
        code: int,
        when: When = None,
        *,
        times: int | None = 1,
        after: int = 0,
        headers: dict[str, str] | None = None,
    ) -> None:
        """An answer from somebody in between, e.g. 502, or 429 with Retry-After."""

        def act(handler: _Handler, _: Seen) -> None:
            handler.answer(code, {"content-type": "text/plain", **(headers or {})}, b"")

        self._add(f"status {code}", act, when, times, after)

    def html(self, when: When = None, *, times: int | None = 1, after: int = 0) -> None:
        """200 with a web page, as hotel networks and maintenance modes do; nothing forwarded."""

        def act(handler: _Handler, _: Seen) -> None:
            handler.answer(200, {"content-type": "text/html"}, PAGE)

        self._add("html", act, when, times, after)

    def lose_answer(self, when: When = None, *, times: int | None = 1, after: int = 0) -> None:
        """The store does it and answers; the answer never arrives."""

        def act(handler: _Handler, seen: Seen) -> None:
            handler.forward(seen)
            handler.hang_up()

        self._add("lost answer", act, when, times, after)

    def lose_request(self, when: When = None, *, times: int | None = 1, after: int = 0) -> None:
        """The request never reaches the store; to the asker it looks like a lost answer."""

        def act(handler: _Handler, _: Seen) -> None:
            handler.hang_up()

        self._add("lost request", act, when, times, after)

    def cut_answer(self, when: When = None, *, times: int | None = 1, after: int = 0) -> None:
        """The store does it; the answer breaks off in its middle."""

        def act(handler: _Handler, seen: Seen) -> None:
            code, headers, body = handler.forward(seen)
            handler.answer(code, headers, body[: len(body) // 2], length=len(body))
            handler.hang_up()

        self._add("cut answer", act, when, times, after)

    def _add(
        self,
        name: str,
        act: Callable[[_Handler, Seen], None],
        when: When,
        times: int | None,
        after: int,
    ) -> None:
        with self._lock:
            self._faults.append(_Fault(name, when, times, after, act))

    # -- used by the handler --------------------------------------------------------------------

    def begin(self) -> None:
        """A request came."""
        with self._at_work:
            self._busy += 1

    def end(self) -> None:
        """It was dealt with."""
        with self._at_work:
            self._busy -= 1
            self._at_work.notify_all()

    def meet(self, seen: Seen) -> _Fault | None:
        """Keep the request; the fault that strikes it, if any."""
        with self._lock:
            self.seen.append(seen)
            for fault in self._faults:
                if fault.fits(seen) and fault.strikes():
                    seen.fault = fault.name
                    return fault
        return None

    def connect(self) -> http.client.HTTPConnection:
        """A line to the real store."""
        return http.client.HTTPConnection(
            self._target.hostname or "", self._target.port, timeout=PATIENCE
        )

    def asked(self, word: str) -> list[Seen]:
        """The requests so far whose document has this operation or field."""
        with self._lock:
            return [seen for seen in self.seen if seen.mentions(word)]


class _Server(ThreadingHTTPServer):
    """Knows its open lines, so that `down` can end them."""

    daemon_threads = True
    block_on_close = False
    proxy: FaultProxy

    def __init__(self, *arguments: Any) -> None:
        self._lines: set[Any] = set()
        self._guard = threading.Lock()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._lines.discard(request)
        super().shutdown_request(request)

    def drop_all(self) -> None:
        with self._guard:
            lines = list(self._lines)
        for line in lines:
            self.shutdown_request(line)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """An asker that hung up is no news; its thread just ends."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go in two pieces: the second must not wait for the asker's nod.
    disable_nagle_algorithm = True
    server: _Server

    def handle_any(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, self.rfile.read(length))
        self.server.proxy.begin()
        try:
            fault = self.server.proxy.meet(seen)
            if fault is None:
                self.answer(*self.forward(seen))
            else:
                fault.act(self, seen)
        finally:
            self.server.proxy.end()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_any  # noqa: N815 (http.server)

    def forward(self, seen: Seen) -> tuple[int, dict[str, str], bytes]:
        """Take the request to the store; status, headers and body of its answer."""
        line = self.server.proxy.connect()
        try:
            kept = {name: value for name, value in seen.headers.items() if name not in HOP}
            line.request(seen.method, seen.path, seen.body or None, kept)
            response = line.getresponse()
            seen.forwarded, seen.status = True, response.status
            told = {k: v for k, v in response.getheaders() if k.lower() not in HOP}
            return response.status, told, response.read()
        except OSError:
            return 502, {"content-type": "text/plain"}, b""
        finally:
            line.close()

    def answer(
        self, code: int, headers: dict[str, str], body: bytes, length: int | None = None
    ) -> None:
        self.send_response_only(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """`seen` is the record; nothing is printed."""
