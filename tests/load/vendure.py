"""A long backlog of sales told to a real Vendure store while the counter sells on.

    python -m tests.load.vendure 10000

The store runs on a PostgreSQL of its own; a till in a process of its own tells it the backlog and
sells at the counter all the while, as the product does: one thread tells, another sells. Half way
the process is killed as a power cut would, and a new one goes on. In the end every sale must be one
paid order, worth what was paid. What was measured is printed, as JSON in the last line.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import main as product
from terminal.db.engine import open_database
from tests.bench.figures import median, p99
from tests.bench.measure_sale import buyers
from tests.bench.shops import ROOT, make_shop, request_for, services_over
from tests.databases import Postgres
from tests.stores import Admin, VendureStore

MEMBERS = 2_000
BUYERS = 200
AIM_MS = 50.0


@dataclass(slots=True)
class Told:
    """What the tills said: milliseconds of each sale at the counter, and how far they came."""

    samples: list[float] = field(default_factory=list)
    requests: int = 0


def book(file: Path, sales: int) -> None:
    """A shop with so many sales that the online store has not heard of."""
    make_shop(file, MEMBERS)
    database = open_database(file)
    try:
        services = services_over(database)
        people, turn = buyers()[:BUYERS], count()
        for _ in range(sales):
            member = people[next(turn) % len(people)]
            services.counter.sell(request_for(services, member))
    finally:
        database.close()


def waiting(file: Path) -> int:
    """Messages that the online store has not heard of."""
    database = open_database(file)
    try:
        with database.read() as uow:
            return uow.outbox.counts(product.now() - timedelta(days=1)).waiting
    finally:
        database.close()


def run_till(
    file: Path, access: Sequence[str], told: Told, *, until: int = 0, kind: str = "till"
) -> None:
    """A till that tells what waits and sells; killed when no more than ``until`` messages wait."""
    words = [sys.executable, "-m", f"tests.load.{kind}", str(file), *access]
    with Popen(words, cwd=ROOT, stdout=PIPE, text=True) as till:
        assert till.stdout is not None
        said: dict[str, Any] = {}
        try:
            for line in till.stdout:
                said = json.loads(line)
                told.samples += said["samples"]
                print(f"  {said['waiting']:>6} wait, {len(told.samples)} sold since", flush=True)
                if until and said["waiting"] <= until:
                    break
            else:
                till.wait()
        finally:
            if till.poll() is None:
                till.kill()
        told.requests += said.get("requests", 0)
    if not until and till.returncode:
        raise RuntimeError("the till ended by itself")


def check(admin: Admin, file: Path) -> dict[str, int]:
    """What the store holds beside what the till booked; raises where a sale is not one order."""
    database = open_database(file)
    try:
        with database.read() as uow:
            day = timedelta(days=1)
            booked = uow.sales.stream(product.now() - day, product.now() + day)
            sales = {sale.id: sale.paid for sale in booked}
    finally:
        database.close()
    orders: dict[str, list[int]] = {}
    skip = total = 0
    while skip == 0 or skip < total:
        page = admin.ask(
            "query($skip: Int!) { orders(options: { take: 500, skip: $skip, sort: { id: ASC },"
            ' filter: { state: { eq: "PaymentSettled" } } }) { totalItems items {'
            " totalWithTax payments { amount } customFields { posSaleId } } } }",
            skip=skip,
        )["orders"]
        total, skip = page["totalItems"], skip + 500
        for order in page["items"]:
            paid = sum(payment["amount"] for payment in order["payments"])
            orders.setdefault(order["customFields"]["posSaleId"], []).append(paid)
    drafts = admin.ask('{ orders(options: {filter: {state: {eq: "Draft"}}}) { totalItems } }')
    wrong = [sale for sale, paid in sales.items() if orders.get(sale) != [paid]]
    if wrong or len(orders) != len(sales):
        raise RuntimeError(f"{len(wrong)} sales are not one order each: {wrong[:5]}")
    return {"sales": len(sales), "orders": total, "drafts": drafts["orders"]["totalItems"]}


def run(sales: int) -> dict[str, Any]:
    """All of it; what was measured."""
    with (
        tempfile.TemporaryDirectory(prefix="till-load-") as name,
        Postgres() as server,
        VendureStore(Path(name), db=server.create("load")) as store,
    ):
        file, told = Path(name) / "till.db", Told()
        print(f"booking {sales:,} sales", flush=True)
        book(file, sales)
        access = (store.admin_api, store.admin_user, store.admin_password)
        before, began = waiting(file), time.monotonic()
        print(f"{before:,} messages wait; killed half way", flush=True)
        run_till(file, access, told, until=before // 2)
        print("killed; another one goes on", flush=True)
        run_till(file, access, told)
        took = time.monotonic() - began
        admin = Admin(store)
        found = check(admin, file)
        admin.close()
        return {
            **found, "seconds": round(took, 1), "per_second": round(found["sales"] / took, 2),
            "requests_per_100": round(told.requests * 100 / found["sales"], 1),
            "counter_sales": len(told.samples), "counter_p50_ms": round(median(told.samples), 2),
            "counter_p99_ms": round(p99(told.samples), 2), "counter_most_ms": max(told.samples),
            "held": p99(told.samples) <= AIM_MS,
        }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)))
