"""Booking a sale exactly once.

The sale's id is made when the cashier decides. While it is unknown whether a booking went through
(the work failed in a way nobody foresaw) the same request, with the same id, is all that can be
sent; the books answer with the sale they have, or book it then.
"""

from PySide6.QtCore import QObject, Signal

from terminal.errors import TerminalError
from terminal.ids import SaleId, StaffId
from terminal.sales import Tender
from terminal.services.counter import CounterService, SaleRequest
from terminal.services.models import SaleDone
from ui.tasks import Runs
from ui.viewmodels.basket import SaleState


class BookingViewModel(QObject):
    """``booked`` carries a SaleDone, ``refused`` a TerminalError: then nothing was booked."""

    changed = Signal()
    booked = Signal(object)
    refused = Signal(object)

    def __init__(self, counter: CounterService, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._counter = counter
        self._runs = runs
        self._under_way: SaleRequest | None = None
        self._in_doubt: SaleRequest | None = None

    @property
    def busy(self) -> bool:
        """A sale is being booked."""
        return self._under_way is not None

    @property
    def in_doubt(self) -> bool:
        """It is unknown whether the last decision was booked."""
        return self._in_doubt is not None

    def decide(self, state: SaleState, tenders: tuple[Tender, ...], cashier: StaffId) -> None:
        """Book this. Does nothing while a decision is under way or in doubt."""
        if self.busy or self.in_doubt:
            return
        request = SaleRequest(
            id=SaleId(self._counter.new_id()),
            basket=state.basket,
            member_id=state.view.member.id if state.view else None,
            points=state.points,
            tenders=tenders,
            cashier_id=cashier,
            rewards=state.rewards,
            coupons=state.coupons,
        )
        self._send(request)

    def repeat(self) -> None:
        """Send the decision in doubt once more, under its own id."""
        if self._in_doubt is not None:
            self._send(self._in_doubt)

    def _send(self, request: SaleRequest) -> None:
        self._under_way, self._in_doubt = request, None
        self.changed.emit()
        self._runs.run(lambda: self._counter.sell(request), self._done, self._refuse)

    def _done(self, done: SaleDone) -> None:
        # An answer that comes after all settles a doubt; one that comes twice is heard once.
        open_one = self._under_way or self._in_doubt
        if open_one is not None and open_one.id == done.sale.id:
            self._under_way = self._in_doubt = None
            self.booked.emit(done)

    def _refuse(self, error: TerminalError) -> None:
        if self._under_way is not None or self._in_doubt is not None:
            self._under_way = self._in_doubt = None
            self.refused.emit(error)

    def failed(self) -> bool:
        """Work failed unexpectedly; answers whether a booking is in doubt now."""
        if self._under_way is None:
            return False
        self._in_doubt, self._under_way = self._under_way, None
        self.changed.emit()
        return True
