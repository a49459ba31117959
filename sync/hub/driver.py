"""The way to PostgreSQL, where its driver is installed: an extra that one till alone does without.

Everything of psycopg is behind ``Link``; modules that only name it are imported without it.
"""

from typing import TYPE_CHECKING

from sync.errors import Misconfigured
from sync.hub.addresses import Address

if TYPE_CHECKING:
    from sync.hub.link import Link

PATIENCE = 30.0
"""Seconds for a statement of the owner's, who has time."""


def till_link(
    address: Address,
    password: str,
    *,
    ca: str = "",
    hostaddr: str = "",
    patience: float,
    once: bool = False,
) -> "Link":
    """A till's connection, made when first needed; ``once``: and never again. Raises
    Misconfigured: no_driver."""
    return _kind().of_till(
        address, password, ca=ca, hostaddr=hostaddr, patience=patience, once=once
    )


def owner_link(url: str, *, patience: float = PATIENCE) -> "Link":
    """The owner's connection, by an address of PostgreSQL's own kind (``postgresql://…``).

    Raises Misconfigured: no_driver, no_tls, wrong_address.
    """
    return _kind().of_owner(url, patience=patience)


def _kind() -> type["Link"]:
    try:
        from sync.hub.link import Link
    except ImportError as error:
        raise Misconfigured("no_driver") from error
    return Link
