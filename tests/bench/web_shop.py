"""An online store that is quick, then busy, then silent: ``python -m tests.bench.web_shop N``.

It speaks Vendure's wire as far as the till's sync needs it, in a process of its own, so that its
work is not the window's. N orders of members have been placed when the first line comes in on its
standard input; until then it has none. Truths about Vendure are tested against the real one.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from subprocess import PIPE, Popen
from typing import Any

from sync.stores.vendure_ticket_documents import NOTE
from terminal.cards import own_card
from terminal.db.bulk import CARD_PREFIX
from tests.bench.shops import ROOT

GOOD_SECONDS, BUSY_SECONDS, SILENT_SECONDS = 6.0, 2.0, 2.0
_OPERATION = re.compile(r"(?:query|mutation) (\w+)")
_GOODS = (("OIL-500", "Olive oil", 980), ("HON-450", "Honey", 1190), ("TEA-100", "Tea", 450))
_NOTHING: dict[str, Any] = {"customFields": {}}
_NONE: dict[str, Any] = {"items": [], "totalItems": 0}
_NOTE: dict[str, Any] = {"id": "1", "data": {"note": NOTE}}
_DROPPED = {"dropped": {"result": "DELETED"}}
_ALIAS = re.compile(r"\b(d\d+): createDraftOrder")
Answer = dict[str, Any]


class Shop:
    """Answers one document after the other."""

    def __init__(self, orders: int) -> None:
        self._ids = count(1_000_000)
        self._totals: dict[str, int] = {}
        self._coming = orders
        self.orders: list[Answer] = []

    def open_orders(self) -> None:
        """All of them at once, as after a night without a line."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        self.orders = [_order(n, now) for n in range(1, self._coming + 1)]

    def answer(self, operation: str, told: Answer) -> Answer:
        """The data of an answer."""
        answers: dict[str, Callable[[Answer], Answer]] = {
            "Login": lambda _: {"login": {"__typename": "CurrentUser"}},
            "Check": self._check, "Variants": self._variants, "Changes": self._changes,
            "LatestOrders": lambda _: self._latest(),
            "Refunded": lambda _: {"orders": _NONE}, "OrdersOfSales": lambda _: {"orders": _NONE},
            "EmptyDrafts": lambda _: {"orders": _NONE, "ours": _NONE, "newest": _NONE},
            "CreateDraft": lambda _: {"createDraftOrder": self._draft()},
            "CreateDrafts": lambda said: {name: self._draft() for name in said["aliases"]},
            "Fill": self._fill, "Pay": self._pay,
            "DeleteDraft": lambda _: {"deleteDraftOrder": {"result": "DELETED"}},
            "OptionalFields": lambda _: {"customers": _NONE},
            "FindCustomers": lambda _: {"byEmail": _NONE, "byCard": _NONE},
            "CustomerById": lambda _: {"customer": None},
            "CustomerChanges": lambda _: {"customers": _NONE},
            "NameDraft": lambda said: {"named": {"id": said["ticket"]}},
            "DropDraft": lambda _: _DROPPED, "DropCustomerNote": lambda _: _DROPPED,
            "NoteOnCustomer": lambda _: {"taken": {"history": {"items": [_NOTE]}}},
            "UpdateProfile": lambda said: {"put": self._customer(said["input"])},
            "MakeMember": lambda said: {"put": {"customer": self._customer(said["input"])}},
            "CreateCustomer": lambda said: {"put": self._customer({**said["input"], **_NOTHING})},
            "UpdateCustomer": lambda said: {"put": self._customer(said["input"])},
            "UpdateCustomers": lambda said: {
                name: self._customer(given) for name, given in said.items() if name != "aliases"
            },
            "Ean": lambda _: {"productVariants": _NONE},
            "Goods": lambda _: {"productVariants": _NONE},
        }  # fmt: skip
        return answers[operation](told)

    def _check(self, told: Answer) -> Answer:
        channel = {"code": "web", "defaultCurrencyCode": "EUR"}
        return {"activeChannel": channel, **self._variants({"skus": [told["sku"]]})}

    def _variants(self, told: Answer) -> Answer:
        return {"productVariants": {"items": [{"id": sku, "sku": sku} for sku in told["skus"]]}}

    def _changes(self, told: Answer) -> Answer:
        first = "_or" not in told["filter"]
        found = self.orders if first else []
        page = found[told["skip"] : told["skip"] + told["take"]]
        return {"orders": {"items": page, "totalItems": len(found)}}

    def _latest(self) -> Answer:
        newest = {"items": self.orders[:1]}
        return {"updated": newest, "placed": newest, "authorised": _NONE, "unplaced": _NONE}

    def _draft(self) -> Answer:
        number = str(next(self._ids))
        return {"id": number, "code": f"D{number}"}

    def _fill(self, told: Answer) -> Answer:
        answer: Answer = {}
        for name, order in told.items():
            if not (number := re.fullmatch(r"o(\d+)", name)):
                continue
            items = {key: said for key, said in told.items() if key.startswith(f"l{number[1]}_")}
            self._totals[order] = sum(
                said["quantity"] * said["customFields"]["tillUnitPrice"] for said in items.values()
            )
            answer |= {key: {} for key in items}
            answer[f"customer{number[1]}"] = self._told(order, "Draft")
        return answer

    def _pay(self, told: Answer) -> Answer:
        answer: Answer = {}
        for name, order in told.items():
            if number := re.fullmatch(r"o(\d+)", name):
                answer[f"moved{number[1]}"] = self._told(order, "ArrangingPayment")
                answer[f"paid{number[1]}"] = self._told(order, "PaymentSettled")
        return answer

    def _told(self, order: str, state: str) -> Answer:
        total = self._totals.get(order, 0)
        return {"id": order, "code": f"D{order}", "state": state, "totalWithTax": total}

    def _customer(self, given: Answer) -> Answer:
        number = given.get("id") or str(next(self._ids))
        address = given.get("emailAddress", "")
        return {"id": number, "emailAddress": address, "customFields": given["customFields"]}


def _order(number: int, placed: str) -> Answer:
    goods = [_GOODS[(number + n) % len(_GOODS)] for n in range(1 + number % 3)]
    lines = [
        {"id": f"{number}-{n}", "quantity": 1, "ordered": 1, "unit": price, "prorated": price,
         "productVariant": {"sku": sku, "name": name}}
        for n, (sku, name, price) in enumerate(goods)
    ]  # fmt: skip
    total = sum(line["prorated"] for line in lines)
    return {
        "id": str(number), "code": f"WEB{number:06d}", "state": "PaymentSettled",
        "updatedAt": placed, "orderPlacedAt": placed, "currencyCode": "EUR", "totalWithTax": total,
        "customer": {"id": f"w{number}", "emailAddress": f"web{number}@example.com",
                     "customFields": {"loyaltyCardNumber": own_card(CARD_PREFIX, number)}},
        "lines": lines, "shippingLines": [], "customFields": {},
        "payments": [{"id": "1", "amount": total, "state": "Settled", "refunds": []}],
    }  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """By the clock: good, then busy, then silent."""

    protocol_version = "HTTP/1.1"
    shop: Shop
    began = time.monotonic()

    def do_POST(self) -> None:
        """One document."""
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = _OPERATION.search(said["query"])
        assert found
        weather = self._weather()
        if weather == "silent":
            time.sleep(SILENT_SECONDS)
        if weather != "good":
            self._send(503, b"busy")
            return
        aliases = {"aliases": _ALIAS.findall(said["query"])}
        data = self.shop.answer(found[1], aliases | (said.get("variables") or {}))
        self._send(200, json.dumps({"data": data}).encode())

    def _weather(self) -> str:
        past = (time.monotonic() - self.began) % (GOOD_SECONDS + BUSY_SECONDS + SILENT_SECONDS)
        if past < GOOD_SECONDS:
            return "good"
        return "busy" if past < GOOD_SECONDS + BUSY_SECONDS else "silent"

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("vendure-auth-token", "a-session")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def web_shop(orders: int) -> Iterator[tuple[str, Callable[[], None]]]:
    """Run it; answers its address and what opens the orders."""
    words = [sys.executable, "-m", "tests.bench.web_shop", str(orders)]
    with Popen(words, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        stdin = process.stdin

        def place() -> None:
            stdin.write("orders\n")
            stdin.flush()

        try:
            yield process.stdout.readline().strip(), place
        finally:
            stdin.close()


def main(orders: int) -> None:
    """Serve until the standard input ends; its first line opens the orders."""
    Handler.shop = Shop(orders)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}/admin-api", flush=True)
    for _ in sys.stdin:
        Handler.shop.open_orders()
        Handler.began = time.monotonic()  # in good weather: they are to come in
    server.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
