"""Asking over HTTP, for every adapter: one kept connection, deadlines, and failures by what they
mean for sync. Nothing of ``requests`` gets past here.

A request has one deadline for the whole answer, however it drips. Redirections are never followed:
a POST would come back as a GET without its key. Answers that are not JSON (captive portals, error
pages) are recognised by what they are, not by their status.
"""

import email.utils
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import requests

from sync.errors import Misconfigured, Retryable

LARGEST: Final = 16 * 1024 * 1024
_NO_ADDRESS = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How a store is reached. ``patience`` bounds a whole answer, in seconds; ``ca`` is a file with
    the certificate to trust, empty: the machine's own. ``proxy``: an address of one, with a login
    in it if it wants one; empty: none, whatever the machine's settings say."""

    connect_timeout: float = 5.0
    patience: float = 20.0
    ca: str = ""
    proxy: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower case; ``time`` is the server's clock."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    time: datetime | None

    @property
    def retry_after(self) -> float | None:
        """The seconds it asked us to wait, told as seconds or as a date."""
        return _retry_after(self.headers.get("retry-after", ""), self.time)

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON, or looks so."""
        kind = self.headers.get("content-type", "")
        return "json" in kind or self.body.lstrip()[:1] in (b"{", b"[")


Sign = Callable[[str, str, Mapping[str, str]], Mapping[str, str]]
"""(method, whole URL, headers) -> headers to send; asked anew for every attempt."""


class Wire:
    """One conversation over one kept connection. For one thread at a time, but for ``close``."""

    def __init__(self, line: Line, *, headers: Mapping[str, str] | None = None) -> None:
        self._line = line
        self._http = requests.Session()
        # Proxies and .netrc of the machine have no part in this.
        self._http.trust_env = False
        self._http.headers.update(headers or {})
        if line.ca:
            self._http.verify = line.ca
        if line.proxy:
            self._http.proxies = {"http": line.proxy, "https": line.proxy}
        self._closed = threading.Event()
        self.time: datetime | None = None
        """The server's clock at its last answer, to the second."""
        self.sent_at: float = 0.0
        """When the last request left, on the monotonic clock."""

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
    ) -> Answer:
        """The answer, whatever its status; see ``settled`` for what that means.

        Raises Retryable (unreachable, certificate, timeout, broken_off, proxy, bad_answer for one
        that never ends) and Misconfigured (no_address).
        """
        try:
            whole = requests.Request(method, url, params=params).prepare().url or url
            given = dict(headers or {})
            if sign is not None:
                given = dict(sign(method, whole, given))
            self.sent_at = time.monotonic()
            response = self._http.request(
                method, whole, data=body, headers=given, stream=True, allow_redirects=False,
                timeout=(self._line.connect_timeout, self._line.patience),
            )  # fmt: skip
            with response:
                text = self._read(response)
        except requests.exceptions.ProxyError as error:
            raise Retryable("proxy") from error
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
        except OSError as error:  # a file of certificates that is not there
            raise Misconfigured("certificate_file") from error
        lower = {name.lower(): value for name, value in response.headers.items()}
        self.time = _date(lower.get("date", ""))
        return Answer(response.status_code, lower, text, self.time)

    def close(self) -> None:
        """Let go of the connection; what is under way ends at its next piece of data."""
        self._closed.set()
        self._http.close()

    def _read(self, response: requests.Response) -> bytes:
        """The whole body, within our patience: a drip-feeding line must not hold a round."""
        deadline = time.monotonic() + self._line.patience
        pieces, size = [], 0
        for piece in response.iter_content(65536):
            pieces.append(piece)
            size += len(piece)
            if time.monotonic() > deadline or self._closed.is_set():
                raise Retryable("timeout")
            if size > LARGEST:
                raise Retryable("bad_answer")
        return b"".join(pieces)


def settled(answer: Answer) -> Answer:
    """An answer that the store itself gave, of any status below 500 that is about the request.

    Raises Retryable for what passes: redirected, busy (429 and the like, with what it asks us to
    wait), server_error, not_json (a portal, an error page).
    """
    wait = answer.retry_after
    if 300 <= answer.status < 400:
        raise Retryable("redirected")
    if answer.status in (408, 425, 429):
        raise Retryable("busy", retry_after=wait)
    if answer.status == 407:
        raise Retryable("proxy")
    if answer.status >= 500:
        raise Retryable("server_error", retry_after=wait)
    if not answer.is_json:
        raise Retryable("not_json")
    return answer


def _never_left(error: requests.exceptions.ConnectionError) -> bool:
    """Whether no connection came about at all."""
    cause: object = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "ProxyError")


def _date(text: str) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None


def _retry_after(text: str, now: datetime | None) -> float | None:
    if text.isascii() and text.isdigit():
        return float(text)
    until = _date(text)
    if until is None or now is None:
        return None
    return max((until - now).total_seconds(), 0.0)
