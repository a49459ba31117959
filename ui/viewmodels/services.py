"""The services a counter works with, handed over once the database is open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from terminal.drawer import KickReason
from terminal.ids import SaleId, SlipId, StaffId
from terminal.services.counter import CounterService
from terminal.services.enrolment import EnrolmentService
from terminal.services.models import MemberHit
from terminal.services.printing import PrinterView
from terminal.services.web_coupons import WebCouponService
from terminal.slips import SlipJob


class MemberSearch(Protocol):
    """Finds members as a name, card, phone or e-mail is typed; ``OfficeService`` fits."""

    def search(self, query: str, limit: int = 50) -> list[MemberHit]: ...


class SlipDesk(Protocol):
    """What a cashier can do about slips; ``PrintSpool`` fits."""

    def unsettled(self) -> list[SlipJob]: ...
    def hurry(self) -> None: ...
    def came_out(self, slip_id: SlipId) -> None: ...
    def cancel(self, slip_id: SlipId) -> None: ...
    def print_copy(self, slip_id: SlipId, printer: str = "") -> SlipJob | None: ...
    def send_to(self, slip_id: SlipId, printer: str) -> None: ...
    def printers(self) -> list[PrinterView]: ...
    def slip_of_sale(self, sale_id: SaleId) -> SlipJob | None: ...


class DrawerDesk(Protocol):
    """Opens the drawer; ``DrawerService`` fits. Never waits for it."""

    def open(
        self, staff_id: StaffId, reason: KickReason, sale_id: SaleId | None = None
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterServices:
    """Everything the counter asks; each call may block and runs on a lane of its own."""

    counter: CounterService
    members: MemberSearch
    enrolment: EnrolmentService
    slips: SlipDesk
    drawer: DrawerDesk | None = None
    """None: this till has no drawer."""
    web_coupons: WebCouponService | None = None
    """None: rewards are had here only."""
    has_drawer: Callable[[], bool] = lambda: True
    """Whether there is one as the till is set up now; never blocks."""
