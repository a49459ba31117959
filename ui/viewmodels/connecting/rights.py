"""What the key may do there, one by one, each with a tick or the problem and its remedy."""

from dataclasses import dataclass
from typing import Literal

from terminal.connecting import RightSeen
from ui.viewmodels.connecting.step import StepModel
from ui.viewmodels.connecting.store_words import right_name, right_remedy, without_right


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One line of a list of checks. ``state``: good, bad (nothing goes on), look (most works)."""

    title: str
    text: str
    state: Literal["good", "bad", "look", "plain"]


class RightsModel(StepModel):
    """Asked on entering, and again whenever a person has changed something there."""

    def enter(self) -> None:
        """Ask, unless it is known."""
        if not self.plan.rights:
            self.again()

    def again(self) -> None:
        """Somebody has changed the rights there."""
        draft = self.plan.draft()
        self._ask(lambda: self._service.rights(draft), self._seen)

    def _seen(self, rights: tuple[RightSeen, ...]) -> None:
        self.plan.rights = rights
        w = self.words
        missing = [one for one in rights if not one.ok and one.needed]
        wished = [one for one in rights if not one.ok and not one.needed]
        if missing:
            title = w.n("{n} right is missing", "{n} rights are missing", len(missing))
            text = w.t("Give it in the shop’s office, then check again. Nothing was changed.")
            self.say(title, text, "danger")
        elif wished:
            title = w.t("Everything that is needed is allowed")
            self.say(title, w.t("What is marked can be allowed later as well."), "positive")
        else:
            self.say(w.t("Everything is allowed"), self._who(), "positive")

    def _who(self) -> str:
        """Who let us in."""
        greeting = self.plan.greeting
        if greeting is None:
            return ""
        return f"{self.words.isolate(greeting.title)} · {self.words.isolate(greeting.currency)}"

    @property
    def rows(self) -> list[CheckRow]:
        """Right by right; before they are known, none."""
        return [self._row(one) for one in self.plan.rights]

    def _row(self, right: RightSeen) -> CheckRow:
        name = right_name(right.code, self.words)
        if right.ok:
            return CheckRow(name, "", "good")
        remedy = right_remedy(self.plan.kind, right, self.words)
        if right.needed:
            return CheckRow(name, remedy, "bad")
        return CheckRow(name, f"{without_right(right.code, self.words)} {remedy}", "look")

    @property
    def action(self) -> str:
        """Check again as long as something that is needed is missing."""
        return "" if self.all_there else self.words.t("Check again")

    @property
    def all_there(self) -> bool:
        """Whether nothing that is needed is missing."""
        rights = self.plan.rights
        return bool(rights) and all(one.ok or not one.needed for one in rights)

    def go(self) -> None:
        """On, or look once more."""
        if self.all_there:
            self.went_on.emit()
        else:
            self.again()
