"""Small rules of WordPress and WooCommerce: errors, dates, numbers, fields, lists."""

import html
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

CENT = Decimal("0.01")
Query = list[tuple[str, str]]


class WooError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, message: str, data: Any = None) -> None:
        super().__init__(code)
        self.status, self.code = status, code
        told = {"status": status} if data is None else data
        self.body = {"code": code, "message": message, "data": told}

    @property
    def entry(self) -> dict[str, Any]:
        """As it stands in a batch."""
        return self.body


def invalid(name: str, message: str, code: str, more: Any = None) -> WooError:
    """A parameter that is refused before anything is done."""
    return WooError(
        400, "rest_invalid_param", f"Invalid parameter(s): {name}",
        {"status": 400, "params": {name: message},
         "details": {name: {"code": code, "message": message, "data": more}}},
    )  # fmt: skip


@dataclass
class Asked:
    """A request that was let in."""

    method: str
    path: str
    query: dict[str, str]
    body: Any = None
    raw: Query = field(default_factory=list)
    url: str = ""


@dataclass
class Told:
    """An answer."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def stamp(at: datetime | None, offset: int = 0) -> str | None:
    """A date as it is told: whole seconds, without a zone."""
    if at is None:
        return None
    moved = at.astimezone(UTC) + timedelta(hours=offset)
    return moved.replace(tzinfo=None, microsecond=0).isoformat()


def decimal(text: Any) -> Decimal:
    """What WooCommerce reads in an amount: a comma is nothing, letters are nothing."""
    kept = re.sub(r"[^0-9.-]", "", str(text))
    kept = re.sub(r"\.(?=[^.]*\.)", "", kept)
    try:
        return Decimal(kept or "0")
    except InvalidOperation:
        return Decimal(0)


def cents(amount: Decimal, *, down: bool = False) -> Decimal:
    """Rounded to two places; taxes within prices round halves down."""
    return amount.quantize(CENT, rounding=ROUND_HALF_DOWN if down else ROUND_HALF_UP)


def text(amount: Decimal, places: int = 2) -> str:
    """An amount as it is shown: in as many decimals as the shop is set to."""
    told = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{told + 0:.{places}f}"


def clean(words: str) -> str:
    """What is left of a text field: no tags, no lone signs of HTML, one line."""
    kept = re.sub(r"</?[A-Za-z][^>]*>", "", words)
    kept = " ".join(kept.replace("<", "&lt;").split())
    return re.sub(r"&(?!\w+;|#\d+;)", "&amp;", kept)


def plain(words: str) -> str:
    return html.unescape(words)


def date_of(name: str, value: str) -> tuple[datetime, bool]:
    """A date that was asked for, and whether it names a zone."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise invalid(name, "Invalid date.", "rest_invalid_date") from None
    return at, at.tzinfo is not None


def after(name: str, query: dict[str, str], offset: int) -> tuple[str, datetime] | None:
    """The column and the value that a date is compared with.

    A date with a zone is turned into the shop's own time, and then compared with the GMT column all
    the same if ``dates_are_gmt`` was said: east of Greenwich that leaves rows out.
    """
    if name not in query:
        return None
    at, zoned = date_of(name, query[name])
    if zoned:
        at = (at.astimezone(UTC) + timedelta(hours=offset)).replace(tzinfo=None)
    gmt = query.get("dates_are_gmt") in ("true", "1")
    return ("gmt" if gmt else "local"), at


def choose(query: dict[str, str], name: str, allowed: tuple[str, ...], usual: str) -> str:
    value = query.get(name, usual)
    if value not in allowed:
        said = ", ".join(allowed[:-1]) + f", and {allowed[-1]}"
        raise invalid(name, f"{name} is not one of {said}.", "rest_not_in_enum")
    return value


def paged(asked: Asked, rows: list[Any], show: Any, home: str) -> Told:
    """A page of a list with its headers."""
    query = asked.query
    size = int(query.get("per_page", "10"))
    if not 1 <= size <= 100:
        raise invalid(
            "per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)",
            "rest_out_of_bounds",
        )  # fmt: skip
    page = int(query.get("page", "1"))
    start = int(query["offset"]) if "offset" in query else (page - 1) * size
    pages = math.ceil(len(rows) / size)
    links = []
    base = f"{home}/wp-json/wc/v3{asked.path}"
    if page > 1:
        links.append(f'<{base}?page={min(page - 1, max(pages, 1))}>; rel="prev"')
    if page < pages:
        links.append(f'<{base}?page={page + 1}>; rel="next"')
    headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
    if links:
        headers["Link"] = ", ".join(links)
    return Told(200, [show(row) for row in rows[start : start + size]], headers)


def only(body: Any, wanted: str) -> Any:
    """What ``_fields`` leaves."""
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    if not names:
        return body
    if isinstance(body, list):
        return [only(row, wanted) for row in body]
    return _picked(body, names)


def _picked(body: dict[str, Any], names: list[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in body.items():
        below = [name.partition(".")[2] for name in names if name.startswith(f"{key}.")]
        if key in names:
            kept[key] = value
        elif below and isinstance(value, dict):
            kept[key] = _picked(value, below)
    return kept


def is_address(text: Any) -> bool:
    return isinstance(text, str) and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text) is not None


def merged(kept: list[dict[str, Any]], told: Any, next_id: Any, *, user: bool) -> None:
    """Custom fields are told by name; by number alone nothing happens. None takes one away."""
    for one in told or []:
        key, value = one.get("key"), one.get("value")
        if not key or (user and key.startswith("_")):
            continue
        there = next((row for row in kept if row["key"] == key), None)
        if value is None:
            kept[:] = [row for row in kept if row["key"] != key]
        elif there is not None:
            there["value"] = as_kept(value)
        elif user or len(str(value)) < 65_536:
            kept.append({"id": next_id(), "key": key, "value": as_kept(value)})


def as_kept(value: Any) -> Any:
    """Everything but lists and objects comes back as text."""
    if isinstance(value, bool):
        return "1" if value else ""
    return value if isinstance(value, dict | list | str) else str(value)
