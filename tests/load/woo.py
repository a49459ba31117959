"""A long backlog of sales told to a WooCommerce shop while the counter sells on.

    python -m tests.load.woo 10000

The shop is the imitation, in a process of its own; a till in another one tells it the backlog and
sells at the counter all the while. Half way the till is killed as a power cut would, and a new one
goes on. In the end every sale must be one completed order, worth what was paid. What was measured
is printed, as JSON in the last line. The imitation answers at once: the figures are what the
adapter and the till need by themselves, and not what a real shop takes (0.1 to 0.3 s an order).
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import main as product
from sync.stores.woocommerce_access import Access
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_wire import Order, minor
from terminal.db.engine import open_database
from tests.bench.figures import median, p99
from tests.bench.shops import ROOT
from tests.load.vendure import AIM_MS, Told, book, run_till, waiting


def check(access: Access, file: Path) -> dict[str, int]:
    """What the shop holds beside what the till booked; raises where a sale is not one order."""
    database = open_database(file)
    try:
        with database.read() as uow:
            day = timedelta(days=1)
            booked = uow.sales.stream(product.now() - day, product.now() + day)
            sales = {sale.id: (sale.paid, sale.currency) for sale in booked}
    finally:
        database.close()
    api, page, orders = WooApi(access), 0, {}
    while True:
        page += 1
        rows = api.get("/orders", list[Order], per_page=100, page=page, orderby="id", order="asc",
            _fields="id,status,currency,total,created_via")  # fmt: skip
        for row in rows:
            told = (minor(row.total, row.currency), row.currency, row.status)
            orders.setdefault(row.created_via.removeprefix("pos:"), []).append(told)
        if len(rows) < 100:
            break
    api.close()
    wrong = [sale for sale, paid in sales.items() if orders.get(sale) != [(*paid, "completed")]]
    if wrong or len(orders) != len(sales):
        raise RuntimeError(f"{len(wrong)} sales are not one order each: {wrong[:5]}")
    return {"sales": len(sales), "orders": sum(len(each) for each in orders.values())}


def run(sales: int) -> dict[str, Any]:
    """All of it; what was measured."""
    with (
        tempfile.TemporaryDirectory(prefix="till-load-") as name,
        Popen([sys.executable, "-m", "tests.adapters.woo"], cwd=ROOT, stdin=PIPE, stdout=PIPE,
              text=True) as shop,
    ):  # fmt: skip
        assert shop.stdin is not None
        assert shop.stdout is not None
        try:
            said = dict(word.split("=", 1) for word in shop.stdout.readline().split())
            access = Access(url=said["WOO_URL"], key=said["WOO_KEY"], secret=said["WOO_SECRET"],
                ca=said["WOO_CA"])  # fmt: skip
            return _measured(Path(name) / "till.db", access, sales)
        finally:
            shop.stdin.close()
            shop.stdout.read()


def _measured(file: Path, access: Access, sales: int) -> dict[str, Any]:
    told = Told()
    print(f"booking {sales:,} sales", flush=True)
    book(file, sales)
    before, began = waiting(file), time.monotonic()
    print(f"{before:,} messages wait; killed half way", flush=True)
    words = (access.url, access.key, access.secret, access.ca)
    run_till(file, words, told, until=before // 2, kind="woo_till")
    print("killed; another one goes on", flush=True)
    run_till(file, words, told, kind="woo_till")
    took = time.monotonic() - began
    found = check(access, file)
    return {
        **found, "seconds": round(took, 1), "per_second": round(found["sales"] / took, 2),
        "requests_per_100": round(told.requests * 100 / found["sales"], 1),
        "counter_sales": len(told.samples), "counter_p50_ms": round(median(told.samples), 2),
        "counter_p99_ms": round(p99(told.samples), 2), "counter_most_ms": max(told.samples),
        "held": p99(told.samples) <= AIM_MS,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)))
