"""The devices of a till over its life: started, told of, let go of by the set-up, started anew."""

import threading
from collections import deque

import pytest

from terminal.drawer import KickReason
from terminal.events import DeviceStatus, DrawerKicked, SaleBooked, SlipMoved
from terminal.sales import Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.services.hardware import Hardware
from terminal.settings import DrawerSettings, PrinterSettings, Settings, SlipSettings
from terminal.slips import SlipState
from tests.services.printer_stand import Frozen, Standing, fate, queue
from tests.services.test_printing import Outcome

FRONT = PrinterSettings(target="front")
ONE = Settings(printer=FRONT, drawer=DrawerSettings(opens="cash"))
TWO = Settings(printer=FRONT, more_printers=(PrinterSettings(target="back"),))


class Counter:
    """A counter whose devices work; ``pulses`` of the drawer, ``log`` of what was done to it."""

    def __init__(self, settings, tell):
        self.settings, self.tell, self.log = settings, tell, []
        self.printers = {one.target: Standing() for one in settings.printers} or {"": Standing()}
        self.pulses, self.switch, self.answers = 0, None, []
        self.keyboard, self.display = object(), object()
        if not settings.printers:  # a counter may speak while it is put together
            tell("printer", "", False, "bad_address")

    def watch_printers(self, switch):
        self.switch = switch
        self.log.append("watched")

    def kick(self):
        self.pulses += 1
        return ""

    def start_scanners(self, scanned, rejected):
        self.log.append("listening")
        self.scanned, self.rejected = scanned, rejected
        return self.keyboard

    def answer(self, port, good, text):
        self.answers.append((port, good, text))

    def start_display(self):
        self.log.append("showing")
        return self.display

    def stop(self):
        self.log.append("stopped")
        for printer in self.printers.values():
            if isinstance(printer, Frozen):
                printer.let_go.set()


class Till:
    """Hardware over counters that are kept in the order in which they were made."""

    def __init__(self, shop, settings):
        self.shop, self.counters = shop, deque()
        self._moved = threading.Condition()
        shop.bus.subscribe(self._heard)
        self.hardware = Hardware(
            self._make, shop.services, settings, clock=shop.clock, new_id=shop.new_id
        )

    def _make(self, settings, tell):
        self.counters.append(Counter(settings, tell))
        return self.counters[-1]

    def _heard(self, event):
        with self._moved:
            self._moved.notify_all()

    @property
    def counter(self):
        return self.counters[-1]

    def until(self, happened):
        with self._moved:
            assert self._moved.wait_for(happened, 10)

    def until_fate(self, slip, state, printer):
        self.until(lambda: fate(self.shop, slip) == (state, printer))

    def told(self, kind):
        return [event for event in self.shop.heard if isinstance(event, kind)]

    def sell(self, kind):
        basket = self.shop.open_price(500)
        return self.shop.services.counter.sell(
            SaleRequest(id=self.shop.new_id(), basket=basket, points=0, cashier_id="cashier",
                        member_id=None, tenders=(Tender(kind, 500),))
        )  # fmt: skip


@pytest.fixture
def opened(shop):
    shop.open_up()
    made = []

    def open_till(settings):
        made.append(Till(shop, settings))
        return made[-1]

    yield open_till
    for till in made:
        till.hardware.stop()


def test_a_sale_is_printed_at_once_and_one_in_cash_opens_the_drawer(opened):
    till = opened(ONE)
    till.hardware.start()
    done = till.sell(TenderKind.CASH)
    till.until_fate(done.slip.id, SlipState.PRINTED, "front")
    till.until(lambda: till.told(DrawerKicked) == [DrawerKicked(KickReason.SALE, "kicked")])
    assert till.counter.pulses == 1
    till.shop.later(minutes=1)
    again = till.sell(TenderKind.CARD)
    till.until_fate(again.slip.id, SlipState.PRINTED, "front")
    till.hardware.drawer.open("cashier", KickReason.MANUAL)
    till.until(lambda: till.counter.pulses == 2)
    assert [kick.reason for kick in till.told(DrawerKicked)][:1] == [KickReason.SALE]


def test_a_slip_put_back_into_the_queue_wakes_the_printers_other_news_do_not(opened):
    till = opened(ONE)
    woken = []
    till.hardware.slips.wake = lambda: woken.append(1)
    till.hardware.booked(SlipMoved("s-1", SlipState.QUEUED, ""))
    till.hardware.booked(SaleBooked("s-1", None))
    till.hardware.booked(SlipMoved("s-1", SlipState.PRINTED, ""))
    till.hardware.booked(DeviceStatus("printer", well=True))
    assert len(woken) == 2


def test_slips_of_a_till_without_a_printer_are_kept_as_long_as_the_shop_says(opened):
    till = opened(Settings(slips=SlipSettings(keep_hours=1)))
    assert not till.hardware.has_drawer
    assert till.told(DeviceStatus) == [DeviceStatus("printer", False, "bad_address", "")]
    till.counter.printers[""].stands = Outcome("waiting", "unreachable")
    slip = queue(till.shop, 1)
    till.hardware.start()
    till.until_fate(slip, SlipState.QUEUED, "")
    till.shop.later(hours=2)
    till.hardware.slips.hurry()
    till.until(lambda: fate(till.shop, slip)[0] is SlipState.CANCELLED)


def test_what_a_printer_tells_goes_to_the_lights_and_to_the_slips(opened):
    till = opened(TWO)
    till.counter.tell("scanner", "usb", False, "unplugged")
    till.counter.tell("printer", "front", False, "paper_out")
    assert [view.cause for view in till.hardware.slips.printers()] == ["paper_out", ""]
    till.counter.tell("printer", "front", True, "paper_low")
    assert [view.cause for view in till.hardware.slips.printers()] == ["", ""]
    assert till.told(DeviceStatus) == [
        DeviceStatus("scanner", False, "unplugged", "usb"),
        DeviceStatus("printer", False, "paper_out", "front"),
        DeviceStatus("printer", True, "paper_low", "front"),
    ]


def test_only_a_drawer_that_was_set_up_is_said_to_stand_open(opened):
    till = opened(TWO)
    till.hardware.start()
    till.counter.switch(True)  # a pin that reads anything
    till.shop.later(minutes=5)
    till.hardware.drawer.look()
    assert till.told(DeviceStatus) == []
    till.hardware.rest()
    till.hardware.apply(ONE)
    till.counter.switch(True)
    till.shop.later(minutes=5)
    till.hardware.drawer.look()
    assert DeviceStatus("drawer", False, "left_open") in till.told(DeviceStatus)
    till.hardware.rest()
    till.hardware.drawer.look()
    assert till.told(DeviceStatus)[-1] == DeviceStatus("drawer", True, ""), "nobody watches it now"


def test_readers_and_display_are_started_once_for_each_set_up(opened):
    till = opened(ONE)
    till.hardware.start()
    first = till.counter
    assert till.hardware.listen_and_show(print, print) == (first.keyboard, first.display)
    assert (first.scanned, first.rejected) == (print, print)
    till.hardware.judged("usb", True, "2950000000013")
    assert first.answers == [("usb", True, "2950000000013")]
    assert till.hardware.listen_and_show(print, print) == (None, None)
    till.hardware.rest()
    assert till.hardware.listen_and_show(print, print) == (None, None), "the set-up has them"
    till.hardware.apply(ONE)
    assert till.hardware.listen_and_show(print, print)[0] is till.counter.keyboard
    assert first.log == ["watched", "listening", "showing", "stopped", "stopped"]


def test_slips_wait_while_devices_are_set_up_and_come_out_of_the_new_printer(opened):
    till = opened(ONE)
    till.hardware.start()
    till.hardware.rest()
    done = till.sell(TenderKind.CARD)
    assert till.hardware.slips.printers() == []
    assert fate(till.shop, done.slip.id) == (SlipState.QUEUED, "")
    till.hardware.apply(Settings(printer=PrinterSettings(target="new")))
    till.until_fate(done.slip.id, SlipState.PRINTED, "new")
    assert till.hardware.settings.printer.target == "new"
    till.hardware.stop()
    assert till.counter.log == ["watched", "stopped"]


def test_the_set_up_says_from_when_on_the_drawer_opens_and_whether_there_is_one(opened):
    till = opened(Settings(printer=FRONT))
    till.hardware.start()
    till.sell(TenderKind.CASH)
    till.hardware.rest()
    till.hardware.apply(ONE)
    till.shop.later(minutes=3)
    till.sell(TenderKind.CASH)
    till.until(lambda: till.counter.pulses == 1)
    assert [counter.pulses for counter in till.counters] == [0, 1], "each by the devices of its day"
    till.hardware.rest()
    till.hardware.apply(Settings())
    assert not till.hardware.has_drawer


def test_closing_does_not_wait_for_a_printer_that_hangs_longer_than_a_slip_may_take(opened):
    till = opened(ONE)
    till.counter.printers["front"] = Frozen()
    till.hardware = Hardware(
        lambda settings, tell: till.counter, till.shop.services, ONE, clock=till.shop.clock,
        new_id=till.shop.new_id,
    )  # fmt: skip
    slip = queue(till.shop, 1)
    till.hardware.start()
    assert till.counter.printers["front"].has.wait(20)
    till.hardware.stop()
    assert fate(till.shop, slip) == (SlipState.PRINTED, "front"), "its end was still booked"


def test_what_was_under_way_when_the_power_went_is_asked_about(opened):
    till = opened(ONE)
    slip = queue(till.shop, 1)
    with till.shop.database.write() as uow:
        uow.slips.move(slip, SlipState.SENDING, "", printer="front")
        uow.commit()
    till.hardware.start()
    assert fate(till.shop, slip)[0] is SlipState.UNKNOWN
