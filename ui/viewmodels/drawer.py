"""The cash drawer at the counter: opened by hand, and a word where it did not open."""

from PySide6.QtCore import QObject, Signal

from terminal.drawer import KickReason
from terminal.events import DrawerKicked
from terminal.i18n import Words
from terminal.ids import StaffId
from ui.messages import drawer_outcome
from ui.viewmodels.notices import Notice
from ui.viewmodels.services import DrawerDesk


class DrawerViewModel(QObject):
    """``told`` says what is worth saying; ``there`` whether this till has a drawer at all."""

    told = Signal(object)

    def __init__(
        self, desk: DrawerDesk | None, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._words = words
        self.there = desk is not None

    def open(self, cashier_id: StaffId) -> None:
        """Nothing was sold; who opened it is noted. Answers at once."""
        if self._desk is not None:
            self._desk.open(cashier_id, KickReason.MANUAL)

    def heard(self, event: DrawerKicked) -> None:
        """It opened, or it did not."""
        problem = drawer_outcome(event.outcome, self._words)
        if problem:
            self.told.emit(Notice(problem, "warning"))
        elif event.reason is KickReason.MANUAL:
            text = self._words.t("The drawer opens. Who opened it is noted.")
            self.told.emit(Notice(text, "neutral"))
