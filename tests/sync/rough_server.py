"""Servers that behave badly at the level of the socket, with certificates made on the spot.

``RoughServer(act)`` hands every connection to ``act`` with a ``Talk``: the request that came, and
what may be done to the line. ``calls`` counts requests. A server that waits does so on an event
that ends with it, so that no test outlives its server.
"""

import contextlib
import ipaddress
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC)


@dataclass
class Talk:
    """One request on one line."""

    sock: socket.socket
    request: bytes
    ending: threading.Event

    @property
    def head(self) -> str:
        return self.request.split(b"\r\n\r\n")[0].decode("latin-1")

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(self, status: int = 200, body: bytes = b"{}", **headers: str) -> None:
        told = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self.send(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body)

    def drip(self, data: bytes, pause: float = 0.05) -> None:
        """A byte at a time."""
        for place in range(len(data)):
            self.send(data[place : place + 1])
            if self.ending.wait(pause):
                return

    def reset(self) -> None:
        """Ends as a machine does that lost its memory: RST, no goodbye."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def hang(self) -> None:
        self.ending.wait(30)


Act = Callable[[Talk], None]


def well(talk: Talk) -> None:
    talk.answer()


class RoughServer:
    """Listens on 127.0.0.1; ``act`` may be changed while it runs."""

    def __init__(
        self, act: Act = well, *, tls: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        self.act = act
        self.tls = tls
        self.calls: list[str] = []
        self._ending = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listener.getsockname()[1])
        self._lines: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/api"

    def __enter__(self) -> Self:
        self._spawn(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for one in (self._listener, *self._lines):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while not self._ending.is_set():
            with contextlib.suppress(OSError):
                line = self._listener.accept()[0]
                self._lines.append(line)
                self._spawn(self._serve, line)

    def _serve(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self.tls is not None:
                line = self.tls.wrap_socket(line, server_side=True)
                self._lines.append(line)
            while request := _request(line):
                self.calls.append(request.split(b"\r\n")[0].decode("latin-1"))
                self.act(Talk(line, request, self._ending))
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()


def _request(line: socket.socket) -> bytes:
    """A whole request; nothing when the asker is gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (
            int(one.split(b":")[1])
            for one in head.lower().split(b"\r\n")
            if b"content-length" in one
        ),
        0,
    )
    while len(body) < length:
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


def relay(talk: Talk, port: int) -> None:
    """What a proxy does with CONNECT once it agreed: bytes both ways till one side ends."""
    talk.send(b"HTTP/1.1 200 OK\r\n\r\n")
    with socket.create_connection(("127.0.0.1", port)) as beyond:
        there = threading.Thread(target=_pour, args=(talk.sock, beyond), daemon=True)
        there.start()
        _pour(beyond, talk.sock)
        there.join(5)


def _pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def json_body(**values: object) -> bytes:
    return json.dumps(values).encode()


# -- certificates ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Authority:
    """Somebody who signs certificates; ``ca`` is the file that trusts them."""

    key: ec.EllipticCurvePrivateKey
    name: x509.Name
    ca: Path
    folder: Path

    def context(
        self, *, days: tuple[int, int] = (-1, 30), host: str = "127.0.0.1"
    ) -> ssl.SSLContext:
        """What a server shows whose certificate is good from and until these days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        person = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "store.example")])
        try:
            who: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            who = x509.DNSName(host)
        made = _builder(person, self.name, key, days).add_extension(
            x509.SubjectAlternativeName([who]), critical=False
        )
        path = self.folder / f"server-{days[0]}-{days[1]}-{host}.pem"
        path.write_bytes(
            made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def authority(folder: Path, name: str = "Example CA") -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = _builder(who, who, key, (-10, 365)).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    path = folder / f"{name.replace(' ', '-')}.pem"
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return Authority(key, who, path, folder)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: tuple[int, int]
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
    )
