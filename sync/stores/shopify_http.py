"""Asking Shopify's Admin API: one endpoint, paid from a bucket of points, failures told apart.

A document is charged by what it might bring, before it runs, and paid back what it did not bring;
the bucket fills at the shop's own rate. We know what each document was charged the last time and
wait until the bucket holds as much, so that a long queue is slow but never turned away. Nearly
every failure comes with HTTP 200.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.stores.shopify_documents import VERSION
from sync.stores.shopify_wire import Cost, Envelope, Problem, Put, PutAnswer, UserError
from sync.wire import Answer, Line, Wire, settled

log = logging.getLogger(__name__)

T = TypeVar("T")

_TOKEN: Final = "X-Shopify-Access-Token"  # noqa: S105 (the name of a header)
_LONGEST_WAIT: Final = 30.0
"""A bucket that takes longer to fill ends the round instead of holding it up."""
_PASSING: Final = ("INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE")
_UNDER_WAY: Final = "IDEMPOTENCY_CONCURRENT_REQUEST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where the shop is, and the token of an app that it installed.

    ``url`` is the shop's own address on the platform, whole or not. ``line``: how it is reached.
    """

    url: str
    token: str = field(default="", repr=False)
    line: Line = field(default_factory=Line)


class Bucket:
    """The points at hand, as the shop told them last. Times are of a monotonic clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._told_at = 0.0
        self._at_hand = 0.0
        self._most = 0.0
        self._rate = 0.0
        self._charged: dict[str, float] = {}

    def wait(self, document: str) -> float:
        """Seconds until there are points enough for a document; 0 for one never asked before."""
        return self._until(self._charged.get(document, 0.0))

    def paid(self, document: str, cost: Cost | None) -> None:
        """Take in what an answer said."""
        if cost is None:
            return
        self._charged[document] = cost.requested_query_cost
        status = cost.throttle_status
        if status is not None:
            self._told_at, self._at_hand = self._clock(), status.currently_available
            self._most, self._rate = status.maximum_available, status.restore_rate

    def _until(self, cost: float) -> float:
        if self._rate <= 0:
            return 0.0
        now = min(self._at_hand + (self._clock() - self._told_at) * self._rate, self._most)
        missing = min(cost, self._most) - now
        # What it told was rounded to whole points: one more is surely enough.
        return (missing + 1) / self._rate if missing > 0 else 0.0


class ShopifyApi:
    """One conversation with the Admin API. For one thread at a time, but for ``close``.

    ``pause`` waits so many seconds, or less if it is told to end.
    """

    def __init__(
        self,
        access: Access,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._url = endpoint(access.url)
        self._line = access.line
        self._wire = Wire(
            access.line, headers={"Content-Type": "application/json", _TOKEN: access.token}
        )
        self._closed = threading.Event()
        self._bucket = Bucket(clock)
        self._pause = pause or self._closed.wait
        self._warned: set[str] = set()
        self.store_time: datetime | None = None
        """The shop's clock at its last answer, to the second."""
        self.version = ""
        """The version of the interface that answered."""

    def ask(self, document: str, shape: type[T], **variables: object) -> T:
        """The data of an answer. Raises Retryable, Refused or Misconfigured."""
        self._afford(document)
        answer = self._wire.ask(
            "POST", self._url,
            body=msgspec.json.encode({"query": document, "variables": variables}),
        )  # fmt: skip
        self.store_time = answer.time or self.store_time
        told = _decoded(answer)
        self._bucket.paid(document, told.extensions.cost if told.extensions else None)
        self._notice(answer)
        if told.errors:
            raise self._failure(told.errors, document)
        try:
            return msgspec.json.decode(told.data, type=shape)
        except msgspec.DecodeError as error:
            raise Retryable("bad_answer") from error

    def put(self, document: str, **variables: object) -> Put:
        """What a mutation did. Raises as ``ask``; its user errors are for the caller."""
        done = self.ask(document, PutAnswer, **variables).put
        if done is None:
            raise Retryable("bad_answer")
        return done

    @property
    def requests(self) -> int:
        """How many were made."""
        return self._wire.requests

    def close(self) -> None:
        """Let go of the connection; what is under way ends soon."""
        self._closed.set()
        self._wire.close()

    def _afford(self, document: str) -> None:
        wait = self._bucket.wait(document)
        if wait > self._line.bounded(_LONGEST_WAIT):
            raise Retryable("busy", retry_after=wait)
        if wait > 0:
            self._pause(wait)

    def _failure(self, errors: list[Problem] | str, document: str) -> SyncError:
        """What a top-level error means; its message may hold data and goes no further."""
        if isinstance(errors, str):
            return Misconfigured("forbidden")
        code, where = errors[0].code, errors[0].where
        if code == "THROTTLED":
            return Retryable("busy", retry_after=max(self._bucket.wait(document), 1.0))
        if code == "ACCESS_DENIED":
            return Misconfigured("forbidden", where=where)
        if code == "MAX_COST_EXCEEDED":
            return Refused("too_large", where=where)
        if code in _PASSING:
            return Retryable("server_error", where=where)
        if code == _UNDER_WAY:
            return Retryable("in_progress", where=where)
        if code.startswith("IDEMPOTENCY"):
            return Refused("conflict", where=where)
        if code == "RESOURCE_NOT_FOUND":
            return Refused("not_found", where=where)
        # A document or a value that this version of the interface does not know.
        return Misconfigured("schema", where=where or code)

    def _notice(self, answer: Answer) -> None:
        """A version that has run out is answered by a later one, without a word but this."""
        self.version = answer.headers.get("x-shopify-api-version", self.version)
        if self.version and self.version != VERSION:
            self._warn(f"the online store answers as version {self.version}, not {VERSION}")
        if answer.headers.get("x-shopify-api-deprecated-reason"):
            self._warn("the online store will soon drop something that is asked of it")

    def _warn(self, text: str) -> None:
        if text not in self._warned:
            self._warned.add(text)
            log.warning("%s", text)


def endpoint(url: str) -> str:
    """The address of the Admin API, of whatever a person typed of their shop's address."""
    text = url.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    parts = urlsplit(text)
    if not parts.netloc:
        return text
    return f"{parts.scheme}://{parts.netloc}/admin/api/{VERSION}/graphql.json"


def refusal(error: UserError) -> SyncError:
    """What a user error means where nothing better is known of it."""
    code = error.code or ""
    if code == _UNDER_WAY:
        return Retryable("in_progress", where=error.where)
    if "INTERNAL" in code:
        return Retryable("server_error", where=error.where)
    if "too many" in error.message.lower():  # a shop on trial takes five orders a minute
        return Retryable("busy", retry_after=60.0)
    if code in ("NOT_FOUND", "DOES_NOT_EXIST"):
        return Refused("not_found", where=error.where)
    if code == "TAKEN":
        return Refused("conflict", where=error.where)
    if code in ("STALE_OBJECT", "INVALID_COMPARE_DIGEST"):
        return Retryable("in_progress", where=error.where)
    return Refused("bad_input", where=error.where)


def done(put: Put) -> Put:
    """A mutation without user errors. Raises the first of them."""
    if put.user_errors:
        raise refusal(put.user_errors[0])
    return put


def _decoded(answer: Answer) -> Envelope:
    """The envelope of an answer, or the failure that its status or shape tells."""
    status = answer.status
    if status == 430:  # Shopify's own, for what looks like an attack
        raise Retryable("busy", retry_after=answer.retry_after)
    if status == 401:
        raise Misconfigured("wrong_key")
    if status in (402, 403, 423):
        raise Misconfigured("forbidden")
    if status == 404:
        raise Misconfigured("wrong_address")
    if status == 413:
        raise Refused("too_large")
    settled(answer)
    try:
        told = msgspec.json.decode(answer.body, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Retryable("not_json") from error
    if not told.errors and bytes(told.data) in (b"", b"null"):
        raise Refused("bad_request") if status == 400 else Retryable("bad_answer")
    return told
