"""Asking WooCommerce's REST API (wc/v3), and telling its failures apart by code and circumstance.

Its messages are in the shop's language, so only codes count: over https a wrong key is answered
like no key at all, and a missing right is 401 like a wrong secret, so what is allowed is found out
by asking (``woocommerce_connecting``). A redirection is never followed; where it leads is told. An
answer that may have been lost after the work was done is remembered: the shop goes on by itself.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode, urljoin, urlsplit

import msgspec

from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.stores.woocommerce_access import Access, Signer, base_of
from sync.stores.woocommerce_wire import Index, Problem
from sync.wire import Answer, Line, Wire, settled

T = TypeVar("T")

API: Final = "/wp-json/wc/v3"
_INDEX: Final = {"_fields": "name,namespaces,url,home"}
_CLOCK_OFF: Final = 60.0
_encode = msgspec.json.Encoder(decimal_format="number").encode
_TAKEN: Final = frozenset(
    {"registration-error-email-exists", "existing_user_login", "existing_user_email"}
)
_MISSING: Final = ("wc_user_invalid_id", "woocommerce_rest_invalid_id", "rest_post_invalid_id")
_BAD_KEY: Final = "woocommerce_rest_authentication_error"
_UNSURE: Final = frozenset({"timeout", "broken_off", "server_error", "not_json", "portal",
    "bad_answer"})  # fmt: skip


class WooApi:
    """One conversation with one shop over one kept connection. For one thread at a time."""

    def __init__(self, access: Access, *, seconds: Callable[[], float] = time.time) -> None:
        self._access = access
        self.base = access.base
        self._sign = Signer(access, seconds=seconds)
        line = Line(
            connect_timeout=access.connect_timeout, patience=access.patience,
            ca=access.ca, proxy=access.proxy, within=access.within,
        )  # fmt: skip
        self._wire = Wire(line, headers={"Accept": "application/json"})
        self._home_asked = False
        self._address_tried = self._tries_address = False

    @property
    def store_time(self) -> datetime | None:
        """The shop's clock at its last answer."""
        return self._wire.time

    @property
    def requests(self) -> int:
        """How many it was asked so far."""
        return self._wire.requests

    def get(self, path: str, shape: type[T], **params: object) -> T:
        """What is at a path. Raises Retryable, Refused or Misconfigured."""
        return _decoded(self._ask("GET", path, params), shape)

    def page(self, path: str, shape: type[T], **params: object) -> tuple[T, int]:
        """A page of a list, and how many there are in all."""
        answer = self._ask("GET", path, params)
        told = answer.headers.get("x-wp-total", "")
        if not told.isdigit():
            raise Retryable("bad_answer", where="X-WP-Total")
        return _decoded(answer, shape), int(told)

    def send(
        self, method: str, path: str, shape: type[T], body: object = None, **params: object
    ) -> T:
        """What comes of changing something."""
        return _decoded(self._ask(method, path, params, body), shape)

    def batch(self, path: str, kind: str, bodies: list[dict[str, Any]], shape: type[T]) -> list[T]:
        """Several at once, each with its own ``error`` or none, in the order given. That the answer
        is 200 means nothing."""
        answer = self._ask("POST", f"{path}/batch", {}, {kind: bodies})
        if answer.body.lstrip()[:1] == b"[":  # what PHP makes of an object without anything in it
            raise Retryable("bad_answer", where=f"{path}/batch")
        each = _decoded(answer, dict[str, list[shape]]).get(kind, [])  # type: ignore[valid-type]
        if len(each) != len(bodies):
            raise Retryable("bad_answer", where=f"{path}/batch")
        return each

    def index(self) -> Index:
        """What the shop tells everybody of itself; some tell strangers nothing."""
        try:
            answer = self._wire.ask("GET", f"{self.base}/wp-json/", params=_INDEX)
            return _decoded(self._checked(answer, "GET", "/"), Index)
        except (Misconfigured, Retryable) as error:
            if error.problem in ("wrong_key", "forbidden"):
                return Index(namespaces=["wc/v3"])
            # Without pretty addresses nothing is there, or the front page is, as at any address.
            if error.problem in ("wrong_address", "portal") and self._is_plain():
                raise Misconfigured("plain_permalinks") from error
            raise

    def _is_plain(self) -> bool:
        """Whether the index is there, but only where shops without pretty addresses have it."""
        asked = {"rest_route": "/", **_INDEX}
        answer = self._wire.ask("GET", f"{self.base}/", params=asked)
        try:
            return "wc/v3" in _decoded(settled(answer), Index).namespaces
        except SyncError:
            return False

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()

    def _ask(
        self, method: str, path: str, params: Mapping[str, object], body: object = None
    ) -> Answer:
        answer = self._attempt(method, path, params, body)
        # What was not let in did nothing, and so may be asked again.
        for learned in (self._unheard, self._learned, self._learned):
            if answer.status == 401 and learned(answer):
                answer = self._attempt(method, path, params, body)
        if answer.status == 401 and self._tries_address:
            self._sign.in_address = False
        self._tries_address = False
        self._sign.heard(answer.time)
        return self._checked(answer, method, path)

    def _attempt(
        self, method: str, path: str, params: Mapping[str, object], body: object
    ) -> Answer:
        data = None if body is None else _encode(body)
        asked = urlencode({name: str(value) for name, value in params.items()}, quote_via=quote)
        url = f"{self.base}{API}{path}{'?' if asked else ''}{asked}"
        return self._wire.ask(
            method, self._sign.address(method, url), body=data, sign=self._sign,
            headers={"Content-Type": "application/json"} if data is not None else {},
        )  # fmt: skip

    def _unheard(self, answer: Answer) -> bool:
        """Whether we were answered like a stranger: the key may have got lost on the way, which is
        tried once."""
        problem = _problem(answer)
        if self._address_tried or problem is None or problem.code == _BAD_KEY:
            return False
        self._address_tried = self._tries_address = self._sign.in_address = True
        return True

    def _learned(self, answer: Answer) -> bool:
        """Whether we know better now how to sign: by the shop's clock, else where it believes to
        be."""
        if not (self._sign.signs or self._sign.in_address):
            return False
        if self._sign.heard(answer.time) > _CLOCK_OFF:
            return True
        if self._home_asked:
            return False
        self._home_asked = True
        home = base_of(self.index().home)  # nothing from a shop that tells strangers nothing
        if not home or home == self.base:
            return False
        # What is signed has the scheme that is asked by, whatever the shop's own says.
        self._sign.home = f"{urlsplit(self.base).scheme}://{home.partition('://')[2]}"
        return self._sign.home != self.base

    def _checked(self, answer: Answer, method: str, path: str) -> Answer:
        """An answer that went well. ``where`` in what is raised is the path without ids."""
        where = f"{method} {_kind(path)}"
        if 300 <= answer.status < 400:
            raise _elsewhere(answer)
        if answer.status == 503:
            raise Retryable("busy", retry_after=answer.retry_after, where=where)
        problem = _problem(answer) if answer.status >= 400 and answer.is_json else None
        if problem is not None and problem.code == "woocommerce_rest_cannot_create_order_refund":
            raise Refused("refund_refused", where=problem.code)
        if answer.status == 404 and not (problem and problem.code):  # WordPress gives a code
            raise Misconfigured("wrong_address", where=where)
        if answer.status in (401, 403) and problem is None:
            raise Misconfigured("forbidden", where=where)
        settled(answer)
        if answer.status >= 400:
            raise failure(problem or Problem(), answer.status, where)
        return answer


def failure(problem: Problem, status: int = 0, where: str = "") -> SyncError:
    """What an error means, of a request or of one entry in a batch."""
    code, status = problem.code, status or problem.status
    if status == 401:
        return Misconfigured("wrong_key", where=where)
    if status == 403:
        return Misconfigured("forbidden", where=where)
    if code == "rest_no_route":
        return Misconfigured("plugin_off", where=where)
    if code == "woocommerce_rest_invalid_customer_id":
        return Refused("customer_gone", where=code)
    if code in _TAKEN:
        return Refused("email_taken", where=code)
    # An order that is not there is 404 when asked for, and 400 when changed.
    if status in (404, 410) or code in _MISSING or code.endswith("_invalid_id"):
        return Refused("not_found", where=code)
    if status == 413:
        return Refused("too_large", where=code)
    if code.endswith(("already_exists", "_exists")):
        return Refused("conflict", where=code)
    if status >= 500:
        return Retryable("server_error", where=code)
    return Refused("bad_input", where=code)


def may_have_happened(error: SyncError) -> bool:
    """Whether what was asked may have been done all the same, or still be under way."""
    return isinstance(error, Retryable) and error.problem in _UNSURE


def _problem(answer: Answer) -> Problem | None:
    try:
        return msgspec.json.decode(answer.body, type=Problem, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _elsewhere(answer: Answer) -> SyncError:
    """Where a redirection leads says what is wrong: a shop without pretty addresses adds a slash to
    what it does not know, one that moved names its new place."""
    there = urlsplit(urljoin(answer.url, answer.headers.get("location", "")))
    asked = urlsplit(answer.url)
    same_place = (there.scheme, there.netloc) == (asked.scheme, asked.netloc)
    if same_place and there.path == f"{asked.path}/":
        return Misconfigured("plain_permalinks")
    if same_place or there.path.rstrip("/") != asked.path.rstrip("/"):
        try:
            settled(answer)
        except Retryable as error:
            return error
    path = asked.path.partition("/wp-json")[0]
    return Retryable("redirected", where=f"{there.scheme}://{there.netloc}{path}")


def _decoded(answer: Answer, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body.removeprefix(b"\xef\xbb\xbf"), type=shape,
            strict=False)  # fmt: skip
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Retryable("bad_answer") from error


def _kind(path: str) -> str:
    return "/".join(part for part in path.split("/") if not part.isdigit())
