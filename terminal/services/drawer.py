"""The cash drawer: opened at sales in cash and by hand, each opening booked before it happens.

A pulse is never repeated within a second, and one that could not leave at once never leaves later:
no drawer springs open when nobody stands before it. Nothing here holds up a booking or the window.
"""

import logging
import queue
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from terminal.drawer import DrawerKick, KickId, KickReason
from terminal.errors import TerminalError
from terminal.events import DeviceStatus, DrawerKicked, Event, EventBus, SaleBooked
from terminal.ids import Clock, NewId, SaleId, StaffId, TillCode
from terminal.ports import Database, KicksDrawer, UnitOfWork
from terminal.returns import Return
from terminal.sales import Sale, TenderKind
from terminal.services.returning import cash_share

log = logging.getLogger(__name__)

Opens = Literal["never", "cash", "always"]

KICKED = "kicked"
TOO_SOON, TOO_LATE, NOT_BOOKED = "too_soon", "too_late", "not_booked"
BETWEEN = timedelta(seconds=1)
"""The solenoid's rest between two pulses."""
STALE = timedelta(seconds=5)
"""An opening that was asked for longer ago surprises whoever stands there now."""
JUST_BOOKED = timedelta(minutes=1)
LEFT_OPEN = timedelta(seconds=60)
_LOOK_SECONDS = 1.0


class DrawerService:
    """One drawer with a thread of its own. ``opens`` says at which sales it opens by itself."""

    def __init__(
        self,
        database: Database,
        till: TillCode,
        kick: KicksDrawer,
        bus: EventBus,
        *,
        clock: Clock,
        new_id: NewId,
        opens: Opens = "never",
    ) -> None:
        self._database = database
        self._till = till
        self._kicked = kick
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._opens = opens
        self._asked: queue.SimpleQueue[DrawerKick | SaleBooked | None] = queue.SimpleQueue()
        self._last_pulse: datetime | None = None
        self._open_since: datetime | None = None
        self._told_open = False
        self._thread = threading.Thread(target=self._run, name="drawer", daemon=True)

    def start(self) -> None:
        """Do what is asked from now on."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Do what was asked for and end the thread."""
        self._asked.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def use(self, opens: Opens) -> None:
        """Open at other sales from now on."""
        self._opens = opens

    # -- what is asked, from any thread ------------------------------------------------------

    def open(self, staff_id: StaffId, reason: KickReason, sale_id: SaleId | None = None) -> None:
        """Open the drawer now; ``DrawerKicked`` tells what became of it."""
        self._asked.put(self._kick(staff_id, reason, sale_id))

    def booked(self, event: Event) -> None:
        """A listener of the bus: opens at sales and returns, as the shop wants it."""
        if isinstance(event, SaleBooked) and self._opens != "never":
            self._asked.put(event)

    def heard_switch(self, is_open: bool) -> None:
        """Whoever watches the drawer's switch found it so."""
        if not is_open:
            self._open_since = None
        elif self._open_since is None:
            self._open_since = self._clock()

    def kicks_between(self, since: datetime, until: datetime) -> list[DrawerKick]:
        """Openings from ``since`` until before ``until``, oldest first."""
        with self._database.read() as uow:
            return [k for k in uow.drawer.between(since, until) if k.till == self._till]

    # -- the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                asked = self._asked.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                self.look()
                continue
            if asked is None:
                return
            self.serve(asked)

    def serve(self, asked: DrawerKick | SaleBooked) -> None:
        """One opening, if there is to be one."""
        kick = self._kick_at(asked) if isinstance(asked, SaleBooked) else asked
        if kick is not None:
            self._bus.tell(DrawerKicked(kick.reason, self._carried_out(kick)))

    def look(self) -> None:
        """Tell once that the drawer stands open for long, and once that it is shut again."""
        since = self._open_since
        left = since is not None and self._clock() - since >= LEFT_OPEN
        if left is not self._told_open:
            self._told_open = left
            self._bus.tell(DeviceStatus("drawer", not left, "left_open" if left else ""))

    def _carried_out(self, kick: DrawerKick) -> str:
        """What became of it."""
        try:
            with self._database.write() as uow:
                uow.drawer.put(kick)
                uow.commit()
        except TerminalError as error:
            log.warning("the drawer stays shut, its log can't be written: %s", error.code)
            return NOT_BOOKED
        outcome = self._pulsed(kick)
        try:
            with self._database.write() as uow:
                uow.drawer.settle(kick.id, outcome)
                uow.commit()
        except TerminalError as error:
            log.warning("what became of the drawer can't be written: %s", error.code)
        return outcome

    def _pulsed(self, kick: DrawerKick) -> str:
        now, last = self._clock(), self._last_pulse
        if last is not None and abs(now - last) < BETWEEN:
            return TOO_SOON
        if now - kick.at > STALE:
            return TOO_LATE
        cause = self._kicked()
        # From its end on: the pulse may have waited for the line.
        self._last_pulse = self._clock()
        return cause or KICKED

    # -- at which sales ----------------------------------------------------------------------

    def _kick_at(self, booked: SaleBooked) -> DrawerKick | None:
        try:
            with self._database.read() as uow:
                return self._wanted(uow, booked)
        except TerminalError as error:
            log.warning("the drawer stays shut, the sale can't be read: %s", error.code)
            return None

    def _wanted(self, uow: UnitOfWork, booked: SaleBooked) -> DrawerKick | None:
        sale = uow.sales.get(booked.sale_id)
        back = uow.sales.get_return(booked.return_id) if booked.return_id else None
        at = back or sale
        if sale is None or at is None or at.till != self._till or not self._is_news(at):
            return None
        if back is None and self._has_opened(uow, sale):
            return None
        cash = _cash_back(sale, uow.sales.returns_of(sale.id), back) if back else _has_cash(sale)
        if not cash and self._opens != "always":
            return None
        reason = KickReason.RETURN if back else KickReason.SALE
        return self._kick(at.cashier_id, reason, sale.id)

    def _has_opened(self, uow: UnitOfWork, sale: Sale) -> bool:
        """Whether it opened for this sale, which is told again when somebody claims its points."""
        since = uow.drawer.between(sale.sold_at, sale.sold_at + 2 * JUST_BOOKED)
        return any(kick.sale_id == sale.id and kick.reason is KickReason.SALE for kick in since)

    def _is_news(self, at: Sale | Return) -> bool:
        """Whether it was booked just now; an old sale may be told again."""
        when = at.returned_at if isinstance(at, Return) else at.sold_at
        return abs(self._clock() - when) < JUST_BOOKED

    def _kick(
        self, staff_id: StaffId, reason: KickReason, sale_id: SaleId | None = None
    ) -> DrawerKick:
        return DrawerKick(
            id=KickId(self._new_id()), at=self._clock(), till=self._till, staff_id=staff_id,
            reason=reason, sale_id=sale_id,
        )  # fmt: skip


def _has_cash(sale: Sale) -> bool:
    return any(tender.kind is TenderKind.CASH and tender.amount for tender in sale.tenders)


def _cash_back(sale: Sale, returns: Sequence[Return], back: Return) -> bool:
    """Whether some of this return's money goes back in cash: the bank card is filled first."""
    before = sum(each.money_back for each in returns if each.seq < back.seq)
    paid = [cash_share(sale, money) for money in (before, before + back.money_back)]
    return paid[1].get(TenderKind.CASH, 0) > paid[0].get(TenderKind.CASH, 0)
