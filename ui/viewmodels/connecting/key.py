"""The key: what the store's kind needs, pasted with whatever came along, and tried at once."""

from PySide6.QtCore import QObject

from terminal.connecting import Greeting
from terminal.services.store_keys import WAYS, How, Key, cleaned, has_two, looks_right
from ui.viewmodels.connecting.step import Desk, StepModel
from ui.viewmodels.connecting.store_words import key_help, key_labels, odd_key


class KeyModel(StepModel):
    """``name`` and ``secret`` are the two fields. The secret is shown to nobody again."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.name, self.secret = self.plan.key.name, ""
        self._how: How | None = None

    @property
    def ways(self) -> tuple[How, ...]:
        """How this kind of store lets a till in."""
        return WAYS.get(self.plan.kind, ("key",))

    @property
    def how(self) -> How:
        """Which of them it is."""
        if self._how is not None and self._how in self.ways:
            return self._how
        known = self.plan.known
        if known is not None and len(self.ways) > 1:
            return "login" if known.wanted.username else "key"
        return self.ways[0]

    def choose(self, how: How) -> None:
        """By a key, or by user and password."""
        self._how = how
        self.name = self.secret = ""
        self.say("")

    @property
    def has_two(self) -> bool:
        """Whether two fields are filled in."""
        return has_two(self.plan.kind, self.how)

    @property
    def labels(self) -> tuple[str, str]:
        """What they ask for."""
        return key_labels(self.plan.kind, self.how, self.words)

    @property
    def where_made(self) -> str:
        """Where such a key comes from."""
        return key_help(self.plan.kind, self.how, self.words)

    @property
    def keeps_old(self) -> bool:
        """Whether an empty secret means the one that is kept."""
        known = self.plan.known
        return known is not None and bool(known.secret) and not self.secret

    def type_name(self, text: str) -> None:
        """The first field; both keys pasted into it find their places."""
        self.name = text
        self._typed()

    def type_secret(self, text: str) -> None:
        """The second field."""
        self.secret = text
        self._typed()

    def _typed(self) -> None:
        if self.result.title:
            self.result = type(self.result)()
        self.changed.emit()

    @property
    def action(self) -> str:
        """Try it."""
        return self.words.t("Try the key") if self.how == "key" else self.words.t("Sign in")

    @property
    def may_go(self) -> bool:
        """Something is typed."""
        return bool(self.name.strip() or self.secret.strip()) or self.keeps_old

    def go(self) -> None:
        """Clean it, try it, then on."""
        if not self.may_go or self.busy:
            return
        key = self._key()
        self.name = key.name if self.has_two else ""
        if not looks_right(self.plan.kind, self.how, key):
            self.say(odd_key(self.plan.kind, self.how, self.words), "", "warning")
            return
        self.plan.key = key
        draft = self.plan.draft()
        self._ask(lambda: self._service.greet(draft), self._greeted)

    def _key(self) -> Key:
        if self.keeps_old and self.plan.known is not None:
            known = self.plan.known
            return Key(self.name.strip() or known.wanted.username, known.secret)
        return cleaned(self.plan.kind, self.how, self.name, self.secret)

    def _greeted(self, greeting: Greeting) -> None:
        self.plan.greeting = greeting
        self.plan.rights, self.plan.needs = (), None
        self.secret = ""
        self.went_on.emit()
