"""A certificate authority, an Apple pass type and a Google account, all made here."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from terminal.settings import WalletSettings

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PASS_TYPE = "pass.example.loyalty"  # noqa: S105 - the name of a kind of card
TEAM = "ABCDE12345"
ACCOUNT = "till@example.iam.invalid"
LOYALTY_CLASS = "3388000000000000001.club"
USER_ID = x509.ObjectIdentifier("0.9.2342.19200300.100.1.1")


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key by name, made once: it takes a while."""
    del name
    return rsa.generate_private_key(65537, 2048)


def pem_of(private: object, passphrase: bytes = b"") -> bytes:
    hidden = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)  # type: ignore[attr-defined]


def name(text: str, user: str = "") -> x509.Name:
    parts = [x509.NameAttribute(x509.NameOID.COMMON_NAME, text)]
    return x509.Name([*([x509.NameAttribute(USER_ID, user)] if user else []), *parts])


def certificate(
    of: x509.Name, by: x509.Name, public: str, signer: str, *, ca: bool, days: int = 300
) -> bytes:
    made = (
        x509.CertificateBuilder()
        .subject_name(of)
        .issuer_name(by)
        .public_key(key(public).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(key(signer), SHA256())
    )
    return made.public_bytes(Encoding.PEM)


ROOT, MIDDLE = name("Root"), name("Intermediate")


@dataclass(frozen=True)
class Files:
    """Everything in a folder, as a shop would have it."""

    folder: Path

    def put(self, file: str, data: bytes) -> str:
        path = self.folder / file
        path.write_bytes(data)
        return str(path)

    @property
    def root(self) -> str:
        return self.put("root.pem", certificate(ROOT, ROOT, "root", "root", ca=True))

    def wallet(self, **changes: str) -> WalletSettings:
        """Settings with all that is needed; ``changes`` put something else there."""
        own = certificate(name("Pass Type", PASS_TYPE), MIDDLE, "own", "middle", ca=False)
        account = {"client_email": ACCOUNT, "private_key": pem_of(key("google")).decode()}
        made = {
            "apple_pass_type": PASS_TYPE,
            "apple_team": TEAM,
            "apple_certificate": self.put("own.pem", own),
            "apple_key": self.put("own.key", pem_of(key("own"))),
            "apple_wwdr": self.put(
                "middle.pem", certificate(MIDDLE, ROOT, "middle", "root", ca=True)
            ),
            "google_class": LOYALTY_CLASS,
            "google_account": self.put("google.json", json.dumps(account).encode()),
        }
        return WalletSettings(**{**made, **changes})
