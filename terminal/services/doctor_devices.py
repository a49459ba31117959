"""The doctor's look at devices: what each is, how it stands, and first of all what to do about it.

Nothing is printed, opened or written: a reader's line is opened and closed, a printer is asked how
it is. While the till is open it holds its own lines, and that is well.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from terminal.services.doctor import Look, Probe
from terminal.services.setup import PrinterFacts
from terminal.services.setup_learning import KEYBOARD
from terminal.settings import (
    DisplaySettings,
    DrawerSettings,
    PrinterSettings,
    ScannerSettings,
    Settings,
    nearest,
)

SETUP = "main.py run --setup"
TOO_LONG_SECONDS = 6
_ENDS = {
    "any": "ends its codes with Enter or the like", "cr": "ends its codes with CR",
    "lf": "ends its codes with LF", "tab": "ends its codes with Tab",
    "etx": "frames its codes with STX and ETX", "none": "ends its codes by silence",
}  # fmt: skip
_PAGES = {"profile": "as the model says", "windows": "Windows pages", "dos": "DOS pages"}


class LineFacts(Protocol):
    """Where a line is now and why it can't be used."""

    @property
    def where(self) -> str: ...
    @property
    def problem(self) -> str:
        """``missing``, ``busy``, ``not_allowed`` or ""."""
        ...

    @property
    def holder(self) -> str: ...
    @property
    def group(self) -> str:
        """Who may use it."""
        ...


class Examined(Protocol):
    """The hardware as the doctor asks it; ``devices.probing.Probe`` is it. Never raises."""

    def line(self, port: str, baudrate: int) -> LineFacts:
        """Where a line is, and whether it opens."""
        ...

    def papers(self) -> Sequence[tuple[str, str]]:
        """What ``paper`` in the settings may say, and what that is."""
        ...

    def try_printer(self, target: str, paper: str) -> PrinterFacts:
        """How a printer stands."""
        ...

    def drawer_level(self, target: str) -> bool | None:
        """How the drawer's switch reads."""
        ...


def device_probes(
    settings: Settings, devices: Examined, say: Callable[[str], str], *, till_is_open: bool
) -> list[Probe]:
    """How to look at every device. ``say`` makes a remedy of a printer's cause."""
    printers = [
        Probe(_named("printer", n), _look(look_at_printer, one, devices, say, n == 0))
        for n, one in enumerate(settings.printers or (settings.printer,))
    ]
    readers = [
        Probe(_named("scanner", n), _look(look_at_reader, one, devices, till_is_open))
        for n, one in enumerate(settings.scanners or (settings.scanner,))
    ]
    target = settings.printer.target
    return [
        *readers,
        *printers,
        Probe("cash drawer", _look(look_at_drawer, settings.drawer, target, devices)),
        Probe("customer display", _look(look_at_display, settings.display, devices, till_is_open)),
    ]


def _named(kind: str, number: int) -> str:
    return kind if not number else f"{kind} {number + 1}"


def _look(look: Callable[..., Look], *given: object) -> Callable[[], Look]:
    return lambda: look(*given)


def look_at_reader(wanted: ScannerSettings, devices: Examined, till_is_open: bool) -> Look:
    """A reader: what it is, where it is plugged in now, and whether its line opens."""
    if not wanted.port:
        return f"none set up; {SETUP} finds one", ""
    if wanted.port == KEYBOARD:
        layout = ", read by the places of its keys" if wanted.us_layout else ""
        return f"types like a keyboard, at most {wanted.idle_ms} ms between two keys{layout}", ""
    facts = devices.line(wanted.port, wanted.baudrate)
    where = f", now {facts.where}" if facts.where not in ("", wanted.port) else ""
    state = f"{wanted.port}{where}, {wanted.baudrate} baud, {_ENDS[wanted.suffix]}"
    return _line_look(state, facts, till_is_open)


def _line_look(state: str, facts: LineFacts, till_is_open: bool) -> Look:
    if facts.problem == "busy" and till_is_open:
        return f"{state}; the till uses it", ""
    remedies = {
        "": "",
        "busy": f"Close {facts.holder or 'the program that uses it'}, then look again",
        "not_allowed": f"Let this user use it: sudo usermod -aG {facts.group or 'dialout'} $USER, "
        "then sign in to the computer anew",
        "missing": f"Plug it in and switch it on; if it is another one now, {SETUP} finds it",
    }
    words = {
        "busy": "in use", "not_allowed": "this user may not open it", "missing": "not there",
    }  # fmt: skip
    problem = words.get(facts.problem, facts.problem)
    remedy = remedies.get(facts.problem, f"Correct its address; {SETUP} finds it")
    return f"{state}; {problem}" if problem else state, remedy


def look_at_printer(
    wanted: PrinterSettings, devices: Examined, say: Callable[[str], str], is_first: bool = True
) -> Look:
    """A printer: model, state, what it was seen to print rightly, how quick its line is.

    The set-up prints its test sheet on the first one only; the others are not asked for theirs.
    """
    if not wanted.target:
        return f"none set up; {SETUP} finds one", ""
    papers = [name for name, _ in devices.papers()]
    if wanted.paper not in papers:
        hint = nearest(wanted.paper, papers) or f"known: {', '.join(papers)}"
        return f"{wanted.target}; the till has no printer {wanted.paper!r}", f"paper: {hint}"
    facts = devices.try_printer(wanted.target, wanted.paper)
    state = "; ".join([wanted.target, *_told(wanted, facts)])
    remedies = [*_printer_remedies(wanted, facts, say, is_first)]
    return state, ". ".join(remedies)


def _told(wanted: PrinterSettings, facts: PrinterFacts) -> Iterator[str]:
    if facts.model:
        yield facts.model
    if facts.cause:
        yield facts.cause.replace("_", " ")
    elif facts.answers:
        yield "paper nearly out" if facts.paper_low else "ready"
    else:
        yield "a queue, which says nothing back"
    if wanted.confirms is not None:
        yield "confirms every slip" if wanted.confirms else "does not confirm slips"
    if wanted.cutter == "none":
        yield "does not cut"
    if wanted.pictures is None:
        yield "no test sheet was looked at"
    else:
        yield f"letters: {_PAGES[wanted.pages]}"
        if wanted.pictures:
            yield f"as pictures: {', '.join(wanted.pictures)}"


def _printer_remedies(
    wanted: PrinterSettings, facts: PrinterFacts, say: Callable[[str], str], is_first: bool
) -> Iterator[str]:
    if facts.cause == "bad_address":
        yield f"Its address can't be understood: correct it, or {SETUP} finds it"
    elif facts.cause == "not_allowed":
        yield (
            "Let this user use it: sudo usermod -aG lp $USER (a serial line: dialout), then sign "
            "in to the computer anew"
        )
    elif facts.cause == "busy":
        yield "Another program is at it: close that, or look again in a moment"
    elif facts.cause:
        yield say(facts.cause).rstrip(".")
    elif facts.paper_low:
        yield "Have a new roll at hand"
    if wanted.pictures is None and is_first and not facts.cause:
        yield f"Print the test sheet and look at it: {SETUP}"
    if facts.picture_seconds > TOO_LONG_SECONDS and _has_pictures(wanted):
        yield (
            f"A slip printed as a picture takes about {facts.picture_seconds} seconds at this "
            "speed: set the printer to 38400 baud or more, or use USB or the network"
        )


def _has_pictures(wanted: PrinterSettings) -> bool:
    return wanted.pictures is None or bool(wanted.pictures)


def look_at_drawer(wanted: DrawerSettings, target: str, devices: Examined) -> Look:
    """The drawer: when it opens, and whether it is open now."""
    opens = {
        "never": "opens at no sale by itself", "cash": "opens when cash is taken",
        "always": "opens at every sale",
    }[wanted.opens]  # fmt: skip
    if not target:
        remedy = "It hangs on a printer: set one up first" if wanted.opens != "never" else ""
        return f"{opens}; no printer to hang on", remedy
    level = devices.drawer_level(target)
    if level is None:
        return f"{opens}; plug {wanted.pin}; nobody says whether it is open", ""
    now = "open now" if level == wanted.open_is_high else "closed now"
    return f"{opens}; plug {wanted.pin}; {now}", ""


def look_at_display(wanted: DisplaySettings, devices: Examined, till_is_open: bool) -> Look:
    """Pole and second screen; a pole's own line is looked at, nothing is written on it."""
    screen = f"second screen {wanted.screen}" if wanted.screen else ""
    if not wanted.target:
        return screen or "none set up", ""
    state = f"{wanted.target}, {wanted.protocol}, {wanted.charset} letters"
    state = f"{state}; {screen}" if screen else state
    parts = urlsplit(wanted.target)
    if parts.scheme != "serial":
        return state, ""
    baud = parse_qs(parts.query).get("baud", ["9600"])[-1]
    facts = devices.line(parts.netloc + parts.path, int(baud))
    return _line_look(state, facts, till_is_open)
