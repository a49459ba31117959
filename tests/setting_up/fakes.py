"""Devices made of a test's words: what is plugged in, what answers, what a person would see."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Thing:
    kind: str
    address: str
    identity: str = ""
    lasting: str = ""
    name: str = ""
    problem: str = ""
    holder: str = ""


def thing(address, *, kind="serial", identity="", name="", problem="", holder=""):
    return Thing(kind, address, identity, address, name or address, problem, holder)


@dataclass(frozen=True)
class Burst:
    data: bytes
    address: str = "/dev/ttyUSB0"
    baudrate: int = 9600
    took_ms: int = 14
    longest_gap_ms: int = 2


@dataclass(frozen=True)
class Facts:
    target: str
    cause: str = ""
    answers: bool = True
    model: str = "EPSON TM-T20II"
    profile: str = "epson-tm-t20"
    paper_low: bool = False
    picture_seconds: int = 1


@dataclass(frozen=True)
class SheetOut:
    state: str = "printed"
    cause: str = ""
    confirms: bool = True


@dataclass
class FakeDevices:
    """Answers at once; ``asked`` remembers what was asked."""

    things: list = field(default_factory=list)
    printers: dict = field(default_factory=dict)
    neighbours: list = field(default_factory=list)
    sheet: SheetOut = SheetOut()
    drawer: object = None
    pole: str = ""
    asked: list = field(default_factory=list)
    heard: object = None
    changed: object = None

    def found(self):
        return list(self.things)

    def listen(self, heard, changed, extra=()):
        self.heard, self.changed = heard, changed
        self.things += [thing(one) for one in extra if one not in [t.address for t in self.things]]
        self.asked.append(("listen", tuple(extra)))

    def set_speed(self, address, baudrate):
        self.asked.append(("speed", address, baudrate))

    def hush(self):
        self.heard = self.changed = None

    def papers(self):
        return [("80", "80 mm, 48 columns"), ("58", "58 mm, 32 columns"),
                ("epson-tm-t20", "Epson TM-T20II, III, IV")]  # fmt: skip

    def try_printer(self, target, paper):
        self.asked.append(("try", target, paper))
        silent = Facts(target, "unreachable", answers=False, model="", profile=paper)
        facts = self.printers.get(target, silent)
        return replace(facts, target=facts.target or target)

    def search_network(self, found, stopped):
        for one in self.neighbours:
            if stopped():
                return
            found(one)

    def variants(self):
        ways = (("A", "windows"), ("B", "dos"), ("C", "picture"))
        return [(language, *way) for language in ("en", "el", "bg", "hu", "pl", "he")
                for way in ways]  # fmt: skip

    def print_sheet(self, target, paper):
        self.asked.append(("sheet", target, paper))
        return self.sheet

    def kick(self, target, pin, way, pulse_ms):
        self.asked.append(("kick", pin, way, pulse_ms))
        return self.drawer.kick(pin, way) if self.drawer else ""

    def drawer_level(self, target):
        return self.drawer.level if self.drawer else None

    def show(self, target, printer, protocol, charset):
        self.asked.append(("show", target, printer, protocol, charset))
        return self.pole


@dataclass
class Drawer:
    """A drawer on one plug; a person closes it. ``wired``: its switch is connected."""

    pin: int = 2
    wired: bool = True
    open_is_high: bool = False
    is_open: bool = False
    cause: str = ""

    def kick(self, pin, way):
        self.is_open = self.is_open or (pin == self.pin and not self.cause)
        return self.cause

    @property
    def level(self):
        return (self.is_open == self.open_is_high) if self.wired else True
