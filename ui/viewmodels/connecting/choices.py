"""What is told, whose customers are members, and whom the store would write to: in plain words."""

from typing import Literal

from PySide6.QtCore import QObject, Signal

from ui.viewmodels.connecting.step import Desk, StepModel
from ui.viewmodels.connecting.store_words import mails_off, mails_told


class ChoicesModel(StepModel):
    """``mails_known``: a person has read whom the store would write to, and says go on;
    ``mails_asked`` comes when they have not yet."""

    mails_asked = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.mails_known = False

    def tell(self, tells: Literal["sales", "points"]) -> None:
        """Sales and points, or points alone."""
        self.plan.tells, self.plan.rehearsal = tells, None
        self.changed.emit()

    def take(self, members: Literal["known", "all"]) -> None:
        """Whose customers are members."""
        self.plan.members, self.plan.rehearsal = members, None
        self.changed.emit()

    @property
    def mails(self) -> list[str]:
        """Whom the store writes to by itself, with what is chosen now."""
        greeting = self.plan.greeting
        mails = greeting.mails if greeting else frozenset()
        if self.plan.tells == "points":
            mails = mails - {"order", "refund"}
        return mails_told(mails, self.words)

    @property
    def mails_off(self) -> str:
        """Where that is switched off."""
        return mails_off(self.plan.kind, self.words)

    def know_mails(self, known: bool) -> None:
        """A person has read it."""
        self.mails_known = known
        self.changed.emit()

    @property
    def action(self) -> str:
        """A connected store is changed here and now."""
        return self.words.t("Keep it") if self.plan.known is not None else ""

    def go(self) -> None:
        """On, or keep what was changed. Nobody is written to unasked."""
        if self.mails and not self.mails_known:
            self.mails_asked.emit()
            return
        if self.plan.known is None:
            self.went_on.emit()
            return
        self._keep()
