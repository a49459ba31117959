"""Addresses of online stores as people type and paste them, and where their interfaces may be.

Pure. Copied from the address bar of the shop's office or typed from memory: what stands there is
taken apart into places worth asking, the likeliest first. No secret is ever part of an address: a
name and password before the host are thrown away.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

_SCHEME: Final = re.compile(r"^\s*(https?)\s*:?\s*[/\\]{1,3}", re.IGNORECASE)
_SHOPIFY_OFFICE: Final = re.compile(r"^/store/([a-z0-9][a-z0-9-]*)", re.IGNORECASE)
_QUOTES: Final = "\"'`“”„‚‘’«»<>[](),;"
_OFFICES: Final = frozenset({
    "wp-admin", "wp-json", "wp-login.php", "wp-content", "admin", "admin-api", "shop-api", "app",
    "dashboard", "graphql", "api", "auth", "login", "cart", "checkout", "product", "products",
    "my-account", "index.php", "health", "collections", "pages", "store",
})  # fmt: skip
"""Where a shop's office and its parts begin: what stands before is the shop."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server and the paths on it to ask at, without a slash at their ends."""

    origin: str
    paths: tuple[str, ...]


def places(typed: str) -> tuple[Place, ...]:
    """Where to ask, the likeliest first; empty where no address is in it.

    Without a scheme an encrypted line comes first; with one it is believed.
    """
    text = _bare(typed)
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text.lstrip("/\\")
    parts = _split(rest)
    if parts is None:
        return ()
    host, path = _shop(_host(parts), parts.path)
    schemes = [scheme[1].lower()] if scheme else ["https", "http"]
    return tuple(Place(f"{one}://{host}", _paths(path)) for one in schemes)


def of_url(url: str) -> Place:
    """The place of a whole address that a server named."""
    parts = urlsplit(url)
    return Place(f"{parts.scheme}://{_host(parts)}", _paths(parts.path))


def _bare(text: str) -> str:
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cf", "Cc"))
    before = ""
    while seen != before:
        before, seen = seen, seen.strip().strip(_QUOTES)
    words = _SCHEME.sub(lambda found: f"{found[1]}://", seen).split()
    return words[0] if len(words) == 1 else next((one for one in words if "." in one), "")


def _split(rest: str) -> SplitResult | None:
    try:
        parts = urlsplit(f"//{rest.replace(chr(92), '/')}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or (parts.username and not parts.password and not parts.path):
        return None  # nothing, or somebody's e-mail address
    if re.search(r"[^\w.\-:]", host):
        return None
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host


def _shop(host: str, path: str) -> tuple[str, str]:
    """The shop itself where its office is elsewhere."""
    office = _SHOPIFY_OFFICE.match(path)
    if host == "admin.shopify.com" and office is not None:
        return f"{office[1].lower()}.myshopify.com", ""
    return host, path


def _paths(path: str) -> tuple[str, ...]:
    """As typed, without the office in it, and the root."""
    parts = [part for part in path.split("/") if part]
    before: list[str] = []
    for part in parts:
        if part.lower() in _OFFICES:
            break
        before.append(part)
    tried = [_joined(before), _joined(parts), ""]
    return tuple(dict.fromkeys(tried))


def _joined(parts: list[str]) -> str:
    return "".join(f"/{part}" for part in parts)
