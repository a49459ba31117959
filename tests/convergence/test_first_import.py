"""A first import that is broken off: whoever is there next goes on with it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from sync.first_import import FirstImport
from tests.convergence import invariants
from tests.convergence.deeds import People
from tests.convergence.faults import CrashError
from tests.convergence.test_found import enrol, rounds
from tests.convergence.world import STORE, TillSim, World

SOME = 6


def brought_in(till: TillSim) -> int:
    return int(till.rows("SELECT COUNT(*) FROM online_orders")[0][0])


def is_done(till: TillSim) -> bool:
    return bool(till.rows("SELECT 1 FROM sync_cursors WHERE cursor LIKE '%\"done\"%'"))


@pytest.mark.parametrize("pulses", [3, 12, 25, 40])
def test_the_power_goes_in_the_middle_and_another_till_goes_on(three: World, pulses: int) -> None:
    here, there, _other = three.tills
    three.shop.page_size = 2
    People(three).past(SOME, random.Random(3))
    enrol(there, 1, "example1@example.com")
    here.connects()
    rounds_of_hub(three)
    three.weather.crash_in = pulses
    with pytest.raises(CrashError):
        here.store_round()
    here.restart()
    here.hub_round()
    here.cut = True
    there.hub_round()
    there.restart()  # somebody opens it in the morning
    assert there.filling is not None
    there.store_round()
    assert is_done(there)
    assert brought_in(there) == len({order.remote_id for order in three.shop.feed})
    here.cut = False
    rounds(three, 5)
    assert all(is_done(till) for till in three.tills)
    invariants.tills_agree(three)
    invariants.store_shows_balances(three)
    invariants.nothing_waits(three)


def test_two_tills_that_bring_in_at_once_book_everything_once(three: World) -> None:
    here, there, _other = three.tills
    three.shop.page_size = 2
    People(three).past(SOME, random.Random(4))
    here.connects()
    rounds_of_hub(three)
    there.restart()
    three.hub_away = True
    pages = iter((True, True, False))
    assert not importing(here).run(lambda part: None, lambda: next(pages))
    there.store_round()
    three.shop.orders_online(sorted(three.shop.customers)[0], 4000)
    here.store_round()
    three.hub_away = False
    rounds(three, 5)
    invariants.tills_agree(three)
    invariants.store_shows_balances(three)
    earned = here.rows("SELECT source_id FROM ledger_entries WHERE kind = 'earn'")
    assert len(earned) == len(set(earned)) == brought_in(there)


def test_points_of_one_who_bought_while_two_tills_brought_in_are_told(three: World) -> None:
    """One took the order in without a word, and heard of the other that all was done."""
    here, there, _other = three.tills
    customer = three.shop.registers("example1@example.com").id
    here.connects()
    rounds_of_hub(three)
    there.restart()
    assert not importing(there).run(lambda part: None, upto("orders", there))
    three.shop.orders_online(customer, 4000)
    three.hub_away = True
    assert not importing(here).run(lambda part: None, upto("products", here))
    three.moment += timedelta(minutes=1)
    with there.database.write() as uow:  # it had read the orders before that one
        uow.sync.put_cursor(STORE, "import", '{"part":"members","done":0,"after":""}')
        uow.commit()
    there.store_round()
    three.hub_away = False
    rounds_of_hub(three)
    rounds(three, 4)
    invariants.tills_agree(three)
    invariants.store_shows_balances(three)


def upto(part: str, till: TillSim) -> Callable[[], bool]:
    return lambda: importing(till).where.part != part


def importing(till: TillSim) -> FirstImport:
    given = (till.books, till.store)
    return FirstImport(*given, clock=till.clock, new_id=till.new_id, taking=till.taking)  # type: ignore[arg-type]


def rounds_of_hub(world: World) -> None:
    for till in (*world.tills, *world.tills):
        till.hub_round()


def test_a_till_that_only_looks_on_does_not_begin_it(three: World) -> None:
    here, there, _other = three.tills
    here.connects()
    rounds_of_hub(three)
    assert there.filling is None
    here.store_round()
    rounds_of_hub(three)
    there.restart()
    assert there.filling is None
    assert there.rows("SELECT 1 FROM sync_cursors WHERE store = ?", STORE)
