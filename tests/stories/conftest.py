"""Tills for the stories, closed and their cables pulled afterwards, whatever happened."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from devices.demo_parts import DemoCounter
from terminal.settings import OnlineStoreSettings
from tests.stories.open_till import OpenTill
from ui.theme import theme

Opens = Callable[..., OpenTill]


@pytest.fixture
def parts() -> Iterator[DemoCounter]:
    counter = DemoCounter()
    yield counter
    counter.close()


@pytest.fixture
def open_till(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, parts: DemoCounter
) -> Iterator[Opens]:
    """Opens a till on the same data folder each time; a former one must be closed by then. What
    more stands on its counter comes as settings."""
    theme.apply(qapp, "light")
    opened: list[OpenTill] = []

    def open_one(online: OnlineStoreSettings | None = None, **more: object) -> OpenTill:
        online = online or OnlineStoreSettings()
        opened.append(OpenTill(qtbot, tmp_path / "data", parts, online, **more))
        return opened[-1]

    yield open_one
    for till in opened:
        till.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()  # here, and not on a thread of the next till


@pytest.fixture
def till(open_till: Opens) -> OpenTill:
    return open_till()
