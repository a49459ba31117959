"""What answers at an address, before any key; and what a key may do.

The shop's own index tells whether WooCommerce is there. Without pretty addresses the index is at
``?rest_route=/`` alone, and then no key works. What a key may do is found out by asking for next to
nothing: lists of one, and batches of none, which change nothing and are refused all the same.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

import msgspec

from sync.errors import Misconfigured, Refused, Retryable
from sync.online_store import Need, Recognised, Right
from sync.stores.woocommerce_access import base_of
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_shop import WooShop
from sync.stores.woocommerce_wire import Index, Problem, plain
from sync.wire import Answer, Wire

KIND: Final = "woocommerce"
_API: Final = "wc/v3"
_WORDPRESS: Final = "wp/v2"
_HOPS: Final = 3
_DEEP: Final = 3
_NOTHING: Final[dict[str, Any]] = {}
_ASKED: Final = (
    ("read_customers", "GET", "/customers", True),
    ("write_customers", "POST", "/customers/batch", True),
    ("read_orders", "GET", "/orders", True),
    ("write_orders", "POST", "/orders/batch", True),
    ("read_products", "GET", "/products", True),
    ("write_coupons", "POST", "/coupons/batch", False),
    ("read_settings", "GET", "/settings/general/woocommerce_currency", False),
)


def recognise(wire: Wire, url: str) -> Recognised | None:
    """A WooCommerce shop at an address as a person typed it, or nothing. Raises Retryable where
    nobody answers."""
    places = tuple(_places(url))
    # Asked without pretty addresses a shop answers at each of its pages: its own comes first.
    asked = (*((base, True) for base in places), *((base, False) for base in reversed(places)))
    for base, pretty in asked:
        found = _at(wire, base, pretty=pretty)
        if found is not None:
            return found
    return None


def _at(wire: Wire, base: str, *, pretty: bool) -> Recognised | None:
    if pretty:
        index, place = _index(wire, base, "/wp-json/", {})
        warns: tuple[str, ...] = ("redirects",) if place != base else ()
    else:
        index, place = _index(wire, base, "/", {"rest_route": "/"})
        warns = ("plain_permalinks",)
    if index is None:
        return None
    if _API not in index.namespaces:
        if _WORDPRESS not in index.namespaces:
            return None
        warns = (*warns, "plugin_off")
    if not place.startswith("https:"):
        warns = (*warns, "not_https")
    return Recognised(KIND, place, plain(index.name), "", warns)


def _index(wire: Wire, base: str, path: str, params: dict[str, str]) -> tuple[Index | None, str]:
    """The index, and the address at which it is in the end: a shop may have moved to https or to a
    name with www. Nothing of ours goes with these questions."""
    asked = {**params, "_fields": "name,namespaces,url,home"}
    for _ in range(_HOPS):
        answer = wire.ask("GET", f"{base}{path}", params=asked)
        there = _led_to(answer, path)
        if not there or there == base:
            break
        base = there
    try:
        if answer.status in (401, 403):
            problem = msgspec.json.decode(answer.body, type=Problem, strict=False)
            # WordPress that tells strangers nothing; with a key more will be known.
            closed = problem.code.startswith("rest_")
            return (Index(namespaces=[_API]) if closed else None), base
        return msgspec.json.decode(answer.body, type=Index, strict=False), base
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None, base


def _led_to(answer: Answer, path: str) -> str:
    """The shop's address that a redirection names; empty: it names none."""
    if not 300 <= answer.status < 400:
        return ""
    parts = urlsplit(urljoin(answer.url, answer.headers.get("location", "")))
    stem, found, _ = parts.path.rpartition(path.rstrip("/") or "/")
    return urlunsplit((parts.scheme, parts.netloc, stem.rstrip("/"), "", "")) if found else ""


def _places(url: str) -> Iterator[str]:
    """Where the shop may be: where it was typed, and above; over https first."""
    typed = url.strip()
    plain_http = typed.startswith("http://")
    base = base_of(typed if "://" in typed else f"https://{typed}")
    parts = urlsplit(base)
    segments = [part for part in parts.path.split("/") if part][:_DEEP]
    for scheme in ("http",) if plain_http else ("https",):
        for deep in range(len(segments), -1, -1):
            path = "/".join(["", *segments[:deep]])
            yield urlunsplit((scheme, parts.netloc, path, "", ""))


class WooSetup:
    """What the key may do, and what the shop should be set to. Custom fields need no set-up."""

    def __init__(self, api: WooApi, shop: WooShop) -> None:
        self._api, self._shop = api, shop

    def rights(self) -> tuple[Right, ...]:
        """Each right. Raises what keeps us from finding out; a key that is let in nowhere is a
        wrong one."""
        told = [_right(self._api, *asked) for asked in _ASKED]
        if all(right.problem == "wrong_key" for right in told):
            return tuple(told)
        # Who is let in anywhere has the right key: it lacks permissions.
        mended = {"wrong_key": "forbidden"}
        return tuple(
            Right(one.code, one.ok, mended.get(one.problem, one.problem), one.where, one.needed)
            for one in told
        )

    def needs(self) -> tuple[Need, ...]:
        """Settings by which amounts are what they are at the till; they are the shop's own."""
        self._shop.look_again()
        return tuple(Need(code, there, where=where) for code, there, where in self._shop.wants())

    def prepare(self, codes: Sequence[str]) -> None:
        """Nothing that is ours to make."""
        if codes:
            raise Misconfigured("schema", where=codes[0])


def _right(api: WooApi, code: str, method: str, path: str, needed: bool) -> Right:
    try:
        if method == "GET":
            api.get(path, Any, **({"per_page": 1, "_fields": "id"} if needed else {}))
        else:
            api.send(method, path, Any, _NOTHING)
    except (Refused, Misconfigured) as error:
        if error.problem in ("plugin_off", "plain_permalinks", "wrong_address"):
            raise
        return Right(code, False, error.problem, error.where or f"{method} {path}", needed)
    except Retryable:
        raise
    return Right(code, True, needed=needed)
