"""The drawer on a software printer: it opens at once and once, between slips and within them."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.printers.emulator import PrinterEmulator
from devices.printers.status import PrinterStatus
from devices.printers.watch import PrinterWatch
from devices.registry import PrinterSetup, make_printer
from terminal.drawer import KickReason
from terminal.events import DeviceStatus, DrawerKicked, Event
from terminal.ids import SaleId
from terminal.sales import Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.services.drawer import DrawerService
from terminal.services.printing import PrintSpool
from terminal.slips import SlipState
from tests.shop import Shop, open_shop

SECONDS = 10.0


class Desk:
    """A shop with one printer, the drawer on it, and whoever watches both."""

    def __init__(self, folder: Path, opens: str) -> None:
        self.shop: Shop = open_shop(folder / "till.db")
        self.emulator = PrinterEmulator()
        target = f"tcp://127.0.0.1:{self.emulator.serve_tcp()}"
        self.printer = make_printer(PrinterSetup(target), cache_dir=folder / "cache")
        shop = self.shop
        shop.moment = datetime.now(UTC)
        self.spool = PrintSpool(
            shop.database, {target: self.printer}, shop.bus, clock=shop.clock, new_id=shop.new_id
        )
        self.drawer = DrawerService(
            shop.database, shop.till.code, lambda: self.printer.kick(2, 100, "now"), shop.bus,
            clock=shop.clock, new_id=shop.new_id, opens=opens,
        )  # fmt: skip
        self.watch = PrinterWatch(self.printer, lambda cause: None, on_status=self._seen)
        self._heard = threading.Condition()
        shop.bus.subscribe(self._listen)
        shop.bus.subscribe(self.drawer.booked)
        for part in (self.spool, self.drawer, self.watch):
            part.start()

    def _seen(self, status: PrinterStatus) -> None:
        is_open = status.drawer_open(open_is_high=False)
        if is_open is not None:
            self.drawer.heard_switch(is_open)
        with self._heard:
            self._heard.notify_all()

    def _listen(self, _: Event) -> None:
        with self._heard:
            self._heard.notify_all()

    def close(self) -> None:
        self.watch.stop()
        self.drawer.stop()
        self.spool.stop(0.2)
        self.printer.close()
        self.spool.stop()
        self.emulator.close()
        self.shop.database.close()

    def until(self, happened: Callable[[], object]) -> None:
        with self._heard:
            assert self._heard.wait_for(lambda: bool(happened()), SECONDS)

    @property
    def told(self) -> list[DrawerKicked]:
        return [event for event in self.shop.heard if isinstance(event, DrawerKicked)]

    @property
    def pulses(self) -> int:
        return sum(event.kind == "drawer" for event in self.emulator.events)

    def sell(self, kind: TenderKind) -> SaleId:
        request = SaleRequest(
            id=SaleId(self.shop.new_id()), basket=self.shop.open_price(500), points=0,
            cashier_id="cashier", member_id=None, tenders=(Tender(kind, 500),),
        )  # fmt: skip
        done = self.shop.services.counter.sell(request)
        self.spool.wake()
        return done.sale.id

    def printed(self, sale_id: SaleId) -> None:
        def so() -> bool:
            job = self.spool.slip_of_sale(sale_id)
            return job is not None and job.state is SlipState.PRINTED

        self.until(so)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, "cash")
    yield desk
    desk.close()


def test_a_sale_in_cash_opens_the_drawer_while_its_slip_prints(desk: Desk) -> None:
    by_card = desk.sell(TenderKind.CARD)
    desk.printed(by_card)
    assert desk.pulses == 0
    sold = desk.sell(TenderKind.CASH)
    desk.until(lambda: desk.told == [DrawerKicked(KickReason.SALE, "kicked")])
    assert desk.pulses == 1
    assert desk.emulator.drawer_open
    desk.printed(sold)
    [kick] = desk.drawer.kicks_between(desk.shop.moment, desk.shop.moment.replace(year=2100))
    assert (kick.sale_id, kick.staff_id, kick.outcome) == (sold, "cashier", "kicked")


def test_it_opens_while_a_slip_waits_for_paper(desk: Desk) -> None:
    emulator = desk.emulator
    emulator.at(emulator.executed + 200, lambda: setattr(emulator, "paper", "out"))
    sold = desk.sell(TenderKind.CARD)
    assert emulator.wait_until(lambda: emulator.paper == "out", SECONDS)
    desk.drawer.open("manager", KickReason.MANUAL)
    desk.until(lambda: desk.told)
    assert (desk.told[0].outcome, desk.pulses) == ("kicked", 1)
    emulator.paper = "ok"
    desk.printed(sold)


def test_a_drawer_that_cannot_be_reached_stays_shut_and_never_opens_later(desk: Desk) -> None:
    desk.emulator.power_off()
    desk.sell(TenderKind.CASH)
    desk.until(lambda: desk.told == [DrawerKicked(KickReason.SALE, "unreachable")])
    desk.emulator.power_on()
    desk.spool.hurry()
    desk.until(lambda: desk.spool.unsettled() == [])
    assert desk.pulses == 0


def test_a_hasty_hand_gives_one_pulse(desk: Desk) -> None:
    for _ in range(5):
        desk.drawer.open("cashier", KickReason.MANUAL)
    desk.until(lambda: len(desk.told) == 5)
    assert [event.outcome for event in desk.told] == ["kicked", *["too_soon"] * 4]
    assert desk.pulses == 1


def test_left_open_it_is_told_and_told_again_when_it_is_shut(desk: Desk) -> None:
    def status() -> list[bool]:
        heard = desk.shop.heard
        return [e.well for e in heard if isinstance(e, DeviceStatus) and e.device == "drawer"]

    desk.drawer.open("cashier", KickReason.MANUAL)
    desk.until(lambda: desk.told)
    desk.watch.look()
    desk.until(lambda: desk.drawer._open_since is not None)
    desk.shop.later(seconds=61)
    desk.until(lambda: status() == [False])
    desk.emulator.drawer_open = False
    desk.watch.look()
    desk.until(lambda: status() == [False, True])
