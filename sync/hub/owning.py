"""What a hub's owner does: make it, invite tills, see who is there, let one go.

Each function takes the owner's address of the database (``postgresql://…``): a role that owns it
and may make roles (CREATEROLE), and need not be a superuser. Raises ``sync.errors``.
"""

import hashlib
import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.errors import Misconfigured, Refused, SyncError
from sync.hub import addresses, codes, driver, schema

if TYPE_CHECKING:
    from sync.hub.link import Link

log = logging.getLogger(__name__)

HOURS = 48
"""How long a code is good, unless said otherwise."""
_ENDING_MS = 3000
"""How long to wait for each connection that is being ended."""
_CODE = re.compile(r"[^\x00-\x1f\x7f]{1,40}")
_CAREFUL = (
    "statement_timeout = '30s'", "lock_timeout = '10s'",
    "idle_in_transaction_session_timeout = '10s'", "tcp_keepalives_idle = 30",
    "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3",
)  # fmt: skip
"""A till that hangs must neither hold up the others' feed nor keep an office that it was elected
to; the server lets go of it by itself."""


@dataclass(frozen=True, slots=True)
class TillRow:
    """A till as the hub knows it. ``state``: invited, expired, joined, revoked."""

    code: str
    state: str
    machine: str
    last_seq: int
    last_seen: datetime | None
    clones: int = 0


@dataclass(frozen=True, slots=True)
class HubStatus:
    """How a hub is. ``held_back``: facts that wait for an older transaction, the oldest for
    ``held_seconds``; ``oldest_writer`` seconds is how long the longest open one writes; ``twice``:
    tills that two computers are at once."""

    version: int
    latest: int
    era: int
    address: str
    facts: int
    bytes: int
    members: int
    reserved: int
    tills: int
    connections: int
    held_back: int
    held_seconds: float
    oldest_writer: float
    twice: tuple[str, ...]
    elected: tuple[str, ...]


@contextmanager
def owner(url: str) -> Iterator["Link"]:
    """The owner's connection. Raises Misconfigured: no_driver, and what keeps from connecting."""
    link = driver.owner_link(url)
    try:
        yield link
    finally:
        link.close()


def create_hub(url: str, *, address: str, ca: Path | None = None) -> tuple[int, int]:
    """Make the hub in an empty database, or bring it up to date; the versions before and after.

    ``address`` is what tills reach it by (host:port/database), ``ca`` the certificate that vouches
    for it where no public authority does.
    """
    where = addresses.parse(address)
    pem = _certificate(ca)
    if not (where.is_local or pem or ca is None):
        raise Misconfigured("certificate_file")
    with owner(url) as link:
        done = schema.upgrade(link)
        told = str(addresses.Address(where.host, where.database, "", where.port))
        link.rows("UPDATE loyalty.hub SET address = %s, ca = %s", told, pem)
    return done


def upgrade(url: str) -> tuple[int, int]:
    """Bring a hub up to date; the versions before and after."""
    with owner(url) as link:
        if not schema.version(link):
            raise Misconfigured("schema")
        return schema.upgrade(link)


def invite(url: str, till: str, *, hours: float = HOURS, again: bool = False) -> str:
    """A one-time code for a till. ``again``: for one that joined before, on a new computer or with
    new data; whatever speaks under its name now is shut out at once.

    Raises Refused: till_joined (without ``again``), bad_input.
    """
    if not _CODE.fullmatch(till) or hours <= 0:
        raise Refused("bad_input", where="till")
    secret = secrets.token_urlsafe(24)
    with owner(url) as link:
        _check_version(link)
        hub, address, ca = link.one("SELECT id, address, ca FROM loyalty.hub")
        role = _role(hub, till)
        with link.transaction():
            _known(link, till, role, again=again)
            (now,) = link.one("SELECT clock_timestamp()")
            expires = now.astimezone(UTC).replace(microsecond=0) + timedelta(hours=hours)
            _role_for(link, role, secret, expires)
            link.rows(
                "INSERT INTO loyalty.invitations (till, secret, expires_at) VALUES (%s, %b, %s)",
                till, hashlib.sha256(secret.encode()).digest(), expires,
            )  # fmt: skip
        _shut_out(link, role)
    where = addresses.parse(address)
    told = str(addresses.Address(where.host, where.database, role, where.port))
    return codes.write(
        codes.Invitation(till=till, address=told, secret=secret, expires=expires, ca=ca)
    )


def revoke(url: str, till: str) -> None:
    """Let a till in no more. What it told stays. Raises Refused: not_found."""
    with owner(url) as link:
        rows = link.rows(
            "UPDATE loyalty.tills SET revoked_at = clock_timestamp() WHERE code = %s"
            " RETURNING role",
            till,
        )
        if not rows:
            raise Refused("not_found", where="till")
        (role,) = rows[0]
        link.rows("DELETE FROM loyalty.reservations WHERE till = %s", till)
        (known,) = link.one("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", role)
        if known:
            link.formatted("ALTER ROLE %I NOLOGIN", role)
            _shut_out(link, role)


def tills(url: str) -> list[TillRow]:
    """Everyone who was ever invited."""
    with owner(url) as link:
        _check_version(link)
        rows = link.rows(_TILLS)
    return [
        TillRow(code, state, machine, seq, seen and seen.astimezone(UTC), clones)
        for code, state, machine, seq, seen, clones in rows
    ]


def status(url: str) -> HubStatus:
    """How the hub is, for people and for monitoring."""
    with owner(url) as link:
        found = schema.version(link)
        _check_version(link)
        counted = link.one(_STATUS)
        offices = link.rows(_ELECTED)
        rows = link.rows(_TILLS)
    elected = tuple(str(who) for (who,) in offices)
    twice = tuple(str(code) for code, *_, clones in rows if clones)
    values: tuple[Any, ...] = (found, schema.LATEST, *counted, twice, elected)
    return HubStatus(*values)


def set_back(url: str) -> int:
    """Say that the hub was put back to an older state by means that it can't notice (a snapshot
    that went on running without a start of the server); the era that begins. After any start, a
    restored dump or a backup it does so by itself."""
    with owner(url) as link:
        (era,) = link.one("SELECT loyalty.begin_era()")
        schema.allow_tills(link)
    return int(era)


def _check_version(link: "Link") -> None:
    found = schema.version(link)
    if found == 0:
        raise Misconfigured("schema")
    if found < schema.LATEST:
        raise Misconfigured("hub_older")
    if found > schema.LATEST:
        raise Misconfigured("hub_newer")


def _certificate(path: Path | None) -> str:
    """The last certificate of a file: the authority's, where the server's own stands first."""
    if path is None:
        return ""
    try:
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured("certificate_file") from error
    found = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", text, re.S)
    if not found:
        raise Misconfigured("certificate_file")
    return f"{found[-1]}\n"


def _role(hub: str, till: str) -> str:
    """Roles belong to the whole server, which may hold several hubs."""
    plain = re.sub(r"[^a-z0-9]+", "_", till.lower()).strip("_")[:24] or "x"
    mark = hashlib.sha256(f"{hub}/{till}".encode()).hexdigest()[:8]
    return f"till_{plain}_{mark}"


def _known(link: "Link", till: str, role: str, *, again: bool) -> None:
    rows = link.rows(
        "SELECT joined_at IS NOT NULL AND revoked_at IS NULL FROM loyalty.tills"
        " WHERE code = %s FOR UPDATE",
        till,
    )
    if rows and rows[0][0] and not again:
        raise Refused("till_joined")
    link.rows(
        "INSERT INTO loyalty.tills (code, role) VALUES (%s, %s) ON CONFLICT (code) DO UPDATE"
        " SET joined_at = NULL, revoked_at = NULL, invited_at = clock_timestamp()",
        till, role,
    )  # fmt: skip


def _role_for(link: "Link", role: str, secret: str, expires: datetime) -> None:
    (known,) = link.one("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", role)
    if not known:
        link.formatted("CREATE ROLE %I", role)
    until = expires.isoformat()
    kept = link.verifier(secret)
    link.formatted(
        "ALTER ROLE %I LOGIN CONNECTION LIMIT 8 PASSWORD %L VALID UNTIL %L",
        role, kept, until,
    )  # fmt: skip
    link.formatted("GRANT %I TO %I", schema.tills_group(link), role)
    for setting in _CAREFUL:
        link.formatted(f"ALTER ROLE %I SET {setting}", role)


def _shut_out(link: "Link", role: str) -> None:
    """Connections that a role holds open end now. Once the till has joined anew they would be as
    good as its own; and what they hold (an office, a lock, a transaction) others wait for."""
    try:
        with link.transaction():  # ending them needs what the role may do, for a moment
            link.formatted("GRANT %I TO CURRENT_USER", role)
            link.rows(
                "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity"
                " WHERE usename = %s AND pid <> pg_backend_pid()",
                _ENDING_MS, role,
            )  # fmt: skip
            link.formatted("REVOKE %I FROM CURRENT_USER", role)
    except SyncError as problem:
        log.warning("open connections of a till can't be ended (%s): restart the server", problem)


_TILLS = """
SELECT t.code,
    CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
        WHEN t.joined_at IS NOT NULL THEN 'joined'
        WHEN i.expires_at > clock_timestamp() THEN 'invited' ELSE 'expired' END,
    t.machine, t.last_seq, t.last_seen,
    (SELECT count(DISTINCT m.machine) FROM loyalty.machines AS m, loyalty.hub AS h
        WHERE m.till = t.code AND m.instance = t.instance AND m.machine <> t.machine
            AND m.heard_at > clock_timestamp() - make_interval(secs => h.alive_seconds))
FROM loyalty.tills AS t LEFT JOIN LATERAL (
    SELECT * FROM loyalty.invitations AS i WHERE i.till = t.code ORDER BY i.id DESC LIMIT 1
) AS i ON true
ORDER BY t.code
"""
_STATUS = """
SELECT h.era, h.address, (SELECT coalesce(sum(last_seq), 0)::bigint FROM loyalty.tills),
    (SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'loyalty' AND c.relkind IN ('r', 'p')),
    (SELECT count(*) FROM loyalty.balances),
    (SELECT count(*) FROM loyalty.reservations WHERE until > clock_timestamp()),
    (SELECT count(*) FROM loyalty.tills WHERE joined_at IS NOT NULL AND revoked_at IS NULL),
    (SELECT count(*) FROM pg_stat_activity AS a JOIN loyalty.tills AS t ON t.role = a.usename
        WHERE a.datname = current_database()),
    b.facts, coalesce(extract(epoch FROM clock_timestamp() - b.since), 0)::float8,
    (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - a.xact_start)), 0)::float8
        FROM pg_stat_activity AS a WHERE a.backend_xid IS NOT NULL)
FROM loyalty.hub AS h, loyalty.held_back() AS b
"""
_ELECTED = """
SELECT coalesce(t.code, a.usename::text) FROM pg_locks AS l
    JOIN pg_stat_activity AS a ON a.pid = l.pid
    LEFT JOIN loyalty.tills AS t ON t.role = a.usename
WHERE l.locktype = 'advisory' AND l.classid = 1819244397 AND l.objsubid = 2
    AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1
"""
