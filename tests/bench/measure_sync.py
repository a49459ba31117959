"""Sync with a real Vendure store: sales told, and what taking rows in costs.

``sync-push``: a thousand sales by the product's own engine. The floor sends the very same requests
to the same store again, as new sales, by ``requests`` alone over one kept connection. Both are told
in halves, in turns: the store grows slower as it fills. ``sync-requests``: how many requests a
hundred of them took. ``sync-pull``: processor time of this process for each order taken in, from a
store in another process; the floor only fetches the same pages and reads their JSON.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import requests

import main
from sync.engine import SyncEngine
from sync.stores import vendure_documents as documents
from sync.stores.vendure import Access, VendureOnlineStore
from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlDatabase
from terminal.ids import MemberId
from tests.bench.figures import Aim, Figure, Scale, in_turns, median, timed
from tests.bench.measure_sale import buyers
from tests.bench.shops import ROOT, make_shop, request_for, services_over
from tests.bench.web_shop import web_shop

PUSH_AIM = Aim(ratio=1.5)
REQUESTS_AIM = Aim(p50=60)
PULL_AIM = Aim(p50=3.0)
BUYERS = 20
PULL_ROUNDS = 3
Body = dict[str, Any]
_DRAFTS = re.compile(r"\bd(\d+): createDraftOrder")


def missing() -> str:
    """Why there is no store to push to; empty when there is one."""
    own = ROOT / "build" / "node" / "bin" / "node"
    if shutil.which("node") is None and not own.exists():
        return "skipped: Node is missing (make set-up brings it)"
    if not (ROOT / "tests" / "vendure_store" / "node_modules" / ".installed").exists():
        return "skipped: the test store's packages are missing (make set-up brings them)"
    return ""


class Till:
    """Books sales and pushes them; keeps the requests that went out."""

    def __init__(self, database: SqlDatabase, access: Access, buyers: list[MemberId]) -> None:
        self._buyers = buyers
        self._services = services_over(database)
        self._store = VendureOnlineStore(access)
        self._engine = SyncEngine(
            database, self._store, clock=main.now, new_id=main.new_id, jitter=lambda: 0.5
        )
        self._turn = count()
        self.sent: list[Body] = []
        self._store._api.told = lambda body: self.sent.append(json.loads(body))

    def push(self, sales: int) -> float:
        """Seconds that the sync engine takes for so many sales; they are booked before."""
        for _ in range(sales):
            member = self._buyers[next(self._turn) % len(self._buyers)]
            self._services.counter.sell(request_for(self._services, member))
        self.sent.clear()
        told: list[int] = []
        took = timed(lambda: told.append(self._engine.push().sent)) / 1000
        if told[0] < sales:
            raise RuntimeError(f"only {told[0]} messages of {sales} sales were told")
        return took

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()


class Bare:
    """The floor: requests as JSON over one kept connection."""

    def __init__(self, access: Access) -> None:
        self._url = access.url
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["Content-Type"] = "application/json"
        secrets = {"username": access.username, "password": access.secret}
        self._ask({"query": documents.LOGIN, "variables": secrets})

    def _ask(self, body: Body) -> Body:
        answer = self._http.post(self._url, data=json.dumps(body), timeout=60)
        token = answer.headers.get("vendure-auth-token")
        if token:
            self._http.headers["Authorization"] = f"Bearer {token}"
        told: Body = answer.json()
        if told.get("errors"):
            raise RuntimeError(f"the store refused what it took from the till: {told['errors']}")
        return told

    def replay(self, sent: list[Body]) -> float:
        """Seconds for the same requests as so many new sales."""
        return timed(lambda: self._send(sent)) / 1000

    def _send(self, sent: list[Body]) -> None:
        made: dict[int, tuple[str, str]] = {}
        for body in sent:
            if _DRAFTS.search(body["query"]):
                drafts = self._ask(body)["data"]
                made = {n: (drafts[f"d{n}"]["id"], main.new_id()) for n in range(len(drafts))}
            else:
                again = _anew(body["variables"], made)
                self._ask({"query": body["query"], "variables": again})

    def close(self) -> None:
        """Let go of the store."""
        self._http.close()


def _anew(variables: Body, drafts: dict[int, tuple[str, str]]) -> Body:
    """The same for other drafts and other sales."""
    made = dict(variables)
    for n, (draft, sale) in drafts.items():
        if f"o{n}" in made:
            made[f"o{n}"] = draft
        if f"fields{n}" in made:
            fields = {**made[f"fields{n}"]["customFields"], "posSaleId": sale}
            made[f"fields{n}"] = {"id": draft, "customFields": fields}
        if f"p{n}" in made:
            metadata = {**made[f"p{n}"]["metadata"], "sale": sale}
            made[f"p{n}"] = {**made[f"p{n}"], "orderId": draft, "metadata": metadata}
    return made


def measure(scale: Scale) -> list[Figure]:
    """``sync-push``, ``sync-requests`` and ``sync-pull``."""
    reason = missing()
    with tempfile.TemporaryDirectory(prefix="till-bench-") as name:
        pulled = _pull(Path(name), scale)
        if reason:
            return [
                Figure("sync-push", "s", note=reason),
                Figure("sync-requests", "requests", note=reason),
                pulled,
            ]
        return [*_with_store(Path(name), scale), pulled]


def _with_store(folder: Path, scale: Scale) -> list[Figure]:
    from tests.stores import VendureStore

    make_shop(folder / "till.db", 1000)
    database = open_database(folder / "till.db")
    try:
        with VendureStore(folder) as store:
            access = Access(
                url=store.admin_api, username=store.admin_user, secret=store.admin_password
            )
            people = buyers()[: min(BUYERS, scale.pushed)]
            till, bare = Till(database, access, people), Bare(access)
            try:
                return _push(till, bare, scale)
            finally:
                till.close()
                bare.close()
    finally:
        database.close()


def _push(till: Till, bare: Bare, scale: Scale) -> list[Figure]:
    till.push(min(BUYERS, scale.pushed))  # members become customers, variants and session are known
    half = max(1, scale.pushed // 2)
    asked: list[float] = []
    a_thousand: Callable[[float], float] = lambda seconds: seconds * 1000 / half  # noqa: E731

    def ours(_: int) -> float:
        took = till.push(half)
        asked.append(len(till.sent) * 100 / half)
        return a_thousand(took)

    told, floor = in_turns(
        2 * scale.push_rounds, ours, lambda _: a_thousand(bare.replay(till.sent)),
        warm_up=1, swap=False,
    )  # fmt: skip
    note = (
        f"{1000 / median(told):.1f} sales/s, floor {1000 / median(floor):.1f}, in halves of {half};"
        " per 1,000 sales; the store's own work dominates both, so the ratio, not the time, is"
        " ours; floor: the same requests by requests alone"
    )
    per_sale = "per 100 sales of one member each, standings included"
    return [
        Figure("sync-push", "s", told, floor, note, PUSH_AIM),
        Figure("sync-requests", "requests", asked[1:], note=per_sale, aim=REQUESTS_AIM),
    ]


# -- taking in -------------------------------------------------------------------------------------


def _pull(folder: Path, scale: Scale) -> Figure:
    make_shop(folder / "pull.db", max(scale.pulled, 1000))
    with web_shop(scale.pulled) as (url, place):
        ours, floor = in_turns(
            PULL_ROUNDS,
            lambda turn: _taken_in(folder / "pull.db", folder / f"{turn}.db", url, place, scale),
            lambda _: _fetched(url, place, scale),
            warm_up=1,
        )
    note = (
        f"milliseconds of processor for each of {scale.pulled} orders that were taken in, member"
        " found, points earned and booked; floor: the same pages fetched and read as JSON"
    )
    return Figure("sync-pull", "ms", ours, floor, note, PULL_AIM)


def _taken_in(shop: Path, copy: Path, url: str, place: Callable[[], None], scale: Scale) -> float:
    shutil.copyfile(shop, copy)
    database = open_database(copy)
    store = VendureOnlineStore(Access(url=url, username="a", secret="b"))  # noqa: S106 (anybody's)
    engine = SyncEngine(database, store, clock=main.now, new_id=main.new_id, jitter=lambda: 0.5)
    place()
    try:
        began = time.process_time()
        report = engine.pull()
        took = time.process_time() - began
    finally:
        store.close()
        database.close()
    if report.taken < scale.pulled:
        raise RuntimeError(f"only {report.taken} of {scale.pulled} orders came in: {report}")
    return took * 1000 / scale.pulled


def _fetched(url: str, place: Callable[[], None], scale: Scale) -> float:
    place()
    began, rows = time.process_time(), 0
    with requests.Session() as http:
        http.trust_env = False
        while rows < scale.pulled:
            body = {
                "query": documents.CHANGES,
                "variables": {"filter": {}, "skip": rows, "take": 100},
            }
            answer = http.post(url, data=json.dumps(body), timeout=60).json()
            rows += len(answer["data"]["orders"]["items"])
    return (time.process_time() - began) * 1000 / scale.pulled
