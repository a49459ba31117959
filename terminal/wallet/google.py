"""Google Wallet's save link: a loyalty object in a JWT that the shop's service account signs.

The loyalty class (the programme's name and logo) is made once in Google's console; whoever follows
the link saves the object under it. The facts are Google's documentation; nobody here could follow
one to a phone.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.errors import IssuerFileBroken, NotSetUp
from terminal.settings import WalletSettings
from terminal.wallet.card import PhoneCard, grouped
from terminal.wallet.keys import content, key_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SAVE = "https://pay.google.com/gp/v/save/"
_NEEDED = ("google_class", "google_account")


@dataclass(frozen=True, slots=True)
class GoogleIssuer:
    """What signs links. ``loyalty_class`` is "issuer.class"."""

    loyalty_class: str
    email: str
    key: "RSAPrivateKey"

    @property
    def issuer(self) -> str:
        """The number of the issuer, in front of every id."""
        return self.loyalty_class.partition(".")[0]


def google_issuer(settings: WalletSettings) -> GoogleIssuer:
    """The shop as an issuer of links. Raises NotSetUp, IssuerFileBroken."""
    missing = [name for name in _NEEDED if not getattr(settings, name)]
    if missing:
        raise NotSetUp(what="google_pass", missing=", ".join(f"wallet.{name}" for name in missing))
    path = settings.google_account
    try:
        account = json.loads(content(Path(path)))
        email, pem = str(account["client_email"]), str(account["private_key"])
    except (ValueError, KeyError, TypeError) as error:
        raise IssuerFileBroken(path=path, why="not_account") from error
    return GoogleIssuer(settings.google_class, email, key_of(pem.encode(), path))


def save_link(card: PhoneCard, issuer: GoogleIssuer, now: datetime) -> str:
    """The address that saves the card in Google Wallet."""
    claims = {
        "iss": issuer.email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(now.timestamp()),
        "origins": [],
        "payload": {"loyaltyObjects": [loyalty_object(card, issuer)]},
    }
    return SAVE + _jwt(claims, issuer.key)


def loyalty_object(card: PhoneCard, issuer: GoogleIssuer) -> dict[str, object]:
    """The card as Google keeps it; saved twice it is the same one. Under the code stands the
    account's id. Nothing is said twice: the link has to fit a QR code.
    """
    return {
        "id": f"{issuer.issuer}.{card.number}",
        "classId": issuer.loyalty_class,
        "state": "ACTIVE",
        "accountId": grouped(card.number),
        "accountName": card.name,
        "barcode": {"type": "QR_CODE", "value": card.code},
    }


def _jwt(claims: dict[str, object], key: "RSAPrivateKey") -> str:
    """A JSON Web Token (RFC 7519) signed with RS256."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    head = _part(b'{"alg":"RS256","typ":"JWT"}')
    body = _part(json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode())
    signed = f"{head}.{body}"
    return f"{signed}.{_part(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
