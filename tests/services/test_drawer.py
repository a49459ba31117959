"""The drawer: booked before it opens, never twice in a second, never by surprise."""

import threading
from dataclasses import dataclass, field

import pytest

from terminal.drawer import DrawerKick, KickId, KickReason
from terminal.errors import DiskFull
from terminal.events import DeviceStatus, DrawerKicked, MemberChanged, SaleBooked
from terminal.ids import ReturnId, SaleId
from terminal.sales import Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.services.drawer import DrawerService
from terminal.shares import ReturnLine
from tests.contract.samples import T0, sale

CASH, CARD = TenderKind.CASH, TenderKind.CARD


@dataclass
class Drawer:
    """Opens, or says why not; ``during`` happens while the pulse is on its way."""

    answer: str = ""
    pulses: int = 0
    during: list = field(default_factory=list)

    def kick(self):
        for each in self.during:
            each()
        self.pulses += not self.answer
        return self.answer


@pytest.fixture
def drawer():
    return Drawer()


class Desk:
    """A shop and its drawer; what is asked is done at once, as the drawer's thread would."""

    def __init__(self, shop, drawer, opens="cash"):
        self.shop, self.drawer = shop, drawer
        self.service = DrawerService(
            shop.database, shop.till.code, drawer.kick, shop.bus, clock=shop.clock,
            new_id=shop.new_id, opens=opens,
        )  # fmt: skip
        shop.bus.subscribe(self.service.booked)

    def done(self):
        """What was asked for is done."""
        while not self.service._asked.empty():
            self.service.serve(self.service._asked.get())

    def sell(self, *tenders):
        """Goods for the sum of these, and a few minutes later."""
        self.shop.later(minutes=3)
        basket = self.shop.open_price(sum(tender.amount for tender in tenders))
        made = self.shop.services.counter.sell(
            SaleRequest(id=SaleId(self.shop.new_id()), basket=basket, points=0,
                        cashier_id="cashier", member_id=None, tenders=tenders)
        )  # fmt: skip
        self.done()
        return made.sale

    def take_back(self, sold, *lines):
        self.shop.later(minutes=3)
        done = self.shop.services.counter.take_back(sold.ref, "broken", "manager", lines)
        self.done()
        return done.back

    @property
    def log(self):
        """Who, why, what became of it."""
        kicks = self.service.kicks_between(T0, self.shop.moment.replace(year=2100))
        return [(k.staff_id, k.reason.value, k.outcome) for k in kicks]

    @property
    def told(self):
        return [e for e in self.shop.heard if isinstance(e, DrawerKicked | DeviceStatus)]


@pytest.fixture
def desk(shop, drawer):
    return Desk(shop, drawer)


def test_it_opens_at_a_sale_in_cash_and_not_at_one_by_card(desk, drawer):
    desk.sell(Tender(CARD, 500))
    assert drawer.pulses == 0
    sold = desk.sell(Tender(CARD, 300), Tender(CASH, 200))
    assert drawer.pulses == 1
    assert desk.log == [("cashier", "sale", "kicked")]
    [kick] = desk.service.kicks_between(sold.sold_at, sold.sold_at.replace(year=2100))
    assert kick.sale_id == sold.id
    assert desk.told == [DrawerKicked(KickReason.SALE, "kicked")]


def test_a_shop_may_want_it_at_every_sale_or_at_none(shop, drawer):
    Desk(shop, drawer, "always").sell(Tender(CARD, 500))
    assert drawer.pulses == 1
    never = Desk(shop, Drawer(), "never")
    never.sell(Tender(CASH, 500))
    assert never.drawer.pulses == 0
    assert never.service._asked.empty()


def test_it_opens_when_money_goes_back_in_cash_and_only_then(desk, drawer):
    sold = desk.sell(Tender(CARD, 300), Tender(CASH, 200))
    whole = desk.take_back(sold)
    assert whole.money_back == 500
    by_card = desk.sell(Tender(CARD, 500))
    desk.take_back(by_card)
    assert desk.log == [("cashier", "sale", "kicked"), ("manager", "return", "kicked")]


def test_a_bank_card_gets_its_money_back_before_the_drawer_opens(desk, shop):
    from terminal.sales import Product

    shop.later(minutes=3)
    basket = shop.open_price(300).add(Product("X", "X", 200, "EUR"))
    made = shop.services.counter.sell(
        SaleRequest(id=SaleId(shop.new_id()), basket=basket, points=0, cashier_id="cashier",
                    member_id=None, tenders=(Tender(CARD, 300), Tender(CASH, 200)))
    )  # fmt: skip
    desk.done()
    assert desk.take_back(made.sale, ReturnLine(0, 1)).money_back == 300
    assert desk.take_back(made.sale, ReturnLine(1, 1)).money_back == 200
    reasons = [reason for _who, reason, _outcome in desk.log]
    assert reasons == ["sale", "return"]


def test_a_sale_that_is_told_again_opens_nothing(desk, drawer, shop):
    sold = desk.sell(Tender(CASH, 500))
    shop.later(seconds=20)
    shop.bus.tell(SaleBooked(sold.id, None))  # somebody claims its points
    desk.done()
    shop.later(hours=1)
    shop.bus.tell(SaleBooked(sold.id, None))
    shop.bus.tell(SaleBooked(SaleId("nobody's"), None))
    shop.bus.tell(SaleBooked(sold.id, None, ReturnId("nobody's")))
    shop.bus.tell(MemberChanged("m"))
    desk.done()
    assert drawer.pulses == 1


def test_the_till_next_door_opens_its_own_drawer(desk, drawer, shop):
    with shop.database.write() as uow:
        uow.sales.put(
            sale("s-9", shop.moment, till="T9", member_id=None, tenders=(Tender(CASH, 1000),))
        )
        uow.drawer.put(
            DrawerKick(id=KickId("k"), at=T0, till="T9", staff_id="c", reason=KickReason.TEST)
        )
        uow.commit()
    shop.bus.tell(SaleBooked(SaleId("s-9"), None))
    desk.done()
    assert (drawer.pulses, desk.log) == (0, [])


def test_it_is_booked_before_it_opens(desk, drawer, shop):
    seen = []
    drawer.during.append(lambda: seen.append(desk.log))
    desk.service.open("manager", KickReason.MANUAL)
    desk.done()
    assert seen == [[("manager", "manual", "")]]
    assert desk.log == [("manager", "manual", "kicked")]


def test_it_is_never_opened_twice_within_a_second(desk, drawer, shop):
    for _ in range(3):
        desk.service.open("cashier", KickReason.MANUAL)
        desk.done()
        shop.later(milliseconds=400)
    assert drawer.pulses == 1
    assert [outcome for _w, _r, outcome in desk.log] == ["kicked", "too_soon", "too_soon"]
    shop.later(milliseconds=200)
    desk.service.open("cashier", KickReason.MANUAL)
    desk.done()
    assert drawer.pulses == 2
    shop.later(milliseconds=-500)  # nor when the clock is set back
    desk.service.open("cashier", KickReason.MANUAL)
    desk.done()
    assert drawer.pulses == 2


def test_a_second_counts_from_the_end_of_a_pulse_that_had_to_wait(desk, drawer, shop):
    drawer.during.append(lambda: shop.later(seconds=2))
    desk.service.open("cashier", KickReason.MANUAL)
    desk.service.open("cashier", KickReason.MANUAL)
    desk.done()
    assert drawer.pulses == 1


def test_what_was_asked_for_long_ago_opens_nothing_now(desk, drawer, shop):
    desk.service.open("cashier", KickReason.MANUAL)
    shop.later(seconds=6)
    desk.done()
    assert drawer.pulses == 0
    assert desk.log == [("cashier", "manual", "too_late")]


def test_a_drawer_that_stays_shut_says_why(desk, drawer):
    drawer.answer = "unreachable"
    desk.sell(Tender(CASH, 500))
    assert desk.log == [("cashier", "sale", "unreachable")]
    assert desk.told == [DrawerKicked(KickReason.SALE, "unreachable")]


class FullDisk:
    """A database that refuses some of its writes, or can't even be read."""

    def __init__(self, database, *refused, unread=False):
        self.database, self.refused, self.unread = database, set(refused), unread
        self.writes = 0

    def read(self):
        if self.unread:
            raise DiskFull(path="till.db")
        return self.database.read()

    def write(self):
        self.writes += 1
        if self.writes in self.refused:
            raise DiskFull(path="till.db")
        return self.database.write()


def test_what_cannot_be_booked_does_not_open(desk, drawer, shop, caplog):
    desk.service._database = FullDisk(shop.database, 1)
    desk.service.open("cashier", KickReason.MANUAL)
    desk.done()
    assert (drawer.pulses, desk.log) == (0, [])
    assert desk.told == [DrawerKicked(KickReason.MANUAL, "not_booked")]
    assert "stays shut" in caplog.text


def test_an_outcome_that_cannot_be_booked_is_told_all_the_same(desk, drawer, shop, caplog):
    desk.service._database = FullDisk(shop.database, 2)
    desk.service.open("cashier", KickReason.MANUAL)
    desk.done()
    assert (drawer.pulses, desk.log) == (1, [("cashier", "manual", "")])
    assert desk.told == [DrawerKicked(KickReason.MANUAL, "kicked")]
    assert "can't be written" in caplog.text


def test_a_sale_that_cannot_be_read_opens_nothing(desk, drawer, shop, caplog):
    desk.service._database = FullDisk(shop.database, unread=True)
    shop.bus.tell(SaleBooked(SaleId("s"), None))
    desk.done()
    assert (drawer.pulses, desk.told) == (0, [])
    assert "stays shut" in caplog.text


def test_a_drawer_left_open_is_told_once_and_once_when_it_is_shut(desk, shop):
    look, is_open = desk.service.look, desk.service.heard_switch
    look()
    is_open(True)
    shop.later(seconds=59)
    is_open(True)
    look()
    assert desk.told == []
    shop.later(seconds=1)
    look()
    look()
    assert desk.told == [DeviceStatus("drawer", False, "left_open")]
    is_open(False)
    look()
    assert desk.told[1:] == [DeviceStatus("drawer", True, "")]


def test_its_own_thread_does_what_is_asked_and_ends(shop, drawer, monkeypatch):
    monkeypatch.setattr("terminal.services.drawer._LOOK_SECONDS", 0.01)
    desk = Desk(shop, drawer)
    told, left = threading.Event(), threading.Event()

    def heard(event):
        told.set() if isinstance(event, DrawerKicked) else None
        left.set() if isinstance(event, DeviceStatus) else None

    shop.bus.subscribe(heard)
    desk.service.start()
    desk.service.open("cashier", KickReason.TEST)
    assert told.wait(20)
    assert desk.log == [("cashier", "test", "kicked")]
    desk.service.heard_switch(True)
    shop.later(seconds=61)
    assert left.wait(20)
    desk.service.stop()
    assert not any(thread.name == "drawer" for thread in threading.enumerate())


def test_a_service_that_never_began_can_be_stopped(desk):
    desk.service.stop()
