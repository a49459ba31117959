"""Asking over HTTP, for every adapter: one kept connection, deadlines, and failures by what they
mean for sync. Nothing of ``requests`` gets past here.

A request has one deadline for all of it, however it drips (``sync.timed_http``). Redirections are
never followed: a POST would come back as a GET without its key. Answers that are not JSON (captive
portals, error pages) are recognised by what they are, not by their status.
"""

import email.utils
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from sync.deadline import Deadline
from sync.errors import Retryable
from sync.timed_http import Resolve, TimedSession, Timing, system_names
from sync.wire_failures import meaning

LARGEST: Final = 16 * 1024 * 1024
_SECONDS = re.compile(r"\d+(\.\d+)?")
_PIECE: Final = 65536
_ALWAYS: Final = {"Accept-Encoding": "gzip", "User-Agent": "loyalty-terminal"}
"""Many a host turns away what says that it is a script."""
_GOES_WRONG = (
    requests.exceptions.RequestException,
    HTTPError,
    HTTPException,
    OSError,
    UnicodeError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How a store is reached. ``patience`` bounds a whole request, connecting and the last byte of
    its answer included, in seconds; ``connect_timeout`` the way there. ``ca`` is a file with the
    certificate to trust, empty: the machine's own. ``proxy``: an address of one, with a login
    in it if it wants one; empty: none, whatever the machine's settings say. ``within``: a deadline
    of several requests; one that begins takes no longer than is left of it."""

    connect_timeout: float = 5.0
    patience: float = 20.0
    ca: str = ""
    proxy: str = field(default="", repr=False)
    within: Deadline | None = field(default=None, repr=False)

    def bounded(self, seconds: float) -> float:
        """So many seconds, or what is left where that is less. Raises Retryable("timeout") where
        nothing is."""
        left = seconds if self.within is None else min(seconds, self.within.left)
        if left <= 0:
            raise Retryable("timeout")
        return left


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower case; ``time`` is the server's clock, to the second;
    ``url`` is what was asked."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    time: datetime | None
    url: str = field(default="", repr=False)

    @property
    def retry_after(self) -> float | None:
        """The seconds it asked us to wait, told as seconds or as a date."""
        return _retry_after(self.headers.get("retry-after", ""), self.time)

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON, or looks so."""
        kind = self.headers.get("content-type", "")
        return "json" in kind or self.body.lstrip()[:1] in (b"{", b"[")

    @property
    def is_page(self) -> bool:
        """Whether it is a web page, for people."""
        kind = self.headers.get("content-type", "")
        return not self.is_json and ("html" in kind or self.body.lstrip()[:1] == b"<")


Sign = Callable[[str, str, Mapping[str, str]], Mapping[str, str]]
"""(method, whole URL, headers) -> headers to send; asked anew for every attempt."""


class Wire:
    """One conversation over one kept connection. For one thread at a time, but for ``close``."""

    def __init__(
        self,
        line: Line,
        *,
        headers: Mapping[str, str] | None = None,
        resolve: Resolve = system_names,
    ) -> None:
        self._line = line
        self._timing = Timing(line.connect_timeout, resolve)
        self._http = TimedSession(self._timing)
        self._http.headers.update({**_ALWAYS, **(headers or {})})
        if line.ca:
            self._http.verify = line.ca
        if line.proxy:
            self._http.proxies = {"http": line.proxy, "https": line.proxy}
        self.time: datetime | None = None
        """The server's clock at its last answer, to the second."""
        self.sent_at: float = 0.0
        """When the last request left, on the monotonic clock."""
        self.requests: int = 0
        """How many were asked so far."""

    @property
    def headers(self) -> "requests.structures.CaseInsensitiveDict[Any]":
        """What goes with every request."""
        return self._http.headers  # type: ignore[return-value]

    def ask(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        sign: Sign | None = None,
        patience: float | None = None,
    ) -> Answer:
        """The answer, whatever its status; see ``settled`` for what that means.

        ``patience``: other seconds than the line's. Raises what ``sync.wire_failures`` makes of
        what goes wrong on the way, and Retryable("bad_answer") for an answer that never ends.
        """
        allowed = self._line.bounded(self._line.patience if patience is None else patience)
        self.requests += 1
        self.sent_at = time.monotonic()
        self._timing.begin(allowed)
        response = None
        try:
            whole = requests.Request(method, url, params=params).prepare().url or url
            given = dict(headers or {})
            if sign is not None:
                given = dict(sign(method, whole, given))
            response = self._http.request(
                method, whole, data=body, headers=given, stream=True, allow_redirects=False
            )
            with response:
                text = _read(response)
        except _GOES_WRONG as error:
            raise meaning(error, began=response is not None) from error
        lower = {name.lower(): value for name, value in response.headers.items()}
        self.time = _date(lower.get("date", ""))
        return Answer(response.status_code, lower, text, self.time, whole)

    def close(self) -> None:
        """Let go of the connection; what is under way ends at once."""
        self._timing.close()
        self._http.close()


def _read(response: requests.Response) -> bytes:
    """The whole body, up to a size that no honest answer has."""
    pieces, size = [], 0
    for piece in response.iter_content(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise Retryable("bad_answer")
    return b"".join(pieces)


def settled(answer: Answer) -> Answer:
    """An answer that the store itself gave, of any status below 500 that is about the request.

    Raises Retryable for what passes: portal (a network that wants a login, or whoever answers with
    a page for people), redirected, busy (429 and the like, with what it asks us to wait),
    server_error, proxy, not_json (an error page).
    """
    wait = answer.retry_after
    if answer.status == 511 or _leads_elsewhere(answer):
        raise Retryable("portal")
    if 300 <= answer.status < 400:
        raise Retryable("redirected")
    if answer.status in (408, 425, 429):
        raise Retryable("busy", retry_after=wait)
    if answer.status == 407:
        raise Retryable("proxy")
    if answer.status >= 500:
        raise Retryable("server_error", retry_after=wait)
    if answer.status < 300 and answer.is_page:
        raise Retryable("portal")
    if not answer.is_json:
        raise Retryable("not_json")
    return answer


def _leads_elsewhere(answer: Answer) -> bool:
    """Whether it sends us, for now, to somebody of another name: networks that want a login do."""
    if answer.status not in (302, 303, 307):
        return False
    asked = _host(answer.url)
    wanted = _host(answer.headers.get("location", "")) or asked
    return not (wanted == asked or wanted.endswith(f".{asked}") or asked.endswith(f".{wanted}"))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _date(text: str) -> datetime | None:
    try:
        told = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _retry_after(text: str, now: datetime | None) -> float | None:
    if text.isascii() and _SECONDS.fullmatch(text):
        return float(text)
    until = _date(text)
    if until is None:
        return None
    return max((until - (now or datetime.now(UTC))).total_seconds(), 0.0)
