"""Asking Vendure's Admin API: one endpoint, logging in, and telling its many failures apart.

Nearly everything comes with HTTP 200: forbidden, not found, raw database errors, and the pages of
hotel networks. An expired session and a missing right are both FORBIDDEN; only the first comes
with an empty ``vendure-auth-token`` header. Nothing of ``requests`` or ``msgspec`` gets past here.
"""

import email.utils
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
import requests

from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.stores import vendure_documents as documents
from sync.stores.vendure_wire import Envelope, Login, Problem

T = TypeVar("T")

_TOKEN: Final = "vendure-auth-token"  # noqa: S105 (the name of a header)
_LARGEST: Final = 16 * 1024 * 1024
_NO_ADDRESS = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
)
_UNIQUE = re.compile(r"duplicate key|unique constraint|duplicate entry", re.IGNORECASE)
_NOT_IN_SCHEMA = re.compile(r"is not defined by type|Cannot query field|Unknown argument")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where the store is and how it lets us in: by user name, or by key where that is empty.

    A session is quicker: Vendure hashes a key anew for every field of every request. ``patience``
    bounds a whole answer, in seconds.
    """

    url: str
    username: str = ""
    secret: str = field(default="", repr=False)
    channel: str = field(default="", repr=False)
    connect_timeout: float = 5.0
    patience: float = 20.0


class VendureApi:
    """One conversation with the Admin API over one kept connection. For one thread at a time."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._http = requests.Session()
        # Proxies and .netrc of the machine have no part in this.
        self._http.trust_env = False
        self._http.headers["Content-Type"] = "application/json"
        if access.channel:
            self._http.headers["vendure-token"] = access.channel
        if not access.username:
            self._http.headers["vendure-api-key"] = access.secret
        self._logged_in = not access.username
        self._closed = threading.Event()
        self.store_time: datetime | None = None
        """The store's clock at its last answer, to the second."""

    def ask(self, document: str, shape: type[T], **variables: object) -> T:
        """The data of an answer. Raises Retryable, Refused or Misconfigured."""
        if not self._logged_in:
            self._log_in()
        answer, refreshable = self._post(document, variables)
        if refreshable and self._access.username:
            # Nothing was done by a request that was not let in, so it can be asked again.
            self._log_in()
            answer, refreshable = self._post(document, variables)
        if refreshable:
            raise Misconfigured("forbidden" if self._access.username else "wrong_key")
        return _data(answer, shape)

    def close(self) -> None:
        """Let go of the connection; what is under way ends at its next piece of data."""
        self._closed.set()
        self._http.close()

    def _log_in(self) -> None:
        self._http.headers.pop("Authorization", None)
        self._logged_in = False
        variables = {"username": self._access.username, "password": self._access.secret}
        answer, _ = self._post(documents.LOGIN, variables)
        if _data(answer, Login).login.error_code:
            raise Misconfigured("wrong_password")
        self._logged_in = True

    def _post(self, document: str, variables: dict[str, Any]) -> tuple[Envelope, bool]:
        """The answer, and whether it says that the session or key is unknown (nothing done)."""
        body = msgspec.json.encode({"query": document, "variables": variables})
        try:
            response = self._http.post(
                self._access.url, data=body, stream=True, allow_redirects=False,
                timeout=(self._access.connect_timeout, self._access.patience),
            )  # fmt: skip
            with response:
                text = self._read(response)
        except requests.exceptions.SSLError as error:
            raise Retryable("certificate") from error
        except requests.exceptions.ConnectTimeout as error:
            raise Retryable("unreachable") from error
        except requests.exceptions.Timeout as error:
            raise Retryable("timeout") from error
        except _NO_ADDRESS as error:
            raise Misconfigured("no_address") from error
        except requests.exceptions.ConnectionError as error:
            # A refused connection never reached the store; a broken one may have done its work.
            raise Retryable("unreachable" if _never_left(error) else "broken_off") from error
        except requests.exceptions.RequestException as error:
            raise Retryable("broken_off") from error
        self.store_time = _date(response)
        answer = _decoded(response, text)
        token = response.headers.get(_TOKEN)
        if token:
            self._http.headers["Authorization"] = f"Bearer {token}"
        unknown = token == "" and any(problem.code == "FORBIDDEN" for problem in answer.errors)
        if unknown and _did_something(answer):
            self._logged_in = not self._access.username
            raise Retryable("expired")
        return answer, unknown

    def _read(self, response: requests.Response) -> bytes:
        """The whole body, within our patience: a drip-feeding line must not hold a round."""
        deadline = time.monotonic() + self._access.patience
        pieces, size = [], 0
        for piece in response.iter_content(65536):
            pieces.append(piece)
            size += len(piece)
            if time.monotonic() > deadline or self._closed.is_set():
                raise Retryable("timeout")
            if size > _LARGEST:
                raise Retryable("bad_answer")
        return b"".join(pieces)


def _never_left(error: requests.exceptions.ConnectionError) -> bool:
    """Whether no connection came about at all."""
    cause: object = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "ProxyError")


def _date(response: requests.Response) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(response.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None


def _retry_after(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None


def _decoded(response: requests.Response, text: bytes) -> Envelope:
    """The envelope of an answer, or the failure that its status or shape tells."""
    status = response.status_code
    wait = _retry_after(response)
    if 300 <= status < 400:
        raise Retryable("redirected")
    if status in (408, 425, 429):
        raise Retryable("busy", retry_after=wait)
    if status >= 500:
        raise Retryable("server_error", retry_after=wait)
    if status == 404:
        raise Misconfigured("wrong_address")
    if status == 413:
        raise Refused("too_large")
    try:
        answer = msgspec.json.decode(text, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Retryable("not_json") from error
    if status in (401, 403) and not answer.errors:
        raise Misconfigured("forbidden")
    if not answer.errors and not _has_data(answer):
        # JSON, but not Vendure's: an error object of a gateway, or our own document was broken.
        raise Refused("bad_request") if status == 400 else Retryable("bad_answer")
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
    try:
        return msgspec.json.decode(answer.data, type=shape)
    except msgspec.DecodeError as error:
        raise Retryable("bad_answer") from error


def _failure(problem: Problem) -> SyncError:
    """What a top-level error means; its message may hold data and goes no further."""
    code, where = problem.code, problem.where
    if code == "FORBIDDEN":
        return Misconfigured("forbidden", where=where)
    if code == "GRAPHQL_VALIDATION_FAILED" or _NOT_IN_SCHEMA.search(problem.message):
        return Misconfigured("schema", where=where)
    if code == "ENTITY_NOT_FOUND":
        return Refused("not_found", where=where)
    if code in ("USER_INPUT_ERROR", "BAD_USER_INPUT"):
        return Refused("bad_input", where=where)
    if _UNIQUE.search(problem.message):
        return Refused("conflict", where=where)
    return Retryable("server_error", where=where)
