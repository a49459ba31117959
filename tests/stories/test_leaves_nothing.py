"""A till that closes leaves no thread and no descriptor, however often it opens."""

import os
import threading
from pathlib import Path

import pytest

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


def _threads() -> list[str]:
    return sorted(thread.name for thread in threading.enumerate())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_a_till_opened_and_closed_twenty_times_leaves_nothing(
    tmp_path: Path, parts: DemoCounter, caplog: pytest.LogCaptureFixture
) -> None:
    with FaultProxy("http://127.0.0.1:9/admin-api") as nobody:
        _open_and_close(tmp_path, parts, nobody.url)  # what is loaded once stays
        threads, descriptors = _threads(), _descriptors()
        for _ in range(TIMES):
            _open_and_close(tmp_path, parts, nobody.url)
        assert _threads() == threads
        left = [path for path in _descriptors() if str(tmp_path) in path or "/dev/pts" in path]
        before = [path for path in descriptors if str(tmp_path) in path or "/dev/pts" in path]
        assert left == before
        assert len(_descriptors()) <= len(descriptors) + 2, "the proxy may still be hanging up"


def _open_and_close(folder: Path, parts: DemoCounter, url: str) -> None:
    settings = demo.demo_settings(Settings(), parts.scanner, parts.printer)
    settings = main_settings(settings, url)
    Secrets(folder).put(main.SECRET, "x")
    backend = main.Backend(folder, settings)
    backend.open()
    backend.start_printing()
    backend.start_scanning(lambda text: None, lambda reason: None)
    backend.start_sync()
    backend.close()


def main_settings(settings: Settings, url: str) -> Settings:
    """With an online store that answers nothing but 502."""
    from msgspec.structs import replace

    return replace(
        settings, online_store=OnlineStoreSettings(kind="vendure", url=url, username="x")
    )
