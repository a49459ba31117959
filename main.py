"""The loyalty terminal: command line and composition root.

The only module that knows every package; nobody imports it but tests. Heavy parts (database,
printing, network) are imported where they are joined, after the window has painted.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.commands.line import parsed
from terminal.errors import DataInUse, TerminalError
from terminal.events import DeviceStatus, Event, EventBus, MemberChanged, SaleBooked
from terminal.ids import id_maker
from terminal.instance import InstanceLock
from terminal.place import data_folder, keep_log, make_folder
from terminal.settings import Settings, load

if TYPE_CHECKING:
    from devices.scanners.serial_port import SerialScanner
    from sync.online_store import OnlineStore
    from sync.worker import SyncWorker
    from terminal.db.unit_of_work import SqlDatabase
    from terminal.services.models import SignedIn
    from terminal.services.printing import PrintSpool
    from terminal.services.suite import Services
    from ui.window import TillWindow

log = logging.getLogger("terminal.main")

SECRET = "online-store"  # noqa: S105 - the name of a secret, not one


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


new_id = id_maker(now)


@dataclass
class Backend:
    """Everything behind the window: database, services, printing, scanning, sync.

    ``open`` reads and writes the disk and so runs off the GUI thread; ``start`` sets devices and
    sync going; ``close`` ends every thread and lets go of the data.
    """

    folder: Path
    settings: Settings
    bus: EventBus = field(default_factory=EventBus)
    database: SqlDatabase = field(init=False)
    services: Services = field(init=False)
    slips: PrintSpool = field(init=False)
    scanner: SerialScanner | None = None
    sync: SyncWorker | None = None
    _stops: ExitStack = field(default_factory=ExitStack)

    def open(self, *, exclusive: bool = True) -> Services:
        """Take the data and build the services. Raises DataInUse, DatabaseTooNew and the like."""
        from terminal.db.engine import open_database
        from terminal.services import suite

        if exclusive:
            self.hold("till")
        make_folder(self.folder)
        self.database = open_database(self.folder / "till.db")
        self._stops.callback(self.database.close)
        self.services = suite.build(
            self.database, suite.till_of(self.settings), self.bus, clock=now, new_id=new_id,
            wake_sync=self.hurry_sync,
        )  # fmt: skip
        self.bus.subscribe(self.booked)
        return self.services

    def hold(self, name: str) -> None:
        """Keep other processes from the same part of this data. Raises DataInUse."""
        lock = InstanceLock(self.folder, name)
        lock.take()
        self._stops.callback(lock.release)

    def expire_due(self) -> None:
        """Book what lapsed while nobody looked; off the GUI thread, in small transactions."""
        from terminal.services.upkeep import keep_up

        services = self.services
        keep_up(self.database, services.till, services.happenings, now, new_id)

    # -- devices -----------------------------------------------------------------------------

    def start_printing(self) -> None:
        """Carry slips to the printer, or keep them where there is none."""
        from devices.printers.watch import PrinterWatch
        from devices.registry import make_printer
        from terminal.services.printing import PrintSpool

        wanted = self.settings.printer
        printer = make_printer(wanted.target, wanted.paper, self.folder / "cache")
        self.slips = PrintSpool(self.database, printer, self.bus, clock=now, new_id=new_id)
        self.slips.recover()
        self.slips.start()
        self._stops.callback(self.slips.stop)
        self._stops.callback(printer.close)  # before the spool, whose thread waits in it
        self._stops.callback(self.slips.stop, 2.0)  # a slip at hand may come out first
        if wanted.target:
            watch = PrinterWatch(printer, self._printer_is)
            watch.start()
            self._stops.callback(watch.stop)

    def _printer_is(self, cause: str) -> None:
        self.bus.tell(DeviceStatus("printer", not cause, cause))
        if not cause:
            with suppress(TerminalError):  # a full disk: the spool tries again by itself
                self.slips.hurry()

    def start_scanning(
        self, scanned: Callable[[str], None], rejected: Callable[[str], None]
    ) -> None:
        """Listen on the scanner's line; both callbacks run on the scanner's thread."""
        wanted = self.settings.scanner
        if not wanted.port:
            return
        from devices.errors import BadAddress
        from devices.registry import make_scanner

        def changed(cause: str) -> None:
            self.bus.tell(DeviceStatus("scanner", not cause, cause, wanted.port))

        try:
            self.scanner = make_scanner(
                wanted.port, wanted.baudrate, scanned=scanned, rejected=rejected,
                changed=changed, card_prefix=self.settings.shop.card_prefix,
            )  # fmt: skip
        except BadAddress as error:
            log.warning("the scanner's port in the settings is none: %s", error)
            changed(error.code)
            return
        self.scanner.start()
        self._stops.callback(self.scanner.stop)

    # -- sync --------------------------------------------------------------------------------

    def online_store(self) -> OnlineStore | None:
        """The online store of the settings, or None."""
        if self.settings.online_store.kind == "none":
            return None
        from sync.connect import connect_store
        from terminal.secrets import Secrets

        return connect_store(self.settings.online_store, Secrets(self.folder).get(SECRET) or "")

    def build_sync(self) -> SyncWorker | None:
        """The sync worker, not started; None where there is no online store."""
        store = self.online_store()
        if store is None:
            return None
        from sync.connect import make_worker

        worker = make_worker(
            self.database, store, self.settings.online_store, clock=now, new_id=new_id,
            jitter=random.random, listener=self.bus.tell,
        )  # fmt: skip
        self._stops.callback(worker.stop)
        return worker

    def start_sync(self) -> None:
        """Keep the online store told, unless a headless ``sync`` does so already."""
        try:
            self.hold("sync")
        except DataInUse:
            log.info("another process syncs this data")
            return
        self.sync = self.build_sync()
        if self.sync is not None:
            self.sync.start()

    def hurry_sync(self) -> None:
        """A person asked for it."""
        if self.sync is not None:
            self.sync.hurry()

    def booked(self, event: Event) -> None:
        """What a booking sets going, on the thread that booked it."""
        if isinstance(event, SaleBooked) and hasattr(self, "slips"):
            self.slips.wake()
        if isinstance(event, SaleBooked | MemberChanged) and self.sync is not None:
            self.sync.wake()

    def close(self) -> None:
        """End what runs, last started first, and let go of the data."""
        self._stops.close()


def run(args: argparse.Namespace) -> int:
    """The window."""
    folder = data_folder(args.data, demo=args.demo)
    log_path = keep_log(folder)
    settings = load(folder / "settings.toml")
    if args.demo:
        return run_demo(folder, settings, log_path)
    return show(Backend(folder, settings), log_path)


def show(
    backend: Backend,
    log_path: Path,
    prepare: Callable[[Services], SignedIn | None] = lambda services: None,
    beside: Callable[[TillWindow], None] = lambda window: None,
) -> int:
    """Show the till until its window closes. ``beside`` may put windows next to it."""
    from ui.quick_imports import load_qt

    load_qt()
    from terminal.i18n import Words
    from ui.app import make_app
    from ui.window import TillWindow

    screen, words = backend.settings.screen, Words(backend.settings.screen.language)
    app = make_app(sys.argv[:1], words, look=screen.theme, scale=screen.scale)
    window = TillWindow(backend, words, clock=now, log_path=str(log_path), prepare=prepare)
    restore = window.errors.install()
    beside(window)
    window.begin()
    try:
        return app.exec()
    finally:
        restore()
        window.close()


def run_demo(folder: Path, settings: Settings, log_path: Path) -> int:
    """The demo shop: seeded, with a virtual scanner and on-screen paper."""
    from devices.demo_parts import DemoCounter
    from terminal.demo import demo_settings
    from ui.demo import DemoBench

    parts = DemoCounter()
    bench = DemoBench(now, parts.send, parts.order)
    parts.on_sheet = bench.sheet
    backend = Backend(folder, demo_settings(settings, parts.scanner, parts.printer))
    try:
        return show(backend, log_path, bench.prepare, bench.beside)
    finally:
        parts.close()


def sync(args: argparse.Namespace) -> int:
    """Sync without a window: one round, or until interrupted."""
    folder = data_folder(args.data)
    keep_log(folder)
    backend = Backend(folder, load(folder / "settings.toml"))
    try:
        backend.hold("sync")
        backend.open(exclusive=False)
        worker = backend.build_sync()
        if worker is None:
            print("No online store is set up: [online_store] in settings.toml names one.")
            return 1
        if not args.once:
            worker.start()
            threading.Event().wait()
        status = worker.run_once()
        why = f" ({status.problem})" if status.problem else ""
        print(f"{status.state}: {status.waiting} waiting, {status.blocked} blocked{why}")
        return 0 if status.state == "online" and not status.blocked else 1
    except KeyboardInterrupt:
        return 0
    finally:
        backend.close()


def secret(args: argparse.Namespace) -> int:
    """Keep the online store's password or key; it is asked for, and never shown."""
    from getpass import getpass

    from terminal.secrets import Secrets

    kept = Secrets(data_folder(args.data))
    kept.put(SECRET, getpass("Password or key: ") if sys.stdin.isatty() else input())
    print(f"Kept in {kept.place}.")
    return 0


def verify(args: argparse.Namespace) -> int:
    """Recompute every balance from the ledger and compare."""
    from terminal.db.verify import verify as check

    backend = Backend(data_folder(args.data, demo=args.demo), Settings())
    try:
        backend.open(exclusive=False)
        print(report := check(backend.database))
    finally:
        backend.close()
    return 0 if report.ok else 1


def tour(args: argparse.Namespace) -> int:
    """The main job on real parts, with pictures."""
    from tests.tour import take_tour

    return take_tour(Path(args.out), args.language, args.online_store)


def bench(args: argparse.Namespace) -> int:
    """How quick it is here, beside the floor of the same machine."""
    from tests.bench import run_benches

    return run_benches(args.names, Path(args.json) if args.json else None)


def doctor(args: argparse.Namespace) -> int:
    """Every part with its state and remedy."""
    from devices.errors import DeviceError
    from devices.registry import try_line, try_printer
    from sync.connect import try_store
    from terminal.i18n import Words
    from terminal.secrets import Secrets
    from terminal.services.doctor import examine, probes
    from ui.messages import printer_cause, sync_problem

    folder, words = data_folder(args.data, demo=args.demo), Words()
    backend = Backend(folder, settings := load(folder / "settings.toml"))
    wanted = settings.printer
    parts = probes(
        folder, settings,
        database=lambda: backend.open(exclusive=False).database,
        secrets_place=Secrets(folder).place,
        try_line=try_line,
        printer_cause=lambda: try_printer(wanted.target, wanted.paper, folder / "cache"),
        say_printer=lambda cause: printer_cause(cause, words),
        store=lambda: try_store(backend.online_store()),
        say_store=lambda problem: sync_problem(problem, words),
    )  # fmt: skip
    findings = examine(parts, (TerminalError, DeviceError, OSError))
    backend.close()
    for finding in findings:
        print(finding)
    return 1 if any(finding.remedy for finding in findings) else 0


def office(args: argparse.Namespace) -> int:
    """Reports, imports and the programme: what is done at a desk."""
    folder = data_folder(args.data, demo=args.demo)
    backend = Backend(folder, load(folder / "settings.toml"))
    try:
        services = backend.open(exclusive=False)
        return int(args.runs(args, backend.database, services.till, print))
    finally:
        backend.close()


ACTIONS = {
    action.__name__: action for action in (run, tour, sync, secret, verify, doctor, office, bench)
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a refusal is a sentence with the remedy, not a traceback."""
    args = parsed(ACTIONS, sys.argv[1:] if arguments is None else arguments)
    try:
        return int(args.action(args))
    except TerminalError as refusal:
        from terminal.i18n import Words
        from ui.messages import refusal as sentence

        print(sentence(refusal, Words()), file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever reads along (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
