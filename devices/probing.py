"""What is connected, and trying it: everything the set-up asks of the hardware.

A `Probe` answers with data. What a device can do wrong is a cause in it and never an exception, so
that a page can say it; only a bug raises. Nothing is written to a line before a person asked for
it, and the network is asked only where it is this machine's own small and private one.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from devices import system
from devices.displays.links import ThroughPrinter
from devices.displays.making import PRINTER, try_display
from devices.displays.protocols import protocol_for
from devices.errors import DeviceError
from devices.listening import Burst, Listener
from devices.printers.errands import KickPause
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.models import PROFILES
from devices.printers.profiles import PrinterProfile
from devices.printers.transport import open_transport
from devices.printing_trial import Trial, speeds_of
from devices.scanners.discovery import Identity, Port, Whereabouts, checked, connected

_RESUME_SECONDS = 30.0
"""How long a test sheet waits for paper."""

_PICTURE_LINE = 900
"""Bytes of one line of a Hebrew slip on 80 mm, on average (``bench devices``)."""

Kind = Literal["serial", "usb_printer", "queue", "network"]

_SAMPLES = {
    "ascii": ("ABC abc 0123456789", "Can you read this?"),
    "latin": ("ABC abc 0123456789", "ä ö ü é è á ñ"),
    "greek": ("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤ", "άέήίόύώ αβγδεζηθ"),
    "cyrillic": ("АБВГДЕЖЗИЙКЛМНОПРСТ", "абвгдежз ъ щ ю я"),
    "central": ("ĄĆĘŁŃÓŚŹŻ ŐŰ", "ąćęłńóśźż őű"),
}
"""Two lines for each set of letters; what can be read tells which one a display has."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is plugged in; ``identity`` finds it again under another name, ``lasting`` is
    a path that stays.
    """

    kind: Kind
    address: str
    identity: str = ""
    lasting: str = ""
    name: str = ""
    problem: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class PrinterFacts:
    """What a printer said; ``target`` is the address with the speed that was found."""

    target: str
    cause: str = ""
    answers: bool = False
    model: str = ""
    profile: str = ""
    paper_low: bool = False
    picture_seconds: int = 0


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What became of a sheet; ``confirms``: the printer said by ``GS ( H`` that it was out."""

    state: Literal["printed", "sent", "waiting", "unknown"]
    cause: str = ""
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class LineFacts:
    """Where a line is now and why it can't be used; ``group`` is who may use it."""

    where: str = ""
    problem: str = ""
    holder: str = ""
    group: str = ""


class Probe:
    """The hardware of one machine. Methods may block for seconds; any thread may call them."""

    def __init__(
        self,
        cache_dir: Path,
        profiles: Mapping[str, PrinterProfile] = PROFILES,
        *,
        comports: Callable[[], Iterable[Port]] = connected,
        printer_files: Callable[[], Sequence[str]] = system.printer_files,
        queues: Callable[[], Sequence[str]] = system.queues,
        neighbours: Callable[[], Sequence[str]] = system.neighbours,
        port: int = 9100,
        every: float = 1.0,
        answer_seconds: float = 1.0,
    ) -> None:
        self._profiles, self._cache_dir = profiles, cache_dir
        self._comports, self._printer_files, self._queues = comports, printer_files, queues
        self._neighbours, self._port = neighbours, port
        self._every, self._answer_seconds = every, answer_seconds
        self._listener: Listener | None = None
        self._extra: tuple[str, ...] = ()
        self._known_queues: Sequence[str] = ()
        self._asked_queues = False
        self._kicks = KickPause()
        self._lock = threading.Lock()

    # -- what is there -----------------------------------------------------------------------

    def found(self) -> Sequence[Found]:
        """Everything that is plugged in now, and the lines that were asked for by hand."""
        listener = self._listener
        problems = listener.problems() if listener is not None else {}
        return [*self._lines(problems), *self._files(), *self._printer_queues()]

    def _lines(self, problems: dict[str, str]) -> list[Found]:
        ports = {port.device: port for port in self._comports()}
        lines = []
        for address in [*ports, *(one for one in self._extra if one not in ports)]:
            problem = problems.get(address, "") or system.permission_problem(address)
            holder = system.holder_of(address) if problem == "busy" else ""
            port = ports.get(address)
            name = _name_of(port) if port is not None else address
            identity = str(Identity.of(port) or "") if port is not None else ""
            lines.append(
                Found("serial", address, identity, system.lasting(address), name, problem, holder)
            )
        return lines

    def _files(self) -> list[Found]:
        return [
            Found("usb_printer", path, lasting=path, name=system.printer_name(path),
                  problem=system.permission_problem(path))
            for path in self._printer_files()
        ]  # fmt: skip

    def _printer_queues(self) -> list[Found]:
        if not self._asked_queues:  # a spooler may take seconds, and queues seldom change
            self._asked_queues = True
            threading.Thread(target=self._ask_queues, name="queues", daemon=True).start()
        return [
            Found("queue", one, lasting=one, name=one.partition(":")[2])
            for one in self._known_queues
        ]

    def _ask_queues(self) -> None:
        self._known_queues = self._queues()

    # -- readers -----------------------------------------------------------------------------

    def listen(
        self,
        heard: Callable[[Burst], None],
        changed: Callable[[], None],
        extra: Sequence[str] = (),
    ) -> None:
        """Listen on every line; a second call begins anew."""
        self.hush()
        with self._lock:
            self._extra = tuple(extra)
            self._listener = Listener(self._addresses, heard, changed, every=self._every)

    def _addresses(self) -> list[str]:
        """Lines to open, and nothing else that was seen: a printer file is no line."""
        return [*(port.device for port in self._comports()), *self._extra]

    def set_speed(self, address: str, baudrate: int) -> None:
        """Read a line at another speed from now on."""
        listener = self._listener
        if listener is not None:
            listener.set_speed(address, baudrate)

    def hush(self) -> None:
        """Let go of every line; no callback comes afterwards."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()

    def line(self, port: str, baudrate: int) -> LineFacts:
        """Where a reader's line is now, and whether it can be opened."""
        where = self.where(port)
        if not where:
            return LineFacts(problem="missing")
        problem = system.permission_problem(where) or system.opening_problem(where, baudrate)
        holder = system.holder_of(where) if problem == "busy" else ""
        return LineFacts(where, problem, holder, system.group_of(where))

    def where(self, port: str) -> str:
        """The address a port of the settings has now, "" while it is away or can't be."""
        try:
            return Whereabouts(checked(port), self._comports).path()
        except DeviceError:
            return ""

    # -- printers ----------------------------------------------------------------------------

    def papers(self) -> Sequence[tuple[str, str]]:
        """The profiles to choose from: what settings call them, and their names."""
        return [(key, profile.name) for key, profile in self._profiles.items()]

    def try_printer(self, target: str, paper: str) -> PrinterFacts:
        """Ask what it is and how it stands; a serial line without a speed at several of them."""
        facts = PrinterFacts(target, "unreachable")
        for one in speeds_of(target):
            facts = self._asked(one, paper)
            if facts.answers or facts.cause not in ("", "timeout"):
                break
        return facts

    def _asked(self, target: str, paper: str) -> PrinterFacts:
        forbidden = system.permission_problem(path_of(target))
        if forbidden:
            return PrinterFacts(target, forbidden)
        try:
            trial = Trial(open_transport(target), self._answer_seconds)
            status, model = trial.asked()
        except DeviceError as error:
            return PrinterFacts(target, error.code)
        if status is None:
            return PrinterFacts(
                target, trial.silence, profile=paper, picture_seconds=self._wire(trial, paper)
            )
        profile = profile_of(model, self._profiles) or paper
        return PrinterFacts(
            target, status.cause, answers=True, model=model, profile=profile,
            paper_low=status.paper_low,
            picture_seconds=self._wire(trial, profile),
        )  # fmt: skip

    def _wire(self, trial: Trial, paper: str) -> int:
        """Seconds on the wire for 25 lines as pictures, which are trimmed to their ink."""
        profile = self._profiles.get(paper) or PROFILES["80"]
        return round(25 * _PICTURE_LINE * profile.dots / 576 / trial.speed)

    def search_network(self, found: Callable[[str], None], stopped: Callable[[], bool]) -> None:
        """Say the address of each neighbour that listens where printers do."""
        for host in system.listening(self._neighbours(), self._port, stopped):
            found(f"tcp://{host}:{self._port}")

    def variants(self) -> Sequence[tuple[str, str, str]]:
        """The lines of the test sheet: language, letter, pages."""
        from devices.printers.test_sheet import VARIANTS

        return VARIANTS

    def print_sheet(self, target: str, paper: str) -> SheetFacts:
        """Print the test sheet and see whether the printer confirms it."""
        from devices.printers.test_sheet import sheet_pieces

        profile = self._profiles[paper]
        try:
            printer = self._printer(target, profile)
        except DeviceError as error:
            return SheetFacts("waiting", error.code)
        learnt = printer.print_test(sheet_pieces(profile, self._cache_dir))
        printer.close()
        return SheetFacts(learnt.result.state, learnt.result.cause, bool(learnt.confirms))

    def _printer(self, target: str, profile: PrinterProfile) -> EscposPrinter:
        """A printer for one visit. Raises BadAddress."""
        open_transport(target)
        return EscposPrinter(
            lambda: open_transport(target, profile.flow),
            profile,
            cache_dir=self._cache_dir,
            answer_seconds=self._answer_seconds,
            resume_seconds=_RESUME_SECONDS,
        )

    # -- drawer and display ------------------------------------------------------------------

    def kick(self, target: str, pin: int, way: str, pulse_ms: int) -> str:
        """Send the pulse; answers a cause, "" when it has left."""
        if not self._kicks.take():
            return "too_soon"
        return self._visited(target, lambda printer: printer.kick(pin, pulse_ms, way))

    def drawer_level(self, target: str) -> bool | None:
        """How the drawer's switch reads, None where the printer does not say."""
        level = self._visited(target, lambda printer: printer.drawer_state())
        return {"high": True, "low": False}.get(level)

    def show(self, target: str, printer: str, protocol: str, charset: str) -> str:
        """Show two lines of every kind of letter the charset should have; answers a cause or ""."""
        upper, lower = _SAMPLES[charset]
        commands = protocol_for(protocol, charset)
        try:
            if target == PRINTER:
                way = ThroughPrinter(
                    lambda data: self._visited(printer, lambda one: one.pass_on(data))
                )
                return "" if way.write(commands.begin() + commands.frame(upper, lower)) else "busy"
            try_display(target, protocol, charset, upper, lower)
        except DeviceError as error:
            return error.code
        return ""

    def _visited(self, target: str, visit: Callable[[EscposPrinter], str]) -> str:
        try:
            printer = self._printer(target, self._profiles["80"])
        except DeviceError as error:
            return error.code
        try:
            return visit(printer)
        finally:
            printer.close()


def path_of(target: str) -> str:
    """The device file of a printer on a line or a file; for all others what is no file."""
    parts = urlsplit(target)
    return parts.netloc + parts.path if parts.scheme == "serial" else target


def profile_of(model: str, profiles: Mapping[str, PrinterProfile]) -> str:
    """The profile of a model that named itself, "" where none is known."""
    wanted = model.upper().rpartition(" ")[2].removeprefix("TM-")
    if len(wanted) < 3:
        return ""
    names = {key: _models(profile.name) for key, profile in profiles.items()}
    return next((key for key, models in names.items() if wanted in models), "")


def _models(name: str) -> set[str]:
    """ "Epson TM-T20II, III, IV" names T20II, T20III, T20IV."""
    models: set[str] = set()
    stem = ""
    for word in name.upper().replace(",", " ").replace(";", " ").split():
        word = word.removeprefix("TM-")
        if any(sign.isdigit() for sign in word):
            stem = word.rstrip("IVX")
            models.add(word)
        elif stem and set(word) <= set("IVX"):
            models.add(stem + word)
    return models


def _name_of(port: Port) -> str:
    told = getattr(port, "product", None) or port.description
    return str(port.device if told in (None, "", "n/a") else told)
