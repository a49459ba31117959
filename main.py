"""The loyalty terminal: command line and composition root.

The only module that knows every package; nobody imports it but tests. Heavy parts load where used.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from terminal.clock import CorrectedClock
from terminal.commands.line import parsed
from terminal.errors import SettingsBroken, TerminalError
from terminal.events import Event, EventBus, MemberChanged, SaleBooked
from terminal.ids import id_maker
from terminal.instance import InstanceLock
from terminal.place import data_folder, keep_log, make_folder
from terminal.settings import Settings, load

if TYPE_CHECKING:
    from devices.counter import CounterDevices
    from devices.printers.profiles import PrinterProfile
    from sync.room import SyncRoom
    from terminal.db.unit_of_work import SqlDatabase
    from terminal.secrets import Secrets
    from terminal.services.hardware import Hardware, Tell
    from terminal.services.issuing import IssuingService, PaperMaker
    from terminal.services.setup import SetupService
    from terminal.services.suite import Services
    from ui.viewmodels.sync_reading import SyncDesk


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
    passing: bool = False
    """The demo: it leaves no key in a person's key ring."""
    bus: EventBus = field(default_factory=EventBus)
    database: SqlDatabase = field(init=False)
    secrets: Secrets = field(init=False)
    services: Services = field(init=False)
    issuing: IssuingService = field(init=False)
    hardware: Hardware = field(init=False)
    room: SyncRoom = field(init=False)
    clock: CorrectedClock = field(default_factory=lambda: CorrectedClock(now))
    _stops: ExitStack = field(default_factory=ExitStack)

    def open(self, *, exclusive: bool = True) -> Services:
        """Take the data and build the services. Raises DataInUse, DatabaseTooNew and the like."""
        from sync.room import SyncRoom
        from terminal.db.engine import open_database
        from terminal.secrets import Secrets
        from terminal.services import suite
        from terminal.services.issuing import IssuingService, signer_of

        if exclusive:
            self.hold("till")
        make_folder(self.folder)
        self.database = open_database(self.folder / "till.db")
        self._stops.callback(self.database.close)
        self.secrets = Secrets(self.folder, use_keyring=not self.passing)
        signer = signer_of(self.secrets, at_once=exclusive)
        self.room = SyncRoom(
            folder=self.folder, settings=self.settings, database=self.database,
            secrets=self.secrets, machine=now, clock=self.clock, new_id=new_id, tell=self.bus.tell,
        )  # fmt: skip
        self._stops.callback(self.room.close)
        grants = self.room.open()
        self.services = suite.build(
            self.database, suite.till_of(self.settings), self.bus, clock=self.clock, new_id=new_id,
            wake_sync=self.room.hurry, signer=signer, look_at=self.room.look_at, grants=grants,
        )  # fmt: skip
        self.room.furnish(self.services)
        self.issuing = IssuingService(
            self.database, self.services.till, signer, slips=self.settings.slips,
            wallet=self.settings.wallet, link=self.services.enrolment.link_card, clock=now,
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
        """Carry slips to the printers, or keep them where there are none; open the drawer."""
        from terminal.services.hardware import Hardware

        self.hardware = Hardware(
            self._counter_devices, self.services, self.settings, clock=now, new_id=new_id
        )
        self.hardware.start()
        self._stops.callback(self.hardware.stop)
        self._start_digital_slips()

    def _counter_devices(self, settings: Settings, tell: Tell) -> CounterDevices:
        from devices.counter import CounterDevices, CounterSetup, DisplaySetup, DrawerSetup
        from devices.registry import PrinterSetup, ReaderSetup

        shop, drawer, shown = settings.shop, settings.drawer, settings.display
        setup = CounterSetup(
            self.folder / "cache", own_printers(self.folder),
            readers=tuple(ReaderSetup(**asdict(one)) for one in settings.scanners),
            printers=tuple(
                PrinterSetup(**asdict(one), logo=settings.slips.logo) for one in settings.printers
            ),
            drawer=DrawerSetup(drawer.pin, drawer.way, drawer.pulse_ms, drawer.open_is_high),
            display=DisplaySetup(shown.target, shown.protocol, shown.charset),
            card_prefix=shop.card_prefix, card_lengths=frozenset(shop.card_lengths),
        )  # fmt: skip
        return CounterDevices(setup, tell)

    def setup_service(self, rested: Callable[[], None], again: Callable[[], None]) -> SetupService:
        """What the set-up's pages find and keep devices with; told when devices rest and go on."""
        from devices.probing import Probe
        from terminal.services.setup import SetupService

        def rest() -> None:
            self.hardware.rest()
            rested()

        def apply(settings: Settings) -> None:
            self.settings = settings
            self.hardware.apply(settings)
            again()

        return SetupService(
            Probe(self.folder / "cache", own_printers(self.folder)), self.folder / "settings.toml",
            self.settings, rest=rest, applied=apply,
        )  # fmt: skip

    def _start_digital_slips(self) -> None:
        """Put a page of each sale where the shop's web server shows it, if that is set up."""
        if self.settings.slips.digital_folder:
            from terminal.services.digital_slips import keep_pages

            given = (self.database, self.issuing, self.settings.slips, now, self.bus)
            self._stops.callback(keep_pages(*given))

    # -- sync --------------------------------------------------------------------------------

    def start_sync(self) -> None:
        """Keep online stores and hub told, or look on where a headless ``sync`` does so already."""
        self.room.attend()

    def sync_desk(self) -> SyncDesk:
        """What the sync page works with."""
        from ui.viewmodels.sync_reading import SyncDesk

        return SyncDesk(*self.room.desk())

    def booked(self, event: Event) -> None:
        """What a booking sets going, on the thread that booked it."""
        if isinstance(event, SaleBooked | MemberChanged):
            self.room.wake()

    def close(self) -> None:
        """End what runs, last started first, and let go of the data."""
        self._stops.close()


@cache
def own_printers(folder: Path) -> Mapping[str, PrinterProfile]:
    """Printers of this shop's own and those known, as they were at first. Raises SettingsBroken."""
    from devices.printers.profile_file import BadProfile, load_profiles

    path = folder / "printers.toml"
    try:
        return load_profiles(path)
    except BadProfile as error:
        raise SettingsBroken(path=str(path), problem=str(error)) from error


def run(args: argparse.Namespace) -> int:
    """The window."""
    folder = data_folder(args.data, demo=args.demo)
    log_path = keep_log(folder)
    settings = load(folder / "settings.toml")
    if args.demo:
        return run_demo(folder, settings, log_path)
    from ui.showing import show

    return show(Backend(folder, settings), log_path, now, set_up=args.setup)


def run_demo(folder: Path, settings: Settings, log_path: Path) -> int:
    """The demo shop: seeded, with a virtual scanner and on-screen paper."""
    from devices.demo_parts import DemoCounter
    from terminal.demo import demo_settings
    from ui.demo import DemoBench
    from ui.showing import show

    parts = DemoCounter()
    bench = DemoBench(now, parts.send, parts.order)
    parts.on_sheet = bench.sheet
    own = demo_settings(settings, parts.scanner, parts.printer)
    backend = Backend(folder, own, passing=True)
    try:
        return show(backend, log_path, now, bench.prepare, bench.beside)
    finally:
        parts.close()


def sync(args: argparse.Namespace) -> int:
    """Sync without a window: one round, or as a service until it is ended."""
    from sync.service import run as serve
    from ui.sync_advice import spoken

    folder = data_folder(args.data)
    keep_log(folder, as_json=args.json_log, quiet=args.once)
    backend = Backend(folder, load(folder / "settings.toml"))
    try:
        backend.hold("sync")
        backend.open(exclusive=False)
        return serve(backend.room.build(), args, print, backend.room, spoken)
    finally:
        backend.close()


def hub(args: argparse.Namespace) -> int:
    """Several tills with one ledger on PostgreSQL."""
    from sync.hub import commands
    from terminal.commands.staff import unseen
    from terminal.i18n import Words
    from ui.sync_messages import hub_problem

    words, folder = Words(), data_folder(args.data)
    backend = Backend(folder, settings := load(folder / "settings.toml"))
    try:
        here = None
        if args.kind == "join":
            backend.open(exclusive=False)
            database, secrets = backend.database, backend.secrets
            here = commands.till_here(folder, settings, database, secrets, ask=unseen, clock=now)
        return commands.said(args, print, words, here, lambda code: hub_problem(code, words))
    finally:
        backend.close()


def secret(args: argparse.Namespace) -> int:
    """Keep a password or key (the online store's, unless named); it is asked for, never shown."""
    from terminal.commands.secret import ask

    return ask(data_folder(args.data), args.name, print)


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
    from devices.probing import Probe
    from sync.room import remotes
    from terminal.i18n import Words
    from terminal.instance import is_held
    from terminal.secrets import Secrets
    from terminal.services.checkup import checkup
    from terminal.services.doctor import as_json, examine
    from terminal.services.issuing_probes import issuing_probes
    from ui.messages import printer_cause, refusal
    from ui.sync_advice import hub_remedy, remedy

    folder, words = data_folder(args.data, demo=args.demo), Words()
    backend = Backend(folder, settings := load(folder / "settings.toml"))
    secrets = Secrets(folder)
    parts = checkup(
        folder, settings, now=now(),
        database=lambda: backend.open(exclusive=False).database,
        secrets_place=secrets.place,
        devices=Probe(folder / "cache", own_printers(folder)),
        say_printer=lambda cause: printer_cause(cause, words),
        remotes=remotes(
            settings, secrets, lambda code: remedy(code, words),
            lambda code: hub_remedy(code, words),
        ),
        till_is_open=is_held(folder, "till"),
    )  # fmt: skip
    parts = [*parts, *issuing_probes(settings, now, lambda error: refusal(error, words))]
    findings = examine(parts, (TerminalError, DeviceError, OSError))
    backend.close()
    print(as_json(findings) if args.json else "\n".join(map(str, findings)))
    return 1 if any(finding.remedy for finding in findings) else 0


def papers() -> PaperMaker:
    """What sets type without a window; Qt is loaded by what makes paper only."""
    from ui.paper.maker import headless

    return headless()


def office(args: argparse.Namespace) -> int:
    """Reports, imports and the programme: what is done at a desk."""
    from terminal.commands.means import Means

    folder = data_folder(args.data, demo=args.demo)
    backend = Backend(folder, load(folder / "settings.toml"))
    try:
        services = backend.open(exclusive=False)
        args.means = Means(backend.issuing, backend.secrets, papers)
        return int(args.runs(args, backend.database, services.till, print))
    finally:
        backend.close()


ACTIONS = {
    one.__name__: one for one in (run, tour, sync, hub, secret, verify, doctor, office, bench)
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a refusal is a sentence with the remedy, not a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    args = parsed(ACTIONS, given, {"hub": lambda: import_module("sync.hub.commands")})
    try:
        return int(args.action(args))
    except TerminalError as refusal:
        from terminal.i18n import Words
        from ui.messages import refusal as sentence

        print(sentence(refusal, Words()), file=sys.stderr)
        return 2
    except (KeyboardInterrupt, EOFError):  # asked for something, and nobody wanted to say it
        return 130
    except BrokenPipeError:  # whoever reads along (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
