"""A hundred sales pushed to a real Vendure store, by the product's own engine.

The floor sends the very same requests to the same store again, as new sales, by ``http.client``
over one kept connection. Both are told in halves, in turns: the store grows slower as it fills.
"""

from __future__ import annotations

import http.client
import json
import shutil
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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

AIM = Aim(ratio=1.5)
BUYERS = 20
Body = dict[str, Any]


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
        self._engine.close()


class Bare:
    """The floor: requests as JSON over one kept connection."""

    def __init__(self, access: Access) -> None:
        address = urlsplit(access.url)
        self._path = address.path
        self._http = http.client.HTTPConnection(address.netloc, timeout=60)
        self._headers = {"Content-Type": "application/json"}
        secrets = {"username": access.username, "password": access.secret}
        self._ask({"query": documents.LOGIN, "variables": secrets})

    def _ask(self, body: Body) -> bytes:
        self._http.request("POST", self._path, json.dumps(body), self._headers)
        with self._http.getresponse() as response:
            token = response.headers.get("vendure-auth-token")
            if token:
                self._headers["Authorization"] = f"Bearer {token}"
            return response.read()

    def replay(self, sent: list[Body]) -> float:
        """Seconds for the same requests as so many new sales."""
        answers: list[bytes] = []
        self._http.close()  # the store hangs up on whoever was silent for seconds
        self._http.connect()
        took = timed(lambda: self._send(sent, answers)) / 1000
        if any(json.loads(answer).get("errors") for answer in answers):
            raise RuntimeError("the store refused what it took from the till")
        return took

    def _send(self, sent: list[Body], answers: list[bytes]) -> None:
        draft = sale = ""
        for body in sent:
            if "createDraftOrder" in body["query"]:
                answers.append(self._ask(body))
                draft = json.loads(answers[-1])["data"]["createDraftOrder"]["id"]
                sale = main.new_id()
            else:
                again = _anew(body["variables"], draft, sale)
                answers.append(self._ask({"query": body["query"], "variables": again}))

    def close(self) -> None:
        """Let go of the store."""
        self._http.close()


def _anew(variables: Body, draft: str, sale: str) -> Body:
    """The same for another draft and another sale."""
    made = dict(variables)
    if "order" in made:
        made["order"] = draft
    if "fields" in made:
        fields = {**made["fields"]["customFields"], "posSaleId": sale}
        made["fields"] = {"id": draft, "customFields": fields}
    if "payment" in made:
        metadata = {**made["payment"]["metadata"], "sale": sale}
        made["payment"] = {**made["payment"], "orderId": draft, "metadata": metadata}
    return made


def measure(scale: Scale) -> list[Figure]:
    """``push``."""
    reason = missing()
    if reason:
        return [Figure("push", "s", note=reason)]
    with tempfile.TemporaryDirectory(prefix="till-bench-") as name:
        return [_with_store(Path(name), scale)]


def _with_store(folder: Path, scale: Scale) -> Figure:
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
                return _measure(till, bare, scale)
            finally:
                till.close()
                bare.close()
    finally:
        database.close()


def _measure(till: Till, bare: Bare, scale: Scale) -> Figure:
    till.push(min(BUYERS, scale.pushed))  # members become customers, variants and session are known
    half = max(1, scale.pushed // 2)
    a_hundred: Callable[[float], float] = lambda seconds: seconds * 100 / half  # noqa: E731
    ours, floor = in_turns(
        2 * scale.push_rounds,
        lambda _: a_hundred(till.push(half)),
        lambda _: a_hundred(bare.replay(till.sent)),
        warm_up=1,
        swap=False,
    )
    requests = len(till.sent) / half
    note = (
        f"{100 / median(ours):.1f} sales/s, floor {100 / median(floor):.1f}, in halves of {half},"
        f" {requests:.1f} requests a sale; per 100 sales; the store's own work dominates both, so"
        " the ratio, not the time, is ours; floor: the same requests by http.client"
    )
    return Figure("push", "s", ours, floor, note, AIM)
