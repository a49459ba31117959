"""The imitation is held to what a real shop said: the same requests, in the same order.

``exchanges`` are recorded, with ids and times of their own; each answer of the imitation must have
the same code, nothing that the real one does not have, and the same values, ids and times apart.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from sync.stores import medusa_wire as wire
from tests.adapters.medusa.imitation import Imitation
from tests.adapters.medusa.server import MedusaServer

EXCHANGES = sorted((Path(__file__).parent / "exchanges").glob("*.json"))
_ID = re.compile(r"[a-z]{2,8}(_col)?_[0-9A-Z]{26}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z")
_ONLY_IDS = {"product_create", "region_create", "api_key_create"}


class Replay:
    """What stands for what: the recorded ids and times, and those of the imitation."""

    def __init__(self, server: MedusaServer) -> None:
        self._server = server
        self._mine: dict[str, str] = {}
        self._token = ""
        self._key = ""

    def play_all(self) -> None:
        for file in EXCHANGES:
            self.play(json.loads(file.read_text("utf-8")))

    def play(self, exchange: dict[str, Any]) -> None:
        body = exchange["body"]
        text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        target = self._translated(exchange["path"], quoted=True)
        status, told = self._server.answer(
            exchange["method"], target, self._translated(text).encode(), self._headers(exchange)
        )
        answer = json.loads(json.dumps(told, default=float))
        assert status == exchange["status"], f"{exchange['name']}: {answer}"
        self._learn(exchange["answer"], answer)
        if exchange["name"] == "login_ok":
            self._token = answer["token"]
        if exchange["name"] == "api_key_create":
            self._key = answer["api_key"]["token"]
        if exchange["name"] not in _ONLY_IDS:
            self._compare(exchange["answer"], answer, exchange["name"])

    def _headers(self, exchange: dict[str, Any]) -> dict[str, str]:
        given = exchange["key"]
        if given.startswith("Bearer"):
            return {"authorization": f"Bearer {self._token}"}
        if exchange["name"] == "api_key_plain_basic":
            return {"authorization": f"Basic {self._key}"}
        if "REDACTED" in given:
            word = base64.b64encode(f"{self._key}:".encode()).decode()
            return {"authorization": f"Basic {word}"}
        return {"authorization": given} if given else {}

    def _translated(self, text: str, *, quoted: bool = False) -> str:
        for recorded, mine in self._mine.items():
            text = text.replace(recorded, mine)
            if quoted:
                text = text.replace(quote(recorded, safe=""), quote(mine, safe=""))
        return text

    def _learn(self, recorded: Any, mine: Any) -> None:
        if isinstance(recorded, dict) and isinstance(mine, dict):
            for name in recorded.keys() & mine.keys():
                self._learn(recorded[name], mine[name])
        elif isinstance(recorded, list) and isinstance(mine, list):
            for one, other in zip(_in_order(recorded), _in_order(mine), strict=False):
                self._learn(one, other)
        elif isinstance(mine, str) and recorded != mine and _is_its_own(str(recorded)):
            self._mine[recorded] = mine

    def _compare(self, recorded: Any, mine: Any, where: str) -> None:
        if isinstance(recorded, dict):
            made_up = mine.keys() - recorded.keys()
            assert not made_up, f"{where}: a real shop has no {sorted(made_up)}"
            for name, value in mine.items():
                self._compare(recorded[name], value, f"{where}.{name}")
        elif isinstance(recorded, list):
            assert len(recorded) == len(mine), where
            for one, other in zip(recorded, mine, strict=True):
                self._compare(one, other, where)
        elif isinstance(recorded, str) and _is_its_own(recorded):
            assert isinstance(mine, str), where
        elif isinstance(recorded, str):
            assert self._translated(recorded) == mine, where
        else:
            assert recorded == mine, where


def _in_order(rows: list[Any]) -> list[Any]:
    """Variants come in any order."""
    return sorted(rows, key=lambda row: row.get("sku", "") if isinstance(row, dict) else "")


def _is_its_own(text: str) -> bool:
    return bool(_ID.fullmatch(text) or _TIME.fullmatch(text)) or "REDACTED" in text


def test_the_imitation_says_what_a_real_shop_said() -> None:
    with MedusaServer(Imitation()) as server:
        replay = Replay(server)
        replay.play_all()


def test_an_imitation_that_says_something_else_is_found() -> None:
    class Kind(Imitation):
        def pay(self, known: str, given: Any) -> Any:
            return {**super().pay(known, given), "status": "paid"}

    with MedusaServer(Kind()) as server:
        replay = Replay(server)
        with pytest.raises(AssertionError, match=r"status"):
            replay.play_all()


SHAPES: dict[str, Any] = {
    "customer_create": wire.OneCustomer,
    "customer_by_id": wire.OneCustomer,
    "customer_find_email": wire.Customers,
    "sale_1_draft": wire.OneDraft,
    "sale_2_convert": wire.OneOrder,
    "sale_4_payment_collection": wire.OneCollection,
    "sale_5_mark_paid": wire.OneCollection,
    "order_by_id": wire.OneOrder,
    "orders_by_customer": wire.Orders,
    "draft_orders_list": wire.Drafts,
    "variant_by_sku": wire.Variants,
    "customer_create_duplicate_email": wire.Problem,
}


@pytest.mark.parametrize("name", SHAPES)
def test_what_a_real_shop_said_is_understood(name: str) -> None:
    [file] = [one for one in EXCHANGES if one.stem.partition("_")[2] == name]
    answer = json.loads(file.read_text("utf-8"))["answer"]
    assert msgspec.json.decode(msgspec.json.encode(answer), type=SHAPES[name])


def test_money_is_read_digit_by_digit() -> None:
    [file] = [one for one in EXCHANGES if one.stem.endswith("_order_by_id")]
    text = json.dumps(json.loads(file.read_text("utf-8"))["answer"])
    order = msgspec.json.decode(text.encode(), type=wire.OneOrder).order
    assert wire.minor(order.total, order.currency_code) == 3129
    assert [wire.minor(item.total, "GBP") for item in order.items or ()] == [1980, 799, 350]
    assert order.sale == "S1795295275969"
    assert [payment.amount for payment in order.payments] == [order.total]
