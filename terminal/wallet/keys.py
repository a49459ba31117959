"""Keys and certificates of issuers, read from the files that Apple and Google gave the shop."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.errors import IssuerFileBroken, NotSetUp

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate


def content(path: Path) -> bytes:
    """What is in a file. Raises IssuerFileBroken."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise IssuerFileBroken(path=str(path), why="missing") from error
    except OSError as error:
        raise IssuerFileBroken(path=str(path), why="unreadable") from error


def certificate(path: Path, now: datetime) -> "Certificate":
    """A certificate that holds now. Raises IssuerFileBroken, NotSetUp."""
    pem = content(path)
    _need_cryptography()
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise IssuerFileBroken(path=str(path), why="not_pem") from error
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise IssuerFileBroken(path=str(path), why="expired")
    return found


def private_key(path: Path) -> "RSAPrivateKey":
    """The private key in a file. Raises IssuerFileBroken, NotSetUp."""
    return key_of(content(path), str(path))


def key_of(pem: bytes, path: str) -> "RSAPrivateKey":
    """A private RSA key; ``path`` is where it came from. Raises IssuerFileBroken, NotSetUp."""
    _need_cryptography()
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except TypeError as error:  # it asks for a passphrase
        raise IssuerFileBroken(path=path, why="passphrase") from error
    except ValueError as error:
        raise IssuerFileBroken(path=path, why="not_pem") from error
    if not isinstance(key, RSAPrivateKey):
        raise IssuerFileBroken(path=path, why="not_rsa")
    return key


def _need_cryptography() -> None:
    """On Linux it comes with the keyring; elsewhere it has to be put there."""
    try:
        import cryptography  # noqa: F401 - only looked for
    except ImportError as error:
        raise NotSetUp(what="cryptography", missing="cryptography") from error
