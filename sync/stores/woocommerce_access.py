"""How a WooCommerce shop lets us in: by key and secret, openly over https, signed over http.

WooCommerce ignores keys on plain http, so there every request is signed (OAuth 1.0a), anew for
every attempt: a nonce is good for one. Its clock and ours may differ by 15 minutes at most, so the
signature carries the shop's own time as far as we know it. Some servers keep the header with the
key from the shop: there the signature stands in the address, over either line; a secret never does.
"""

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from oauthlib.common import generate_nonce  # type: ignore[import-untyped]
from oauthlib.oauth1 import (  # type: ignore[import-untyped]
    SIGNATURE_HMAC_SHA256,
    SIGNATURE_TYPE_AUTH_HEADER,
    SIGNATURE_TYPE_QUERY,
    Client,
)

from sync.deadline import Deadline

_TAILS: Final = ("/wp-json/wc/v3", "/wp-json/wc", "/wp-json", "/wp-admin", "/wp-login.php")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where the shop is and its key; an empty ``key``: the secret holds both, ``ck_…:cs_…``.

    ``patience`` bounds a whole answer, in seconds: a batch of orders may take long; ``within`` as
    in ``sync.wire``.
    """

    url: str
    key: str = ""
    secret: str = field(default="", repr=False)
    ca: str = ""
    proxy: str = field(default="", repr=False)
    connect_timeout: float = 5.0
    patience: float = 30.0
    within: Deadline | None = field(default=None, repr=False)

    @property
    def base(self) -> str:
        """The shop's own address, without what belongs to its API."""
        return base_of(self.url)

    @property
    def keys(self) -> tuple[str, str]:
        """Key and secret."""
        if self.key:
            return self.key.strip(), self.secret.strip()
        key, _, secret = self.secret.strip().replace("\n", ":").partition(":")
        return key.strip(), secret.strip()


def base_of(url: str) -> str:
    """An address as it is kept: no API path, no query, no slash at its end."""
    text = url.strip()
    parts = urlsplit(f"https://{text}" if text and "://" not in text else text)
    path = parts.path.rstrip("/")
    for tail in _TAILS:
        if path.endswith(tail):
            path = path.removesuffix(tail)
            break
    return urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))


class Signer:
    """Headers that let us in. ``home`` is where the shop itself believes to be, if not where it is
    asked: it checks signatures against that."""

    def __init__(
        self,
        access: Access,
        *,
        seconds: Callable[[], float] = time.time,
        nonce: Callable[[], str] = generate_nonce,
    ) -> None:
        self._key, self._secret = access.keys
        self._base = access.base
        self._seconds, self._nonce = seconds, nonce
        self._offset = 0.0
        self.home = ""
        self.signs = not access.base.startswith("https:")
        """Whether requests are signed rather than sent with the key."""
        self.in_address = False
        """Whether they are signed in their address, since headers get lost."""

    def __call__(self, method: str, url: str, headers: Mapping[str, str]) -> Mapping[str, str]:
        """The headers of one attempt."""
        if self.in_address:
            return headers
        if not self.signs:
            pair = base64.b64encode(f"{self._key}:{self._secret}".encode()).decode()
            return {**headers, "Authorization": f"Basic {pair}"}
        _, signed = self._signed(method, url, SIGNATURE_TYPE_AUTH_HEADER)
        return {**headers, "Authorization": signed["Authorization"]}

    def address(self, method: str, url: str) -> str:
        """The address of one attempt; signed, if that is where it is signed."""
        if not self.in_address:
            return url
        signed, _ = self._signed(method, url, SIGNATURE_TYPE_QUERY)
        return self._base + signed.removeprefix(self.home or self._base)

    def _signed(self, method: str, url: str, where: str) -> tuple[str, Mapping[str, str]]:
        if self.home:
            url = self.home + url.removeprefix(self._base)
        client = Client(
            self._key, client_secret=self._secret, signature_method=SIGNATURE_HMAC_SHA256,
            signature_type=where, nonce=self._nonce(),
            timestamp=str(int(self._seconds() + self._offset)),
        )  # fmt: skip
        address, headers, _ = client.sign(url, http_method=method)
        return address, headers

    def heard(self, at: datetime | None) -> float:
        """Learn the shop's time from an answer; by how many seconds we were off."""
        if at is None:
            return 0.0
        offset = at.timestamp() - self._seconds()
        off, self._offset = abs(offset - self._offset), offset
        return off
