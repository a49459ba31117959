"""One connection to PostgreSQL that keeps its patience: a statement, and the way there, end within
a deadline whatever the network does, and every failure is one of ``sync.errors``.

It is made when first needed and made anew when it broke; a statement that met a connection that
had died while idle is asked once more. So every statement must bear being told twice. For one
thread at a time, but for ``close``.
"""

import math
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Self, cast

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.hub.addresses import Address, is_local
from sync.hub.failures import LateError, meaning, why_not_connected

Row = tuple[Any, ...]
_TICK = 0.05
"""How often a wait looks at the clock, in seconds."""
_ALIVE = {
    "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}  # fmt: skip
"""A line that died unseen is noticed within half a minute, also by the server's side of it."""


class _Patient(psycopg.Connection[Row]):
    """A connection whose waits end: at ``deadline`` (monotonic seconds), or when ``ended``."""

    deadline = math.inf
    ended: threading.Event | None = None

    def wait(self, gen: PQGen[RV], interval: float = _TICK, timeout: float | None = None) -> RV:
        return super().wait(self._watched(gen), min(interval, _TICK), timeout)

    def _watched(self, gen: PQGen[RV]) -> PQGen[RV]:
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and self._is_over():
                    raise LateError
                wanted = gen.send(ready)
        except StopIteration as end:
            return cast("RV", end.value)

    def _is_over(self) -> bool:
        ended = self.ended is not None and self.ended.is_set()
        return ended or time.monotonic() > self.deadline


class Link:
    """``conninfo`` is a whole one, password included. ``once``: what is done hangs together, so
    a connection that broke is not made anew."""

    def __init__(
        self,
        conninfo: str,
        *,
        patience: float,
        once: bool = False,
    ) -> None:
        self._conninfo = conninfo
        self._patience = patience
        self._once = once
        self._greeting: Callable[[Link], None] | None = None
        self._connection: _Patient | None = None
        self._closed = threading.Event()
        self.lives = 0
        """How many connections there were; what a session held is gone with each."""

    @classmethod
    def of_till(
        cls, address: Address, password: str, *, ca: str, hostaddr: str, patience: float, once: bool
    ) -> Self:
        """As a till: TLS, unless it is this very machine; the server proves that it knows the
        password without being told it."""
        is_here = _is_here({"host": address.host, "hostaddr": hostaddr})
        secured = {"sslmode": "prefer"}
        if ca or not is_here:
            secured = {"sslmode": "verify-full", "sslrootcert": ca or DEFAULT_CA_BUNDLE_PATH}
        if not is_here:
            secured["require_auth"] = "scram-sha-256"
        place = {"hostaddr": hostaddr} if hostaddr else {}
        conninfo = make_conninfo(
            "", host=address.host, port=address.port, dbname=address.database, user=address.role,
            password=password, options="", application_name="loyalty till",
            connect_timeout=_whole(patience), **_ALIVE, **secured, **place,
        )  # fmt: skip
        return cls(conninfo, patience=patience, once=once)

    @classmethod
    def of_owner(cls, url: str, *, patience: float) -> Self:
        """As the owner. Raises Misconfigured: wrong_address, no_tls."""
        try:
            told = conninfo_to_dict(url)
        except psycopg.Error:
            raise Misconfigured("wrong_address") from None
        if not _is_here(told):
            told.setdefault("sslmode", "verify-full")
            if told["sslmode"] != "verify-full":
                raise Misconfigured("no_tls")
            told.setdefault("sslrootcert", DEFAULT_CA_BUNDLE_PATH)
        told.setdefault("connect_timeout", _whole(patience))
        told.setdefault("application_name", "loyalty owner")
        return cls(make_conninfo("", **told), patience=patience, once=True)

    def greets_with(self, greeting: Callable[["Link"], None]) -> None:
        """What to ask first on each connection; it raises where something is wrong."""
        self._greeting = greeting

    @property
    def is_up(self) -> bool:
        """Whether there is a connection, as far as we know."""
        return self._connection is not None and not self._connection.closed

    def rows(self, sql: str, *values: object, patience: float | None = None) -> list[Row]:
        """What a statement answers. Told once more where the connection had died while idle."""
        deadline = time.monotonic() + (patience or self._patience)
        final = self._once or not self.is_up
        try:
            return self._ask(sql, values, deadline)
        except Retryable as problem:
            if final or problem.problem != "broken_off" or self._closed.is_set():
                raise
        return self._ask(sql, values, deadline)

    def one(self, sql: str, *values: object, patience: float | None = None) -> Row:
        """The one row that it answers."""
        (row,) = self.rows(sql, *values, patience=patience)
        return row

    def script(self, sql: str, *, patience: float | None = None) -> None:
        """Several statements in one go, without values."""
        self._ask(sql, None, time.monotonic() + (patience or self._patience))

    def formatted(self, sql: str, *values: str) -> None:
        """A statement that takes no values (DDL): the server quotes them (%I, %L) itself."""
        (made,) = self.one("SELECT format(%s, VARIADIC %s::text[])", sql, list(values))
        self.script(made)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        self.script("BEGIN")
        try:
            yield
        except BaseException:
            with suppress(SyncError):
                self.script("ROLLBACK")
            raise
        self.script("COMMIT")

    def verifier(self, password: str) -> str:
        """What the server keeps of a password: it can check it by that, and nobody can use it."""
        connection = self._connected(time.monotonic() + self._patience)
        try:
            role = connection.info.user.encode()
            kept = connection.pgconn.encrypt_password(password.encode(), role, b"scram-sha-256")
        except psycopg.Error as error:
            raise meaning(error) from None
        return kept.decode()

    def close(self) -> None:
        """Let go; from another thread, what is under way ends within a moment."""
        self._closed.set()
        self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()

    def _ask(self, sql: str, values: tuple[object, ...] | None, deadline: float) -> list[Row]:
        connection = self._connected(deadline)
        connection.deadline = deadline
        try:
            with connection.cursor(binary=values is not None) as cursor:
                cursor.execute(sql.encode(), values)
                return cursor.fetchall() if cursor.description else []
        except LateError:
            self._drop()  # its answer may still come, and would be taken for the next one's
            raise Retryable("timeout") from None
        except UnicodeError:
            raise Refused("bad_input") from None
        except psycopg.Error as error:
            if connection.closed:
                self._drop()
            raise meaning(error) from None
        finally:
            connection.deadline = math.inf

    def _connected(self, deadline: float) -> _Patient:
        if self._closed.is_set():
            raise Retryable("unreachable")
        if self._connection is not None and not self._connection.closed:
            return self._connection
        if self._once and self.lives:
            raise Retryable("broken_off")
        self._connection = self._connect(deadline)
        self._connection.ended = self._closed
        self.lives += 1
        if self._greeting is not None:
            try:
                self._greeting(self)
            except BaseException:
                self._drop()
                raise
        return self._connection

    def _connect(self, deadline: float) -> _Patient:
        """A new connection, or its failure, by the deadline: looking a name up has none of its own,
        so it happens in a thread that may be left behind."""
        attempt = _Attempt(self._conninfo)
        threading.Thread(target=attempt.run, name="hub-connect", daemon=True).start()
        return attempt.result(max(deadline - time.monotonic(), 0.0))


class _Attempt:
    """One attempt to connect; whoever comes too late closes what it brings."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._given_up = False
        self._made: _Patient | None = None
        self._failed: Exception = Retryable("unreachable")

    def run(self) -> None:
        try:
            made = _Patient.connect(self._conninfo, autocommit=True, prepare_threshold=None)
            with self._lock:
                if self._given_up:
                    made.close()
                else:
                    self._made = made
        except psycopg.Error as error:
            self._failed = why_not_connected(error)
        finally:
            self._done.set()

    def result(self, patience: float) -> _Patient:
        self._done.wait(patience)
        with self._lock:
            self._given_up = True
            if self._made is not None:
                return self._made
        raise self._failed


def _is_here(told: Mapping[str, Any]) -> bool:
    """Whether what libpq makes of this stays on this very machine: it also goes by the environment
    and by services, which may lead anywhere."""
    if told.get("service") or os.environ.get("PGSERVICE"):
        return False
    host = str(told.get("host") or os.environ.get("PGHOST", ""))
    return is_local(host) and is_local(
        str(told.get("hostaddr") or os.environ.get("PGHOSTADDR", ""))
    )


def _whole(patience: float) -> int:
    return max(2, math.ceil(patience))
