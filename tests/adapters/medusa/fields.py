"""Which fields an answer of the imitated shop holds: those that were asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tests.adapters.medusa.imitation import Thing

Asked = dict[str, list[str]]


def only(row: Thing, names: Collection[str]) -> Thing:
    return {name: value for name, value in row.items() if name in names}


def cut(row: Thing, asked: Asked, usual: set[str] | None = None) -> Thing:
    """Only what was asked for; an order comes with its lines and its status whatever was."""
    fields = asked.get("fields", [""])[0].split(",")
    if not fields[0] or fields[0].startswith("+"):
        return only(row, usual) if usual else row
    names = {field.lstrip("*+").partition(".")[0] for field in fields}
    if "payment_collections" in row and "*payment_collections.payments.refunds" not in fields:
        bare = [without_refunds(one) for one in row["payment_collections"]]
        row = {**row, "payment_collections": bare}
    return only(row, names | {"id", "items", "status"})


def page(name: str, rows: list[Thing], count: int, asked: Asked) -> Any:
    start, size = int(asked.get("offset", ["0"])[0]), int(asked.get("limit", ["50"])[0])
    return {
        name: [cut(row, asked) for row in rows],
        "count": count,
        "offset": start,
        "limit": size,
    }


def without_refunds(collection: Thing) -> Thing:
    payments = [only(one, one.keys() - {"refunds"}) for one in collection["payments"]]
    return {**collection, "payments": payments}
