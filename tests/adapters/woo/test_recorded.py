"""What was recorded of a real shop, asked of the imitation: it answers alike."""

import base64
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from sync.stores.woocommerce_access import Access, Signer
from sync.wire import Answer, Line, Wire
from tests.adapters.woo import recording
from tests.adapters.woo.recording import agree, by_rule, furnish, recorded, shape
from tests.adapters.woo.server import Key, Server
from tests.adapters.woo.shop import Shop

KEYS = {"ro": ("ck_ro", "cs_ro"), "wo": ("ck_wo", "cs_wo")}
PAGES = {
    "maintenance_mode_503": (503, "Maintenance", {"Retry-After": "600"}),
    "database_down_500_html": (500, "Database Error", {}),
    "php_fatal_error_500": (500, "WordPress › Error", {}),
}


@pytest.fixture
def server(certificate: Path) -> Iterator[Server]:
    with Server(Shop(), certificate) as server:
        server.keys |= {"ck_ro": Key("cs_ro", "read"), "ck_wo": Key("cs_wo", "write")}
        yield server


@pytest.mark.parametrize("name", recording.names())
def test_the_imitation_answers_as_the_real_one_did(name: str, server: Server, certificate: Path):
    told = recorded(name)
    furnish(server.shop, name)
    server.page = PAGES.get(name)
    server.shop.pretty = name != "plain_permalinks_wp_json_path"
    server.shop.plugin = name != "woocommerce_plugin_inactive_404"
    server.shop.hpos = not name.startswith("legacy")
    over_http = "[base: http://" in told["auth"] or " over http" in told["auth"]
    over_http = ("over https" not in told["auth"] and over_http) or name.startswith("auth_http_")
    if name.startswith("redirect_http"):
        over_http, server.moved = True, server.url
    wire = Wire(Line(ca=str(certificate), patience=10))
    answer = _ask(wire, name, told, server.http if over_http else server.url)
    wire.close()
    assert answer.status == told["status"]
    _same_headers(answer, told)
    _same_body(answer, told)


def _ask(wire: Wire, name: str, told: dict[str, Any], base: str) -> Answer:
    query = [tuple(pair) for pair in told["query"]]
    headers = {"Content-Type": "application/json"} if told["request_body"] is not None else {}
    key, secret = KEYS.get(_which(told["auth"]), ("ck_test", "cs_test"))
    if "wrong_key" in name:
        key = "ck_wrong"
    if "wrong_secret" in name:
        secret = "cs_wrong"  # noqa: S105
    sign = None
    if "querystring" in name:
        query += [("consumer_key", key), ("consumer_secret", secret)]
    elif "oauth" in name:
        sign = Signer(Access(url="http://x", key=key, secret=secret))
        sign._base = base
    elif told["auth"] != "none":
        pair = base64.b64encode(f"{key}:{secret}".encode()).decode()
        headers["Authorization"] = f"Bearer {key}" if "bearer" in name else f"Basic {pair}"
    body = told["request_body"]
    data = None if body is None else json.dumps(body).encode()
    if "_not_json" in (body or {}) or name == "error_400_bad_json":
        data = b'{"email": "broken'
    if "101_items" in name:
        data = json.dumps({"create": body["create"] * 101}).encode()
    url = f"{base}{told['path']}" + (f"?{urlencode(query)}" if query else "")
    return wire.ask(told["method"], url, body=data, headers=headers, sign=sign)


def _which(auth: str) -> str:
    found = re.search(r"\[key: (\w+)\]", auth)
    return found[1] if found else ""


def _same_headers(answer: Answer, told: dict[str, Any]) -> None:
    ours = {name.lower() for name in answer.headers} - {"date", "content-length", "connection"}
    theirs = {name.lower(): value for name, value in told["headers"].items()}
    assert ours == theirs.keys()
    kind = theirs["content-type"].partition(";")[0]
    assert answer.headers["content-type"].partition(";")[0] == kind
    for name in ("retry-after", "allow", "cache-control"):
        assert answer.headers.get(name) == theirs.get(name)
    rels = [sorted(re.findall(r'rel="([^"]+)"', said.get("link", ""))) for said in
            (answer.headers, theirs)]  # fmt: skip
    assert rels[0] == rels[1]
    assert _place(answer.headers.get("location")) == _place(theirs.get("location"))


def _place(location: str | None) -> str:
    return re.sub(r"\d+$", "#", urlsplit(location or "").path)


def _same_body(answer: Answer, told: dict[str, Any]) -> None:
    theirs = told["body"]
    if isinstance(theirs, dict) and "_not_json" in theirs:
        assert bool(answer.body) == bool(theirs["_not_json"])
        assert not answer.is_json
        return
    ours = json.loads(answer.body)
    if isinstance(theirs, dict) and "code" in theirs and "message" in theirs:
        assert (ours["code"], _data(ours)) == (theirs["code"], _data(theirs))
        return
    if "endpoints" in theirs:
        return _same_options(ours, theirs)
    assert agree(shape(ours), shape(theirs)) == []
    if isinstance(theirs, list):
        assert bool(ours) == bool(theirs)
        return
    rules = by_rule(theirs)
    assert {key: by_rule(ours).get(key) for key in rules} == rules


def _data(error: dict[str, Any]) -> Any:
    data = error["data"]
    if not isinstance(data, dict):
        return data
    told = {k: v for k, v in data.items() if not k.startswith("json_error")}
    return {**told, "new_draft_order_id": "new_draft_order_id" in data}


def _same_options(ours: Any, theirs: Any) -> None:
    mine, real = (one["endpoints"][0]["args"] for one in (ours, theirs))
    assert mine.keys() <= real.keys()
    assert {"created_via", "offset", "status"} <= mine.keys()
    assert mine["status"]["items"]["enum"] == real["status"]["items"]["enum"]


def test_a_tax_within_prices_comes_to_what_it_came_to():
    """25.5 % of 7.90 as it was seen: 6.29 and 1.61."""
    shop = Shop(rate=Decimal("0.255"))
    product = shop.goods.make({"sku": "COF-250", "regular_price": "7.90"})
    row = shop.orders.make({"line_items": [{"product_id": product["id"], "quantity": 1}]})
    assert (row["total"], row["tax"]) == (Decimal("7.90"), Decimal("1.61"))
