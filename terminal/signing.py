"""Codes that only this shop could have made: signed, short, readable by any scanner.

``v1.<body>.<mac>``: the body is what it stands for, the mac a cut HMAC-SHA256 (RFC 2104) over
purpose and body. A code of one purpose is worth nothing for another. Whoever lacks the key can copy
a code but not make one.
"""

import base64
import hmac
from collections.abc import Callable
from functools import cached_property

from terminal.errors import ForgedCode

_VERSION = "v1"
_MAC_BYTES = 10


class Signer:
    """Signs and opens codes with the shop's key (32 random bytes, kept with the secrets).

    A key that is asked for is asked for once, at the first code.
    """

    def __init__(self, key: bytes | Callable[[], bytes]) -> None:
        self._given = key

    @cached_property
    def _key(self) -> bytes:
        key = self._given if isinstance(self._given, bytes) else self._given()
        if len(key) < 16:
            raise ValueError("a signing key has at least 16 bytes")
        return key

    def signed(self, purpose: str, body: str) -> str:
        """The code for ``body``: letters, digits, dashes and dots only, as ``body`` must be."""
        return f"{_VERSION}.{body}.{self._mac(purpose, body)}"

    def opened(self, purpose: str, code: str) -> str | None:
        """What a code stands for; None for a text that is no signed code. Raises ForgedCode."""
        version, _, rest = code.partition(".")
        body, dot, mac = rest.rpartition(".")
        if version != _VERSION or not (dot and body):
            return None
        if not hmac.compare_digest(self._mac(purpose, body).encode(), mac.upper().encode()):
            raise ForgedCode
        return body

    def _mac(self, purpose: str, body: str) -> str:
        text = f"{_VERSION}\x1f{purpose}\x1f{body}".encode()
        digest = hmac.new(self._key, text, "sha256").digest()[:_MAC_BYTES]
        return base64.b32encode(digest).decode("ascii")
