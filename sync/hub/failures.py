"""What PostgreSQL's failures mean for sync. Nothing of psycopg gets past here.

A failure while connecting has no SQLSTATE, only text; the texts below are libpq's own, and the
server's in English (``lc_messages = 'C'``). None of them goes into a message or a log of ours:
an exception of psycopg holds the whole connection, its password included.
"""

import re
from collections.abc import Callable
from typing import Final

import psycopg

from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.hub.remote import Forked, Gap


class LateError(Exception):
    """The answer did not come within our patience, or nobody waits for it any more."""


_OURS: Final[dict[str, Callable[[str], SyncError]]] = {
    "LH001": lambda detail: Gap(int(detail)),
    "LH002": lambda detail: Forked(int(detail)),
    "LH003": lambda _: Misconfigured("forbidden"),
    "LH004": lambda _: Misconfigured("revoked"),
    "LH005": lambda _: Misconfigured("replaced"),
    "LH008": lambda _: Refused("code_used"),
    "LH009": lambda _: Refused("code_expired"),
    "LH010": lambda _: Misconfigured("hub_went_back"),
    "LH011": lambda _: Misconfigured("forbidden"),
    "LH012": lambda _: Refused("conflict"),
    "LH013": lambda _: Refused("bad_input"),
    "LH014": lambda _: Refused("code_replaced"),
}
"""By the SQLSTATEs of our own functions."""

_STATES: Final[tuple[tuple[str, Callable[[], SyncError]], ...]] = (
    ("28", lambda: Misconfigured("wrong_key")),
    ("3D", lambda: Misconfigured("wrong_address")),
    ("42501", lambda: Misconfigured("forbidden")),
    ("3F", lambda: Misconfigured("schema")),
    ("42883", lambda: Misconfigured("schema")),
    ("42P01", lambda: Misconfigured("schema")),
    ("57014", lambda: Retryable("timeout")),
    ("55P03", lambda: Retryable("timeout")),
    ("57P03", lambda: Retryable("busy")),
    ("53", lambda: Retryable("busy")),
    ("40", lambda: Retryable("busy")),
    ("25006", lambda: Retryable("busy")),  # a standby that has not taken over yet
    ("57P", lambda: Retryable("broken_off")),
    ("25", lambda: Retryable("broken_off")),
    ("08", lambda: Retryable("broken_off")),
    ("22", lambda: Refused("bad_input")),
    ("23", lambda: Refused("bad_input")),
)
"""By the beginning of PostgreSQL's SQLSTATEs; the first that fits."""

_TEXTS: Final[tuple[tuple[str, Callable[[], SyncError]], ...]] = (
    ("does not support SSL", lambda: Misconfigured("no_tls")),
    (r"root certificate|certificate file", lambda: Misconfigured("certificate_file")),
    ("SSL SYSCALL", lambda: Retryable("unreachable")),
    ("SSL error|certificate", lambda: Retryable("certificate")),
    ("not permitted to log in", lambda: Misconfigured("revoked")),
    ("authentication|password|requirement", lambda: Misconfigured("wrong_key")),
    ("pg_hba|permission denied", lambda: Misconfigured("forbidden")),
    (r"role .* does not exist", lambda: Misconfigured("wrong_key")),
    (r"database .* does not exist", lambda: Misconfigured("wrong_address")),
    (
        "too many|slots|starting up|shutting down|not yet accept|recovery|not accepting",
        lambda: Retryable("busy"),
    ),
    ("FATAL", lambda: Retryable("server_error")),
)
"""By what is said while connecting; the first that fits. Anything else: nobody was reached."""


def meaning(error: psycopg.Error) -> SyncError:
    """The failure of a statement, by its SQLSTATE."""
    state = error.sqlstate or ""
    if state in _OURS:
        return _OURS[state](error.diag.message_detail or "0")
    for beginning, made in _STATES:
        if state.startswith(beginning):
            return made()
    if state:
        return Retryable("server_error")
    # Not sent at all: it can't be said in PostgreSQL's types.
    unsayable = isinstance(error, psycopg.DataError | psycopg.ProgrammingError)
    return Refused("bad_input") if unsayable else Retryable("broken_off")


def why_not_connected(error: psycopg.Error) -> SyncError:
    """The failure to connect, by its text."""
    if error.sqlstate:
        return meaning(error)
    said = str(error)
    for pattern, made in _TEXTS:
        if re.search(pattern, said):
            return made()
    return Retryable("unreachable")
