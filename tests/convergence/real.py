"""Schedules where the hub is a real PostgreSQL and the online store a real Vendure.

Steps, tills and their clocks are simulated; both servers live in true time. So the tills' clocks
are wrong by what a seed says: they begin up to forty days behind the store's, leap ahead with every
step that lets time pass, and each is skewed by hours of its own. The store's own clock stays.
Left out: tills cloned or put back from a backup (the hub hears of a clone for two minutes of its
own time), and what Vendure has no place for (``real_people``).
"""

from __future__ import annotations

import json
import random
import secrets
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync.online_store import OnlineStore
from terminal.returns import Return, still_there
from tests.adapters.vendure_world import VendureWorld
from tests.convergence import invariants
from tests.convergence.invariants import ViolationError
from tests.convergence.on_postgres import NOT_HERE, PostgresSim
from tests.convergence.plan import Outcome, Plan, Step
from tests.convergence.real_people import NOT_THERE, RealPeople
from tests.convergence.real_shop import (
    RealShop,
    StoreWeather,
    paid_for,
    refunds_of,
    sale_of,
)
from tests.convergence.schedule import Life, listening
from tests.convergence.world import Template, TillSim
from tests.databases import Postgres
from tests.hub.pg import SharedHubs
from tests.stores import VendureStore

FIRST = ("enrol", "enrol", "registers", "sell")
"""Each schedule is short, and begins with somebody to do the rest."""
LEAST = 0.1
"""They are few, so none is spared."""
BEHIND = (timedelta(), timedelta(hours=1), timedelta(days=1), timedelta(days=40))


class RealSim(PostgresSim):
    """Tills, and two real servers."""

    salt = 0
    """The same seed told once more in the same store makes other ids."""

    def bits(self, count: int) -> int:
        """Chance for ids."""
        return super().bits(count) ^ (self.salt % (1 << count))

    def open_store(self, till: TillSim) -> OnlineStore:
        """A till's adapter; each start of a till makes one."""
        return self.shop.line(self.weather, lambda: till.cut or self.store_away)  # type: ignore[no-any-return]

    def returns(self) -> dict[str, Return]:
        """What the tills took back, by reference."""
        found = {}
        for till in self.tills:
            with till.database.read() as uow:
                ids = till.rows("SELECT id FROM returns")
                backs = [uow.sales.get_return(id_) for (id_,) in ids]
            found |= {back.ref: back for back in backs if back is not None}
        return found

    def close(self) -> None:
        """Nobody works any more."""
        super().close()
        self.shop.close()


class RealLife(Life):
    """Clocks that are behind are put right in the end; all is at rest when nothing moves but
    cursors: the store's says when refunds were last looked at."""

    def heal(self) -> None:
        self.world.moment = max(self.world.moment, datetime.now(UTC))
        super().heal()

    def _state(self) -> object:
        tills = []
        for till in self.world.tills:
            stands = till.hub_engine.standing()
            waiting = till.rows("SELECT COUNT(*) FROM outbox WHERE state = 'waiting'")[0][0]
            tills.append((stands.made - stands.told, stands.waiting, waiting))
        facts = sum(fact.kind != "cursor" for fact, _write in self.world.hub.log)
        return facts, tills, len(self.world.shop.made)


@dataclass
class Servers:
    """A PostgreSQL and a Vendure that many schedules share."""

    hubs: SharedHubs
    store: VendureStore
    overlap: timedelta = timedelta(seconds=0.3)
    """As far as the store's database makes it necessary: sql.js keeps whole seconds."""
    lived: Counter[int] = field(default_factory=Counter)

    def live(self, plan: Plan, template: Template, folder: Path | None = None) -> Outcome:
        """Live a schedule and say how it ended."""
        chance = random.Random(plan.seed)
        people = [Step(name, chance.getrandbits(40)) for name in FIRST]
        steps = (step for step in plan.steps if step.name not in (*NOT_HERE, *NOT_THERE))
        plan = replace(plan, steps=(*people, *steps), rate=max(plan.rate, LEAST))
        self.lived[plan.seed] += 1
        server = VendureWorld(self.store, overlap=self.overlap)
        with tempfile.TemporaryDirectory(dir=folder) as place, listening() as heard:
            pg = self.hubs.shared(Path(place) / "joined")
            world = self._world(plan, Path(place), server)
            try:
                world.begin(pg, template, plan.seed)
                self._begin_reading(world)
                return self._lived(plan, world, heard.said)
            except Exception as error:  # noqa: BLE001 (a bug ends no schedule but its own)
                words = "".join(traceback.format_exception(error)[-4:])
                return Outcome(violation=words, kind=type(error).__name__)
            finally:
                world.close()
                pg.close()
                server.close()

    def _world(self, plan: Plan, place: Path, server: VendureWorld) -> RealSim:
        times = self.lived[plan.seed]
        since = datetime.now(UTC)
        server.outlast()
        chance = random.Random(plan.seed)
        moment = datetime.now(UTC) - chance.choice(BEHIND)
        world = RealSim(place, plan.tills, plan.members, moment, StoreWeather())
        world.salt = secrets.randbits(60) if times > 1 else 0
        shop = RealShop(server, f"s{plan.seed}r{times}.", since + self.overlap)
        shop.returns = world.returns
        world.shop = shop
        return world

    def _begin_reading(self, world: RealSim) -> None:
        """Whatever others did in this store before is no news."""
        with world.tills[0].database.write() as uow:
            for feed, cursor in world.shop.cursors().items():
                uow.sync.put_cursor(world.shop.name, feed, cursor)
            uow.commit()
        world.settle()

    def _lived(self, plan: Plan, world: RealSim, said: list[str]) -> Outcome:
        life = RealLife(plan, world)
        cards = 40_000_000 + plan.seed % 40_000 * 1000 + self.lived[plan.seed] % 10 * 100
        people = RealPeople(world, stem=world.shop.stem, serial=0, first_card=cards)
        life.people = people
        outcome = life.outcome
        try:
            life.live()
            life.heal()
            world.settle()  # the store's round came last: where it stands is still to be heard
            if said:
                raise ViolationError("bug logged", said[0][:1500])
            invariants.everything(world, people, life.truth)
            everything(world, people)
        except ViolationError as violation:
            outcome.violation, outcome.kind = str(violation), violation.kind
            outcome.violation += "".join(f"\n{one[:1500]}" for one in said[:1])
        outcome.faults = world.weather.count
        outcome.done["refused by the store"] += people.refused
        return outcome


# -- what else must be true of a real store ------------------------------------------------------


def orders_are_worth_their_sales(world: RealSim) -> None:
    """Each sale's order is whole, paid as the customer paid, refunded as the tills gave back, and
    holds the pieces that were kept."""
    shop, till = world.shop, world.tills[0]
    if shop.unfinished():
        raise ViolationError("order unfinished", f"{shop.unfinished()[:3]}")
    backs = list(world.returns().values())
    for order in shop.orders():
        with till.database.read() as uow:
            sale = uow.sales.get(sale_of(order))  # type: ignore[arg-type]
        if sale is None:
            continue
        mine = [back for back in backs if back.sale_id == sale.id]
        given = min(sum(back.money_back for back in mine), sale.paid)
        there = (paid_for(order), sum(amount for _ref, amount in refunds_of(order)))
        if there != (sale.paid, given):
            raise ViolationError("money", f"{sale.ref}: {there} instead of {(sale.paid, given)}")
        mine.sort(key=lambda back: (back.returned_at, back.id))
        kept, pieces = sum(still_there(sale, mine)), sum(one["quantity"] for one in order["lines"])
        if kept != pieces:
            raise ViolationError("pieces", f"{sale.ref}: {pieces} in the store, {kept} kept")


def nothing_bought_is_missed(world: RealSim, people: RealPeople) -> None:
    """Every order of the web shop is in the books, with what became of it."""
    till = world.tills[0]
    for one in people.bought:
        rows = till.rows(
            "SELECT goods, cancelled, refunds FROM online_orders WHERE remote_id = ?", one.order.id
        )
        if not rows:
            raise ViolationError("order missed", f"{one.order}")
        goods, cancelled, refunds = rows[0]
        given = sum(refund["goods"] for refund in json.loads(refunds))
        known = (goods, bool(cancelled), given)
        if known != (one.order.goods, one.cancelled, one.given_back):
            raise ViolationError("order differs", f"{one}: {known}")


def everything(world: RealSim, people: RealPeople) -> None:
    """All of it. Raises ViolationError."""
    orders_are_worth_their_sales(world)
    nothing_bought_is_missed(world, people)


# -- servers of one's own ------------------------------------------------------------------------


@contextmanager
def servers(database: str = "postgres") -> Iterator[Servers]:
    """Both, of this run's own. ``database``: the store's, "postgres" or "sqljs"."""
    on_postgres = database == "postgres"
    with Postgres() as server, tempfile.TemporaryDirectory() as folder:
        kept = server.create("online_store") if on_postgres else database
        overlap = timedelta(seconds=0.3 if on_postgres else 1.1)
        with VendureStore(Path(folder), db=kept) as store:
            yield Servers(SharedHubs(server), store, overlap)
