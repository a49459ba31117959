"""Failure stories of telling: power cuts at every step, backups put back, months offline."""

import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from sync.engine import SyncEngine
from sync.errors import Refused
from terminal.db.engine import open_database
from terminal.ids import SaleId
from terminal.outbox import MessageState
from terminal.services.deciding import Deciding, Hands
from terminal.services.models import SignedIn
from terminal.staff import Role
from tests.fakes import MemoryDatabase
from tests.sync.fake_store import ALL, FakeStore
from tests.sync.shop import CASHIER, Clock, Shop

MANAGER = SignedIn(CASHIER, "Example", Role.MANAGER)


class PowerCut(BaseException):
    """The machine stops: nothing catches this."""


class FailingPower:
    """A database whose machine stops at a chosen commit: before it is kept, or right after."""

    def __init__(self, database, at, *, kept):
        self.database, self.left, self.kept = database, at, kept

    def read(self):
        return self.database.read()

    def write(self):
        return _Unit(self, self.database.write())


class _Unit:
    def __init__(self, power, unit):
        self.power, self.unit = power, unit

    def __getattr__(self, name):
        return getattr(self.unit, name)

    def commit(self):
        self.power.left -= 1
        if self.power.left == 0 and not self.power.kept:
            raise PowerCut
        self.unit.commit()
        if self.power.left == 0:
            raise PowerCut

    def __enter__(self):
        self.unit.__enter__()
        return self

    def __exit__(self, *what):
        return self.unit.__exit__(*what)


def a_day(shop):
    """Two members and a guest, one return, one change of address."""
    anna, bela = shop.enrol("a@sample.example"), shop.enrol("b@sample.example")
    sales = [shop.sell(anna), shop.sell(bela), shop.sell(), shop.sell(anna), shop.sell()]
    shop.take_back(sales[0])
    shop.change(bela, given_name="Deigma")
    return [anna, bela], sales


def engine_over(shop, store, database):
    return SyncEngine(database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.0)


def told_once(shop, store, members, sales):
    """Every sale is one order that was made once, and the points agree."""
    assert shop.open_messages() == []
    assert set(store.orders) == {sale.id for sale in sales}
    assert sorted(store.made) == sorted(store.orders)
    assert sum(kept.returns for kept in store.orders.values()) == 1
    assert store.orders[sales[0].id].refunded == sales[0].paid
    assert len(store.customers) == len(members)
    for name, member in zip("ab", members, strict=True):
        assert store.of(f"{name}@sample.example").standing.points == shop.balance(member)
    assert store.of("b@sample.example").given_name == "Deigma"


@dataclass
class CountingStore(FakeStore):
    """Notes of which sale it made an order, each time that it did."""

    made: list[SaleId] = field(default_factory=list)

    def put_sale(self, news):
        was_there = news.sale.id in self.orders
        try:
            return super().put_sale(news)
        finally:  # also where its answer gets lost
            if not was_there and news.sale.id in self.orders:
                self.made.append(news.sale.id)


def cut_at_every_step(store_of, batch):
    """The same day over and over, with the power cut at the first commit, the second …"""
    for kept in (False, True):
        for at in range(1, 100):
            shop = Shop(MemoryDatabase(), Clock())
            store = store_of(capabilities=replace(ALL, sale_batch=batch, standing_batch=batch))
            members, sales = a_day(shop)
            try:
                engine_over(shop, store, FailingPower(shop.database, at, kept=kept)).push()
            except PowerCut:
                shop.clock.advance(minutes=1)
                engine_over(shop, store, shop.database).push()
                told_once(shop, store, members, sales)
                continue
            told_once(shop, store, members, sales)
            assert at > 5, "the power was cut at all"
            break
        else:
            pytest.fail("it never got through")


@pytest.mark.parametrize("batch", [1, 5])
def test_a_power_cut_at_any_step_of_telling_loses_and_doubles_nothing(batch):
    cut_at_every_step(CountingStore, batch)


@pytest.mark.parametrize("batch", [1, 5])
def test_the_power_cuts_find_a_store_that_makes_without_looking(batch):
    """Or the story above would prove nothing."""

    class Careless(CountingStore):
        def put_sale(self, news):
            self.orders.pop(news.sale.id, None)
            return super().put_sale(news)

        def put_sales(self, news):
            return [self.put_sale(one) for one in news]

    with pytest.raises(AssertionError):
        cut_at_every_step(Careless, batch)


def test_a_backup_that_is_put_back_tells_its_old_messages_again_and_changes_nothing(tmp_path):
    clock, store = Clock(), CountingStore()
    database = open_database(tmp_path / "till.db")
    shop = Shop(database, clock)
    members, sales = a_day(shop)
    database.close()
    shutil.copy(tmp_path / "till.db", tmp_path / "backup.db")
    for name in ("till.db", "backup.db"):
        opened = open_database(tmp_path / name)
        shop.database = opened
        clock.advance(days=3)
        engine_over(shop, store, opened).push()
        told_once(shop, store, members, sales)
        opened.close()
    assert store.calls.count("sale") == 2 * len(sales), "it was told again, and known"


def test_a_month_without_a_network_is_told_in_its_order_with_its_own_times(shop, store, engine):
    anna = shop.enrol("a@sample.example")
    sales = []
    for _ in range(31):
        sales.append(shop.sell(anna))
        store.script = ["down"]
        engine.push()
        shop.clock.advance(days=1)
    engine.push()
    assert list(store.orders) == [sale.id for sale in sales]
    told = [kept.news.sale.sold_at for kept in store.orders.values()]
    assert told == sorted(told)
    assert told[-1] - told[0] == timedelta(days=30)
    assert store.of("a@sample.example").standing.points == shop.balance(anna)


def test_a_refusal_after_the_money_was_taken_changes_no_book_and_waits_for_a_person(
    shop, store, engine, caplog
):
    """The customer has left with the goods: what was sold was sold, whatever a server thinks."""
    anna = shop.enrol("a@sample.example")
    sale = shop.sell(anna)
    before = shop.entries(anna)
    store.rule = lambda what, subject: Refused("wrong_state") if what == "sale" else None
    engine.push()
    assert shop.entries(anna) == before
    with shop.database.read() as uow:
        assert uow.sales.get(sale.id) == sale
    [message] = shop.open_messages()
    assert message.problem == "wrong_state"
    assert store.of("a@sample.example").standing.points == shop.balance(anna)


def test_what_a_person_gives_up_lets_the_rest_pass_and_is_never_forgotten(
    shop, store, engine, caplog
):
    anna = shop.enrol("a@sample.example")
    bad, later = shop.sell(anna), shop.sell(anna)
    store.rule = lambda what, subject: Refused("wrong_state") if subject == bad.id else None
    engine.push()
    assert later.id not in store.orders
    hands = Hands(lambda *_: None, lambda *_: None, lambda *_: None)
    deciding = Deciding(shop.database, hands, clock=shop.clock, new_id=shop.new_id)
    deciding.give_up(bad.id, "entered there by hand", MANAGER)
    engine.push()
    assert set(store.orders) == {later.id}
    with shop.database.read() as uow:
        [given_up] = uow.outbox.given_up(9)
        steps = [step.kind.value for step in uow.outbox.steps(bad.id)]
    assert (given_up.state, given_up.reason) == (MessageState.GIVEN_UP, "entered there by hand")
    assert steps == ["blocked", "given_up"]
    assert shop.balance(anna) == store.of("a@sample.example").standing.points
