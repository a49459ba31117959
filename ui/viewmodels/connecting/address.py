"""Where the store is: whatever was typed, what answers there, and what to mend first."""

from PySide6.QtCore import QObject

from terminal.connecting import KINDS, Found
from terminal.errors import StoreTrouble, TerminalError
from ui.viewmodels.connecting.step import Desk, StepModel
from ui.viewmodels.connecting.store_words import kind_name, warning
from ui.viewmodels.setup.step import Mark


class AddressModel(StepModel):
    """``typed`` is the field. What was found stays until something else is typed."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        found = self.plan.found
        self.typed = found.url if found else ""
        self.wants_certificate = bool(self.plan.ca)

    # -- what is typed -----------------------------------------------------------------------

    def type(self, text: str) -> None:
        """Somebody types: what was found is of another address."""
        if text != self.typed:
            self.typed = text
            self._forget()

    def choose_certificate(self, path: str) -> None:
        """The file with the certificate to trust; "" is the machine's own again."""
        self.plan.ca = path.strip()
        self._forget()

    def _forget(self) -> None:
        self.stop()
        if self.plan.known is None:
            self.plan.found, self.plan.kind, self.plan.needs = None, "", None
        else:
            self.plan.found = None
        self.say("")

    # -- going -------------------------------------------------------------------------------

    @property
    def action(self) -> str:
        """Find it first."""
        return "" if self.is_found else self.words.t("Find it")

    @property
    def is_found(self) -> bool:
        """Whether something answers whose kind is known, or was chosen."""
        return self.plan.found is not None and bool(self.plan.kind)

    @property
    def is_unknown(self) -> bool:
        """Whether something answers, and a person has to say what it is."""
        return self.plan.found is not None and not self.plan.found.kind

    @property
    def may_go(self) -> bool:
        """Something is typed, and where nobody knows what it is, somebody said so."""
        return bool(self.typed.strip()) and (self.is_found or not self.is_unknown)

    def go(self) -> None:
        """Find it, then on."""
        if self.is_found:
            self.went_on.emit()
        elif self.may_go:
            typed, ca = self.typed, self.plan.ca
            self._ask(lambda: self._service.recognise(typed, ca, self._own()), self._found)

    def _own(self) -> str:
        return self.plan.known.wanted.called if self.plan.known else ""

    def choose_kind(self, kind: str) -> None:
        """A person says what it is; "" takes it back."""
        if kind in ("", *KINDS):
            self.plan.kind = kind
            self.changed.emit()

    # -- what came of it ---------------------------------------------------------------------

    def _found(self, found: Found) -> None:
        t, known = self.words.t, self.plan.known
        if known is not None and found.kind not in ("", known.wanted.kind):
            self.say(
                t("That is another kind of shop: {kind}.", kind=kind_name(found.kind)),
                t("Connect it as a further store. This one stays as it is."),
                "danger",
            )
            return
        self.plan.found = found
        self.plan.kind = found.kind or self.plan.kind
        if not found.kind:
            self.say(
                t("Something answers there, but it does not say what it is."),
                t("Look at the address once more, or say below what kind of shop it is."),
                "warning",
            )
            return
        title = found.title or self.words.isolate(found.url)
        self.say(t("Found: {shop}", shop=title), self._version(found), "positive")

    def _version(self, found: Found) -> str:
        name = kind_name(found.kind)
        known = f"{name} {found.version}".strip()
        return f"{self.words.isolate(known)} · {self.words.isolate(found.url)}"

    def trouble(self, error: TerminalError) -> None:
        """A certificate that nobody knows asks for its file."""
        problem = error.details.get("problem") if isinstance(error, StoreTrouble) else ""
        self.wants_certificate |= problem in ("certificate", "certificate_file")
        super().trouble(error)

    @property
    def warnings(self) -> list[tuple[str, str]]:
        """What to mend there, each with its remedy."""
        found = self.plan.found
        if found is None or not found.kind:
            return []
        return [warning(code, found, self.words) for code in found.warns]

    @property
    def marks(self) -> list[Mark]:
        """What is well."""
        found = self.plan.found
        if found is None or not found.kind:
            return []
        marks = [Mark(self.words.t("it answers"))]
        if found.url.startswith("https://"):
            marks.append(Mark(self.words.t("the line is encrypted")))
        if self.plan.ca:
            marks.append(Mark(self.words.t("with your certificate")))
        return marks
