"""What an exception of the libraries under the wire means for sync.

What went wrong lies somewhere inside of exceptions that hold each other; it is looked for by what
it is, not by where it stands. Nothing that was asked or answered is in what comes out.
"""

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    LocationParseError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
)

from sync.errors import Misconfigured, Retryable, SyncError

_NO_ADDRESS = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidProxyURL,
    LocationParseError,
)
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
_DATES: Final = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_NAMES: Final = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
_OF_FILE: Final = ("X509", "PEM", "ASN1")
"""Parts of OpenSSL that complain about the file with certificates, not about who answers."""


def meaning(error: BaseException, *, began: bool) -> SyncError:
    """The failure as sync tells it. ``began``: an answer had begun to come."""
    causes = list(_causes(error))
    if any(isinstance(cause, _NO_ADDRESS) for cause in causes):
        return Misconfigured("no_address")
    if any(isinstance(c, requests.exceptions.InvalidHeader | UnicodeError) for c in causes):
        return Misconfigured("wrong_key")  # what goes into headers is nothing else of a person's
    return _of_proxy(causes) or _of_tls(causes, began) or _of_line(causes)


def _of_proxy(causes: list[BaseException]) -> SyncError | None:
    for cause in causes:
        refused = _TUNNEL.search(str(cause))
        if refused is not None:
            return Retryable(_refused_by_proxy(int(refused[1])))
    if any(isinstance(cause, ProxyError) for cause in causes):
        late = any(isinstance(cause, ReadTimeoutError) for cause in causes)
        return Retryable("timeout" if late else "proxy_away")
    return None


def _refused_by_proxy(status: int) -> str:
    """407: it wants a login; 5xx: it can't get there either; else it does not want to."""
    if status == 407:
        return "proxy"
    return "unreachable" if status >= 500 else "proxy_forbids"


def _of_tls(causes: list[BaseException], began: bool) -> SyncError | None:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Retryable(_distrust(cause.verify_code))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            if cause.library in _OF_FILE:
                return Misconfigured("certificate_file")
            ended = began or isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError)
            return Retryable("broken_off" if ended else "no_tls")
    return None


def _distrust(code: int) -> str:
    if code in _DATES:
        return "certificate_date"
    return "certificate_name" if code in _NAMES else "certificate"


def _of_line(causes: list[BaseException]) -> SyncError:
    """The first that fits, the surest first. What broke off may have done its work."""
    for kinds, problem in _LINE:
        if any(isinstance(cause, kinds) for cause in causes):
            return Retryable(problem)
    if any(type(cause) is OSError for cause in causes):  # requests', of a path that is not there
        return Misconfigured("certificate_file")
    return Retryable("broken_off")


_LINE: Final[tuple[tuple[tuple[type[BaseException], ...], str], ...]] = (
    ((socket.gaierror,), "no_name"),
    ((ConnectTimeoutError, NewConnectionError), "unreachable"),
    ((TimeoutError, ReadTimeoutError), "timeout"),
    ((DecodeError,), "bad_answer"),
    ((ConnectionError, http.client.IncompleteRead), "broken_off"),
    ((http.client.HTTPException,), "not_json"),  # whatever it talks, it is not HTTP
    ((requests.exceptions.ChunkedEncodingError,), "broken_off"),
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it holds, the outermost first."""
    queue, seen = [error], set[int]()
    while queue:
        cause = queue.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        held = (getattr(cause, "reason", None), cause.__cause__, cause.__context__, *cause.args)
        queue += [one for one in held if isinstance(one, BaseException)]
