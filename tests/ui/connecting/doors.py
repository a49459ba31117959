"""An online store made of words, to be connected: it answers as a story wants it to."""

from dataclasses import dataclass, field

from terminal.connecting import Found, Greeting, NeedSeen, Part, Rehearsal, RightSeen
from terminal.errors import StoreTrouble
from terminal.i18n import Words
from terminal.ids import StaffId
from terminal.services.connecting import ConnectingService
from terminal.services.models import SignedIn
from terminal.settings import load
from terminal.staff import Role
from tests.fakes import MemoryDatabase
from tests.ui.pages.world import ATHENS, NOW, Clock
from ui.tasks import Inline
from ui.viewmodels.connecting.model import ConnectingModel

URL = "https://shop.example/admin-api"
CODES = (
    "read_customers", "write_customers", "read_orders", "write_orders", "read_products",
    "write_coupons",
)  # fmt: skip
MANAGER = SignedIn(StaffId("anna"), "Anna", Role.MANAGER)
CASHIER = SignedIn(StaffId("maria"), "Maria", Role.CASHIER)
SHOP_KEY = "0123456789abcdef01234567:" + "ab" * 32


def trouble(problem, *, passes=False, where="", wait=None):
    """What the door says when something is wrong."""
    return StoreTrouble(problem=problem, where=where, passes=passes, wait=wait)


@dataclass
class FakeVisit:
    """One visit: everything asked goes by what the door says."""

    door: "FakeDoor"
    draft: object
    closed: bool = False

    def _answer(self, what):
        self.door.asked.append(what)
        error = self.door.troubles.pop(what, None)
        if error is not None:
            raise error

    def greet(self):
        self._answer("greet")
        return self.door.greeting

    def rights(self):
        self._answer("rights")
        return self.door.rights

    def needs(self):
        self._answer("needs")
        return self.door.needs

    def prepare(self, codes):
        self._answer("prepare")
        self.door.made.extend(codes)
        self.door.needs = tuple(
            NeedSeen(one.code, one.there or one.code in codes, one.can_make, one.where)
            for one in self.door.needs
        )

    def rehearse(self, told, go_on):
        self._answer("rehearse")
        told(Part("customers", 120))
        assert go_on()
        return self.door.rehearsal

    def run(self, told, go_on):
        self._answer("run")
        return self.door.bring(told, go_on)

    def close(self):
        self.closed = True


@dataclass
class FakeDoor:
    """``troubles`` by what is asked are told once, ``bring`` is the first import."""

    found: Found = field(default_factory=lambda: Found("vendure", URL, "Elia Deli online", "3.7.3"))
    greeting: Greeting = field(default_factory=lambda: Greeting("Elia Deli online", "EUR", "3.7.3"))
    rights: tuple = tuple(RightSeen(code, ok=True) for code in CODES)
    needs: tuple = (NeedSeen("customer_fields", there=True),)
    rehearsal: Rehearsal = field(default_factory=lambda: Rehearsal(
        customers=1834, linked=412, created=0, left=1422, orders=903, would_earn=28_410,
        sales_to_send=57,
    ))  # fmt: skip
    troubles: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    made: list = field(default_factory=list)
    visits: list = field(default_factory=list)
    typed: list = field(default_factory=list)
    bring: object = lambda told, go_on: True

    def recognise(self, typed, ca, stopped):
        self.typed.append((typed, ca))
        error = self.troubles.pop("recognise", None)
        if error is not None:
            raise error
        assert not stopped()
        return self.found

    def visit(self, draft):
        self.visits.append(FakeVisit(self, draft))
        return self.visits[-1]


class Keys(dict):
    """A key ring."""

    def put(self, name, secret):
        self[name] = secret

    def drop(self, name):
        self.pop(name, None)


class Desk:
    """A till whose manager connects a store: a real settings file, books in memory."""

    def __init__(self, folder, *, text="", language="en", door=None, words=None):
        self.path = folder / "settings.toml"
        self.path.write_text(text, "utf-8")
        self.door, self.keys = door or FakeDoor(), Keys()
        self.database, self.clock = MemoryDatabase(), Clock(NOW)
        self.words = words or Words(language, zone=ATHENS)
        self.applied, self.ready, self.told, self.now = [], [], [], 0.0
        self.person = MANAGER
        self.service = self.open()

    def open(self):
        """The till is opened (again)."""
        return ConnectingService(
            self.door, self.database, self.keys, self.path, load(self.path), clock=self.clock,
            seconds=lambda: self.now, applied=self.applied.append, ready=self.ready.append,
            tell=self.told.append,
        )  # fmt: skip

    @property
    def settings(self):
        return load(self.path)

    def who(self):
        return self.person

    def way(self, subject="", runs=None):
        """The way through the page."""
        return ConnectingModel(
            self.service, runs or Inline(), self.words, self.who, lambda: self.now, subject
        )

    def until(self, step, subject="", runs=None):
        """The way up to a step, each before it as the shop means it."""
        model = self.way(subject, runs)
        model.start()
        while model.step != step:
            self.act(model)
        return model

    def look(self, model):
        """Type the address, and look what answers."""
        model.address.type("shop.example")
        model.next()

    def act(self, model):
        """Do what the step in front wants, and go on."""
        if model.step == "address" and not model.address.is_found:
            self.look(model)
        elif model.step == "key":
            model.key.choose("key")
            model.key.type_secret(SHOP_KEY)
        elif model.step == "needs" and model.needs.to_make:
            model.needs.agree(True)
        elif model.step == "choices":
            model.choices.know_mails(True)
        model.next()


class Later(Inline):
    """Work that is done when the story says so."""

    def __init__(self):
        self.jobs = []

    def run(self, work, done, refused, *, key=""):
        self.jobs.append((work, done, refused))

    def now(self):
        """Do what waits."""
        jobs, self.jobs = self.jobs, []
        for job in jobs:
            super().run(*job)
