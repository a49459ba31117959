"""Asking Vendure's Admin API: one endpoint, logging in, and telling its many failures apart.

Nearly everything comes with HTTP 200: forbidden, not found, raw database errors. An expired session
and a missing right are both FORBIDDEN; only the first comes with an empty ``vendure-auth-token``
header. Nothing of ``msgspec`` gets past here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlsplit, urlunsplit

import msgspec

from sync.deadline import Deadline
from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.stores import vendure_documents as documents
from sync.stores.vendure_wire import Envelope, Login, Problem
from sync.wire import Answer, Line, Wire, settled

T = TypeVar("T")

_TOKEN: Final = "vendure-auth-token"  # noqa: S105 (the name of a header)
_NOT_THE_API: Final = ("shop-api", "admin", "dashboard", "login")
"""What else a person finds at a shop's address: the customers' API, the office."""
_UNIQUE = re.compile(r"duplicate key|unique constraint|duplicate entry", re.IGNORECASE)
_NOT_IN_SCHEMA = re.compile(
    r"is not defined by type|Cannot query field|Unknown argument|must not have a selection"
)
_NAMED = re.compile(r"(?:Cannot query field|Field) \"(\w+)\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where the store is and how it lets us in: by user name, or by key where that is empty.

    A session is quicker: Vendure hashes a key anew for every field of every request. ``patience``
    bounds a whole answer, in seconds; ``ca``, ``proxy`` and ``within`` as in ``sync.wire``.
    """

    url: str
    username: str = ""
    secret: str = field(default="", repr=False)
    channel: str = field(default="", repr=False)
    connect_timeout: float = 5.0
    patience: float = 20.0
    ca: str = ""
    proxy: str = field(default="", repr=False)
    within: Deadline | None = field(default=None, repr=False)

    def line(self) -> Line:
        """How it is reached."""
        return Line(
            connect_timeout=self.connect_timeout, patience=self.patience,
            ca=self.ca, proxy=self.proxy, within=self.within,
        )  # fmt: skip


def endpoint(url: str) -> str:
    """The address of the Admin API, of whatever a person typed of their shop's address. An API that
    was moved is believed."""
    text = url.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    parts = urlsplit(text)
    before, _, last = parts.path.rstrip("/").rpartition("/")
    if not parts.netloc or last not in ("", *_NOT_THE_API):
        return text
    return urlunsplit((parts.scheme, parts.netloc, f"{before}/admin-api", "", ""))


@dataclass(frozen=True, slots=True)
class Partly(Generic[T]):
    """What came of a document with several aliases: what each answered, and at which one it ended
    and why. Aliases after ``at`` were not done; those that are missing before it may be."""

    done: dict[str, T]
    at: str = ""
    error: SyncError | None = None


class VendureApi:
    """One conversation with the Admin API over one kept connection. For one thread at a time."""

    def __init__(self, access: Access) -> None:
        self._access = replace(access, url=endpoint(access.url))
        self.wire = Wire(access.line(), headers={"Content-Type": "application/json"})
        if access.channel:
            self.wire.headers["vendure-token"] = access.channel
        if not access.username:
            self.wire.headers["vendure-api-key"] = access.secret
        self._logged_in = not access.username
        self.told: Callable[[bytes], None] | None = None
        """Hears the body of every request, for who counts or repeats them."""

    @property
    def requests(self) -> int:
        """How many the store was asked."""
        return self.wire.requests

    @property
    def host(self) -> str:
        """The machine that it is asked at."""
        return urlsplit(self._access.url).hostname or ""

    @property
    def store_time(self) -> datetime | None:
        """The store's clock at its last answer, to the second."""
        return self.wire.time

    def ask(self, document: str, shape: type[T], **variables: object) -> T:
        """The data of an answer. Raises Retryable, Refused or Misconfigured."""
        return _data(self._let_in(document, variables), shape)

    def ask_partly(self, document: str, shape: type[T], **variables: object) -> Partly[T]:
        """The same for a document of mutations with aliases, where the first error that is about
        one of them ends it: what was done before it stays done. ``shape`` is of one answer."""
        answer = self._let_in(document, variables)
        problem = answer.errors[0] if answer.errors else None
        if problem is not None and not problem.where:
            raise _failure(problem)
        several: type[dict[str, T | None]] = dict[str, shape | None]  # type: ignore[valid-type]
        told = _decode(answer.data, several) if _has_data(answer) else {}
        done = {name: value for name, value in told.items() if value is not None}
        return Partly(done, problem.where, _failure(problem)) if problem else Partly(done)

    def lacks(self, document: str) -> frozenset[str]:
        """Which fields of a document the store's schema does not have; all are told at once."""
        answer = self._let_in(document, {})
        failures = [_failure(problem) for problem in answer.errors]
        for failure in failures:
            if failure.problem != "schema":
                raise failure
        return frozenset(name for p in answer.errors for name in _NAMED.findall(p.message))

    def close(self) -> None:
        """Let go of the connection; what is under way ends at once."""
        self.wire.close()

    def _let_in(self, document: str, variables: dict[str, Any]) -> Envelope:
        if not self._logged_in:
            self._log_in()
        answer, refreshable = self._post(document, variables)
        if refreshable and self._access.username:
            # Nothing was done by a request that was not let in, so it can be asked again.
            self._log_in()
            answer, refreshable = self._post(document, variables)
        if refreshable:
            raise Misconfigured("forbidden" if self._access.username else "wrong_key")
        return answer

    def _log_in(self) -> None:
        self.wire.headers.pop("Authorization", None)
        self._logged_in = False
        variables = {"username": self._access.username, "password": self._access.secret}
        answer, _ = self._post(documents.LOGIN, variables)
        if _data(answer, Login).login.error_code:
            raise Misconfigured("wrong_password")
        self._logged_in = True

    def _post(self, document: str, variables: dict[str, Any]) -> tuple[Envelope, bool]:
        """The answer, and whether it says that the session or key is unknown (nothing done)."""
        body = msgspec.json.encode({"query": document, "variables": variables})
        if self.told is not None:
            self.told(body)
        came = self.wire.ask("POST", self._access.url, body=body)
        answer = _decoded(came)
        token = came.headers.get(_TOKEN)
        if token:
            self.wire.headers["Authorization"] = f"Bearer {token}"
        unknown = token == "" and any(problem.code == "FORBIDDEN" for problem in answer.errors)
        if unknown and _did_something(answer):
            self._logged_in = not self._access.username
            raise Retryable("expired")
        return answer, unknown


def _decoded(came: Answer) -> Envelope:
    """The envelope of an answer, or the failure that its status or shape tells."""
    if came.status == 404:
        raise Misconfigured("wrong_address")
    if came.status == 413:
        raise Refused("too_large")
    if came.status in (401, 403) and not came.is_json:
        raise Misconfigured("forbidden")
    settled(came)
    try:
        answer = msgspec.json.decode(came.body, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Retryable("not_json") from error
    if came.status in (401, 403) and not answer.errors:
        raise Misconfigured("forbidden")
    if not answer.errors and not _has_data(answer):
        # JSON, but not Vendure's: an error object of a gateway, or our own document was broken.
        raise Refused("bad_request") if came.status == 400 else Retryable("bad_answer")
    return answer


def _has_data(answer: Envelope) -> bool:
    return bytes(answer.data) not in (b"", b"null")


def _did_something(answer: Envelope) -> bool:
    """Whether any root field has a value: those that may be null are null when not let in."""
    if not _has_data(answer):
        return False
    fields = msgspec.json.decode(answer.data, type=dict[str, object])
    return any(value is not None for value in fields.values())


def _data(answer: Envelope, shape: type[T]) -> T:
    if answer.errors:
        raise _failure(answer.errors[0])
    return _decode(answer.data, shape)


def _decode(data: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.DecodeError as error:
        raise Retryable("bad_answer") from error


def _failure(problem: Problem) -> SyncError:
    """What a top-level error means; its message may hold data and goes no further."""
    code, where = problem.code, problem.where
    if code == "FORBIDDEN":
        return Misconfigured("forbidden", where=where)
    if code == "GRAPHQL_VALIDATION_FAILED" or _NOT_IN_SCHEMA.search(problem.message):
        named = _NAMED.search(problem.message)
        return Misconfigured("schema", where=where or (named.group(1) if named else ""))
    if code == "ENTITY_NOT_FOUND":
        return Refused("not_found", where=where)
    if code in ("USER_INPUT_ERROR", "BAD_USER_INPUT"):
        return Refused("bad_input", where=where)
    if _UNIQUE.search(problem.message):
        return Refused("conflict", where=where)
    return Retryable("server_error", where=where)
