"""The small shop behind HTTP on 127.0.0.1, held to Shopify's own schema and to its prices.

Documents are validated and executed by graphql-core over the true schema, so no field can be made
up. Each is charged for what it might bring and paid back what it did not; a bucket holds 2,000
points and fills by 100 a second, by the shop's own clock.
"""

from __future__ import annotations

import email.utils
import json
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
    parse,
    validate,
)

from tests.adapters.shopify.mutations import Mutations
from tests.adapters.shopify.schema import schema
from tests.adapters.shopify.shop import Shop

LARGEST = 2000.0
RATE = 100.0
DEAREST = 1000.0
ALL_SCOPES = frozenset(
    f"{verb}_{what}"
    for verb in ("read", "write")
    for what in ("customers", "orders", "products", "discounts", "locations")
) | {"read_all_orders"}


@cache
def understood(document: str) -> tuple[DocumentNode | None, tuple[str, ...]]:
    """A document, and what the schema has against it."""
    try:
        node = parse(document)
    except GraphQLError as error:
        return None, (error.message,)
    return node, tuple(error.message for error in validate(schema(), node))


class ShopServer:
    """One shop that answers. ``tokens`` say what each key may do."""

    def __init__(self, shop: Shop, tokens: dict[str, frozenset[str]]) -> None:
        self.shop = shop
        self.tokens = tokens
        self.version = "2026-10"
        self.at_hand = LARGEST
        self.most = LARGEST
        self.rate = RATE
        self.turned_away = 0
        self.costs: list[float] = []
        self._told_at = shop.clock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._server.here = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, document: str, variables: dict[str, Any], token: str) -> dict[str, Any]:
        """What Shopify would say."""
        node, wrong = understood(document)
        if node is None or wrong:
            return {"errors": [{"message": message} for message in wrong]}
        cost = price(node, variables)
        if cost > DEAREST:
            return _failure("MAX_COST_EXCEEDED")
        with self.shop.lock:
            self._fill()
            if cost > self.at_hand:
                self.turned_away += 1
                return {**_failure("THROTTLED"), "extensions": self._cost(cost, None)}
            self.at_hand -= cost
        roots = Mutations(self.shop, self.tokens[token]).fields()
        done = execute_sync(schema(), node, roots, variable_values=variables)
        assert isinstance(done, ExecutionResult)
        spent = min(float(_weight(done.data) + _changes(node) * 10), cost)
        with self.shop.lock:
            self.at_hand = min(self.at_hand + cost - spent, self.most)
        self.costs.append(cost)
        told: dict[str, Any] = {"data": done.data, "extensions": self._cost(cost, spent)}
        if done.errors:
            told["errors"] = [error.formatted for error in done.errors]
        return told

    def _fill(self) -> None:
        now = self.shop.clock()
        self.at_hand = min(self.at_hand + (now - self._told_at) * self.rate, self.most)
        self._told_at = now

    def _cost(self, cost: float, spent: float | None) -> dict[str, Any]:
        return {
            "cost": {
                "requestedQueryCost": cost,
                "actualQueryCost": spent,
                "throttleStatus": {
                    "maximumAvailable": self.most,
                    "currentlyAvailable": int(self.at_hand),
                    "restoreRate": self.rate,
                },
            }
        }


def price(document: DocumentNode, variables: dict[str, Any]) -> float:
    """What a document is charged before it runs: an object is 1, a list its rows, a change 10."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }

    def of(selection: SelectionSetNode | None) -> float:
        total = 0.0
        for node in selection.selections if selection else ():
            if not isinstance(node, FieldNode):
                inner = getattr(node, "selection_set", None) or fragments[node.name.value]
                total += of(getattr(inner, "selection_set", inner))
            elif node.selection_set:
                rows = _rows(node, variables)
                total += 1 + of(node.selection_set) if rows is None else 2 + _list(node, rows)
        return total

    def _list(node: FieldNode, rows: int) -> float:
        inner = node.selection_set
        held = [one for one in inner.selections if isinstance(one, FieldNode)] if inner else []
        listed = [one for one in held if one.name.value == "nodes"]
        each = of(listed[0].selection_set) if listed else of(inner)
        return rows * (1 + each)

    return of(_operation(document).selection_set) + _changes(document) * 10


def _operation(document: DocumentNode) -> OperationDefinitionNode:
    return next(x for x in document.definitions if isinstance(x, OperationDefinitionNode))


def _changes(document: DocumentNode) -> int:
    """How many things a document changes."""
    operation = _operation(document)
    is_change = operation.operation is OperationType.MUTATION
    return len(operation.selection_set.selections) if is_change else 0


def _rows(node: FieldNode, variables: dict[str, Any]) -> int | None:
    for argument in node.arguments or ():
        if argument.name.value in ("first", "ids"):
            name = getattr(getattr(argument.value, "name", None), "value", None)
            value = variables.get(name) if name else int(argument.value.value)  # type: ignore[attr-defined]
            return len(value) if isinstance(value, list) else value
    return None


def _weight(data: Any) -> int:
    """How many objects an answer holds."""
    if isinstance(data, dict):
        return 1 + sum(_weight(value) for value in data.values())
    return sum(_weight(value) for value in data) if isinstance(data, list) else 0


def _failure(code: str) -> dict[str, Any]:
    return {"errors": [{"message": "No.", "extensions": {"code": code}}]}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one piece an answer: two would each wait for the other side's nod
    disable_nagle_algorithm = True

    @property
    def here(self) -> ShopServer:
        return self.server.here  # type: ignore[attr-defined,no-any-return]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        token = self.headers.get("X-Shopify-Access-Token", "")
        if not self.path.startswith("/admin/api/"):
            return self._tell(404, {"errors": "Not Found"})
        if token not in self.here.tokens:
            said = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return self._tell(401, {"errors": said})
        asked = json.loads(body)
        return self._tell(200, self.here.answer(asked["query"], asked.get("variables", {}), token))

    def do_GET(self) -> None:
        if self.path != "/meta.json":
            return self._tell(404, {"errors": "Not Found"})
        return self._tell(200, {"name": "Example shop", "myshopify_domain": self.headers["Host"]})

    def _tell(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response_only(status)
        self.send_header("Date", email.utils.format_datetime(self.here.shop.now(), usegmt=True))
        self.send_header("Content-Type", "application/json; charset=utf-8")
        if status == 200 and self.command == "POST":
            self.send_header("X-Shopify-API-Version", self.here.version)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""
