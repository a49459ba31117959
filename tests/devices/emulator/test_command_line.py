"""The emulator from the command line: told what is wrong in words, tells what came out in lines."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial
from PIL import Image

from tests.devices.emulator.conftest import Client

ROOT = Path(__file__).resolve().parents[3]


class Running:
    """The programme with its input and output."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "devices.printers.emulator", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def order(self, words: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()

    def line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().rstrip("\n")

    def quit(self) -> int:
        self._process.communicate("quit\n", timeout=20)
        return self._process.returncode


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    programme = Running(
        "--tcp", "127.0.0.1:0", "--pty", str(tmp_path / "line"), "--png", str(tmp_path / "png")
    )  # fmt: skip
    yield programme
    assert programme.quit() == 0
    assert not (tmp_path / "line").is_symlink()


def test_it_prints_obeys_and_reports(running: Running, tmp_path: Path) -> None:
    port = int(running.line().rpartition(":")[2])
    assert running.line() == f"serial line {tmp_path / 'line'}"
    client = Client(port)
    client.send(b"one\n\x1bp\x00\x19\x19\x1dV\x00")
    assert running.line() == "drawer: pin 2, 50 ms (byte 4)"
    assert running.line() == "cut: full (byte 9)"
    assert running.line() == f"sheet 1: 1 lines -> {tmp_path / 'png' / 'sheet-0001.png'}"
    with Image.open(tmp_path / "png" / "sheet-0001.png") as picture:
        assert picture.width == 640
    running.order("paper out")
    running.order("paper everywhere")
    assert running.line() == "not understood: paper everywhere (try help)"
    assert client.ask(b"\x10\x04\x04") == b"\x7e"
    running.order("paper ok")
    with serial.Serial(str(tmp_path / "line"), timeout=5) as line:
        line.write(b"two\n\x1dV\x01")
        assert running.line() == "cut: partial (byte 4)"
        assert running.line().startswith("sheet 2: 1 lines")
    client.close()
    running.order("help")
    assert "paper ok|low|out" in running.line()
    for _ in range(3):
        running.line()


@pytest.mark.parametrize("taken", ["port", "file"])
def test_what_is_somebody_elses_is_left_alone(tmp_path: Path, taken: str) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        words = ["--tcp", address] if taken == "port" else ["--pty", str(precious)]
        done = subprocess.run(
            [sys.executable, "-m", "devices.printers.emulator", *words],
            cwd=ROOT, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.startswith("not served: ")
    assert precious.read_text() == "mine"


def test_a_printer_on_no_port_is_a_mistake() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "devices.printers.emulator"],
        cwd=ROOT, capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode == 2
    assert "say --tcp or --pty" in done.stderr
