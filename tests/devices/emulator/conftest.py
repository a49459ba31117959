"""A printer on a socket, and a client that talks to it as a program would."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from devices.printers.emulator import PrinterEmulator, Sheet

CUT = b"\x1dVB\x00"


class Client:
    """A TCP connection to the printer."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=5)

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.sock.sendall(piece)

    def ask(self, question: bytes, length: int = 1) -> bytes:
        self.send(question)
        return self.take(length)

    def take(self, length: int) -> bytes:
        answer = b""
        while len(answer) < length:
            piece = self.sock.recv(length - len(answer))
            if not piece:
                raise ConnectionResetError("the printer hung up")
            answer += piece
        return answer

    def hears_nothing(self, seconds: float = 0.15) -> bool:
        self.sock.settimeout(seconds)
        try:
            return self.sock.recv(1) == b"silence was expected"
        except TimeoutError:
            return True
        finally:
            self.sock.settimeout(5)

    def close(self) -> None:
        self.sock.close()


@pytest.fixture
def printer() -> Iterator[PrinterEmulator]:
    with PrinterEmulator() as emulator:
        yield emulator
    threads = (emulator._machine._thread, emulator._io._thread)
    assert not any(thread.is_alive() for thread in threads), "the emulator left a thread behind"


@pytest.fixture
def port(printer: PrinterEmulator) -> int:
    return printer.serve_tcp()


@pytest.fixture
def connect(port: int) -> Iterator[Callable[[], Client]]:
    clients: list[Client] = []

    def make() -> Client:
        clients.append(Client(port))
        return clients[-1]

    yield make
    for each in clients:
        each.close()


@pytest.fixture
def client(connect: Callable[[], Client]) -> Client:
    return connect()


@pytest.fixture
def print_sheet(printer: PrinterEmulator, client: Client) -> Callable[[bytes], Sheet]:
    """Send a job, cut, and return the sheet that comes off."""

    def send(job: bytes) -> Sheet:
        count = len(printer.sheets) + 1
        client.send(job, CUT)
        return printer.wait_sheets(count)[-1]

    return send
