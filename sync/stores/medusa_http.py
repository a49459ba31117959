"""Asking Medusa's Admin API: REST with real HTTP codes, by a secret key or by signing in.

A key goes as user name without password; who signs in gets a token for a day, and gets a new one as
soon as it is no longer taken. Nothing was done by a request that was not let in.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.stores.medusa_wire import Problem, Token
from sync.wire import Answer, Line, Wire, settled

T = TypeVar("T")

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_TAKEN: Final = "already exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where the shop is and how it lets us in: by e-mail and password, or by secret key where
    ``email`` is empty. ``line``: how it is reached."""

    url: str
    email: str = ""
    secret: str = field(default="", repr=False)
    line: Line = field(default_factory=Line)


class MedusaApi:
    """One conversation with the Admin API. For one thread at a time, but for ``close``."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._root = root(access.url)
        self._wire = Wire(access.line, headers={"Content-Type": "application/json"})
        self._token = "" if access.email else _key(access.secret)

    @property
    def store_time(self) -> datetime | None:
        """The shop's clock at its last answer, to the second."""
        return self._wire.time

    def get(self, path: str, shape: type[T], **params: str | list[str]) -> T:
        """What is there. Raises Retryable, Refused or Misconfigured."""
        return self._asked("GET", _with(path, params), None, shape)

    def post(self, path: str, shape: type[T], given: Mapping[str, Any] | None = None) -> T:
        """Make or change something. Raises likewise."""
        return self._asked("POST", path, _ENCODER.encode(given or {}), shape)

    def delete(self, path: str) -> None:
        """Throw something away. Raises likewise."""
        self._asked("DELETE", path, None, msgspec.Raw)

    @property
    def requests(self) -> int:
        """How many were made."""
        return self._wire.requests

    def close(self) -> None:
        """Let go of the connection; what is under way ends soon."""
        self._wire.close()

    def _asked(self, method: str, path: str, body: bytes | None, shape: type[T]) -> T:
        if not self._token:
            self._sign_in()
        answer = self._send(method, path, body)
        if answer.status == 401 and self._access.email:
            self._sign_in()
            answer = self._send(method, path, body)
        if answer.status == 401:
            raise Misconfigured("wrong_key")
        return _decoded(answer, shape)

    def _sign_in(self) -> None:
        given = {"email": self._access.email, "password": self._access.secret}
        self._token = ""
        answer = self._send("POST", "/auth/user/emailpass", _ENCODER.encode(given))
        if answer.status == 401:
            raise Misconfigured("wrong_password")
        self._token = f"Bearer {_decoded(answer, Token).token}"

    def _send(self, method: str, path: str, body: bytes | None) -> Answer:
        headers = {"Authorization": self._token} if self._token else {}
        return self._wire.ask(method, self._root + path, body=body, headers=headers)


def root(url: str) -> str:
    """The shop's own address, of whatever a person typed: its admin pages, its API."""
    text = url.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else text


def _key(secret: str) -> str:
    return "Basic " + base64.b64encode(f"{secret}:".encode()).decode()


def _with(path: str, params: Mapping[str, str | list[str]]) -> str:
    pairs = [
        (name, value)
        for name, given in params.items()
        for value in (given if isinstance(given, list) else [given])
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _decoded(answer: Answer, shape: type[T]) -> T:
    if 400 <= answer.status < 500 and answer.status not in (407, 408, 425, 429):
        raise _refusal(answer)
    settled(answer)
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Retryable("bad_answer") from error


def _refusal(answer: Answer) -> SyncError:
    """What a refused request means; its message may hold data and goes no further."""
    try:
        told = msgspec.json.decode(answer.body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = Problem()
    if answer.status == 403:
        return Misconfigured("forbidden")
    if answer.status == 404:
        return Refused("not_found") if told.type == "not_found" else Misconfigured("wrong_address")
    if answer.status == 413:
        return Refused("too_large")
    if _TAKEN in told.message:
        return Refused("conflict")
    if answer.status == 409:  # two requests about one thing at once
        return Retryable("in_progress")
    return Refused("bad_input" if told.type else "bad_request")
