"""Apple's pass: a zip of ``pass.json``, pictures, a manifest of their SHA-1 sums, and a detached
PKCS#7 signature over the manifest by the pass type's certificate, Apple's intermediate beside it.

The facts are Apple's Wallet Passes documentation; nobody here could put one on a phone.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.errors import IssuerFileBroken, NotSetUp
from terminal.settings import WalletSettings
from terminal.wallet.card import PhoneCard, grouped
from terminal.wallet.keys import certificate, private_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

_NEEDED = ("apple_pass_type", "apple_team", "apple_certificate", "apple_key", "apple_wwdr")
_USER_ID = "0.9.2342.19200300.100.1.1"
"""Where a pass type's certificate names the pass type it is for."""


@dataclass(frozen=True, slots=True)
class AppleIssuer:
    """What signs passes."""

    pass_type: str
    team: str
    certificate: "Certificate"
    key: "RSAPrivateKey"
    intermediate: "Certificate"


def apple_issuer(settings: WalletSettings, now: datetime) -> AppleIssuer:
    """The shop as an issuer of passes. Raises NotSetUp, IssuerFileBroken."""
    missing = [name for name in _NEEDED if not getattr(settings, name)]
    if missing:
        raise NotSetUp(what="apple_pass", missing=", ".join(f"wallet.{name}" for name in missing))
    own = certificate(Path(settings.apple_certificate), now)
    key = private_key(Path(settings.apple_key))
    if own.public_key() != key.public_key():
        raise IssuerFileBroken(path=settings.apple_key, why="other_key")
    named = [name.value for name in own.subject if name.oid.dotted_string == _USER_ID]
    if named and settings.apple_pass_type not in named:
        raise IssuerFileBroken(path=settings.apple_certificate, why="other_pass_type")
    above = certificate(Path(settings.apple_wwdr), now)
    if own.issuer != above.subject:
        raise IssuerFileBroken(path=settings.apple_wwdr, why="other_intermediate")
    return AppleIssuer(settings.apple_pass_type, settings.apple_team, own, key, above)


def apple_pass(card: PhoneCard, issuer: AppleIssuer, pictures: Mapping[str, bytes]) -> bytes:
    """The ``.pkpass``. ``pictures`` by file name; ``icon.png`` must be among them."""
    files = {"pass.json": _json(pass_fields(card, issuer)), **pictures}
    sums = {name: hashlib.sha1(data, usedforsecurity=False).hexdigest()
            for name, data in files.items()}  # fmt: skip
    manifest = _json(sums)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, "manifest.json": manifest}.items():
            archive.writestr(name, data)
        archive.writestr("signature", signature(manifest, issuer))
    return made.getvalue()


def pass_fields(card: PhoneCard, issuer: AppleIssuer) -> dict[str, object]:
    """``pass.json``: a store card whose QR is the signed code, whose text the card number."""
    w, number = card.words, grouped(card.number)
    return {
        "formatVersion": 1,
        "passTypeIdentifier": issuer.pass_type,
        "teamIdentifier": issuer.team,
        "serialNumber": card.number,
        "organizationName": card.shop,
        "description": w.t("Loyalty card of {shop}", shop=card.shop),
        "logoText": card.shop,
        "foregroundColor": "rgb(28, 27, 25)",
        "labelColor": "rgb(93, 90, 84)",
        "backgroundColor": "rgb(255, 255, 255)",
        "sharingProhibited": True,
        "barcodes": [
            {
                "format": "PKBarcodeFormatQR",
                "message": card.code,
                "messageEncoding": "iso-8859-1",
                "altText": number,
            }
        ],
        "storeCard": {
            "secondaryFields": [{"key": "name", "label": w.t("Name"), "value": card.name}],
            "backFields": [
                {"key": "number", "label": w.t("Card number"), "value": number},
                {
                    "key": "hint",
                    "label": w.t("At the counter"),
                    "value": w.t("Show this code at the counter."),
                },
            ],
        },
    }


def signature(manifest: bytes, issuer: AppleIssuer) -> bytes:
    """The detached signature, with the time of signing in it."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
    builder = builder.add_signer(issuer.certificate, issuer.key, SHA256())
    builder = builder.add_certificate(issuer.intermediate)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.sign(Encoding.DER, options)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8")
