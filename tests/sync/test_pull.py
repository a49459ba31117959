"""Online orders in the till's books: points once, to the right person, by the right rules."""

from datetime import UTC, datetime, timedelta

import pytest

from sync.engine import SyncEngine
from sync.errors import Misconfigured, Refused, Retryable
from terminal.cards import Card, CardState
from terminal.events import MemberChanged
from terminal.ids import CardNumber
from terminal.ledger import Channel
from terminal.outbox import MessageKind
from terminal.ports import RemoteLink
from terminal.programs import per_money
from terminal.services.online_orders import CHUNK, OnlineOrders
from tests.fakes import MemoryDatabase
from tests.sync.fake_store import FakeStore
from tests.sync.shop import Shop, online_order, program

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def member(shop, clock, engine):
    """A person the online store knows, with the queue empty."""
    known = shop.enrol("a@sample.example", "2000000000015")
    engine.push()
    clock.advance(hours=2)
    return known


def order(shop, n=1, **changes):
    placed_at = changes.pop("placed_at", shop.clock() - AN_HOUR)
    plain = {"email": "a@sample.example", "customer_id": "c1"}
    return online_order(n, placed_at, **(plain | changes))


def test_an_online_order_earns_by_the_till_s_rules(shop, store, engine, member):
    store.feed = [order(shop, goods=1290)]
    assert engine.pull().taken == 1
    [entry] = shop.entries(member)
    assert (entry.points, entry.channel, entry.basis) == (12, Channel.ONLINE, 1290)
    assert entry.decided_at == shop.clock() - AN_HOUR
    [message] = shop.open_messages()
    assert (message.kind, message.member_id) == (MessageKind.STANDING, member.id)
    engine.push()
    assert store.of("a@sample.example").standing.points == 12 == shop.balance(member)


def test_an_order_seen_again_and_again_earns_once(shop, store, engine, member):
    store.feed = [order(shop, n) for n in range(3)]
    engine.pull()
    entries = shop.entries(member)
    engine.push()
    for _ in range(3):
        assert engine.pull().taken == 0
    assert shop.entries(member) == entries
    assert shop.open_messages() == []


def test_an_order_that_changed_over_there_is_kept_as_it_is_now_and_earns_no_more(
    shop, store, engine, member
):
    store.feed = [order(shop)]
    engine.pull()
    engine.push()
    store.feed = [order(shop, goods=700)]
    assert engine.pull().taken == 1
    assert shop.balance(member) == 10
    assert shop.open_messages() == []
    with shop.database.read() as uow:
        [kept] = uow.sales.orders_of_member(member.id, 10)
    assert kept.goods == 700


def test_our_own_sale_on_its_way_back_is_only_linked(shop, store, engine, member):
    sale = shop.sell(member)
    store.feed = [order(shop, 7, sale_id=sale.id)]
    assert engine.pull().taken == 0
    assert shop.balance(member) == 9
    with shop.database.read() as uow:
        assert uow.sync.link("online", "sale", sale.id) == RemoteLink(
            "online", "sale", sale.id, "7", "CODE7"
        )
        assert uow.sales.orders_of_member(member.id, 10) == []
    engine.push()
    assert "sale" not in store.calls, "a linked sale is there already"


@pytest.mark.parametrize(
    "known_by",
    [
        pytest.param({"customer_id": "c1", "email": "else@sample.example"}, id="link"),
        pytest.param({"customer_id": "", "email": "A@sample.example".lower()}, id="e-mail"),
        pytest.param({"customer_id": "c9", "email": "", "card_number": "2000000000015"}, id="card"),
    ],
)
def test_the_person_is_found(shop, store, engine, member, known_by):
    store.feed = [order(shop, **known_by)]
    engine.pull()
    assert shop.balance(member) == 10


def test_a_lost_card_names_nobody(shop, store, engine, member):
    with shop.writing() as uow:
        number = CardNumber("2000000000015")
        uow.members.put_card(Card(number, member.id, shop.clock(), state=CardState.BLOCKED))
    store.feed = [order(shop, customer_id="c9", email="", card_number="2000000000015")]
    engine.pull()
    assert shop.balance(member) == 0


def test_an_order_stays_with_whom_it_earned_for(shop, store, engine, member):
    """The address on the order is changed later, to another member's: the points stay."""
    other = shop.enrol("b@sample.example")
    store.feed = [order(shop)]
    engine.pull()
    store.feed = [order(shop, customer_id="c9", email="b@sample.example")]
    engine.pull()
    assert (shop.balance(member), shop.balance(other)) == (10, 0)
    with shop.database.read() as uow:
        assert len(uow.sales.orders_of_member(member.id, 10)) == 1
        assert uow.sales.orders_of_member(other.id, 10) == []


def test_a_stranger_s_orders_wait_for_the_enrolment(shop, store, engine):
    placed = [shop.clock() - timedelta(days=n) for n in (3, 2)]
    store.feed = [
        online_order(n, at, 1500, email="new@sample.example") for n, at in enumerate(placed)
    ]
    assert engine.pull().taken == 2
    member = shop.enrol("new@sample.example")
    orders = OnlineOrders(shop.database, shop.clock, shop.new_id, stores=("online",))
    for _ in range(2):
        with shop.writing() as uow:
            claimed = orders.claim(uow, member)
    assert claimed == []
    assert [entry.decided_at for entry in shop.entries(member)] == placed
    assert shop.balance(member) == 30
    engine.pull()
    engine.push()
    assert shop.balance(member) == 30 == store.of("new@sample.example").standing.points


def test_an_order_that_comes_after_the_enrolment_is_taken_up_as_well(shop, store, engine):
    store.feed = [online_order(1, shop.clock(), email="new@sample.example")]
    engine.pull()
    member = shop.enrol("new@sample.example")
    engine.pull()
    assert shop.balance(member) == 10


def test_the_tier_is_by_what_was_spent_before(shop, store, engine, member):
    store.feed = [order(shop, n, goods=20_000) for n in (1,)]
    store.feed.append(order(shop, 2, goods=1_000, placed_at=shop.clock()))
    engine.pull()
    assert [entry.points for entry in shop.entries(member)] == [200, 15]


def test_the_programme_is_the_one_in_force_when_it_was_placed(shop, store, engine, member):
    with shop.writing() as uow:
        doubled = program(version=2, effective_from=shop.clock(), rules=(per_money(2, 100),))
        uow.programs.put(doubled)
    early = datetime(2019, 5, 5, tzinfo=UTC)
    store.feed = [
        order(shop, 1),
        order(shop, 2, placed_at=shop.clock() + AN_HOUR),
        order(shop, 3, placed_at=early),
    ]
    engine.pull()
    assert [(e.points, e.program_version) for e in shop.entries(member)] == [(10, 1), (20, 2)]


def test_another_currency_earns_nothing(shop, store, engine, member):
    store.feed = [order(shop, currency="PLN")]
    engine.pull()
    assert shop.entries(member) == []


def test_two_tills_derive_the_same_entry(clock):
    made = []
    for till in range(2):
        shop, store = Shop(MemoryDatabase(), clock), FakeStore()
        engine = SyncEngine(
            shop.database, store, clock=clock, new_id=shop.new_id, jitter=lambda: 0.0
        )
        member = shop.enrol("a@sample.example")
        store.feed = [order(shop, n) for n in ((1, 2) if till else (2, 1))]
        engine.pull()
        made.append({entry.id: entry.points for entry in shop.entries(member)})
    assert made[0] == made[1]
    assert len(made[0]) == 2


def test_a_great_many_orders_are_taken_a_hundred_at_a_time(clock):
    database = MemoryDatabase()
    taken: list[int] = []
    orders = [online_order(n, clock(), email="x@sample.example") for n in range(250)]
    book = OnlineOrders(database, clock, lambda: "id", stores=("online",))
    original = OnlineOrders._take_one

    def counted(self, uow, order, now):
        if not taken or uow is not counted.uow:
            counted.uow = uow
            taken.append(0)
        taken[-1] += 1
        return original(self, uow, order, now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OnlineOrders, "_take_one", counted)
        assert book.take(orders).orders == 250
    assert taken == [CHUNK, CHUNK, 50]


def test_a_round_that_breaks_off_goes_on_where_it_was(shop, store, engine, member):
    store.page_size = 10
    store.feed = [order(shop, n) for n in range(25)]
    store.script = ["", "", "", "down"]  # the customers, two pages, and no third one
    report = engine.pull()
    assert isinstance(report.failure, Retryable)
    assert report.taken == 20
    assert engine.pull().taken == 5
    assert shop.balance(member) == 250


class PowerCutError(BaseException):
    """Nothing of the program runs after this."""


@pytest.mark.parametrize("booked", [False, True])
def test_a_power_cut_at_a_page_neither_loses_nor_repeats_any_of_it(
    shop, store, engine, member, booked
):
    store.page_size = 10
    store.feed = [order(shop, n) for n in range(25)]
    pages, take = [], OnlineOrders.take

    def cut(self, orders, **more):
        pages.append(orders)
        if len(pages) < 2 or booked:
            taken = take(self, orders, **more)
        if len(pages) == 2:
            raise PowerCutError
        return taken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OnlineOrders, "take", cut)
        with pytest.raises(PowerCutError):
            engine.pull()
    assert shop.engine(store).pull().failure is None
    assert shop.balance(member) == 250
    assert len(shop.entries(member)) == 25


def test_a_question_that_is_refused_is_a_mistake_in_the_set_up(engine, store):
    store.rule = lambda what, subject: Refused("bad_input") if what == "changes" else None
    assert isinstance(engine.pull().failure, Misconfigured)


def test_whose_points_moved_is_told(shop, store, member):
    told = []
    engine = SyncEngine(
        shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.0,
        listener=told.append,
    )  # fmt: skip
    store.feed = [order(shop, 1), order(shop, 2), online_order(3, shop.clock())]
    engine.pull()
    assert told == [MemberChanged(member.id)]
