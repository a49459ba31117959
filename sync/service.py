"""Sync without a window, as a service of the machine: how it says that it is ready, well or ending.

Monitoring asks over loopback (``/health`` answers 200 or 503 with JSON, ``/metrics`` what
Prometheus reads) or reads a file that is written anew every few seconds. systemd is told when the
work has begun, that it goes on, and that it ends (its notify protocol, over the socket it names).
Nothing said here holds data of people.
"""

import argparse
import http.server
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from sync.crew import SyncCrew
from sync.health import SyncHealth, as_json, as_prometheus
from sync.room import SyncRoom
from sync.tending import Tending

EVERY: Final = 10.0
"""Seconds between two looks at how it stands."""
TENDS_EVERY: Final = 1.0
"""Seconds between two looks at what a window on the same data asks."""
STUCK: Final = 900.0
"""A round that got on with nothing for so many seconds hangs: the service manager may start us
anew. No request takes that long by itself."""


class Works(Protocol):
    """What the service keeps going."""

    def start(self) -> None: ...
    def tend(self) -> None:
        """About once a second."""

    def health(self) -> SyncHealth: ...
    def stop(self, patience: float = 5.0) -> bool: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """``port`` None: nobody asks over the network; 0: any free one. ``file``: where health is
    written, None: nowhere."""

    port: int | None = None
    file: Path | None = None


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers the two addresses; writes no log."""

    health: Callable[[], SyncHealth]

    def do_GET(self) -> None:
        health = type(self).health()
        if self.path == "/health":
            self._say(200 if health.well else 503, "application/json", as_json(health))
        elif self.path == "/metrics":
            self._say(200, "text/plain; version=0.0.4; charset=utf-8", as_prometheus(health))
        else:
            self._say(404, "text/plain; charset=utf-8", "/health or /metrics\n")

    def _say(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # whoever asked is gone
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a question every few seconds is no news."""


@contextmanager
def answering(port: int, health: Callable[[], SyncHealth]) -> Iterator[int]:
    """Answer on loopback meanwhile; the port. Raises OSError where that is taken."""
    handler = type("Handler", (_Handler,), {"health": staticmethod(health)})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.2,), name="health", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class Manager:
    """systemd's notify protocol; silent where nobody listens."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        asked = environment.get("WATCHDOG_USEC", "")
        self.watches = asked.isdigit() and int(asked) > 0
        self.every = min(int(asked) / 2_000_000, EVERY) if self.watches else EVERY

    def tell(self, **news: str | int) -> None:
        """``READY=1`` and the like; lost where it can't be said."""
        if not self._address:
            return
        name = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        text = "\n".join(f"{key}={value}" for key, value in news.items())
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(text.encode(), name)


def serve(
    work: Works,
    wanted: Wanted,
    ending: threading.Event,
    *,
    say: Callable[[str], None] = lambda text: None,
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Keep it going until ``ending``. Raises OSError where health can't be told as wanted."""
    manager = Manager(environment)
    with _told(wanted, work, say):
        work.start()
        manager.tell(READY=1)
        told_at = time.monotonic()
        try:
            while not ending.wait(min(TENDS_EVERY, manager.every)):
                work.tend()
                if time.monotonic() - told_at >= manager.every:
                    told_at = time.monotonic()
                    _tell(work.health(), wanted, manager)
        finally:
            manager.tell(STOPPING=1)
            work.stop()
            _write(wanted.file, work.health())


def _tell(health: SyncHealth, wanted: Wanted, manager: Manager) -> None:
    _write(wanted.file, health)
    manager.tell(STATUS=summary(health))
    if not stuck(health):
        manager.tell(WATCHDOG=1)


@contextmanager
def _told(wanted: Wanted, work: Works, say: Callable[[str], None]) -> Iterator[None]:
    _write(wanted.file, work.health())
    if wanted.port is None:
        yield
        return
    with answering(wanted.port, work.health) as port:
        say(f"http://127.0.0.1:{port}/health")
        yield


def summary(health: SyncHealth) -> str:
    """One line for whoever asks the service manager."""
    return "; ".join(
        f"{one.store} {one.state}, {one.waiting} waiting, {one.blocked} blocked"
        for one in health.stores
    )


def stuck(health: SyncHealth) -> bool:
    """Whether any round hangs."""
    return any((one.quiet or 0) > STUCK for one in health.stores)


def _write(path: Path | None, health: SyncHealth) -> None:
    """As a whole or not at all: whoever reads meanwhile sees the one before."""
    if path is None:
        return
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(as_json(health) + "\n", "utf-8")
    fresh.replace(path)


Explain = Callable[[str, str], str]
"""Store (or "hub") and problem code -> what happened and what to do, in sentences."""


def run(
    crew: SyncCrew,
    args: argparse.Namespace,
    say: Callable[[str], None],
    room: SyncRoom,
    explain: Explain = lambda store, problem: problem,
) -> int:
    """The command ``sync``: one round of the room's crew (``args.once``), or a service until the
    machine or a person ends it; the exit code."""
    filling = room.filling
    for name in filling:
        say(f"{name}: the first import is not done; its rounds begin after it.")
    if not crew.names and (args.once or not filling):
        if not filling:
            say(_nobody_to_talk_to(room))
        return 1
    work, file = Tending(room), Path(args.health) if args.health else None
    if args.once:
        with work.announcing():
            status = crew.run_once()
        _write(file, work.health())
        health = crew.health()
        for one in health.stores:
            say(summary(replace(health, stores=(one,))))
            if one.problem:
                say(f"      {explain(one.store, one.problem)}")
        return 0 if status.state == "online" and not status.blocked else 1
    with ended_by_signals() as ending:
        try:
            serve(work, Wanted(args.port, file), ending, say=say)
        except (OSError, OverflowError) as error:
            say(untellable(error, args.port))
            return 1
    return 0


def untellable(error: OSError | OverflowError, port: int | None) -> str:
    """Why health can't be told as asked, and what to do about it."""
    if isinstance(error, OSError) and error.filename:
        place = str(error.filename).removesuffix(".new")
        return (
            f"Health can't be written to {place} ({error.strerror}). "
            "Give --health a file in a folder that is there and that this user may write."
        )
    why = error.strerror if isinstance(error, OSError) else "there is no such port"
    return (
        f"Port {port} of this machine can't be had ({why}). "
        "Give --port another number, or 0 for any that is free."
    )


def _nobody_to_talk_to(room: SyncRoom) -> str:
    """Why there is nothing to do: a folder that was mistyped was made anew, and is empty."""
    path, stores = room.folder / "settings.toml", room.settings.online_stores
    if not path.exists():
        return f"This till talks to no online store: {path} is not there. Is the folder right?"
    if stores:
        return f"This till talks to no online store: {path} says talks = false."
    return f"This till talks to no online store: no [online_store] in {path} names one."


@contextmanager
def ended_by_signals() -> Iterator[threading.Event]:
    """An event that is set when a service manager (SIGTERM) or a person (Ctrl+C) says to end."""
    ending = threading.Event()
    known = [signal.SIGTERM, signal.SIGINT]
    before = {one: signal.signal(one, lambda *_: ending.set()) for one in known}
    try:
        yield ending
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
