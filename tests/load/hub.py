"""Many tills on one hub: how long a sale takes to be there, to be seen elsewhere, to get points.

    python -m tests.load.hub --tills 200 --seconds 60

A server of its own on this machine, as a chain would have it: TLS, passwords, every commit on the
disk. Each till is a connection that joined by a code; it sells by chance (exponential pauses), asks
for points in every tenth sale, and reads what all others told every ``--pull`` seconds. One more
reader asks without pause: what it sees first is the hub's own lag. Figures are of this machine with
all of its clients on it; nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sync.errors import SyncError
from sync.hub import joining, owning
from sync.hub.postgres import PostgresHub
from sync.hub.remote import Fact, Identity, Wish
from tests.hub.servers import HubServer

PROCESSES = 4
SERVER = (
    "-c", "max_connections=600", "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB",
    "-c", "log_min_messages=fatal",
)  # fmt: skip
SALE_BYTES, ENTRY_BYTES, MESSAGE_BYTES = 900, 480, 420
"""What the bodies of a five-line sale's facts measure, about."""
MEMBERS = 300


@dataclass
class Samples:
    """Milliseconds, and what was counted."""

    append: list[float] = field(default_factory=list)
    reserve: list[float] = field(default_factory=list)
    pull: list[float] = field(default_factory=list)
    lag: list[float] = field(default_factory=list)
    sales: int = 0
    facts_read: int = 0
    granted: int = 0
    failed: dict[str, int] = field(default_factory=dict)

    def add(self, other: Samples) -> None:
        for name in ("append", "reserve", "pull", "lag"):
            getattr(self, name).extend(getattr(other, name))
        self.sales += other.sales
        self.facts_read += other.facts_read
        self.granted += other.granted
        for name, count in other.failed.items():
            self.failed[name] = self.failed.get(name, 0) + count


def now() -> datetime:
    return datetime.now(UTC)


class Seller:
    """One till."""

    def __init__(self, made: joining.Credentials, me: Identity, seed: int) -> None:
        self.me = me
        self._hub = PostgresHub(made.address, made.password, ca=made.ca)
        self._chance = random.Random(seed)
        self._seq = made.last_seq
        self._cursor = ""
        self.samples = Samples()

    def run(self, until: float, pause: float, pull: float, start: threading.Barrier) -> None:
        self._seq = self._hub.hello(self.me).last_seq
        start.wait(300)
        next_sale = time.time() + self._chance.expovariate(1 / pause) if pause else until + 1
        next_pull = time.time() + self._chance.random() * pull
        while (due := min(next_sale, next_pull)) < until:
            time.sleep(max(due - time.time(), 0))
            try:
                if next_sale <= next_pull:
                    next_sale += self._chance.expovariate(1 / pause)
                    self.sell()
                else:
                    next_pull = max(next_pull + pull, time.time())
                    self.read()
            except SyncError as error:
                failed = self.samples.failed
                failed[error.problem] = failed.get(error.problem, 0) + 1
        time.sleep(max(until + 1 - time.time(), 0))  # what the server spent is read while it lives
        self._hub.close()

    def sell(self) -> None:
        sale = str(uuid.uuid4())
        member = f"member-{self._chance.randrange(MEMBERS):08d}"
        spends = self._chance.random() < 0.1
        if spends:
            began = time.perf_counter()
            word = self._hub.reserve(
                Wish(sale_id=sale, member_id=member, till=self.me.till, points=50)
            )
            self.samples.reserve.append(_millis(began))
            spends = word.granted
            self.samples.granted += spends
        facts = [self._fact("sale", sale, member, SALE_BYTES)]
        facts.append(self._entry(120, sale, member))
        if spends:
            facts.append(self._entry(-50, sale, member))
        facts.append(self._fact("message", sale, member, MESSAGE_BYTES))
        began = time.perf_counter()
        self._hub.push(self.me, facts)
        self.samples.append.append(_millis(began))
        self._seq = facts[-1].seq
        self.samples.sales += 1

    def read(self) -> None:
        while True:
            began = time.perf_counter()
            page = self._hub.pull(self._cursor, 500)
            self.samples.pull.append(_millis(began))
            seen = now()
            self._cursor = page.cursor
            self.samples.facts_read += len(page.facts)
            self.samples.lag += [
                (seen - fact.at).total_seconds() * 1000
                for fact in page.facts
                if fact.kind == "sale" and fact.till != self.me.till
            ]
            if not page.more:
                return

    def _fact(self, kind: str, key: str, member: str, size: int, **said: object) -> Fact:
        self._seq += 1
        body = json.dumps({"v": 1, **said}).encode()
        filling = "x" * max(size - len(body) - 8, 0)
        body = json.dumps({"v": 1, **said, "f": filling}).encode()
        return Fact(
            till=self.me.till, seq=self._seq, kind=kind, key=key, member_id=member, body=body,
            at=now(),
        )  # fmt: skip

    def _entry(self, points: int, sale: str, member: str) -> Fact:
        key = str(uuid.uuid4())
        said = {"id": key, "points": points, "source_id": sale}
        return self._fact("entry", key, member, ENTRY_BYTES, **said)


def part(
    tills: list[tuple[joining.Credentials, Identity]], args: argparse.Namespace, until: float,
    seed: int, answers: multiprocessing.Queue, ready: object,
) -> None:  # fmt: skip
    """Some of the tills, in a process of their own."""
    pause = args.tills / args.sales
    start = threading.Barrier(len(tills), action=ready.wait)
    sellers = [Seller(made, me, seed * 1000 + n) for n, (made, me) in enumerate(tills)]
    threads = [
        threading.Thread(target=one.run, args=(until, pause, args.pull, start)) for one in sellers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Samples()
    for one in sellers:
        whole.add(one.samples)
    answers.put(whole)


def watch(
    made: joining.Credentials, me: Identity, until: float, answers: multiprocessing.Queue,
    ready: object,
) -> None:  # fmt: skip
    """The reader that asks every 20 ms: the hub's own lag."""
    seller = Seller(made, me, 7)
    seller.run(until, 0, 0.02, threading.Barrier(1, action=ready.wait))
    answers.put(seller.samples)


def join_all(url: str, count: int, folder: Path) -> list[tuple[joining.Credentials, Identity]]:
    def one(number: int) -> tuple[joining.Credentials, Identity]:
        till = f"{number:05d}"
        me = Identity(till, str(uuid.uuid4()), f"machine-{till}", "run")
        here = folder / till
        here.mkdir()
        code = owning.invite(url, till)
        return joining.join(code, me, folder=here, clock=now), me

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, range(count)))


def server_seconds(port: int) -> float:
    """CPU that the server's processes have used so far."""
    used = 0.0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
            name = (path.parent / "comm").read_text().strip()
            parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
            nanoseconds = int((path.parent / "schedstat").read_text().split()[0])
        except OSError:
            continue
        if name == "postgres" and (f"{port}".encode() in line or _is_child(parent, port)):
            used += nanoseconds / 1e9
    return used


def memory(port: int) -> tuple[int, float]:
    """How many processes the server has, and their share of memory altogether, in MiB."""
    sizes = []
    for path in Path("/proc").glob("[0-9]*/smaps_rollup"):
        try:
            parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
            if (path.parent / "comm").read_text() == "postgres\n" and _is_child(parent, port):
                told = dict(line.split(":") for line in path.read_text().splitlines()[1:])
                sizes.append(int(told["Pss"].split()[0]) / 1024)
        except OSError:
            continue
    return len(sizes), sum(sizes)


def _is_child(parent: int, port: int) -> bool:
    try:
        return f"{port}".encode() in Path(f"/proc/{parent}/cmdline").read_bytes()
    except OSError:
        return False


def percentile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


def _millis(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _line(name: str, values: list[float]) -> None:
    shares = [percentile(values, share) for share in (0.5, 0.99)]
    most = max(values, default=float("nan"))
    print(f"{name:<34} n {len(values):>8}   p50 {shares[0]:>8.1f}   p99 {shares[1]:>8.1f}"
          f"   max {most:>8.1f} ms")  # fmt: skip


def run(args: argparse.Namespace) -> None:
    """All of it, with what it printed."""
    with HubServer(*SERVER) as server, tempfile.TemporaryDirectory() as folder:
        url = server.create("hub")
        owning.create_hub(url, address=f"127.0.0.1:{server.port}/hub", ca=server.papers.ca)
        began = time.perf_counter()
        joined = join_all(url, args.tills + 1, Path(folder))
        print(f"{len(joined)} tills joined in {time.perf_counter() - began:.1f} s")
        measure(args, server, url, joined)
        if args.bulk:
            bulk(args.bulk, server, url, *joined[0])


def measure(
    args: argparse.Namespace, server: HubServer, url: str,
    joined: list[tuple[joining.Credentials, Identity]],
) -> None:  # fmt: skip
    context = multiprocessing.get_context("fork")
    answers, quick = context.Queue(), context.Queue()
    ready = context.Barrier(PROCESSES + 2)
    until = time.time() + args.seconds + args.tills * 0.03 + 1
    parts = [
        context.Process(
            target=part, args=(joined[1:][n::PROCESSES], args, until, n, answers, ready)
        )
        for n in range(PROCESSES)
    ]
    parts.append(context.Process(target=watch, args=(*joined[0], until, quick, ready)))
    for process in parts:
        process.start()
    ready.wait(300)
    began, used = time.time(), server_seconds(server.port)
    before = owning.status(url)
    time.sleep(max(until + 0.3 - time.time(), 0))
    used = server_seconds(server.port) - used
    seconds = time.time() - began
    count, mebibytes = memory(server.port)
    whole = Samples()
    for _ in range(PROCESSES):
        whole.add(answers.get())
    reader = quick.get()
    for process in parts:
        process.join()
    server.sql("hub", "ANALYZE")
    after = owning.status(url)
    said(args, whole, reader, used, seconds)
    print(f"{count} processes of the server, {mebibytes / max(count, 1):.1f} MiB each (PSS)")
    sizes(server, after, before)


def bulk(count: int, server: HubServer, url: str, made: joining.Credentials, me: Identity) -> None:
    """A till that was away for long, or one that joins with its past: 500 facts a call."""
    before = owning.status(url)
    seller = Seller(made, me, 11)
    calls = []
    facts: list[Fact] = []
    began, used = time.perf_counter(), server_seconds(server.port)
    for number in range(count // 4):
        sale, member = str(uuid.uuid4()), f"bulk-{number % 5000:08d}"
        facts.append(seller._fact("sale", sale, member, SALE_BYTES))
        facts += [seller._entry(9, sale, member), seller._entry(-1, sale, member)]
        facts.append(seller._fact("message", sale, member, MESSAGE_BYTES))
        if len(facts) == 500:
            start = time.perf_counter()
            seller._hub.push(me, facts)
            calls.append(_millis(start))
            facts = []
    took, used = time.perf_counter() - began, server_seconds(server.port) - used
    print(f"\n{len(calls) * 500} facts of one till in calls of 500: {took:.1f} s"
          f" ({len(calls) * 500 / took:.0f}/s, server CPU {used:.1f} s)")  # fmt: skip
    _line("append 500", calls)
    seller._cursor = ""
    start = time.perf_counter()
    seller.read()
    took = time.perf_counter() - start
    print(f"{seller.samples.facts_read} facts read from the beginning in {took:.1f} s"
          f" ({seller.samples.facts_read / took:.0f}/s)")  # fmt: skip
    seller._hub.close()
    server.sql("hub", "ANALYZE")
    sizes(server, owning.status(url), before)


def said(
    args: argparse.Namespace, whole: Samples, reader: Samples, used: float, seconds: float
) -> None:
    print(f"\n{args.tills} tills, {seconds:.0f} s, {whole.sales / seconds:.1f} sales/s,"
          f" each till reads every {args.pull:g} s; load of the machine"
          f" {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip
    _line("append a sale (3-4 facts)", whole.append)
    _line("reserve points", whole.reserve)
    _line("read a page", whole.pull)
    _line("seen by a reader without pause", reader.lag)
    _line(f"seen by a till ({args.pull:g} s)", whole.lag)
    facts = whole.facts_read + reader.facts_read
    print(f"read {facts} facts ({facts / seconds:.0f}/s), granted {whole.granted},"
          f" failures {whole.failed or 'none'}")  # fmt: skip
    print(f"server CPU {used:.1f} s = {100 * used / seconds:.0f} % of a core,"
          f" {1000 * used / max(whole.sales, 1):.1f} ms a sale with all that reading")  # fmt: skip


def sizes(server: HubServer, after: owning.HubStatus, before: owning.HubStatus) -> None:
    facts = after.facts - before.facts
    print(f"{facts} facts, {(after.bytes - before.bytes) / max(facts, 1):.0f} bytes a fact"
          " with its indexes, entry and balance")  # fmt: skip
    print(
        server.sql(
            "hub",
            """
        SELECT c.relname, c.reltuples::bigint AS rows, pg_table_size(c.oid) AS heap,
            pg_indexes_size(c.oid) AS indexes,
            round((pg_table_size(c.oid) + pg_indexes_size(c.oid))
                / greatest(c.reltuples, 1)::numeric) AS bytes_a_row
        FROM pg_class AS c WHERE c.relnamespace = 'loyalty'::regnamespace AND c.relkind = 'r'
            AND c.reltuples > 100 ORDER BY 3 DESC
    """,
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tills", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--sales", type=float, default=20, help="a second, of all tills together")
    parser.add_argument("--pull", type=float, default=5, help="seconds between a till's readings")
    parser.add_argument("--bulk", type=int, default=0, help="and this many facts of one till")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
