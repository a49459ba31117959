"""Real lines for the scanner tests, and someone who listens to what comes over them."""

import queue
import subprocess
import time

import pytest

from devices.scanners import Scan, SerialScanner
from tests.devices.lines import PtyLine, need_tool


class Listener:
    """Listens to scanners and stops them; what they say can be awaited."""

    def __init__(self):
        self.said = queue.Queue()
        self.states = queue.Queue()
        self.scanners = []

    def scanner(self, port, **options):
        options = {"settle": 0.0, "on_scan": self.said.put, **options}
        scanner = SerialScanner(
            port,
            on_rejected=self.said.put,
            on_state=self.states.put,
            **options,
        )
        self.scanners.append(scanner)
        scanner.start()
        return scanner

    def heard(self, count=1):
        return [self.said.get(timeout=20) for _ in range(count)]

    def texts(self, count=1):
        return [one.text if isinstance(one, Scan) else one.reason for one in self.heard(count)]

    def expect(self, *states, timeout=20):
        assert [self.states.get(timeout=timeout) for _ in states] == list(states)


@pytest.fixture
def counter():
    counter = Listener()
    yield counter
    for scanner in counter.scanners:
        scanner.stop()


@pytest.fixture
def line(tmp_path):
    line = PtyLine(tmp_path / "reader")
    yield line
    line.unplug()


@pytest.fixture
def socat(tmp_path):
    """A pair of lines made by a stranger; killing it is pulling the cable."""
    program = need_tool("socat")
    near, far = tmp_path / "near", tmp_path / "far"
    running = []

    def plug():
        running.append(
            subprocess.Popen(
                [program, f"pty,raw,echo=0,link={near}", f"pty,raw,echo=0,link={far}"],
                stderr=subprocess.DEVNULL,
            )
        )
        while not (near.exists() and far.exists()):
            time.sleep(0.005)

    def unplug():
        process = running.pop()
        process.kill()
        process.wait()
        near.unlink(missing_ok=True)
        far.unlink(missing_ok=True)

    plug()
    yield near, far, plug, unplug
    while running:
        unplug()
