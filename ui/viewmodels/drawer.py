"""The cash drawer at the counter: opened by hand, and a word where it did not open."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from terminal.drawer import KickReason
from terminal.events import DrawerKicked
from terminal.i18n import Words
from terminal.ids import StaffId
from ui.messages import drawer_outcome
from ui.viewmodels.notices import Notice
from ui.viewmodels.services import DrawerDesk


class DrawerViewModel(QObject):
    """``told`` says what is worth saying. The set-up may give a till a drawer, or take it away."""

    told = Signal(object)

    def __init__(
        self,
        desk: DrawerDesk | None,
        words: Words,
        parent: QObject | None = None,
        *,
        has_drawer: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._words = words
        self._has_drawer = has_drawer

    @property
    def there(self) -> bool:
        """Whether this till has a drawer at all."""
        return self._desk is not None and self._has_drawer()

    def open(self, cashier_id: StaffId) -> None:
        """Nothing was sold; who opened it is noted. Answers at once."""
        if self._desk is not None and self.there:
            self._desk.open(cashier_id, KickReason.MANUAL)

    def heard(self, event: DrawerKicked) -> None:
        """It opened, or it did not."""
        problem = drawer_outcome(event.outcome, self._words)
        if problem:
            self.told.emit(Notice(problem, "warning"))
        elif event.reason is KickReason.MANUAL:
            text = self._words.t("The drawer opens. Who opened it is noted.")
            self.told.emit(Notice(text, "neutral"))
