"""The one-time code that a till joins by: all it has to know, as text that survives being copied,
read out, or scanned.

Capital letters and the digits 2-7 only, in groups; case, spaces and dashes don't matter. The end of
it is a check, so that a slip of the pen is told from a code that is not valid any more.
"""

import base64
import hashlib
import re
import ssl
import zlib
from datetime import datetime
from typing import Final

import msgspec

from sync.errors import Refused

_MARK: Final = "HUB"
_GROUP: Final = 5
_CHECK: Final = 5
_ALPHABET: Final = re.compile(r"[A-Z2-7]+")


class Invitation(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What a code says. ``address`` names the role; ``ca`` is the certificate to trust (PEM), ""
    for a public authority's. ``secret`` is the password, good once and until ``expires``."""

    till: str
    address: str
    secret: str
    expires: datetime
    ca: str = ""


class _Packed(msgspec.Struct, array_like=True):
    till: str
    address: str
    secret: str
    expires: datetime
    ca: bytes


def write(invitation: Invitation) -> str:
    """The code."""
    ca = ssl.PEM_cert_to_DER_cert(invitation.ca) if invitation.ca else b""
    packed = msgspec.msgpack.encode(
        _Packed(invitation.till, invitation.address, invitation.secret, invitation.expires, ca)
    )
    body = zlib.compress(packed, 9)
    letters = base64.b32encode(body + _check(body)).decode().rstrip("=")
    return "-".join([_MARK, *(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))])


def read(code: str) -> Invitation:
    """What it says. Raises Refused: code_broken."""
    letters = re.sub(r"[\s-]", "", code).upper().removeprefix(_MARK)
    if not _ALPHABET.fullmatch(letters):
        raise Refused("code_broken")
    try:
        whole = base64.b32decode(letters + "=" * (-len(letters) % 8))
        body, check = whole[:-_CHECK], whole[-_CHECK:]
        if check != _check(body):
            raise Refused("code_broken")
        packed = msgspec.msgpack.decode(zlib.decompress(body), type=_Packed)
    except (ValueError, zlib.error, msgspec.MsgspecError) as error:
        raise Refused("code_broken") from error
    return Invitation(
        till=packed.till, address=packed.address, secret=packed.secret, expires=packed.expires,
        ca=ssl.DER_cert_to_PEM_cert(packed.ca) if packed.ca else "",
    )  # fmt: skip


def _check(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()[:_CHECK]
