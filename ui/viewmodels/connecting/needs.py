"""What must be set up there: shown as what exactly would be made, and made only when agreed to."""

from PySide6.QtCore import QObject

from terminal.connecting import NeedSeen
from ui.viewmodels.connecting.rights import CheckRow
from ui.viewmodels.connecting.step import Desk, StepModel
from ui.viewmodels.connecting.store_words import need_name, need_remedy


class NeedsModel(StepModel):
    """``agreed`` is a person's consent to what is listed."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.agreed = False

    def enter(self) -> None:
        """Look, unless it is known."""
        if self.plan.needs is None:
            self.again()

    def again(self) -> None:
        """Look what is there."""
        draft = self.plan.draft()
        self.agreed = False
        self._ask(lambda: self._service.needs(draft), self._seen)

    def _seen(self, needs: tuple[NeedSeen, ...]) -> None:
        self.plan.needs = needs
        w = self.words
        if not self.missing:
            self.say(w.t("Nothing has to be made there"), w.t("It is set up well."), "positive")
        elif self.by_hand:
            n = len(self.by_hand)
            title = w.n("{n} thing has to be set up there", "{n} things have to be set up there", n)
            text = w.t("Set it up there and check again, or go on: most works without it.")
            self.say(title, text, "warning")
        else:
            n = len(self.missing)
            title = w.n("{n} thing is to be made there", "{n} things are to be made there", n)
            self.say(title, w.t("Nothing is made before you agree below."), "accent")

    def agree(self, agreed: bool) -> None:
        """A person agrees, or not."""
        self.agreed = agreed
        self.changed.emit()

    @property
    def missing(self) -> list[NeedSeen]:
        """What is not there."""
        return [one for one in self.plan.needs or () if not one.there]

    @property
    def to_make(self) -> list[NeedSeen]:
        """What the till can make."""
        return [one for one in self.missing if one.can_make]

    @property
    def by_hand(self) -> list[NeedSeen]:
        """What somebody has to set up."""
        return [one for one in self.missing if not one.can_make]

    @property
    def rows(self) -> list[CheckRow]:
        """Need by need."""
        return [self._row(one) for one in self.plan.needs or ()]

    def _row(self, need: NeedSeen) -> CheckRow:
        name, remedy = need_name(need, self.words), need_remedy(need, self.words)
        if need.there:
            return CheckRow(name, remedy, "good")
        return CheckRow(name, remedy, "plain" if need.can_make else "look")

    @property
    def action(self) -> str:
        """What the filled button does."""
        t = self.words.t
        if self.plan.needs is None:
            return t("Check again")
        if self.to_make:
            return t("Make it there") if self.agreed else t("Go on without")
        return ""

    def go(self) -> None:
        """Look; make what was agreed to; or on, with nothing made."""
        if self.plan.needs is None:
            self.again()
        elif not (self.to_make and self.agreed):
            self.went_on.emit()
        else:
            codes, draft = tuple(one.code for one in self.to_make), self.plan.draft()
            self._ask(lambda: self._service.prepare(draft, codes), self._made)

    def _made(self, needs: tuple[NeedSeen, ...]) -> None:
        self.agreed = False
        self._seen(needs)
