"""One till for ``tests.load.vendure`` and ``.woo``: a thread tells the store, another one sells.

Says a line of JSON every second: messages that wait, what its own sales took in milliseconds, how
many requests went out. Ends by itself when nothing waits any more.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import main as product
from sync.engine import SyncEngine
from sync.stores.vendure import Access, VendureOnlineStore
from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlDatabase
from tests.bench.figures import timed
from tests.bench.measure_sale import buyers
from tests.bench.shops import request_for, services_over

EVERY = 2.0
"""Seconds between two sales at the counter: a busy one."""


def tell(database: SqlDatabase, store: Any, done: threading.Event) -> None:
    """Tell what waits until ``done`` is set and nothing does."""
    engine = SyncEngine(
        database, store, clock=product.now, new_id=product.new_id, jitter=lambda: 0.5
    )
    while True:
        last = done.is_set()
        engine.push()
        if last:
            return
        done.wait(0.2)


def main(file: Path, store: Any) -> None:
    """Until the backlog is gone."""
    database = open_database(file)
    services, done = services_over(database), threading.Event()
    teller = threading.Thread(target=tell, args=(database, store, done))
    teller.start()
    people, samples, told, spoke = cycle(reversed(buyers()[:200])), [], 0, time.monotonic()
    gc.freeze()
    while _waiting(database) > 2 or not told:
        request = request_for(services, next(people))
        samples.append(round(timed(lambda r=request: services.counter.sell(r)), 3))
        told += 1
        time.sleep(EVERY)
        if time.monotonic() - spoke >= 1:
            _say(database, store, samples)
            samples, spoke = [], time.monotonic()
        if not teller.is_alive():
            raise RuntimeError("the thread that tells has ended")
    done.set()
    teller.join()
    _say(database, store, samples)
    store.close()
    database.close()


def _waiting(database: SqlDatabase) -> int:
    with database.read() as uow:
        return uow.outbox.counts(product.now() - timedelta(days=1)).waiting


def _say(database: SqlDatabase, store: Any, samples: list[float]) -> None:
    with database.read() as uow:
        counts = uow.outbox.counts(product.now() - timedelta(days=1))
    print(
        json.dumps({"waiting": counts.waiting, "samples": samples, "requests": store.requests}),
        flush=True,
    )


if __name__ == "__main__":
    _, name, url, username, secret = sys.argv
    main(Path(name), VendureOnlineStore(Access(url=url, username=username, secret=secret)))
