"""The first import measured: a store of made-up customers and orders that are never all in memory.

``python -m tests.load.first_import --customers 100000 --orders 500000`` says seconds, rows a second
and the most memory; the suite runs a few thousand (``tests/sync/test_first_import.py``).
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync.first_import import FirstImport
from sync.online_store import CustomerPage, Page
from terminal.connecting import Part
from terminal.db.engine import open_database
from terminal.ids import id_maker
from terminal.online import Customer, OnlineOrder, OrderLine
from terminal.ports import Database
from terminal.services.taking_in import TakingIn
from tests.sync.fake_store import FakeStore
from tests.sync.shop import program

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@dataclass
class LargeStore(FakeStore):
    """Customers and orders made when they are asked for."""

    people: int = 1000
    bought: int = 5000

    def customer_changes(self, cursor: str | None) -> CustomerPage:
        start = int(cursor or 0)
        end = min(start + self.page_size, self.people)
        some = tuple(self._person(number) for number in range(start, end))
        return CustomerPage(some, str(end), end < self.people, self.people - start)

    def changes(self, cursor: str | None) -> Page:
        start = int(cursor or 0)
        end = min(start + self.page_size, self.bought)
        some = tuple(self._order(number) for number in range(start, end))
        return Page(some, str(end), end < self.bought, self.bought - start)

    def _person(self, number: int) -> Customer:
        return Customer(
            f"c{number}", f"p{number}@sample.example", given_name="Example",
            family_name=f"Sample {number}", phone=f"+3069{number:08d}", updated_at=NOW,
        )  # fmt: skip

    def _order(self, number: int) -> OnlineOrder:
        who = number * 7919 % self.people
        goods = 500 + number * 37 % 9500
        first = goods // 3
        return OnlineOrder(
            store=self.name, remote_id=str(number), code=f"W{number}", customer_id=f"c{who}",
            email=f"p{who}@sample.example", card_number="",
            placed_at=NOW - timedelta(days=700) + timedelta(minutes=2 * number), currency="EUR",
            goods=goods, total=goods + 350,
            lines=(
                OrderLine("Honey", 1, first, "HON-450"),
                OrderLine("Oil", 2, goods - first, "OIL-500"),
            ),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """One part: rows, and the seconds they took."""

    part: str
    rows: int
    seconds: float
    busy: float

    def __str__(self) -> str:
        rate, own = self.rows / self.seconds, self.rows / self.busy
        return (
            f"{self.part}: {self.rows} in {self.seconds:.1f} s ({rate:.0f}/s), of which "
            f"{self.busy:.1f} s were our own ({own:.0f}/s)"
        )


def fill(database: Database, store: LargeStore) -> Iterator[Measured]:
    """Import it all; each part as it ends."""
    clock = lambda: NOW  # noqa: E731 - stands still
    with database.write() as uow:
        uow.programs.put(program())
        uow.commit()
    taking = TakingIn(stores=(store.name,), members="all")
    importing = FirstImport(
        database, store, clock=clock, new_id=id_maker(lambda: datetime.now(UTC)), taking=taking
    )
    began, busy, last = time.perf_counter(), time.process_time(), Part("", 0)
    done: list[Measured] = []

    def told(part: Part) -> None:
        nonlocal began, busy, last
        if part.name != last.name:
            end()
            began, busy = time.perf_counter(), time.process_time()
        last = part

    def end() -> None:
        if last.done:
            seconds, own = time.perf_counter() - began, time.process_time() - busy
            done.append(Measured(last.name, last.done, seconds, own))

    importing.run(told, lambda: True)
    end()
    yield from done


def main() -> None:
    """Measure, in a folder that is thrown away."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--customers", type=int, default=100_000)
    asked.add_argument("--orders", type=int, default=500_000)
    asked.add_argument("--page", type=int, default=100)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "till.db")
        store = LargeStore(people=given.customers, bought=given.orders, page_size=given.page)
        for each in fill(database, store):
            sys.stdout.write(f"{each}\n")
        database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"most memory: {peak} MiB\n")


if __name__ == "__main__":
    main()
