"""The first person at a new till: a name and a PIN, and the manager's rights with them."""

from PySide6.QtCore import QObject, Signal

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.services.desk import DeskService
from terminal.services.models import SignedIn
from terminal.staff import Role
from ui.messages import refusal
from ui.tasks import Runs


class FirstPersonModel(QObject):
    """``signed_in`` carries ``SignedIn``; ``changed``: error or busy."""

    changed = Signal()
    signed_in = Signal(object)

    def __init__(self, desk: DeskService, runs: Runs, words: Words) -> None:
        super().__init__()
        self.words = words
        self._desk, self._runs = desk, runs
        self.error = ""
        self.busy = False

    def begin(self, name: str, pin: str, again: str) -> None:
        """Make the first manager and sign them in; says what is missing."""
        if self.busy:
            return
        self.error = self._missing(name, pin, again)
        self.busy = not self.error
        self.changed.emit()
        if self.busy:
            add = self._desk.add
            self._runs.run(lambda: add(name, Role.MANAGER, pin), self._added, self._refused)

    def _missing(self, name: str, pin: str, again: str) -> str:
        t = self.words.t
        if not name.strip():
            return t("Type your name.")
        return "" if pin == again else t("The two PINs differ. Type them again.")

    def _added(self, person: SignedIn) -> None:
        self.busy = False
        self.signed_in.emit(person)

    def _refused(self, error: TerminalError) -> None:
        self.busy, self.error = False, refusal(error, self.words)
        self.changed.emit()
