"""A till that closes leaves no thread and no descriptor, however often it opens."""

import gc
import os
import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

import main
from devices.demo_parts import DemoCounter
from terminal import demo
from terminal.secrets import Secrets
from terminal.settings import OnlineStoreSettings, Settings
from tests.faults import FaultProxy

TIMES = 20


def _descriptors() -> list[str]:
    """What every open descriptor of this process leads to."""
    found = []
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 (the listing's own one is gone by then)
        try:
            found.append(os.readlink(f"/proc/self/fd/{name}"))  # noqa: PTH115
        except OSError:
            continue
    return sorted(found)


def _sockets() -> int:
    return sum(path.startswith("socket:") for path in _descriptors())


def _threads() -> list[str]:
    """All but those in which the proxy is still hanging up."""
    names = (thread.name for thread in threading.enumerate())
    return sorted(name for name in names if "process_request_thread" not in name)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_a_till_opened_and_closed_twenty_times_leaves_nothing(
    tmp_path: Path, parts: DemoCounter, caplog: pytest.LogCaptureFixture
) -> None:
    gc.collect()
    before = _sockets()
    with FaultProxy("http://127.0.0.1:9/admin-api") as nobody:
        _open_and_close(tmp_path, parts, nobody.url)  # what is loaded once stays
        threads, descriptors = _threads(), _descriptors()
        for _ in range(TIMES):
            _open_and_close(tmp_path, parts, nobody.url)
        assert _threads() == threads
        others = [path for path in _descriptors() if not path.startswith("socket:")]
        assert others == [path for path in descriptors if not path.startswith("socket:")]
    gc.collect()
    # The other ends, the proxy's and the printer's, hang up on threads of their own.
    end = time.monotonic() + 10
    while _sockets() > before and time.monotonic() < end:
        time.sleep(0.02)
        gc.collect()  # what a thread held until just now
    assert _sockets() <= before


def _open_and_close(folder: Path, parts: DemoCounter, url: str) -> None:
    settings = demo.demo_settings(Settings(), parts.scanner, parts.printer)
    settings = main_settings(settings, url)
    Secrets(folder).put("online-store", "x")
    backend = main.Backend(folder, settings)
    backend.open()
    backend.start_printing()
    backend.hardware.listen_and_show(lambda text: None, lambda reason: None)
    backend.start_sync()
    backend.close()


def main_settings(settings: Settings, url: str) -> Settings:
    """With an online store that answers nothing but 502."""
    return replace(
        settings, online_store=OnlineStoreSettings(kind="vendure", url=url, username="x")
    )
