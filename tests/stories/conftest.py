"""Tills for the stories, closed and their cables pulled afterwards, whatever happened."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from devices.demo_parts import DemoCounter
from devices.displays.emulator import DisplayEmulator
from terminal.services.programming import Programming
from terminal.settings import OnlineStoreSettings
from tests.shop import Shop, open_shop
from tests.stories.fair import Fair
from tests.stories.import_desk import Desk, open_desk
from tests.stories.open_till import Heartbeat, OpenTill
from tests.stories.reader_counter import Counter
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


@pytest.fixture
def heart() -> Iterator[Heartbeat]:
    """How long the window ever was without an answer."""
    heart = Heartbeat()
    yield heart
    heart.stop()


@pytest.fixture
def glass() -> Iterator[DisplayEmulator]:
    """The pole display."""
    with DisplayEmulator("escpos") as display:
        yield display


@pytest.fixture
def counter(qtbot: QtBot) -> Iterator[Counter]:
    """A counter whose reader is a line of bytes."""
    made = Counter(qtbot)
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A shop at its desk with another system's files."""
    yield from open_desk(tmp_path)


@pytest.fixture
def fair(tmp_path: Path) -> Iterator[Fair]:
    """A shop with games."""
    fair = Fair(tmp_path / "till.db")
    yield fair
    fair.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop without an online store."""
    made = open_shop(tmp_path / "till.db", online_stores=())
    yield made
    made.database.close()


@pytest.fixture
def minding(shop: Shop) -> Programming:
    """Whoever minds its programme."""
    return Programming(shop.database, shop.till, shop.clock)
