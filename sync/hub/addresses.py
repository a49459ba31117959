"""Where a hub is, and whether the way there leaves the machine."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from sync.errors import Misconfigured

PORT = 5432


@dataclass(frozen=True, slots=True)
class Address:
    """A hub and the role that asks there: ``postgresql://role@host:5432/database``.

    Nothing else of such an address counts: how the line is secured is not for it to say.
    """

    host: str
    database: str
    role: str = ""
    port: int = PORT

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        role = f"{quote(self.role, safe='')}@" if self.role else ""
        return f"postgresql://{role}{host}:{self.port}/{quote(self.database, safe='')}"

    @property
    def is_local(self) -> bool:
        """Whether it is this very machine; elsewhere nothing goes without TLS."""
        return is_local(self.host)


def parse(text: str) -> Address:
    """An address as written; the part before ``://`` may be missing. Raises Misconfigured:
    no_address, wrong_address."""
    if not text.strip():
        raise Misconfigured("no_address")
    whole = text.strip() if "://" in text else f"postgresql://{text.strip()}"
    try:
        parts = urlsplit(whole)
        port = parts.port or PORT
    except ValueError as error:
        raise Misconfigured("wrong_address") from error
    database = unquote(parts.path.strip("/"))
    right = parts.scheme in ("postgresql", "postgres") and not parts.password
    if not (right and parts.hostname and database and database.isprintable()):
        raise Misconfigured("wrong_address")
    return Address(parts.hostname, database, unquote(parts.username or ""), port)


def is_local(host: str) -> bool:
    """Whether a name or number is this machine's own; a folder is that of a socket."""
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
