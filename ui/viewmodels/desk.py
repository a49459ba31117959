"""Signing in: who it is, then the PIN. The PIN is kept no longer than the question takes.

A badge says who it is and no more: the PIN is asked for all the same.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.services.desk import DeskService
from terminal.services.models import Identified, SignedIn, StaffFound
from terminal.staff import Role
from ui.messages import refusal
from ui.tasks import Runs

LEAST, MOST = 4, 8


class DeskModel(QObject):
    """Who stands at the till. ``signed_in`` carries ``SignedIn``, ``not_a_badge`` a sentence;
    ``changed``: anything else. ``identify`` says what a scan is.
    """

    changed = Signal()
    signed_in = Signal(object)
    not_a_badge = Signal(object)

    def __init__(
        self,
        desk: DeskService,
        runs: Runs,
        words: Words,
        identify: Callable[[str], Identified] | None = None,
    ) -> None:
        super().__init__()
        self.words = words
        self._desk = desk
        self._runs = runs
        self._identify = identify
        self._wanted = ""
        self.people: tuple[SignedIn, ...] = ()
        self.person: SignedIn | None = None
        self._pin = ""
        self.error = ""
        self.busy = False

    def read(self, wanted: str = "") -> None:
        """List who may sign in; ``wanted`` is the id of who is to be asked for the PIN at once."""
        self._wanted = wanted
        self._runs.run(self._desk.people, self._show, self._refuse, key="people")

    def _show(self, people: list[SignedIn]) -> None:
        self.people = tuple(people)
        if len(people) == 1:
            self.person = people[0]
        self.person = next((p for p in people if p.id == self._wanted), self.person)
        self.changed.emit()

    def take_badge(self, text: str) -> None:
        """Something was scanned: a badge says whose PIN is asked for, all else waits."""
        identify = self._identify
        if identify is None:
            self._no_badge()
        elif not self.busy:
            self._runs.run(lambda: identify(text), self._seen, self._no_badge, key="badge")

    def _seen(self, found: Identified) -> None:
        if isinstance(found, StaffFound):
            self.choose(found.staff)
        else:
            self._no_badge()

    def _no_badge(self, error: TerminalError | None = None) -> None:
        self.not_a_badge.emit(self.words.t("Sign in first, then scan."))

    def role_name(self, person: SignedIn) -> str:
        """What a person is here."""
        manager = person.role is Role.MANAGER
        return self.words.t("Manager") if manager else self.words.t("Cashier")

    def choose(self, person: SignedIn) -> None:
        """This one is it."""
        self.person, self._pin, self.error = person, "", ""
        self.changed.emit()

    def back(self) -> bool:
        """Choose again; whether there was anything to go back from."""
        had = self.person is not None and len(self.people) > 1
        self._pin, self.error = "", ""
        self.person = None if len(self.people) > 1 else self.person
        self.changed.emit()
        return had

    @Slot()
    def work_failed(self) -> None:
        """Something nobody foresaw: the page can be used again."""
        self.busy = False
        self.changed.emit()

    @property
    def digits(self) -> int:
        """How many digits were typed."""
        return len(self._pin)

    @property
    def ready(self) -> bool:
        """Whether the PIN is long enough to be asked about."""
        return self.person is not None and len(self._pin) >= LEAST and not self.busy

    def type_digit(self, digit: str) -> None:
        """One more digit of the PIN."""
        if self.person is None or self.busy or len(self._pin) >= MOST:
            return
        if len(digit) == 1 and digit.isascii() and digit.isdigit():
            self._pin, self.error = self._pin + digit, ""
            self.changed.emit()

    def erase(self) -> None:
        """Take the last digit away."""
        if self._pin and not self.busy:
            self._pin = self._pin[:-1]
            self.changed.emit()

    def submit(self) -> None:
        """Ask whether the PIN is right."""
        person, pin = self.person, self._pin
        if person is None or not self.ready:
            return
        self.busy = True
        self.changed.emit()
        self._runs.run(
            lambda: self._desk.sign_in(person.id, pin), self._welcome, self._refuse, key="sign in"
        )

    def _welcome(self, person: SignedIn) -> None:
        self._forget()
        self.changed.emit()
        self.signed_in.emit(person)

    def _refuse(self, error: TerminalError) -> None:
        self._forget()
        self.error = refusal(error, self.words)
        self.changed.emit()

    def _forget(self) -> None:
        self._pin, self.error, self.busy = "", "", False

    def leave(self) -> None:
        """Forget what was typed, for the next person."""
        self._forget()
        self.person = None
